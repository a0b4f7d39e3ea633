package topology

import "math/bits"

// sparse tells which relations have a value in a column that few have one in,
// and where: the n-th bit set is the n-th value. It costs a bit and a half a
// relation.
type sparse struct {
	bits []uint64
	rank []uint32 // of each word: the bits set before it
}

// newSparse makes a sparse over n items of those that have yields.
func newSparse(n int, has func(i int) bool) sparse {
	s := sparse{make([]uint64, (n+63)/64), make([]uint32, (n+63)/64)}
	count := uint32(0)
	for i := range n {
		if i&63 == 0 {
			s.rank[i>>6] = count
		}
		if has(i) {
			s.bits[i>>6] |= 1 << (i & 63)
			count++
		}
	}
	return s
}

// at is where the value of i stands; it must have one.
func (s *sparse) at(i uint32) int {
	word := i >> 6
	return int(s.rank[word]) + bits.OnesCount64(s.bits[word]&(1<<(i&63)-1))
}

// has tells whether i has a value.
func (s *sparse) has(i uint32) bool { return s.bits[i>>6]>>(i&63)&1 != 0 }

// count is the number of values.
func (s *sparse) count() int {
	if len(s.bits) == 0 {
		return 0
	}
	last := len(s.bits) - 1
	return int(s.rank[last]) + bits.OnesCount64(s.bits[last])
}
