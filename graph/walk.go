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
// the subgraph does not show.
type SubgraphNode struct {
	ID     EntityID
	Entity *Entity // nil where the question is Bare
	Depth  int
	Hidden int
}

// Subgraph is flat and closed: both ends of every relation are among the nodes.
// Nodes are ordered by depth and then by id, relations by id.
type Subgraph struct {
	Nodes       []SubgraphNode
	RelationIDs []RelationID
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
	x := newExpander(r, m, q.Where, q.Bounds, startClock(ctx, q.Now, q.Bounds.Budget))
	x.edges = -1
	w := subgraphWalk{x: x, q: q}
	if err := w.resume(); err != nil {
		return nil, err
	}
	if err := w.run(); err != nil {
		return nil, err
	}
	w.offer()
	return w.finish()
}

// metNode is an entity that the walk has met: how deep, and where it stands on
// the page.
type metNode struct {
	depth int
	node  int // -1: not on the page
}

// subgraphWalk is the state of one walk, and its page.
type subgraphWalk struct {
	x      *expander
	q      SubgraphQuery
	asked  question
	levels [][]EntityID // all that is complete, each by id; the roots first
	next   []EntityID   // what was found of the level after them
	placed int          // so many roots were shown
	at     spot         // how far the last level was followed
	met    []metNode
	place  idTable // of each entity in met

	fresh   int     // entities that no earlier page has
	taken   idTable // relations on the page
	page    Subgraph
	fetched struct{ nodes, relations int } // of the page
}

// run shows the roots and then goes from level to level until nothing is left
// or a bound is met.
func (w *subgraphWalk) run() error {
	if !w.showRoots() {
		return w.fetch()
	}
	for len(w.levels) <= w.q.Bounds.Depth && len(w.levels[len(w.levels)-1]) > 0 {
		done, err := w.follow()
		if err != nil || !done {
			return firstError(err, w.fetch())
		}
		slices.Sort(w.next)
		w.levels, w.next, w.at = append(w.levels, w.next), nil, spot{}
	}
	return w.fetch()
}

// showRoots tells whether there is room for all of them.
func (w *subgraphWalk) showRoots() bool {
	for _, id := range w.levels[0][w.placed:] {
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
	level := len(w.levels)
	f := frontier{ids: w.levels[level-1], dir: w.q.Direction}
	at, err := w.x.expand(f, w.at, func(i int, a *Arc) (bool, error) {
		if _, taken := w.taken.get(uint32(a.Relation)); taken {
			return true, nil
		}
		if !w.room(a.Peer) {
			return false, nil
		}
		w.taken.put(uint32(a.Relation), 0)
		w.page.RelationIDs = append(w.page.RelationIDs, a.Relation)
		w.show(w.meet(f.ids[i], level-1)).Hidden--
		w.show(w.meet(a.Peer, level)).Hidden--
		if len(w.page.RelationIDs)-w.fetched.relations < readChunk {
			return true, nil
		}
		return true, w.fetch()
	})
	w.at = at
	return at.index == len(f.ids), err
}

// room tells whether a relation and the entity at its other end can be shown,
// and counts the entity where it is new.
func (w *subgraphWalk) room(peer EntityID) bool {
	if len(w.page.RelationIDs) >= w.q.Bounds.Edges {
		w.x.done.stop(StopEdges)
		return false
	}
	if _, met := w.place.get(uint32(peer)); met {
		return true
	}
	if w.fresh >= w.q.Bounds.Nodes {
		w.x.done.stop(StopNodes)
		return false
	}
	w.fresh++
	w.next = append(w.next, peer)
	return true
}

// meet gives the place in met of an entity, which is so deep if it is new.
func (w *subgraphWalk) meet(id EntityID, depth int) (EntityID, int) {
	at, isNew := w.place.add(uint32(id), uint32(len(w.met)))
	if isNew {
		w.met = append(w.met, metNode{depth, -1})
	}
	return id, int(at)
}

// show puts an entity on the page.
func (w *subgraphWalk) show(id EntityID, at int) *SubgraphNode {
	m := &w.met[at]
	if m.node < 0 {
		m.node = len(w.page.Nodes)
		w.page.Nodes = append(w.page.Nodes, SubgraphNode{ID: id, Depth: m.depth})
	}
	return &w.page.Nodes[m.node]
}

// fetch gets the documents of what was shown last. It is done while walking, so
// that it counts as time.
func (w *subgraphWalk) fetch() error {
	if w.q.Bare {
		return nil
	}
	nodes := w.page.Nodes[w.fetched.nodes:]
	ids := make([]EntityID, len(nodes))
	for i, n := range nodes {
		ids[i] = n.ID
	}
	entities, err := w.x.r.Entities(ids)
	if err != nil {
		return err
	}
	relations, err := w.x.r.Relations(w.page.RelationIDs[w.fetched.relations:])
	if err != nil {
		return err
	}
	if slices.Contains(entities, nil) || slices.Contains(relations, nil) {
		return dangling()
	}
	for i := range nodes {
		nodes[i].Entity = entities[i]
	}
	w.page.Relations = append(w.page.Relations, relations...)
	w.fetched.nodes, w.fetched.relations = len(w.page.Nodes), len(w.page.RelationIDs)
	return nil
}

// finish puts the page in order, and counts what it hides of all the relations
// there are.
func (w *subgraphWalk) finish() (*Subgraph, error) {
	page := &w.page
	page.Nodes = w.ordered()
	ids := make([]EntityID, len(page.Nodes))
	for i, n := range page.Nodes {
		ids[i] = n.ID
	}
	degrees, err := w.x.r.Degree(ids, nil, Both)
	if err != nil {
		return nil, err
	}
	for i, degree := range degrees {
		page.Nodes[i].Hidden += degree
	}
	slices.Sort(page.RelationIDs)
	slices.SortFunc(page.Relations, func(a, b *Relation) int { return cmp.Compare(a.ID, b.ID) })
	page.Completeness = w.x.done
	page.VisitedNodes = len(page.Nodes)
	if n := len(page.Nodes); n > 0 {
		page.DepthReached = page.Nodes[n-1].Depth
	}
	return page, nil
}

// ordered are the nodes of the page by depth and then by id: numbers are put in
// order, and the nodes once.
func (w *subgraphWalk) ordered() []SubgraphNode {
	order := make([]uint64, len(w.page.Nodes))
	for i, n := range w.page.Nodes {
		order[i] = uint64(n.Depth)<<32 | uint64(n.ID)
	}
	slices.Sort(order)
	nodes := make([]SubgraphNode, len(order))
	for i, n := range order {
		at, _ := w.place.get(uint32(n))
		nodes[i] = w.page.Nodes[w.met[at].node]
	}
	return nodes
}

// resume goes to where the token says, or to the roots.
func (w *subgraphWalk) resume() (err error) {
	q := &w.q
	roots := slices.Sorted(slices.Values(q.Roots))
	w.levels = [][]EntityID{slices.Compact(roots)}
	if q.Signer != nil || q.Resume != "" {
		w.asked, err = ask(tokenSubgraph, w.x.r.Rev(), []any{w.levels[0], q.Direction, q.Where, q.Bounds.Depth, q.Bounds.Degree})
	}
	if err == nil && q.Resume != "" {
		err = w.unpack()
	}
	for depth, level := range append(w.levels[:len(w.levels):len(w.levels)], w.next) {
		for _, id := range level {
			w.meet(id, depth)
		}
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
	w.placed = int(u.number(uint64(len(w.levels[0]))))
	for range u.count() {
		w.levels = append(w.levels, u.ascending())
	}
	w.next = u.ascending()
	w.at = u.spot(len(w.levels[len(w.levels)-1]))
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
	if len(w.levels) == w.q.Bounds.Depth {
		w.next = nil
	}
	slices.Sort(w.next)
	var p packer
	p.earlier(done)
	p.number(uint64(w.placed))
	p.number(uint64(len(w.levels) - 1))
	for _, level := range w.levels[1:] {
		p.ascending(level)
	}
	p.ascending(w.next)
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
