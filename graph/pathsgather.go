package graph

import (
	"cmp"
	"slices"
)

// gathering is what a search for paths has met so far: from both ends the
// entities within a number of steps, and the relations at those of them that
// were followed. When the two numbers make up d, it has met every relation of
// every path of at most d relations: a relation of such a path begins at an
// entity followed from the one end, or ends at one followed from the other.
type gathering struct {
	x     *expander
	q     *PathQuery
	at    idTable // where an entity stands in ids, or avoided
	ids   []EntityID
	steps [2][]int32 // from either end to each of ids; -1: not met from there
	sides [2]gatherSide
	arcs  []arc
	met   bool // the sides have an entity in common
	full  bool // a bound ended the gathering
}

// gatherSide is the search from one end.
type gatherSide struct {
	dir      Direction
	frontier []int32
	depth    int
}

// arc is a relation as a path can pass it. Its ends are places in
// [gathering.ids]; depth is that of the gathering when it was met.
type arc struct {
	from, to int32
	relation RelationID
	depth    int32
}

// avoided stands for the place of what paths may not pass.
const avoided = 1<<32 - 1

func newGathering(x *expander, q PathQuery) *gathering {
	g := &gathering{x: x, q: &q}
	for _, id := range q.Avoid {
		g.at.put(uint32(id), avoided)
	}
	for i, end := range []EntityID{q.From, q.To} {
		g.at.put(uint32(end), uint32(i))
		g.ids = append(g.ids, end)
		g.sides[i].frontier = []int32{int32(i)}
	}
	g.steps = [2][]int32{{0, -1}, {-1, 0}}
	g.sides[0].dir, g.sides[1].dir = q.Direction, opposite(q.Direction)
	return g
}

func (g *gathering) depth() int { return g.sides[0].depth + g.sides[1].depth }

// exhausted tells whether everything was met that one of the ends reaches, and
// so every relation of every path.
func (g *gathering) exhausted() bool {
	return len(g.sides[0].frontier) == 0 || len(g.sides[1].frontier) == 0
}

// listed tells whether no path has more than length relations: none passes an
// entity twice.
func (g *gathering) listed(length int) bool {
	return g.exhausted() && (!g.met || length >= len(g.ids)-1)
}

// cover goes on until the relations of all paths of length relations were met.
func (g *gathering) cover(length int) error {
	for g.depth() < length && !g.exhausted() && !g.full {
		if err := g.grow(g.smaller(), false); err != nil {
			return err
		}
	}
	return nil
}

// probe tells whether the gathering is exhausted, looking one step further.
func (g *gathering) probe() (bool, error) {
	if g.exhausted() {
		return true, nil
	}
	side := &g.sides[g.smaller()]
	frontier := side.frontier
	if err := g.grow(g.smaller(), true); err != nil {
		return false, err
	}
	side.depth--
	if g.full {
		g.full, side.frontier = false, frontier
	}
	return g.exhausted(), nil
}

// smaller is the side with fewer entities to follow.
func (g *gathering) smaller() int {
	if len(g.sides[1].frontier) < len(g.sides[0].frontier) {
		return 1
	}
	return 0
}

// grow follows the frontier of side n, in the order of ids. To probe is to end
// where the side meets something new.
func (g *gathering) grow(n int, probe bool) error {
	side := &g.sides[n]
	places := side.frontier
	slices.SortFunc(places, func(a, b int32) int { return cmp.Compare(g.ids[a], g.ids[b]) })
	f := frontier{ids: make([]EntityID, len(places)), dir: side.dir, towards: n == 1}
	for i, place := range places {
		f.ids[i] = g.ids[place]
	}
	side.frontier = nil
	side.depth++
	at, err := g.x.expand(f, spot{}, eachArc(func(i int, a *Arc) (bool, error) {
		if probe && g.news(n, a.Peer) {
			return false, nil
		}
		g.take(n, places[i], a)
		return true, nil
	}))
	g.full = g.full || at.index < len(f.ids)
	return err
}

// news tells whether side n has not met id.
func (g *gathering) news(n int, id EntityID) bool {
	at, ok := g.at.get(uint32(id))
	return !ok || at != avoided && g.steps[n][at] < 0
}

// take keeps a relation that side n found at the entity in place from.
func (g *gathering) take(n int, from int32, a *Arc) {
	to := g.meet(n, a.Peer)
	if to < 0 || to == from || g.q.Mode == AllShortest && int(g.steps[n][to]) < g.sides[n].depth {
		return // avoided, no room, a ring, or never on a shortest path
	}
	if n == 1 {
		from, to = to, from
	}
	g.arcs = append(g.arcs, arc{from, to, a.Relation, int32(g.depth())})
}

// meet gives the place of id, or -1 where it is to be avoided or there is no
// room. What is new to side n is followed next, save the other end: a path is
// over there.
func (g *gathering) meet(n int, id EntityID) int32 {
	known, ok := g.at.get(uint32(id))
	at := int32(known)
	switch {
	case known == avoided:
		return -1
	case !ok:
		if len(g.ids) >= g.q.Bounds.Nodes {
			g.x.done.stop(StopNodes)
			g.full = true
			return -1
		}
		at = int32(len(g.ids))
		g.at.put(uint32(id), uint32(at))
		g.ids = append(g.ids, id)
		g.steps[0], g.steps[1] = append(g.steps[0], -1), append(g.steps[1], -1)
	}
	if g.steps[n][at] >= 0 {
		return at
	}
	g.steps[n][at] = int32(g.sides[n].depth)
	if other := int32(1 - n); at != other {
		g.sides[n].frontier = append(g.sides[n].frontier, at)
	}
	g.met = g.met || g.steps[1-n][at] >= 0
	return at
}
