package topology

import (
	"context"
	"slices"

	"lianzhu/graph"
)

// Route is a path of the fewest relations: Entities from end to end, and
// between each two of them a relation. Found is false where there is none, or
// none within the bounds: Completeness tells which.
type Route struct {
	Found     bool
	Entities  []graph.EntityID
	Relations []graph.RelationID
	graph.Completeness
}

// side is the search from one end: its levels one after the other in queue.
type side struct {
	way    way
	which  uint32             // 0 or 1
	mark   uint32             // what its last level is marked with
	queue  []graph.EntityID   // all that was reached, in the order of reaching
	from   []uint32           // of each: the place in queue it was reached from
	via    []graph.RelationID // and by which relation
	levels []int              // where each level begins in queue
	costs  []int              // how many edges are at each level
}

// depth is the number of the last level, which is not followed yet.
func (d *side) depth() int { return len(d.levels) - 1 }

// level is the entities of one level; the last is open.
func (d *side) level(k int) []graph.EntityID {
	if k == d.depth() {
		return d.queue[d.levels[k]:]
	}
	return d.queue[d.levels[k]:d.levels[k+1]]
}

// Path finds a path of the fewest relations, searching from both ends at once
// and each time on the side whose frontier has fewer edges, so that a hub is
// walked towards rather than from. Among equals it gives the one whose relations
// come first by id, one after the other, as [graph.FindPaths] does; where
// Bounds.Degree has cut a hub it may be another of them. The filter's Peers must
// hold for all entities but from; Avoid and NotThrough speak of what lies
// between the ends. Bounds.Depth is the greatest length. From equal to to is a
// path without relations.
func (w *Walk) Path(ctx context.Context, q Query, from, to graph.EntityID) (Route, error) {
	m, err := w.search(ctx, q, from, to)
	if err != nil {
		return Route{}, err
	}
	if m.found && from != to {
		if ok, err := w.first(m); ok || err != nil {
			return Route{true, w.route.Entities, w.route.Relations, w.done}, err
		}
	}
	return w.tell(m), nil
}

// Reachable tells whether there is a path from one entity to the other within
// the bounds; where it is false, Completeness tells whether that is certain.
func (w *Walk) Reachable(ctx context.Context, q Query, from, to graph.EntityID) (bool, graph.Completeness, error) {
	m, err := w.search(ctx, q, from, to)
	return m.found, w.done, err
}

// search looks for a meeting of the two sides.
func (w *Walk) search(ctx context.Context, q Query, from, to graph.EntityID) (met, error) {
	if err := w.begin(ctx, &q); err != nil || !w.s.Has(from) || !w.s.Has(to) {
		return met{}, err
	}
	if from != to && w.f.peers != 0 && !w.f.peers.has(w.s.kindAt(to)) {
		return met{}, nil
	}
	w.seen.reset(w.s.lastEntity, markValues)
	w.exempt = from
	w.sides[0].start(w, from, w.way, 0)
	w.sides[1].start(w, to, w.way.back(), 1)
	m, err := met{found: true}, error(nil)
	if from != to {
		m, err = w.meet()
	}
	w.done.DepthReached = w.sides[0].depth() + w.sides[1].depth()
	w.done.VisitedNodes = len(w.sides[0].queue) + len(w.sides[1].queue)
	if from == to {
		w.done.VisitedNodes = 1
	}
	return m, err
}

// What an entity is marked with, counted from the round's first mark: that the
// path may not go through it; that a side reached it in some level; that it is
// on one of the shortest paths, so many relations from their beginning.
const (
	markBlocked = 0
	markReached = 1 // + 2*level + side
	markOnPath  = 1 << 19
	markValues  = 1 << 20

	mostLevels = markOnPath/2 - 1
)

func (d *side) start(w *Walk, end graph.EntityID, way way, which uint32) {
	d.way, d.which, d.mark = way, which, w.seen.epoch+markReached+which
	d.queue = append(d.queue[:0], end)
	d.from = append(d.from[:0], 0)
	d.via = append(d.via[:0], 0)
	d.levels = append(d.levels[:0], 0)
	d.costs = append(d.costs[:0], w.s.slots(end, way))
	w.seen.at[end] = d.mark
}

// met is where the two sides have met: the last relation, the places of its
// ends in the queues of the sides, and the side that found it.
type met struct {
	found bool
	near  *side
	at    [2]uint32
	via   graph.RelationID
}

// meet grows the cheaper side by a level until the sides meet.
func (w *Walk) meet() (met, error) {
	for {
		near, far := &w.sides[0], &w.sides[1]
		if far.costs[far.depth()] < near.costs[near.depth()] {
			near, far = far, near
		}
		if len(near.level(near.depth())) == 0 || len(far.level(far.depth())) == 0 {
			return met{}, nil
		}
		depth := near.depth() + far.depth()
		if w.bounds.Depth > 0 && depth >= w.bounds.Depth || depth >= mostLevels {
			w.stop(graph.StopDepth)
			return met{}, nil
		}
		m, err := w.grow(near, far)
		if m.found || w.stopped || err != nil {
			return m, err
		}
	}
}

// grow follows the frontier of a side.
func (w *Walk) grow(near, far *side) (met, error) {
	begin, end := near.levels[near.depth()], len(near.queue)
	near.levels = append(near.levels, end)
	near.costs = append(near.costs, 0)
	near.mark += 2
	w.current = stepState{near: near, far: far}
	for i := begin; i < end && !w.stopped; i++ {
		w.current.place = uint32(i)
		err := w.expand(near.queue[i], near.way, (*Walk).advance)
		if w.current.m.found || err != nil {
			return w.current.m, err
		}
	}
	return met{}, nil
}

// stepState is what advance works on.
type stepState struct {
	near, far *side
	place     uint32
	m         met
}

// advance adds what a run leads to, and ends where the other side is met.
func (w *Walk) advance(r run, pass *verdicts) bool {
	near, at, place := w.current.near, w.seen.at, w.current.place
	epoch, mark, other := w.seen.epoch, near.mark, markReached+1-near.which
	queue, from, via, cost := near.queue, near.from, near.via, 0
	found := false
	for i := r.lo; i < r.hi; i++ {
		v := pass.of(r.tag[i])
		if v == refused {
			continue
		}
		peer := r.peer[i]
		theirs := at[peer] > epoch && (at[peer]-epoch-other)&1 == 0
		if at[peer] >= epoch && !theirs || v == unsure && !w.f.sure(w.s, r.relation[i]) {
			continue
		}
		if found = theirs; found {
			w.current.m = w.metAt(peer, r.relation[i])
			break
		}
		if w.f.picky && !w.between(peer) {
			continue
		}
		at[peer] = mark
		queue, from, via = append(queue, peer), append(from, place), append(via, r.relation[i])
		cost += w.s.slots(peer, near.way)
	}
	near.queue, near.from, near.via = queue, from, via
	near.costs[near.depth()] += cost
	return !found && w.room()
}

// room ends the search where it has reached too many entities.
func (w *Walk) room() bool {
	if w.bounds.Nodes > 0 && len(w.sides[0].queue)+len(w.sides[1].queue) > w.bounds.Nodes {
		w.stop(graph.StopNodes)
		return false
	}
	return true
}

// between tells whether a path may go through id; what it may not go through is
// marked, and reported once where its kind is the reason.
func (w *Walk) between(id graph.EntityID) bool {
	if w.f.reaches(w.s, id) {
		if w.f.notThrough == 0 || !w.f.notThrough.has(w.s.kindAt(id)) {
			return true
		}
		w.skip(id, w.s.degree(id, both, w.f.types), 0)
	}
	w.seen.at[id] = w.seen.epoch + markBlocked
	return false
}

// metAt is the meeting that the relation via to id makes. The other side has
// reached id lately, so it is looked for from the end of the queue.
func (w *Walk) metAt(id graph.EntityID, via graph.RelationID) met {
	near, far := w.current.near, w.current.far
	m := met{found: true, near: near, via: via}
	n := len(far.queue) - 1
	for far.queue[n] != id {
		n--
	}
	m.at[near.which], m.at[far.which] = w.current.place, uint32(n)
	return m
}

// tell gives the path through the meeting, if there is one.
func (w *Walk) tell(m met) Route {
	if !m.found {
		return Route{Completeness: w.done}
	}
	from, to, r := &w.sides[0], &w.sides[1], w.emptyRoute()
	for at := m.at[0]; ; at = from.from[at] {
		r.Entities = append(r.Entities, from.queue[at])
		if at == 0 {
			break
		}
		r.Relations = append(r.Relations, from.via[at])
	}
	slices.Reverse(r.Entities)
	slices.Reverse(r.Relations)
	if m.via != 0 {
		r.Relations = append(r.Relations, m.via)
	}
	for at := m.at[1]; m.via != 0; at = to.from[at] {
		r.Entities = append(r.Entities, to.queue[at])
		if at == 0 {
			break
		}
		r.Relations = append(r.Relations, to.via[at])
	}
	return Route{true, r.Entities, r.Relations, w.done}
}

func (w *Walk) emptyRoute() *Route {
	w.route.Entities, w.route.Relations = w.route.Entities[:0], w.route.Relations[:0]
	return &w.route
}
