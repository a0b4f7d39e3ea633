package text

import (
	"slices"

	"lianzhu/graph"
)

// memory is postings over a few entities, whose ids are their places plus one.
type memory struct {
	entities []*graph.Entity
	stride   int // between ids
	lists    map[string][]graph.EntityID
	reads    int // entities read
	opened   int // lists asked for
}

func newMemory(entities ...*graph.Entity) *memory { return newSpread(1, entities...) }

// newSpread is newMemory with ids that lie far apart.
func newSpread(stride int, entities ...*graph.Entity) *memory {
	m := &memory{lists: map[string][]graph.EntityID{}, stride: stride}
	for i, e := range entities {
		e.ID = graph.EntityID(i*stride + 1)
		m.entities = append(m.entities, e)
		for _, term := range Terms(e) {
			m.lists[term] = append(m.lists[term], e.ID)
		}
	}
	return m
}

func (m *memory) List(term string) (List, error) {
	m.opened++
	ids, ok := m.lists[term]
	if !ok {
		return nil, nil
	}
	return SliceList(ids), nil
}

func (m *memory) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	out := make([]*graph.Entity, len(ids))
	for i, id := range ids {
		out[i] = m.entities[int(id-1)/m.stride]
	}
	m.reads += len(ids)
	return out, nil
}

// scan is the search that a store without an index would make: the law that
// Find is compared with.
func (m *memory) scan(s graph.SearchQuery) (graph.SearchResult, error) {
	q, err := parse("search", s.Text)
	if err != nil {
		return graph.SearchResult{}, err
	}
	hits := m.hits(&q, s.Kinds, false)
	whole := slices.ContainsFunc(hits, func(h graph.Hit) bool { return h.Score > rankPrefix.score() })
	enough := fewHits
	if q.wide && len(q.runes) == 2 {
		enough = 1
	}
	if len(hits) < enough && !whole {
		hits = append(hits, m.hits(&q, s.Kinds, true)...)
	}
	slices.SortStableFunc(hits, func(a, b graph.Hit) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return int(a.Entity.ID) - int(b.Entity.ID)
	})
	out := graph.SearchResult{Total: len(hits)}
	for _, h := range hits {
		if s.After != nil && (h.Score > s.After.Score || h.Score == s.After.Score && h.Entity.ID <= s.After.Entity) {
			continue
		}
		if len(out.Hits) == s.First {
			out.More = true
			break
		}
		out.Hits = append(out.Hits, h)
	}
	return out, nil
}

func (m *memory) hits(q *query, kinds []graph.Kind, fuzzy bool) []graph.Hit {
	var out []graph.Hit
	for _, e := range m.entities {
		if len(kinds) > 0 && !slices.Contains(kinds, e.Kind) {
			continue
		}
		if found, ok := q.matches(e, fuzzy); ok && (found.rank >= rankFuzzy) == fuzzy {
			out = append(out, graph.Hit{Entity: e, Score: found.rank.score(), Matched: found.by, By: found.rank.kind()})
		}
	}
	return out
}

// named is Named without an index.
func (m *memory) named(name string) []graph.EntityID {
	var names, readings []graph.EntityID
	for _, e := range m.entities {
		named, read := false, false
		for i := range e.Names {
			f := fold(e.Names[i].Text)
			if f.text == Fold(name) && f.text != "" {
				named = true
			}
			if list, ok := units(f, e.Names[i].Reading); ok && !isPinyin(&e.Names[i], f) {
				read = read || slices.Contains(readingsOf(list), Fold(name))
			}
		}
		if named {
			names = append(names, e.ID)
		}
		if read {
			readings = append(readings, e.ID)
		}
	}
	if len(names) > 0 {
		return names
	}
	return readings
}
