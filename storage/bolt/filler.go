package bolt

import (
	"encoding/binary"
	"slices"
	"sync/atomic"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
	"lianzhu/storage/internal/rules"
	"lianzhu/storage/internal/runs"
)

// filler writes the file of a load. While batches come it adds records and the
// log, which grow at their ends, and gathers what the indexes of facts need.
type filler struct {
	to    *builder
	names *symbols
	state state

	scratch, key []byte

	sources []sourceKey
	rows    paged[row] // of relations, by id less 1
	members [2]map[uint16]*bitset
	named   *runs.Keys
	cited   *runs.Keys

	// What was written again after it had been written: it is put when the file
	// is made.
	changed      map[place]pairKV
	links        []pairKV
	changedBytes atomic.Int64
}

type sourceKey struct {
	key string
	id  uint32
}

// place is that of a record.
type place struct {
	in bucket
	id uint32
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

// The memory that is taken before references and citations go to the disk, and
// by what was written again before the indexes are made.
const (
	namedMemory   = 48 << 20
	citedMemory   = 96 << 20
	changedMemory = 128 << 20
)

func newFiller(to *builder, s *symbols, now state, folder string) *filler {
	return &filler{
		to: to, names: s, state: now, changed: map[place]pairKV{},
		members: [2]map[uint16]*bitset{{}, {}},
		named:   runs.NewKeys(folder, 10, namedMemory), cited: runs.NewKeys(folder, 24, citedMemory),
	}
}

// put seals a value and adds it to its bucket, at the end.
func (f *filler) put(b bucket, key, value []byte) error {
	return f.to.trees[b].add(key, frames[b].Seal(key, value))
}

// do carries out an order.
func (f *filler) do(o *order) error {
	if o.tasks == nil {
		return nil
	}
	f.state.rev = o.rev
	value, err := record.AppendHeader(make([]byte, record.FrameSize), o.header)
	if err != nil {
		return err
	}
	if err := f.put(bLog, revKey(o.rev), value); err != nil {
		return err
	}
	for i := range o.tasks {
		if err := f.write(record.Written{Rev: o.rev, Index: uint32(i), Nth: 1}, &o.tasks[i]); err != nil {
			return err
		}
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

// payload is the record at a place, nil where there is none.
func (f *filler) payload(at place) ([]byte, error) {
	key := key32(at.id)
	if again, ok := f.changed[at]; ok {
		return again.value[record.FrameSize:], nil
	}
	value, err := f.to.trees[at.in].find(key)
	if value == nil || err != nil {
		return nil, err
	}
	return open(at.in, key, value)
}

// last gives the record that t replaces, and when it was written.
func (f *filler) last(t *task) (record.Written, []byte, error) {
	in, _ := bucketOf(t.Subject.Tag())
	payload, err := f.payload(place{in, t.id})
	if err != nil {
		return record.Written{}, nil, err
	}
	written, err := writtenOf(t.Subject.Tag(), payload)
	if err != nil {
		err = corrupt(in, key32(t.id), err.Error(), err)
	}
	return written, payload, err
}

// log adds the entry of t and notes the link that leads from the one before.
func (f *filler) log(at, last record.Written, before []byte, t *task) error {
	f.key = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(f.key[:0], uint64(at.Rev)), at.Index)
	f.scratch = record.AppendEntry(f.framed(), record.Entry{Op: t.Op, Subject: t.Subject, Previous: last, Nth: at.Nth, Before: before})
	if last.Nth > 0 {
		link := append(make([]byte, record.FrameSize), f.key...)
		f.links = append(f.links, pairKV{key: logKey(last.Rev, last.Index), value: link})
		f.changedBytes.Add(100)
	}
	return f.put(bLog, f.key, f.scratch)
}

// framed is the place where a value is made, after the room for its checksum.
func (f *filler) framed() []byte { return append(f.scratch[:0], 0, 0, 0, 0) }

// record adds the record of t, and what is known of it without an index.
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
	if t.Op == graph.OpCreate {
		return f.put(in, f.key, f.scratch)
	}
	old := f.changed[place{in, t.id}]
	f.changed[place{in, t.id}] = pairKV{key: slices.Clone(f.key), value: slices.Clone(f.scratch)}
	f.changedBytes.Add(int64(len(f.scratch) - len(old.value) + 100))
	return nil
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

// sourceRow notes the key of a source and adds its text.
func (f *filler) sourceRow(t *task) error {
	if t.Op != graph.OpCreate {
		return nil
	}
	f.state.sources++
	f.state.lastSource = t.id
	f.sources = append(f.sources, sourceKey{string(t.Source.Key), t.id})
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

// The documents as they are now.

func (f *filler) entity(id graph.EntityID) (*graph.Entity, error) {
	payload, err := f.payload(place{bEntities, uint32(id)})
	if payload == nil || err != nil {
		return nil, err
	}
	e, err := record.DecodeEntity(payload, f.names.kind)
	if err != nil {
		return nil, corrupt(bEntities, key32(uint32(id)), err.Error(), err)
	}
	e.ID = id
	return e, nil
}

func (f *filler) relation(id graph.RelationID) (*graph.Relation, error) {
	payload, err := f.payload(place{bRelations, uint32(id)})
	if payload == nil || err != nil {
		return nil, err
	}
	r, err := record.DecodeRelation(payload, f.names.typ)
	if err != nil {
		return nil, corrupt(bRelations, key32(uint32(id)), err.Error(), err)
	}
	r.ID = id
	return r, nil
}

func (f *filler) source(id uint32) (*graph.Source, error) {
	payload, err := f.payload(place{bSources, id})
	if payload == nil || err != nil {
		return nil, err
	}
	s, err := record.DecodeSource(payload)
	if err != nil {
		return nil, corrupt(bSources, key32(id), err.Error(), err)
	}
	return s, nil
}

// close frees what was gathered.
func (f *filler) close() {
	f.to.close()
	f.named.Close()
	f.cited.Close()
}
