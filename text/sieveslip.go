package text

import "lianzhu/graph"

// slipPairs is how many neighbouring pairs of characters one slip can break: of
// two characters swapped, that between them and those on either side.
const slipPairs = 3

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

// allButOne looks at the entities that have all of chars but one, and all of
// pairs but some neighbouring ones.
func (s *sieve) allButOne(chars, pairs []*union) error {
	for from := uint64(0); from <= uint64(s.most); from += chunkIDs {
		if err := s.f.ctx.Err(); err != nil {
			return err
		}
		c := s.most1(chars, graph.EntityID(from))
		if len(pairs) > 0 && !c.empty() {
			w := s.allButWindow(pairs, graph.EntityID(from))
			c.and(w)
			s.free(w)
		}
		if keep := s.wanted(graph.EntityID(from)); keep != nil {
			c.and(keep)
			s.free(keep)
		}
		err := s.f.doubtAll(graph.EntityID(from), c)
		s.free(c)
		if err != nil {
			return err
		}
	}
	return nil
}

// most1 is what lacks at most one of the unions, and has one at least.
func (s *sieve) most1(unions []*union, from graph.EntityID) *chunk {
	none, one, some := s.chunk(), s.chunk(), s.chunk() // lacking none so far, lacking one, having any
	for i := range none {
		none[i] = ^uint64(0)
	}
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
	none.or(one)
	none.and(some)
	s.free(one, some)
	return none
}

// allButWindow is what has all unions but some slipPairs neighbouring ones.
func (s *sieve) allButWindow(unions []*union, from graph.EntityID) *chunk {
	n := len(unions)
	ahead := make([]*chunk, n+1) // having the first i
	ahead[0] = s.chunk()
	for i := range ahead[0] {
		ahead[0][i] = ^uint64(0)
	}
	own := make([]*chunk, n)
	for i, u := range unions {
		own[i], ahead[i+1] = s.chunk(), s.chunk()
		u.fill(from, own[i])
		*ahead[i+1] = *ahead[i]
		ahead[i+1].and(own[i])
	}
	out, behind := s.chunk(), s.chunk() // having those from i+slipPairs on
	*behind = *ahead[0]
	for i := n - slipPairs; i >= 0; i-- {
		if i+slipPairs < n {
			behind.and(own[i+slipPairs])
		}
		c := s.chunk()
		*c = *ahead[i]
		c.and(behind)
		out.or(c)
		s.free(c)
	}
	s.free(ahead...)
	s.free(own...)
	s.free(behind)
	return out
}
