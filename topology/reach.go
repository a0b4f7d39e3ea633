package topology

import (
	"context"

	"lianzhu/graph"
)

// Reached is what a walk by levels found: Entities in the order of reaching,
// the roots first; Ends[k] is where level k ends among them. Within a level the
// order is that in which the edges stand, so equal graphs give equal answers.
type Reached struct {
	Entities []graph.EntityID
	Ends     []int
	graph.Completeness
}

// Level is the entities that are k relations away from the nearest root.
func (r *Reached) Level(k int) []graph.EntityID {
	if k == 0 {
		return r.Entities[:r.Ends[0]]
	}
	return r.Entities[r.Ends[k-1]:r.Ends[k]]
}

// Reach goes from the roots level by level. Roots that do not exist, or are
// named twice, are left out; the filter does not apply to them. Bounds.Depth is
// what was asked for and no reason to be incomplete.
func (w *Walk) Reach(ctx context.Context, q Query, roots ...graph.EntityID) (Reached, error) {
	if err := w.begin(ctx, &q); err != nil {
		return Reached{}, err
	}
	w.start(roots)
	for level, from := 1, 0; (q.Bounds.Depth == 0 || level <= q.Bounds.Depth) && !w.stopped; level++ {
		to := len(w.entities)
		if err := w.level(from, to); err != nil {
			return Reached{}, err
		}
		if len(w.entities) == to {
			break
		}
		w.ends = append(w.ends, len(w.entities))
		from = to
	}
	w.done.DepthReached, w.done.VisitedNodes = len(w.ends)-1, len(w.entities)
	return Reached{w.entities, w.ends, w.done}, nil
}

// start puts the roots in.
func (w *Walk) start(roots []graph.EntityID) {
	w.seen.Reset(w.s.lastEntity)
	w.entities, w.ends = w.entities[:0], w.ends[:0]
	for _, id := range roots {
		if !w.s.Has(id) || !w.seen.Add(id) {
			continue
		}
		if w.bounds.Nodes > 0 && len(w.entities) == w.bounds.Nodes {
			w.stop(graph.StopNodes)
			break
		}
		w.entities = append(w.entities, id)
	}
	w.ends = append(w.ends, len(w.entities))
}

// level follows the entities from..to of those reached. Roots are followed
// whatever their kind.
func (w *Walk) level(from, to int) error {
	for i := from; i < to && !w.stopped; i++ {
		id := w.entities[i]
		if from > 0 && w.closed(id) {
			w.skip(id, w.s.degree(id, w.way, w.f.types), 0)
			continue
		}
		if err := w.expand(id, w.way, (*Walk).take); err != nil {
			return err
		}
	}
	return nil
}

// closed tells whether a walk ends at id because of its kind.
func (w *Walk) closed(id graph.EntityID) bool {
	return w.f.notThrough != 0 && w.f.notThrough.has(w.s.kindAt(id))
}

// take adds the entities that a run leads to.
func (w *Walk) take(r run, pass *verdicts) bool {
	at, epoch, reached, careful := w.seen.at, w.seen.epoch, w.entities, w.careful
	peers, tags := r.peer[r.lo:r.hi], r.tag[r.lo:r.hi]
	tags = tags[:len(peers)]
	for i, peer := range peers {
		v := pass.of(tags[i])
		if v == refused || at[peer] == epoch {
			continue
		}
		if (careful || v == unsure) && !w.mayTake(peer, v, r.relation[r.lo+uint32(i)], len(reached)) {
			if w.stopped {
				w.entities = reached
				return false
			}
			continue
		}
		at[peer] = epoch
		reached = append(reached, peer)
	}
	w.entities = reached
	return true
}

// mayTake asks what the tag does not tell: the columns, the peer, and whether
// there is room.
func (w *Walk) mayTake(peer graph.EntityID, v verdict, id graph.RelationID, reached int) bool {
	if v == unsure && !w.f.sure(w.s, id) || w.f.picky && !w.f.reaches(w.s, peer) {
		return false
	}
	if w.bounds.Nodes > 0 && reached >= w.bounds.Nodes {
		w.stop(graph.StopNodes)
		return false
	}
	return true
}

// Below is the region root and all regions below it, as
// [graph.Matcher.Subtree] finds them; nothing, where root is no region.
func (w *Walk) Below(ctx context.Context, root graph.EntityID) ([]graph.EntityID, error) {
	if w.s.Kind(root) != graph.KindRegion {
		return nil, nil
	}
	f := w.s.vocab.below
	if f == nil {
		return []graph.EntityID{root}, nil
	}
	found, err := w.Reach(ctx, Query{Direction: graph.In, Filter: f}, root)
	return found.Entities, err
}
