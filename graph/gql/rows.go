package gql

import (
	"lianzhu/graph"
	"lianzhu/graph/gql/internal/plan"
)

// Lists that are written from headers lend them as rows: no noun is made for an
// item whose fields the headers tell.

// pageRows are the items of a page of relations.
type pageRows struct{ *RelationConnection }

// EdgesRows are the edges of the page as rows.
func (c *RelationConnection) EdgesRows() plan.Rows { return c.rows() }

// NodesRows are its relations.
func (c *RelationConnection) NodesRows() plan.Rows { return c.rows() }

func (c *RelationConnection) rows() plan.Rows {
	if c.s.drafted != nil {
		return nil
	}
	return pageRows{c}
}

func (p pageRows) Terms() plan.Terms { return p.s }

func (p pageRows) Len() int { return len(p.page.Items) }

// lendable is what get reads; nil where it cannot.
func lendable[T any](s *session, get func(graph.Reader) ([]T, bool, error)) []T {
	list, err := read(s, func(r graph.Reader) ([]T, error) {
		list, _, err := get(r)
		return list, err
	})
	if err != nil {
		return nil
	}
	return list
}

func (p pageRows) Relations() []graph.RelationHeader { return lendable(p.s, p.headers) }

func (p pageRows) Entities(which plan.Column) []*graph.EntityHeader {
	peers := lendable(p.s, p.peerHeaders)
	if peers == nil || which == plan.ItemEntity {
		return p.s.pointed(peers)
	}
	heads := p.Relations()
	if heads == nil {
		return nil
	}
	list := p.s.roomForList(len(peers))
	var far []graph.EntityID
	for i := range heads {
		if id := endOf(&heads[i], which); id == p.page.Items[i].Peer {
			list[i] = there(&peers[i])
		} else if len(far) == 0 || far[len(far)-1] != id {
			far = append(far, id)
		}
	}
	if len(far) == 0 || p.enterFar(list, heads, far, which) {
		return list
	}
	return nil
}

// enterFar enters in list the ends that are not peers; far are these in their
// order, none twice in a row. It is false where they cannot be had.
func (p pageRows) enterFar(list []*graph.EntityHeader, heads []graph.RelationHeader, far []graph.EntityID, which plan.Column) bool {
	others := lendable(p.s, func(r graph.Reader) ([]graph.EntityHeader, bool, error) { return p.s.entityHeaders(r, far) })
	if others == nil {
		return false
	}
	at := 0
	for i := range heads {
		id := endOf(&heads[i], which)
		if id == p.page.Items[i].Peer {
			continue
		}
		for far[at] != id {
			at++
		}
		list[i] = there(&others[at])
	}
	return true
}

func (p pageRows) Figures(which plan.Column) []graph.FigureHeader {
	return p.s.figures(which, p.ids())
}

// Number is nothing that a page knows.
func (p pageRows) Number(plan.Column, int) (int, bool) { return 0, false }

func endOf(h *graph.RelationHeader, which plan.Column) graph.EntityID {
	if which == plan.Target {
		return h.Target
	}
	return h.Source
}

// there is h, nil where it is the header of nothing.
func there(h *graph.EntityHeader) *graph.EntityHeader {
	if h.ID == 0 {
		return nil
	}
	return h
}

func (s *session) pointed(heads []graph.EntityHeader) []*graph.EntityHeader {
	if heads == nil {
		return nil
	}
	list := s.roomForList(len(heads))
	for i := range heads {
		list[i] = there(&heads[i])
	}
	return list
}

// figures are figures of relations as they were written, nil where the reader
// has none.
func (s *session) figures(which plan.Column, ids []graph.RelationID) []graph.FigureHeader {
	return lendable(s, func(r graph.Reader) ([]graph.FigureHeader, bool, error) {
		figures, can := r.(graph.Figures)
		if !can {
			return nil, false, nil
		}
		into := s.roomForFigures(len(ids))
		return into, true, figures.RelationFigures(figureFields[which], ids, into)
	})
}

// nodeRows are the entities of a subgraph.
type nodeRows struct{ *Subgraph }

// NodesRows are the entities as rows.
func (g *Subgraph) NodesRows() plan.Rows { return nodeRows{g} }

func (n nodeRows) Terms() plan.Terms                        { return n.s }
func (n nodeRows) Len() int                                 { return len(n.found.Nodes) }
func (n nodeRows) Relations() []graph.RelationHeader        { return nil }
func (n nodeRows) Figures(plan.Column) []graph.FigureHeader { return nil }

func (n nodeRows) Entities(plan.Column) []*graph.EntityHeader { return n.s.pointed(n.nodeHeaders()) }

// nodeHeaders are the headers of the entities, nil where they cannot be had. They
// are read once.
func (g *Subgraph) nodeHeaders() []graph.EntityHeader {
	return lendable(g.s, func(r graph.Reader) (_ []graph.EntityHeader, _ bool, err error) {
		if g.heads == nil {
			g.heads, _, err = g.s.entityHeaders(r, g.entityIDs())
		}
		return g.heads, true, err
	})
}

func (n nodeRows) Number(which plan.Column, i int) (int, bool) {
	if which == plan.ItemNumber2 {
		hidden, err := SubgraphNode{g: n.Subgraph, at: i}.Hidden()
		return hidden, err == nil
	}
	return n.found.Nodes[i].Depth, true
}

// tieRows are the relations of a subgraph.
type tieRows struct {
	*Subgraph
	heads []graph.RelationHeader
}

// RelationsRows are the relations as rows.
func (g *Subgraph) RelationsRows() plan.Rows { return &tieRows{Subgraph: g} }

func (t *tieRows) Terms() plan.Terms { return t.s }

func (t *tieRows) Len() int { return len(t.found.RelationIDs) }

func (t *tieRows) Relations() []graph.RelationHeader {
	if t.heads == nil {
		t.heads = lendable(t.s, func(r graph.Reader) ([]graph.RelationHeader, bool, error) {
			return t.s.relationHeaders(r, t.found.RelationIDs)
		})
	}
	return t.heads
}

func (t *tieRows) Entities(which plan.Column) []*graph.EntityHeader {
	heads, nodes := t.Relations(), t.nodeHeaders()
	if heads == nil || nodes == nil {
		return nil
	}
	list := t.s.roomForList(len(heads))
	for i := range heads {
		at := t.found.Ends[i][0]
		if t.found.Nodes[at].ID != endOf(&heads[i], which) {
			at = t.found.Ends[i][1]
		}
		list[i] = there(&nodes[at])
	}
	return list
}

func (t *tieRows) Figures(which plan.Column) []graph.FigureHeader {
	return t.s.figures(which, t.found.RelationIDs)
}

func (t *tieRows) Number(plan.Column, int) (int, bool) { return 0, false }
