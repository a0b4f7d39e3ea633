package graph

import (
	"cmp"
	"slices"
)

// shortest looks for one path of the fewest relations, from both ends, level by
// level: each time on the side whose frontier has fewer relations, so that a hub
// is walked towards rather than from. An entity belongs to the side that met it
// first; where a relation joins the sides there is a path.
//
// The first of all the shortest paths, by the ids of their relations, comes of
// the order in which the sides are kept. From's side knows of each entity the
// first path to it: the entities of a level are in the order of these, so the
// one that meets an entity first gives the first path. To's side knows of each
// entity the least relation by which it goes on.
type shortest struct {
	*shortestMemory
	x     *expander
	q     *PathQuery
	sides [2]shortestSide
	best  meeting
	shut  []EntityID // closed regions at which the sides met in this step
	full  bool       // a bound ended the search
}

// shortestMemory is what a search notes beside the answer.
type shortestMemory struct {
	place idTable // of each entity met in nodes, or avoided
	nodes []shortestNode
	lists [2]struct { // of each side
		frontier, spare []int32
		ids             []EntityID
	}
}

// shortestNode is an entity that was met: from which other one of its side, and
// by which relation.
type shortestNode struct {
	id       EntityID
	back     int32
	relation RelationID
	level    int32
	side     int8
	both     bool // a closed region, which both sides have met
}

// shortestSide is the search from one end.
type shortestSide struct {
	dir      Direction
	frontier []int32 // places in nodes
	spare    []int32 // memory of the frontier before
	ids      []EntityID
	depth    int
	cost     int  // relations at the frontier; -1: not counted yet
	cut      bool // a hub of this side was followed in part
}

// meeting is a path: the places at which a relation joins the two sides.
type meeting struct {
	length   int // 0: there is none
	from, to int32
	relation RelationID
}

// findShortest answers q.
func findShortest(x *expander, q PathQuery) (*Paths, error) {
	s := shortest{x: x, q: &q, shortestMemory: &x.mem.shortest}
	s.place.reset()
	s.nodes = s.nodes[:0]
	for _, id := range q.Avoid {
		s.place.put(uint32(id), avoided)
	}
	for i, end := range []EntityID{q.From, q.To} {
		s.place.put(uint32(end), uint32(i))
		s.nodes = append(s.nodes, shortestNode{id: end, back: -1, side: int8(i)})
		lists := &s.lists[i]
		s.sides[i] = shortestSide{frontier: append(lists.frontier[:0], int32(i)), spare: lists.spare, ids: lists.ids, cost: -1}
	}
	s.sides[0].dir, s.sides[1].dir = q.Direction, opposite(q.Direction)
	err := s.run()
	for i := range s.sides {
		side, lists := &s.sides[i], &s.lists[i]
		lists.frontier, lists.spare, lists.ids = side.frontier, side.spare, side.ids
	}
	if err != nil {
		return nil, err
	}
	x.done.DepthReached = s.depth()
	x.done.VisitedNodes = len(s.nodes)
	found := &Paths{}
	if s.best.length > 0 {
		x.done.settle() // shorter ones were looked for without a cut
		found.Routes = []Route{s.route()}
	}
	found.Completeness = x.done
	return found, nil
}

func (s *shortest) depth() int { return s.sides[0].depth + s.sides[1].depth }

// exhausted tells whether there is nothing left to follow, or everything was met
// that one of the ends reaches. What a hub hides the other end may come to.
func (s *shortest) exhausted() bool {
	a, b := &s.sides[0], &s.sides[1]
	return a.ended() && (!a.cut || b.ended()) || b.ended() && !b.cut
}

func (d *shortestSide) ended() bool { return len(d.frontier) == 0 }

func (s *shortest) run() error {
	for s.depth() < s.q.Bounds.Depth {
		if s.exhausted() {
			return nil
		}
		n, err := s.cheaper()
		if err == nil {
			err = s.grow(n)
		}
		if err != nil || s.best.length > 0 || s.full {
			return err
		}
	}
	return s.beyond()
}

// cheaper is the side with fewer relations to follow.
func (s *shortest) cheaper() (int, error) {
	for n := range s.sides {
		side := &s.sides[n]
		side.ids = side.ids[:0]
		for _, place := range side.frontier {
			side.ids = append(side.ids, s.nodes[place].id)
		}
		if side.cost >= 0 {
			continue
		}
		var err error
		if side.cost, err = s.cost(side); err != nil {
			return 0, err
		}
	}
	a, b := &s.sides[0], &s.sides[1]
	if a.ended() || !b.ended() && b.cost < a.cost {
		return 1, nil
	}
	return 0, nil
}

// cost is how many edges the frontier of a side has. Seen in both directions a
// symmetric relation is two, as it is in memory.
func (s *shortest) cost(side *shortestSide) (int, error) {
	if s.x.shape != nil {
		return s.x.shape.Load(side.ids, TypesOf(s.q.Where), side.dir, s.x.degree), nil
	}
	dirs := []Direction{side.dir}
	if side.dir == Both {
		dirs = []Direction{Out, In}
	}
	sum := 0
	for _, dir := range dirs {
		degrees, err := s.x.r.Degree(side.ids, TypesOf(s.q.Where), dir)
		if err != nil {
			return 0, err
		}
		for _, degree := range degrees {
			if s.x.degree > 0 {
				degree = min(degree, s.x.degree)
			}
			sum += degree
		}
	}
	return sum, nil
}

// grow follows the frontier of side n. Once the sides have met it only looks for
// better meetings.
func (s *shortest) grow(n int) error {
	side, other := &s.sides[n], &s.sides[1-n]
	places := side.frontier
	side.frontier, side.spare, side.cost, s.shut = side.spare[:0], places, -1, s.shut[:0]
	side.depth++
	// From the first side the first entity that leads over gives the first path.
	sure, cut := n == 0 && !other.cut, side.cut
	soon := 0 // so many relations are few: the second side came over soon
	if n == 1 && !other.cut && !side.cut {
		soon = len(places) / 2
	}
	seen, done, err := s.follow(n, places, soon, func(from int32) bool {
		return sure && s.best.length > 0 && s.best.from != from
	})
	if err != nil {
		return err
	}
	s.full = !done
	switch {
	case s.best.length > 0 && !side.cut && seen < soon:
		return s.turn()
	case s.best.length == 0 && n == 0:
		s.sort(side.frontier)
		fallthrough
	case s.best.length == 0:
		return s.x.reportClosed(s.shut, s.q.Direction)
	case cut && done: // the other side may stand before what a hub did not show
		_, _, err = s.follow(1-n, other.frontier, 0, func(int32) bool { return false })
	}
	return err
}

// turn looks for the first path from the first side, where the other came over
// soon: its last level but one is complete, and there are many ways to it.
func (s *shortest) turn() error {
	last := int32(-1)
	_, done, err := s.follow(0, s.sides[0].frontier, 0, func(from int32) bool {
		enough := from != last && s.best.from == last && s.best.length == s.depth()
		last = from
		return enough
	})
	s.full = !done
	return err
}

// follow looks at the relations from places of side n, until enough was seen
// before one of these, or the sides have met within fewer relations than soon. It
// tells how many it saw, and whether no bound was met.
func (s *shortest) follow(n int, places []int32, soon int, enough func(from int32) bool) (seen int, done bool, err error) {
	f := frontier{ids: s.sides[n].ids, dir: s.sides[n].dir, towards: n == 1}
	ended := false
	at, err := s.x.expand(f, spot{}, func(i int, arcs []Arc) (int, error) {
		if ended = enough(places[i]); ended {
			return 0, nil
		}
		for k := range arcs {
			if seen++; seen < soon && s.best.length > 0 {
				ended = true
				return k, nil
			}
			if more, err := s.take(n, places[i], &arcs[k]); !more || err != nil {
				return k, err
			}
		}
		return len(arcs), nil
	})
	s.sides[n].cut = slices.ContainsFunc(s.x.done.SkippedHubs, func(h HubSkip) bool { return h.Followed > 0 && s.isOf(n, h.Entity) })
	return seen, ended || at.index == len(f.ids), err
}

// isOf tells whether side n has met an entity.
func (s *shortest) isOf(n int, id EntityID) bool {
	at, met := s.place.get(uint32(id))
	return met && at != avoided && int(s.nodes[at].side) == n
}

// sort puts the entities of a level of the first side in the order of the paths
// to them. Those met from the same entity stand together already.
func (s *shortest) sort(level []int32) {
	for len(level) > 0 {
		n := 1
		for n < len(level) && s.nodes[level[n]].back == s.nodes[level[0]].back {
			n++
		}
		s.sortFew(level[:n])
		level = level[n:]
	}
}

// sortFew puts entities that were met from the same one in the order of their
// relations, in which those of one type stand.
func (s *shortest) sortFew(list []int32) {
	if len(list) > fewIDs {
		slices.SortFunc(list, func(a, b int32) int { return cmp.Compare(s.nodes[a].relation, s.nodes[b].relation) })
		return
	}
	for i := 1; i < len(list); i++ {
		at, relation := list[i], s.nodes[list[i]].relation
		k := i
		for ; k > 0 && s.nodes[list[k-1]].relation > relation; k-- {
			list[k] = list[k-1]
		}
		list[k] = at
	}
}

// take looks at a relation from the entity in a place of side n, and tells
// whether there is room for what it leads to.
func (s *shortest) take(n int, from int32, a *Arc) (bool, error) {
	known, met := s.look(a.Peer)
	switch {
	case !met:
		return s.best.length > 0 || s.meet(n, from, a), nil
	case known == avoided:
		return true, nil
	}
	to := int32(known)
	peer := &s.nodes[to]
	if int(peer.side) != n {
		return true, s.join(n, from, to, a.Relation)
	}
	if s.best.length == 0 && int(peer.level) == s.sides[n].depth && a.Relation < peer.relation && (n == 1 || peer.back == from) {
		peer.back, peer.relation = from, a.Relation
	}
	return true, nil
}

// look is the place of an entity, if it was met. Until the sides have met one
// that was not gets the next place.
func (s *shortest) look(id EntityID) (at uint32, met bool) {
	if s.best.length > 0 {
		return s.place.get(uint32(id))
	}
	at, isNew := s.place.add(uint32(id), uint32(len(s.nodes)))
	return at, !isNew
}

// meet puts a new entity into the next frontier. Where there is no room the
// search is over.
func (s *shortest) meet(n int, from int32, a *Arc) bool {
	if len(s.nodes) >= s.q.Bounds.Nodes {
		s.x.done.stop(StopNodes)
		return false
	}
	at := int32(len(s.nodes))
	s.nodes = append(s.nodes, shortestNode{id: a.Peer, back: from, relation: a.Relation, level: int32(s.sides[n].depth), side: int8(n)})
	s.sides[n].frontier = append(s.sides[n].frontier, at)
	return true
}

// join takes the path that a relation from side n to the other makes, if it is
// better than that which there is.
func (s *shortest) join(n int, from, to int32, relation RelationID) error {
	if to > 1 { // no end
		closed, err := s.x.closed([]EntityID{s.nodes[to].id})
		if err != nil {
			return err
		}
		if len(closed) > 0 {
			if !slices.Contains(s.shut, closed[0]) {
				s.shut = append(s.shut, closed[0])
			}
			s.nodes[to].both = true
			return nil
		}
	}
	m := meeting{length: int(s.nodes[from].level + 1 + s.nodes[to].level), from: from, to: to, relation: relation}
	if n == 1 {
		m.from, m.to = to, from
	}
	if s.best.length == 0 || s.before(m, s.best) {
		s.best = m
	}
	return nil
}

// before tells whether a path is shorter than another, or as short and earlier
// by the ids of its relations.
func (s *shortest) before(a, b meeting) bool {
	if a.length != b.length {
		return a.length < b.length
	}
	if s.nodes[a.from].level != s.nodes[b.from].level { // a hub was followed in part
		return slices.Compare(s.routeOf(a).Relations, s.routeOf(b).Relations) < 0
	}
	return cmp.Or(s.compare(a.from, b.from), cmp.Compare(a.relation, b.relation)) < 0
}

// compare orders entities of one level of the first side by the paths to them.
func (s *shortest) compare(a, b int32) int {
	if a == b {
		return 0
	}
	return cmp.Or(s.compare(s.nodes[a].back, s.nodes[b].back), cmp.Compare(s.nodes[a].relation, s.nodes[b].relation))
}

func (s *shortest) route() Route { return s.routeOf(s.best) }

// routeOf is the path through a meeting.
func (s *shortest) routeOf(m meeting) (r Route) {
	for at := m.from; at >= 0; at = s.nodes[at].back {
		r.Entities = append(r.Entities, s.nodes[at].id)
		if s.nodes[at].back >= 0 {
			r.Relations = append(r.Relations, s.nodes[at].relation)
		}
	}
	slices.Reverse(r.Entities)
	slices.Reverse(r.Relations)
	r.Relations = append(r.Relations, m.relation)
	for at := m.to; at >= 0; at = s.nodes[at].back {
		r.Entities = append(r.Entities, s.nodes[at].id)
		if s.nodes[at].back >= 0 {
			r.Relations = append(r.Relations, s.nodes[at].relation)
		}
	}
	return r
}

// beyond tells whether there may be paths of more than Bounds.Depth relations:
// whether one step further leads to something new.
func (s *shortest) beyond() error {
	if s.exhausted() {
		return nil
	}
	n, err := s.cheaper()
	if err != nil {
		return err
	}
	f := frontier{ids: s.sides[n].ids, dir: s.sides[n].dir, towards: n == 1}
	at, err := s.x.expand(f, spot{}, eachArc(func(_ int, a *Arc) (bool, error) {
		known, met := s.place.get(uint32(a.Peer))
		return met && (known == avoided || int(s.nodes[known].side) == n || s.nodes[known].both), nil
	}))
	if at.index < len(f.ids) {
		s.x.done.stop(StopDepth)
	}
	return err
}
