package text

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
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
// its ranks, best first, and how long the list of each is; where the lists stand
// follows from these lengths and from where those of the block begin. A list is
// ids, ascending, in IDs, or a bitmap of all ids in Bits, whichever is smaller.
type Index struct {
	Keys   []byte
	Blocks []uint32 // for each block: where it begins in Keys and in IDs, and its first bitmap
	IDs    []graph.EntityID
	Bits   []uint64
	Most   graph.EntityID // no id is greater

	chunks sync.Pool // of *chunk, for searches

	count int // of the keys while they are added
	last  []byte
	size  int // of the last term
	ranks int // where the number of ranks of the last key stands in Keys
}

// BlockParts is how many numbers Blocks has for each block.
const BlockParts = 3

const blockKeys = 16

// words is the length of a bitmap.
func (x *Index) words() int { return int(x.Most)>>6 + 1 }

// dense tells whether a list of n ids is a bitmap.
func (x *Index) dense(n int) bool { return n > 2*x.words() }

// isRanked tells whether the terms of a class end in a rank.
func isRanked(class byte) bool {
	return class == classGram || class == classPinyin || class == classInitials
}

// Add adds the list of a term to an index in the making. Terms must come by their
// length and then in byte order, and all ids be within Most.
func (x *Index) Add(term string, ids []graph.EntityID) error {
	key, r := []byte(term), byte(0)
	if len(term) < 1 || len(term) > 255 || len(ids) == 0 {
		return indexError(term)
	}
	if isRanked(term[0]) {
		key, r = key[:len(key)-1], term[len(term)-1]&^0x80
	}
	if x.size != len(term) || !bytes.Equal(x.last, key) || x.count == 0 {
		if x.count > 0 && cmp.Or(cmp.Compare(x.size, len(term)), bytes.Compare(x.last, key)) >= 0 {
			return indexError(term)
		}
		x.addKey(key, len(term))
	}
	x.Keys[x.ranks]++
	x.Keys = append(x.Keys, r)
	x.Keys = binary.AppendUvarint(x.Keys, uint64(len(ids)))
	if !x.dense(len(ids)) {
		x.IDs = append(x.IDs, ids...)
		return nil
	}
	bits := make([]uint64, x.words())
	for _, id := range ids {
		bits[id>>6] |= 1 << (id & 63)
	}
	x.Bits = append(x.Bits, bits...)
	return nil
}

func indexError(term string) error {
	return &graph.Error{Code: graph.CodeCorrupt, Op: "search", Index: -1, Detail: fmt.Sprintf("the search term %q is out of order; check the store", term)}
}

func (x *Index) addKey(key []byte, size int) {
	shared := 0
	if x.count%blockKeys == 0 {
		x.Blocks = append(x.Blocks, uint32(len(x.Keys)), uint32(len(x.IDs)), uint32(len(x.Bits)/x.words()))
	} else if size == x.size {
		for shared < len(key) && shared < len(x.last) && key[shared] == x.last[shared] {
			shared++
		}
	}
	x.Keys = append(x.Keys, byte(shared), byte(len(key)-shared))
	x.Keys = append(x.Keys, key[shared:]...)
	x.ranks = len(x.Keys)
	x.Keys = append(x.Keys, 0)
	x.count, x.last, x.size = x.count+1, append(x.last[:0], key...), size
}

// rankedList is a list of a key with its rank.
type rankedList struct {
	rank rank
	list List
}

// lists appends the lists of a key, best rank first.
func (x *Index) lists(class byte, key string, into []rankedList) []rankedList {
	size := len(key) + 1
	if isRanked(class) {
		size++
	}
	c := indexCursor{x: x}
	n := len(x.Blocks) / BlockParts
	block := sort.Search(n, func(i int) bool { return !c.open(i) || c.compare(size, class, key) > 0 }) - 1
	if block < 0 || !c.open(block) {
		return into
	}
	for range blockKeys {
		switch order := c.compare(size, class, key); {
		case order == 0:
			for c.rank() {
				into = append(into, rankedList{rank(c.r), c.list()})
			}
			return into
		case order > 0 || !c.next():
			return into
		}
	}
	return into
}

// indexCursor goes through the keys of a block. What does not fit ends it.
type indexCursor struct {
	x    *Index
	at   int // behind the key
	size int // of the term
	key  []byte
	left int // ranks not yet read

	r         byte
	n         int // length of the list
	ids, bits int // where it begins
	room      [256]byte
}

// open goes to the first key of a block.
func (c *indexCursor) open(block int) bool {
	b := c.x.Blocks[block*BlockParts:]
	c.at, c.ids, c.bits, c.n = int(b[0]), int(b[1]), int(b[2]), 0
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
	c.at, c.left = c.at+3+int(b[1]), int(b[2+int(b[1])])
	if len(c.key) == 0 {
		return false
	}
	c.size = len(c.key)
	if isRanked(c.key[0]) {
		c.size++
	}
	return true
}

// rank reads the next rank of the key.
func (c *indexCursor) rank() bool {
	c.skip()
	if c.left == 0 || c.at >= len(c.x.Keys) {
		return false
	}
	n, width := binary.Uvarint(c.x.Keys[c.at+1:])
	if width <= 0 || n > uint64(c.x.Most)+1 {
		c.left = 0
		return false
	}
	c.r, c.n, c.at, c.left = c.x.Keys[c.at], int(n), c.at+1+width, c.left-1
	return true
}

// skip passes over the list at hand.
func (c *indexCursor) skip() {
	if c.x.dense(c.n) {
		c.bits++
	} else {
		c.ids += c.n
	}
	c.n = 0
}

// next goes to the next key of the block, or to the end of it.
func (c *indexCursor) next() bool {
	for c.rank() {
	}
	return c.at < len(c.x.Keys) && c.read()
}

func (c *indexCursor) compare(size int, class byte, key string) int {
	if o := cmp.Or(cmp.Compare(c.size, size), cmp.Compare(c.key[0], class)); o != 0 {
		return o
	}
	return bytes.Compare(c.key[1:], []byte(key))
}

// list is the list at hand.
func (c *indexCursor) list() List {
	if c.x.dense(c.n) {
		words := c.x.words()
		if (c.bits+1)*words > len(c.x.Bits) {
			return &sliceList{}
		}
		return &bitList{bits: c.x.Bits[c.bits*words : (c.bits+1)*words], n: c.n}
	}
	if c.ids+c.n > len(c.x.IDs) {
		return &sliceList{}
	}
	return &sliceList{ids: c.x.IDs[c.ids : c.ids+c.n], n: c.n}
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
		for more := true; more; more = c.next() {
			for c.rank() {
				term = append(term[:0], c.key...)
				if isRanked(c.key[0]) {
					term = append(term, rankByte(rank(c.r)))
				}
				l := c.list()
				ids = slices.Grow(ids[:0], l.Len())
				for id := l.Seek(1); id != 0; id = l.Seek(id + 1) {
					ids = append(ids, id)
				}
				if err := yield(term, ids); err != nil {
					return err
				}
			}
			if c.count(block) {
				break
			}
		}
	}
	return nil
}

// count tells whether the cursor is at the end of its block.
func (c *indexCursor) count(block int) bool {
	next := (block + 1) * BlockParts
	end := len(c.x.Keys)
	if next < len(c.x.Blocks) {
		end = int(c.x.Blocks[next])
	}
	return c.at >= end
}
