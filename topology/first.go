package topology

import (
	"time"

	"lianzhu/graph"
)

// firstScratch is what choosing among shortest paths works on.
type firstScratch struct {
	crossings []crossing
	onPath    []graph.EntityID // of one level: what lies on a shortest path
	earlier   []graph.EntityID // and of the level before

	at   graph.EntityID // what is being followed
	want uint32         // the mark that is looked for
	set  uint32         // and the one that is given
	best graph.RelationID
	peer graph.EntityID // where best leads
}

// crossing is a relation by which a shortest path goes over from what the one
// side reached to what the other did.
type crossing struct {
	from, to graph.EntityID
	relation graph.RelationID
}

// first chooses among the shortest paths the one whose relations come first. It
// looks at no more edges than the search has followed, and those at the
// meeting: each level is looked at from the side that has fewer. ok is false
// where a bound on degree keeps it from seeing a path whole.
func (w *Walk) first(m met) (ok bool, err error) {
	w.bounds.Edges, w.end = 0, time.Time{} // the path is found; now it must be told
	from, to := &w.sides[0], &w.sides[1]
	defer w.skipOnce(len(w.done.SkippedHubs))
	if err := w.cross(m.near, &w.sides[1-m.near.which]); err != nil || len(w.firsts.crossings) == 0 {
		return false, err
	}
	for level := from.depth(); level > 1; level-- {
		if err := w.trace(from, level); err != nil {
			return false, err
		}
	}
	r := w.emptyRoute()
	r.Entities = append(r.Entities, from.queue[0])
	for level := range from.depth() {
		if err := w.choose(from, r, w.seen.epoch+markOnPath+uint32(level)+1); err != nil || w.firsts.best == 0 {
			return false, err
		}
	}
	w.crossOver(r)
	for level := to.depth(); level > 0; level-- {
		if err := w.chooseBack(from, to, r, level-1); err != nil || w.firsts.best == 0 {
			return false, err
		}
	}
	return true, nil
}

// reached is the mark of a side's level.
func (w *Walk) reached(d *side, level int) uint32 {
	return w.seen.epoch + markReached + 2*uint32(level) + d.which
}

// cross collects the relations that lead from the last level of near to that of
// far, and marks those of their ends that the first side reached.
func (w *Walk) cross(near, far *side) error {
	c, last := &w.firsts, near.depth()-1
	begin, end := near.levels[last], near.levels[last+1]
	near.levels = near.levels[:last+1] // the level after it was begun and not finished
	c.crossings, c.onPath = c.crossings[:0], c.onPath[:0]
	c.want, c.set = w.reached(far, far.depth()), w.seen.epoch+markOnPath+uint32(w.sides[0].depth())
	w.current.near = near
	for _, id := range near.queue[begin:end] {
		c.at = id
		if err := w.expand(id, near.way, (*Walk).crossRun); err != nil {
			return err
		}
	}
	return nil
}

func (w *Walk) crossRun(r run, pass *verdicts) bool {
	c := &w.firsts
	for i := r.lo; i < r.hi; i++ {
		mark := w.seen.at[r.peer[i]]
		if mark != c.want && (mark != c.set || w.current.near.which == 0) || !w.follows(r, i, pass) {
			continue
		}
		x := crossing{c.at, r.peer[i], r.relation[i]}
		if w.current.near.which == 1 {
			x.from, x.to = x.to, x.from
		}
		c.crossings = append(c.crossings, x)
		if w.seen.at[x.from] != c.set {
			w.seen.at[x.from] = c.set
			c.onPath = append(c.onPath, x.from)
		}
	}
	return true
}

// follows tells whether the i-th edge passes; its peer did when it was reached.
func (w *Walk) follows(r run, i uint32, pass *verdicts) bool {
	v := pass.of(r.tag[i])
	return v == passed || v == unsure && w.f.sure(w.s, r.relation[i])
}

// trace marks what lies on a shortest path in the level before, given what does
// in this one: from the side that has fewer edges.
func (w *Walk) trace(from *side, level int) error {
	c := &w.firsts
	c.earlier = c.earlier[:0]
	on := w.seen.epoch + markOnPath + uint32(level)
	back := 0
	for _, id := range c.onPath {
		if back += w.s.slots(id, from.way.back()); back > from.costs[level-1] {
			break
		}
	}
	ids, way, visit := c.onPath, from.way.back(), visitor((*Walk).traceBack)
	c.want, c.set = w.reached(from, level-1), on-1
	if back > from.costs[level-1] {
		ids, way, visit = from.queue[from.levels[level-1]:from.levels[level]], from.way, (*Walk).traceAhead
		c.want = on
	}
	for _, id := range ids {
		c.at = id
		if err := w.expand(id, way, visit); err != nil {
			return err
		}
	}
	c.onPath, c.earlier = c.earlier, c.onPath
	return nil
}

// traceBack marks those of a level that what is on the path can be reached from.
func (w *Walk) traceBack(r run, pass *verdicts) bool {
	c := &w.firsts
	for i := r.lo; i < r.hi; i++ {
		if w.seen.at[r.peer[i]] == c.want && w.follows(r, i, pass) {
			w.seen.at[r.peer[i]] = c.set
			c.earlier = append(c.earlier, r.peer[i])
		}
	}
	return true
}

// traceAhead marks an entity from which something on the path can be reached.
func (w *Walk) traceAhead(r run, pass *verdicts) bool {
	c := &w.firsts
	for i := r.lo; i < r.hi; i++ {
		if w.seen.at[r.peer[i]] == c.want && w.follows(r, i, pass) {
			w.seen.at[c.at] = c.set
			c.earlier = append(c.earlier, c.at)
			return false
		}
	}
	return true
}

// choose goes on from the end of r by the first relation to what is marked.
func (w *Walk) choose(from *side, r *Route, mark uint32) error {
	c := &w.firsts
	c.want, c.best = mark, 0
	err := w.expand(r.Entities[len(r.Entities)-1], from.way, (*Walk).chooseRun)
	if c.best != 0 {
		r.Relations, r.Entities = append(r.Relations, c.best), append(r.Entities, c.peer)
	}
	return err
}

func (w *Walk) chooseRun(r run, pass *verdicts) bool {
	c := &w.firsts
	for i := r.lo; i < r.hi; i++ {
		better := c.best == 0 || r.relation[i] < c.best
		if better && w.seen.at[r.peer[i]] == c.want && w.follows(r, i, pass) {
			c.best, c.peer = r.relation[i], r.peer[i]
		}
	}
	return true
}

// crossOver goes on from the end of r to what the other side reached.
func (w *Walk) crossOver(r *Route) {
	best := crossing{}
	for _, x := range w.firsts.crossings {
		if x.from == r.Entities[len(r.Entities)-1] && (best.relation == 0 || x.relation < best.relation) {
			best = x
		}
	}
	r.Relations, r.Entities = append(r.Relations, best.relation), append(r.Entities, best.to)
}

// chooseBack goes on from the end of r to a level that the other side reached:
// by the edges at the end of r or, where it is a hub, by those at the level.
func (w *Walk) chooseBack(from, to *side, r *Route, level int) error {
	c, end := &w.firsts, r.Entities[len(r.Entities)-1]
	if w.s.slots(end, from.way) <= to.costs[level] {
		return w.choose(from, r, w.reached(to, level))
	}
	c.best, w.wanted = 0, end
	for _, id := range to.queue[to.levels[level]:to.levels[level+1]] {
		c.at = id
		if err := w.expand(id, to.way, (*Walk).chooseFrom); err != nil {
			return err
		}
	}
	if c.best != 0 {
		r.Relations, r.Entities = append(r.Relations, c.best), append(r.Entities, c.peer)
	}
	return nil
}

// chooseFrom looks for the first relation by which what is wanted is reached.
func (w *Walk) chooseFrom(r run, pass *verdicts) bool {
	c := &w.firsts
	for i := r.lo; i < r.hi; i++ {
		better := c.best == 0 || r.relation[i] < c.best
		if better && r.peer[i] == w.wanted && w.follows(r, i, pass) {
			c.best, c.peer = r.relation[i], c.at
		}
	}
	return true
}
