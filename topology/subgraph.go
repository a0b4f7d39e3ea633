package topology

import (
	"context"
	"slices"

	"lianzhu/graph"
)

// Subgraph is flat and closed: both ends of every relation are among the
// entities. Entities are ordered by level (Ends[k] is where level k ends) and
// within it by id, relations by id. Hidden is for each entity how many
// relations at it, of every type and modality, the subgraph does not show.
type Subgraph struct {
	Entities  []graph.EntityID
	Ends      []int
	Hidden    []int
	Relations []graph.RelationID
	graph.Completeness
}

// Level is how many relations the i-th entity is away from the nearest root.
func (s *Subgraph) Level(i int) int {
	level, _ := slices.BinarySearch(s.Ends, i+1)
	return level
}

// subgraphScratch is what a walk for a subgraph keeps beside the rest.
type subgraphScratch struct {
	taken     relationSet
	relations []graph.RelationID
	hidden    []int
	place     []uint32 // of each entity reached: where it stands
}

// Subgraph collects what is within Bounds.Depth relations of the roots, as
// [graph.WalkSubgraph] does: entity by entity in the order of ids, relation by
// relation in the order of [graph.Adjacency], until a bound is met.
func (w *Walk) Subgraph(ctx context.Context, q Query, roots ...graph.EntityID) (Subgraph, error) {
	if err := w.begin(ctx, &q); err != nil {
		return Subgraph{}, err
	}
	limit := w.bounds.Edges
	w.bounds.Edges = 0 // counts relations taken here, not edges looked at
	w.sub.taken.reset()
	w.sub.relations = w.sub.relations[:0]
	w.sides[0].queue = append(w.sides[0].queue[:0], roots...)
	slices.Sort(w.sides[0].queue)
	w.start(w.sides[0].queue)
	for level, from := 1, 0; (q.Bounds.Depth == 0 || level <= q.Bounds.Depth) && !w.stopped; level++ {
		to := len(w.entities)
		for i := from; i < to && !w.stopped; i++ {
			if err := w.collect(w.entities[i], limit); err != nil {
				return Subgraph{}, err
			}
		}
		if len(w.entities) == to {
			break
		}
		slices.Sort(w.entities[to:])
		w.ends = append(w.ends, len(w.entities))
		from = to
	}
	return w.finishSubgraph(), nil
}

// collect takes in the relations at one entity.
func (w *Walk) collect(id graph.EntityID, limit int) error {
	if len(w.ends) > 1 && w.closed(id) {
		w.skip(id, w.s.degree(id, w.way, w.f.types), 0)
		return nil
	}
	looked := w.eachFew(id, w.way, func(e slot) bool { return w.takeRelation(e, limit) })
	return w.looked(looked)
}

// takeRelation adds a relation and its far end, if there is room.
func (w *Walk) takeRelation(e slot, limit int) bool {
	sub := &w.sub
	if limit > 0 && len(sub.relations) >= limit {
		if sub.taken.has(e.relation) {
			return true
		}
		w.stop(graph.StopEdges)
		return false
	}
	if !sub.taken.add(e.relation) {
		return true
	}
	if !w.seen.Has(e.peer) {
		if w.bounds.Nodes > 0 && len(w.entities) >= w.bounds.Nodes {
			w.stop(graph.StopNodes)
			return false
		}
		w.seen.Add(e.peer)
		w.entities = append(w.entities, e.peer)
	}
	sub.relations = append(sub.relations, e.relation)
	return true
}

// finishSubgraph puts everything in order and counts what is hidden.
func (w *Walk) finishSubgraph() Subgraph {
	sub := &w.sub
	slices.Sort(sub.relations)
	w.done.DepthReached, w.done.VisitedNodes = len(w.ends)-1, len(w.entities)
	if len(sub.place) <= int(w.s.lastEntity) {
		sub.place = make([]uint32, int(w.s.lastEntity)+1+int(w.s.lastEntity)/16)
	}
	sub.hidden = slices.Grow(sub.hidden[:0], len(w.entities))[:len(w.entities)]
	for i, id := range w.entities {
		sub.place[id] = uint32(i)
		sub.hidden[i] = w.s.total(id)
	}
	for _, r := range sub.relations {
		source, target := w.s.endsOf(r)
		sub.hidden[sub.place[source]]--
		sub.hidden[sub.place[target]]--
	}
	return Subgraph{w.entities, w.ends, sub.hidden, sub.relations, w.done}
}
