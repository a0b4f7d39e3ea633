package mem

import (
	"iter"

	"lianzhu/graph"
	"lianzhu/storage/internal/rules"
)

// state shows a snapshot to the rules.
type state struct{ *snapshot }

func (s state) Rev() graph.Rev { return s.rev }

func (s state) Entity(uid graph.UID) (*graph.Entity, error) { return s.entity(uid), nil }

func (s state) Relation(uid graph.UID) (*graph.Relation, error) { return s.relation(uid), nil }

func (s state) Source(uid graph.UID) (*graph.Source, error) { return s.source(uid), nil }

func (s state) Has(uid graph.UID) (bool, error) {
	return s.entity(uid) != nil || s.relation(uid) != nil || s.source(uid) != nil, nil
}

func (s state) Kind(uid graph.UID) (graph.Kind, error) {
	if e := s.entity(uid); e != nil {
		return e.Kind, nil
	}
	return "", nil
}

func (s state) Referrers(uid graph.UID) iter.Seq2[graph.UID, error] {
	return func(yield func(graph.UID, error) bool) {
		for fact := range facts(s.named, uid) {
			if !yield(fact, nil) {
				return
			}
		}
	}
}

func (s state) At(end graph.UID, t graph.RelationType, d graph.Direction) iter.Seq2[graph.UID, error] {
	return func(yield func(graph.UID, error) bool) {
		e := s.entity(end)
		if e == nil {
			return
		}
		edges, _ := s.edges.get(byPlace, place{e.ID, t})
		for _, edge := range edges {
			r, _ := s.relations.get(byRelation, edge.relation)
			if edge.seen(d) && !yield(r.UID(), nil) {
				return
			}
		}
	}
}

func (s state) Kept(key string) (*rules.Kept, error) {
	kept, _ := s.kept.get(byString, key)
	return kept, nil
}
