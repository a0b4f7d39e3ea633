package bolt

import (
	"encoding/binary"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
	"lianzhu/storage/internal/rules"
	"lianzhu/storage/internal/runs"
)

// filler writes the file of a load. While batches come it puts records and the
// log, which grow at their ends, and gathers what the indexes of facts need.
type filler struct {
	tables // of the transaction at hand
	db     *bbolt.DB
	names  *symbols
	state  state

	room    room
	waiting int // bytes that were put and are not committed
	scratch []byte
	key     []byte

	rows    paged[row] // of relations, by id less 1
	members [2]map[uint16]*bitset
	named   *runs.Keys
	cited   *runs.Keys
}

// row is a relation as its ends list it.
type row struct {
	source, target graph.EntityID
	typ            uint16
	modality       uint8
	derived        bool
	score          float32
	from, to       int32
}

// The memory that is taken before references and citations go to the disk.
const (
	namedMemory = 48 << 20
	citedMemory = 96 << 20
)

// atOnce is how many bytes go into one transaction: enough that what a
// transaction costs does not matter.
const atOnce = 40 << 20

func newFiller(db *bbolt.DB, s *symbols, folder string) (*filler, error) {
	f := &filler{
		db: db, names: s,
		members: [2]map[uint16]*bitset{{}, {}},
		named:   runs.NewKeys(folder, 10, namedMemory), cited: runs.NewKeys(folder, 24, citedMemory),
	}
	if err := f.begin(); err != nil {
		return nil, err
	}
	var err error
	f.state, err = f.tables.state()
	return f, err
}

// begin begins a transaction in which all buckets are filled to the brim.
func (f *filler) begin() error {
	tx, err := f.db.Begin(true)
	if err != nil {
		return err
	}
	f.tables = tables{tx: tx}
	for b := range buckets {
		bucket, err := f.bucket(b)
		if err != nil {
			return err
		}
		bucket.FillPercent = 0.95
	}
	return nil
}

// turn commits what waits and begins anew.
func (f *filler) turn() error {
	if err := f.commit(); err != nil {
		return err
	}
	return f.begin()
}

func (f *filler) commit() error {
	tx := f.tx
	f.tables = tables{}
	err := tx.Commit()
	f.waiting = 0
	f.room.free()
	return err
}

// put seals and puts a value, which must stay as it is until the transaction
// ends.
func (f *filler) put(b bucket, key, value []byte) error {
	return f.putSealed(b, key, frames[b].Seal(key, value))
}

func (f *filler) putSealed(b bucket, key, value []byte) error {
	f.waiting += len(key) + len(value) + 16
	return f.buckets[b].Put(key, value)
}

// do carries out an order.
func (f *filler) do(o *order) error {
	if o.tasks != nil {
		f.state.rev = o.rev
		value, err := record.AppendHeader(make([]byte, record.FrameSize), o.header)
		if err != nil {
			return err
		}
		if err := f.put(bLog, revKey(o.rev), value); err != nil {
			return err
		}
	}
	for i := range o.tasks {
		if err := f.write(record.Written{Rev: o.rev, Index: uint32(i), Nth: 1}, &o.tasks[i]); err != nil {
			return err
		}
	}
	if o.kept != nil {
		value := record.AppendKept(make([]byte, record.FrameSize), o.kept.Digest, o.kept.Receipt)
		if err := f.put(bKept, []byte(o.key), value); err != nil {
			return err
		}
	}
	if f.waiting > atOnce {
		return f.turn()
	}
	return nil
}

// write does one write.
func (f *filler) write(at record.Written, t *task) error {
	var last record.Written
	var before []byte
	if t.Op != graph.OpCreate {
		var err error
		if last, before, err = f.last(t); err != nil {
			return err
		}
		at.Nth = last.Nth + 1
	}
	if err := f.log(at, last, before, t); err != nil {
		return err
	}
	if err := f.record(at, t); err != nil {
		return err
	}
	return f.references(t)
}

// last gives the record that t replaces, and when it was written.
func (f *filler) last(t *task) (record.Written, []byte, error) {
	in, _ := bucketOf(t.Subject.Tag())
	payload, err := f.get(in, key32(t.id))
	if err != nil {
		return record.Written{}, nil, err
	}
	written, err := writtenOf(t.Subject.Tag(), payload)
	if err != nil {
		err = corrupt(in, key32(t.id), err.Error(), err)
	}
	return written, payload, err
}

// log puts the entry of t and links the one before to it.
func (f *filler) log(at, last record.Written, before []byte, t *task) error {
	f.key = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(f.key[:0], uint64(at.Rev)), at.Index)
	f.scratch = record.AppendEntry(f.framed(), record.Entry{Op: t.Op, Subject: t.Subject, Previous: last, Nth: at.Nth, Before: before})
	if err := f.put(bLog, f.key, f.room.keep(f.scratch)); err != nil || last.Nth == 0 {
		return err
	}
	link := append(make([]byte, record.FrameSize), f.key...)
	return f.put(bNext, logKey(last.Rev, last.Index), link)
}

// framed is the place where a value is made, after the room for its checksum.
func (f *filler) framed() []byte { return append(f.scratch[:0], 0, 0, 0, 0) }

// record puts the record of t, and what is known of it without an index.
func (f *filler) record(at record.Written, t *task) (err error) {
	in := bEntities
	switch {
	case t.Entity != nil:
		f.scratch, err = record.AppendEntity(f.framed(), t.Entity, t.code, at)
		f.entityRow(t)
	case t.Relation != nil:
		in = bRelations
		f.scratch, err = record.AppendRelation(f.framed(), t.Relation, t.code, at)
		f.relationRow(t)
	default:
		in = bSources
		f.scratch, err = record.AppendSource(f.framed(), t.Source, at)
		if err == nil {
			err = f.sourceRow(t)
		}
	}
	if err != nil {
		return err
	}
	f.key = appendKey32(f.key[:0], t.id)
	return f.put(in, f.key, f.room.keep(f.scratch))
}

func (f *filler) entityRow(t *task) {
	if t.Op == graph.OpCreate {
		f.state.entities++
		f.state.lastEntity = t.id
		f.member(0, f.state.kinds, t)
	}
}

// member lists what t writes under its kind or type.
func (f *filler) member(class int, counts map[uint16]uint64, t *task) {
	set := f.members[class][t.code]
	if set == nil {
		set = new(bitset)
		f.members[class][t.code] = set
	}
	set.add(t.id)
	counts[t.code]++
}

func (f *filler) relationRow(t *task) {
	hot := t.Relation.Hot()
	r := row{source: t.source, target: t.target, typ: t.code, derived: hot.Derived, score: hot.Score, from: hot.From, to: hot.To}
	for record.Modalities[r.modality] != hot.Modality {
		r.modality++
	}
	if t.Op != graph.OpCreate {
		*f.rows.at(int(t.id) - 1) = r
		return
	}
	f.rows.add(r)
	f.state.relations++
	f.state.lastRelation = t.id
	f.member(1, f.state.types, t)
}

// sourceRow puts the key of a source and its text.
func (f *filler) sourceRow(t *task) error {
	if t.Op == graph.OpCreate {
		f.state.sources++
		f.state.lastSource = t.id
		if err := f.put(bSourceKeys, []byte(t.Source.Key), binary.BigEndian.AppendUint32(make([]byte, record.FrameSize), t.id)); err != nil {
			return err
		}
	}
	if t.Text == nil {
		return nil
	}
	return f.put(bTexts, key32(t.id), append(make([]byte, record.FrameSize, record.FrameSize+len(*t.Text)), *t.Text...))
}

// references gathers what a fact names and cites.
func (f *filler) references(t *task) error {
	fact := dense{t.Subject.Tag(), t.id}
	for i, list := range [][]dense{t.named, t.names} {
		for _, thing := range list {
			f.key = fact.appendTo(thing.appendTo(f.key[:0]))
			if err := f.named.Add(f.key, i == 1); err != nil {
				return err
			}
		}
	}
	before, after := rules.Citations(t.OldEntity, t.OldRelation), rules.Citations(t.Entity, t.Relation)
	for i, list := range [][]graph.Evidence{before, after} {
		for j := range list {
			uid := list[j].UID()
			f.key = append(append(f.key[:0], uid[:]...), t.Subject[:]...)
			if err := f.cited.Add(f.key, i == 1); err != nil {
				return err
			}
		}
	}
	f.state.evid += uint64(len(after) - len(before))
	return nil
}

// close gives up what is not committed and frees what was gathered.
func (f *filler) close() {
	if f.tx != nil {
		f.tx.Rollback()
		f.tables = tables{}
	}
	f.named.Close()
	f.cited.Close()
}

// room keeps values until their transaction has ended, in a few large pieces.
type room struct {
	pieces [][]byte
	at     int // the piece in use
}

const pieceSize = 1 << 20

// keep copies b.
func (r *room) keep(b []byte) []byte {
	if len(b) > pieceSize/4 {
		return clone(b)
	}
	for ; r.at < len(r.pieces); r.at++ {
		if piece := &r.pieces[r.at]; cap(*piece)-len(*piece) >= len(b) {
			n := len(*piece)
			*piece = append(*piece, b...)
			return (*piece)[n:len(*piece):len(*piece)]
		}
	}
	r.pieces = append(r.pieces, append(make([]byte, 0, pieceSize), b...))
	return r.pieces[r.at][:len(b):len(b)]
}

// free makes the room free again.
func (r *room) free() {
	for i := range r.pieces {
		r.pieces[i] = r.pieces[i][:0]
	}
	r.at = 0
}
