package gql

import (
	"lianzhu/graph"
)

// RelationConnection is a page of a list of relations. Cursors are written, and
// the relations and the entities at their ends read, when they are asked for.
type RelationConnection struct {
	s     *session
	l     list
	page  graph.Page[graph.Edge]
	total func() (int, error)

	ties  []Relation // guarded by the session, as peers are
	peers []Entity
}

// RelationEdge is a relation in a list.
type RelationEdge struct {
	c *RelationConnection
	i int
}

// listRelations answers a page of relations.
func (s *session) listRelations(l list, q graph.RelationQuery) (*RelationConnection, error) {
	q.Collate, q.Lean = s.Collate, true
	page, err := read(s, func(r graph.Reader) (graph.Page[graph.Edge], error) { return graph.ListRelations(s.ctx, r, q) })
	if err != nil {
		return nil, err
	}
	c := &RelationConnection{s: s, l: l, page: page}
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
	return read(c.s, func(r graph.Reader) (_ []Relation, err error) {
		if c.ties == nil {
			c.ties, err = c.s.ties(r, c.page.Items)
		}
		return c.ties, err
	})
}

// others are the entities at the other ends.
func (c *RelationConnection) others() ([]Entity, error) {
	return read(c.s, func(r graph.Reader) (_ []Entity, err error) {
		if c.peers == nil {
			c.peers, err = c.s.nouns(r, peerIDs(c.page.Items))
		}
		return c.peers, err
	})
}

// PageInfo says where the page stands in its list.
func (c *RelationConnection) PageInfo() *PageInfo {
	info := &PageInfo{HasNextPage: c.page.HasNext, HasPreviousPage: c.page.HasPrior}
	if n := len(c.page.Places); n > 0 {
		start, end := c.l.cursor(c.page.Places[0]), c.l.cursor(c.page.Places[n-1])
		info.StartCursor, info.EndCursor = &start, &end
	}
	return info
}

// TotalCount counts the whole list; it is worked out only where it is asked for.
func (c *RelationConnection) TotalCount() (int, error) { return c.total() }

// Cursor is the place of the relation in the list.
func (e RelationEdge) Cursor() string { return e.c.l.cursor(e.c.page.Places[e.i]) }

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
