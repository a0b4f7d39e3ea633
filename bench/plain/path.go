package plain

import (
	"cmp"
	"slices"

	"lianzhu/bench/gen"
)

// Path answers Q4: a shortest path between two entities, regions being ends and
// not corridors, of several the first by the ids of its relations. cut says that
// a bound ended the search, so that another search, as good, may end elsewhere.
func (p *Graph) Path(b []byte, from, to uint32, maxDepth int) (answer []byte, cut bool) {
	s := <-p.scratches
	defer func() { p.scratches <- s }()
	hops := s.path.find(p, s, from, to, maxDepth)
	return s.path.write(b, hops), s.path.cut
}

// PathRelations searches as Path does, and gives the relations of the path by
// index, good until the next question. Sure says that no bound had a say, so
// that it is the first of all the shortest paths.
func (p *Graph) PathRelations(list []uint32, from, to uint32, maxDepth int) (relations []uint32, sure bool) {
	s := <-p.scratches
	defer func() { p.scratches <- s }()
	for _, hop := range s.path.find(p, s, from, to, maxDepth) {
		list = append(list, hop.relation)
	}
	return list, !s.path.cut && s.path.partly == [2]bool{}
}

// find finds the path, or nil.
func (f *pathSearch) find(p *Graph, s *scratch, from, to uint32, maxDepth int) []arc {
	s.epoch++
	f.begin(p, s, from, to)
	for depth := 0; depth < maxDepth && !f.exhausted(); depth++ {
		if f.grow(f.cheaper()); f.best.length > 0 {
			return f.unroll()
		}
		if f.cut {
			break
		}
	}
	return nil
}

// pathSearch goes from both ends at once, a level at a time. Of an entity it
// keeps by which relation it was met first; the levels of the first side stand in
// the order of the paths to their entities, and the second side keeps the least
// relation by which one goes on. So of all relations that lead over, that of the
// first path is told without a list of them.
type pathSearch struct {
	p        *Graph
	s        *scratch // tells which entities were met, and where they stand in met
	met      []metOn
	frontier [2][]int32
	spare    [2][]int32
	depth    [2]int32
	partly   [2]bool // a hub of that side was followed in part
	best     crossing
	hops     []arc
	visited  int
	cut, hub bool
}

// metOn is an entity that was met: by which side, how far from its end, from
// where and by which relation.
type metOn struct {
	id, relation uint32
	back, level  int32
	side         int
}

// crossing is a relation that joins what the sides have met.
type crossing struct {
	length, from, to int32
	relation         uint32
}

// arc is a relation in the direction of the path; its ends are places in met.
type arc struct {
	from, to int32
	relation uint32
}

func (f *pathSearch) begin(p *Graph, s *scratch, from, to uint32) {
	f.p, f.s, f.met = p, s, f.met[:0]
	for side, id := range [2]uint32{from, to} {
		s.seen[id], s.place[id] = s.epoch, uint32(side)
		f.met = append(f.met, metOn{id: id, back: -1, side: side})
		f.frontier[side] = append(f.frontier[side][:0], int32(side))
	}
	f.depth, f.partly, f.best = [2]int32{}, [2]bool{}, crossing{}
	f.visited, f.cut, f.hub = 0, false, false
}

// exhausted tells whether nothing is left to follow. What a hub hides from one
// end the other may come to.
func (f *pathSearch) exhausted() bool {
	a, b := len(f.frontier[0]) == 0, len(f.frontier[1]) == 0
	return a && (!f.partly[0] || b) || b && !f.partly[1]
}

// cheaper is the side with fewer relations to follow.
func (f *pathSearch) cheaper() int {
	var cost [2]int
	for side, list := range f.frontier {
		if len(list) == 0 {
			return 1 - side
		}
		for _, at := range list {
			cost[side] += min(f.p.Degree(f.met[at].id), followed)
		}
	}
	if cost[1] < cost[0] {
		return 1
	}
	return 0
}

// grow follows the frontier of a side. The first entity of the first side that
// leads over has the first path, unless a hub hides another.
func (f *pathSearch) grow(side int) {
	level := f.frontier[side]
	before := f.partly
	f.frontier[side], f.spare[side] = f.spare[side][:0], level
	f.depth[side]++
	for _, at := range level {
		f.follow(side, at)
		if f.cut || side == 0 && f.best.length > 0 && !before[0] && !before[1] {
			break
		}
	}
	switch {
	case f.best.length == 0 && side == 0:
		f.arrange()
	case f.best.length > 0 && before[side] && !f.cut:
		for _, at := range f.frontier[1-side] { // it may stand before what a hub did not show
			f.follow(1-side, at)
		}
	}
}

// follow looks at the relations of one entity.
func (f *pathSearch) follow(side int, at int32) {
	edges, tags := f.p.at(f.met[at].id)
	if f.closed(at) {
		f.hub = f.hub || len(edges) > 1
		return
	}
	count := 0
	for i, e := range edges {
		if f.visited == looked {
			f.cut = true
			return
		}
		f.visited++
		if tags[i]&shown == 0 {
			continue
		}
		if count == followed {
			f.hub, f.partly[side] = true, true
			return
		}
		count++
		f.take(side, at, e)
	}
}

// take looks at a relation from the entity in a place of a side.
func (f *pathSearch) take(side int, from int32, e edge) {
	if f.s.seen[e.peer] != f.s.epoch {
		if f.best.length == 0 {
			f.meet(side, from, e)
		}
		return
	}
	to := int32(f.s.place[e.peer])
	peer := &f.met[to]
	switch {
	case peer.side != side:
		f.cross(side, from, to, e.relation)
	case f.best.length == 0 && peer.level == f.depth[side] && e.relation < peer.relation && (side == 1 || peer.back == from):
		peer.back, peer.relation = from, e.relation
	}
}

// meet puts a new entity into the next frontier.
func (f *pathSearch) meet(side int, from int32, e edge) {
	if len(f.met) >= met {
		f.cut = true
		return
	}
	at := int32(len(f.met))
	f.s.seen[e.peer], f.s.place[e.peer] = f.s.epoch, uint32(at)
	f.met = append(f.met, metOn{e.peer, e.relation, from, f.depth[side], side})
	f.frontier[side] = append(f.frontier[side], at)
}

// cross takes the path that a relation from one side to the other makes, if it
// is better than that which there is.
func (f *pathSearch) cross(side int, from, to int32, relation uint32) {
	if f.closed(to) {
		return
	}
	c := crossing{f.met[from].level + 1 + f.met[to].level, from, to, relation}
	if side == 1 {
		c.from, c.to = to, from
	}
	if f.best.length == 0 || cmp.Or(cmp.Compare(c.length, f.best.length), f.compare(c.from, f.best.from), cmp.Compare(relation, f.best.relation)) < 0 {
		f.best = c
	}
}

// compare orders entities of the first side by the paths to them.
func (f *pathSearch) compare(a, b int32) int {
	if a == b || a < 0 || b < 0 {
		return 0
	}
	x, y := &f.met[a], &f.met[b]
	return cmp.Or(f.compare(x.back, y.back), cmp.Compare(x.relation, y.relation))
}

// arrange puts what the first side met last in the order of the paths: what was
// met from one entity stands together.
func (f *pathSearch) arrange() {
	for level := f.frontier[0]; len(level) > 0; {
		n := 1
		for n < len(level) && f.met[level[n]].back == f.met[level[0]].back {
			n++
		}
		slices.SortFunc(level[:n], func(a, b int32) int { return cmp.Compare(f.met[a].relation, f.met[b].relation) })
		level = level[n:]
	}
}

// unroll gives the hops of the best path.
func (f *pathSearch) unroll() []arc {
	f.hops = f.hops[:0]
	for at := f.best.from; f.met[at].back >= 0; at = f.met[at].back {
		f.hops = append(f.hops, arc{f.met[at].back, at, f.met[at].relation})
	}
	slices.Reverse(f.hops)
	f.hops = append(f.hops, arc{f.best.from, f.best.to, f.best.relation})
	for at := f.best.to; f.met[at].back >= 0; at = f.met[at].back {
		f.hops = append(f.hops, arc{at, f.met[at].back, f.met[at].relation})
	}
	return f.hops
}

// closed tells whether an entity is a region in between.
func (f *pathSearch) closed(at int32) bool {
	return at > 1 && f.p.G.ClassOf(f.met[at].id) == gen.Region
}

func (f *pathSearch) write(b []byte, hops []arc) []byte {
	p, w := f.p, writer{b}
	w.lit(`{"paths":{"paths":[`)
	if hops != nil {
		w.lit(`{"length":`)
		w.num(len(hops))
		w.lit(`,"hops":[`)
		for i, a := range hops {
			w.comma(i)
			from, to := f.met[a.from].id, f.met[a.to].id
			w.lit(`{"from":{"key":`)
			w.str(p.keys.at(from))
			w.lit(`,"name":`)
			w.str(p.names.at(from))
			w.lit(`},"relation":{"id":`)
			w.str(p.links.at(a.relation))
			w.lit(`,"type":"` + string(p.G.Types[a.relation].Name()) + `"},"to":{"key":`)
			w.str(p.keys.at(to))
			w.lit(`,"name":`)
			w.str(p.names.at(to))
			w.lit(`},"forward":`)
			w.yes(p.G.From[a.relation] == from || p.G.Types[a.relation] == gen.CoDevelops)
			w.lit(`}`)
		}
		w.lit(`]}`)
	}
	w.lit(`],`)
	var reasons []string
	if f.hub {
		reasons = note(reasons, "HUB")
	}
	w.complete(reasons)
	w.lit(`}}`)
	return w.b
}
