package topology

import (
	"time"

	"lianzhu/graph"
)

// chooser finds among the shortest paths the one whose relations come first. It
// goes along from the beginning, each time by the first relation that leads to
// something on a shortest path; what is on one it finds out when it is asked.
type chooser struct {
	*Walk
	from, to   *side
	begin, end int // the last levels of the sides that were reached in full
	route      *Route
}

// pointer is a place in a run of one type, whose relations ascend.
type pointer struct {
	run
	pass *verdicts
}

// first makes the route through the meeting m. ok is false where a bound on
// degree might hide a part of it.
func (w *Walk) first(m met) (ok bool, err error) {
	w.bounds.Edges, w.end = 0, time.Time{} // the path is found; now it must be told
	c := chooser{Walk: w, from: &w.sides[0], to: &w.sides[1], route: w.emptyRoute()}
	c.begin, c.end = c.from.depth(), c.to.depth()
	if m.near == c.from {
		c.begin--
	} else {
		c.end--
	}
	c.route.Entities = append(c.route.Entities, c.from.queue[0])
	for level := range c.begin {
		if !c.ahead(level) {
			return false, nil
		}
	}
	for level := c.end; level >= 0; level-- {
		if !c.over(level) {
			return false, nil
		}
	}
	return true, w.looked(0)
}

// The marks of what was reached in a level, and of what is known to be on a
// shortest path, or not to be.
func (c *chooser) reached(d *side, level int) uint32 {
	return c.seen.epoch + markReached + 2*uint32(level) + d.which
}
func (c *chooser) off(level int) uint32 { return c.seen.epoch + markOnPath + 2*uint32(level) }
func (c *chooser) on(level int) uint32  { return c.off(level) + 1 }

// ahead goes on to the next level of the first side.
func (c *chooser) ahead(level int) bool {
	at := c.last()
	if c.maybeHub(at, c.from.way) {
		return false
	}
	open, known := c.reached(c.from, level+1), c.on(level+1)
	c.point(at, c.from.way)
	return c.follow(func(peer graph.EntityID) bool {
		mark := c.seen.at[peer]
		return mark == known || mark == open && c.onPath(peer, level+1)
	})
}

// over goes on to what the other side reached in a level: by the edges at the
// end of the route or, where it is a hub, by those at the level.
func (c *chooser) over(level int) bool {
	at, want := c.last(), c.reached(c.to, level)
	if c.slots(at, c.from.way) <= c.to.costs[level] {
		if c.maybeHub(at, c.from.way) {
			return false
		}
		c.point(at, c.from.way)
		return c.follow(func(peer graph.EntityID) bool { return c.seen.at[peer] == want })
	}
	return c.towards(at, level)
}

func (c *chooser) slots(id graph.EntityID, way way) int { return c.s.slots(id, way) }

func (c *chooser) last() graph.EntityID { return c.route.Entities[len(c.route.Entities)-1] }

func (c *chooser) add(r graph.RelationID, peer graph.EntityID) {
	c.route.Relations, c.route.Entities = append(c.route.Relations, r), append(c.route.Entities, peer)
}

// onPath finds out whether a shortest path goes through id, which the first side
// reached in a level.
func (c *chooser) onPath(id graph.EntityID, level int) bool {
	is := !c.maybeHub(id, c.from.way) && c.leadsOn(id, level)
	c.seen.at[id] = c.off(level)
	if is {
		c.seen.at[id] = c.on(level)
	}
	return is
}

func (c *chooser) leadsOn(id graph.EntityID, level int) bool {
	known := c.reached(c.to, c.end) // all that the other side reached leads on
	open := known
	if level < c.begin {
		open, known = c.reached(c.from, level+1), c.on(level+1)
	}
	for r, pass := range c.runs(id, c.from.way) {
		c.looked(r.len())
		for i := r.lo; i < r.hi; i++ {
			peer := r.peer[i]
			mark := c.seen.at[peer]
			if mark != known && mark != open || !c.passes(r, i, pass) {
				continue
			}
			if mark == known || c.onPath(peer, level+1) {
				return true
			}
		}
	}
	return false
}

// passes tells whether the i-th edge passes; its peer did when it was reached.
func (c *chooser) passes(r run, i uint32, pass *verdicts) bool {
	v := pass.of(r.tag[i])
	return v == passed || v == unsure && c.f.sure(c.s, r.relation[i])
}

// runs yields the pieces of the lists at id.
func (c *chooser) runs(id graph.EntityID, way way) func(func(run, *verdicts) bool) {
	return func(yield func(run, *verdicts) bool) {
		if way&outward != 0 {
			for r, rest := c.s.outAt(id); ; r, rest = rest[0], rest[1:] {
				if !yield(r, c.f.pass) {
					return
				}
				if len(rest) == 0 {
					break
				}
			}
		}
		if way&inward == 0 {
			return
		}
		for r, rest := c.s.inAt(id); yield(r, c.second) && len(rest) > 0; r, rest = rest[0], rest[1:] {
		}
	}
}

// point sets a pointer to the beginning of every run of one type at id.
func (c *chooser) point(id graph.EntityID, way way) {
	c.pointers = c.pointers[:0]
	for r, pass := range c.runs(id, way) {
		for r.len() > 0 {
			var code uint8
			var same run
			if code, same, r = r.typeRun(); c.f.types.has(code) {
				c.pointers = append(c.pointers, pointer{same, pass})
			}
		}
	}
}

// follow goes on by the first relation under the pointers that passes and leads
// to what is wanted.
func (c *chooser) follow(wanted func(peer graph.EntityID) bool) bool {
	var best slot
	for i := range c.pointers {
		p := &c.pointers[i]
		from := p.lo
		for p.lo < p.hi && (best.relation == 0 || p.relation[p.lo] < best.relation) {
			if wanted(p.peer[p.lo]) && c.passes(p.run, p.lo, p.pass) {
				best = p.slot(p.lo)
			}
			p.lo++
		}
		c.looked(int(p.lo - from))
	}
	if best.relation != 0 {
		c.add(best.relation, best.peer)
	}
	return best.relation != 0
}

// towards goes on from id, a hub, by the first relation that leads to it from a
// level of the other side.
func (c *chooser) towards(id graph.EntityID, level int) bool {
	var best slot
	for _, far := range c.to.queue[c.to.levels[level]:c.endOf(level)] {
		if c.maybeHub(far, c.to.way) {
			return false
		}
		for r, pass := range c.runs(far, c.to.way) {
			c.looked(r.len())
			for i := r.lo; i < r.hi; i++ {
				better := best.relation == 0 || r.relation[i] < best.relation
				if better && r.peer[i] == id && c.passes(r, i, pass) {
					best = slot{peer: far, relation: r.relation[i]}
				}
			}
		}
	}
	if best.relation != 0 {
		c.add(best.relation, best.peer)
	}
	return best.relation != 0
}

// endOf is where a level of the other side ends.
func (c *chooser) endOf(level int) int {
	if level == c.to.depth() {
		return len(c.to.queue)
	}
	return c.to.levels[level+1]
}
