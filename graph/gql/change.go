package gql

import (
	"context"
	"fmt"
	"time"

	"lianzhu/graph"
)

// Change is one entry of the log.
type Change struct {
	s   *session // of its revision
	doc *graph.Entry
}

func (s *session) change(e *graph.Entry) *Change { return &Change{s.asOf(e.Rev), e} }

// IsNode marks a Node.
func (c *Change) IsNode() {}

// changeNode reads the change that uid names; nil where there is none.
func (s *session) changeNode(r graph.Reader, uid graph.UID) (Node, error) {
	at, _ := uid.LogPos()
	found, err := r.Log(at, 1)
	if err != nil || len(found) == 0 || found[0].Pos() != at {
		return nil, err
	}
	return s.change(&found[0]), nil
}

// The fields of Change.

func (c *Change) ID() graph.UID   { return c.doc.UID() }
func (c *Change) Rev() int        { return int(c.doc.Rev) }
func (c *Change) Index() int      { return c.doc.Index }
func (c *Change) At() time.Time   { return c.doc.At }
func (c *Change) Actor() string   { return c.doc.Actor }
func (c *Change) Op() string      { return string(c.doc.Op) }
func (c *Change) Subject() string { return c.doc.Subject.String() }
func (c *Change) Before() *string { return optional(string(c.doc.Before)) }
func (c *Change) After() *string  { return optional(string(c.doc.After)) }
func (c *Change) Reason() *string { return optional(c.doc.Reason) }

// Key is the key of what was changed.
func (c *Change) Key() (string, error) {
	doc := c.doc.After
	if doc == nil {
		doc = c.doc.Before
	}
	if c.doc.Subject.Tag() == graph.TagRelation {
		r, err := readDocument[graph.Relation](doc, c.doc.Subject)
		if err != nil {
			return "", err
		}
		return string(r.Key()), nil
	}
	named, err := readDocument[struct{ Key string }](doc, c.doc.Subject)
	if err != nil {
		return "", err
	}
	return named.Key, nil
}

// left tells whether the change left a thing of this sort behind.
func (c *Change) left(tag graph.Tag) bool {
	return c.doc.After != nil && c.doc.Subject.Tag() == tag
}

// Entity is the entity as it was left.
func (c *Change) Entity() (Entity, error) {
	if !c.left(graph.TagEntity) {
		return nil, nil
	}
	doc, err := readDocument[graph.Entity](c.doc.After, c.doc.Subject)
	if err != nil {
		return nil, err
	}
	return read(c.s, func(r graph.Reader) (Entity, error) {
		ids, err := r.Resolve([]graph.UID{c.doc.Subject})
		if err != nil {
			return nil, err
		}
		doc.ID, doc.Rev = graph.EntityID(ids[0]), c.doc.Rev
		return c.s.wrap(doc), nil
	})
}

// Relation is the relation as it was left.
func (c *Change) Relation() (Relation, error) {
	if !c.left(graph.TagRelation) {
		return nil, nil
	}
	doc, err := readDocument[graph.Relation](c.doc.After, c.doc.Subject)
	if err != nil {
		return nil, err
	}
	doc.Rev = c.doc.Rev
	return read(c.s, func(r graph.Reader) (Relation, error) {
		if err := resolveEnds(r, doc); err != nil {
			return nil, err
		}
		return c.s.wrapRelation(doc), nil
	})
}

// Source is the source as it was left.
func (c *Change) Source() (*Source, error) {
	if !c.left(graph.TagSource) {
		return nil, nil
	}
	doc, err := readDocument[graph.Source](c.doc.After, c.doc.Subject)
	if err != nil {
		return nil, err
	}
	doc.Rev = c.doc.Rev
	return &Source{c.s, doc}, nil
}

// ChangeEdge is a change in a list.
type ChangeEdge struct {
	Cursor string
	Node   *Change
}

// ChangeConnection is a page of a list of changes.
type ChangeConnection struct {
	Edges    []*ChangeEdge
	PageInfo *PageInfo
	total    func() (int, error)
}

// Nodes are the changes without their cursors.
func (c *ChangeConnection) Nodes() []*Change {
	nodes := make([]*Change, len(c.Edges))
	for i, e := range c.Edges {
		nodes[i] = e.Node
	}
	return nodes
}

// TotalCount counts the whole list; it is worked out only where it is asked for.
func (c *ChangeConnection) TotalCount() (int, error) { return c.total() }

// Changes answers Query.changes.
func (Query) Changes(ctx context.Context, sinceRev int, first int, after *string) (*ChangeConnection, error) {
	s := sessionOf(ctx)
	if sinceRev < 0 {
		return nil, inputError("sinceRev", fmt.Sprintf("a revision is at least 0; it is %d", sinceRev))
	}
	l := newList(1, "changes", sinceRev)
	pos, err := s.changePlace(l, first, after)
	if err != nil {
		return nil, err
	}
	start := graph.LogPos{Rev: graph.Rev(sinceRev) + 1}
	from := start
	if pos != nil {
		from = graph.LogPos{Rev: pos.Rev, Index: pos.Index + 1}
	}
	entries, err := read(s, func(r graph.Reader) ([]graph.Entry, error) { return r.Log(from, first+1) })
	if err != nil {
		return nil, err
	}
	c := s.changePage(l, entries, first, after != nil)
	c.total = func() (int, error) {
		return read(s, func(r graph.Reader) (int, error) { return r.LogLength(start) })
	}
	return c, nil
}

// history is a page of the changes of one thing, newest first.
func (s *session) history(subject graph.UID, first int, after *string) (*ChangeConnection, error) {
	l := newList(1, "history", subject)
	pos, err := s.changePlace(l, first, after)
	if err != nil {
		return nil, err
	}
	var total int
	entries, err := read(s, func(r graph.Reader) (entries []graph.Entry, err error) {
		entries, total, err = r.History(subject, pos, first+1)
		return entries, err
	})
	if err != nil {
		return nil, err
	}
	c := s.changePage(l, entries, first, after != nil)
	c.total = func() (int, error) { return total, nil }
	return c, nil
}

func (e *entity) History(first int, after *string) (*ChangeConnection, error) {
	return e.s.history(e.ID(), first, after)
}

func (l *relation) History(first int, after *string) (*ChangeConnection, error) {
	return l.s.history(l.ID(), first, after)
}

// History is a page of the changes of the source.
func (c *Source) History(first int, after *string) (*ChangeConnection, error) {
	return c.s.history(c.doc.UID(), first, after)
}

// changePlace reads the arguments of a page of changes; the place is nil where
// the page is the first.
func (s *session) changePlace(l list, first int, after *string) (*graph.LogPos, error) {
	if err := s.checkSize("first", first); err != nil {
		return nil, err
	}
	p, err := l.read("after", after)
	if err != nil || p == nil {
		return nil, err
	}
	return &graph.LogPos{Rev: graph.Rev(max(p.Sort[0].Num, 0)), Index: int(p.ID)}, nil
}

// changePage makes a page of entries, of which there is one more than the page
// holds where the list goes on.
func (s *session) changePage(l list, entries []graph.Entry, first int, behind bool) *ChangeConnection {
	more := len(entries) > first
	entries = entries[:min(first, len(entries))]
	c := &ChangeConnection{Edges: make([]*ChangeEdge, len(entries))}
	cursors := make([]string, len(entries))
	for i := range entries {
		e := &entries[i]
		cursors[i] = l.cursor(graph.Place{ID: uint32(e.Index), Sort: []graph.SortValue{{Num: float64(e.Rev)}}})
		c.Edges[i] = &ChangeEdge{cursors[i], s.change(e)}
	}
	c.PageInfo = pageInfo(cursors, more, behind)
	return c
}
