package gql

import (
	"fmt"
	"slices"

	"lianzhu/graph"
)

// trail holds the nouns of what routes lead through. Each is read once, and all
// of them together, when the first is asked for.
type trail struct {
	s      *session
	routes []graph.Route

	// These are guarded by the session, and stand in the order of their ids.
	loaded    bool
	entities  []graph.EntityID
	nouns     []Entity
	relations []graph.RelationID
	heads     []graph.RelationHeader
	ties      []Relation
}

// load reads what the routes lead through. The session is locked by its caller.
func (t *trail) load(r graph.Reader) (err error) {
	if t.loaded {
		return nil
	}
	for _, route := range t.routes {
		t.entities, t.relations = append(t.entities, route.Entities...), append(t.relations, route.Relations...)
	}
	t.entities, t.relations = sorted(t.entities), sorted(t.relations)
	if t.nouns, err = t.s.nouns(r, t.entities); err != nil {
		return err
	}
	t.heads, t.ties, err = t.s.headed(r, t.relations)
	t.loaded = err == nil
	return err
}

func sorted[ID graph.EntityID | graph.RelationID](ids []ID) []ID {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// headed are the headers and the nouns of relations, all of which must be there.
// The session is locked by its caller.
func (s *session) headed(r graph.Reader, ids []graph.RelationID) ([]graph.RelationHeader, []Relation, error) {
	ties := make([]Relation, len(ids))
	heads, ok, err := relationHeaders(r, ids)
	if ok {
		t := tieTypes{room: min(len(ids), slabRoom)}
		for i := range heads {
			ties[i] = t.tie(relation{s: s, head: &heads[i]})
		}
		return heads, ties, err
	}
	heads = make([]graph.RelationHeader, len(ids))
	docs, err := r.Relations(ids)
	for i, doc := range docs {
		if doc == nil {
			return nil, nil, missing("relation", fmt.Sprint(ids[i]))
		}
		heads[i], ties[i] = doc.Header(), s.wrapRelation(doc)
	}
	return heads, ties, err
}

// entity is the noun of an entity on the trail.
func (t *trail) entity(id graph.EntityID) (Entity, error) {
	return read(t.s, func(r graph.Reader) (Entity, error) {
		if err := t.load(r); err != nil {
			return nil, err
		}
		at, _ := slices.BinarySearch(t.entities, id)
		return t.nouns[at], nil
	})
}

// relation is the header and the noun of a relation on the trail.
func (t *trail) relation(id graph.RelationID) (head graph.RelationHeader, noun Relation, err error) {
	noun, err = read(t.s, func(r graph.Reader) (Relation, error) {
		if err := t.load(r); err != nil {
			return nil, err
		}
		at, _ := slices.BinarySearch(t.relations, id)
		head = t.heads[at]
		return t.ties[at], nil
	})
	return head, noun, err
}

// hops are the steps of a route on the trail.
func (t *trail) hops(route graph.Route) []Hop {
	hops := make([]Hop, len(route.Relations))
	for i, id := range route.Relations {
		hops[i] = Hop{t, route.Entities[i], route.Entities[i+1], id}
	}
	return hops
}

// Hop is one step of a path.
type Hop struct {
	t        *trail
	from, to graph.EntityID
	relation graph.RelationID
}

// From and To are where the step begins and ends.
func (h Hop) From() (Entity, error) { return h.t.entity(h.from) }
func (h Hop) To() (Entity, error)   { return h.t.entity(h.to) }

// Relation is what the step follows.
func (h Hop) Relation() (Relation, error) {
	_, noun, err := h.t.relation(h.relation)
	return noun, err
}

// Forward tells whether the step goes from the relation's source to its target,
// or the relation is symmetric.
func (h Hop) Forward() (bool, error) {
	head, _, err := h.t.relation(h.relation)
	return head.Source == h.from || h.t.s.symmetric(head.Type), err
}

// Path is one path.
type Path struct {
	t     *trail
	route graph.Route
}

// Hops are its steps.
func (p *Path) Hops() []Hop { return p.t.hops(p.route) }

// Length is the number of steps.
func (p *Path) Length() int { return len(p.route.Relations) }

// Cost is minus the logarithm of the product of the steps' confidences.
func (p *Path) Cost() (float64, error) {
	heads, err := p.heads()
	return graph.Cost(heads), err
}

// heads are the headers of the steps' relations.
func (p *Path) heads() ([]graph.RelationHeader, error) {
	heads := make([]graph.RelationHeader, len(p.route.Relations))
	for i, id := range p.route.Relations {
		head, _, err := p.t.relation(id)
		if err != nil {
			return nil, err
		}
		heads[i] = head
	}
	return heads, nil
}

// Weakest is the step that is trusted least; null for a path without steps.
func (p *Path) Weakest() (Relation, error) {
	heads, err := p.heads()
	if err != nil || len(heads) == 0 {
		return nil, err
	}
	weakest := slices.MinFunc(heads, func(a, b graph.RelationHeader) int {
		switch {
		case a.Score() < b.Score():
			return -1
		case b.Score() < a.Score():
			return 1
		}
		return 0
	})
	_, noun, err := p.t.relation(weakest.ID)
	return noun, err
}

// Sentence says the path in words, every step the way it is gone, with marks
// that number the pieces of evidence of all steps where cite is set.
func (p *Path) Sentence(lang graph.Lang, cite bool) (string, error) {
	s := p.t.s
	return read(s, func(r graph.Reader) (string, error) {
		ends, err := s.fetch(r, []graph.EntityID{p.route.Entities[0], p.route.Entities[len(p.route.Relations)]})
		if err != nil {
			return "", err
		}
		docs, err := r.Relations(p.route.Relations)
		if err != nil {
			return "", err
		}
		var facts []Fact
		next := 1
		for i, doc := range docs {
			f, err := s.fact(r, doc)
			if err != nil {
				return "", err
			}
			f.Backwards = p.route.Entities[i] != doc.SourceID
			if cite {
				f.FirstMark = next
			}
			next += len(doc.Evidence)
			facts = append(facts, f)
		}
		return s.Contract.Sentences.SayPath(ends[0], ends[1], facts, lang), nil
	})
}
