package topology

import (
	"math"
	"slices"

	"lianzhu/graph"
)

// ledger has the relations of a base once more, by type and then by id, and
// beside each what counts ask of it: so a count of some types goes through
// ranges of arrays from one end to the other. The relations of type t are those
// from start[t] to start[t+1].
//
// Types of which no relation has a place have no part of the column seat, and
// those without amounts none of amount and unit: seatAt and amountAt are where
// the part of a type begins and one, or 0 where there is none.
type ledger struct {
	start            []uint32
	id               []graph.RelationID
	tag              []tag
	seatAt, amountAt []uint32

	seat   []uint32 // the place where a relation counts, or one of the signs below
	amount []int64  // times figureScale
	unit   []uint8  // its place among unitNames and one; 0: there is no amount; or ask

	// The units that are told apart, and the item of unit that says to ask
	// columns: there are bounds, it is about so much, or the number is too large.
	// They follow from the units of figures and are not in the file.
	unitNames []string
	ask       uint8
}

// Signs in the column seat, beside places. Place 0 is nowhere.
const (
	seatSeveral = ^uint32(0)     // ask columns: it is in several places
	seatLine    = ^uint32(0) - 1 // a line of the hierarchy, which no count has
)

// mostUnits is how many units a ledger tells apart.
const mostUnits = math.MaxUint8 - 1

// arrangeLedger makes the ledger of relations that are in order already.
func (b *base) arrangeLedger(order []graph.RelationID) {
	types := len(b.vocab.types)
	l := ledger{start: make([]uint32, types+1), id: order, tag: make([]tag, len(order)), seatAt: make([]uint32, types), amountAt: make([]uint32, types)}
	for i, r := range order {
		l.tag[i] = b.tag[r]
		l.start[int(b.tag[r].typ())+1]++
	}
	for t := range types {
		l.start[t+1] += l.start[t]
	}
	b.ledger = l
	b.nameUnits()
	for t := range types {
		b.enterSeats(t)
		b.enterAmounts(t)
	}
}

// of are the relations of a type.
func (l *ledger) of(t int) []graph.RelationID { return l.id[l.start[t]:l.start[t+1]] }

// enterSeats enters where the relations of a type count.
func (b *base) enterSeats(t int) {
	begin, any := len(b.ledger.seat), false
	for _, r := range b.ledger.of(t) {
		seat := b.seatOf(r)
		any = any || seat != 0
		b.ledger.seat = append(b.ledger.seat, seat)
	}
	if !any {
		b.ledger.seat = b.ledger.seat[:begin]
		return
	}
	b.ledger.seatAt[t] = uint32(begin) + 1
}

// seatOf is the item of the column seat for the relation id.
func (b *base) seatOf(id graph.RelationID) uint32 {
	source, target := b.source[id], b.target[id]
	ends := [2]bool{b.isRegion(source), b.isRegion(target)}
	if ends[0] && ends[1] && b.vocab.below != nil && b.tag[id].typ() == b.vocab.partOf {
		return seatLine
	}
	seat := uint32(0)
	for _, place := range b.placesOf(id) {
		seat = b.joinSeat(seat, place)
	}
	if seat != 0 {
		return seat
	}
	for i, end := range [2]graph.EntityID{source, target} {
		if ends[i] {
			seat = b.joinSeat(seat, end)
		}
	}
	return seat
}

// joinSeat is the seat of what is at another place as well.
func (b *base) joinSeat(seat uint32, place graph.EntityID) uint32 {
	p := b.placeOf(place)
	if seat == 0 || p == 0 || seat == p {
		return max(seat, p)
	}
	return seatSeveral
}

func (b *base) isRegion(id graph.EntityID) bool {
	return b.vocab.kinds[b.kind[id]] == graph.KindRegion
}

// enterAmounts enters the amounts of the relations of a type.
func (b *base) enterAmounts(t int) {
	l := &b.ledger
	begin, any := len(l.amount), false
	for _, r := range l.of(t) {
		amount, unit := b.amountOf(r)
		any = any || unit != 0
		l.amount, l.unit = append(l.amount, amount), append(l.unit, unit)
	}
	if !any {
		l.amount, l.unit = l.amount[:begin], l.unit[:begin]
		return
	}
	l.amountAt[t] = uint32(begin) + 1
}

// amountOf is the item of the columns amount and unit for the relation id.
func (b *base) amountOf(id graph.RelationID) (amount int64, code uint8) {
	if !b.figured.has(uint32(id)) {
		return 0, 0
	}
	at := b.figured.at(uint32(id))
	switch bits := b.figureBits[at]; {
	case bits&figureVolume != 0:
		return 0, 0
	case bits&(figureValue|figureExact|figureApprox) != figureValue|figureExact:
		return 0, b.ledger.ask
	}
	name := slices.Index(b.ledger.unitNames, b.units[b.unit[at]].unit)
	if name < 0 {
		return 0, b.ledger.ask
	}
	return b.value[at], uint8(name) + 1
}

// nameUnits lists the units that the column unit tells apart.
func (b *base) nameUnits() {
	l := &b.ledger
	l.unitNames = nil
	for _, u := range b.units {
		if len(l.unitNames) < mostUnits && !slices.Contains(l.unitNames, u.unit) {
			l.unitNames = append(l.unitNames, u.unit)
		}
	}
	l.ask = uint8(len(l.unitNames) + 1)
}

func (l *ledger) bytes() int64 {
	return size(l.start) + size(l.id) + size(l.tag) + size(l.seatAt) + size(l.amountAt) + size(l.seat) + size(l.amount) + size(l.unit)
}

// verify proves that the ledger has the relations of b, and that nothing in it
// points beyond its own.
func (l *ledger) verify(b *base) error {
	types := len(b.vocab.types)
	if len(l.start) != types+1 || len(l.seatAt) != types || len(l.amountAt) != types || len(l.id) != b.relations || len(l.tag) != len(l.id) ||
		len(l.unit) != len(l.amount) || l.start[0] != 0 || int(l.start[types]) != len(l.id) || ascending(l.start, len(l.id)) != nil {
		return damaged("its ledger is cut short")
	}
	for t := range types {
		list, before := l.of(t), graph.RelationID(0)
		for i, r := range list {
			if r <= before || int(r) >= len(b.tag) || b.tag[r] != l.tag[int(l.start[t])+i] || int(b.tag[r].typ()) != t {
				return damaged("its ledger is out of order")
			}
			before = r
		}
		if !fits(l.seatAt[t], len(list), len(l.seat)) || !fits(l.amountAt[t], len(list), len(l.amount)) {
			return damaged("its ledger is cut short")
		}
	}
	for _, seat := range l.seat {
		if seat < seatLine && int(seat) >= b.places.count() {
			return damaged("a relation counts at a place that is not there")
		}
	}
	for _, unit := range l.unit {
		if unit > l.ask {
			return damaged("an amount has a unit that does not exist")
		}
	}
	return nil
}

// fits tells whether n items that begin at at-1 lie within a column.
func fits(at uint32, n, column int) bool { return at == 0 || int(at)-1+n <= column }
