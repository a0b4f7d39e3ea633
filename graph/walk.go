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
	Resume    string           // a token of an earlier answer to the same question
	Signer    *Signer          // nil: no tokens
	Now       func() time.Time // nil: time.Now
}

// SubgraphNode is an entity of a subgraph, how many relations it is away from
// the nearest root, and how many relations at it (of every type and modality)
// the subgraph does not show.
type SubgraphNode struct {
	Entity *Entity
	Depth  int
	Hidden int
}

// Subgraph is flat and closed: both ends of every relation are among the nodes.
// Nodes are ordered by depth and then by id, relations by id.
type Subgraph struct {
	Nodes     []SubgraphNode
	Relations []*Relation
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
// not show, and Complete says that nothing is left after it.
func WalkSubgraph(ctx context.Context, r Reader, q SubgraphQuery) (*Subgraph, error) {
	m := NewMatcher(r)
	if err := firstError(m.CheckRelation(q.Where), exist(r, "subgraph", q.Roots...)); err != nil {
		return nil, err
	}
	x := newExpander(r, m, q.Where, q.Bounds, startClock(ctx, q.Now, q.Bounds.Budget))
	x.edges = -1
	w := subgraphWalk{x: x, q: q, met: map[EntityID]metNode{}, relations: map[RelationID]struct{}{}}
	if err := w.resume(); err != nil {
		return nil, err
	}
	if err := w.run(); err != nil {
		return nil, err
	}
	w.offer()
	return w.finish()
}

// metNode is an entity that the walk has met: how deep, and whether it stands
// on the page.
type metNode struct {
	depth int
	shown bool
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
	met    map[EntityID]metNode

	fresh     int // entities that no earlier page has
	relations map[RelationID]struct{}
	page      Subgraph
	nodes     []EntityID   // shown, and not yet fetched
	edges     []RelationID // the same
}

// run shows the roots and then goes from level to level until nothing is left
// or a bound is met.
func (w *subgraphWalk) run() error {
	if !w.place() {
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

// place shows the roots. It tells whether there is room for all of them.
func (w *subgraphWalk) place() bool {
	for _, id := range w.levels[0][w.placed:] {
		if w.fresh == w.q.Bounds.Nodes {
			w.x.done.stop(StopNodes)
			return false
		}
		w.fresh++
		w.placed++
		w.show(id, 0)
	}
	return true
}

// follow takes in the relations at the last level. It tells whether that was
// all of them.
func (w *subgraphWalk) follow() (bool, error) {
	f := frontier{ids: w.levels[len(w.levels)-1], dir: w.q.Direction}
	at, err := w.x.expand(f, w.at, func(i int, e *Edge) (bool, error) {
		if _, taken := w.relations[e.Relation]; taken {
			return true, nil
		}
		if !w.room(e.Peer) {
			return false, nil
		}
		w.relations[e.Relation] = struct{}{}
		w.edges = append(w.edges, e.Relation)
		w.show(f.ids[i], len(w.levels)-1)
		w.show(e.Peer, len(w.levels))
		if len(w.edges) < readChunk {
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
	if len(w.relations) >= w.q.Bounds.Edges {
		w.x.done.stop(StopEdges)
		return false
	}
	if _, met := w.met[peer]; met {
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

// show puts an entity on the page; depth is where it stands if it is new.
func (w *subgraphWalk) show(id EntityID, depth int) {
	node, met := w.met[id]
	if node.shown {
		return
	}
	if !met {
		node.depth = depth
	}
	node.shown = true
	w.met[id] = node
	w.nodes = append(w.nodes, id)
}

// fetch gets the documents of what was shown last. It is done while walking, so
// that it counts as time.
func (w *subgraphWalk) fetch() error {
	entities, err := w.x.r.Entities(w.nodes)
	if err != nil {
		return err
	}
	degrees, err := w.x.r.Degree(w.nodes, nil, Both)
	if err != nil {
		return err
	}
	relations, err := w.x.r.Relations(w.edges)
	if err != nil {
		return err
	}
	if slices.Contains(entities, nil) || slices.Contains(relations, nil) {
		return dangling()
	}
	for i, e := range entities {
		w.page.Nodes = append(w.page.Nodes, SubgraphNode{e, w.met[e.ID].depth, degrees[i]})
	}
	w.page.Relations = append(w.page.Relations, relations...)
	w.nodes, w.edges = w.nodes[:0], w.edges[:0]
	return nil
}

// finish puts the page in order.
func (w *subgraphWalk) finish() (*Subgraph, error) {
	shown := make(map[EntityID]int, len(w.page.Nodes))
	for _, rel := range w.page.Relations {
		shown[rel.SourceID]++
		shown[rel.TargetID]++
	}
	page := &w.page
	for i := range page.Nodes {
		page.Nodes[i].Hidden -= shown[page.Nodes[i].Entity.ID]
	}
	slices.SortFunc(page.Nodes, func(a, b SubgraphNode) int {
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Entity.ID, b.Entity.ID))
	})
	slices.SortFunc(page.Relations, func(a, b *Relation) int { return cmp.Compare(a.ID, b.ID) })
	page.Completeness = w.x.done
	page.VisitedNodes = len(page.Nodes)
	if n := len(page.Nodes); n > 0 {
		page.DepthReached = page.Nodes[n-1].Depth
	}
	return page, nil
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
			w.met[id] = metNode{depth: depth}
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
	found, err := r.Entities(ids)
	if err != nil {
		return err
	}
	if slices.Contains(found, nil) {
		return &Error{Code: CodeNotFound, Op: op, Index: -1, Detail: "an entity to start from is not in the graph"}
	}
	return nil
}

// dangling is the error of a graph whose parts do not fit together.
func dangling() error {
	return &Error{Code: CodeCorrupt, Op: "relation", Index: -1, Detail: "an edge leads to what is not there; run lianzhu check"}
}
