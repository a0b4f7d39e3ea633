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
	for begin := range name {
		for size := len(typed) - 1; size <= len(typed)+1 && begin+size <= len(name); size++ {
			if slipped(typed, name[begin:begin+size]) {
				return true
			}
		}
	}
	return false
}

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
