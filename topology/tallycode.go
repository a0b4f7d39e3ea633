package topology

import (
	"lianzhu/graph"
)

// The code of a cell has its class, and below that as many bits for each other
// part that is asked for, in this order. The type is that of the block. A year
// counts from yearBase, which stands for none.
const (
	yearBits  = 10
	yearBase  = 1899
	smallBits = 2 // of modality and grade
	kindBits  = 6
)

// mostDense is up to which code lines are found in an array.
const mostDense = 1 << 18

// sort finds the lines of the first n relations of the block, drops those that
// are in no class, and gives how many are left.
func (t *tally) sort(n int) int {
	if n = t.codeSeats(n); n == 0 {
		return 0
	}
	if t.q.By&graph.TallyChain != 0 || !t.codeYears(n) {
		t.findKeys(n)
		return n
	}
	t.codeParts(n)
	for i, code := range t.code[:n] {
		line := uint32(0)
		if code < uint64(len(t.dense)) {
			line = t.dense[code]
		}
		if line == 0 {
			line = t.lineOf(code)
		}
		t.line[i] = line - 1
	}
	return n
}

// codeSeats begins the codes with classes.
func (t *tally) codeSeats(n int) (kept int) {
	if t.q.By&graph.TallySeat == 0 {
		clear(t.code[:n])
		return n
	}
	for _, p := range t.at[:n] {
		seat, class := uint32(0), classUnknown
		if t.seats != nil {
			seat = t.seats[p]
		}
		if seat < uint32(len(t.classes)) {
			class = t.classes[seat]
		}
		if class == classUnknown {
			class = t.classAt(seat, p)
		}
		t.at[kept], t.code[kept] = p, uint64(class)
		kept += 1 - int(uint32(class)>>31)
	}
	return kept
}

// classAt asks for the class of a relation with a seat.
func (t *tally) classAt(seat, p uint32) int32 {
	if seat == seatSeveral {
		r := t.ids[p]
		return t.classOf(t.s.source[r], t.s.target[r], t.s.placesOf(r))
	}
	at := graph.EntityID(0)
	if seat != 0 {
		at = t.s.places.region[seat-1]
	}
	t.classes[seat] = class32(t.q.Class(at, false, false))
	return t.classes[seat]
}

// year is the one year in which a relation began, 0 where there is none.
func (t *tally) year(p uint32) int32 {
	if !t.tags[p].has(tagTimed) {
		return 0
	}
	r := uint32(t.ids[p])
	if !t.tags[p].has(tagWorded) {
		return int32(t.s.ties[r].from.Year())
	}
	return singleYear(t.s.first[t.s.timed.at(r)], t.s.by[t.s.worded.at(r)])
}

// codeYears adds years to the codes, if they are asked for; ok is false, and the
// codes are as they were, where one is too far off.
func (t *tally) codeYears(n int) (ok bool) {
	if t.q.By&graph.TallyYear == 0 {
		return true
	}
	for i, p := range t.at[:n] {
		year := t.year(p)
		if year == 0 {
			year = yearBase
		} else if year <= yearBase || year-yearBase >= 1<<yearBits {
			for j := range i {
				t.code[j] >>= yearBits
			}
			return false
		}
		t.code[i] = t.code[i]<<yearBits | uint64(year-yearBase)
	}
	return true
}

// codeParts adds the other parts.
func (t *tally) codeParts(n int) {
	by := t.q.By
	if by&graph.TallyModality != 0 {
		for i, p := range t.at[:n] {
			t.code[i] = t.code[i]<<smallBits | uint64(t.tags[p]>>modalityShift&3)
		}
	}
	if by&graph.TallyGrade != 0 {
		for i, p := range t.at[:n] {
			t.code[i] = t.code[i]<<smallBits | uint64(t.grade(p))
		}
	}
	if by&graph.TallySourceKind != 0 {
		for i, p := range t.at[:n] {
			t.code[i] = t.code[i]<<kindBits | uint64(t.s.kind[t.s.source[t.ids[p]]])
		}
	}
	if by&graph.TallyTargetKind != 0 {
		for i, p := range t.at[:n] {
			t.code[i] = t.code[i]<<kindBits | uint64(t.s.kind[t.s.target[t.ids[p]]])
		}
	}
}

func (t *tally) grade(p uint32) uint8 {
	if g := t.tags[p]; !g.has(tagGraded) {
		return t.grades[g.plain()]
	}
	return gradeCode(t.s.score[t.s.graded.at(uint32(t.ids[p]))])
}

// keyOf is the key of the cell with a code.
func (t *tally) keyOf(code uint64) (k cellKey) {
	by := t.q.By
	take := func(part graph.TallyPart, bits int) uint32 {
		if by&part == 0 {
			return 0
		}
		v := uint32(code & (1<<bits - 1))
		code >>= bits
		return v
	}
	k.flags = take(graph.TallyTargetKind, kindBits) << flagTarget
	k.flags |= take(graph.TallySourceKind, kindBits) << flagSource
	k.flags |= take(graph.TallyGrade, smallBits) << flagGrade
	k.flags |= take(graph.TallyModality, smallBits) << flagModality
	if year := take(graph.TallyYear, yearBits); year != 0 {
		k.year = int32(year) + yearBase
	}
	if by&graph.TallyType != 0 {
		k.flags |= uint32(t.typ) << flagType
	}
	k.class = int32(code)
	return k
}

// lineOf is the line, and one, of the cell with a code, and notes it.
func (t *tally) lineOf(code uint64) uint32 {
	line := t.cells[t.cell(t.keyOf(code))].line + 1
	if code >= mostDense {
		return line
	}
	if code >= uint64(len(t.dense)) {
		dense := make([]uint32, max(64, 2*(code+1)))
		copy(dense, t.dense)
		t.dense = dense
	}
	t.dense[code] = line
	return line
}

// findKeys finds the lines of a block by the keys of its relations, which codes
// cannot hold. The codes are classes.
func (t *tally) findKeys(n int) {
	for i, p := range t.at[:n] {
		source, target := t.s.source[t.ids[p]], t.s.target[t.ids[p]]
		k := cellKey{class: int32(t.code[i]), chain: t.chainOf(source, target), flags: t.flags(t.tags[p], source, target)}
		if t.q.By&graph.TallyYear != 0 {
			k.year = t.year(p)
		}
		if t.q.By&graph.TallyGrade != 0 {
			k.flags = k.flags&^(3<<flagGrade) | uint32(t.grade(p))<<flagGrade
		}
		t.line[i] = t.cells[t.cell(k)].line
	}
}

// add counts the first n relations of the block in their lines, and adds their
// amounts.
func (t *tally) add(n int) {
	lanes, width, tags := t.lanes, uint32(t.width), t.tags
	if t.amounts == nil {
		for i, p := range t.at[:n] {
			l := &lanes[t.line[i]*width]
			l.count++
			l.timed += uint32(tags[p]>>timedShift) & 1
		}
		return
	}
	most := uint8(0)
	for i, p := range t.at[:n] {
		unit, amount := t.codes8[p], t.amounts[p]
		l := &lanes[t.line[i]*width+uint32(unit)]
		l.count++
		l.timed += uint32(tags[p]>>timedShift) & 1
		l.high += amount >> 32
		l.low += uint64(amount) & (1<<32 - 1)
		most = max(most, unit)
	}
	if most == t.s.ledger.ask {
		t.askColumns(n)
	}
}

// askColumns adds the amounts that are more than one number.
func (t *tally) askColumns(n int) {
	for i, p := range t.at[:n] {
		if t.codes8[p] != t.s.ledger.ask || t.line[i] == 0 {
			continue
		}
		s, id := t.s, t.ids[p]
		at := s.figured.at(uint32(id))
		t.rows[t.line[i]-1].add(id, s.figureBits[at], [3]int64{s.value[at], s.min[at], s.max[at]}, t.sum(s.units[s.unit[at]].unit))
	}
}

// noteBlock notes what else is wanted of the first n relations of the block.
func (t *tally) noteBlock(n int) {
	if !t.keep && !t.q.Distinct {
		return
	}
	for i, p := range t.at[:n] {
		if t.line[i] != 0 {
			t.note(t.rows[t.line[i]-1], t.ids[p], t.s.source[t.ids[p]], t.s.target[t.ids[p]])
		}
	}
}
