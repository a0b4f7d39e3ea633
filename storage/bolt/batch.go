package bolt

import (
	"encoding/binary"
	"fmt"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
	"lianzhu/storage/internal/rules"
)

// batch gathers what one plan writes, so that each value is put once and each
// bucket is filled in the order of its keys.
type batch struct {
	*writer

	recent  map[graph.UID]recent // what the batch itself has written
	sources map[graph.UID]uint32 // dense ids of sources that were looked up
}

// recent is a thing as the batch left it.
type recent struct {
	id      uint32 // 0: retracted
	written record.Written
	payload []byte // its record
}

type edgeChange struct {
	edge
	gone bool
}

type termChange struct {
	id   graph.EntityID
	gone bool
}

type memberBlock struct {
	class byte
	code  uint16
	block uint32
}

// carryOut does the writes of a plan. Where it fails the transaction is spoilt
// and must be rolled back.
func (w *writer) carryOut(b *graph.Batch, plan *rules.Plan) error {
	do := batch{writer: w, recent: make(map[graph.UID]recent, len(plan.Writes)), sources: map[graph.UID]uint32{}}
	w.changes += len(plan.Writes)
	if len(plan.Writes) > 0 {
		w.now.rev = plan.Receipt.Rev
		if err := do.header(b, len(plan.Writes)); err != nil {
			return err
		}
	}
	for i := range plan.Writes {
		if err := do.write(uint32(i), &plan.Writes[i]); err != nil {
			return err
		}
	}
	if plan.Kept != nil {
		value := record.AppendKept(make([]byte, record.FrameSize), plan.Kept.Digest, plan.Kept.Receipt)
		do.put(bKept, []byte(b.Key), value)
	}
	return do.flush()
}

// framed is the place where a record is made: after the room for its checksum.
func (w *writer) framed() []byte { return append(w.scratch[:0], make([]byte, record.FrameSize)...) }

// kept copies a record that was made in the scratch, as large as it is.
func (w *writer) kept(record []byte) []byte {
	w.scratch = record
	return clone(record)
}

func (b *batch) header(of *graph.Batch, entries int) error {
	value, err := record.AppendHeader(make([]byte, record.FrameSize), record.Header{
		At: rules.At(of), Entries: entries, Actor: of.Actor, Reason: of.Reason})
	if err != nil {
		return err
	}
	b.put(bLog, revKey(b.now.rev), value)
	return nil
}

// write does one write: its entry in the log, its record and its indexes.
func (b *batch) write(index uint32, w *rules.Write) error {
	last, err := b.last(w)
	if err != nil {
		return err
	}
	at := record.Written{Rev: b.now.rev, Index: index, Nth: last.written.Nth + 1}
	b.log(at, last, w)
	thing := recent{id: last.id, written: at}
	if w.Op == graph.OpCreate {
		if thing.id, err = b.number(w.Subject); err != nil {
			return err
		}
	}
	fact := dense{w.Subject.Tag(), thing.id}
	var value []byte
	switch fact.tag {
	case graph.TagEntity:
		value, err = b.entity(graph.EntityID(fact.id), at, w)
	case graph.TagRelation:
		value, err = b.relation(graph.RelationID(fact.id), at, w)
	default:
		value, err = b.source(fact.id, at, w)
	}
	if err != nil {
		return err
	}
	if err := b.references(fact, w); err != nil {
		return err
	}
	b.identity(w, fact, at)
	if thing.payload = payloadOf(value); value == nil {
		thing.id = 0
	}
	b.recent[w.Subject] = thing
	return nil
}

func payloadOf(value []byte) []byte {
	if value == nil {
		return nil
	}
	return value[record.FrameSize:]
}

// last gives the thing that w writes as it was before, or where its grave is.
func (b *batch) last(w *rules.Write) (recent, error) {
	if r, ok := b.recent[w.Subject]; ok {
		return r, nil
	}
	if w.Op == graph.OpCreate {
		written, err := b.grave(w.Subject)
		return recent{written: written}, err
	}
	id, err := b.idOf(w.Subject)
	if err != nil {
		return recent{}, err
	}
	in, _ := bucketOf(w.Subject.Tag())
	payload, err := b.get(in, key32(id))
	if err != nil {
		return recent{}, err
	}
	written, err := writtenOf(w.Subject.Tag(), payload)
	if err != nil {
		return recent{}, corrupt(in, key32(id), err.Error(), err)
	}
	return recent{id, written, payload}, nil
}

// log adds the entry of w and links the one before to it.
func (b *batch) log(at record.Written, last recent, w *rules.Write) {
	key := logKey(at.Rev, at.Index)
	b.put(bLog, key, b.kept(record.AppendEntry(b.framed(), record.Entry{
		Op: w.Op, Subject: w.Subject, Previous: last.written, Nth: at.Nth, Before: last.payload})))
	if last.written.Nth > 0 {
		link := append(make([]byte, record.FrameSize), key...)
		b.put(bNext, logKey(last.written.Rev, last.written.Index), link)
	}
}

// number gives out the next dense id of the thing's sort.
func (b *batch) number(uid graph.UID) (uint32, error) {
	counter := &b.now.lastEntity
	switch uid.Tag() {
	case graph.TagRelation:
		counter = &b.now.lastRelation
	case graph.TagSource:
		counter = &b.now.lastSource
	}
	if *counter == 1<<32-1 {
		return 0, &graph.Error{Code: graph.CodeLimit, Op: "apply", Index: -1,
			Detail: fmt.Sprintf("the store has given out all %d ids; export it and import it into a new one", *counter)}
	}
	*counter++
	return *counter, nil
}

// identity keeps the way from a uid to its dense id, and where a retracted
// thing was last written.
func (b *batch) identity(w *rules.Write, fact dense, at record.Written) {
	switch w.Op {
	case graph.OpCreate:
		b.put(bIDs, clone(w.Subject[:]), binary.BigEndian.AppendUint32(make([]byte, record.FrameSize), fact.id))
		if at.Nth > 1 {
			b.put(bGraves, clone(w.Subject[:]), nil)
		}
	case graph.OpRetract:
		b.put(bIDs, clone(w.Subject[:]), nil)
		b.put(bGraves, clone(w.Subject[:]), record.AppendWritten(make([]byte, record.FrameSize), at))
	}
}

func clone(b []byte) []byte { return append([]byte(nil), b...) }

// references indexes what a fact names and cites, ends of relations excepted:
// those stand in the lists of edges.
func (b *batch) references(fact dense, w *rules.Write) error {
	if fact.tag == graph.TagSource {
		return nil
	}
	for i, refs := range [][]rules.Reference{w.OldReferences(), w.References()} {
		if fact.tag == graph.TagRelation && len(refs) > 0 {
			refs = refs[2:] // its ends
		}
		for j, ref := range refs {
			if j > 0 && ref.UID == refs[j-1].UID {
				continue
			}
			id, err := b.denseOf(ref.UID)
			if err != nil {
				return err
			}
			var value []byte
			if i == 1 {
				value = make([]byte, record.FrameSize)
			}
			b.put(bNamed, fact.appendTo(dense{ref.UID.Tag(), id}.appendTo(make([]byte, 0, 10))), value)
		}
	}
	b.cite(w)
	return nil
}

func (b *batch) cite(w *rules.Write) {
	before, after := rules.Citations(w.OldEntity, w.OldRelation), rules.Citations(w.Entity, w.Relation)
	for _, e := range before {
		b.put(bCited, citedKey(e, w.Subject), nil)
	}
	for _, e := range after {
		b.put(bCited, citedKey(e, w.Subject), make([]byte, record.FrameSize))
	}
	b.now.evid += uint64(len(after) - len(before))
}

func citedKey(e graph.Evidence, fact graph.UID) []byte {
	uid := e.UID()
	return append(append(make([]byte, 0, 24), uid[:]...), fact[:]...)
}

// denseOf is the dense id of a thing that a fact names.
func (b *batch) denseOf(uid graph.UID) (uint32, error) {
	if r, ok := b.recent[uid]; ok && r.id != 0 {
		return r.id, nil
	}
	switch uid.Tag() {
	case graph.TagEntity:
		e, err := b.entityOf(uid)
		return uint32(e.id), err
	case graph.TagSource:
		if id, ok := b.sources[uid]; ok {
			return id, nil
		}
		id, err := b.idOf(uid)
		b.sources[uid] = id
		return id, err
	}
	return b.idOf(uid)
}
