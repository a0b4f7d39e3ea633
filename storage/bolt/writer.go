package bolt

import (
	"bytes"
	"iter"
	"slices"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
	"lianzhu/storage/internal/rules"
)

// writer carries out plans in one write transaction. It is also the
// [rules.State] of the plans to come: what an earlier batch of the transaction
// wrote is seen.
type writer struct {
	tables
	symbols *symbols
	now     state
	known   *entityCache
	puts    [buckets][]pairKV // not in the file yet
	later   later
	scratch []byte // where records are made before their size is known
	wrote   bool
	changes int // that were carried out
}

// later is what changes of lists that several batches of a transaction share: it
// is put once, when the transaction ends or when somebody asks for the lists.
type later struct {
	lists  map[listKey][]edgeChange // in the order in which they were made
	rows   map[graph.EntityID][]degree
	blocks map[memberBlock]*bitmap
	terms  map[string][]termChange
}

func newLater() later {
	return later{lists: map[listKey][]edgeChange{}, rows: map[graph.EntityID][]degree{}, blocks: map[memberBlock]*bitmap{}, terms: map[string][]termChange{}}
}

func (w *writer) put(in bucket, key, value []byte) {
	w.puts[in] = append(w.puts[in], pairKV{key, value, len(w.puts[in])})
}

// newWriter begins with the state as the file has it.
func newWriter(tx *bbolt.Tx, s *symbols, known *entityCache) (*writer, error) {
	w := &writer{tables: tables{tx: tx}, symbols: s, known: known, later: newLater()}
	var err error
	w.now, err = w.state()
	return w, err
}

// finish writes what stands once a transaction.
func (w *writer) finish() error {
	if err := w.flushLater(); err != nil {
		return err
	}
	b, err := w.bucket(bMeta)
	if err != nil {
		return err
	}
	value := frames[bMeta].Seal(keyState, w.now.encode(make([]byte, record.FrameSize)))
	w.redo.put(bMeta, keyState, value)
	return b.Put(keyState, value)
}

// pairKV is a value to be put under a key; nil deletes the key. Of several with
// one key the one with the greatest turn counts.
type pairKV struct {
	key, value []byte
	turn       int
}

func comparePairs(x, y pairKV) int {
	if c := bytes.Compare(x.key, y.key); c != 0 {
		return c
	}
	return x.turn - y.turn
}

// putAll seals and puts pairs in the order of their keys.
func (t *tables) putAll(b bucket, pairs []pairKV) error {
	if len(pairs) == 0 {
		return nil
	}
	bucket, err := t.bucket(b)
	if err != nil {
		return err
	}
	if !slices.IsSortedFunc(pairs, comparePairs) {
		slices.SortFunc(pairs, comparePairs)
	}
	bucket.FillPercent = t.fill(b, bucket, pairs[0].key)
	for i, p := range pairs {
		if i+1 < len(pairs) && bytes.Equal(p.key, pairs[i+1].key) {
			continue
		}
		if p.value == nil {
			t.redo.delete(b, p.key)
			err = bucket.Delete(p.key)
		} else {
			sealed := frames[b].Seal(p.key, p.value)
			t.redo.put(b, p.key, sealed)
			err = bucket.Put(p.key, sealed)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fill is how full the pages of a bucket are to be made: full where all that a
// transaction writes goes to the end of the bucket, so that nothing will come
// between; half, as bbolt has it, where it does not.
func (t *tables) fill(b bucket, bucket *bbolt.Bucket, first []byte) float64 {
	if last, _ := bucket.Cursor().Last(); last != nil && bytes.Compare(first, last) <= 0 {
		t.within[b] = true
	}
	if t.within[b] {
		return bbolt.DefaultFillPercent
	}
	return 0.95
}

// entityCache keeps the dense ids and kinds of entities that were looked up.
// The one writer owns it.
type entityCache struct{ byUID map[graph.UID]knownEntity }

type knownEntity struct {
	id   graph.EntityID
	kind uint16
}

// cacheSize bounds an entityCache; a full one is begun anew.
const cacheSize = 1 << 16

func (c *entityCache) put(uid graph.UID, e knownEntity) {
	if c.byUID == nil || len(c.byUID) >= cacheSize {
		c.byUID = make(map[graph.UID]knownEntity)
	}
	c.byUID[uid] = e
}

func (c *entityCache) forget(uid graph.UID) { delete(c.byUID, uid) }

// entityOf gives the id and kind of an entity; id is 0 where there is none.
func (w *writer) entityOf(uid graph.UID) (knownEntity, error) {
	if e, ok := w.known.byUID[uid]; ok {
		return e, nil
	}
	id, err := w.idOf(uid)
	if id == 0 || err != nil {
		return knownEntity{}, err
	}
	h, err := w.entityHead(graph.EntityID(id))
	if err != nil {
		return knownEntity{}, err
	}
	e := knownEntity{graph.EntityID(id), h.Kind()}
	w.known.put(uid, e)
	return e, nil
}

// entityHead reads the head of an entity that must be there.
func (t *tables) entityHead(id graph.EntityID) (record.EntityHead, error) {
	payload, err := t.get(bEntities, key32(uint32(id)))
	if err != nil {
		return nil, err
	}
	h, err := record.HeadOfEntity(payload)
	if err != nil {
		return nil, corrupt(bEntities, key32(uint32(id)), err.Error(), err)
	}
	return h, nil
}

func (t *tables) relationHead(id graph.RelationID) (record.RelationHead, error) {
	payload, err := t.get(bRelations, key32(uint32(id)))
	if err != nil {
		return nil, err
	}
	h, err := record.HeadOfRelation(payload)
	if err != nil {
		return nil, corrupt(bRelations, key32(uint32(id)), err.Error(), err)
	}
	return h, nil
}

// What follows is rules.State.

func (w *writer) Rev() graph.Rev { return w.now.rev }

func (w *writer) Entity(uid graph.UID) (*graph.Entity, error) {
	e, _, _, err := w.document(w.symbols, uid)
	return e, err
}

func (w *writer) Relation(uid graph.UID) (*graph.Relation, error) {
	_, r, _, err := w.document(w.symbols, uid)
	return r, err
}

func (w *writer) Source(uid graph.UID) (*graph.Source, error) {
	_, _, s, err := w.document(w.symbols, uid)
	return s, err
}

func (w *writer) Has(uid graph.UID) (bool, error) {
	if uid.Tag() == graph.TagEntity {
		e, err := w.entityOf(uid)
		return e.id != 0, err
	}
	id, err := w.idOf(uid)
	return id != 0, err
}

func (w *writer) Kind(uid graph.UID) (graph.Kind, error) {
	e, err := w.entityOf(uid)
	if e.id == 0 || err != nil {
		return "", err
	}
	kind, _ := w.symbols.kind(e.kind)
	return kind, nil
}

func (w *writer) At(end graph.UID, t graph.RelationType, d graph.Direction) iter.Seq2[graph.UID, error] {
	return func(yield func(graph.UID, error) bool) {
		e, err := w.entityOf(end)
		if err == nil {
			err = w.flushLater()
		}
		if err != nil {
			yield(graph.UID{}, err)
			return
		}
		code, known := w.symbols.types.codes[string(t)]
		if e.id == 0 || !known {
			return
		}
		for _, s := range []side{outgoing, incoming, along} {
			if s.seen(d) && !w.uidsIn(listKey{e.id, code, s}, yield) {
				return
			}
		}
	}
}

// uidsIn yields the uids of the relations in a list; false says that the caller
// wants no more.
func (t *tables) uidsIn(at listKey, yield func(graph.UID, error) bool) bool {
	c, err := t.fresh(bEdges)
	if err != nil {
		yield(graph.UID{}, err)
		return false
	}
	l, err := openList(c, at, 0)
	for err == nil && l.ok {
		var h record.RelationHead
		if h, err = t.relationHead(l.head.relation); err != nil {
			break
		}
		if !yield(h.UID(), nil) {
			return false
		}
		err = l.next()
	}
	if err != nil {
		yield(graph.UID{}, err)
	}
	return err == nil
}

func (w *writer) Kept(key string) (*rules.Kept, error) { return w.tables.kept(key) }

func (w *writer) Referrers(uid graph.UID) iter.Seq2[graph.UID, error] {
	return func(yield func(graph.UID, error) bool) {
		if err := w.flushLater(); err != nil {
			yield(graph.UID{}, err)
			return
		}
		w.tables.referrers(uid)(yield)
	}
}

// kept is what is kept of the batch with an idempotency key, or nil.
func (t *tables) kept(key string) (*graph.Kept, error) {
	payload, err := t.get(bKept, []byte(key))
	if payload == nil || err != nil {
		return nil, err
	}
	digest, receipt, err := record.DecodeKept(payload)
	if err != nil {
		return nil, corrupt(bKept, []byte(key), err.Error(), err)
	}
	return &graph.Kept{Digest: digest, Receipt: receipt}, nil
}

// referrers yields the facts that name a thing.
func (t *tables) referrers(uid graph.UID) iter.Seq2[graph.UID, error] {
	return func(yield func(graph.UID, error) bool) {
		id, err := t.idOf(uid)
		if id == 0 || err != nil {
			if err != nil {
				yield(graph.UID{}, err)
			}
			return
		}
		if uid.Tag() == graph.TagEntity && !t.relationsAt(graph.EntityID(id), yield) {
			return
		}
		t.factsAbout(dense{uid.Tag(), id}, yield)
	}
}

// relationsAt yields the uids of the relations at an entity; false says that
// the caller wants no more.
func (t *tables) relationsAt(id graph.EntityID, yield func(graph.UID, error) bool) bool {
	row, err := t.degrees(nil, id)
	if err != nil {
		yield(graph.UID{}, err)
		return false
	}
	for _, d := range row {
		if !t.uidsIn(listKey{id, d.typ, d.side}, yield) {
			return false
		}
	}
	return true
}

// factsAbout yields the facts that name a thing otherwise than as an end.
func (t *tables) factsAbout(thing dense, yield func(graph.UID, error) bool) {
	c, err := t.fresh(bNamed)
	if err != nil {
		yield(graph.UID{}, err)
		return
	}
	prefix := thing.appendTo(nil)
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix) && len(k) == 10; k, _ = c.Next() {
		uid, err := t.uidOf(denseAt(k[5:]))
		if !yield(uid, err) || err != nil {
			return
		}
	}
}

// uidOf is the identity of a fact.
func (t *tables) uidOf(fact dense) (graph.UID, error) {
	if fact.tag == graph.TagEntity {
		h, err := t.entityHead(graph.EntityID(fact.id))
		if err != nil {
			return graph.UID{}, err
		}
		return h.UID(), nil
	}
	h, err := t.relationHead(graph.RelationID(fact.id))
	if err != nil {
		return graph.UID{}, err
	}
	return h.UID(), nil
}
