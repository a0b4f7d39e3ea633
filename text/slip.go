package text

import (
	"unicode/utf8"

	"lianzhu/graph"
)

// Bounds of what is compared letter by letter, in characters.
const (
	leastSlip      = 4  // the shortest word or pinyin in which a slip is sought
	mostSlip       = 24 // the longest
	mostSlipUnits  = 6  // the longest name whose pinyin is, in characters
	leastSlipWide  = 3  // the shortest name in wide characters
	leastSlipPair  = 2  // what is typed in wide characters, if nothing else is found
	leastSlipInner = 5  // how much must be typed to find a slip within a name
)

// slipped tells whether b is a with at most one character wrong, missing or
// additional, or two neighbours swapped.
func slipped(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := common(a, b)
	if len(a) < len(b) {
		return same(a[i:], b[i+1:])
	}
	if i == len(a) || same(a[i+1:], b[i+1:]) {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && same(a[i+2:], b[i+2:])
}

// slippedWithin tells whether some part of name is typed but for one slip.
func slippedWithin(typed, name []rune) bool {
	n := len(typed)
	for begin := range name {
		rest := name[begin:]
		if len(rest) < n-1 {
			return false
		}
		i := 0
		for i < n && i < len(rest) && typed[i] == rest[i] {
			i++
		}
		if i >= n-1 || begins(rest[i:], typed[i+1:]) || i < len(rest) && (begins(rest[i+1:], typed[i:]) || begins(rest[i+1:], typed[i+1:])) {
			return true
		}
		if i+1 < len(rest) && typed[i] == rest[i+1] && typed[i+1] == rest[i] && begins(rest[i+2:], typed[i+2:]) {
			return true
		}
	}
	return false
}

// begins tells whether text begins with what.
func begins(text, what []rune) bool { return len(text) >= len(what) && same(text[:len(what)], what) }

// common is the length of the common beginning of a and b, a not the longer.
func common(a, b []rune) int {
	for i, r := range a {
		if b[i] != r {
			return i
		}
	}
	return len(a)
}

func same(a, b []rune) bool { return len(a) == len(b) && common(a, b) == len(a) }

// matchMisspelt compares q with the names of an entity, but for one slip.
func (q *query) matchMisspelt(m *match, names []graph.Name, fold []folded) {
	for i := range names {
		if q.wide {
			q.matchMisspeltWide(m, &names[i], fold[i])
			continue
		}
		list, _ := units(fold[i], names[i].Reading)
		for _, s := range slips(fold[i], list) {
			if slipped(q.runes, s.runes) {
				m.better(s.rank, names[i].Text)
			}
		}
	}
}

func (q *query) matchMisspeltWide(m *match, n *graph.Name, name folded) {
	if q.isPair() {
		m.better(pairRank(q.runes, name.runes), n.Text)
	} else if len(name.runes) >= leastSlipWide && slipped(q.runes, name.runes) {
		m.better(rankFuzzy, n.Text)
	} else if len(q.runes) >= leastSlipInner && slippedWithin(q.runes, name.runes) {
		m.better(rankFuzzyPart+bucket(length(name.runes)), n.Text)
	}
}

// pairRank is the rank of a name by two wide characters with a slip in them: one
// missing between them, or, which leaves but half of the name, one wrong.
func pairRank(typed, name []rune) rank {
	switch {
	case !allWide(name):
	case len(name) == 3 && name[0] == typed[0] && name[2] == typed[1]:
		return rankFuzzy
	case len(name) == 2 && (name[0] == typed[0] || name[1] == typed[1]):
		return rankFuzzyPart + bucket(2)
	}
	return rankNone
}

// A slip is a text of narrow letters that may have been meant.
type slip struct {
	runes []rune
	rank  rank
}

// slips are the texts of a name that are compared letter by letter: the name in
// Latin letters, its words, and the pinyin of a short Chinese name, whose units
// list is.
func slips(name folded, list []unit) []slip {
	var out []slip
	add := func(s string, r rank) {
		if n := utf8.RuneCountInString(s); n >= leastSlip && n <= mostSlip && letterLike(s) {
			out = append(out, slip{[]rune(s), r})
		}
	}
	if allNarrow(name.runes) {
		add(name.text, rankFuzzy)
	} else if len(list) > 0 && len(list) <= mostSlipUnits {
		for _, reading := range readingsOf(list) {
			add(reading, rankFuzzy)
		}
	}
	part := rankFuzzyPart + bucket(length(name.runes))
	for _, word := range name.words() {
		if r, _ := utf8.DecodeRuneInString(word); !wide(r) && word != name.text {
			add(word, part)
		}
	}
	return out
}
