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
// of the paths of the fewest relations the first by the ids of these, which ends
// with the step in place At.
type ReachItem struct {
	ID     EntityID
	Depth  int
	At     int32
	Entity *Entity // nil where the question is Bare
	Path   Path    // nil where the question is Bare
}

// Reach is a page of what is reached, ordered by depth and then by id, without
// From itself. Steps are those of the paths to the items, each once and behind
// the one before it; the first begins at From.
type Reach struct {
	Items []ReachItem
	Steps []Step
	Completeness
}

// Step is one step of paths that begin alike: it leads along Relation to Entity
// from where the step in place Before leads. Where a path begins, Relation is 0
// and Before -1.
type Step struct {
	Entity   EntityID
	Relation RelationID
	Before   int32
}

// Route is the path to an item.
func (r *Reach) Route(item *ReachItem) Route {
	route := Route{make([]EntityID, item.Depth+1), make([]RelationID, item.Depth)}
	for at, n := item.At, item.Depth; n >= 0; n-- {
		step := &r.Steps[at]
		if route.Entities[n] = step.Entity; n > 0 {
			route.Relations[n-1] = step.Relation
		}
		at = step.Before
	}
	return route
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
	mem, giveBack := borrow(r)
	defer giveBack()
	x := newExpander(r, m, q.Where, q.Bounds, startClock(ctx, q.Now, q.Bounds.Budget), mem)
	if q.ThroughHubs {
		x.degree = 0
	} else {
		x.keepToCorridors(q.From)
	}
	w := reachWalk{x: x, q: q, reachMemory: &mem.reach}
	w.reset()
	return w.answer()
}

// reached is an entity of one level: where in the level before it the entity
// stands from which it was reached, and by which relation.
type reached struct {
	id       EntityID
	parent   int32
	relation RelationID
}

// reachMemory is what a walk notes beside the answer. The levels stand in list
// one behind the other: first those that are complete, each ordered by parent
// and then by relation, which orders the paths to their entities, and ending
// where ends says; then what was found of the next.
type reachMemory struct {
	list  []reached
	ends  []int
	met   idTable // of each entity met its place in list
	items []int32 // places of what is given
	ids   []EntityID
	steps []int32 // of each place in list its step, or 0
}

// reset leaves nothing but the first level.
func (m *reachMemory) reset() {
	m.list, m.ends, m.items, m.ids = m.list[:0], m.ends[:0], m.items[:0], m.ids[:0]
	m.met.reset()
}

// reachWalk goes level by level.
type reachWalk struct {
	*reachMemory
	x     *expander
	q     ReachQuery
	asked question
	at    spot     // how far the last level was followed
	given EntityID // of the last level what was given, by id; noEntity: all
}

const noEntity EntityID = maxID

// begin is where a level begins, the one that is not complete too.
func (w *reachWalk) begin(level int) int {
	if level == 0 {
		return 0
	}
	return w.ends[level-1]
}

func (w *reachWalk) level(n int) []reached { return w.list[w.begin(n):w.ends[n]:w.ends[n]] }
func (w *reachWalk) last() []reached       { return w.level(len(w.ends) - 1) }
func (w *reachWalk) next() []reached       { return w.list[w.begin(len(w.ends)):] }

func (w *reachWalk) answer() (*Reach, error) {
	w.list, w.ends = append(w.list, reached{id: w.q.From}), append(w.ends, 1)
	if err := w.resume(); err != nil {
		return nil, err
	}
	w.index(0)
	before := 0
	if w.q.Resume != "" {
		before = w.met.count
	}
	if err := w.run(); err != nil {
		return nil, err
	}
	done := &w.x.done
	done.VisitedNodes = w.met.count - before
	done.DepthReached = len(w.ends) - 1
	if w.q.Signer != nil && w.stopped() {
		done.Resume, done.NoResume = w.q.Signer.seal(w.asked, w.state())
	}
	return w.tell()
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
		if len(w.ends) > w.q.Bounds.Depth || len(w.last()) == 0 {
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
	level := len(w.ends) - 1
	if level == 0 || w.given == noEntity {
		return true, nil
	}
	order := &w.x.mem.order
	order.start()
	for at := w.begin(level); at < w.ends[level]; at++ {
		if id := w.list[at].id; id > w.given {
			order.add(uint32(id), uint32(at))
		}
	}
	for batch := range slices.Chunk(order.sorted(), readChunk) {
		if late, err := w.x.late(); late || err != nil {
			return false, err
		}
		if room, err := w.giveBatch(batch); err != nil || !room {
			return false, err
		}
	}
	w.given = noEntity
	return true, nil
}

// giveBatch gives some of a level: ids, and where they stand.
func (w *reachWalk) giveBatch(batch []uint64) (bool, error) {
	kinds, err := w.kinds(batch)
	if err != nil {
		return false, err
	}
	for i, item := range batch {
		if w.q.TargetKinds != nil && !slices.Contains(w.q.TargetKinds, kinds[i]) {
			continue
		}
		if len(w.items) == w.q.Bounds.Nodes {
			w.x.done.stop(StopNodes)
			return false, nil
		}
		w.items = append(w.items, int32(uint32(item)))
		w.given = EntityID(item >> 32)
	}
	return true, nil
}

// kinds are the kinds of ids, which stand in a batch with their places; all of
// them must be there. Nothing where nobody asks for them.
func (w *reachWalk) kinds(batch []uint64) ([]Kind, error) {
	if w.x.shape != nil && w.q.TargetKinds == nil {
		return nil, nil
	}
	ids := make([]EntityID, len(batch))
	for i, item := range batch {
		ids[i] = EntityID(item >> 32)
	}
	if w.x.shape == nil {
		return w.kindsOfDocuments(ids)
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
	w.ids = w.ids[:0]
	for _, e := range w.last() {
		w.ids = append(w.ids, e.id)
	}
	f := frontier{dir: w.q.Direction, ids: w.ids}
	at, err := w.x.expand(f, w.at, func(i int, arcs []Arc) (int, error) {
		w.take(int32(i), arcs)
		return len(arcs), nil
	})
	w.at = at
	if err != nil || at.index < len(f.ids) {
		return false, err
	}
	w.close()
	return true, nil
}

// take notes what relations at the i-th entity of the last level lead to.
func (w *reachWalk) take(i int32, arcs []Arc) {
	begin := w.begin(len(w.ends))
	for k := range arcs {
		a := &arcs[k]
		at, isNew := w.met.add(uint32(a.Peer), uint32(len(w.list)))
		if isNew {
			w.list = append(w.list, reached{a.Peer, i, a.Relation})
		} else if int(at) >= begin && w.list[at].parent == i {
			w.list[at].relation = min(w.list[at].relation, a.Relation)
		}
	}
}

// close makes a level of what was found. Where one type is followed it is in
// order already.
func (w *reachWalk) close() {
	next := w.next()
	if !slices.IsSortedFunc(next, compareReached) {
		slices.SortFunc(next, compareReached)
		w.index(w.begin(len(w.ends)))
	}
	w.ends = append(w.ends, len(w.list))
	w.at, w.given = spot{}, 0
}

func compareReached(a, b reached) int {
	if a.parent != b.parent {
		return int(a.parent) - int(b.parent)
	}
	return cmp.Compare(a.relation, b.relation)
}

// index notes where everything stands that was met, from a place on.
func (w *reachWalk) index(from int) {
	for at := from; at < len(w.list); at++ {
		w.met.put(uint32(w.list[at].id), uint32(at))
	}
}

// tell makes the page, with documents unless the question is Bare.
func (w *reachWalk) tell() (*Reach, error) {
	page := &Reach{Items: make([]ReachItem, len(w.items)), Steps: w.tree(), Completeness: w.x.done}
	level := 0
	for i, at := range w.items { // they stand by their levels
		for int(at) >= w.ends[level] {
			level++
		}
		page.Items[i] = ReachItem{ID: w.list[at].id, Depth: level, At: w.steps[at] - 1}
	}
	if w.q.Bare {
		return page, nil
	}
	routes := make([]Route, len(page.Items))
	for i := range page.Items {
		routes[i] = page.Route(&page.Items[i])
	}
	paths, err := TellRoutes(w.x.r, routes)
	if err != nil {
		return nil, err
	}
	for i, p := range paths {
		page.Items[i].Entity, page.Items[i].Path = p[len(p)-1].To, p
	}
	return page, nil
}

// tree is the steps to the items, in the order of the levels. It notes for each
// place in list one more than the place of its step.
func (w *reachWalk) tree() []Step {
	w.steps = slices.Grow(w.steps[:0], len(w.list))[:len(w.list)]
	clear(w.steps)
	count := 0
	level := len(w.ends) - 1
	for i := len(w.items) - 1; i >= 0; i-- {
		at := int(w.items[i])
		for level > 0 && at < w.begin(level) {
			level--
		}
		for n := level; w.steps[at] == 0; n-- {
			w.steps[at] = 1
			count++
			if n > 0 {
				at = w.begin(n-1) + int(w.list[at].parent)
			}
		}
	}
	tree := make([]Step, 0, count)
	for n := range w.ends {
		for at := w.begin(n); at < w.ends[n]; at++ {
			if w.steps[at] == 0 {
				continue
			}
			e, before := &w.list[at], int32(-1)
			if n > 0 {
				before = w.steps[w.begin(n-1)+int(e.parent)] - 1
			}
			tree = append(tree, Step{e.id, e.relation, before})
			w.steps[at] = int32(len(tree))
		}
	}
	return tree
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
		w.unpack(&u)
		w.ends = append(w.ends, len(w.list))
	}
	w.unpack(&u)
	w.at = u.spot(len(w.last()))
	w.given = EntityID(u.number(maxID))
	return u.end()
}

// state is what a token has to hold: everything that was met, because it is not
// to be given again and may lie on the paths to what follows.
func (w *reachWalk) state() []byte {
	p := make(packer, 0, 32+8*len(w.list))
	p.earlier(&w.x.done)
	p.number(uint64(len(w.ends) - 1))
	for n := range w.ends[1:] {
		p.level(w.level(n + 1))
	}
	slices.SortFunc(w.next(), compareReached)
	p.level(w.next())
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

// unpack reads a level that follows the last.
func (w *reachWalk) unpack(u *unpacker) {
	parents := len(w.last())
	before := reached{}
	for range u.count() {
		e := reached{parent: before.parent + int32(u.number(uint64(parents)))}
		if e.parent == before.parent {
			e.relation = before.relation
		}
		e.relation += RelationID(u.number(maxID - uint64(e.relation)))
		e.id = EntityID(u.number(maxID))
		if int(e.parent) >= parents {
			u.bad = true
			return
		}
		w.list, before = append(w.list, e), e
	}
}
