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
	Cursor string
	Node   *SearchHit
}

// SearchConnection is a page of hits.
type SearchConnection struct {
	Edges      []*SearchEdge
	PageInfo   *PageInfo
	TotalCount int
}

// Nodes are the hits without their cursors.
func (c *SearchConnection) Nodes() []*SearchHit {
	nodes := make([]*SearchHit, len(c.Edges))
	for i, e := range c.Edges {
		nodes[i] = e.Node
	}
	return nodes
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
	query := graph.SearchQuery{Text: q, Kinds: kinds, First: first}
	if w.After != nil {
		query.After = &graph.SearchPos{Score: w.After.Sort[0].Num, Entity: graph.EntityID(w.After.ID)}
	}
	found, err := read(s, func(r graph.Reader) (graph.SearchResult, error) { return r.Search(query) })
	if err != nil {
		return nil, err
	}
	c := &SearchConnection{TotalCount: found.Total}
	var cursors []string
	for _, hit := range found.Hits {
		cursors = append(cursors, l.cursor(graph.Place{Sort: []graph.SortValue{{Num: hit.Score}}, ID: uint32(hit.Entity.ID)}))
		c.Edges = append(c.Edges, &SearchEdge{cursors[len(cursors)-1], &SearchHit{s.wrap(hit.Entity), hit.Score, hit.Matched, hit.By}})
	}
	c.PageInfo = pageInfo(cursors, found.More, after != nil)
	return c, nil
}
