package bolt

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
)

// shared tells of a bucket whose values several batches of a transaction change,
// or which nobody asks until it ends; see later.
func shared(b bucket) bool {
	return b == bEdges || b == bDegrees || b == bMembers || b == bTerms || b == bCited
}

// flush puts what the batch has gathered, so that the next one finds it, but for
// what is put later.
func (b *batch) flush() error {
	b.wrote = true
	return b.putGathered(false)
}

// putGathered puts what was gathered for the buckets that are shared, or for the
// others.
func (w *writer) putGathered(ofShared bool) error {
	for in := range w.puts {
		if shared(bucket(in)) != ofShared {
			continue
		}
		if err := w.putAll(bucket(in), w.puts[in]); err != nil {
			return err
		}
		w.puts[in] = w.puts[in][:0]
	}
	return nil
}

// flushLater puts what was left for later.
func (w *writer) flushLater() error {
	if err := w.flushLists(); err != nil {
		return err
	}
	if err := w.flushTerms(); err != nil {
		return err
	}
	for id, row := range w.later.rows {
		var value []byte
		if len(row) > 0 {
			value = encodeDegrees(row)
		}
		w.put(bDegrees, key32(uint32(id)), value)
	}
	for at, m := range w.later.blocks {
		w.put(bMembers, memberKey(at.class, at.code, at.block), m.value())
	}
	clear(w.later.lists)
	clear(w.later.rows)
	clear(w.later.blocks)
	clear(w.later.terms)
	return w.putGathered(true)
}

// settled sorts changes by what they are about and keeps the last of each: a
// thing that came and went again is gone.
func settled[C any](changes []C, compare func(a, b C) int) []C {
	slices.SortStableFunc(changes, compare)
	kept := changes[:0]
	for i, c := range changes {
		if i+1 == len(changes) || compare(c, changes[i+1]) != 0 {
			kept = append(kept, c)
		}
	}
	return kept
}

// flushLists brings the lists of edges up to date.
func (w *writer) flushLists() error {
	if len(w.later.lists) == 0 {
		return nil
	}
	c, err := w.cursor(bEdges)
	if err != nil {
		return err
	}
	keys := slices.SortedFunc(maps.Keys(w.later.lists), func(x, y listKey) int {
		return cmp.Or(cmp.Compare(x.entity, y.entity), cmp.Compare(x.typ, y.typ), cmp.Compare(x.side, y.side))
	})
	for _, key := range keys {
		changes := settled(w.later.lists[key], func(x, y edgeChange) int { return cmp.Compare(x.relation, y.relation) })
		if err := w.flushList(c, key, changes); err != nil {
			return err
		}
	}
	return nil
}

// flushList changes the chunks of one list. A new relation has the greatest id,
// so its edge goes to the last chunk, and where that is full begins another.
func (w *writer) flushList(c *bbolt.Cursor, at listKey, changes []edgeChange) error {
	e := listEdit{c: c, at: at, dirty: map[string][]edge{}}
	if k, _ := floor(c, at.chunkAt(1<<32-1)); bytes.HasPrefix(k, at.prefix()) {
		e.last = clone(k)
	}
	for _, change := range changes {
		if err := e.change(change); err != nil {
			return err
		}
	}
	for key, edges := range e.dirty {
		w.put(bEdges, []byte(key), chunkValue(edges))
	}
	return nil
}

// listEdit is a list of edges while it is changed.
type listEdit struct {
	c     *bbolt.Cursor
	at    listKey
	last  []byte // the key of the last chunk, nil where there is none
	dirty map[string][]edge
}

func (e *listEdit) change(c edgeChange) error {
	key := e.keyOf(c.relation)
	if key == nil {
		if !c.gone {
			e.last = e.at.chunkAt(c.relation)
			e.dirty[string(e.last)] = []edge{c.edge}
		}
		return nil
	}
	edges, loaded := e.dirty[string(key)]
	if !loaded {
		var err error
		if edges, err = chunkEdges(e.c.Seek(key)); err != nil {
			return err
		}
	}
	i, there := slices.BinarySearchFunc(edges, c.relation, func(x edge, id graph.RelationID) int { return cmp.Compare(x.relation, id) })
	switch {
	case c.gone && there:
		edges = slices.Delete(edges, i, i+1)
	case c.gone:
		return nil // it came and went within the batch
	case there:
		edges[i] = c.edge
	case i == len(edges) && i >= fullChunk:
		e.last = e.at.chunkAt(c.relation)
		e.dirty[string(e.last)] = []edge{c.edge}
		return nil
	default:
		edges = slices.Insert(edges, i, c.edge)
	}
	e.dirty[string(key)] = edges
	return nil
}

// keyOf is the key of the chunk in which a relation has its place, or nil.
func (e *listEdit) keyOf(id graph.RelationID) []byte {
	if e.last == nil || uint32(id) >= be32(e.last[listPrefix:]) {
		return e.last
	}
	k, _ := floor(e.c, e.at.chunkAt(id))
	if !bytes.HasPrefix(k, e.at.prefix()) {
		return nil
	}
	return clone(k)
}

// flushTerms brings the lists of the search terms up to date.
func (w *writer) flushTerms() error {
	if len(w.later.terms) == 0 {
		return nil
	}
	c, err := w.cursor(bTerms)
	if err != nil {
		return err
	}
	terms := slices.SortedFunc(maps.Keys(w.later.terms), func(x, y string) int {
		return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y))
	})
	for _, term := range terms {
		changes := settled(w.later.terms[term], func(x, y termChange) int { return cmp.Compare(x.id, y.id) })
		if err := w.flushTerm(c, term, changes); err != nil {
			return err
		}
	}
	return nil
}

// termEdit is the list of a term while it is changed.
type termEdit struct {
	c      *bbolt.Cursor
	prefix []byte
	total  int
	chunks map[graph.EntityID][]graph.EntityID // those that were loaded, by the id in their key
	from   graph.EntityID                      // the chunk at hand
	to     uint64                              // where the next one begins
}

func (w *writer) flushTerm(c *bbolt.Cursor, term string, changes []termChange) error {
	e := termEdit{c: c, prefix: termPrefix(term), chunks: map[graph.EntityID][]graph.EntityID{}}
	if err := e.begin(term); err != nil {
		return err
	}
	for _, change := range changes {
		if err := e.stand(change.id); err != nil {
			return err
		}
		e.change(change)
	}
	for from, ids := range e.chunks {
		w.putTerms(term, from, ids, e.total)
	}
	return nil
}

// begin loads the first chunk, which holds the total.
func (e *termEdit) begin(term string) (err error) {
	first := termChunk(term, 0)
	k, v := e.c.Seek(first)
	if !bytes.Equal(k, first) {
		e.chunks[0], e.to = nil, 1<<32
		return nil
	}
	if e.chunks[0], e.total, err = termIDs(k, v); err != nil {
		return err
	}
	e.to = e.beginOfNext()
	return nil
}

// beginOfNext looks at the key after the cursor.
func (e *termEdit) beginOfNext() uint64 {
	if k, _ := e.c.Next(); len(k) == len(e.prefix)+4 && bytes.HasPrefix(k, e.prefix) {
		return uint64(be32(k[len(e.prefix):]))
	}
	return 1 << 32
}

// stand takes the chunk at hand in which id has its place.
func (e *termEdit) stand(id graph.EntityID) error {
	if id >= e.from && uint64(id) < e.to {
		return nil
	}
	k, v := floor(e.c, appendKey32(clone(e.prefix), uint32(id)))
	e.from = graph.EntityID(be32(k[len(k)-4:]))
	if _, loaded := e.chunks[e.from]; !loaded {
		ids, _, err := termIDs(k, v)
		if err != nil {
			return err
		}
		e.chunks[e.from] = ids
	}
	e.to = e.beginOfNext()
	return nil
}

// change puts an id into the chunk at hand, or takes it out.
func (e *termEdit) change(c termChange) {
	ids := e.chunks[e.from]
	at, there := slices.BinarySearch(ids, c.id)
	switch {
	case c.gone && there:
		e.chunks[e.from] = slices.Delete(ids, at, at+1)
		e.total--
	case !c.gone && !there:
		e.chunks[e.from] = slices.Insert(ids, at, c.id)
		e.total++
	}
}

// putTerms writes a chunk, in several where it has grown too long.
func (w *writer) putTerms(term string, from graph.EntityID, ids []graph.EntityID, total int) {
	if len(ids) == 0 && (from > 0 || total == 0) {
		w.put(bTerms, termChunk(term, from), nil)
		return
	}
	for {
		n := fitting(ids)
		w.put(bTerms, termChunk(term, from), termValue(ids[:n], from == 0, total))
		if ids = ids[n:]; len(ids) == 0 {
			return
		}
		from = ids[0]
	}
}

// fitting is how many of ids a chunk holds.
func fitting[ID ~uint32](ids []ID) int {
	size, at := 0, ID(0)
	for i, id := range ids {
		step := id - at
		for at = id; ; step >>= 7 {
			size++
			if step < 0x80 {
				break
			}
		}
		if size > fullTerms {
			return i
		}
	}
	return len(ids)
}
