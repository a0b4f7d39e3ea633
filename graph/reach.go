package graph

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// ReachQuery asks what From reaches: with Direction OUT and the filter's types
// SUPPLIES, say, everybody downstream of a supplier. Regions are reached and
// not passed, and Bounds.Degree bounds what is followed at one entity, unless
// ThroughHubs is set.
type ReachQuery struct {
	From        EntityID
	TargetKinds []Kind // what is given; nil: all kinds. All kinds are passed
	Direction   Direction
	Where       *RelationFilter // applied while walking; its Peer is the farther end
	ThroughHubs bool
	Bounds      Bounds
	Bare        bool             // without documents
	Resume      string           // a token of an earlier answer to the same question
	Signer      *Signer          // nil: no tokens
	Now         func() time.Time // nil: time.Now
}

// ReachItem is an entity that is reached, by how many relations, and by which:
// of the paths of the fewest relations the first by the ids of these.
type ReachItem struct {
	ID     EntityID
	Depth  int
	Route  Route
	Entity *Entity // nil where the question is Bare
	Path   Path    // nil where the question is Bare
}

// Reach is a page of what is reached, ordered by depth and then by id, without
// From itself.
type Reach struct {
	Items []ReachItem
	Completeness
}

// Reachable answers q from the revision of r. A page has at most Bounds.Nodes
// items; the token gives the next one. As the items of one depth are ordered,
// they are given when all of that depth were found: a page that EDGES or TIME
// stopped may have few items, or none, and a token nevertheless.
//
// Complete says that nothing is left after this page, and that no earlier one
// left a hub out. Reaching Bounds.Depth is
// what was asked for and no reason to be incomplete.
//
// Each relation at what is reached is looked at once, in all pages together.
func Reachable(ctx context.Context, r Reader, q ReachQuery) (*Reach, error) {
	m := NewMatcher(r)
	if err := firstError(m.CheckRelation(q.Where), exist(r, "reach", q.From)); err != nil {
		return nil, err
	}
	if q.Bounds.Nodes < 1 || q.Bounds.Edges < 1 {
		return nil, invalid("bounds", "", "a page needs room for at least one entity and one relation")
	}
	x := newExpander(r, m, q.Where, q.Bounds, startClock(ctx, q.Now, q.Bounds.Budget))
	if q.ThroughHubs {
		x.degree = 0
	} else {
		x.keepToCorridors(q.From)
	}
	w := reachWalk{x: x, q: q, levels: [][]reached{{{id: q.From}}}}
	return w.answer()
}

// reached is an entity of one level: where in the level before it the entity
// stands from which it was reached, and by which relation.
type reached struct {
	id       EntityID
	parent   int32
	relation RelationID
}

// place is a level and where in it an entity stands.
type place struct{ level, at int32 }

// reachWalk goes level by level. The levels are ordered by parent and then by
// relation, which orders the paths to their entities.
type reachWalk struct {
	x      *expander
	q      ReachQuery
	asked  question
	levels [][]reached // all that is complete
	next   []reached   // what was found of the level after them
	at     spot        // how far the last of them was followed
	given  EntityID    // of the last of them what was given, by id; noEntity: all
	places []place
	met    idTable // of each entity met in places
	items  []place
}

const noEntity EntityID = maxID

func (w *reachWalk) answer() (*Reach, error) {
	if err := w.resume(); err != nil {
		return nil, err
	}
	w.index()
	before := 0
	if w.q.Resume != "" {
		before = len(w.places)
	}
	if err := w.run(); err != nil {
		return nil, err
	}
	done := &w.x.done
	done.VisitedNodes = len(w.places) - before
	done.DepthReached = len(w.levels) - 1
	if w.q.Signer != nil && w.stopped() {
		done.Resume, done.NoResume = w.q.Signer.seal(w.asked, w.state())
	}
	items, err := w.tell()
	if err != nil {
		return nil, err
	}
	return &Reach{Items: items, Completeness: *done}, nil
}

// stopped tells whether a bound ended the walk that a next page has anew.
func (w *reachWalk) stopped() bool {
	return slices.ContainsFunc(w.x.done.Reasons, func(why StopReason) bool { return why != StopHub })
}

// run gives what is complete and follows it, in turns, until nothing is left or
// a bound is met.
func (w *reachWalk) run() error {
	for {
		if room, err := w.give(); err != nil || !room {
			return err
		}
		if len(w.levels) > w.q.Bounds.Depth || len(w.levels[len(w.levels)-1]) == 0 {
			return nil
		}
		if done, err := w.follow(); err != nil || !done {
			return err
		}
	}
}

// give takes the last level's items by id into the page, as long as there is
// room.
func (w *reachWalk) give() (bool, error) {
	level := len(w.levels) - 1
	if level == 0 || w.given == noEntity {
		return true, nil
	}
	var ids []EntityID
	for _, e := range w.levels[level] {
		if e.id > w.given {
			ids = append(ids, e.id)
		}
	}
	slices.Sort(ids)
	for batch := range slices.Chunk(ids, readChunk) {
		if late, err := w.x.late(); late || err != nil {
			return false, err
		}
		kinds, err := w.kinds(batch)
		if err != nil {
			return false, err
		}
		for i, id := range batch {
			if w.q.TargetKinds != nil && !slices.Contains(w.q.TargetKinds, kinds[i]) {
				continue
			}
			if len(w.items) == w.q.Bounds.Nodes {
				w.x.done.stop(StopNodes)
				return false, nil
			}
			at, _ := w.met.get(uint32(id))
			w.items = append(w.items, w.places[at])
			w.given = id
		}
	}
	w.given = noEntity
	return true, nil
}

// kinds are the kinds of ids, all of which must be there; nothing where nobody
// asks for them.
func (w *reachWalk) kinds(ids []EntityID) ([]Kind, error) {
	if w.x.shape == nil {
		return w.kindsOfDocuments(ids)
	}
	if w.q.TargetKinds == nil {
		return nil, nil
	}
	kinds := make([]Kind, len(ids))
	for i, id := range ids {
		if kinds[i] = w.x.shape.KindOf(id); kinds[i] == "" {
			return nil, dangling()
		}
	}
	return kinds, nil
}

// kindsOfDocuments is kinds where there is no shape. The documents tell regions,
// too.
func (w *reachWalk) kindsOfDocuments(ids []EntityID) ([]Kind, error) {
	docs, err := w.x.r.Entities(ids)
	if err != nil {
		return nil, err
	}
	kinds := make([]Kind, len(ids))
	for i, e := range docs {
		if e == nil {
			return nil, dangling()
		}
		w.x.know(e)
		kinds[i] = e.Kind
	}
	return kinds, nil
}

// follow finds the next level. It tells whether all of it was found.
func (w *reachWalk) follow() (bool, error) {
	level := int32(len(w.levels))
	last := w.levels[level-1]
	f := frontier{dir: w.q.Direction, ids: make([]EntityID, len(last))}
	for i, e := range last {
		f.ids[i] = e.id
	}
	at, err := w.x.expand(f, w.at, func(i int, a *Arc) (bool, error) {
		at, isNew := w.met.add(uint32(a.Peer), uint32(len(w.places)))
		if isNew {
			w.places = append(w.places, place{level, int32(len(w.next))})
			w.next = append(w.next, reached{a.Peer, int32(i), a.Relation})
		} else if seen := w.places[at]; seen.level == level && w.next[seen.at].parent == int32(i) {
			w.next[seen.at].relation = min(w.next[seen.at].relation, a.Relation)
		}
		return true, nil
	})
	w.at = at
	if err != nil || at.index < len(last) {
		return false, err
	}
	w.close()
	return true, nil
}

// close makes a level of what was found.
func (w *reachWalk) close() {
	slices.SortFunc(w.next, compareReached)
	w.levels = append(w.levels, w.next)
	w.next, w.at, w.given = nil, spot{}, 0
	w.indexLevel(len(w.levels)-1, w.levels[len(w.levels)-1])
}

func compareReached(a, b reached) int {
	return cmp.Or(cmp.Compare(a.parent, b.parent), cmp.Compare(a.relation, b.relation))
}

// index notes where everything stands that was met.
func (w *reachWalk) index() {
	for i, level := range w.levels {
		w.indexLevel(i, level)
	}
	w.indexLevel(len(w.levels), w.next)
}

func (w *reachWalk) indexLevel(level int, list []reached) {
	for i, e := range list {
		at, isNew := w.met.add(uint32(e.id), uint32(len(w.places)))
		if isNew {
			w.places = append(w.places, place{})
		}
		w.places[at] = place{int32(level), int32(i)}
	}
}

// tell makes the items of the page, with documents unless the question is Bare.
func (w *reachWalk) tell() ([]ReachItem, error) {
	items := make([]ReachItem, len(w.items))
	routes := w.routes()
	for i, r := range routes {
		items[i] = ReachItem{ID: r.Entities[len(r.Relations)], Depth: len(r.Relations), Route: r}
	}
	if w.q.Bare {
		return items, nil
	}
	paths, err := TellRoutes(w.x.r, routes)
	for i, p := range paths {
		items[i].Entity, items[i].Path = p[len(p)-1].To, p
	}
	return items, err
}

// routes are the ways to the items, laid out in two arrays.
func (w *reachWalk) routes() []Route {
	n := 0
	for _, p := range w.items {
		n += int(p.level)
	}
	entities, relations := make([]EntityID, n+len(w.items)), make([]RelationID, n)
	routes := make([]Route, len(w.items))
	for i, p := range w.items {
		n := int(p.level)
		routes[i] = w.route(p, Route{entities[: n+1 : n+1], relations[:n:n]})
		entities, relations = entities[n+1:], relations[n:]
	}
	return routes
}

// route goes back from an entity to From, into r.
func (w *reachWalk) route(p place, r Route) Route {
	for level := p.level; level > 0; level-- {
		e := w.levels[level][p.at]
		r.Entities[level], r.Relations[level-1] = e.id, e.relation
		p.at = e.parent
	}
	r.Entities[0] = w.q.From
	return r
}

// resume goes to where the token says.
func (w *reachWalk) resume() (err error) {
	q := &w.q
	if q.Signer == nil && q.Resume == "" {
		return nil
	}
	w.asked, err = ask(tokenReach, w.x.r.Rev(), []any{q.From, q.TargetKinds, q.Direction, q.Where, q.ThroughHubs, q.Bounds.Depth, q.Bounds.Degree})
	if err != nil || q.Resume == "" {
		return err
	}
	state, err := q.Signer.open(w.asked, q.Resume)
	if err != nil {
		return err
	}
	u := unpacker{rest: state}
	u.earlier(&w.x.done)
	for range u.count() {
		w.levels = append(w.levels, w.unpack(&u, w.levels[len(w.levels)-1]))
	}
	last := w.levels[len(w.levels)-1]
	w.next = w.unpack(&u, last)
	w.at = u.spot(len(last))
	w.given = EntityID(u.number(maxID))
	return u.end()
}

// state is what a token has to hold: everything that was met, because it is not
// to be given again and may lie on the paths to what follows.
func (w *reachWalk) state() []byte {
	var p packer
	p.earlier(&w.x.done)
	p.number(uint64(len(w.levels) - 1))
	for _, level := range w.levels[1:] {
		p.level(level)
	}
	slices.SortFunc(w.next, compareReached)
	p.level(w.next)
	p.spot(w.at)
	p.number(uint64(w.given))
	return p
}

// level writes a level that is in order by its differences.
func (p *packer) level(list []reached) {
	p.number(uint64(len(list)))
	last := reached{}
	for _, e := range list {
		if e.parent != last.parent {
			last.relation = 0
		}
		p.number(uint64(e.parent - last.parent))
		p.number(uint64(e.relation - last.relation))
		p.number(uint64(e.id))
		last = e
	}
}

// unpack reads a level that follows last.
func (w *reachWalk) unpack(u *unpacker, last []reached) []reached {
	list := make([]reached, u.count())
	before := reached{}
	for i := range list {
		e := reached{parent: before.parent + int32(u.number(uint64(len(last))))}
		if e.parent == before.parent {
			e.relation = before.relation
		}
		e.relation += RelationID(u.number(maxID - uint64(e.relation)))
		e.id = EntityID(u.number(maxID))
		if int(e.parent) >= len(last) {
			u.bad = true
			return nil
		}
		list[i], before = e, e
	}
	return list
}
