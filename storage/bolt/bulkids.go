package bolt

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"lianzhu/graph"
)

// paged is a list that grows without being copied.
type paged[T any] struct {
	pages [][]T
	n     int
}

const pageShift = 15

func (p *paged[T]) add(v T) {
	if p.n>>pageShift == len(p.pages) {
		p.pages = append(p.pages, make([]T, 1<<pageShift))
	}
	p.n++
	*p.at(p.n - 1) = v
}

func (p *paged[T]) at(i int) *T { return &p.pages[i>>pageShift][i&(1<<pageShift-1)] }

// idTable gives ids to uids of one sort, from 1 up. A uid is the beginning of a
// hash, so that it needs no other.
type idTable struct {
	uids  paged[graph.UID] // by id, less 1
	slots []idSlot
}

// idSlot has an id, 0 where it is free, and a part of the id's uid, so that the
// uids of others, far apart in memory, are not looked at.
type idSlot struct{ part, id uint32 }

func (t *idTable) slot(uid *graph.UID) uint32 {
	mask := uint32(len(t.slots) - 1)
	part := binary.BigEndian.Uint32(uid[4:])
	for i := binary.BigEndian.Uint32(uid[8:]) & mask; ; i = (i + 1) & mask {
		s := t.slots[i]
		if s.id == 0 || s.part == part && *t.uids.at(int(s.id) - 1) == *uid {
			return i
		}
	}
}

// find is the id of uid, or 0.
func (t *idTable) find(uid graph.UID) uint32 {
	if len(t.slots) == 0 {
		return 0
	}
	return t.slots[t.slot(&uid)].id
}

// add gives the next id to a uid that has none.
func (t *idTable) add(uid graph.UID) (uint32, error) {
	if t.uids.n >= len(t.slots)*3/4 {
		t.grow()
	}
	if uint32(t.uids.n) == 1<<32-1 {
		return 0, &graph.Error{Code: graph.CodeLimit, Op: "apply", Index: -1,
			Detail: fmt.Sprintf("the store has given out all %d ids; divide the import", t.uids.n)}
	}
	i := t.slot(&uid)
	t.uids.add(uid)
	t.slots[i] = idSlot{binary.BigEndian.Uint32(uid[4:]), uint32(t.uids.n)}
	return uint32(t.uids.n), nil
}

func (t *idTable) grow() {
	t.slots = make([]idSlot, max(1<<10, 2*len(t.slots)))
	for i := range t.uids.n {
		uid := t.uids.at(i)
		t.slots[t.slot(uid)] = idSlot{binary.BigEndian.Uint32(uid[4:]), uint32(i) + 1}
	}
}

// uid is the one that has the id.
func (t *idTable) uid(id uint32) graph.UID { return *t.uids.at(int(id) - 1) }

// inOrder calls visit with each uid and its id, by uid. The slots are gone
// afterwards.
func (t *idTable) inOrder(visit func(uid *graph.UID, id uint32) error) error {
	t.slots = nil
	type item struct {
		head uint64 // of the uid, after its tag
		id   uint32
	}
	var ends [1<<16 + 1]uint32 // of those that begin with the same two bytes
	for i := range t.uids.n {
		ends[int(binary.BigEndian.Uint16(t.uids.at(i)[1:]))+1]++
	}
	for i := 1; i < len(ends); i++ {
		ends[i] += ends[i-1]
	}
	items := make([]item, t.uids.n)
	next := slices.Clone(ends[:])
	for i := range t.uids.n {
		head := binary.BigEndian.Uint64(t.uids.at(i)[1:])
		items[next[head>>48]] = item{head, uint32(i) + 1}
		next[head>>48]++
	}
	for i := 1; i < len(ends); i++ {
		some := items[ends[i-1]:ends[i]]
		slices.SortFunc(some, func(x, y item) int {
			if x.head != y.head {
				return cmp.Compare(x.head, y.head)
			}
			return bytes.Compare(t.uids.at(int(x.id) - 1)[:], t.uids.at(int(y.id) - 1)[:])
		})
		for _, it := range some {
			if err := visit(t.uids.at(int(it.id)-1), it.id); err != nil {
				return err
			}
		}
	}
	return nil
}

// bitset is a set of ids.
type bitset []byte

func (s *bitset) add(id uint32) {
	for int(id/8) >= len(*s) {
		*s = append(*s, make([]byte, max(64, len(*s)))...)
	}
	(*s)[id/8] |= 1 << (id % 8)
}

func (s bitset) has(id uint32) bool { return int(id/8) < len(s) && s[id/8]&(1<<(id%8)) != 0 }
