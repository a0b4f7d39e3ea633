package topology

import (
	"context"

	"lianzhu/graph"
)

var _ graph.Tallier = shape{}

// PlacesOf are the places that a relation names.
func (s shape) PlacesOf(id graph.RelationID) []graph.EntityID { return s.Places(id) }

// Tally counts in one go through the columns; see [graph.Tallier].
func (s shape) Tally(ctx context.Context, q graph.TallyQuery) ([]graph.RowTally, error) {
	t := tally{s: s.Snapshot, q: &q, f: s.vocab.columns(q.Filter)}
	for _, u := range s.units {
		t.sumOf = append(t.sumOf, t.sum(u.unit))
	}
	t.region, _ = s.vocab.kindCode(graph.KindRegion)
	t.chain, _ = s.vocab.kindCode(kindChain)
	if q.Distinct {
		t.entities.masks = make([]uint64, int(s.lastEntity)+1)
	}
	for lo := uint32(0); lo <= uint32(s.lastRelation); lo += 1 << pageBits {
		if lo%(64<<pageBits) == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		hi := min(lo+1<<pageBits, uint32(s.lastRelation)+1)
		if s.rows.touched(lo) {
			t.patched(lo, hi)
		} else {
			t.plain(lo, min(hi, uint32(len(s.source))))
		}
	}
	rows := make([]graph.RowTally, len(t.rows))
	for i, r := range t.rows {
		rows[i] = r.told(t.units)
		if i < len(t.entities.counts) {
			rows[i].Distinct = t.entities.counts[i]
		}
	}
	return rows, ctx.Err()
}

// kindChain is the kind of industry chains.
const kindChain graph.Kind = "INDUSTRY_CHAIN"

// tally is the state of one count.
type tally struct {
	s             *Snapshot
	q             *graph.TallyQuery
	f             *Filter
	region, chain uint8 // codes of these kinds; 0: there is none

	cells []tallyCell
	slots []uint32 // of the cells by their keys: place plus one
	last  int      // the cell that was counted last

	rows     []*tallyRow
	units    []string
	sumOf    []int // of a code of the base's units: its place in units
	entities rowEntities
}

// patched counts a page of relations over which patches lie.
func (t *tally) patched(lo, hi uint32) {
	for id := graph.RelationID(lo); id < graph.RelationID(hi); id++ {
		if w := t.s.row(id); w.source != 0 && t.f.passes(t.s, slot{relation: id, tag: w.tag}) {
			t.count(id, w.source, w.target, w.tag)
		}
	}
}

// plain counts a page that the base holds alone.
func (t *tally) plain(lo, hi uint32) {
	pass, source, tags := t.f.pass, t.s.source, t.s.tag
	for i := lo; i < hi; i++ {
		v := pass.of(tags[i])
		if v == refused || source[i] == 0 || v == unsure && !t.f.sure(t.s, graph.RelationID(i)) {
			continue
		}
		t.count(graph.RelationID(i), source[i], t.s.target[i], tags[i])
	}
}

// count counts a relation that passes but for where it is and what stands at its
// ends.
func (t *tally) count(id graph.RelationID, source, target graph.EntityID, g tag) {
	if t.f.picky && !t.f.reaches(t.s, source) && !t.f.reaches(t.s, target) {
		return
	}
	if t.s.vocab.below != nil && g.typ() == t.s.vocab.partOf && t.isRegion(source) && t.isRegion(target) {
		return // a line of the hierarchy
	}
	var places []graph.EntityID
	if g.has(tagPlaced) && (t.q.By&graph.TallySeat != 0 || t.q.Within != nil) {
		places = t.s.Places(id)
	}
	if t.q.Within != nil && !t.within(source, target, places) {
		return
	}
	key := t.key(id, source, target, g, places)
	if t.last >= len(t.cells) || t.cells[t.last].key != key {
		t.last = t.cell(key)
	}
	c := &t.cells[t.last]
	if c.row == nil {
		return
	}
	c.row.count++
	if !g.has(tagTimed) {
		c.row.undated++
	}
	if c.keep {
		c.row.relations = append(c.row.relations, id)
	}
	t.add(c.row, id)
	if t.q.Distinct {
		t.entities.add(c.row.at, source)
		t.entities.add(c.row.at, target)
	}
}

func (t *tally) isRegion(id graph.EntityID) bool { return t.s.kindAt(id) == t.region }

func (t *tally) within(source, target graph.EntityID, places []graph.EntityID) bool {
	for _, tree := range t.q.Within {
		is := tree.Has(source) || tree.Has(target)
		for i := 0; !is && i < len(places); i++ {
			is = tree.Has(places[i])
		}
		if !is {
			return false
		}
	}
	return true
}

// cellKey is what cells are told apart by.
type cellKey struct {
	seat, chain graph.EntityID
	year        int32
	flags       uint32 // type, kinds, modality, grade, shared and several
}

// The places of the flags of a cell's key.
const (
	flagType     = 0
	flagSource   = 8
	flagTarget   = 14
	flagModality = 20
	flagGrade    = 22
	flagShared   = 24
	flagSeveral  = 25
)

func (k cellKey) hash() uint32 {
	return (uint32(k.seat)*0x9e3779b1 ^ k.flags*0x85ebca6b ^ uint32(k.chain)*0xc2b2ae35 ^ uint32(k.year)*0x27d4eb2f)
}

func (t *tally) key(id graph.RelationID, source, target graph.EntityID, g tag, places []graph.EntityID) (k cellKey) {
	by := t.q.By
	if by&graph.TallySeat != 0 {
		t.seat(&k, source, target, places)
	}
	if by&graph.TallyType != 0 {
		k.flags |= uint32(g.typ()) << flagType
	}
	if by&graph.TallyModality != 0 {
		k.flags |= uint32(g>>modalityShift&3) << flagModality
	}
	if by&graph.TallySourceKind != 0 {
		k.flags |= uint32(t.s.kindAt(source)) << flagSource
	}
	if by&graph.TallyTargetKind != 0 {
		k.flags |= uint32(t.s.kindAt(target)) << flagTarget
	}
	if by&graph.TallyChain != 0 && t.chain != 0 {
		if t.s.kindAt(target) == t.chain {
			k.chain = target
		} else if t.s.kindAt(source) == t.chain {
			k.chain = source
		}
	}
	if by&(graph.TallyGrade|graph.TallyYear) != 0 {
		t.rowKey(&k, id)
	}
	return k
}

// seat finds where a relation counts; see [graph.Regions.Seat].
func (t *tally) seat(k *cellKey, source, target graph.EntityID, places []graph.EntityID) {
	switch {
	case len(places) == 1:
		k.seat = places[0]
		return
	case len(places) > 1:
	case t.isRegion(source) && t.isRegion(target) && source != target:
		places = []graph.EntityID{source, target}
	case t.isRegion(source):
		k.seat = source
		return
	case t.isRegion(target):
		k.seat = target
		return
	default:
		return
	}
	seat, shared, several := t.q.Seat(places)
	k.seat = seat
	if shared {
		k.flags |= 1 << flagShared
	}
	if several {
		k.flags |= 1 << flagSeveral
	}
}

// rowKey adds what only the row of a relation tells.
func (t *tally) rowKey(k *cellKey, id graph.RelationID) {
	w := t.s.row(id)
	if t.q.By&graph.TallyYear != 0 && w.tag.has(tagTimed) {
		k.year = singleYear(w.first, w.by)
	}
	if t.q.By&graph.TallyGrade != 0 {
		score := float64(t.s.vocab.scores[w.tag.plain()])
		if w.tag.has(tagGraded) {
			score = w.score
		}
		k.flags |= uint32(graph.Grade(score)[0]-'A') << flagGrade
	}
}

// cell is the place of the cell of a key.
func (t *tally) cell(k cellKey) int {
	if 2*len(t.cells) >= len(t.slots) {
		t.grow()
	}
	mask := uint32(len(t.slots) - 1)
	at := k.hash() >> 7 & mask
	for ; t.slots[at] != 0; at = (at + 1) & mask {
		if n := int(t.slots[at] - 1); t.cells[n].key == k {
			return n
		}
	}
	row, keep := t.q.Row(k.told(t.s.vocab))
	t.cells = append(t.cells, tallyCell{key: k, row: t.row(row), keep: keep})
	t.slots[at] = uint32(len(t.cells))
	return len(t.cells) - 1
}

// row is the row with a number; nil, where that is none.
func (t *tally) row(n int) *tallyRow {
	if n < 0 {
		return nil
	}
	for len(t.rows) <= n {
		t.rows = append(t.rows, &tallyRow{at: len(t.rows)})
	}
	return t.rows[n]
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

// add adds the amount of a relation, if it has one.
func (t *tally) add(row *tallyRow, id graph.RelationID) {
	if w := t.s.rows.get(uint32(id)); w != nil {
		if w.figure != nil {
			row.add(id, w.figure.bits(), [3]int64{w.figure.Value, w.figure.Min, w.figure.Max}, t.sum(w.figure.Unit))
		}
		return
	}
	if s := t.s; s.figured.has(uint32(id)) {
		at := s.figured.at(uint32(id))
		row.add(id, s.figureBits[at], [3]int64{s.value[at], s.min[at], s.max[at]}, t.sumOf[s.unit[at]])
	}
}

// sum is the place of a unit; there are few.
func (t *tally) sum(unit string) int {
	for i, u := range t.units {
		if u == unit {
			return i
		}
	}
	t.units = append(t.units, unit)
	return len(t.units) - 1
}

// tallyCell is a cell and the row that it belongs to; nil: to none.
type tallyCell struct {
	key  cellKey
	row  *tallyRow
	keep bool
}

// told is the cell for the world outside.
func (k cellKey) told(v *vocabulary) graph.Cell {
	flag := func(at, bits int) uint32 { return k.flags >> at & (1<<bits - 1) }
	return graph.Cell{
		Seat: k.seat, Shared: flag(flagShared, 1) != 0, Several: flag(flagSeveral, 1) != 0, Type: v.types[flag(flagType, 8)],
		Modality: modalities[flag(flagModality, 2)], Grade: string(rune('A' + flag(flagGrade, 2))),
		SourceKind: v.kinds[flag(flagSource, 6)], TargetKind: v.kinds[flag(flagTarget, 6)], Chain: k.chain, Year: int(k.year),
	}
}
