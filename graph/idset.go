package graph

import word "math/bits"

// idSet is a set of ids that lie close together: a bit for each. It is as long
// as the largest id in it.
type idSet struct {
	words []uint64
	count int
}

// reach makes room for ids up to last.
func (s *idSet) reach(last uint32) {
	if n := int(last>>6) + 1; n > len(s.words) {
		s.words = append(s.words, make([]uint64, n-len(s.words)+n/8)...)
	}
}

// has tells whether id, which may be beyond the end, is in s.
func (s *idSet) has(id uint32) bool {
	return int(id>>6) < len(s.words) && s.words[id>>6]>>(id&63)&1 == 1
}

// add puts an id for which there is room into s.
func (s *idSet) add(id uint32) {
	w := &s.words[id>>6]
	bit := uint64(1) << (id & 63)
	if *w&bit == 0 {
		*w |= bit
		s.count++
	}
}

// sparse tells whether it is less work to go through what was put in than
// through the set.
func (s *idSet) sparse(put int) bool { return put < len(s.words)/16 }

// empty empties s, in which is nothing but ids of put.
func (s *idSet) empty(put []EntityID) {
	s.count = 0
	if !s.sparse(len(put)) {
		clear(s.words)
		return
	}
	for _, id := range put {
		if int(id>>6) < len(s.words) {
			s.words[id>>6] = 0
		}
	}
}

// first appends the first n ids.
func (s *idSet) first(list []EntityID, n int) []EntityID {
	for i, w := range s.words {
		for ; w != 0; w &= w - 1 {
			if len(list) == n {
				return list
			}
			list = append(list, EntityID(i<<6+word.TrailingZeros64(w)))
		}
	}
	return list
}
