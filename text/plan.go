package text

import (
	"slices"

	"lianzhu/graph"
)

// The ranks under which keys of a class may be listed.
var (
	wideRanks     = slices.Concat([]rank{rankExact, rankIdentifier, rankAlias}, each(rankPrefix), each(rankPart))
	narrowRanks   = slices.Concat([]rank{rankExact, rankAlias, rankPinyin}, each(rankPrefix), each(rankPinyinPrefix), each(rankPart))
	pinyinRanks   = slices.Concat([]rank{rankPinyin}, each(rankPinyinPrefix), []rank{rankPinyinOther})
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

	// ranked, where set, gives the rank of an entity, unless it is in ambiguous.
	ranked    *union
	ambiguous *union
	// best is the best rank of what the stream is not sure of.
	best rank
}

func (s *stream) seek(from graph.EntityID) graph.EntityID {
	if s.head < from {
		s.head = s.in.seek(from)
	}
	return s.head
}

// rank gives the rank of the entity at the head; sure is false where that is
// only the best it can be.
func (s *stream) rank(id graph.EntityID) (r rank, sure bool) {
	if s.ranked == nil {
		return s.best, false
	}
	r = s.ranked.rankAt(id)
	if s.ambiguous != nil && (r <= rankPinyin || s.ambiguous.has(id)) {
		return s.best, false
	}
	return r, true
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
	b := planner{p: f.p, q: &f.q}
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
		b.open(u, termOf(classReading, key), rankPinyin)
	}
	b.streams = append(b.streams, stream{in: intersection{u}, ranked: u})
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
	s := stream{in: intersection{u}, best: rankIdentifierPrefix}
	if size == n {
		s.ranked = u
	}
	b.streams = append(b.streams, s)
}

// text finds parts of names: the query in one piece, or its words.
func (b *planner) text() {
	words := b.q.parts
	if b.q.narrow || b.q.wide {
		words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !findable(w) })
	} else {
		words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !allWide([]rune(w)) })
	}
	if len(words) == 0 {
		b.piece()
		return
	}
	s := stream{best: rankPinyin}
	seen := map[string]bool{}
	for _, w := range words {
		for _, gram := range cover([]rune(w)) {
			if !seen[gram] {
				seen[gram] = true
				s.in = append(s.in, b.gram(gram))
			}
		}
	}
	s.in.rarestFirst()
	b.streams = append(b.streams, s)
}

// piece finds the query as it stands. Neighbouring grams share a joint; who has
// all grams, and each joint in one neighbourhood only, has the query in one
// piece, and wherever it has the first gram. So the lists of that one rank it.
func (b *planner) piece() {
	grams := cover(b.q.runes)
	s := stream{best: rankPrefix, ambiguous: &union{}}
	opened := map[string]*union{}
	for i, gram := range grams {
		if opened[gram] == nil {
			opened[gram] = b.gram(gram)
			s.in = append(s.in, opened[gram])
		}
		if i > 0 {
			joint := string([]rune(gram)[:len([]rune(gram))-1])
			b.open(s.ambiguous, termOf(classAmbiguous, joint), 0)
		}
	}
	s.ranked = opened[grams[0]]
	if len(grams) == 1 {
		s.ambiguous = nil
	}
	s.in.rarestFirst()
	b.streams = append(b.streams, s)
}

// gram opens the lists of a gram.
func (b *planner) gram(gram string) *union {
	if allWide([]rune(gram)) {
		return b.ranked(classGram, gram, wideRanks)
	}
	return b.ranked(classGram, gram, narrowRanks)
}

// cover gives the grams of a text of one width that overlap from its beginning
// to its end: pairs of wide characters, triples of narrow ones, or the text
// itself where it is shorter.
func cover(text []rune) []string {
	size := 3
	if wide(text[0]) {
		size = 2
	}
	if len(text) <= size {
		return []string{string(text)}
	}
	out := make([]string, 0, len(text)-size+1)
	for i := range len(text) - size + 1 {
		out = append(out, string(text[i:i+size]))
	}
	return out
}

// pinyin finds the beginnings of readings.
func (b *planner) pinyin() {
	typed := b.q.runes
	u := b.ranked(classPinyin, string(typed[:min(len(typed), mostPinyin)]), pinyinRanks)
	s := stream{in: intersection{u}, best: rankPinyin}
	if len(typed) <= mostPinyin {
		s.ranked = u
	}
	b.streams = append(b.streams, s)
}

// initials finds the beginnings of initials.
func (b *planner) initials() {
	typed := b.q.runes
	u := b.ranked(classInitials, string(typed[:min(len(typed), mostInitials)]), initialsRanks)
	s := stream{in: intersection{u}, best: rankInitials}
	if len(typed) <= mostInitials {
		s.ranked = u
	}
	b.streams = append(b.streams, s)
}
