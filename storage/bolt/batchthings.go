package bolt

import (
	"encoding/binary"
	"encoding/hex"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
	"lianzhu/storage/internal/rules"
	"lianzhu/text"
)

// entity writes the record of an entity and what is found by it.
func (b *batch) entity(id graph.EntityID, at record.Written, w *rules.Write) (value []byte, err error) {
	old, e := w.OldEntity, w.Entity
	var before, after uint16
	if old != nil {
		before = b.symbols.kinds.codes[string(old.Kind)]
	}
	if e != nil {
		after = b.symbols.kinds.codes[string(e.Kind)]
		if value, err = record.AppendEntity(b.framed(), e, after, at); err != nil {
			return nil, err
		}
		value = b.kept(value)
		b.known.put(w.Subject, knownEntity{id, after})
	} else {
		b.known.forget(w.Subject)
	}
	b.put(bEntities, key32(uint32(id)), value)
	b.now.entities += uint64(existence(w.Op))
	if err := b.member(symbolKind, b.now.kinds, uint32(id), before, after); err != nil {
		return nil, err
	}
	b.index(id, old, e)
	return value, nil
}

// existence is how many things there are more after op.
func existence(op graph.Op) int {
	switch op {
	case graph.OpCreate:
		return 1
	case graph.OpRetract:
		return -1
	}
	return 0
}

// member moves id from the members of one symbol to those of another; 0 is
// none.
func (b *batch) member(class byte, counts map[uint16]uint64, id uint32, before, after uint16) error {
	if before == after {
		return nil
	}
	for _, m := range []struct {
		code uint16
		is   bool
	}{{before, false}, {after, true}} {
		if m.code == 0 {
			continue
		}
		at := memberBlock{class, m.code, id >> blockShift}
		if b.later.blocks[at] == nil {
			bits, _, err := b.block(at.class, at.code, at.block)
			if err != nil {
				return err
			}
			b.later.blocks[at] = &bits
		}
		b.later.blocks[at].set(id, m.is)
		if m.is {
			tally(counts, m.code, 1)
		} else {
			tally(counts, m.code, -1)
		}
	}
	return nil
}

// index lists an entity under its terms, and no more under those it had.
func (b *batch) index(id graph.EntityID, old, e *graph.Entity) {
	var before, after []string
	if old != nil {
		before = text.Terms(old)
	}
	if e != nil {
		after = text.Terms(e)
	}
	for len(before) > 0 || len(after) > 0 {
		switch {
		case len(after) == 0 || len(before) > 0 && before[0] < after[0]:
			b.later.terms[before[0]] = append(b.later.terms[before[0]], termChange{id, true})
			before = before[1:]
		case len(before) == 0 || after[0] < before[0]:
			b.later.terms[after[0]] = append(b.later.terms[after[0]], termChange{id, false})
			after = after[1:]
		default:
			before, after = before[1:], after[1:]
		}
	}
}

// relation writes the record of a relation and lists it at both ends.
func (b *batch) relation(id graph.RelationID, at record.Written, w *rules.Write) (value []byte, err error) {
	old, r := w.OldRelation, w.Relation
	some := r
	if some == nil {
		some = old
	}
	typ := b.symbols.types.codes[string(some.Type)]
	source, err := b.endOf(some.Source)
	if err != nil {
		return nil, err
	}
	target, err := b.endOf(some.Target)
	if err != nil {
		return nil, err
	}
	if r != nil {
		r.SourceID, r.TargetID = source.id, target.id
		if value, err = record.AppendRelation(b.framed(), r, typ, at); err != nil {
			return nil, err
		}
		value = b.kept(value)
	}
	b.put(bRelations, key32(uint32(id)), value)
	b.now.relations += uint64(existence(w.Op))
	if err := b.typed(id, typ, w.Op); err != nil {
		return nil, err
	}
	c := edgeChange{edge: edge{relation: id}, gone: r == nil}
	if r != nil {
		if c.hot = r.Hot(); old != nil && old.Hot() == c.hot {
			return value, nil
		}
	}
	atSource, atTarget := b.symbols.sides(typ)
	c.peer = target.id
	if err := b.link(listKey{source.id, typ, atSource}, c, existence(w.Op)); err != nil {
		return nil, err
	}
	c.peer = source.id
	return value, b.link(listKey{target.id, typ, atTarget}, c, existence(w.Op))
}

// typed keeps the members of a relation type.
func (b *batch) typed(id graph.RelationID, typ uint16, op graph.Op) error {
	switch op {
	case graph.OpCreate:
		return b.member(symbolType, b.now.types, uint32(id), 0, typ)
	case graph.OpRetract:
		return b.member(symbolType, b.now.types, uint32(id), typ, 0)
	}
	return nil
}

// link notes a change of an entity's list, and how many edges more it has.
func (b *batch) link(at listKey, c edgeChange, more int) error {
	b.later.lists[at] = append(b.later.lists[at], c)
	if more == 0 {
		return nil
	}
	row, ok := b.later.rows[at.entity]
	if !ok {
		var err error
		if row, err = b.degrees(nil, at.entity); err != nil {
			return err
		}
	}
	b.later.rows[at.entity] = counted(row, at, more)
	return nil
}

// counted is row with more edges in a list, or less.
func counted(row []degree, at listKey, more int) []degree {
	i := 0
	for i < len(row) && (row[i].typ < at.typ || row[i].typ == at.typ && row[i].side < at.side) {
		i++
	}
	if i == len(row) || row[i].typ != at.typ || row[i].side != at.side {
		row = append(row, degree{})
		copy(row[i+1:], row[i:])
		row[i] = degree{at.typ, at.side, 0}
	}
	if row[i].n += uint32(more); row[i].n == 0 {
		row = append(row[:i], row[i+1:]...)
	}
	return row
}

// source writes the record of a source, its key and its text.
func (b *batch) source(id uint32, at record.Written, w *rules.Write) (value []byte, err error) {
	b.now.sources += uint64(existence(w.Op))
	if err := b.keepText(id, w); err != nil {
		return nil, err
	}
	if s := w.Source; s != nil {
		if value, err = record.AppendSource(b.framed(), s, at); err != nil {
			return nil, err
		}
		value = b.kept(value)
		if w.Op == graph.OpCreate {
			b.put(bSourceKeys, []byte(s.Key), binary.BigEndian.AppendUint32(make([]byte, record.FrameSize), id))
		}
		if w.DropText {
			b.put(bTexts, key32(id), nil)
		}
		if w.Text != nil {
			b.put(bTexts, key32(id), append(make([]byte, record.FrameSize, record.FrameSize+len(*w.Text)), *w.Text...))
		}
		b.sources[w.Subject] = id
	} else {
		b.put(bSourceKeys, []byte(w.OldSource.Key), nil)
		b.put(bTexts, key32(id), nil)
		delete(b.sources, w.Subject)
	}
	b.put(bSources, key32(id), value)
	return value, nil
}

// keepText keeps the text that w replaces or takes away under its hash. A text
// that came and went within the batch is not kept.
func (b *batch) keepText(id uint32, w *rules.Write) error {
	if w.OldSource == nil || w.OldSource.SHA256 == "" || w.Source != nil && w.Text == nil && !w.DropText {
		return nil
	}
	text, err := b.get(bTexts, key32(id))
	if err != nil || text == nil || graph.HashSpan(string(text)) != w.OldSource.SHA256 {
		return err
	}
	key, err := hex.DecodeString(w.OldSource.SHA256)
	if err == nil {
		b.put(bTexts, key, append(make([]byte, record.FrameSize, record.FrameSize+len(text)), text...))
	}
	return err
}

// endOf gives the id and kind of the entity at an end of a relation. The plan
// has made sure that it is there, in the file or in the batch itself.
func (b *batch) endOf(key graph.Key) (knownEntity, error) {
	e, err := b.entityOf(graph.NewUID(graph.TagEntity, key))
	if err == nil && e.id == 0 {
		err = corrupt(bEntities, nil, "the entity "+string(key)+" is not there although it was looked up", nil)
	}
	return e, err
}

// entityOf is that of the writer, but for entities that the batch itself has
// written and the cache does not hold any more.
func (b *batch) entityOf(uid graph.UID) (knownEntity, error) {
	own, isOwn := b.recent[uid]
	if _, cached := b.known.byUID[uid]; cached || !isOwn || own.id == 0 {
		return b.writer.entityOf(uid)
	}
	head, err := record.HeadOfEntity(own.payload)
	if err != nil {
		return knownEntity{}, err
	}
	return knownEntity{graph.EntityID(own.id), head.Kind()}, nil
}
