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
		return cmp.Or(cmp.Compare(w.s.slots(a, q.Direction), w.s.slots(b, q.Direction)), cmp.Compare(a, b))
	})
	ends = slices.Compact(ends)
	w.entities = w.entities[:0]
	if len(ends) == 0 {
		return nil, w.done, nil
	}
	if err := w.peers(q.Direction, ends[0]); err != nil {
		return nil, w.done, err
	}
	slices.Sort(w.entities)
	left := w.entities
	for _, id := range ends[1:] {
		var err error
		if left, err = w.also(q.Direction, id, left); err != nil {
			return nil, w.done, err
		}
	}
	w.done.VisitedNodes = len(w.entities)
	return left, w.done, nil
}

// peers reaches what is at the other end from id, and id itself if need be.
func (w *Walk) peers(dir graph.Direction, id graph.EntityID) error {
	w.seen.Reset(w.s.lastEntity)
	return w.expand(id, dir, (*Walk).take)
}

// also keeps of left what is at the other end from id, too.
func (w *Walk) also(dir graph.Direction, id graph.EntityID, left []graph.EntityID) ([]graph.EntityID, error) {
	probe, all := 0, w.s.slots(id, dir)
	for _, c := range left {
		probe += w.s.slots(c, opposite(dir))
	}
	if w.bounds.Degree == 0 && probe < all {
		return w.probe(dir, id, left)
	}
	if err := w.mark(dir, id); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(left, func(c graph.EntityID) bool { return !w.seen.Has(c) }), nil
}

// mark sees what is at the other end from id.
func (w *Walk) mark(dir graph.Direction, id graph.EntityID) error {
	w.seen.Reset(w.s.lastEntity)
	return w.expand(id, dir, (*Walk).see)
}

func (w *Walk) see(span Span, table []verdict) bool {
	at, epoch := w.seen.at, w.seen.epoch
	for i, peer := range span.Peers {
		if v := table[span.tags[i]>>verdictShift]; v == passed || v == unsure && w.f.sure(w.s, span.Relations[i]) {
			at[peer] = epoch
		}
	}
	return true
}

// probe keeps of left what has an edge to id.
func (w *Walk) probe(dir graph.Direction, id graph.EntityID, left []graph.EntityID) ([]graph.EntityID, error) {
	kept := left[:0]
	for _, c := range left {
		w.wanted, w.found = id, false
		if err := w.expand(c, opposite(dir), (*Walk).look); err != nil {
			return nil, err
		}
		if w.found {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// look ends at the entity that is wanted.
func (w *Walk) look(span Span, table []verdict) bool {
	for i, peer := range span.Peers {
		if peer != w.wanted {
			continue
		}
		if v := table[span.tags[i]>>verdictShift]; v == passed || v == unsure && w.f.sure(w.s, span.Relations[i]) {
			w.found = true
			return false
		}
	}
	return true
}
