package topology

import (
	"context"
	"slices"
	"time"

	"lianzhu/graph"
)

// Query is what all walks ask: which way to go, which relations to follow and
// how far.
//
// In Bounds a field that is 0 is no bound. Depth bounds the levels, Nodes the
// entities that are reached (those the walk starts from counted), Edges the
// edges that are looked at (for [Walk.Subgraph]: the relations taken), Budget
// the time. Of an entity with more than Degree relations that pass the filter
// only the first Degree in the order of [graph.Adjacency] are followed, and it
// is reported.
type Query struct {
	Direction graph.Direction
	Filter    *Filter // nil: the zero Where
	Bounds    graph.Bounds
	Now       func() time.Time // for Bounds.Budget; nil: time.Now
}

// Walk is the scratch of walks over one snapshot: sets of what was seen,
// frontiers, results. It is taken from a pool by [Snapshot.Walk] and must be
// given back by Release; what its methods answer stays valid until the next
// call or Release. It must be used by one goroutine at a time.
type Walk struct {
	s      *Snapshot
	f      *Filter
	way    way
	second *verdicts // on the second list of an entity

	bounds   graph.Bounds
	ctx      context.Context
	now      func() time.Time
	end      time.Time
	next     int // how many edges may be looked at before the clock is
	done     graph.Completeness
	stopped  bool
	simple   bool // no bound on degree, and all types may pass
	careful  bool // a peer needs more than a look at its mark
	seen     Marks
	entities []graph.EntityID // reached, in the order of reaching
	ends     []int            // of each level
	sides    [2]side
	route    Route
	sub      subgraphScratch
	pointers []pointer      // of Path
	few      edges          // the edges of a hub that are followed
	current  stepState      // of Path
	exempt   graph.EntityID // of Path: where it begins, which the filter leaves alone
	wanted   graph.EntityID // of Common: what look looks for
	found    bool
}

// Walk gives the scratch for walks over s.
func (s *Snapshot) Walk() *Walk {
	w, ok := s.walks.Get().(*Walk)
	if !ok {
		w = &Walk{}
	}
	w.s = s
	return w
}

// Release gives w back. Its answers must not be used any more.
func (w *Walk) Release() {
	s := w.s
	w.s, w.f, w.ctx, w.now = nil, nil, nil, nil
	s.walks.Put(w)
}

// checkEvery is how many edges are looked at between two looks at the clock.
const checkEvery = 1 << 14

// begin makes w ready for q.
func (w *Walk) begin(ctx context.Context, q *Query) error {
	w.f = q.Filter
	if w.f == nil {
		w.f = w.s.vocab.plain
	}
	if err := w.f.fits(w.s); err != nil {
		return err
	}
	if w.way = wayOf(q.Direction); w.way == 0 {
		return refuse("walk", string(q.Direction), "the direction is none of OUT, IN and BOTH")
	}
	w.bounds, w.ctx, w.now = q.Bounds, ctx, q.Now
	w.next, w.stopped, w.end, w.exempt = checkEvery, false, time.Time{}, 0
	w.done = graph.Completeness{Complete: true, Reasons: w.done.Reasons[:0], SkippedHubs: w.done.SkippedHubs[:0]}
	w.second = w.f.pass
	if w.way == both {
		w.second = w.f.once
	}
	w.simple = w.bounds.Degree == 0 && !w.f.narrow
	w.careful = w.f.picky || q.Bounds.Nodes > 0
	if q.Bounds.Budget > 0 {
		if w.now == nil {
			w.now = time.Now
		}
		w.end = w.now().Add(q.Bounds.Budget)
	}
	return ctx.Err()
}

// stop notes why the walk did not see everything, and ends it.
func (w *Walk) stop(why graph.StopReason) {
	w.note(why)
	w.stopped = true
}

func (w *Walk) note(why graph.StopReason) {
	w.done.Complete = false
	if !slices.Contains(w.done.Reasons, why) {
		w.done.Reasons = append(w.done.Reasons, why)
	}
}

// looked counts n edges and now and then looks at the clock. The error is the
// context's.
func (w *Walk) looked(n int) error {
	w.done.VisitedEdges += n
	if w.next -= n; w.next > 0 && w.bounds.Edges == 0 {
		return nil
	}
	return w.look()
}

func (w *Walk) look() error {
	if w.bounds.Edges > 0 && w.done.VisitedEdges > w.bounds.Edges {
		w.stop(graph.StopEdges)
	}
	if w.next > 0 {
		return nil
	}
	w.next = checkEvery
	if !w.end.IsZero() && !w.now().Before(w.end) {
		w.stop(graph.StopTime)
	}
	return w.ctx.Err()
}

// maybeHub tells whether id has more edges than may be followed, whether they
// pass the filter or not.
func (w *Walk) maybeHub(id graph.EntityID, way way) bool {
	return w.bounds.Degree > 0 && w.s.slots(id, way) > w.bounds.Degree
}

// skip reports an entity that is not followed, or not in full.
func (w *Walk) skip(id graph.EntityID, degree, followed int) {
	w.done.SkippedHubs = append(w.done.SkippedHubs, graph.HubSkip{Entity: id, Degree: degree, Followed: followed})
	w.note(graph.StopHub)
}

// wide is the length from which on a list is searched for the types that the
// filter asks for, instead of gone through.
const wide = 64

// visitor takes in some edges at an entity. What the filter says of their tags
// is in the verdicts. It says false to end the walk.
type visitor func(w *Walk, r run, pass *verdicts) bool

// expand hands the edges at id to visit. Of a hub it hands over the first that
// pass.
func (w *Walk) expand(id graph.EntityID, way way, visit visitor) error {
	if !w.simple || w.s.nodes.touched(uint32(id)) {
		return w.expandWith(id, way, visit)
	}
	n := 0
	if r := w.s.out.run(id); way&outward != 0 && r.len() > 0 {
		n = r.len()
		if !visit(w, r, w.f.pass) {
			return w.looked(n)
		}
	}
	if r := w.s.in.run(id); way&inward != 0 && r.len() > 0 {
		n += r.len()
		visit(w, r, w.second)
	}
	return w.looked(n)
}

// expandWith is expand where there are patches, a bound on degree or types to
// pass over.
func (w *Walk) expandWith(id graph.EntityID, way way, visit visitor) error {
	if w.maybeHub(id, way) {
		return w.expandFew(id, way, visit)
	}
	n, more := 0, true
	if way&outward != 0 {
		r, rest := w.s.outAt(id)
		n, more = w.expandList(r, rest, w.f.pass, visit)
	}
	if way&inward != 0 && more {
		r, rest := w.s.inAt(id)
		m, _ := w.expandList(r, rest, w.second, visit)
		n += m
	}
	return w.looked(n)
}

// expandList hands over a list, and tells how many edges that were and whether
// visit wants more.
func (w *Walk) expandList(r run, rest []run, pass *verdicts, visit visitor) (n int, more bool) {
	for {
		m := r.len()
		switch {
		case m > wide && w.f.narrow:
			m, more = w.expandWide(r, pass, visit)
		case m > 0:
			more = visit(w, r, pass)
		default:
			more = true
		}
		if n += m; !more || len(rest) == 0 {
			return n, more
		}
		r, rest = rest[0], rest[1:]
	}
}

// expandWide passes over the types that the filter does not ask for.
func (w *Walk) expandWide(r run, pass *verdicts, visit visitor) (n int, more bool) {
	for r.len() > 0 {
		var code uint8
		var same run
		code, same, r = r.typeRun()
		if !w.f.types.has(code) {
			continue
		}
		n += same.len()
		if !visit(w, same, pass) {
			return n, false
		}
	}
	return n, true
}

// expandFew follows the first edges of what may be a hub.
func (w *Walk) expandFew(id graph.EntityID, way way, visit visitor) error {
	few := &w.few
	few.peer, few.relation, few.tag = few.peer[:0], few.relation[:0], few.tag[:0]
	looked := w.eachFew(id, way, func(e slot) bool {
		few.peer = append(few.peer, e.peer)
		few.relation = append(few.relation, e.relation)
		few.tag = append(few.tag, e.tag)
		return true
	})
	visit(w, run{few, 0, uint32(len(few.peer))}, w.f.pass)
	return w.looked(looked)
}

// eachFew calls visit for the edges at id that pass the filter, in order, until
// it says false or Bounds.Degree is met, and gives how many edges it looked at.
func (w *Walk) eachFew(id graph.EntityID, way way, visit func(slot) bool) (looked int) {
	o := w.s.ordered(id, way, w.f.types)
	followed := 0
	for {
		e, _, ok := o.next()
		if !ok {
			return looked
		}
		looked++
		if !w.f.passes(w.s, e) || w.f.picky && e.peer != w.exempt && !w.f.reaches(w.s, e.peer) {
			continue
		}
		if followed == w.bounds.Degree && followed > 0 {
			w.skip(id, w.s.degree(id, way, w.f.types), followed)
			return looked
		}
		if !visit(e) {
			return looked
		}
		followed++
	}
}
