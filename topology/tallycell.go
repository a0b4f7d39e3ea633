package topology

import "lianzhu/graph"

// cellKey is what cells are told apart by.
type cellKey struct {
	class int32
	chain graph.EntityID
	year  int32
	flags uint32 // type, kinds, modality and grade
}

// The places of the flags of a cell's key.
const (
	flagType     = 0
	flagSource   = 8
	flagTarget   = 14
	flagModality = 20
	flagGrade    = 22
)

func (k cellKey) hash() uint32 {
	return uint32(k.class)*0x9e3779b1 ^ k.flags*0x85ebca6b ^ uint32(k.chain)*0xc2b2ae35 ^ uint32(k.year)*0x27d4eb2f
}

// told is the cell for the world outside.
func (k cellKey) told(v *vocabulary) graph.Cell {
	flag := func(at, bits int) uint32 { return k.flags >> at & (1<<bits - 1) }
	return graph.Cell{
		Class: int(k.class), Type: v.types[flag(flagType, 8)], Modality: modalities[flag(flagModality, 2)], Grade: string(rune('A' + flag(flagGrade, 2))),
		SourceKind: v.kinds[flag(flagSource, 6)], TargetKind: v.kinds[flag(flagTarget, 6)], Chain: k.chain, Year: int(k.year),
	}
}

// tallyCell is a cell and the line that it belongs to.
type tallyCell struct {
	key  cellKey
	line uint32
}

// key is the key of a relation; ok is false where it is in no class.
func (t *tally) key(w *row) (k cellKey, ok bool) {
	by := t.q.By
	if by&graph.TallySeat != 0 {
		if k.class = t.classOf(w.source, w.target, w.places); k.class < 0 {
			return k, false
		}
	}
	if by&graph.TallyYear != 0 && w.tag.has(tagTimed) {
		k.year = singleYear(w.first, w.by)
	}
	k.chain = t.chainOf(w.source, w.target)
	k.flags = t.flags(w.tag, w.source, w.target)
	if by&graph.TallyGrade != 0 && w.tag.has(tagGraded) {
		k.flags = k.flags&^(3<<flagGrade) | uint32(gradeCode(w.score))<<flagGrade
	}
	return k, true
}

// flags are those of a cell's key; the grade is that of a relation without a
// confidence of its own.
func (t *tally) flags(g tag, source, target graph.EntityID) (flags uint32) {
	by := t.q.By
	if by&graph.TallyType != 0 {
		flags |= uint32(g.typ()) << flagType
	}
	if by&graph.TallyModality != 0 {
		flags |= uint32(g>>modalityShift&3) << flagModality
	}
	if by&graph.TallyGrade != 0 {
		flags |= uint32(t.grades[g.plain()]) << flagGrade
	}
	if by&graph.TallySourceKind != 0 {
		flags |= uint32(t.s.kindAt(source)) << flagSource
	}
	if by&graph.TallyTargetKind != 0 {
		flags |= uint32(t.s.kindAt(target)) << flagTarget
	}
	return flags
}

// chainOf is the chain at an end, 0 where there is none or it is not asked for.
func (t *tally) chainOf(source, target graph.EntityID) graph.EntityID {
	switch {
	case t.q.By&graph.TallyChain == 0 || t.chain == 0:
		return 0
	case t.s.kindAt(target) == t.chain:
		return target
	case t.s.kindAt(source) == t.chain:
		return source
	}
	return 0
}

func gradeCode(score float64) uint8 { return graph.Grade(score)[0] - 'A' }

// classUnknown stands in tally.classes where a place's class was not asked for
// yet; what is not counted has -1.
const classUnknown int32 = -2

// classOf is the class of what is at some places, or else at its ends; see
// [graph.Regions.Seat].
func (t *tally) classOf(source, target graph.EntityID, places []graph.EntityID) int32 {
	var room [4]graph.EntityID
	at := t.regionsOf(room[:0], places...)
	if len(at) == 0 {
		at = t.regionsOf(at, source, target)
	}
	switch len(at) {
	case 0:
		return class32(t.q.Class(0, false, false))
	case 1:
		return class32(t.q.Class(at[0], false, false))
	}
	return class32(t.q.Class(t.q.Seat(at)))
}

// regionsOf appends those of ids that are regions.
func (t *tally) regionsOf(at []graph.EntityID, ids ...graph.EntityID) []graph.EntityID {
	for _, id := range ids {
		if t.isRegion(id) {
			at = append(at, id)
		}
	}
	return at
}

func class32(class int) int32 { return int32(max(class, -1)) }

// cell is the place of the cell of a key.
func (t *tally) cell(k cellKey) int {
	if t.last < len(t.cells) && t.cells[t.last].key == k {
		return t.last
	}
	if 2*len(t.cells) >= len(t.slots) {
		t.grow()
	}
	mask := uint32(len(t.slots) - 1)
	at := k.hash() >> 7 & mask
	for ; t.slots[at] != 0; at = (at + 1) & mask {
		if n := int(t.slots[at] - 1); t.cells[n].key == k {
			t.last = n
			return n
		}
	}
	row, keep := t.q.Row(k.told(t.s.vocab))
	t.cells = append(t.cells, tallyCell{key: k, line: t.lineOfRow(row, keep)})
	t.slots[at] = uint32(len(t.cells))
	t.last = len(t.cells) - 1
	return t.last
}

// lineOfRow is the line of a row, which is made where it is new.
func (t *tally) lineOfRow(row int, keep bool) uint32 {
	if row < 0 {
		return 0
	}
	for len(t.rows) <= row {
		t.rows = append(t.rows, &tallyRow{at: len(t.rows)})
		t.lanes = append(t.lanes, make([]lane, t.width)...)
	}
	t.rows[row].keep = t.rows[row].keep || keep
	t.keep = t.keep || keep
	return uint32(row) + 1
}

func (t *tally) grow() {
	t.slots = make([]uint32, max(256, 4*len(t.slots)))
	mask := uint32(len(t.slots) - 1)
	for i, c := range t.cells {
		at := c.key.hash() >> 7 & mask
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = uint32(i + 1)
	}
}
