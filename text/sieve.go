package text

import (
	"slices"

	"lianzhu/graph"
)

// sieve answers streams chunk by chunk of ids: each list becomes a bitmap, and
// what takes a step for every id elsewhere takes one for 64. It finds what merge
// finds.
type sieve struct {
	f    *finder
	most graph.EntityID
	gone []graph.EntityID // of whom the lists tell what was
	x    *Index

	sure  [256]*chunk     // by rank
	used  []rank          // those that are in use, ascending
	doubt map[rank]*chunk // by the best rank that may be
	bound *chunk          // those whose rank is only the best it can be; nil: nobody
	ranks *[chunkIDs]rank // scratch: of ids in a chunk
	spare []*chunk
}

func (s *sieve) sift(streams []stream) error {
	streams = slices.DeleteFunc(slices.Clone(streams), func(s stream) bool { return s.hopeless() })
	if len(streams) == 0 {
		return s.f.look()
	}
	defer s.release()
	s.doubt = map[rank]*chunk{}
	for from := uint64(0); from <= uint64(s.most); from += chunkIDs {
		if err := s.f.ctx.Err(); err != nil {
			return err
		}
		for i := range streams {
			s.stream(&streams[i], graph.EntityID(from))
		}
		if err := s.settle(graph.EntityID(from)); err != nil {
			return err
		}
	}
	return s.f.look()
}

// hopeless tells whether nothing can be in s.
func (s *stream) hopeless() bool {
	return len(s.in) == 0 || slices.ContainsFunc(s.in, func(u *union) bool { return len(u.branches) == 0 })
}

// chunk is an empty bitmap.
func (s *sieve) chunk() *chunk {
	if n := len(s.spare); n > 0 {
		c := s.spare[n-1]
		s.spare = s.spare[:n-1]
		c.reset()
		return c
	}
	if c, ok := s.x.chunks.Get().(*chunk); ok {
		c.reset()
		return c
	}
	return new(chunk)
}

// release gives the bitmaps back.
func (s *sieve) release() {
	for _, c := range s.spare {
		s.x.chunks.Put(c)
	}
	s.spare = nil
	if s.ranks != nil {
		s.x.ranked.Put(s.ranks)
		s.ranks = nil
	}
}

func (s *sieve) free(chunks ...*chunk) { s.spare = append(s.spare, chunks...) }

// ranked is the bitmap of a rank.
func (s *sieve) ranked(r rank) *chunk {
	if c := s.sure[r]; c != nil {
		return c
	}
	s.sure[r] = s.chunk()
	at, _ := slices.BinarySearch(s.used, r)
	s.used = slices.Insert(s.used, at, r)
	return s.sure[r]
}

// stream takes in what one stream has in a chunk.
func (s *sieve) stream(t *stream, from graph.EntityID) {
	if len(t.in) == 1 && t.in[0] == t.first && t.unsure == nil {
		t.first.eachRanked(s, from, nil)
		return
	}
	all := s.common(t.in, from)
	if all == nil {
		return
	}
	defer s.free(all)
	if t.first == nil {
		s.doubtful(t.best, all)
		return
	}
	if t.unsure != nil {
		s.partDoubt(t, from, all)
	}
	t.first.eachRanked(s, from, all)
}

// common is what every union has; nil where that is nothing.
func (s *sieve) common(in intersection, from graph.EntityID) *chunk {
	all, c := s.chunk(), s.chunk()
	defer func() { s.free(c) }()
	some := in[0].fill(from, nil, all)
	for i := 1; some && i < len(in); i++ {
		c.reset()
		some = in[i].fill(from, all, c)
		all, c = c, all
	}
	if !some {
		s.free(all)
		return nil
	}
	return all
}

func (s *sieve) doubtful(best rank, c *chunk) {
	if s.doubt[best] == nil {
		s.doubt[best] = s.chunk()
	}
	s.doubt[best].or(c)
}

// eachRanked adds what u has to the ranks of s, of it what is in within (nil: all).
func (u *union) eachRanked(s *sieve, from graph.EntityID, within *chunk) {
	for i := range u.branches {
		b := &u.branches[i]
		switch {
		case b.of == nil:
			s.fillRanked(b.list.(filler), b.rank, from, within)
		case b.of.bits == nil:
			s.postRanked(b, from, within)
		default:
			for j, r := range b.of.ranks {
				if rank(r.rank) <= b.rank {
					s.fillRanked(b.of.rankList(j), rank(r.rank), from, within)
				}
			}
		}
	}
}

// fillRanked adds a list to a rank, of it what is in within.
func (s *sieve) fillRanked(l filler, r rank, from graph.EntityID, within *chunk) {
	fillIn(l, from, within, s.ranked(r))
}

// postRanked adds the ids of b, each to its rank.
func (s *sieve) postRanked(b *branch, from graph.EntityID, within *chunk) {
	ids, of := b.within(from)
	for i, id := range ids {
		if r := rank(of[i]); r <= b.rank && (within == nil || within.has(id)) {
			s.ranked(r).set(id)
		}
	}
}

// fillRank adds those of b that have the rank r and are in within.
func (b *branch) fillRank(r rank, from graph.EntityID, within, into *chunk) {
	switch {
	case b.of != nil:
		b.fillRanks(r, r, from, within, into)
	case b.rank == r:
		fillIn(b.list.(filler), from, within, into)
	}
}

// settle takes what is sure and notes what must be looked at.
func (s *sieve) settle(from graph.EntityID) error {
	keep := s.wanted(from)
	looks := s.looks(keep)
	seen := s.chunk()
	if looks != nil {
		seen.or(looks)
	}
	for _, r := range s.used {
		c := s.sure[r]
		if keep != nil {
			c.and(keep)
		}
		c.without(seen)
		seen.or(c)
		s.f.takeAll(r, from, c, s.bound)
		s.free(c)
		s.sure[r] = nil
	}
	s.used = s.used[:0]
	s.free(seen)
	if s.bound != nil {
		s.free(s.bound)
		s.bound = nil
	}
	if keep != nil {
		s.free(keep)
	}
	if looks == nil {
		return nil
	}
	defer s.free(looks)
	return s.f.doubtAll(from, looks)
}

// wanted is what may be taken at all; nil: everything.
func (s *sieve) wanted(from graph.EntityID) *chunk {
	gone := idsWithin(s.gone, from)
	if s.f.kinds == nil && (!s.f.fuzzy || len(s.f.few) == 0) && len(gone) == 0 {
		return nil
	}
	keep := s.chunk()
	if s.f.kinds != nil {
		s.f.kinds.fill(from, nil, keep)
	} else {
		keep.fillAll()
	}
	if s.f.fuzzy {
		for _, id := range s.f.few {
			if id-from < chunkIDs {
				keep.clear(id)
			}
		}
	}
	for _, id := range gone {
		keep.clear(id)
	}
	return keep
}

// looks are those in doubt that are not known to be as good already; nil where
// there are none.
func (s *sieve) looks(keep *chunk) *chunk {
	if len(s.doubt) == 0 {
		return nil
	}
	all := s.chunk()
	for best, c := range s.doubt {
		for _, r := range s.used {
			if r <= best {
				c.without(s.sure[r])
			}
		}
		all.or(c)
		s.free(c)
	}
	clear(s.doubt)
	if keep != nil {
		all.and(keep)
	}
	return all
}

// takeAll takes the ids of c, which begins at from, under one rank; of those in
// bound that is the best it can be.
func (f *finder) takeAll(r rank, from graph.EntityID, c, bound *chunk) {
	n := c.count()
	if n == 0 {
		return
	}
	f.whole = f.whole || r < rankPrefix
	if len(f.few) < fewHits {
		c.each(from, func(id graph.EntityID) bool {
			f.few = append(f.few, id)
			return len(f.few) < fewHits
		})
	}
	f.page.offerAll(r, from, c, bound, n)
}

// doubtAll notes the ids of c, which begins at from, to be looked at.
func (f *finder) doubtAll(from graph.EntityID, c *chunk) (err error) {
	c.each(from, func(id graph.EntityID) bool {
		if f.doubt = append(f.doubt, id); len(f.doubt) == lookAt {
			err = f.look()
		}
		return err == nil
	})
	return err
}

// offerAll counts the n ids of c and keeps those that are among the best so far.
func (g *page) offerAll(r rank, from graph.EntityID, c, bound *chunk, n int) {
	g.total += n
	c.each(from, func(id graph.EntityID) bool {
		p := place{rank: r, id: id, bound: bound != nil && bound.has(id)}
		if g.worst != nil && comparePlaces(p, *g.worst) > 0 {
			return false
		}
		if g.comes(p) {
			if g.hits = append(g.hits, p); len(g.hits) >= 2*g.room {
				g.best()
			}
		}
		return true
	})
}
