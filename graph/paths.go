package graph

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// PathMode says which paths are asked for. Those of several relations pass no
// entity twice; parallel relations make different paths.
type PathMode string

// The modes.
const (
	Shortest    PathMode = "SHORTEST"     // one of the fewest relations
	AllShortest PathMode = "ALL_SHORTEST" // every one of the fewest relations
	KShortest   PathMode = "K_SHORTEST"   // the Bounds.Paths shortest ones
	AllSimple   PathMode = "ALL_SIMPLE"   // every one of at most Bounds.Depth relations
	Strongest   PathMode = "STRONGEST"    // one whose relations are the surest together
)

// Path is a path from the From of its first hop to the To of its last.
type Path []Hop

// Cost is how doubtful p is: the sum over its relations of -ln [Relation.Score],
// 0 where all of them are certain. exp(-Cost) is the product of the scores.
func (p Path) Cost() float64 {
	sum := 0.0
	for _, hop := range p {
		sum -= math.Log(hop.Relation.Score())
	}
	return sum
}

// Cost is how doubtful relations are together; see [Path.Cost].
func Cost(relations []RelationHeader) float64 {
	sum := 0.0
	for i := range relations {
		sum -= math.Log(relations[i].Score())
	}
	return sum
}

// Weakest is the relation of the lowest score, the first of several, or nil
// where p has no hops.
func (p Path) Weakest() *Relation {
	var weakest *Relation
	for _, hop := range p {
		if weakest == nil || hop.Relation.Score() < weakest.Score() {
			weakest = hop.Relation
		}
	}
	return weakest
}

// FindPaths finds the paths that q.Mode asks for, ordered by their number of
// relations and then by the ids of these, one after the other; so the shortest
// path is the first of all the shortest, and these are the first of all simple
// ones. From equal to To is one path without hops.
//
// The search goes from both ends at once, as far as paths of one more relation
// at a time ask for, and lists these from what it has met. For the K paths of
// at most d relations among e relations met the time is in O(K d² e), however
// many ways lead nowhere.
//
// Completeness is true where the answer is all that the mode asks for. PATHS
// says that there are more paths than Bounds.Paths. DEPTH says that there may
// be some of more relations than Bounds.Depth, where the mode asks for these;
// AllSimple does not. A path that is given is a path whatever stopped the
// search, and none of fewer relations was left out save through a hub.
// Strongest alone may give one, when it was stopped, that is not the strongest.
//
// AllShortest, KShortest and AllSimple can be resumed where PATHS or TIME
// stopped them while paths were listed: the next ones follow.
func FindPaths(ctx context.Context, r Reader, q PathQuery) (*Paths, error) {
	m := NewMatcher(r)
	if err := firstError(q.check(), m.CheckRelation(q.Where), exist(r, "path", q.From, q.To), q.checkAvoid()); err != nil {
		return nil, err
	}
	mem, giveBack := borrow(r)
	defer giveBack()
	x := newExpander(r, m, q.Where, q.Bounds, startClock(ctx, q.Now, q.Bounds.Budget), mem)
	if q.ThroughHubs {
		x.degree = 0
	} else {
		x.keepToCorridors(q.From, q.To)
	}
	found, err := search(x, q)
	if err == nil && !q.Bare {
		found.Paths, err = TellRoutes(r, found.Routes)
	}
	if err != nil {
		return nil, err
	}
	return found, nil
}

// search finds the routes that q asks for.
func search(x *expander, q PathQuery) (*Paths, error) {
	switch {
	case q.From == q.To:
		x.done.VisitedNodes = 1
		return &Paths{Routes: []Route{{Entities: []EntityID{q.From}}}, Completeness: x.done}, nil
	case q.Mode == Strongest:
		return findStrongest(x, q)
	case q.one():
		return findShortest(x, q)
	}
	f := pathFinder{q: q, x: x, g: newGathering(x, q), at: listPlace{depth: 1}}
	return f.find()
}

// check refuses modes that do not exist and pages without room.
func (q *PathQuery) check() error {
	switch q.Mode {
	case "", Shortest, Strongest:
		if q.Resume != "" {
			return invalid("path", "resume", "one path leaves nothing to go on with")
		}
		return nil
	case AllShortest, KShortest, AllSimple:
		if q.Bounds.Paths < 1 {
			return invalid("bounds", "paths", "it must be at least 1")
		}
		return nil
	}
	return invalid("path", "mode", "it is none of SHORTEST, ALL_SHORTEST, K_SHORTEST, ALL_SIMPLE and STRONGEST")
}

// one tells whether a single path of the fewest relations is asked for.
func (q *PathQuery) one() bool { return q.Mode == "" || q.Mode == Shortest }

// pathFinder lists paths by their number of relations. It lists those of length
// relations once what they can run on was met, which is when the gathering has
// that depth; where hubs were followed in part some come to light later only,
// from the other end, and are listed then.
type pathFinder struct {
	q     PathQuery
	x     *expander
	g     *gathering
	asked question
	at    listPlace
	found []Route
}

// listPlace is a place in the list of all paths: in that of the paths of length
// relations which came to light at that depth, the one whose relations are
// after, or where there is none the next.
type listPlace struct {
	depth, length int
	after         []RelationID
}

func (f *pathFinder) find() (*Paths, error) {
	if err := f.resume(); err != nil {
		return nil, err
	}
	stopped, err := f.run()
	if err != nil {
		return nil, err
	}
	f.offer(stopped)
	f.x.done.DepthReached = f.g.depth()
	f.x.done.VisitedNodes = len(f.g.ids)
	slices.SortFunc(f.found, func(a, b Route) int {
		return cmp.Or(cmp.Compare(len(a.Relations), len(b.Relations)), slices.Compare(a.Relations, b.Relations))
	})
	return &Paths{Routes: f.found, Completeness: f.x.done}, nil
}

// run lists until there are no more paths or a bound is met. It tells whether it
// was stopped in the list, at f.at.
func (f *pathFinder) run() (bool, error) {
	for f.at.depth <= f.q.Bounds.Depth {
		if err := f.g.cover(f.at.depth); err != nil {
			return false, err
		}
		for f.at.length = f.first(); f.at.length <= f.at.depth; f.at.length++ {
			if stopped, err := f.list(f.take); stopped || err != nil {
				return stopped, err
			}
			if f.q.Mode == AllShortest && len(f.found) > 0 {
				return false, nil
			}
		}
		if f.g.full || f.g.listed(f.at.depth) {
			return false, nil
		}
		f.at.depth++
		f.at.length = 0
	}
	return false, f.beyond()
}

// first is the length to begin with at this depth.
func (f *pathFinder) first() int {
	switch {
	case f.at.length > 0:
		return f.at.length // the token's
	case slices.ContainsFunc(f.x.done.SkippedHubs, func(h HubSkip) bool { return h.Followed > 0 }):
		return 1
	}
	return f.at.depth
}

// list calls take for the paths of one length, in order, until it says false.
// It tells whether it was stopped.
func (f *pathFinder) list(take func(*net) bool) (bool, error) {
	after := f.at.after
	f.at.after = nil
	if !f.g.met {
		return false, nil
	}
	n, err := f.g.net(f.at.length)
	if err != nil {
		return false, err
	}
	at, err := n.list(after, take)
	f.at.after = at
	if err != nil {
		return at != nil, err
	}
	return at != nil, f.x.reportClosed(n.closed, f.q.Direction)
}

// take takes the path that n is at, if there is room.
func (f *pathFinder) take(n *net) bool {
	switch {
	case f.at.length < f.at.depth && n.newest() < f.at.depth:
		return true // listed before
	case len(f.found) == f.q.Bounds.Paths:
		f.x.done.stop(StopPaths)
		return false
	}
	f.found = append(f.found, n.route(f.g.ids))
	return true
}

// beyond tells whether there may be paths of more than Bounds.Depth relations.
// Where nothing is to be met beyond what was met they are listed to see.
func (f *pathFinder) beyond() error {
	if f.q.Mode == AllSimple {
		return nil
	}
	ended, err := f.g.probe()
	if err != nil {
		return err
	}
	for f.at.length = f.at.depth; ended && !f.g.listed(f.at.length-1); f.at.length++ {
		stopped, err := f.list(func(*net) bool { return false })
		if err != nil {
			return err
		}
		ended = !stopped
	}
	if !ended {
		f.x.done.stop(StopDepth)
	}
	return nil
}

// settle forgets bounds that cannot have changed the answer; hubs may have.
func (c *Completeness) settle() {
	if slices.Contains(c.Reasons, StopHub) {
		c.Reasons = append(c.Reasons[:0], StopHub)
		return
	}
	c.Reasons, c.Complete = nil, true
}

// resume goes to where the token says.
func (f *pathFinder) resume() (err error) {
	q := &f.q
	if q.Signer == nil && q.Resume == "" {
		return nil
	}
	f.asked, err = ask(tokenPaths, f.x.r.Rev(), []any{q.Mode, q.From, q.To, q.Direction, q.Where, q.Avoid, q.ThroughHubs, q.Bounds.Depth, q.Bounds.Degree})
	if err != nil || q.Resume == "" {
		return err
	}
	state, err := q.Signer.open(f.asked, q.Resume)
	if err != nil {
		return err
	}
	u := unpacker{rest: state}
	f.at.depth = int(u.number(uint64(max(q.Bounds.Depth, 0))))
	f.at.length = int(u.number(uint64(f.at.depth)))
	f.at.after = make([]RelationID, u.count())
	for i := range f.at.after {
		f.at.after[i] = RelationID(u.number(maxID))
	}
	if f.at.length < 1 || len(f.at.after) > f.at.length {
		u.bad = true
	}
	return u.end()
}

// offer gives the token by which to go on where the list was stopped.
func (f *pathFinder) offer(stopped bool) {
	done := &f.x.done
	switch {
	case f.q.Signer == nil:
	case f.g.full:
		done.NoResume = "the search was stopped before the paths could be listed; ask with larger bounds"
	case stopped:
		var p packer
		p.number(uint64(f.at.depth))
		p.number(uint64(f.at.length))
		p.number(uint64(len(f.at.after)))
		for _, id := range f.at.after {
			p.number(uint64(id))
		}
		done.Resume, done.NoResume = f.q.Signer.seal(f.asked, p)
	}
}
