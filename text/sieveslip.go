package text

import "lianzhu/graph"

// How many neighbouring pairs of characters a slip breaks at most: two characters
// swapped break that between them and those on either side, any other slip no
// more than the two at its place.
const (
	swapPairs = 3
	slipPairs = 2
)

// pairs opens the lists of the neighbouring pairs of the query, where a slip
// leaves any of them; those in a name that the query is a slip of stand in one
// piece there.
func (b *planner) pairs() []*union {
	typed := b.q.runes
	if len(typed)-1 <= slipPairs {
		return nil
	}
	var out []*union
	for i := range len(typed) - 1 {
		out = append(out, b.ranked(classGram, string(typed[i:i+2]), wideRanks))
	}
	return out
}

// allButOne looks at the entities that a slip may mean: those that have all of
// chars but one and all of pairs but two neighbouring ones; or, for two
// characters swapped, all of chars and all of pairs but three.
func (s *sieve) allButOne(chars, pairs []*union) error {
	defer s.release()
	for from := uint64(0); from <= uint64(s.most); from += chunkIDs {
		if err := s.f.ctx.Err(); err != nil {
			return err
		}
		if err := s.allButOneFrom(chars, pairs, graph.EntityID(from)); err != nil {
			return err
		}
	}
	return nil
}

func (s *sieve) allButOneFrom(chars, pairs []*union, from graph.EntityID) error {
	slips, swaps := s.chunk(), s.chunk()
	defer s.free(slips, swaps)
	if len(pairs) > 0 {
		s.windows(pairs, from, slips, swaps)
		if slips.empty() && swaps.empty() {
			return nil
		}
	} else {
		slips.fillAll()
		swaps.fillAll()
	}
	s.lacking(chars, from, slips, swaps)
	slips.or(swaps)
	if keep := s.wanted(from); keep != nil {
		slips.and(keep)
		s.free(keep)
	}
	return s.f.doubtAll(from, slips)
}

// windows makes slips what has all unions but some slipPairs neighbouring ones,
// and swaps the same for swapPairs.
func (s *sieve) windows(unions []*union, from graph.EntityID, slips, swaps *chunk) {
	own := make([]*chunk, len(unions))
	for i, u := range unions {
		own[i] = s.chunk()
		u.fill(from, own[i])
	}
	s.allButWindow(own, slipPairs, slips)
	s.allButWindow(own, swapPairs, swaps)
	s.free(own...)
}

// allButWindow adds to out what all of own have but some size neighbouring ones.
func (s *sieve) allButWindow(own []*chunk, size int, out *chunk) {
	n := len(own)
	if n <= size {
		out.fillAll()
		return
	}
	ahead := make([]*chunk, n-size+1) // what the first i have
	ahead[0] = s.chunk()
	ahead[0].fillAll()
	for i := range n - size {
		ahead[i+1] = s.chunk()
		*ahead[i+1] = *ahead[i]
		ahead[i+1].and(own[i])
	}
	behind := s.chunk() // what those from i+size on have
	behind.fillAll()
	for i := n - size; i >= 0; i-- {
		if i+size < n {
			behind.and(own[i+size])
		}
		ahead[i].and(behind)
		out.or(ahead[i])
	}
	s.free(ahead...)
	s.free(behind)
}

// lacking leaves of slips what lacks at most one of the unions, and has one at
// least, and of swaps what has them all.
func (s *sieve) lacking(unions []*union, from graph.EntityID, slips, swaps *chunk) {
	none, one, some := s.chunk(), s.chunk(), s.chunk() // lacking none so far, lacking one, having any
	none.fillAll()
	for _, u := range unions {
		c := s.chunk()
		u.fill(from, c)
		for i, has := range c {
			one[i] = one[i]&has | none[i]&^has
			none[i] &= has
			some[i] |= has
		}
		s.free(c)
	}
	swaps.and(none)
	one.or(none)
	one.and(some)
	slips.and(one)
	s.free(none, one, some)
}
