package bolt

import (
	"slices"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/internal/rules"
)

func (r *reader) Neighbours(q graph.NeighbourQuery) (list []graph.Adjacency, err error) {
	defer r.guard("neighbours", &err)
	if err := rules.CheckNeighbours(&q); err != nil {
		return nil, err
	}
	w := walker{r: r, q: &q, types: r.typeCodes(q.Types)}
	list = make([]graph.Adjacency, len(q.IDs))
	for i, id := range q.IDs {
		list[i].Entity = id
		if q.After != nil {
			w.after = q.After[i]
		}
		if err := w.entity(&list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// typeCodes are the codes of types, nil for all.
func (r *reader) typeCodes(types []graph.RelationType) map[uint16]bool {
	if types == nil {
		return nil
	}
	codes := make(map[uint16]bool, len(types))
	for _, t := range types {
		if code, ok := r.symbols.types.codes[string(t)]; ok {
			codes[code] = true
		}
	}
	return codes
}

// walker gathers the edges of the entities of one query.
type walker struct {
	r     *reader
	q     *graph.NeighbourQuery
	types map[uint16]bool // nil: all
	after graph.EdgeCursor
	ticks int

	row     []degree         // of the entity at hand
	cursors [2]*bbolt.Cursor // of the lists of one type
}

// entity gathers the edges at one entity.
func (w *walker) entity(a *graph.Adjacency) error {
	if err := w.r.ctx.Err(); err != nil {
		return err
	}
	row, err := w.r.degrees(w.row[:0], a.Entity)
	if err != nil {
		return err
	}
	w.row = row
	row = slices.DeleteFunc(row, func(d degree) bool {
		return w.types != nil && !w.types[d.typ] || !d.side.seen(w.q.Direction)
	})
	if len(row) == 0 {
		return nil
	}
	order := w.r.symbols.types.order
	slices.SortStableFunc(row, func(x, y degree) int { return order[x.typ] - order[y.typ] })
	a.Edges = make([]graph.Edge, 0, w.room(row))
	for len(row) > 0 && !a.More {
		n := 1
		for n < len(row) && row[n].typ == row[0].typ {
			n++
		}
		if err := w.lists(a, row[:n]); err != nil {
			return err
		}
		row = row[n:]
	}
	if len(a.Edges) == 0 {
		a.Edges = nil
	}
	return nil
}

// room is how many edges are to be expected, so that the list need not grow.
func (w *walker) room(row []degree) int {
	n := 0
	for _, d := range row {
		n += int(d.n)
	}
	if w.q.Limit > 0 {
		n = min(n, w.q.Limit)
	}
	if w.q.Match != nil {
		n = min(n, fullChunk)
	}
	return min(n, 1<<16)
}

// lists gathers the edges of one type: one list, or the outgoing and the
// incoming one, which never share a relation.
func (w *walker) lists(a *graph.Adjacency, row []degree) error {
	typ, _ := w.r.symbols.typ(row[0].typ)
	if typ < w.after.Type {
		return nil
	}
	after := graph.RelationID(0)
	if typ == w.after.Type {
		after = w.after.Relation
	}
	var room [2]openedList
	open := room[:0]
	for i, d := range row {
		c, err := w.cursor(i)
		if err != nil {
			return err
		}
		l, err := openList(c, listKey{a.Entity, d.typ, d.side}, after)
		if err != nil {
			return err
		}
		if l.ok {
			open = append(open, openedList{l, d.n})
		} else if err := l.whole(d.n); err != nil {
			return err
		}
	}
	return w.merge(a, typ, open)
}

// cursor is the i-th of two that are used at once.
func (w *walker) cursor(i int) (c *bbolt.Cursor, err error) {
	if i >= len(w.cursors) {
		return w.r.fresh(bEdges)
	}
	if w.cursors[i] == nil {
		w.cursors[i], err = w.r.fresh(bEdges)
	}
	return w.cursors[i], err
}

// openedList is a list and how many edges it should have.
type openedList struct {
	edgeList
	n uint32
}

// merge takes the edges of lists in the order of their relations.
func (w *walker) merge(a *graph.Adjacency, typ graph.RelationType, open []openedList) error {
	for len(open) > 0 {
		first := &open[0]
		if len(open) == 2 && open[1].head.relation < first.head.relation {
			first = &open[1]
		}
		if w.ticks++; w.ticks%256 == 0 && w.r.ctx.Err() != nil {
			return w.r.ctx.Err()
		}
		e := graph.Edge{Relation: first.head.relation, Peer: first.head.peer, Type: typ, Forward: first.side != incoming, Hot: first.head.hot}
		if more, err := w.take(a, e); err != nil || !more {
			return err
		}
		if err := first.next(); err != nil {
			return err
		}
		if first.ok {
			continue
		}
		if err := first.whole(first.n); err != nil {
			return err
		}
		open = slices.DeleteFunc(open, func(l openedList) bool { return !l.ok })
	}
	return nil
}

// take adds e where the query wants it and tells whether there is room for
// more.
func (w *walker) take(a *graph.Adjacency, e graph.Edge) (more bool, err error) {
	if w.q.Match != nil {
		if e.Document, err = w.document(e); err != nil {
			return false, err
		}
		w.r.outside = true
		wanted := w.q.Match(e.Document, e.Peer)
		w.r.outside = false
		if !wanted {
			return true, nil
		}
	}
	if a.More = w.q.Limit > 0 && len(a.Edges) == w.q.Limit; a.More {
		return false, nil
	}
	if w.q.Documents && e.Document == nil {
		if e.Document, err = w.document(e); err != nil {
			return false, err
		}
	}
	a.Edges = append(a.Edges, e)
	return true, nil
}

func (w *walker) document(e graph.Edge) (*graph.Relation, error) {
	r, err := w.r.relation(w.r.symbols, e.Relation)
	if r == nil && err == nil {
		return nil, corrupt(bRelations, key32(uint32(e.Relation)), "a relation that is listed is not there", nil)
	}
	return r, err
}

func (r *reader) Degree(ids []graph.EntityID, types []graph.RelationType, dir graph.Direction) ([]int, error) {
	if err := rules.CheckDirection(dir); err != nil {
		return nil, err
	}
	codes := r.typeCodes(types)
	return each(r, "degree", ids, func(id graph.EntityID) (int, error) {
		row, err := r.degrees(nil, id)
		n := 0
		for _, d := range row {
			if (codes == nil || codes[d.typ]) && d.side.seen(dir) {
				n += int(d.n)
			}
		}
		return n, err
	})
}
