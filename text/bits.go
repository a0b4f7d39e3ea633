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

// chunk is a bitmap of the ids from some multiple of chunkIDs on. What it costs
// to go through one depends on how many of its words are in use, which a second
// bitmap tells: nothing is set in any other.
type chunk struct {
	words [chunkWords]uint64
	used  [chunkWords / 64]uint64
}

func (c *chunk) set(id graph.EntityID) { c.add(int(id%chunkIDs>>6), 1<<(id&63)) }

// add sets those of the bits w in the i-th word.
func (c *chunk) add(i int, w uint64) {
	c.words[i] |= w
	c.used[i>>6] |= 1 << (i & 63)
}

func (c *chunk) has(id graph.EntityID) bool { return c.words[id%chunkIDs>>6]>>(id&63)&1 != 0 }

func (c *chunk) clear(id graph.EntityID) { c.words[id%chunkIDs>>6] &^= 1 << (id & 63) }

func (c *chunk) fillAll() {
	for i := range c.words {
		c.words[i] = ^uint64(0)
	}
	for i := range c.used {
		c.used[i] = ^uint64(0)
	}
}

// reset empties c.
func (c *chunk) reset() {
	for k, u := range c.used {
		for ; u != 0; u &= u - 1 {
			c.words[k<<6+bits.TrailingZeros64(u)] = 0
		}
	}
	c.used = [chunkWords / 64]uint64{}
}

func (c *chunk) or(d *chunk) {
	for k, u := range d.used {
		c.used[k] |= u
		for ; u != 0; u &= u - 1 {
			i := k<<6 + bits.TrailingZeros64(u)
			c.words[i] |= d.words[i]
		}
	}
}

// orBoth adds what is in x and in y, and tells whether that is anything.
func (c *chunk) orBoth(x, y *chunk) (some bool) {
	for k := range x.used {
		for u := x.used[k] & y.used[k]; u != 0; u &= u - 1 {
			i := k<<6 + bits.TrailingZeros64(u)
			if w := x.words[i] & y.words[i]; w != 0 {
				c.add(i, w)
				some = true
			}
		}
	}
	return some
}

func (c *chunk) and(d *chunk) {
	for k, u := range c.used {
		for ; u != 0; u &= u - 1 {
			i := k<<6 + bits.TrailingZeros64(u)
			if c.words[i] &= d.words[i]; c.words[i] == 0 {
				c.used[k] &^= u & -u
			}
		}
	}
}

func (c *chunk) without(d *chunk) {
	for k := range c.used {
		for u := c.used[k] & d.used[k]; u != 0; u &= u - 1 {
			i := k<<6 + bits.TrailingZeros64(u)
			c.words[i] &^= d.words[i]
		}
	}
}

func (c *chunk) count() (n int) {
	for k, u := range c.used {
		for ; u != 0; u &= u - 1 {
			n += bits.OnesCount64(c.words[k<<6+bits.TrailingZeros64(u)])
		}
	}
	return n
}

func (c *chunk) empty() bool {
	for k, u := range c.used {
		for ; u != 0; u &= u - 1 {
			if c.words[k<<6+bits.TrailingZeros64(u)] != 0 {
				return false
			}
		}
	}
	return true
}

// each calls yield for the ids in c, which begins at from, until it says false.
func (c *chunk) each(from graph.EntityID, yield func(graph.EntityID) bool) {
	for k, u := range c.used {
		for ; u != 0; u &= u - 1 {
			i := k<<6 + bits.TrailingZeros64(u)
			for w := c.words[i]; w != 0; w &= w - 1 {
				if !yield(from + graph.EntityID(i<<6+bits.TrailingZeros64(w))) {
					return
				}
			}
		}
	}
}

// filler is a List that can be read as bitmaps, chunk after chunk.
type filler interface {
	// fill adds the ids from from on that fall into its chunk, and tells whether
	// there were any. from never falls.
	fill(from graph.EntityID, into *chunk) bool

	// fillWithin is fill of those that are in within, too, which is another chunk.
	fillWithin(from graph.EntityID, within, into *chunk) bool
}

func (l *sliceList) fill(from graph.EntityID, into *chunk) bool {
	ids := l.chunk(from)
	for _, id := range ids {
		into.set(id)
	}
	return len(ids) > 0
}

func (l *sliceList) fillWithin(from graph.EntityID, within, into *chunk) (some bool) {
	for _, id := range l.chunk(from) {
		if within.has(id) {
			into.set(id)
			some = true
		}
	}
	return some
}

// chunk is the ids that fall into the chunk from from on.
func (l *sliceList) chunk(from graph.EntityID) []graph.EntityID {
	if first := l.Seek(from); first == 0 || first-from >= chunkIDs {
		return nil
	}
	n := len(l.ids)
	if l.ids[n-1]-from >= chunkIDs {
		n, _ = slices.BinarySearch(l.ids[:min(n, chunkIDs)], from+chunkIDs)
	}
	return l.ids[:n]
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
		if w != 0 {
			into.add(i, w)
		}
	}
	return true
}

func (l *bitList) fillWithin(from graph.EntityID, within, into *chunk) (some bool) {
	at := int(from >> 6)
	if at >= len(l.bits) {
		return false
	}
	part := l.bits[at:min(at+chunkWords, len(l.bits))]
	for k, u := range within.used {
		for ; u != 0; u &= u - 1 {
			i := k<<6 + bits.TrailingZeros64(u)
			if i >= len(part) {
				return some
			}
			if w := part[i] & within.words[i]; w != 0 {
				into.add(i, w)
				some = true
			}
		}
	}
	return some
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

// fill adds the ids of all lists, of them what is in within (nil: all).
func (u *union) fill(from graph.EntityID, within, into *chunk) (some bool) {
	for i := range u.branches {
		some = u.branches[i].fill(from, within, into) || some
	}
	return some
}

// fillIn adds those of l that are in within (nil: all).
func fillIn(l filler, from graph.EntityID, within, into *chunk) bool {
	if within == nil {
		return l.fill(from, into)
	}
	return l.fillWithin(from, within, into)
}

// fill adds the ids of b, but for those whose rank is left out.
func (b *branch) fill(from graph.EntityID, within, into *chunk) bool {
	if b.of == nil || b.rank == rankNone {
		return fillIn(b.list.(filler), from, within, into)
	}
	return b.fillRanks(0, b.rank, from, within, into)
}

// fillRanks adds those that have a rank from least to most.
func (b *branch) fillRanks(least, most rank, from graph.EntityID, within, into *chunk) (some bool) {
	if b.of.bits == nil {
		ids, of := b.within(from)
		for i, id := range ids {
			if r := rank(of[i]); r >= least && r <= most && (within == nil || within.has(id)) {
				into.set(id)
				some = true
			}
		}
		return some
	}
	for i, r := range b.of.ranks {
		if rank(r.rank) >= least && rank(r.rank) <= most {
			some = fillIn(b.of.rankList(i), from, within, into) || some
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
	ids := l.chunk(from)
	at := len(b.of.ids) - len(l.ids)
	return ids, b.of.of[at : at+len(ids)]
}
