package desk

import (
	"cmp"
	"iter"
	"slices"

	"lianzhu/graph"
)

// Changes yields what a reading proposes to write: the source with its text, new
// entities, and relations, in the order of an import file. It never fails. A relation that
// several sentences tell of has a place in each of them, and is planned or denied
// only where all of them say so.
func (g *Reading) Changes() iter.Seq2[graph.Change, error] {
	return func(yield func(graph.Change, error) bool) {
		var all []graph.Change
		if g.Source != nil {
			all = append(all, graph.Change{Source: g.Source, Text: &g.Text})
		}
		for _, e := range g.Entities {
			all = append(all, graph.Change{Entity: e})
		}
		for _, r := range g.relations() {
			all = append(all, graph.Change{Relation: r})
		}
		for _, c := range all {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// relations are those to be written, each once, by key.
func (g *Reading) relations() []*graph.Relation {
	byKey := map[graph.Key]*graph.Relation{}
	for _, s := range g.Sentences {
		for _, p := range s.Proposals {
			if p.Change == nil {
				continue
			}
			key := p.Change.Key()
			if byKey[key] == nil {
				first := *p.Change
				first.Evidence = slices.Clone(first.Evidence)
				byKey[key] = &first
				continue
			}
			unite(byKey[key], p)
		}
	}
	var all []*graph.Relation
	for _, r := range byKey {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b *graph.Relation) int { return cmp.Compare(a.Key(), b.Key()) })
	return all
}

// unite adds what a further sentence says to a relation.
func unite(r *graph.Relation, p *Proposal) {
	for _, e := range p.Relation.Evidence {
		if !slices.Contains(r.Evidence, e) {
			r.Evidence = append(r.Evidence, e)
		}
	}
	if p.Change == p.Relation { // the graph does not have it
		r.OpenEnded = r.OpenEnded || p.Relation.OpenEnded
		if p.Relation.Modality == graph.Asserted {
			r.Modality = graph.Asserted
		}
	}
}
