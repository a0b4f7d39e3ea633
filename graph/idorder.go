package graph

import (
	word "math/bits"
	"slices"
)

// idOrder puts ids in ascending order, which walks do with all they show. Long
// lists are dealt out by the digits of the ids, the last digit first: ids are
// dense, so there are few digits.
type idOrder struct {
	list, spare []uint64 // an id, and below it what goes along
	counts      [1 << digitBits]uint32
}

const (
	digitBits = 8
	fewIDs    = 48 // are put in order by comparing
)

// start begins a list.
func (o *idOrder) start() { o.list = o.list[:0] }

// add puts an id into the list, with a number that goes along.
func (o *idOrder) add(id, with uint32) { o.list = append(o.list, uint64(id)<<32|uint64(with)) }

// sorted is the list by id; it is good until the next start.
func (o *idOrder) sorted() []uint64 {
	if len(o.list) <= fewIDs {
		slices.Sort(o.list)
		return o.list
	}
	var all uint64
	before, ordered := uint64(0), true
	for _, item := range o.list {
		all |= item
		ordered = ordered && before <= item
		before = item
	}
	if ordered {
		return o.list
	}
	o.spare = slices.Grow(o.spare[:0], len(o.list))[:len(o.list)]
	for digit := 32; digit < word.Len64(all); digit += digitBits {
		o.deal(digit)
		o.list, o.spare = o.spare, o.list
	}
	return o.list
}

// deal puts the list into spare by the digit that begins at a bit; what has the
// same digit stays in its order.
func (o *idOrder) deal(digit int) {
	clear(o.counts[:])
	for _, item := range o.list {
		o.counts[uint8(item>>digit)]++
	}
	sum := uint32(0)
	for i, n := range o.counts {
		o.counts[i] = sum
		sum += n
	}
	for _, item := range o.list {
		at := &o.counts[uint8(item>>digit)]
		o.spare[*at] = item
		*at++
	}
}

// trim lets go of memory that few walks need.
func (o *idOrder) trim() {
	if cap(o.list) > mostKept {
		o.list = nil
	}
	if cap(o.spare) > mostKept {
		o.spare = nil
	}
}

// sortIDs puts ids in order in place.
func sortIDs[ID ~uint32](o *idOrder, ids []ID) {
	if len(ids) <= fewIDs {
		slices.Sort(ids)
		return
	}
	o.start()
	for _, id := range ids {
		o.add(uint32(id), 0)
	}
	for i, item := range o.sorted() {
		ids[i] = ID(item >> 32)
	}
}
