package dataset

import (
	"cmp"
	"slices"

	"lianzhu/graph"
	"lianzhu/text"
)

// lookup finds entities in a revision and among those that were noted.
type lookup struct {
	r          graph.Reader
	named      map[string][]*graph.Entity
	identified map[code][]*graph.Entity
	met        map[code]*graph.Entity // of the graph, found earlier in the load
}

type code struct{ scheme, value string }

// maxMet bounds the entities that are remembered by their identifiers.
const maxMet = 20_000

func newLookup(r graph.Reader, met map[code]*graph.Entity) *lookup {
	if len(met) > maxMet {
		clear(met)
	}
	return &lookup{r, map[string][]*graph.Entity{}, map[code][]*graph.Entity{}, met}
}

// note makes an entity known that is not written yet; nil is none.
func (l *lookup) note(e *graph.Entity) {
	if e == nil {
		return
	}
	for _, n := range e.Names {
		folded := text.Fold(n.Text)
		l.named[folded] = append(l.named[folded], e)
	}
	for _, id := range e.Identifiers {
		c := code{id.Scheme, id.Value}
		l.identified[c] = append(l.identified[c], e)
		delete(l.met, c)
	}
}

// Named makes lookup a [Lookup]. What sounds like the name is not meant by it.
func (l *lookup) Named(name string) ([]*graph.Entity, error) {
	folded := text.Fold(name)
	if folded == "" {
		return nil, nil
	}
	ids, err := l.r.Named(name)
	if err != nil {
		return nil, err
	}
	docs, err := l.r.Entities(ids)
	if err != nil {
		return nil, err
	}
	docs = slices.DeleteFunc(docs, func(e *graph.Entity) bool {
		return !slices.ContainsFunc(e.Names, func(n graph.Name) bool { return text.Fold(n.Text) == folded })
	})
	return distinct(docs, l.named[folded]), nil
}

// mostIdentified bounds the hits that are looked at for one identifier.
const mostIdentified = 100

// Identified makes lookup a [Lookup]. The same codes come again and again in a
// file of relations, so what the graph has is remembered.
func (l *lookup) Identified(scheme, value string) ([]*graph.Entity, error) {
	c := code{scheme, value}
	if e := l.met[c]; e != nil {
		return []*graph.Entity{e}, nil
	}
	found, err := l.r.Search(graph.SearchQuery{Text: value, First: mostIdentified})
	if err != nil {
		return nil, err
	}
	var docs []*graph.Entity
	for _, hit := range found.Hits {
		if slices.ContainsFunc(hit.Entity.Identifiers, func(id graph.Identifier) bool { return id.Scheme == scheme && id.Value == value }) {
			docs = append(docs, hit.Entity)
		}
	}
	all := distinct(docs, l.identified[c])
	if len(all) == 1 && len(docs) == 1 {
		l.met[c] = docs[0]
	}
	return all, nil
}

// distinct is both lists by key, each entity once.
func distinct(stored, noted []*graph.Entity) []*graph.Entity {
	all := slices.Concat(stored, noted)
	slices.SortStableFunc(all, func(a, b *graph.Entity) int { return cmp.Compare(a.Key, b.Key) })
	return slices.CompactFunc(all, func(a, b *graph.Entity) bool { return a.Key == b.Key })
}
