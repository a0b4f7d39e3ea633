package text

import (
	"slices"
	"strings"

	"lianzhu/graph"
)

// A match is the best way in which an entity answers a query, and the name or
// identifier that does, as written.
type match struct {
	rank rank
	by   string
}

// better takes a match over where it is better; of two alike the first stays.
func (m *match) better(r rank, by string) {
	if r < m.rank {
		*m = match{r, by}
	}
}

// matches says how e answers q. It is the law of a search: the index only finds
// sooner what this accepts. fuzzy adds hits with a slip.
func (q *query) matches(e *graph.Entity, fuzzy bool) (match, bool) {
	m := match{rank: rankNone}
	var room [4]folded
	names := room[:0]
	for i := range e.Names {
		names = append(names, fold(e.Names[i].Text))
		q.matchText(&m, &e.Names[i], names[i], i == 0)
	}
	for i := range e.Identifiers {
		q.matchIdentifier(&m, e.Identifiers[i].Value)
	}
	for i := range e.Names {
		q.matchReading(&m, &e.Names[i], names[i])
	}
	if m.rank == rankNone {
		q.matchWords(&m, e.Names, names)
	}
	if fuzzy && m.rank == rankNone && q.misspelt {
		q.matchMisspelt(&m, e.Names, names)
	}
	return m, m.rank != rankNone
}

// matchText compares q with the letters of a name.
func (q *query) matchText(m *match, n *graph.Name, name folded, first bool) {
	if name.text == q.text {
		m.better(wholeRank(n, name, first), n.Text)
		return
	}
	if !q.partial() || name.text == "" {
		return
	}
	if strings.HasPrefix(name.text, q.text) {
		m.better(prefixRank(n, name)+bucket(length(name.runes)), n.Text)
	} else if strings.Contains(name.text, q.text) {
		m.better(rankPart+bucket(length(name.runes)), n.Text)
	}
}

// wholeRank is the rank of a name that was typed as a whole.
func wholeRank(n *graph.Name, name folded, first bool) rank {
	switch {
	case isPinyin(n, name):
		return rankPinyin
	case first || n.Role == graph.Official:
		return rankExact
	}
	return rankAlias
}

// prefixRank is the first rank of a name whose beginning was typed.
func prefixRank(n *graph.Name, name folded) rank {
	if isPinyin(n, name) {
		return rankPinyinPrefix
	}
	return rankPrefix
}

// leastIdentifier is how much of an identifier must be typed, in characters.
const leastIdentifier = 3

func (q *query) matchIdentifier(m *match, value string) {
	q.matchFoldedIdentifier(m, Fold(value), value)
}

func (q *query) matchFoldedIdentifier(m *match, id, value string) {
	switch {
	case id == q.text:
		m.better(rankIdentifier, value)
	case len(q.runes) >= leastIdentifier && strings.HasPrefix(id, q.text):
		m.better(rankIdentifierPrefix, value)
	}
}

// matchReading compares q with the pinyin and the initials of a name.
func (q *query) matchReading(m *match, n *graph.Name, name folded) {
	if q.wide || !q.partial() || m.rank <= rankPinyin {
		return
	}
	list, ok := units(name, n.Reading)
	if !ok {
		return
	}
	at := bucket(length(name.runes))
	m.better(pinyinRank(spells(list, q.runes), at), n.Text)
	if q.narrow {
		m.better(initialsRank(abbreviates(list, q.runes), len(q.runes), at), n.Text)
	}
}

// pinyinRank is the rank of a name by its pinyin.
func pinyinRank(s spelt, at rank) rank {
	switch {
	case s.whole == 0:
		return rankPinyin
	case s.begin == 0:
		return rankPinyinPrefix + at
	case s.begin < unreached:
		return rankPinyinOther
	}
	return rankNone
}

// initialsRank is the rank of a name by n initials. Two are too few to mean a
// whole name by them.
func initialsRank(s spelt, n int, at rank) rank {
	switch {
	case s.whole == 0 && n >= 3:
		return rankInitials
	case s.begin == 0:
		return rankInitialsPrefix + at
	case s.begin < unreached:
		return rankInitialsOther
	}
	return rankNone
}

// matchWords wants every word of q in one of the names. Such a match ranks by
// the name in which the longest word stands best: at the beginning, and in the
// shortest name.
func (q *query) matchWords(m *match, names []graph.Name, fold []folded) {
	if q.parts == nil || !slices.ContainsFunc(q.parts, findable) {
		return
	}
	for _, part := range q.parts {
		if !slices.ContainsFunc(fold, func(f folded) bool { return strings.Contains(f.text, part) }) {
			return
		}
	}
	best := match{rank: rankNone}
	longest := q.longestPart()
	for i := range fold {
		at := bucket(length(fold[i].runes))
		if strings.HasPrefix(fold[i].text, longest) {
			best.better(rankPrefix+at, names[i].Text)
		} else if strings.Contains(fold[i].text, longest) {
			best.better(rankPart+at, names[i].Text)
		}
	}
	m.better(wordsRank(best.rank), best.by)
}

// wordsRank is the rank of a match of all words, that of the longest given.
func wordsRank(longest rank) rank {
	switch {
	case longest < rankPrefix: // a whole name, of two characters at most
		return rankWords
	case longest < rankPart:
		return rankWords + longest - rankPrefix
	}
	return rankWords + longest - rankPart
}
