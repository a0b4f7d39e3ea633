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

// PathLength searches as Path does, and writes nothing; it is 0 where there is
// no path.
func (p *Graph) PathLength(from, to uint32, maxDepth int) int {
	s := <-p.scratches
	defer func() { p.scratches <- s }()
	return len(s.path.find(p, s, from, to, maxDepth))
}

// find finds the path, or nil.
func (f *pathSearch) find(p *Graph, s *scratch, from, to uint32, maxDepth int) (hops []arc) {
	s.epoch++
	f.begin(p, s, from, to)
	for depth := 1; depth <= maxDepth && hops == nil && !f.cut && len(f.frontier[0]) > 0 && len(f.frontier[1]) > 0; depth++ {
		side := 0
		if len(f.frontier[1]) < len(f.frontier[0]) {
			side = 1
		}
		f.grow(side)
		shortest := depth
		if f.partly {
			shortest = 1 // what a hub hides from one end may show from the other
		}
		for n := shortest; n <= depth && hops == nil; n++ {
			hops = f.first(n)
		}
	}
	return hops
}

// pathSearch goes from both ends at once, a level at a time.
type pathSearch struct {
	p        *Graph
	s        *scratch // tells which entities were met, and where they stand in ids
	ids      []uint32
	steps    [2][]int32 // from either end; -1: not met
	frontier [2][]int32
	depth    [2]int32
	arcs     []arc
	open     []arc   // by their beginning, then by relation
	start    []int32 // of each entity's open arcs
	dead     []int32 // of each entity, with so many relations left the end is not reached
	visited  int
	met      bool
	cut, hub bool
	partly   bool // a hub was followed in part
}

// arc is a relation in the direction of the path; its ends are places.
type arc struct {
	from, to int32
	relation uint32
}

func (f *pathSearch) begin(p *Graph, s *scratch, from, to uint32) {
	f.p, f.s = p, s
	f.ids = append(f.ids[:0], from, to)
	for at, id := range f.ids {
		s.seen[id], s.place[id] = s.epoch, uint32(at)
	}
	f.steps = [2][]int32{append(f.steps[0][:0], 0, -1), append(f.steps[1][:0], -1, 0)}
	f.frontier = [2][]int32{append(f.frontier[0][:0], 0), append(f.frontier[1][:0], 1)}
	f.depth, f.arcs, f.visited, f.met, f.cut, f.hub, f.partly = [2]int32{}, f.arcs[:0], 0, false, false, false, false
}

func (f *pathSearch) grow(side int) {
	level := f.frontier[side]
	slices.SortFunc(level, func(a, b int32) int { return int(f.ids[a]) - int(f.ids[b]) })
	f.frontier[side] = nil
	f.depth[side]++
	for _, at := range level {
		id := f.ids[at]
		edges, tags := f.p.at(id)
		if f.closed(at) {
			f.hub = f.hub || len(edges) > 1
			continue
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
				f.hub, f.partly = true, true
				break
			}
			count++
			f.take(side, at, e)
		}
	}
}

// take keeps a relation unless it leads back.
func (f *pathSearch) take(side int, from int32, e edge) {
	to := int32(f.s.place[e.peer])
	if f.s.seen[e.peer] != f.s.epoch {
		if len(f.ids) >= met {
			f.cut = true
			return
		}
		to = int32(len(f.ids))
		f.s.seen[e.peer], f.s.place[e.peer] = f.s.epoch, uint32(to)
		f.ids = append(f.ids, e.peer)
		f.steps[0], f.steps[1] = append(f.steps[0], -1), append(f.steps[1], -1)
	}
	if f.steps[side][to] < 0 {
		f.steps[side][to] = f.depth[side]
		if to != int32(1-side) {
			f.frontier[side] = append(f.frontier[side], to)
		}
		f.met = f.met || f.steps[1-side][to] >= 0
	}
	if f.steps[side][to] < f.depth[side] {
		return
	}
	if side == 1 {
		from, to = to, from
	}
	f.arcs = append(f.arcs, arc{from, to, e.relation})
}

// first is the first path of so many relations, or nil.
func (f *pathSearch) first(length int) []arc {
	if !f.met {
		return nil
	}
	f.open = f.open[:0]
	for _, a := range f.arcs {
		if !f.closed(a.from) && !f.closed(a.to) {
			f.open = append(f.open, a)
		}
	}
	slices.SortFunc(f.open, func(a, b arc) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.relation, b.relation))
	})
	f.start = slices.Grow(f.start[:0], len(f.ids)+1)[:len(f.ids)+1]
	clear(f.start)
	for _, a := range f.open {
		f.start[a.from+1]++
	}
	for i := range f.ids {
		f.start[i+1] += f.start[i]
	}
	f.dead = slices.Grow(f.dead[:0], len(f.ids))[:len(f.ids)]
	clear(f.dead)
	path := make([]arc, length)
	if !f.search(path, 0, 0) {
		return nil
	}
	return path
}

// search fills path from the n-th relation on, which begins at an entity.
func (f *pathSearch) search(path []arc, n int, at int32) bool {
	left := int32(len(path) - n)
	if f.dead[at] >= left {
		return false // nor with fewer: the fewest are sought
	}
	for _, a := range f.open[f.start[at]:f.start[at+1]] {
		if path[n] = a; a.to == 1 {
			if left == 1 {
				return true
			}
		} else if left > 1 && f.search(path, n+1, a.to) {
			return true
		}
	}
	f.dead[at] = left
	return false
}

// closed tells whether an entity is a region in between.
func (f *pathSearch) closed(at int32) bool {
	return at > 1 && f.p.G.ClassOf(f.ids[at]) == gen.Region
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
			from, to := f.ids[a.from], f.ids[a.to]
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
