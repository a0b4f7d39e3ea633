package gql

import (
	"context"

	"lianzhu/graph"
)

// SearchHit is an entity that was found, and how.
type SearchHit struct {
	Node      Entity
	Score     float64
	Matched   string
	MatchedBy graph.MatchKind
}

// SearchEdge is a hit in a list.
type SearchEdge struct {
	Node *SearchHit
	c    *SearchConnection
	i    int
}

// Cursor is the place of the hit in the list.
func (e SearchEdge) Cursor() string { return e.c.cursor(e.i) }

// SearchConnection is a page of hits. Cursors are written when they are asked
// for.
type SearchConnection struct {
	TotalCount int
	l          list
	found      graph.SearchResult
	nodes      []*SearchHit
	prior      bool
}

// Nodes are the hits without their cursors.
func (c *SearchConnection) Nodes() []*SearchHit { return c.nodes }

// Edges are the hits with their cursors.
func (c *SearchConnection) Edges() []SearchEdge {
	edges := make([]SearchEdge, len(c.nodes))
	for i, node := range c.nodes {
		edges[i] = SearchEdge{node, c, i}
	}
	return edges
}

// PageInfo says where the page stands in its list.
func (c *SearchConnection) PageInfo() *PageInfo {
	return &PageInfo{c.found.More, c.prior, len(c.nodes), func(i int) (string, error) { return c.cursor(i), nil }}
}

// cursor is the place of hit i.
func (c *SearchConnection) cursor(i int) string {
	h := &c.found.Hits[i]
	return c.l.cursor(graph.Place{Sort: []graph.SortValue{{Num: h.Score}}, ID: uint32(h.ID)})
}

// Search answers Query.search.
func (Query) Search(ctx context.Context, q string, kinds []graph.Kind, first int, after *string) (*SearchConnection, error) {
	s := sessionOf(ctx)
	l := newList(1, "search", q, kinds)
	w, err := s.window(l, &first, after, nil, nil)
	if err != nil {
		return nil, err
	}
	if kinds != nil && len(kinds) == 0 {
		return nil, inputError("kinds", "the list is empty, so nothing could pass; leave it out to mean everything")
	}
	query := graph.SearchQuery{Text: q, Kinds: kinds, First: first, Lean: true}
	if w.After != nil {
		query.After = &graph.SearchPos{Score: w.After.Sort[0].Num, Entity: graph.EntityID(w.After.ID)}
	}
	c := &SearchConnection{l: l, prior: after != nil}
	var nouns []Entity
	c.found, err = read(s, func(r graph.Reader) (found graph.SearchResult, err error) {
		if found, err = r.Search(query); err == nil {
			nouns, err = s.nounsOf(r, found.Hits)
		}
		return found, err
	})
	if err != nil {
		return nil, err
	}
	c.TotalCount, c.nodes = c.found.Total, make([]*SearchHit, len(nouns))
	hits := make([]SearchHit, len(nouns))
	for i, hit := range c.found.Hits {
		hits[i] = SearchHit{nouns[i], hit.Score, hit.Matched, hit.By}
		c.nodes[i] = &hits[i]
	}
	return c, nil
}

// nounsOf are the nouns of hits. The session is locked by its caller.
func (s *session) nounsOf(r graph.Reader, hits []graph.Hit) ([]Entity, error) {
	ids := make([]graph.EntityID, len(hits))
	for i := range hits {
		ids[i] = hits[i].ID
		if doc := hits[i].Entity; doc != nil {
			if have, _ := s.entities.get(doc.ID); have == nil {
				s.entities.put(doc.ID, doc)
			}
		}
	}
	return s.nouns(r, ids)
}
