package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"lianzhu/graph"
)

// maxQuery bounds what may be typed, in characters.
const maxQuery = 200

// query is what a person typed, taken apart.
type query struct {
	folded
	parts        []string // its words, where there are several
	wide, narrow bool     // all of it is
	misspelt     bool     // it is long enough to have a slip in it
}

// parse reads the text of a search.
func parse(op, typed string) (query, error) {
	refuse := func(code graph.Code, detail string) (query, error) {
		return query{}, &graph.Error{Code: code, Op: op, Detail: detail, Index: -1}
	}
	if !utf8.ValidString(typed) {
		return refuse(graph.CodeInvalid, "the text is not valid UTF-8")
	}
	if n := utf8.RuneCountInString(typed); n > maxQuery {
		return refuse(graph.CodeLimit, fmt.Sprintf("the text is %d characters long; the limit is %d", n, maxQuery))
	}
	q := query{folded: fold(typed)}
	if q.text == "" {
		return refuse(graph.CodeInvalid, "the text is blank; type a name, a code or pinyin")
	}
	if parts := q.words(); len(parts) > 1 {
		q.parts = parts
	}
	q.wide, q.narrow = allWide(q.runes), allNarrow(q.runes)
	q.misspelt = q.canBeMisspelt()
	return q, nil
}

// partial tells whether q may find a part of a text: a single narrow character
// finds whole names and codes only.
func (q *query) partial() bool { return len(q.runes) > 1 || q.wide }

// canBeMisspelt tells whether one slip leaves enough of q to go by.
func (q *query) canBeMisspelt() bool {
	if q.wide {
		return len(q.runes) >= leastSlipPair
	}
	return q.narrow && len(q.runes) >= 5 && letterLike(q.text) && !strings.ContainsFunc(q.text, unicode.IsDigit)
}

// isPair tells whether q is two wide characters, of which a slip leaves so little
// that it is sought only where nothing else is found.
func (q *query) isPair() bool { return q.wide && len(q.runes) == 2 }

// longestPart is the word by whose name a hit on all words is ranked.
func (q *query) longestPart() string {
	longest := q.parts[0]
	for _, part := range q.parts[1:] {
		if len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}

// findable tells whether a word leads to candidates by itself.
func findable(word string) bool {
	first, size := utf8.DecodeRuneInString(word)
	return wide(first) || len(word) > size
}

func allWide(runes []rune) bool {
	for _, r := range runes {
		if !wide(r) {
			return false
		}
	}
	return true
}

func allNarrow(runes []rune) bool {
	for _, r := range runes {
		if wide(r) {
			return false
		}
	}
	return true
}
