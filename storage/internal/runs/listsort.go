package runs

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// item is one of a bag while it is sorted: eight bytes of its term, its number
// and its place in the bag.
type item struct {
	word     uint64
	n, place uint32
}

const itemSize = 16

// sorter sorts bags, one after the other, and goes through what is in them term
// by term. It keeps its memory from one bag to the next.
type sorter struct {
	size  int // of the terms of the bag that comes next
	bag   *bag
	items []item
	spare []item
	ends  []uint32 // of the items of each term
	at    int      // terms that were given
}

// done tells whether all terms of the bag were given.
func (s *sorter) done() bool { return s.at == len(s.ends) }

// take sorts a bag by its terms, and what has the same term as it came.
func (s *sorter) take(b *bag) {
	s.bag, s.at, s.ends = b, 0, s.ends[:0]
	s.items, s.spare = resized(s.items, b.n), resized(s.spare, b.n)
	for i := range s.items {
		s.items[i] = item{n: binary.LittleEndian.Uint32(b.item(i)[b.size:]), place: uint32(i)}
	}
	if b.n > 0 {
		s.order(0, b.n, 0)
	}
}

// resized is list with n items, whatever they are.
func resized(list []item, n int) []item {
	if cap(list) < n {
		return make([]item, n, max(n, 2*cap(list)))
	}
	return list[:n]
}

// few is how many items are sorted by comparing them.
const few = 96

// order sorts the items of s from one place to another, whose terms are alike
// up to the byte begin, by the eight bytes from there on, and then those that
// are still alike by what follows.
func (s *sorter) order(from, to, begin int) {
	items := s.items[from:to]
	if to-from > 1 {
		for i := range items {
			items[i].word = s.word(items[i].place, begin)
		}
		if len(items) <= few {
			slices.SortFunc(items, compareItems)
		} else {
			byWord(items, s.spare[from:to])
		}
	}
	last := begin+8 >= s.bag.size
	for len(items) > 0 {
		n := 1
		for n < len(items) && items[n].word == items[0].word {
			n++
		}
		if last || n == 1 {
			s.ends = append(s.ends, uint32(from+n))
		} else {
			s.order(from, from+n, begin+8)
		}
		from, items = from+n, items[n:]
	}
}

func compareItems(a, b item) int {
	if a.word != b.word {
		return cmp.Compare(a.word, b.word)
	}
	return cmp.Compare(a.place, b.place)
}

// word is eight bytes of a term, with zeros after its end.
func (s *sorter) word(place uint32, begin int) uint64 {
	it := s.bag.item(int(place))
	if begin+8 <= s.bag.size {
		return binary.BigEndian.Uint64(it[begin:])
	}
	var word [8]byte
	copy(word[:], it[begin:s.bag.size])
	return binary.BigEndian.Uint64(word[:])
}

// byWord sorts items by word, and leaves those of one word in their order: by
// one byte after the other, from the last to the first, but for those that are
// the same in all.
func byWord(items, spare []item) {
	var counts [8][256]uint32
	for i := range items {
		w := items[i].word
		for b := range counts {
			counts[b][byte(w>>(8*b))]++
		}
	}
	from, to := items, spare
	for b := range counts {
		count := &counts[b]
		if count[byte(items[0].word>>(8*b))] == uint32(len(items)) {
			continue
		}
		sum := uint32(0)
		for i, n := range count {
			count[i] = sum
			sum += n
		}
		for i := range from {
			at := &count[byte(from[i].word>>(8*b))]
			to[*at] = from[i]
			*at++
		}
		from, to = to, from
	}
	if &from[0] != &items[0] {
		copy(items, from)
	}
}

// next appends the next term to one slice, and its numbers, in the order in
// which they came, each doubled and odd where it was taken away, to another.
func (s *sorter) next(term []byte, words []uint64) ([]byte, []uint64) {
	from := uint32(0)
	if s.at > 0 {
		from = s.ends[s.at-1]
	}
	items := s.items[from:s.ends[s.at]]
	s.at++
	term = append(term, s.bag.item(int(items[0].place))[:s.bag.size]...)
	for i := range items {
		word := uint64(items[i].n) << 1
		if len(s.bag.gone) > 0 {
			if _, gone := slices.BinarySearch(s.bag.gone, items[i].place); gone {
				word |= 1
			}
		}
		words = append(words, word)
	}
	return term, words
}
