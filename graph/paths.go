package graph

import (
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
	return sum + 0 // never -0
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
// at a time ask for ([gathering]), and lists them from what it has met ([net]).
// For the K paths of at most d relations among e relations met the time is in
// O(K d² e), however many ways lead nowhere.
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
	x := newExpander(r, m, q.Where, q.Bounds, startClock(ctx, q.Now, q.Bounds.Budget))
	if q.ThroughHubs {
		x.degree = 0
	} else {
		x.keepToCorridors(q.From, q.To)
	}
	switch {
	case q.From == q.To:
		x.done.VisitedNodes = 1
		return &Paths{Paths: []Path{{}}, Completeness: x.done}, nil
	case q.Mode == Strongest:
		return findStrongest(x, q)
	}
	f := pathFinder{q: q, x: x, g: newGathering(x, q), length: 1}
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

// one tells whether a single path is asked for, fewest whether those of the
// fewest relations are.
func (q *PathQuery) one() bool    { return q.Mode == "" || q.Mode == Shortest }
func (q *PathQuery) fewest() bool { return q.one() || q.Mode == AllShortest }

// pathFinder lists paths by their number of relations.
type pathFinder struct {
	q      PathQuery
	x      *expander
	g      *gathering
	asked  question
	length int          // of the paths that are listed
	after  []RelationID // and where among them the page begins
	found  []route
	begun  bool // an earlier page has paths
}

func (f *pathFinder) find() (*Paths, error) {
	if err := f.resume(); err != nil {
		return nil, err
	}
	at, err := f.run()
	if err != nil {
		return nil, err
	}
	f.offer(at)
	f.x.done.DepthReached = f.g.depth()
	f.x.done.VisitedNodes = len(f.g.ids)
	paths, err := tellPaths(f.x.r, f.found)
	if err != nil {
		return nil, err
	}
	return &Paths{Paths: paths, Completeness: f.x.done}, nil
}

// run lists until there are no more paths or a bound is met. It gives the place
// in the list at which it was stopped there, or nil.
func (f *pathFinder) run() ([]RelationID, error) {
	for ; f.length <= f.q.Bounds.Depth; f.length++ {
		if err := f.g.cover(f.length); err != nil {
			return nil, err
		}
		at, err := f.list(f.take)
		if at != nil || err != nil {
			return at, err
		}
		if f.g.full || f.q.fewest() && (f.begun || len(f.found) > 0) || f.g.listed(f.length) {
			return nil, nil
		}
	}
	return nil, f.beyond()
}

// list calls take for the paths of f.length relations, in order, until it says
// false. It gives the place where it was stopped, or nil.
func (f *pathFinder) list(take func(*net) bool) ([]RelationID, error) {
	after := f.after
	f.after = nil
	if !f.g.met {
		return nil, nil
	}
	n, err := f.g.net(f.length)
	if err != nil {
		return nil, err
	}
	return n.list(after, take)
}

// take takes the path that n is at, if there is room.
func (f *pathFinder) take(n *net) bool {
	if !f.q.one() && len(f.found) == f.q.Bounds.Paths {
		f.x.done.stop(StopPaths)
		return false
	}
	f.found = append(f.found, n.route(f.g.ids))
	if f.q.one() {
		f.x.done.settle() // shorter ones were looked for without a cut
		return false
	}
	return true
}

// beyond tells whether there may be paths of more than Bounds.Depth relations.
// Where nothing is to be met beyond what was met they are listed to see.
func (f *pathFinder) beyond() error {
	if f.q.Mode == AllSimple {
		return nil
	}
	if ended, err := f.g.probe(); err != nil || !ended {
		f.x.done.stop(StopDepth)
		return err
	}
	for ; !f.g.listed(f.length - 1); f.length++ {
		at, err := f.list(func(*net) bool { return false })
		if at != nil || err != nil {
			f.x.done.stop(StopDepth)
			return err
		}
	}
	return nil
}

// settle forgets bounds that cannot have changed the answer; hubs may have.
func (c *Completeness) settle() {
	c.Reasons = slices.DeleteFunc(c.Reasons, func(why StopReason) bool { return why != StopHub })
	c.Complete = len(c.Reasons) == 0
}

// resume goes to where the token says.
func (f *pathFinder) resume() (err error) {
	q := &f.q
	if q.Signer == nil && q.Resume == "" || q.one() {
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
	f.length = int(u.number(uint64(max(q.Bounds.Depth, 0))))
	f.begun = u.number(1) == 1
	f.after = make([]RelationID, u.count())
	for i := range f.after {
		f.after[i] = RelationID(u.number(maxID))
	}
	if f.length < 1 || len(f.after) > f.length {
		u.bad = true
	}
	return u.end()
}

// offer gives the token by which to go on at a place in the list.
func (f *pathFinder) offer(at []RelationID) {
	done := &f.x.done
	switch {
	case f.q.Signer == nil || f.q.one():
	case f.g.full:
		done.NoResume = "the search was stopped before the paths could be listed; ask with larger bounds"
	case at != nil:
		p := packer{}
		p.number(uint64(f.length))
		p.flag(f.begun || len(f.found) > 0)
		p.number(uint64(len(at)))
		for _, id := range at {
			p.number(uint64(id))
		}
		done.Resume, done.NoResume = f.q.Signer.seal(f.asked, p)
	}
}
