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
	shortestMemory
	x       *expander
	q       PathQuery
	sides   [2]shortestSide
	best    meeting
	visit   visitor    // of this very search
	quick   bool       // edges are taken in whatever order
	from    []int32    // the places that are followed
	side    int        // whose they are
	shut    []EntityID // closed regions at which the sides met in this step
	full    bool       // a bound ended the search
	visited int        // entities
}

// shortestMemory is what a search notes beside the answer.
type shortestMemory struct {
	place idTable // of each entity met in nodes, or avoided
	nodes []shortestNode
	lists [2]struct { // of each side
		frontier, spare []int32
		ids             []EntityID
		groups          []int32
	}
}

// shortestNode is an entity that was met: from which other one of its side, and
// by which relation.
type shortestNode struct {
	id       EntityID
	back     int32
	relation RelationID
	level    int16
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

	groups   []int32 // where in nodes what was met from each of the last frontier begins
	last     int     // of these, by place in the frontier
	arranged bool    // the frontier is in order
}

// meeting is a path: the places at which a relation joins the two sides.
type meeting struct {
	length   int // 0: there is none
	from, to int32
	relation RelationID
}

// findShortest answers q. As long as no bound is met the order of the edges of one
// entity has no say in what is found, so they are taken as they come.
func findShortest(x *expander, q PathQuery) (*Paths, error) {
	s := &x.mem.shortest
	s.x, s.q, s.quick = x, q, x.follower != nil
	defer func() { s.x, s.q = nil, PathQuery{} }()
	if s.visit == nil {
		s.visit = s.visitor()
	}
	if err := s.search(); err != nil {
		return nil, err
	}
	x.done.DepthReached = s.depth()
	x.done.VisitedNodes = s.visited
	slices.SortFunc(x.done.SkippedHubs, func(a, b HubSkip) int { return cmp.Compare(a.Entity, b.Entity) })
	found := &Paths{}
	if s.best.length > 0 {
		x.done.settle() // shorter ones were looked for without a cut
		found.Routes = []Route{s.route()}
	}
	found.Completeness = x.done
	return found, nil
}

// search begins at the two ends.
func (s *shortest) search() error {
	s.place.reset()
	s.nodes, s.best, s.full, s.shut, s.visited = s.nodes[:0], meeting{}, false, s.shut[:0], 0
	for _, id := range s.q.Avoid {
		s.place.put(uint32(id), avoided)
	}
	for i, end := range []EntityID{s.q.From, s.q.To} {
		s.place.put(uint32(end), uint32(i))
		s.nodes = append(s.nodes, shortestNode{id: end, back: -1, side: int8(i)})
		lists := &s.lists[i]
		s.sides[i] = shortestSide{frontier: append(lists.frontier[:0], int32(i)), spare: lists.spare, ids: lists.ids, groups: lists.groups, cost: -1, arranged: true}
	}
	s.sides[0].dir, s.sides[1].dir = s.q.Direction, opposite(s.q.Direction)
	err := s.run()
	for i := range s.sides {
		side, lists := &s.sides[i], &s.lists[i]
		lists.frontier, lists.spare, lists.ids, lists.groups = side.frontier, side.spare, side.ids, side.groups
	}
	return err
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
		if side.cost >= 0 {
			continue
		}
		side.list(s.nodes)
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
// better meetings; what it met before in this step is not counted then, since
// how much that is depends on the order.
func (s *shortest) grow(n int) error {
	side, other := &s.sides[n], &s.sides[1-n]
	s.arrange(side)
	places := side.frontier
	side.frontier, side.spare, side.cost, s.shut = side.spare[:0], places, -1, s.shut[:0]
	side.depth++
	s.visited = len(s.nodes)
	// From the first side the first entity that leads over gives the first path.
	sure, cut := n == 0 && !other.cut, side.cut
	done, err := s.follow(n, places, sure)
	if err != nil {
		return err
	}
	s.full = !done
	if s.best.length == 0 { // all that is new was met by this side
		for at := s.visited; at < len(s.nodes); at++ {
			side.frontier = append(side.frontier, int32(at))
		}
		side.arranged = false
		s.visited = len(s.nodes)
	}
	switch {
	case s.best.length == 0:
		return s.x.reportClosed(s.shut, s.q.Direction)
	case cut && done: // the other side may stand before what a hub did not show
		s.arrange(other)
		_, err = s.follow(1-n, other.frontier, false)
	}
	return err
}

// follow looks at the relations from places of side n; where the first meeting
// is sure to be the best, until one of these has led over. It tells whether no
// bound was met.
func (s *shortest) follow(n int, places []int32, sure bool) (done bool, err error) {
	side := &s.sides[n]
	f := frontier{ids: side.ids, dir: side.dir, towards: n == 1}
	if sure {
		f.over = &s.best.length
	}
	side.last, side.groups = -1, side.groups[:0]
	s.from, s.side = places, n
	if s.quick {
		f.walk = s
	}
	at, err := s.x.expand(f, spot{}, s.visit)
	side.cut = slices.ContainsFunc(s.x.done.SkippedHubs, func(h HubSkip) bool { return h.Followed > 0 && s.isOf(n, h.Entity) })
	return sure && s.best.length > 0 || at.index == len(f.ids), err
}

// visitor takes the relations of the side and the places at hand in order.
func (s *shortest) visitor() visitor {
	return func(i int, arcs []Arc) (int, error) {
		s.sides[s.side].begin(i, len(s.nodes))
		for k := range arcs {
			if more, err := s.take(s.side, s.from[i], arcs[k].Peer, arcs[k].Relation); !more || err != nil {
				return k, err
			}
		}
		return len(arcs), nil
	}
}

// near makes shortest an [unordered] walk.
func (s *shortest) near(i int, near *Near) (taken bool, err error) {
	a, b := &near.Parts[0], &near.Parts[1]
	if len(s.nodes)+len(a.Peers)+len(b.Peers) > s.q.Bounds.Nodes {
		return false, nil
	}
	s.sides[s.side].begin(i, len(s.nodes))
	if err = s.takeAll(s.side, s.from[i], a); err == nil {
		err = s.takeAll(s.side, s.from[i], b)
	}
	return true, err
}

// isOf tells whether side n has met an entity.
func (s *shortest) isOf(n int, id EntityID) bool {
	at, met := s.place.get(uint32(id))
	return met && at != avoided && int(s.nodes[at].side) == n
}

// begin notes that what is met next is met from the i-th of the frontier.
func (d *shortestSide) begin(i, nodes int) {
	if i != d.last {
		d.last, d.groups = i, append(d.groups, int32(nodes))
	}
}

// arrange puts what a side has met last in the order of the paths to it, and
// lists it: those met first from the same entity by their relations.
func (s *shortest) arrange(side *shortestSide) {
	if side.arranged || side.ended() {
		return
	}
	side.arranged = true
	first := side.frontier[0]
	for i, from := range side.groups {
		to := first + int32(len(side.frontier))
		if i+1 < len(side.groups) {
			to = side.groups[i+1]
		}
		s.sortFew(side.frontier[from-first : to-first])
	}
	side.list(s.nodes)
}

// list lists the ids of the frontier.
func (d *shortestSide) list(nodes []shortestNode) {
	d.ids = d.ids[:0]
	for _, place := range d.frontier {
		d.ids = append(d.ids, nodes[place].id)
	}
}

// sortFew puts entities that were met from the same one in the order of their
// relations, in which those of one type stand.
func (s *shortest) sortFew(list []int32) {
	if len(list) > fewIDs {
		order := &s.x.mem.order
		order.start()
		for _, at := range list {
			order.add(uint32(s.nodes[at].relation), uint32(at))
		}
		for i, item := range order.sorted() {
			list[i] = int32(uint32(item))
		}
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
func (s *shortest) take(n int, from int32, peer EntityID, relation RelationID) (bool, error) {
	known, met := s.look(peer)
	switch {
	case !met:
		return s.best.length > 0 || s.meet(n, from, peer, relation), nil
	case known == avoided:
		return true, nil
	}
	return true, s.again(n, from, int32(known), relation)
}

// takeAll takes relations for which there is room.
func (s *shortest) takeAll(n int, from int32, t *Ties) error {
	s.place.reserve(len(t.Peers))
	s.nodes = slices.Grow(s.nodes, len(t.Peers))
	relations, slots, shift := t.Relations[:len(t.Peers)], s.place.slots, s.place.shift
	nodes, room := len(s.nodes), s.nodes[:cap(s.nodes)]
	mask := uint32(len(slots) - 1)
	level := int16(s.sides[n].depth)
	for k, peer := range t.Peers {
		at := hashOf(uint32(peer), shift)
		slot := slots[at&mask]
		for slot != 0 && uint32(slot>>32) != uint32(peer) {
			at++
			slot = slots[at&mask]
		}
		switch known := uint32(slot); {
		case slot == 0 && s.best.length == 0:
			slots[at&mask] = uint64(peer)<<32 | uint64(nodes)
			node := &room[nodes] // field by field, since one wide store would wait for narrow ones
			node.id, node.back, node.relation = peer, from, relations[k]
			node.level, node.side, node.both = level, int8(n), false
			nodes++
		case slot == 0 || known == avoided:
		case int(room[known].side) == n && (room[known].level != level || room[known].relation < relations[k]):
		default:
			s.count(nodes)
			if err := s.again(n, from, int32(known), relations[k]); err != nil {
				return err
			}
		}
	}
	s.count(nodes)
	return nil
}

// count tells the lists how many nodes there are.
func (s *shortest) count(nodes int) {
	s.place.count += nodes - len(s.nodes)
	s.nodes = s.nodes[:nodes]
}

// again looks at a relation to what was met before.
func (s *shortest) again(n int, from, to int32, relation RelationID) error {
	peer := &s.nodes[to]
	if int(peer.side) != n {
		return s.join(n, from, to, relation)
	}
	if s.best.length == 0 && int(peer.level) == s.sides[n].depth && relation < peer.relation && (n == 1 || peer.back == from) {
		peer.back, peer.relation = from, relation
	}
	return nil
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
func (s *shortest) meet(n int, from int32, peer EntityID, relation RelationID) bool {
	if len(s.nodes) >= s.q.Bounds.Nodes {
		s.x.done.stop(StopNodes)
		return false
	}
	s.put(n, from, peer, relation)
	return true
}

func (s *shortest) put(n int, from int32, peer EntityID, relation RelationID) {
	s.nodes = append(s.nodes, shortestNode{id: peer, back: from, relation: relation, level: int16(s.sides[n].depth), side: int8(n)})
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
	m := meeting{length: int(s.nodes[from].level) + 1 + int(s.nodes[to].level), from: from, to: to, relation: relation}
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
func (s *shortest) routeOf(m meeting) Route {
	r := Route{Entities: make([]EntityID, 0, m.length+1), Relations: make([]RelationID, 0, m.length)}
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
	s.arrange(&s.sides[n])
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
