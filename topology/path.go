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

// side is the search from one end.
type side struct {
	way   way
	mark  uint32           // what its entities are marked with
	queue []graph.EntityID // all that was reached, in the order of reaching
	from  []uint32         // of each: the place in queue it was reached from
	via   []graph.RelationID
	begin int // where the frontier begins in queue
	depth int
	cost  int // edges at the frontier
}

// Path finds a path of the fewest relations, searching from both ends at once
// and each time on the side whose frontier has fewer edges, so that a hub is
// walked towards rather than from. Among equals it takes the one it meets
// first; equal graphs give equal answers. The filter's Peers must hold for all
// entities but from; Avoid and NotThrough speak of what lies between the ends.
// Bounds.Depth is the greatest length. From equal to to is a path without
// relations.
func (w *Walk) Path(ctx context.Context, q Query, from, to graph.EntityID) (Route, error) {
	if err := w.begin(ctx, &q); err != nil {
		return Route{}, err
	}
	w.route.Entities, w.route.Relations = w.route.Entities[:0], w.route.Relations[:0]
	if !w.s.Has(from) || !w.s.Has(to) {
		return Route{Completeness: w.done}, nil
	}
	w.seen.reset(w.s.lastEntity, markValues)
	w.exempt = from
	w.sides[0].start(w, from, w.way, 0)
	if from == to {
		w.done.VisitedNodes = 1
		w.route.Entities = append(w.route.Entities, from)
		return Route{true, w.route.Entities, w.route.Relations, w.done}, nil
	}
	if w.f.peers != 0 && !w.f.peers.has(w.s.kindAt(to)) {
		return Route{Completeness: w.done}, nil
	}
	w.sides[1].start(w, to, w.way.back(), 1)
	met, err := w.meet()
	if err != nil {
		return Route{}, err
	}
	return w.finish(met), nil
}

// Reachable tells whether there is a path from one entity to the other within
// the bounds; where it is false, Completeness tells whether that is certain.
func (w *Walk) Reachable(ctx context.Context, q Query, from, to graph.EntityID) (bool, graph.Completeness, error) {
	r, err := w.Path(ctx, q, from, to)
	return r.Found, r.Completeness, err
}

// What an entity is marked with: by side 0, by side 1, or as one through which
// the path may not go.
const (
	markBlocked = 2
	markValues  = 3
)

func (d *side) start(w *Walk, end graph.EntityID, way way, mark uint32) {
	d.way, d.mark, d.begin, d.depth = way, w.seen.epoch+mark, 0, 0
	d.queue = append(d.queue[:0], end)
	d.from = append(d.from[:0], 0)
	d.via = append(d.via[:0], 0)
	d.cost = w.s.slots(end, way)
	w.seen.at[end] = d.mark
}

// met is where the two sides have met: the last relation, and the places of its
// ends in the queues of the sides.
type met struct {
	found bool
	at    [2]uint32
	via   graph.RelationID
}

// meet grows the cheaper side by a level until the sides meet.
func (w *Walk) meet() (met, error) {
	for {
		near, far := &w.sides[0], &w.sides[1]
		if far.cost < near.cost {
			near, far = far, near
		}
		if near.begin == len(near.queue) || far.begin == len(far.queue) {
			return met{}, nil
		}
		if w.bounds.Depth > 0 && near.depth+far.depth >= w.bounds.Depth {
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
	end := len(near.queue)
	near.depth++
	near.cost = 0
	for i := near.begin; i < end && !w.stopped; i++ {
		m, err := w.step(near, far, uint32(i))
		if m.found || err != nil {
			return m, err
		}
	}
	near.begin = end
	return met{}, nil
}

// step follows one entity.
func (w *Walk) step(near, far *side, i uint32) (m met, err error) {
	w.current = stepState{near: near, far: far, place: i}
	err = w.expand(near.queue[i], near.way, (*Walk).search)
	if err != nil || !w.current.m.found {
		return met{}, err
	}
	return w.current.m, nil
}

// stepState is what search works on.
type stepState struct {
	near, far *side
	place     uint32
	m         met
}

// search adds what a run leads to, and ends where the other side is met.
func (w *Walk) search(r run, pass *verdicts) bool {
	near, at, place := w.current.near, w.seen.at, w.current.place
	mine, theirs := near.mark, w.current.far.mark
	blocked := w.seen.epoch + markBlocked
	queue, from, via, cost := near.queue, near.from, near.via, 0
	met := false
	for i := r.lo; i < r.hi; i++ {
		v := pass.of(r.tag[i])
		if v == refused {
			continue
		}
		peer := r.peer[i]
		mark := at[peer]
		if mark == mine || mark == blocked || v == unsure && !w.f.sure(w.s, r.relation[i]) {
			continue
		}
		if met = mark == theirs; met {
			w.current.m = w.metAt(peer, r.relation[i])
			break
		}
		if w.f.picky && !w.between(peer) {
			continue
		}
		at[peer] = mine
		queue, from, via = append(queue, peer), append(from, place), append(via, r.relation[i])
		cost += w.s.slots(peer, near.way)
	}
	near.queue, near.from, near.via = queue, from, via
	near.cost += cost
	return !met && w.room()
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
	m := met{found: true, via: via}
	near, far := w.current.near, w.current.far
	n := len(far.queue) - 1
	for far.queue[n] != id {
		n--
	}
	sideOf := 0
	if near == &w.sides[1] {
		sideOf = 1
	}
	m.at[sideOf], m.at[1-sideOf] = w.current.place, uint32(n)
	return m
}

// finish tells the path through the meeting.
func (w *Walk) finish(m met) Route {
	from, to := &w.sides[0], &w.sides[1]
	w.done.DepthReached = from.depth + to.depth
	w.done.VisitedNodes = len(from.queue) + len(to.queue)
	if !m.found {
		return Route{Completeness: w.done}
	}
	r := &w.route
	for at := m.at[0]; ; at = from.from[at] {
		r.Entities = append(r.Entities, from.queue[at])
		if at == 0 {
			break
		}
		r.Relations = append(r.Relations, from.via[at])
	}
	slices.Reverse(r.Entities)
	slices.Reverse(r.Relations)
	r.Relations = append(r.Relations, m.via)
	for at := m.at[1]; ; at = to.from[at] {
		r.Entities = append(r.Entities, to.queue[at])
		if at == 0 {
			break
		}
		r.Relations = append(r.Relations, to.via[at])
	}
	return Route{true, r.Entities, r.Relations, w.done}
}
