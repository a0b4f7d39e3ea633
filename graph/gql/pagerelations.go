package gql

import (
	"fmt"
	"sync/atomic"

	"lianzhu/graph"
)

// RelationConnection is a page of a list of relations. Cursors are written, and
// the relations and the entities at their ends read, when they are asked for.
type RelationConnection struct {
	s     *session
	l     list
	page  graph.Page[graph.Edge]
	total func() (int, error)

	at    graph.EntityID // at which all of them are; 0: they are anywhere
	ties  atomic.Pointer[[]Relation]
	peers atomic.Pointer[[]Entity]
	hub   atomic.Pointer[Entity]

	// These are guarded by the session.
	heads     []graph.RelationHeader
	peerHeads []graph.EntityHeader
}

// RelationEdge is a relation in a list.
type RelationEdge struct {
	c *RelationConnection
	i int
}

// listRelations answers a page of relations.
func (s *session) listRelations(l list, q graph.RelationQuery) (*RelationConnection, error) {
	q.Collate, q.Lean = s.Collate, true
	page, err := read(s, func(r graph.Reader) (graph.Page[graph.Edge], error) {
		q := q
		q.Room = s.roomForEdges(q.Window.Limit)
		return graph.ListRelations(s.ctx, r, q)
	})
	if err != nil {
		return nil, err
	}
	c := &RelationConnection{s: s, l: l, page: page, at: q.At}
	c.total = func() (int, error) {
		q.Window = graph.Window{Limit: 1, Total: true}
		page, err := read(s, func(r graph.Reader) (graph.Page[graph.Edge], error) { return graph.ListRelations(s.ctx, r, q) })
		return page.Total, err
	}
	return c, nil
}

// Edges are the items of the page.
func (c *RelationConnection) Edges() []RelationEdge {
	edges := make([]RelationEdge, len(c.page.Items))
	for i := range edges {
		edges[i] = RelationEdge{c, i}
	}
	return edges
}

// Nodes are the relations without their cursors.
func (c *RelationConnection) Nodes() ([]Relation, error) {
	if ties := c.ties.Load(); ties != nil {
		return *ties, nil
	}
	ties, err := read(c.s, c.readTies)
	if err != nil {
		return nil, err
	}
	c.ties.Store(&ties)
	return ties, nil
}

// readTies makes the nouns of the relations, of their headers where the reader
// has them.
func (c *RelationConnection) readTies(r graph.Reader) ([]Relation, error) {
	ties := make([]Relation, len(c.page.Items))
	heads, ok, err := c.headers(r)
	if err != nil {
		return nil, err
	}
	if !ok {
		docs, err := r.Relations(c.ids())
		for i, doc := range docs {
			if doc == nil {
				return nil, missing("relation", fmt.Sprint(c.page.Items[i].Relation))
			}
			ties[i] = c.s.wrapRelation(doc)
		}
		return ties, err
	}
	t := tieTypes{room: min(len(ties), slabRoom)}
	for i := range heads {
		ties[i] = t.tie(relation{s: c.s, head: &heads[i], doc: c.page.Items[i].Document, c: c, i: i})
	}
	return ties, nil
}

// headers are those of the relations, all of which must be there; ok is false
// where the reader has none. The session is locked by its caller.
func (c *RelationConnection) headers(r graph.Reader) (_ []graph.RelationHeader, ok bool, err error) {
	if c.heads != nil {
		return c.heads, true, nil
	}
	heads, ok, err := c.s.relationHeaders(r, c.ids())
	if err == nil {
		c.heads = heads
	}
	return heads, ok, err
}

func (c *RelationConnection) ids() []graph.RelationID {
	ids := make([]graph.RelationID, len(c.page.Items))
	for i := range ids {
		ids[i] = c.page.Items[i].Relation
	}
	return ids
}

// others are the entities at the other ends.
func (c *RelationConnection) others() ([]Entity, error) {
	if peers := c.peers.Load(); peers != nil {
		return *peers, nil
	}
	peers, err := read(c.s, func(r graph.Reader) ([]Entity, error) {
		heads, ok, err := c.peerHeaders(r)
		if !ok {
			return c.s.nouns(r, peerIDs(c.page.Items))
		}
		return c.s.headedNouns(heads), err
	})
	if err != nil {
		return nil, err
	}
	c.peers.Store(&peers)
	return peers, nil
}

// peerHeaders are the headers of the entities at the other ends; see headers.
func (c *RelationConnection) peerHeaders(r graph.Reader) (_ []graph.EntityHeader, ok bool, err error) {
	if c.peerHeads != nil {
		return c.peerHeads, true, nil
	}
	heads, ok, err := c.s.entityHeaders(r, peerIDs(c.page.Items))
	if err == nil {
		c.peerHeads = heads
	}
	return heads, ok, err
}

// end is the entity id, at one end of item i: it is the peer, or else that at
// which the page is.
func (c *RelationConnection) end(i int, id graph.EntityID) (Entity, error) {
	if c.page.Items[i].Peer == id {
		peers, err := c.others()
		if err != nil {
			return nil, err
		}
		return peers[i], nil
	}
	if c.at == 0 || c.at != id {
		return c.s.end(id)
	}
	if hub := c.hub.Load(); hub != nil {
		return *hub, nil
	}
	hub, err := c.s.end(id)
	if err == nil {
		c.hub.Store(&hub)
	}
	return hub, err
}

// PageInfo says where the page stands in its list.
func (c *RelationConnection) PageInfo() *PageInfo {
	return &PageInfo{c.page.HasNext, c.page.HasPrior, len(c.page.Items), func(i int) (string, error) { return c.cursor(i), nil }}
}

// TotalCount counts the whole list; it is worked out only where it is asked for.
func (c *RelationConnection) TotalCount() (int, error) { return c.total() }

// cursor is the place of item i.
func (c *RelationConnection) cursor(i int) string {
	if c.page.Places == nil {
		return c.l.cursor(graph.PlaceOf(&c.page.Items[i]))
	}
	return c.l.cursor(c.page.Places[i])
}

// Cursor is the place of the relation in the list.
func (e RelationEdge) Cursor() string { return e.c.cursor(e.i) }

// Node is the relation.
func (e RelationEdge) Node() (Relation, error) {
	ties, err := e.c.Nodes()
	if err != nil {
		return nil, err
	}
	return ties[e.i], nil
}

// Peer is the end that is not the entity asked from.
func (e RelationEdge) Peer() (Entity, error) {
	peers, err := e.c.others()
	if err != nil {
		return nil, err
	}
	return peers[e.i], nil
}

func peerIDs(edges []graph.Edge) []graph.EntityID {
	ids := make([]graph.EntityID, len(edges))
	for i := range edges {
		ids[i] = edges[i].Peer
	}
	return ids
}
