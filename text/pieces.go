package text

import (
	"slices"

	"lianzhu/graph"
)

// text finds parts of names: the query in one piece, or its words.
func (b *planner) text() {
	switch {
	case !slices.ContainsFunc(b.q.parts, findable):
		b.piece()
	case b.q.wide:
		b.words()
	case b.q.narrow:
		b.allOf(findable)
	default:
		b.allOf(func(word string) bool { return allWide([]rune(word)) })
	}
}

// A piece is a text of one width that is found in one piece: neighbouring grams
// share a joint, and who has all grams, and each joint in one neighbourhood
// only, has the text in one piece, and wherever it has the first gram. So the
// lists of that one rank it.
type piece struct {
	grams     []*union // the first gram first, each once
	joined    bool     // there are joints
	ambiguous *union   // who has a joint in several neighbourhoods
	tangled   *union   // who has that in names that are no part of another one
}

// lists opens the lists of a text. Where nobody has one of its grams the rest is
// left, since nobody has the text.
func (b *planner) lists(text []rune) piece {
	p := piece{ambiguous: &union{}, tangled: &union{}}
	opened := map[string]bool{}
	for i, gram := range cover(text) {
		if !opened[gram] {
			opened[gram] = true
			u := b.gram(gram)
			p.grams = append(p.grams, u)
			if u.size == 0 {
				return p
			}
		}
		if runes := []rune(gram); i > 0 {
			p.joined = true
			joint := string(runes[:len(runes)-1])
			b.open(p.ambiguous, termOf(classAmbiguous, joint), 0)
			if _, ok := b.p.(keyed); ok {
				b.open(p.tangled, termOf(classTangled, joint), 0)
			}
		}
	}
	return p
}

// doubts tells whether the lists cannot settle how id, which has all grams, has
// the piece. r is the rank of its first gram: that of an identifier says nothing
// of names.
func (p *piece) doubts(id graph.EntityID, r rank) bool {
	return r == rankIdentifier || p.joined && p.ambiguous.has(id)
}

// piece finds the query as it stands.
func (b *planner) piece() {
	p := b.lists(b.q.runes)
	first, best := p.grams[0], b.bestPart()
	s := stream{in: slices.Clone(p.grams), first: first, best: best, plain: true}
	if p.joined {
		s.unsure, s.tangled = p.ambiguous, p.tangled
	}
	s.in.rarestFirst()
	if b.q.wide && len(p.grams) > 1 {
		s.second = s.in[0]
		if s.second == first {
			s.second = s.in[1]
		}
	}
	s.rank = func(id graph.EntityID) (rank, bool) {
		r := first.rankAt(id)
		if p.joined && p.doubts(id, r) {
			return best, false
		}
		return r, true
	}
	b.streams = append(b.streams, s)
}

// bestPart is the best rank of what only the grams of the query lead to: whole
// names have their own lists, and so have the beginnings of names in letters,
// which grams do not reach.
func (b *planner) bestPart() rank {
	if b.q.narrow && len(b.q.runes) > narrowGram {
		return rankPart
	}
	return rankPrefix
}

// allOf finds who has the grams of those words of the query that are fit.
func (b *planner) allOf(fit func(word string) bool) {
	best := rankPinyin
	if b.q.narrow {
		best = b.bestPart()
	}
	var in intersection
	for _, word := range b.q.parts {
		if fit(word) {
			in = append(in, b.lists([]rune(word)).grams...)
		}
	}
	in.rarestFirst()
	b.streams = append(b.streams, doubtful(best, in...))
}

// words finds all words of a query in wide characters. Who has not the grams
// across their borders has not the query in one piece, and is ranked by the
// longest word.
func (b *planner) words() {
	var in intersection
	var words []piece
	longest := 0
	for i, word := range b.q.parts {
		words = append(words, b.lists([]rune(word)))
		in = append(in, words[i].grams...)
		if word == b.q.longestPart() && b.q.parts[longest] != word {
			longest = i
		}
	}
	first, across := words[longest].grams[0], b.across()
	in.rarestFirst()
	s := stream{in: in}
	s.rank = func(id graph.EntityID) (rank, bool) {
		r := first.rankAt(id)
		for i := range words {
			if words[i].doubts(id, words[i].grams[0].rankAt(id)) {
				return rankPrefix, false
			}
		}
		if has(across, id) == len(across) {
			return rankPrefix, false
		}
		return wordsRank(r), true
	}
	b.streams = append(b.streams, s)
}

// across opens the grams that stand across the borders of words.
func (b *planner) across() []*union {
	var out []*union
	for _, at := range b.q.starts {
		out = append(out, b.gram(string(b.q.runes[at-1:at+1])))
	}
	return out
}

// The lengths of the longest grams.
const (
	wideGram   = 2
	narrowGram = 3
)

// cover gives the grams of a text of one width that overlap from its beginning
// to its end: pairs of wide characters, triples of narrow ones, or the text
// itself where it is shorter.
func cover(text []rune) []string {
	size := narrowGram
	if wide(text[0]) {
		size = wideGram
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
