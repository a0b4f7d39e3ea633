package graph

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// SubgraphQuery asks for everything within Bounds.Depth relations of the roots.
type SubgraphQuery struct {
	Roots     []EntityID
	Direction Direction
	Where     *RelationFilter // applied while walking
	Bounds    Bounds
	Bare      bool             // without documents
	Resume    string           // a token of an earlier answer to the same question
	Signer    *Signer          // nil: no tokens
	Now       func() time.Time // nil: time.Now
}

// SubgraphNode is an entity of a subgraph, how many relations it is away from
// the nearest root, and how many relations at it (of every type and modality)
// the subgraph does not show: where the question is Bare these are counted by
// [Subgraph.CountHidden].
type SubgraphNode struct {
	ID     EntityID
	shown  int32   // relations at it that the subgraph shows
	Entity *Entity // nil where the question is Bare
	Depth  int
	Hidden int
}

// Subgraph is flat and closed: both ends of every relation are among the nodes.
// Nodes are ordered by depth and then by id, relations by id. Ends tells of each
// relation where in Nodes its ends stand, that from which it was met first.
type Subgraph struct {
	Nodes       []SubgraphNode
	RelationIDs []RelationID
	Ends        [][2]int32
	Relations   []*Relation // nil where the question is Bare
	Completeness
}

// WalkSubgraph answers q from the revision of r, level by level. Reaching
// Bounds.Depth is what was asked for and no reason to be incomplete; each other
// bound is.
//
// Where Nodes, Edges or TIME stopped the walk the token gives the next page,
// which goes on exactly there; all pages together hold what one without these
// bounds would. Each page is closed by itself: it repeats entities of earlier
// ones in which its relations end, beyond Bounds.Nodes, and a relation may come
// again when it is met from its other end. Hidden counts what this page does
// not show. Complete says that nothing is left after it, and that no earlier page
// left a hub out.
func WalkSubgraph(ctx context.Context, r Reader, q SubgraphQuery) (*Subgraph, error) {
	m := NewMatcher(r)
	if err := firstError(m.CheckRelation(q.Where), exist(r, "subgraph", q.Roots...)); err != nil {
		return nil, err
	}
	mem, giveBack := borrow(r)
	defer giveBack()
	x := newExpander(r, m, q.Where, q.Bounds, startClock(ctx, q.Now, q.Bounds.Budget), mem)
	x.edges = -1
	w := subgraphWalk{x: x, q: q, subgraphMemory: &mem.subgraph}
	w.reset()
	if err := w.resume(); err != nil {
		return nil, err
	}
	if err := w.run(); err != nil {
		return nil, err
	}
	w.offer()
	return w.finish()
}

// metNode is an entity that the walk has met: how deep, whether it stands on the
// page, and at how many relations of that.
type metNode struct {
	id           EntityID
	depth, shown int32
	node         int32 // where it stands among the nodes, once they are in order
	onPage       bool
}

// subgraphMemory is what a walk notes beside the answer.
type subgraphMemory struct {
	met       []metNode
	place     idTable // of each entity in met
	taken     idTable // relations on the page
	relations []RelationID
	between   [][2]int32 // places of the ends of relations
	page      []int32    // places of the entities on it, as they were shown
	ids       []EntityID // of levels
	ends      []int
}

func (m *subgraphMemory) reset() {
	m.met, m.relations, m.between, m.page, m.ids, m.ends = m.met[:0], m.relations[:0], m.between[:0], m.page[:0], m.ids[:0], m.ends[:0]
	m.place.reset()
	m.taken.reset()
}

// subgraphWalk is the state of one walk, and its page. The levels stand in ids
// one behind the other: first those that are complete, each by id and ending
// where ends says, the roots first; then what was found of the next.
type subgraphWalk struct {
	*subgraphMemory
	x      *expander
	q      SubgraphQuery
	asked  question
	placed int  // so many roots were shown
	at     spot // how far the last level was followed

	fresh    int                            // entities that no earlier page has
	fetched  struct{ nodes, relations int } // of the page
	entities []*Entity                      // of the page, as they were shown
	docs     []*Relation
}

// level is the n-th level that is complete.
func (w *subgraphWalk) level(n int) []EntityID {
	from := 0
	if n > 0 {
		from = w.ends[n-1]
	}
	return w.ids[from:w.ends[n]:w.ends[n]]
}

func (w *subgraphWalk) last() []EntityID { return w.level(len(w.ends) - 1) }

// next is what was found of the level after the last.
func (w *subgraphWalk) next() []EntityID { return w.ids[w.ends[len(w.ends)-1]:] }

// run shows the roots and then goes from level to level until nothing is left
// or a bound is met.
func (w *subgraphWalk) run() error {
	if !w.showRoots() {
		return w.fetch()
	}
	for len(w.ends) <= w.q.Bounds.Depth && len(w.last()) > 0 {
		done, err := w.follow()
		if err != nil || !done {
			return firstError(err, w.fetch())
		}
		sortIDs(&w.x.mem.order, w.next())
		w.ends, w.at = append(w.ends, len(w.ids)), spot{}
	}
	return w.fetch()
}

// showRoots tells whether there is room for all of them.
func (w *subgraphWalk) showRoots() bool {
	for _, id := range w.level(0)[w.placed:] {
		if w.fresh == w.q.Bounds.Nodes {
			w.x.done.stop(StopNodes)
			return false
		}
		w.fresh++
		w.placed++
		w.show(w.meet(id, 0))
	}
	return true
}

// follow takes in the relations at the last level. It tells whether that was
// all of them.
func (w *subgraphWalk) follow() (bool, error) {
	f := frontier{ids: w.last(), dir: w.q.Direction}
	at, err := w.x.expand(f, w.at, func(i int, arcs []Arc) (int, error) {
		from, _ := w.place.get(uint32(f.ids[i]))
		taken := w.take(int(from), arcs)
		if len(w.relations)-w.fetched.relations < readChunk {
			return taken, nil
		}
		return taken, w.fetch()
	})
	w.at = at
	return at.index == len(f.ids), err
}

// take shows relations at the entity in place from, as long as there is room,
// and tells how many.
func (w *subgraphWalk) take(from int, arcs []Arc) int {
	depth := int32(len(w.ends))
	for k := range arcs {
		a := &arcs[k]
		if _, isNew := w.taken.add(uint32(a.Relation), 0); !isNew {
			continue
		}
		if len(w.relations) >= w.q.Bounds.Edges {
			w.x.done.stop(StopEdges)
			return k
		}
		to, isNew := w.place.add(uint32(a.Peer), uint32(len(w.met)))
		if isNew {
			if w.fresh >= w.q.Bounds.Nodes {
				w.x.done.stop(StopNodes)
				return k
			}
			w.fresh++
			w.met = append(w.met, metNode{id: a.Peer, depth: depth})
			w.ids = append(w.ids, a.Peer)
		}
		w.relations, w.between = append(w.relations, a.Relation), append(w.between, [2]int32{int32(from), int32(to)})
		w.show(from).shown++
		w.show(int(to)).shown++
	}
	return len(arcs)
}

// meet gives the place in met of an entity, which is so deep if it is new.
func (w *subgraphWalk) meet(id EntityID, depth int) int {
	at, isNew := w.place.add(uint32(id), uint32(len(w.met)))
	if isNew {
		w.met = append(w.met, metNode{id: id, depth: int32(depth)})
	}
	return int(at)
}

// show puts an entity on the page.
func (w *subgraphWalk) show(at int) *metNode {
	m := &w.met[at]
	if !m.onPage {
		m.onPage = true
		w.page = append(w.page, int32(at))
	}
	return m
}

// fetch gets the documents of what was shown last. It is done while walking, so
// that it counts as time.
func (w *subgraphWalk) fetch() error {
	if w.q.Bare {
		return nil
	}
	nodes := w.page[w.fetched.nodes:]
	ids := make([]EntityID, len(nodes))
	for i, at := range nodes {
		ids[i] = w.met[at].id
	}
	entities, err := w.x.r.Entities(ids)
	if err != nil {
		return err
	}
	docs, err := w.x.r.Relations(w.relations[w.fetched.relations:])
	if err != nil {
		return err
	}
	if slices.Contains(entities, nil) || slices.Contains(docs, nil) {
		return dangling()
	}
	w.entities, w.docs = append(w.entities, entities...), append(w.docs, docs...)
	w.fetched.nodes, w.fetched.relations = len(w.page), len(w.relations)
	return nil
}

// finish puts the page in order.
func (w *subgraphWalk) finish() (*Subgraph, error) {
	page := &Subgraph{Nodes: w.nodes(), Relations: w.docs, Completeness: w.x.done}
	w.tell(page)
	slices.SortFunc(page.Relations, func(a, b *Relation) int { return cmp.Compare(a.ID, b.ID) })
	page.VisitedNodes = len(page.Nodes)
	if n := len(page.Nodes); n > 0 {
		page.DepthReached = page.Nodes[n-1].Depth
	}
	if w.q.Bare {
		return page, nil
	}
	if err := page.CountHidden(w.x.r); err != nil {
		return nil, err
	}
	return page, nil
}

// tell puts the relations in order.
func (w *subgraphWalk) tell(page *Subgraph) {
	order := &w.x.mem.order
	order.start()
	for i, id := range w.relations {
		order.add(uint32(id), uint32(i))
	}
	page.RelationIDs, page.Ends = make([]RelationID, len(w.relations)), make([][2]int32, len(w.relations))
	for i, item := range order.sorted() {
		ends := w.between[uint32(item)]
		page.RelationIDs[i] = RelationID(item >> 32)
		page.Ends[i] = [2]int32{w.met[ends[0]].node, w.met[ends[1]].node}
	}
}

// nodes are those of the page, by depth and then by id. The levels but the one
// that was begun last are in this order already.
func (w *subgraphWalk) nodes() []SubgraphNode {
	sortIDs(&w.x.mem.order, w.next())
	nodes := make([]SubgraphNode, 0, len(w.page))
	for _, id := range w.ids {
		at, _ := w.place.get(uint32(id))
		if m := &w.met[at]; m.onPage {
			m.onPage, m.node = false, int32(len(nodes))
			nodes = append(nodes, SubgraphNode{ID: id, shown: m.shown, Depth: int(m.depth)})
		}
	}
	if w.q.Bare {
		return nodes
	}
	docs := make(map[EntityID]*Entity, len(w.entities))
	for _, e := range w.entities {
		docs[e.ID] = e
	}
	for i := range nodes {
		nodes[i].Entity = docs[nodes[i].ID]
	}
	return nodes
}

// CountHidden counts for every node what the subgraph hides of all the relations
// there are.
func (g *Subgraph) CountHidden(r Reader) error {
	ids := make([]EntityID, len(g.Nodes))
	for i := range g.Nodes {
		ids[i] = g.Nodes[i].ID
	}
	degrees, err := r.Degree(ids, nil, Both)
	for i, degree := range degrees {
		g.Nodes[i].Hidden = degree - int(g.Nodes[i].shown)
	}
	return err
}

// resume goes to where the token says, or to the roots.
func (w *subgraphWalk) resume() (err error) {
	q := &w.q
	w.ids = append(w.ids, q.Roots...)
	slices.Sort(w.ids)
	w.ids = slices.Compact(w.ids)
	w.ends = append(w.ends, len(w.ids))
	if q.Signer != nil || q.Resume != "" {
		w.asked, err = ask(tokenSubgraph, w.x.r.Rev(), []any{w.level(0), q.Direction, q.Where, q.Bounds.Depth, q.Bounds.Degree})
	}
	if err == nil && q.Resume != "" {
		err = w.unpack()
	}
	for depth := range w.ends {
		for _, id := range w.level(depth) {
			w.meet(id, depth)
		}
	}
	for _, id := range w.next() {
		w.meet(id, len(w.ends))
	}
	return err
}

func (w *subgraphWalk) unpack() error {
	state, err := w.q.Signer.open(w.asked, w.q.Resume)
	if err != nil {
		return err
	}
	u := unpacker{rest: state}
	u.earlier(&w.x.done)
	w.placed = int(u.number(uint64(len(w.level(0)))))
	for range u.count() {
		w.ids = append(w.ids, u.ascending()...)
		w.ends = append(w.ends, len(w.ids))
	}
	w.ids = append(w.ids, u.ascending()...)
	w.at = u.spot(len(w.last()))
	return u.end()
}

// offer gives the token by which to go on where a bound stopped the walk. It
// holds what was met, because that is not new again, save the last level there
// may be: what is met there a second time has the same depth and is not
// followed.
func (w *subgraphWalk) offer() {
	done := &w.x.done
	stopped := slices.ContainsFunc(done.Reasons, func(why StopReason) bool { return why != StopHub })
	if w.q.Signer == nil || !stopped {
		return
	}
	if w.q.Bounds.Nodes < 1 || w.q.Bounds.Edges < 1 {
		done.NoResume = "a page needs room for at least one entity and one relation"
		return
	}
	var next []EntityID
	if len(w.ends) < w.q.Bounds.Depth {
		next = w.next()
		sortIDs(&w.x.mem.order, next)
	}
	p := make(packer, 0, 32+3*len(w.ids))
	p.earlier(done)
	p.number(uint64(w.placed))
	p.number(uint64(len(w.ends) - 1))
	for n := range w.ends[1:] {
		p.ascending(w.level(n + 1))
	}
	p.ascending(next)
	p.spot(w.at)
	done.Resume, done.NoResume = w.q.Signer.seal(w.asked, p)
}

// exist refuses a walk from an entity that is not there.
func exist(r Reader, op string, ids ...EntityID) error {
	there, err := areThere(r, ids)
	if err == nil && !there {
		err = &Error{Code: CodeNotFound, Op: op, Index: -1, Detail: "an entity to start from is not in the graph"}
	}
	return err
}

func areThere(r Reader, ids []EntityID) (bool, error) {
	if shape := shapeOf(r); shape != nil {
		return !slices.ContainsFunc(ids, func(id EntityID) bool { return shape.KindOf(id) == "" }), nil
	}
	found, err := r.Entities(ids)
	return !slices.Contains(found, nil), err
}

// dangling is the error of a graph whose parts do not fit together.
func dangling() error {
	return &Error{Code: CodeCorrupt, Op: "relation", Index: -1, Detail: "an edge leads to what is not there; run lianzhu check"}
}
