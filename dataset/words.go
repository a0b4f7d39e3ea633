package dataset

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// word is one word of a statement. A quoted word is always text; a bare one may
// be a keyword. column counts characters from 1.
type word struct {
	text   string
	quoted bool
	column int
}

// is tells whether w is the keyword k.
func (w word) is(k string) bool { return !w.quoted && w.text == k }

// cutWords divides a line into its words and drops a comment at its end. Where
// that fails, problem tells why, at column.
func cutWords(line string) (words []word, column int, problem string) {
	rest, at := line, 1
	for {
		trimmed := strings.TrimLeft(rest, " ")
		at += len(rest) - len(trimmed)
		rest = trimmed
		if rest == "" || rest[0] == '#' {
			return words, 0, ""
		}
		w, size, problem := cutWord(rest)
		if problem != "" {
			return nil, at, problem
		}
		w.column = at
		words = append(words, w)
		at += utf8.RuneCountInString(rest[:size])
		rest = rest[size:]
	}
}

func cutWord(s string) (w word, size int, problem string) {
	if s[0] != '"' {
		size = len(s)
		if i := strings.IndexByte(s, ' '); i >= 0 {
			size = i
		}
		if i := strings.IndexAny(s[:size], "\t\""); i >= 0 {
			return w, 0, "there is a tab or a quotation mark inside a word; write the whole word in quotation marks, such as \"a \\\"b\\\"\""
		}
		return word{text: s[:size]}, size, ""
	}
	quoted, err := strconv.QuotedPrefix(s)
	if err != nil {
		return w, 0, `the quotation mark " has no counterpart on this line`
	}
	text, err := strconv.Unquote(quoted)
	switch {
	case err != nil || !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return w, 0, "the quoted text holds a character that cannot be stored"
	case len(s) > len(quoted) && s[len(quoted)] != ' ':
		return w, 0, "a blank must follow the closing quotation mark"
	}
	return word{text: text, quoted: true}, len(quoted), ""
}

// keywords are bare words that mean something where a text could stand.
var keywords = map[string]bool{
	"/": true, "=": true, "<-": true, ".": true, "reading": true, "per": true, "approx": true, "refutes": true, "by": true, "disc": true,
}

// quote writes s as one word: bare where it can be read back bare, else quoted.
func quote(s string) string {
	plain := s != "" && s[0] != '#' && !keywords[s] && !strings.ContainsAny(s, " \"\\") && strconv.Quote(s) == `"`+s+`"`
	if plain {
		return s
	}
	return strconv.Quote(s)
}
