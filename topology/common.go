package topology

import (
	"cmp"
	"context"
	"slices"

	"lianzhu/graph"
)

// Common is the entities that are at the other end of a relation from every one
// of ids, in ascending order. It starts from the entity with the fewest edges.
// Each further entity is asked in the cheaper of two ways: by going through its
// edges, or, where it is a hub, by looking for it among the edges of what is
// left. (Edges stand in the order of their relations, not of their peers, so
// there are no two sorted lists to merge.) Bounds.Depth and Bounds.Nodes do not
// apply.
func (w *Walk) Common(ctx context.Context, q Query, ids ...graph.EntityID) ([]graph.EntityID, graph.Completeness, error) {
	if err := w.begin(ctx, &q); err != nil {
		return nil, graph.Completeness{}, err
	}
	w.bounds.Nodes = 0
	ends := append(w.sides[0].queue[:0], ids...)
	w.sides[0].queue = ends
	slices.SortFunc(ends, func(a, b graph.EntityID) int {
		return cmp.Or(cmp.Compare(w.s.slots(a, w.way), w.s.slots(b, w.way)), cmp.Compare(a, b))
	})
	ends = slices.Compact(ends)
	w.entities = w.entities[:0]
	if len(ends) == 0 {
		return nil, w.done, nil
	}
	if err := w.peers(ends[0]); err != nil {
		return nil, w.done, err
	}
	left := w.entities
	for _, id := range ends[1:] {
		var err error
		if left, err = w.also(id, left); err != nil {
			return nil, w.done, err
		}
	}
	slices.Sort(left)
	w.done.VisitedNodes = len(w.entities)
	return left, w.done, nil
}

// peers reaches what is at the other end from id, and id itself if need be.
func (w *Walk) peers(id graph.EntityID) error {
	w.seen.Reset(w.s.lastEntity)
	return w.expand(id, w.way, (*Walk).take)
}

// also keeps of left what is at the other end from id, too.
func (w *Walk) also(id graph.EntityID, left []graph.EntityID) ([]graph.EntityID, error) {
	probe, all := 0, w.s.slots(id, w.way)
	for _, c := range left {
		if probe += w.s.slots(c, w.way.back()); probe >= all {
			break
		}
	}
	if w.bounds.Degree == 0 && probe < all {
		return w.probe(id, left)
	}
	if err := w.mark(id); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(left, func(c graph.EntityID) bool { return !w.seen.Has(c) }), nil
}

// mark sees what is at the other end from id.
func (w *Walk) mark(id graph.EntityID) error {
	w.seen.Reset(w.s.lastEntity)
	return w.expand(id, w.way, (*Walk).see)
}

func (w *Walk) see(r run, pass *verdicts) bool {
	at, epoch := w.seen.at, w.seen.epoch
	for i := r.lo; i < r.hi; i++ {
		if v := pass.of(r.tag[i]); v == passed || v == unsure && w.f.sure(w.s, r.relation[i]) {
			at[r.peer[i]] = epoch
		}
	}
	return true
}

// probe keeps of left what has an edge to id.
func (w *Walk) probe(id graph.EntityID, left []graph.EntityID) ([]graph.EntityID, error) {
	kept := left[:0]
	for _, c := range left {
		w.wanted, w.found = id, false
		if err := w.expand(c, w.way.back(), (*Walk).spot); err != nil {
			return nil, err
		}
		if w.found {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// spot ends at the entity that is wanted.
func (w *Walk) spot(r run, pass *verdicts) bool {
	for i := r.lo; i < r.hi; i++ {
		if r.peer[i] != w.wanted {
			continue
		}
		if v := pass.of(r.tag[i]); v == passed || v == unsure && w.f.sure(w.s, r.relation[i]) {
			w.found = true
			return false
		}
	}
	return true
}
