package graph

// idTable is a map from ids to small numbers for walks, which look up every
// entity they meet: open addressing in one slice that grows with what is put in,
// so that a small walk costs little however large the graph is.
type idTable struct {
	slots []uint64 // id and value; 0 is free, since no id is 0
	shift uint8
	count int
}

const (
	idTableBits = 9       // of the first slots
	fewSlots    = 1 << 13 // that are kept in any case: emptying them costs less than growing
	mostSlots   = 1 << 16 // that are kept for the next walk
)

// reset empties t. It keeps as much memory as the next walk may need that is
// like this one: emptying costs as much as there is.
func (t *idTable) reset() {
	switch n := len(t.slots); {
	case n > mostSlots:
		t.slots = nil
	case n > fewSlots && t.count*16 < n:
		t.slots, t.shift = t.slots[:n/4], t.shift+2
	}
	clear(t.slots)
	t.count = 0
}

// hashOf is where to look for an id first.
func hashOf(id uint32, shift uint8) uint32 { return id * 0x9e3779b1 >> shift }

// reserve makes room for n more.
func (t *idTable) reserve(n int) {
	for (t.count+n)*2 >= len(t.slots) {
		t.grow()
	}
}

// place is where id stands, or where it would.
func (t *idTable) place(id uint32) int {
	mask := len(t.slots) - 1
	for at := int(hashOf(id, t.shift)); ; at = (at + 1) & mask {
		if slot := t.slots[at&mask]; slot == 0 || uint32(slot>>32) == id {
			return at & mask
		}
	}
}

// get is the value of id; ok is false where it has none.
func (t *idTable) get(id uint32) (value uint32, ok bool) {
	if t.count == 0 {
		return 0, false
	}
	slot := t.slots[t.place(id)]
	return uint32(slot), slot != 0
}

// put gives id a value, whether or not it has one.
func (t *idTable) put(id, value uint32) {
	if t.count*2 >= len(t.slots) {
		t.grow()
	}
	at := t.place(id)
	if t.slots[at] == 0 {
		t.count++
	}
	t.slots[at] = uint64(id)<<32 | uint64(value)
}

// add gives id a value where it has none, and tells whether that was so; else
// it gives the value that id has.
func (t *idTable) add(id, value uint32) (have uint32, added bool) {
	if t.count*2 >= len(t.slots) {
		t.grow()
	}
	at := t.place(id)
	if slot := t.slots[at]; slot != 0 {
		return uint32(slot), false
	}
	t.count++
	t.slots[at] = uint64(id)<<32 | uint64(value)
	return value, true
}

func (t *idTable) grow() {
	old := t.slots
	bits := uint8(idTableBits)
	if len(old) > 0 {
		bits = 32 - t.shift + 2
	}
	t.slots, t.shift = make([]uint64, 1<<bits), 32-bits
	for _, slot := range old {
		if slot != 0 {
			t.slots[t.place(uint32(slot>>32))] = slot
		}
	}
}
