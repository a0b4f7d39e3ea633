package topology

import (
	"context"
	"math/big"

	"lianzhu/graph"
)

var _ graph.Tallier = shape{}

// PlacesOf are the places that a relation names.
func (s shape) PlacesOf(id graph.RelationID) []graph.EntityID { return s.Places(id) }

// Tally counts in one go through the columns; see [graph.Tallier].
func (s shape) Tally(ctx context.Context, q graph.TallyQuery) ([]*graph.Cell, []int, error) {
	t := tally{s: s.Snapshot, q: &q, f: s.vocab.columns(q.Filter)}
	t.region, _ = s.vocab.kindCode(graph.KindRegion)
	t.chain, _ = s.vocab.kindCode(kindChain)
	if q.Distinct {
		t.rows.masks = make([]uint64, int(s.lastEntity)+1)
	}
	for lo := uint32(0); lo <= uint32(s.lastRelation); lo += 1 << pageBits {
		if lo%(64<<pageBits) == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		hi := min(lo+1<<pageBits, uint32(s.lastRelation)+1)
		if s.rows.touched(lo) {
			t.patched(lo, hi)
		} else {
			t.plain(lo, min(hi, uint32(len(s.source))))
		}
	}
	cells := make([]*graph.Cell, len(t.cells))
	for i := range t.cells {
		cells[i] = t.cells[i].told()
	}
	return cells, t.rows.counts, ctx.Err()
}

// kindChain is the kind of industry chains.
const kindChain graph.Kind = "INDUSTRY_CHAIN"

// tally is the state of one count.
type tally struct {
	s             *Snapshot
	q             *graph.TallyQuery
	f             *Filter
	region, chain uint8 // codes of these kinds; 0: there is none

	cells []*tallyCell
	slots []uint32 // of the cells by their keys: place plus one
	last  *tallyCell
	rows  rowEntities
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
	c := t.last
	if c == nil || c.key != key {
		c = t.cell(key)
		t.last = c
	}
	c.count++
	if !g.has(tagTimed) {
		c.undated++
	}
	if c.keep {
		c.relations = append(c.relations, id)
	}
	t.add(c, id)
	if t.q.Distinct && c.row >= 0 {
		t.rows.add(c.row, source)
		t.rows.add(c.row, target)
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

// cell is the cell of a key.
func (t *tally) cell(k cellKey) *tallyCell {
	if 2*len(t.cells) >= len(t.slots) {
		t.grow()
	}
	mask := uint32(len(t.slots) - 1)
	for at := k.hash() >> 7 & mask; ; at = (at + 1) & mask {
		if n := t.slots[at]; n == 0 {
			c := &tallyCell{key: k, vocab: t.s.vocab}
			t.cells = append(t.cells, c)
			t.slots[at] = uint32(len(t.cells))
			told := c.told()
			c.row = t.q.Row(told)
			c.keep = told.Keep
			return c
		} else if t.cells[n-1].key == k {
			return t.cells[n-1]
		}
	}
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
func (t *tally) add(c *tallyCell, id graph.RelationID) {
	var f Figure
	if w := t.s.rows.get(uint32(id)); w != nil {
		if w.figure == nil {
			return
		}
		f = *w.figure
	} else if !t.s.figured.has(uint32(id)) {
		return
	} else {
		f, _ = t.s.columns.figure(id)
	}
	switch {
	case f.Volume:
	case !f.Exact:
		c.documents = append(c.documents, id)
	default:
		c.sum(f.Unit).add(&f)
	}
}

// tallyCell is a cell while it is counted.
type tallyCell struct {
	key            cellKey
	vocab          *vocabulary
	row            int
	keep           bool
	count, undated int
	relations      []graph.RelationID
	documents      []graph.RelationID
	sums           []tallySum
}

// tallySum adds figures of one unit.
type tallySum struct {
	unit                    string
	figures                 int
	least, greatest         wide128
	openLeast, openGreatest bool
	approx                  bool
}

// sum is the sum for a unit; there are few.
func (c *tallyCell) sum(unit string) *tallySum {
	for i := range c.sums {
		if c.sums[i].unit == unit {
			return &c.sums[i]
		}
	}
	c.sums = append(c.sums, tallySum{unit: unit})
	return &c.sums[len(c.sums)-1]
}

func (s *tallySum) add(f *Figure) {
	s.figures++
	s.approx = s.approx || f.Approx
	if f.HasValue {
		s.least.add(f.Value)
		s.greatest.add(f.Value)
		return
	}
	s.least.add(f.Min)
	s.greatest.add(f.Max)
	s.openLeast, s.openGreatest = s.openLeast || !f.HasMin, s.openGreatest || !f.HasMax
}

// wide128 is a sum of numbers of 64 bits that does not overflow: parts of 32
// bits are added by themselves.
type wide128 struct{ high, low int64 }

func (w *wide128) add(n int64) {
	w.high += n >> 32
	w.low += n & (1<<32 - 1)
	if w.low >= 1<<62 {
		w.high, w.low = w.high+w.low>>32, w.low&(1<<32-1)
	}
}

func (w wide128) big() *big.Int {
	n := new(big.Int).Lsh(big.NewInt(w.high), 32)
	return n.Add(n, big.NewInt(w.low))
}

// told is the cell for the world outside.
func (c *tallyCell) told() *graph.Cell {
	k, v := c.key, c.vocab
	flag := func(at, bits int) uint32 { return k.flags >> at & (1<<bits - 1) }
	cell := &graph.Cell{
		Seat: k.seat, Shared: flag(flagShared, 1) != 0, Several: flag(flagSeveral, 1) != 0, Type: v.types[flag(flagType, 8)],
		Modality: modalities[flag(flagModality, 2)], Grade: string(rune('A' + flag(flagGrade, 2))),
		SourceKind: v.kinds[flag(flagSource, 6)], TargetKind: v.kinds[flag(flagTarget, 6)], Chain: k.chain, Year: int(k.year),
		Count: c.count, Undated: c.undated, Documents: c.documents, Keep: c.keep, Relations: c.relations,
	}
	for _, s := range c.sums {
		cell.Figures = append(cell.Figures, graph.FigureSum{Unit: s.unit, Figures: s.figures, Least: s.least.big(), Greatest: s.greatest.big(),
			Scale: figureScale, OpenLeast: s.openLeast, OpenGreatest: s.openGreatest, Approx: s.approx})
	}
	return cell
}

// rowEntities counts the different entities of rows: the first 64 rows have a
// bit each in a mask for every entity, the others a set of pairs.
type rowEntities struct {
	masks  []uint64
	counts []int
	pairs  map[[2]uint32]struct{}
}

func (r *rowEntities) add(row int, id graph.EntityID) {
	for len(r.counts) <= row {
		r.counts = append(r.counts, 0)
	}
	if row < 64 {
		if bit := uint64(1) << row; r.masks[id]&bit == 0 {
			r.masks[id] |= bit
			r.counts[row]++
		}
		return
	}
	if r.pairs == nil {
		r.pairs = map[[2]uint32]struct{}{}
	}
	pair := [2]uint32{uint32(row), uint32(id)}
	if _, counted := r.pairs[pair]; !counted {
		r.pairs[pair] = struct{}{}
		r.counts[row]++
	}
}
