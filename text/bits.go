package text

import (
	"math/bits"
	"slices"

	"lianzhu/graph"
)

// chunkIDs is how many ids are looked at together while a search sifts lists:
// 64 K, whose bitmap fits the innermost cache.
const (
	chunkIDs   = 1 << 16
	chunkWords = chunkIDs / 64
)

// chunk is a bitmap of the ids from some multiple of chunkIDs on.
type chunk [chunkWords]uint64

func (c *chunk) set(id graph.EntityID) { c[id%chunkIDs>>6] |= 1 << (id & 63) }

func (c *chunk) has(id graph.EntityID) bool { return c[id%chunkIDs>>6]>>(id&63)&1 != 0 }

func (c *chunk) clear(id graph.EntityID) { c[id%chunkIDs>>6] &^= 1 << (id & 63) }

func (c *chunk) fillAll() {
	for i := range c {
		c[i] = ^uint64(0)
	}
}

func (c *chunk) or(d *chunk) {
	for i := range c {
		c[i] |= d[i]
	}
}

func (c *chunk) and(d *chunk) {
	for i := range c {
		c[i] &= d[i]
	}
}

func (c *chunk) without(d *chunk) {
	for i := range c {
		c[i] &^= d[i]
	}
}

func (c *chunk) count() (n int) {
	for _, w := range c {
		n += bits.OnesCount64(w)
	}
	return n
}

func (c *chunk) empty() bool {
	for _, w := range c {
		if w != 0 {
			return false
		}
	}
	return true
}

// each calls yield for the ids in c, which begins at from, until it says false.
func (c *chunk) each(from graph.EntityID, yield func(graph.EntityID) bool) {
	for i, w := range c {
		for ; w != 0; w &= w - 1 {
			if !yield(from + graph.EntityID(i<<6+bits.TrailingZeros64(w))) {
				return
			}
		}
	}
}

// filler is a List that can be read as bitmaps, chunk after chunk.
type filler interface {
	// fill adds the ids from from on that fall into its chunk, and tells whether
	// there were any. from never falls.
	fill(from graph.EntityID, into *chunk) bool
}

func (l *sliceList) fill(from graph.EntityID, into *chunk) bool {
	if first := l.Seek(from); first == 0 || first-from >= chunkIDs {
		return false
	}
	for _, id := range l.ids {
		if id-from >= chunkIDs {
			break
		}
		into.set(id)
	}
	return true
}

// bitList is a List over a bitmap.
type bitList struct {
	bits []uint64
	n    int
}

func (l *bitList) Len() int { return l.n }

func (l *bitList) Seek(from graph.EntityID) graph.EntityID {
	i := int(from >> 6)
	if i >= len(l.bits) {
		return 0
	}
	w := l.bits[i] &^ (1<<(from&63) - 1)
	for w == 0 {
		if i++; i == len(l.bits) {
			return 0
		}
		w = l.bits[i]
	}
	return graph.EntityID(i<<6 + bits.TrailingZeros64(w))
}

func (l *bitList) fill(from graph.EntityID, into *chunk) bool {
	at := int(from >> 6)
	if at >= len(l.bits) {
		return false
	}
	part := l.bits[at:min(at+chunkWords, len(l.bits))]
	for i, w := range part {
		into[i] |= w
	}
	return true
}

// member is a List that tells of any id whether it is in it.
type member interface{ has(id graph.EntityID) bool }

func (l *sliceList) has(id graph.EntityID) bool {
	_, ok := slices.BinarySearch(l.ids, id)
	return ok
}

func (l *bitList) has(id graph.EntityID) bool {
	return int(id>>6) < len(l.bits) && l.bits[id>>6]>>(id&63)&1 != 0
}

// fill adds the ids of all lists.
func (u *union) fill(from graph.EntityID, into *chunk) (some bool) {
	for i := range u.branches {
		some = u.branches[i].fill(from, into) || some
	}
	return some
}

// fill adds the ids of b, but for those whose rank is left out.
func (b *branch) fill(from graph.EntityID, into *chunk) bool {
	if b.of == nil || b.rank == rankNone {
		return b.list.(filler).fill(from, into)
	}
	return b.fillRanks(0, b.rank, from, into)
}

// fillRanks adds those that have a rank from least to most.
func (b *branch) fillRanks(least, most rank, from graph.EntityID, into *chunk) (some bool) {
	if b.of.bits == nil {
		ids, of := b.within(from)
		for i, id := range ids {
			if r := rank(of[i]); r >= least && r <= most {
				into.set(id)
				some = true
			}
		}
		return some
	}
	for i, r := range b.of.ranks {
		if rank(r.rank) >= least && rank(r.rank) <= most {
			some = b.of.rankList(i).fill(from, into) || some
		}
	}
	return some
}

// rankList is the list of the i-th rank of an entry with a bitmap.
func (e *entry) rankList(i int) filler {
	if len(e.ranks) == 1 {
		return &bitList{bits: e.bits, n: e.n}
	}
	return e.lists[i].(filler)
}

// within is the part of the ids of b, which has no bitmap, that falls into the
// chunk from from on, and their ranks.
func (b *branch) within(from graph.EntityID) ([]graph.EntityID, []byte) {
	l := b.list.(*sliceList)
	if first := l.Seek(from); first == 0 || first-from >= chunkIDs {
		return nil, nil
	}
	n := len(l.ids)
	if uint64(l.ids[n-1]) >= uint64(from)+chunkIDs {
		n, _ = slices.BinarySearch(l.ids, from+chunkIDs)
	}
	at := len(b.of.ids) - len(l.ids)
	return l.ids[:n], b.of.of[at : at+n]
}
