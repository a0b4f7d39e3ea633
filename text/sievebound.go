package text

import "lianzhu/graph"

// partDoubt moves from all to the doubtful what the lists cannot settle, and to
// the bound what they cannot rank.
func (s *sieve) partDoubt(t *stream, from graph.EntityID, all *chunk) {
	c := s.chunk()
	defer s.free(c)
	bound := s.f.lazy && t.second != nil
	if bound {
		t.tangled.fill(from, all, c)
	} else {
		t.unsure.fill(from, all, c)
	}
	for i := range t.first.branches {
		t.first.branches[i].fillRank(rankIdentifier, from, all, c)
	}
	if !c.empty() {
		s.doubtful(t.best, c)
		all.without(c)
	}
	if !bound {
		return
	}
	c.reset()
	if t.unsure.fill(from, all, c) {
		s.bind(t, from, c)
		all.without(c)
	}
}

// bind gives those in c the best rank that their names may have: that of the
// first gram, unless another gram stands in longer names only.
func (s *sieve) bind(t *stream, from graph.EntityID, c *chunk) {
	if s.ranks == nil {
		var ok bool
		if s.ranks, ok = s.x.ranked.Get().(*[chunkIDs]rank); !ok {
			s.ranks = new([chunkIDs]rank)
		}
	}
	if s.bound == nil {
		s.bound = s.chunk()
	}
	s.bound.or(c)
	c.each(from, func(id graph.EntityID) bool {
		s.ranks[id%chunkIDs] = rankNone
		return true
	})
	t.first.eachWithin(s, from, c, func(id graph.EntityID, r rank) {
		s.ranks[id%chunkIDs] = min(s.ranks[id%chunkIDs], r)
	})
	t.second.eachWithin(s, from, c, func(id graph.EntityID, r rank) {
		best := s.ranks[id%chunkIDs]
		switch {
		case best >= rankPart:
			best = max(best, r)
		case r >= rankPart:
			best = max(best, rankPrefix+r-rankPart)
		}
		s.ranked(max(best, t.best)).set(id)
	})
}

// eachWithin yields those of u that are in c, with their ranks.
func (u *union) eachWithin(s *sieve, from graph.EntityID, c *chunk, yield func(graph.EntityID, rank)) {
	for i := range u.branches {
		b := &u.branches[i]
		if b.of.bits == nil {
			ids, of := b.within(from)
			for i, id := range ids {
				if c.has(id) {
					yield(id, rank(of[i]))
				}
			}
			continue
		}
		for j, r := range b.of.ranks {
			own := s.chunk()
			if b.of.rankList(j).fillWithin(from, c, own) {
				own.each(from, func(id graph.EntityID) bool {
					yield(id, rank(r.rank))
					return true
				})
			}
			s.free(own)
		}
	}
}
