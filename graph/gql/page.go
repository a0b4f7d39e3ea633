package gql

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync"

	"lianzhu/graph"
)

// defaultPage is the size of a page that names none.
const defaultPage = 25

// cursorVersion is the first byte of every cursor, so that a later form is
// told apart.
const cursorVersion = 1

// list identifies a list: a digest of what it lists, with which filter and in
// which order, and by how many values it is ordered. A cursor is good for its
// own list only.
type list struct {
	digest func() [4]byte // worked out when a cursor is read or written
	sorts  int
}

// newList makes the identity of a list of what describes it.
func newList(sorts int, parts ...any) list {
	return list{sync.OnceValue(func() [4]byte { return digestOf(parts) }), sorts}
}

func digestOf(parts []any) [4]byte {
	b, err := json.Marshal(parts)
	if err != nil { // a filter that the list itself will refuse
		b = []byte(err.Error())
	}
	sum := sha256.Sum256(b)
	return [4]byte(sum[:4])
}

// window reads the four arguments of a page. A null is the same as an argument
// left out.
func (s *session) window(l list, first *int, after *string, last *int, before *string) (graph.Window, error) {
	w := graph.Window{Limit: defaultPage}
	if first != nil && last != nil {
		return w, inputError("last", "first and last cannot be used together; page forward with first and after, or backward with last and before")
	}
	for _, size := range []struct {
		name string
		n    *int
	}{{"first", first}, {"last", last}} {
		if size.n == nil {
			continue
		}
		if err := s.checkSize(size.name, *size.n); err != nil {
			return w, err
		}
		w.Limit, w.Backward = *size.n, size.name == "last"
	}
	var err error
	if w.After, err = l.read("after", after); err != nil {
		return w, err
	}
	w.Before, err = l.read("before", before)
	return w, err
}

// checkSize refuses a page that is empty or too large.
func (s *session) checkSize(argument string, n int) error {
	if n >= 1 && n <= s.Maxima.Page {
		return nil
	}
	code := graph.CodeInvalid
	if n > 0 {
		code = graph.CodeLimit
	}
	return &graph.Error{Code: code, Op: "page", Key: argument, Index: -1,
		Detail: fmt.Sprintf("it must be between 1 and %d; it is %d", s.Maxima.Page, n)}
}

// cursor writes a place of a list: the version, the list, the id, and the sort
// values one after another.
func (l list) cursor(p graph.Place) string {
	b := append(make([]byte, 0, 64), cursorVersion)
	digest := l.digest()
	b = append(b, digest[:]...)
	b = binary.BigEndian.AppendUint32(b, p.ID)
	for _, v := range p.Sort {
		b = binary.BigEndian.AppendUint64(b, math.Float64bits(v.Num))
		b = binary.AppendUvarint(b, uint64(len(v.Text)))
		b = append(b, v.Text...)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// read reads what cursor wrote; nil stays nil.
func (l list) read(argument string, cursor *string) (*graph.Place, error) {
	if cursor == nil {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(*cursor)
	if err != nil || len(b) < 9 || b[0] != cursorVersion {
		return nil, inputError(argument, "it is not a cursor of this server; use endCursor or startCursor of a page as it is")
	}
	if [4]byte(b[1:5]) != l.digest() {
		return nil, inputError(argument, "the cursor belongs to another list; a cursor is good only with the filter and order it was made with")
	}
	p := &graph.Place{ID: binary.BigEndian.Uint32(b[5:])}
	for b = b[9:]; len(b) > 0; {
		v, rest, ok := readSortValue(b)
		if !ok {
			return nil, inputError(argument, "the cursor is damaged; begin again without it")
		}
		p.Sort, b = append(p.Sort, v), rest
	}
	if len(p.Sort) != l.sorts {
		return nil, inputError(argument, "the cursor is damaged; begin again without it")
	}
	return p, nil
}

func readSortValue(b []byte) (v graph.SortValue, rest []byte, ok bool) {
	if len(b) < 9 {
		return v, nil, false
	}
	v.Num = math.Float64frombits(binary.BigEndian.Uint64(b))
	n, size := binary.Uvarint(b[8:])
	if b = b[8:]; size <= 0 || n > uint64(len(b)-size) {
		return v, nil, false
	}
	v.Text = string(b[size : size+int(n)])
	return v, b[size+int(n):], !math.IsNaN(v.Num)
}

// PageInfo says where a page stands in its list.
type PageInfo struct {
	HasNextPage, HasPreviousPage bool
	items                        int
	cursor                       func(i int) (string, error) // of an item
}

// StartCursor is the cursor of the first item, nil where there is none.
func (p *PageInfo) StartCursor() (*string, error) { return p.cursorOf(0) }

// EndCursor is the cursor of the last item, nil where there is none.
func (p *PageInfo) EndCursor() (*string, error) { return p.cursorOf(p.items - 1) }

func (p *PageInfo) cursorOf(i int) (*string, error) {
	if p.items == 0 {
		return nil, nil
	}
	cursor, err := p.cursor(i)
	return &cursor, err
}

// pageInfo makes the PageInfo of a page whose items have these cursors.
func pageInfo(cursors []string, next, previous bool) *PageInfo {
	return &PageInfo{next, previous, len(cursors), func(i int) (string, error) { return cursors[i], nil }}
}

// EntityEdge is an entity in a list.
type EntityEdge struct {
	Node   Entity
	cursor func(i int) (string, error)
	i      int
}

// Cursor is the place of the entity in the list.
func (e EntityEdge) Cursor() (string, error) { return e.cursor(e.i) }

// EntityConnection is a page of a list of entities. Cursors are written, and the
// whole list is counted, when they are asked for.
type EntityConnection struct {
	nodes       []Entity
	next, prior bool
	cursor      func(i int) (string, error) // of a node
	total       func() (int, error)
}

// Nodes are the entities without their cursors.
func (c *EntityConnection) Nodes() []Entity { return c.nodes }

// Edges are the entities with their cursors.
func (c *EntityConnection) Edges() []EntityEdge {
	edges := make([]EntityEdge, len(c.nodes))
	for i, node := range c.nodes {
		edges[i] = EntityEdge{node, c.cursor, i}
	}
	return edges
}

// PageInfo says where the page stands in its list.
func (c *EntityConnection) PageInfo() *PageInfo {
	return &PageInfo{c.next, c.prior, len(c.nodes), c.cursor}
}

// TotalCount counts the whole list; it is worked out only where it is asked for.
func (c *EntityConnection) TotalCount() (int, error) { return c.total() }

// listEntities answers a page of entities.
func (s *session) listEntities(l list, q graph.EntityQuery) (*EntityConnection, error) {
	q.Collate, q.Lean = s.Collate, true
	c := &EntityConnection{}
	page, err := read(s, func(r graph.Reader) (graph.Page[graph.EntityID], error) {
		page, err := graph.ListEntityIDs(s.ctx, r, q)
		if err == nil {
			c.nodes, err = s.nouns(r, page.Items)
		}
		return page, err
	})
	if err != nil {
		return nil, err
	}
	c.next, c.prior = page.HasNext, page.HasPrior
	c.cursor = func(i int) (string, error) {
		if page.Places != nil {
			return l.cursor(page.Places[i]), nil
		}
		at, err := read(s, func(r graph.Reader) (graph.Place, error) { return graph.EntityPlace(r, q, page.Items[i]) })
		return l.cursor(at), err
	}
	c.total = func() (int, error) {
		return read(s, func(r graph.Reader) (int, error) { return graph.CountEntities(s.ctx, r, q) })
	}
	return c, nil
}

// listIDs answers a page of entities whose ids are known, in ascending order.
func (s *session) listIDs(l list, ids []graph.EntityID, first int, after *string) (*EntityConnection, error) {
	w, err := s.window(l, &first, after, nil, nil)
	if err != nil {
		return nil, err
	}
	total := len(ids)
	if w.After != nil {
		behind, _ := slices.BinarySearch(ids, graph.EntityID(w.After.ID)+1)
		ids = ids[behind:]
	}
	page := ids[:min(first, len(ids))]
	docs, err := read(s, func(r graph.Reader) ([]*graph.Entity, error) { return s.fetch(r, page) })
	if err != nil {
		return nil, err
	}
	c := &EntityConnection{nodes: make([]Entity, len(docs)), next: len(ids) > len(docs), prior: after != nil}
	for i, doc := range docs {
		c.nodes[i] = s.wrap(doc)
	}
	c.cursor = func(i int) (string, error) { return l.cursor(graph.Place{ID: uint32(page[i])}), nil }
	c.total = func() (int, error) { return total, nil }
	return c, nil
}
