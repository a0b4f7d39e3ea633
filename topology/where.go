package topology

import (
	"slices"

	"lianzhu/graph"
)

// Where says which relations a walk may follow and which entities it may
// reach: the part of [graph.RelationFilter] that columns can answer, and what
// only walks ask. All that is set must hold; the zero Where keeps what is
// asserted or reported and not derived.
type Where struct {
	Types          []graph.RelationType // nil: all
	Modality       []graph.Modality     // nil: all but planned and negated
	IncludeDerived bool
	MinScore       float64
	ValidAt        graph.Date // it may hold at some day of this date

	Peers []graph.Kind     // kinds that may be reached; nil: all
	Avoid []graph.EntityID // entities that may not be reached

	// NotThrough are kinds at which a walk ends: they are reached and not
	// followed, unless the walk starts there.
	NotThrough []graph.Kind
}

// WhereOf is what f asks as a Where. ok is false where columns cannot answer
// all of it, so that documents have to be read.
func WhereOf(f *graph.RelationFilter) (w Where, ok bool) {
	if f == nil {
		return Where{}, true
	}
	if f.Or != nil || f.Not != nil || f.Within != 0 {
		return Where{}, false
	}
	w = Where{Types: f.Types, Modality: f.Modality, IncludeDerived: f.IncludeDerived, ValidAt: f.ValidAt}
	if f.MinConfidence != nil {
		w.MinScore = *f.MinConfidence
	}
	if w.Peers, ok = peersOf(f.Peer); !ok {
		return Where{}, false
	}
	for _, g := range f.And {
		v, ok := WhereOf(g)
		if ok {
			w, ok = w.and(v)
		}
		if !ok {
			return Where{}, false
		}
	}
	return w, true
}

// peersOf are the kinds that f keeps; ok is false where it asks for more.
func peersOf(f *graph.EntityFilter) (kinds []graph.Kind, ok bool) {
	if f == nil {
		return nil, true
	}
	if f.And != nil || f.Or != nil || f.Not != nil || f.Name != nil || f.Keys != nil || f.Within != 0 || f.RelatedTo != nil {
		return nil, false
	}
	return f.Kinds, true
}

// and is what passes both w and v; ok is false where that is no Where.
func (w Where) and(v Where) (Where, bool) {
	w.Types = common(w.Types, v.Types)
	w.Modality = common(w.Modality, v.Modality)
	w.Peers = common(w.Peers, v.Peers)
	w.IncludeDerived = w.IncludeDerived || v.IncludeDerived
	w.MinScore = max(w.MinScore, v.MinScore)
	if w.ValidAt.IsZero() {
		w.ValidAt = v.ValidAt
	} else if !v.ValidAt.IsZero() {
		return w, false
	}
	return w, w.problem() == nil
}

// common is what a and b have in common, where nil stands for everything.
func common[T comparable](a, b []T) []T {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	return slices.DeleteFunc(slices.Clone(a), func(v T) bool { return !slices.Contains(b, v) })
}
