package analytics

import (
	"cmp"
	"slices"

	"lianzhu/graph"
)

// Ranked is an entity and the value it has in a measure.
type Ranked[V cmp.Ordered] struct {
	Entity graph.EntityID
	Value  V
}

// Rank gives the first k entities of n (all, where k is negative) by their
// values, the greatest first; equal values by entity id.
func Rank[V cmp.Ordered](n *Net, values []V, k int) []Ranked[V] {
	if k < 0 || k > len(n.ids) {
		k = len(n.ids)
	}
	if k == 0 {
		return nil
	}
	best := make([]Ranked[V], 0, min(2*k, len(n.ids)))
	for _, id := range n.ids {
		r := Ranked[V]{id, values[id]}
		if len(best) >= k && compareRanked(r, best[k-1]) > 0 {
			continue
		}
		if best = append(best, r); len(best) == cap(best) || len(best) == k {
			slices.SortFunc(best, compareRanked[V])
			best = best[:min(k, len(best))]
		}
	}
	slices.SortFunc(best, compareRanked[V])
	return best[:min(k, len(best))]
}

func compareRanked[V cmp.Ordered](a, b Ranked[V]) int {
	return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Entity, b.Entity))
}
