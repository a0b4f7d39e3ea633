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
	s *Snapshot
	f *Filter

	bounds   graph.Bounds
	ctx      context.Context
	now      func() time.Time
	end      time.Time
	next     int // how many edges may be looked at before the clock is
	done     graph.Completeness
	stopped  bool
	seen     Marks
	entities []graph.EntityID // reached, in the order of reaching
	ends     []int            // of each level
	sides    [2]side
	route    Route
	sub      subgraphScratch
	few      Span           // the edges of a hub that are followed
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
	if q.Direction != graph.Out && q.Direction != graph.In && q.Direction != graph.Both {
		return refuse("walk", string(q.Direction), "the direction is none of OUT, IN and BOTH")
	}
	w.bounds, w.ctx, w.now = q.Bounds, ctx, q.Now
	w.next, w.stopped, w.end, w.exempt = checkEvery, false, time.Time{}, 0
	w.done = graph.Completeness{Complete: true, Reasons: w.done.Reasons[:0], SkippedHubs: w.done.SkippedHubs[:0]}
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
	if w.bounds.Edges > 0 && w.done.VisitedEdges > w.bounds.Edges {
		w.stop(graph.StopEdges)
	}
	if w.next -= n; w.next > 0 {
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
func (w *Walk) maybeHub(id graph.EntityID, dir graph.Direction) bool {
	return w.bounds.Degree > 0 && w.s.slots(id, dir) > w.bounds.Degree
}

// skip reports an entity that is not followed, or not in full.
func (w *Walk) skip(id graph.EntityID, degree, followed int) {
	w.done.SkippedHubs = append(w.done.SkippedHubs, graph.HubSkip{Entity: id, Degree: degree, Followed: followed})
	w.note(graph.StopHub)
}

// wide is the length from which on a list is searched for the types that the
// filter asks for, instead of gone through.
const wide = 64

// expand hands the edges at id to visit as spans, each with the verdicts on its
// tags. Of a hub it hands over the first that pass.
func (w *Walk) expand(id graph.EntityID, dir graph.Direction, visit func(w *Walk, s Span, table []verdict) bool) error {
	if w.maybeHub(id, dir) {
		return w.expandFew(id, dir, visit)
	}
	n := 0
	if dir != graph.In {
		span, rest := w.s.outAt(id)
		n += w.expandList(span, rest, w.f.pass, &w.f.types, visit)
	}
	if dir != graph.Out && !w.stopped {
		span, rest := w.s.inAt(id)
		table := w.f.pass
		if dir == graph.Both {
			table = w.f.once
		}
		n += w.expandList(span, rest, table, &w.f.types, visit)
	}
	return w.looked(n)
}

func (w *Walk) expandList(span Span, rest []Span, table []verdict, types *TypeSet, visit func(*Walk, Span, []verdict) bool) (n int) {
	for {
		if span.Len() > wide {
			n += w.expandWide(span, table, types, visit)
		} else if span.Len() > 0 {
			n += span.Len()
			if !visit(w, span, table) {
				return n
			}
		}
		if len(rest) == 0 || w.stopped {
			return n
		}
		span, rest = rest[0], rest[1:]
	}
}

// expandWide passes over the types that the filter does not ask for.
func (w *Walk) expandWide(span Span, table []verdict, types *TypeSet, visit func(*Walk, Span, []verdict) bool) (n int) {
	for span.Len() > 0 {
		code := span.tags[0].typ()
		end := span.search((uint64(code) + 1) << 32)
		if types.has(code) {
			n += end
			if !visit(w, span.cut(0, end), table) {
				return n
			}
		}
		span = span.cut(end, span.Len())
	}
	return n
}

// expandFew follows the first edges of what may be a hub.
func (w *Walk) expandFew(id graph.EntityID, dir graph.Direction, visit func(*Walk, Span, []verdict) bool) error {
	few := Span{w.few.Peers[:0], w.few.Relations[:0], w.few.tags[:0]}
	looked := w.eachFew(id, dir, func(e slot) bool {
		few.Peers = append(few.Peers, e.peer)
		few.Relations = append(few.Relations, e.relation)
		few.tags = append(few.tags, e.tag)
		return true
	})
	w.few = few
	visit(w, few, w.f.pass)
	return w.looked(looked)
}

// eachFew calls visit for the edges at id that pass the filter, in order, until
// it says false or Bounds.Degree is met, and gives how many edges it looked at.
func (w *Walk) eachFew(id graph.EntityID, dir graph.Direction, visit func(slot) bool) (looked int) {
	o := w.s.ordered(id, dir, w.f.types)
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
			w.skip(id, w.s.Degree(id, dir, w.f.types), followed)
			return looked
		}
		if !visit(e) {
			return looked
		}
		followed++
	}
}
