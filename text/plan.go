package text

import (
	"slices"

	"lianzhu/graph"
)

// The ranks under which keys of a class may be listed.
var (
	wideRanks     = slices.Concat([]rank{rankExact, rankIdentifier, rankAlias}, each(rankPrefix), each(rankPart))
	narrowRanks   = slices.Concat([]rank{rankExact, rankAlias, rankPinyin}, each(rankPrefix), each(rankPinyinPrefix), each(rankPart))
	pinyinRanks   = slices.Concat([]rank{rankPinyin}, each(rankPrefix), each(rankPinyinPrefix), []rank{rankPinyinOther})
	initialsRanks = slices.Concat([]rank{rankInitials}, each(rankInitialsPrefix), []rank{rankInitialsOther})
)

// each gives the ranks of all buckets.
func each(first rank) []rank {
	out := make([]rank, buckets)
	for i := range out {
		out[i] = first + rank(i)
	}
	return out
}

// A stream yields entities that may be hits, ascending. Every hit is in some
// stream of a plan; what else is in one is found out by looking.
type stream struct {
	in   intersection
	head graph.EntityID

	// rank gives the rank of the entity at the head; sure is false where that
	// is only the best it can be.
	rank func(id graph.EntityID) (r rank, sure bool)

	// The same for lists that are read as bitmaps: the lists of first tell the
	// rank, but of what is in unsure only that it is best at best, and so where
	// there is no first. A stream without either is read by rank alone.
	first, unsure *union
	best          rank
	plain         bool

	// Who is in unsure and not in tangled is a hit all the same. What it has of
	// second bounds its rank.
	tangled, second *union
}

// opaque tells whether only rank tells how what s leads to is ranked.
func (s stream) opaque() bool { return !s.plain }

func (s *stream) seek(from graph.EntityID) graph.EntityID {
	if s.head < from {
		s.head = s.in.seek(from)
	}
	return s.head
}

// ranked is a stream of hits.
func ranked(u *union) stream {
	return stream{in: intersection{u}, first: u, plain: true, rank: func(id graph.EntityID) (rank, bool) { return u.rankAt(id), true }}
}

// doubtful is a stream of what may be hits, of the rank best or worse.
func doubtful(best rank, in ...*union) stream {
	return stream{in: in, best: best, plain: true, rank: func(graph.EntityID) (rank, bool) { return best, false }}
}

// planner opens the streams of a query.
type planner struct {
	p       Postings
	q       *query
	streams []stream
	err     error
}

// plan opens streams that together hold every hit without a slip.
func (f *finder) plan() ([]stream, error) {
	b := planner{p: f.at, q: &f.q}
	b.whole()
	if f.q.partial() {
		b.code()
		b.text()
		if f.q.narrow {
			b.pinyin()
			b.initials()
		}
	}
	return b.streams, b.err
}

// union opens one term; its rank is r.
func (b *planner) open(u *union, term string, r rank) {
	if b.err == nil {
		b.err = u.open(b.p, term, r)
	}
}

// ranked opens the lists of a key.
func (b *planner) ranked(class byte, key string, ranks []rank) *union {
	u := &union{}
	if b.err == nil {
		b.err = u.openRanked(b.p, class, key, ranks)
	}
	return u
}

// whole finds whole names and identifiers.
func (b *planner) whole() {
	key := wholeKey(b.q.text)
	u := &union{}
	b.open(u, termOf(classExact, key), rankExact)
	b.open(u, termOf(classCode, key), rankIdentifier)
	b.open(u, termOf(classAlias, key), rankAlias)
	if !b.q.wide {
		b.open(u, termOf(classRomanised, key), rankPinyin)
		b.open(u, termOf(classReading, key), rankPinyin)
	}
	b.streams = append(b.streams, ranked(u))
}

// code finds the beginnings of identifiers.
func (b *planner) code() {
	n := len(b.q.runes)
	if n < leastIdentifier {
		return
	}
	size := codeStarts[0]
	for _, s := range codeStarts {
		if s <= n {
			size = s
		}
	}
	u := &union{}
	b.open(u, termOf(classCodeStart, string(b.q.runes[:size])), rankIdentifierPrefix)
	s := doubtful(rankIdentifierPrefix, u)
	if size == n {
		s = ranked(u)
	}
	b.streams = append(b.streams, s)
}

// pinyin finds the beginnings of names, by readings and as written.
func (b *planner) pinyin() {
	typed := b.q.runes
	u := b.ranked(classPinyin, string(typed[:min(len(typed), mostPinyin)]), pinyinRanks)
	s := doubtful(rankPinyin, u)
	if len(typed) <= mostPinyin {
		s = ranked(u)
	}
	b.streams = append(b.streams, s)
}

// initials finds the beginnings of initials.
func (b *planner) initials() {
	typed := b.q.runes
	u := b.ranked(classInitials, string(typed[:min(len(typed), mostInitials)]), initialsRanks)
	s := doubtful(rankInitials, u)
	if len(typed) <= mostInitials {
		s = ranked(u)
	}
	b.streams = append(b.streams, s)
}

// gram opens the lists of a gram.
func (b *planner) gram(gram string) *union {
	if allWide([]rune(gram)) {
		return b.ranked(classGram, gram, wideRanks)
	}
	return b.ranked(classGram, gram, narrowRanks)
}
