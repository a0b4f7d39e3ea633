package text

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"sort"
	"sync"

	"lianzhu/graph"
)

// Index is the lists of all terms in a few pieces of memory without pointers,
// which may lie in a mapped file. It never changes; see [Changes].
//
// The keys of terms stand in blocks of blockKeys, ordered as [Index.Add] wants
// its terms, each without what it shares with the key before it. With a key go
// its ranks, best first, and how many entities have it under each; where these
// stand follows from the numbers and from where those of the block begin. The
// entities of a key are ids, ascending, in IDs, with the rank of each in Ranks; or,
// where that is smaller, a bitmap of all ids in Bits, and where there are several
// ranks, for each of them a bitmap or ids besides.
type Index struct {
	Keys   []byte
	Blocks []uint32 // for each block: where it begins in Keys and in IDs, and its first bitmap
	IDs    []graph.EntityID
	Ranks  []byte // of each of IDs
	Bits   []uint64
	Most   graph.EntityID // no id is greater

	chunks sync.Pool // of *chunk, for searches
	ranked sync.Pool // of *[chunkIDs]rank
	making making
}

// BlockParts is how many numbers Blocks has for each block.
const BlockParts = 3

const blockKeys = 16

// words is the length of a bitmap.
func (x *Index) words() int { return int(x.Most)>>6 + 1 }

// dense tells whether n ids are a bitmap.
func (x *Index) dense(n int) bool { return n > 2*x.words() }

// isRanked tells whether the terms of a class end in a rank.
func isRanked(class byte) bool {
	return class == classGram || class == classPinyin || class == classInitials
}

// entry is what an index, or what has changed since, has of a key: its ids,
// ascending, with the rank of each (nil: all are 0); or a bitmap of them and, where
// there are several ranks, a list for each.
type entry struct {
	n     int
	ranks []rankCount // best first
	ids   []graph.EntityID
	of    []byte
	bits  []uint64
	lists []List // by ranks
}

// all is the list of everybody who has the key.
func (e *entry) all() List {
	if e.bits != nil {
		return &bitList{bits: e.bits, n: e.n}
	}
	return &sliceList{ids: e.ids, n: e.n}
}

// under is the list of those who have the key under its i-th rank.
func (e *entry) under(i int) List {
	switch {
	case len(e.ranks) == 1:
		return e.all()
	case e.bits != nil:
		return e.lists[i]
	}
	return &rankList{e: e, rank: e.ranks[i].rank, n: e.ranks[i].n}
}

// rankAt is the rank under which id has the key, which stands at place at where
// there are ids; all is for who does not know that.
func (e *entry) rankAt(id graph.EntityID, at int) rank {
	if len(e.ranks) == 1 {
		return rank(e.ranks[0].rank)
	}
	if e.bits == nil {
		return rank(e.of[at])
	}
	for i, l := range e.lists {
		if l.(member).has(id) {
			return rank(e.ranks[i].rank)
		}
	}
	return rankNone
}

// rankList is those of an entry that have one rank.
type rankList struct {
	e    *entry
	rank byte
	at   int
	n    int
}

func (l *rankList) Len() int { return l.n }

func (l *rankList) Seek(from graph.EntityID) graph.EntityID {
	ids := sliceList{ids: l.e.ids[l.at:]}
	ids.Seek(from)
	l.at = len(l.e.ids) - len(ids.ids)
	next := bytes.IndexByte(l.e.of[l.at:], l.rank)
	if next < 0 {
		l.at = len(l.e.ids)
		return 0
	}
	l.at += next
	return l.e.ids[l.at]
}

// entry finds a key.
func (x *Index) entry(class byte, key string) (e entry, ok bool) {
	size := len(key) + 1
	if isRanked(class) {
		size++
	}
	c := indexCursor{x: x}
	n := len(x.Blocks) / BlockParts
	block := sort.Search(n, func(i int) bool { return !c.open(i) || c.compare(size, class, key) > 0 }) - 1
	if block < 0 || !c.open(block) {
		return e, false
	}
	for range blockKeys {
		switch order := c.compare(size, class, key); {
		case order == 0:
			return c.entry()
		case order > 0 || !c.next():
			return e, false
		}
	}
	return e, false
}

// indexCursor goes through the keys of a block. What does not fit ends it.
type indexCursor struct {
	x    *Index
	at   int // behind the key
	size int // of the term
	key  []byte

	ids, bits int // where its entities begin
	room      [256]byte
}

// open goes to the first key of a block.
func (c *indexCursor) open(block int) bool {
	b := c.x.Blocks[block*BlockParts:]
	c.at, c.ids, c.bits = int(b[0]), int(b[1]), int(b[2])
	if c.at >= len(c.x.Keys) {
		return false
	}
	c.key = c.room[:0]
	return c.read()
}

// read reads the key at hand.
func (c *indexCursor) read() bool {
	b := c.x.Keys[min(c.at, len(c.x.Keys)):]
	if len(b) < 3 || len(b) < 3+int(b[1]) || int(b[0]) > len(c.key) {
		return false
	}
	c.key = append(c.key[:b[0]], b[2:2+int(b[1])]...)
	c.at += 2 + int(b[1])
	if len(c.key) == 0 {
		return false
	}
	c.size = len(c.key)
	if isRanked(c.key[0]) {
		c.size++
	}
	return true
}

// each yields the ranks of the key at hand and goes behind them; false where that
// is not what stands there.
func (c *indexCursor) each(yield func(rankCount)) bool {
	left := int(c.x.Keys[c.at])
	for c.at++; left > 0; left-- {
		if c.at >= len(c.x.Keys) {
			return false
		}
		n, width := binary.Uvarint(c.x.Keys[c.at+1:])
		if width <= 0 || n > uint64(c.x.Most)+1 {
			return false
		}
		yield(rankCount{c.x.Keys[c.at], int(n)})
		c.at += 1 + width
	}
	return true
}

// next goes to the next key of the block, or to the end of it.
func (c *indexCursor) next() bool {
	total, ranks, sparse, dense := 0, 0, 0, 0
	if !c.each(func(r rankCount) {
		total, ranks = total+r.n, ranks+1
		if c.x.dense(r.n) {
			dense++
		} else {
			sparse += r.n
		}
	}) {
		return false
	}
	switch {
	case !c.x.dense(total):
		c.ids += total
	case ranks == 1:
		c.bits++
	default:
		c.ids, c.bits = c.ids+sparse, c.bits+1+dense
	}
	return c.at < len(c.x.Keys) && c.read()
}

func (c *indexCursor) compare(size int, class byte, key string) int {
	if o := cmp.Or(cmp.Compare(c.size, size), cmp.Compare(c.key[0], class)); o != 0 {
		return o
	}
	return bytes.Compare(c.key[1:], []byte(key))
}

// entry is that of the key at hand, which next must be called on before.
func (c *indexCursor) entry() (e entry, ok bool) {
	at := c.at
	e.ranks = make([]rankCount, 0, c.x.Keys[at])
	ok = c.each(func(r rankCount) { e.ranks, e.n = append(e.ranks, r), e.n+r.n })
	c.at = at
	if !ok {
		return e, false
	}
	ids, bits := c.ids, c.bits
	if !c.x.dense(e.n) {
		e.ids, e.of, ok = c.posted(&ids, e.n)
		return e, ok
	}
	if e.bits, ok = c.bitmap(&bits); !ok || len(e.ranks) == 1 {
		return e, ok
	}
	for _, r := range e.ranks {
		var l List
		if c.x.dense(r.n) {
			var own []uint64
			own, ok = c.bitmap(&bits)
			l = &bitList{bits: own, n: r.n}
		} else {
			var own []graph.EntityID
			own, _, ok = c.posted(&ids, r.n)
			l = &sliceList{ids: own, n: r.n}
		}
		if e.lists = append(e.lists, l); !ok {
			return e, false
		}
	}
	return e, true
}

// posted cuts n ids with their ranks, from *at on.
func (c *indexCursor) posted(at *int, n int) ([]graph.EntityID, []byte, bool) {
	from := *at
	*at += n
	if *at > len(c.x.IDs) || *at > len(c.x.Ranks) {
		return nil, nil, false
	}
	return c.x.IDs[from:*at:*at], c.x.Ranks[from:*at:*at], true
}

// bitmap cuts the *at-th bitmap.
func (c *indexCursor) bitmap(at *int) ([]uint64, bool) {
	words := c.x.words()
	from := *at * words
	*at++
	if from+words > len(c.x.Bits) {
		return nil, false
	}
	return c.x.Bits[from : from+words : from+words], true
}

// All calls yield for every term with its list, in their order, and tells how it
// fits; the slices are good until yield returns.
func (x *Index) All(yield func(term []byte, ids []graph.EntityID) error) error {
	c := indexCursor{x: x}
	var term []byte
	var ids []graph.EntityID
	for block := range len(x.Blocks) / BlockParts {
		if !c.open(block) {
			return indexError("")
		}
		for more := true; more; {
			e, ok := c.entry()
			if !ok {
				return indexError(string(c.key))
			}
			for i, r := range e.ranks {
				term = append(term[:0], c.key...)
				if isRanked(c.key[0]) {
					term = append(term, rankByte(rank(r.rank)))
				}
				if ids = e.appendIDs(ids[:0], i); len(ids) == 0 {
					continue
				}
				if err := yield(term, ids); err != nil {
					return err
				}
			}
			more = !c.last(block) && c.next()
		}
	}
	return nil
}

// appendIDs appends those of the i-th rank.
func (e *entry) appendIDs(ids []graph.EntityID, i int) []graph.EntityID {
	l := e.under(i)
	ids = slices.Grow(ids, l.Len())
	for id := l.Seek(1); id != 0; id = l.Seek(id + 1) {
		ids = append(ids, id)
	}
	return ids
}

// last tells whether the key at hand is the last of its block.
func (c *indexCursor) last(block int) bool {
	at := c.at
	defer func() { c.at = at }()
	if !c.each(func(rankCount) {}) {
		return true
	}
	end, next := len(c.x.Keys), (block+1)*BlockParts
	if next < len(c.x.Blocks) {
		end = int(c.x.Blocks[next])
	}
	return c.at >= end
}
