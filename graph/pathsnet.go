package graph

import (
	"cmp"
	"slices"
)

// net holds, of what a gathering has met, the relations on which paths of at
// most length relations can run, and lists those that have exactly so many and
// pass no entity twice, in the order of their relations' ids.
//
// It goes from entity to entity and never into a relation from which the end is
// not to be reached in time without passing an entity twice. So every step it
// takes lies on a path of at most length relations, and a list of K paths of at
// most length relations costs no more than K length² steps through the net.
type net struct {
	x      *expander
	length int
	from   int32
	to     int32
	arcs   []arc   // by from, then by relation
	start  []int32 // of each entity's arcs
	into   arcsInto
	rest   []int32    // at least so many steps to the end
	closed []EntityID // regions on ways that would be as long

	path  []arc   // the path at hand
	on    []bool  // the entities on it
	open  []arc   // what each of its entities has left to try
	past  []int32 // steps to the end past the path at hand; far between two uses
	queue []int32
	work  int
}

// far is further than any path goes; twice as far can still be counted.
const far = 1 << 29

// net makes the net for paths of length relations. Regions that only now turn
// out to lie in between are closed.
func (g *gathering) net(length int) (*net, error) {
	arcs, size := g.arcs, len(g.ids)
	n := &net{x: g.x, length: length, to: 1, on: make([]bool, size), past: make([]int32, size)}
	for i := range n.past {
		n.past[i] = far
	}
	turned := make([]arc, len(arcs))
	for i, a := range arcs {
		turned[i] = arc{from: a.to, to: a.from}
	}
	n.rest = steps(newArcsInto(size, arcs), n.to, length)
	gone := steps(newArcsInto(size, turned), n.from, length)
	within := func(at int32) bool { return gone[at]+n.rest[at] <= int32(length) }
	closed, err := g.closed(n, within)
	if err != nil {
		return nil, err
	}
	for _, a := range arcs {
		if gone[a.from]+1+n.rest[a.to] <= int32(length) && !closed[a.from] && !closed[a.to] {
			n.arcs = append(n.arcs, a)
		}
	}
	slices.SortFunc(n.arcs, func(a, b arc) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.relation, b.relation), cmp.Compare(a.depth, b.depth))
	})
	n.arcs = slices.CompactFunc(n.arcs, func(a, b arc) bool { // some were met from both ends
		return a.from == b.from && a.relation == b.relation
	})
	n.start = make([]int32, size+1)
	for _, a := range n.arcs {
		n.start[a.from+1]++
	}
	for i := range size {
		n.start[i+1] += n.start[i]
	}
	n.into = newArcsInto(size, n.arcs)
	return n, nil
}

// closed tells for the entities that are within, save the ends, whether they
// are closed to paths.
func (g *gathering) closed(n *net, within func(at int32) bool) (map[int32]bool, error) {
	var ids []EntityID
	for at, id := range g.ids {
		if within(int32(at)) {
			ids = append(ids, id)
		}
	}
	regions, err := g.x.closed(ids)
	n.closed = slices.Clone(regions)
	closed := map[int32]bool{}
	for _, id := range n.closed {
		at, _ := g.at.get(uint32(id))
		closed[int32(at)] = true
	}
	return closed, err
}

// arcsInto gives for each entity those from which an arc leads to it.
type arcsInto struct{ start, from []int32 }

func newArcsInto(size int, arcs []arc) arcsInto {
	in := arcsInto{start: make([]int32, size+1), from: make([]int32, len(arcs))}
	for _, a := range arcs {
		in.start[a.to]++
	}
	for i := range size {
		in.start[i+1] += in.start[i]
	}
	for _, a := range arcs {
		in.start[a.to]--
		in.from[in.start[a.to]] = a.from
	}
	return in
}

func (in arcsInto) at(v int32) []int32 { return in.from[in.start[v]:in.start[v+1]] }

// steps counts for every entity the steps to the end, or far where they are
// more than most.
func steps(in arcsInto, end int32, most int) []int32 {
	dist := make([]int32, len(in.start)-1)
	for i := range dist {
		dist[i] = far
	}
	dist[end] = 0
	for queue := []int32{end}; len(queue) > 0; queue = queue[1:] {
		v := queue[0]
		if int(dist[v]) == most {
			break
		}
		for _, u := range in.at(v) {
			if dist[u] == far {
				dist[u] = dist[v] + 1
				queue = append(queue, u)
			}
		}
	}
	return dist
}

// list calls take for each path from the place after on, until it says false or
// the time is up; then it gives the place at which to go on, else nil.
func (n *net) list(after []RelationID, take func(*net) bool) ([]RelationID, error) {
	done, err := n.walk(n.from, after, take)
	if done || err != nil {
		return nil, err
	}
	return n.relations(), nil
}

// walk lists the paths that begin with the one at hand, which ends at v; after
// is what is left of the place to begin at. When it ends early it leaves the
// path at hand as it stands: that is the place.
func (n *net) walk(v int32, after []RelationID, take func(*net) bool) (bool, error) {
	if len(n.path) == n.length {
		return take(n), nil
	}
	n.on[v] = true
	begin := len(n.open)
	if late, err := n.choose(v); late || err != nil {
		return false, err
	}
	for i := begin; i < len(n.open); i++ {
		a := n.open[i]
		if len(after) > 0 && a.relation < after[0] {
			continue
		}
		var deeper []RelationID
		if len(after) > 0 && a.relation == after[0] {
			deeper = after[1:]
		}
		after = nil
		n.path = append(n.path, a)
		if late, err := n.late(); late || err != nil {
			return false, err
		}
		if done, err := n.walk(a.to, deeper, take); !done || err != nil {
			return false, err
		}
		n.path = n.path[:len(n.path)-1]
	}
	n.open = n.open[:begin]
	n.on[v] = false
	return true, nil
}

// choose opens the arcs from v by which the path at hand can still become one
// of length relations or less. It tells whether the time is up.
func (n *net) choose(v int32) (late bool, err error) {
	left := n.length - len(n.path)
	rest := n.rest
	if left > 2 { // else only the last entity before the end is open
		rest = n.past
		if late, err = n.measure(left - 1); late || err != nil {
			return late, err
		}
	}
	for _, a := range n.arcs[n.start[v]:n.start[v+1]] {
		if !n.on[a.to] && (a.to == n.to) == (left == 1) && int(rest[a.to]) < left {
			n.open = append(n.open, a)
		}
	}
	for _, u := range n.queue {
		n.past[u] = far
	}
	n.queue = n.queue[:0]
	return false, nil
}

// measure counts the steps to the end, at most most, that do not pass an entity
// of the path at hand.
func (n *net) measure(most int) (late bool, err error) {
	n.past[n.to] = 0
	n.queue = append(n.queue, n.to)
	for at := 0; at < len(n.queue) && int(n.past[n.queue[at]]) < most; at++ {
		v := n.queue[at]
		for _, u := range n.into.at(v) {
			if late, err := n.late(); late || err != nil {
				return late, err
			}
			if n.past[u] == far && !n.on[u] {
				n.past[u] = n.past[v] + 1
				n.queue = append(n.queue, u)
			}
		}
	}
	return false, nil
}

// late looks at the clock from time to time.
func (n *net) late() (bool, error) {
	if n.work++; n.work%lookEvery != 0 {
		return false, nil
	}
	return n.x.late()
}

// route is the path at hand; ids are the entities of the gathering.
func (n *net) route(ids []EntityID) Route {
	r := Route{Entities: []EntityID{ids[n.from]}, Relations: n.relations()}
	for _, a := range n.path {
		r.Entities = append(r.Entities, ids[a.to])
	}
	return r
}

func (n *net) relations() []RelationID {
	ids := make([]RelationID, len(n.path))
	for i, a := range n.path {
		ids[i] = a.relation
	}
	return ids
}

// newest is the depth of the gathering at which the path at hand came to light.
func (n *net) newest() int {
	newest := 0
	for _, a := range n.path {
		newest = max(newest, int(a.depth))
	}
	return newest
}
