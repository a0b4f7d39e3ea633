package desk

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lianzhu/graph"
)

// MaxArticle is how long an article may be, in bytes.
const MaxArticle = 1 << 20

// CheckArticle gives the text of an article, or an error that says what is wrong
// with the bytes and what to do.
func CheckArticle(b []byte) (string, error) {
	if len(b) > MaxArticle {
		return "", fmt.Errorf("it is longer than %d KiB; cut it into articles", MaxArticle>>10)
	}
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			return "", fmt.Errorf("it is not UTF-8 from byte %d on; convert it, for example with iconv -f GB18030 -t UTF-8", i)
		}
		i += size
	}
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return "", fmt.Errorf("byte %d is NUL, so it is no text", i)
	}
	if len(bytes.TrimSpace(b)) == 0 {
		return "", errors.New("it is empty")
	}
	return string(b), nil
}

// longLine is how many characters a line has that was broken for want of room,
// and is no heading.
const longLine = 40

// longestSentence is how many characters a sentence has at most; what goes on
// longer without a full stop is cut there, so that hostile texts cost little,
// and the sentence says so.
const longestSentence = 600

// piece is a sentence of an article, or the part of one that is too long; open
// where the sentence goes on in the next piece.
type piece struct {
	graph.Span
	open bool
}

// cutSentences gives the sentences of an article. A blank line ends one, unless a long
// line before it breaks off: then a page ends there.
func cutSentences(article []rune) []piece {
	var all []piece
	start, line := 0, 0 // where the sentence and the last line with words begin
	for i, r := range article {
		switch {
		case strings.ContainsRune("。！？!?；", r):
			all = appendSentence(all, article, start, closed(article, i+1))
			start = i + 1
		case r == '\n' && blankFrom(article, i+1) && i-line < longLine:
			all = appendSentence(all, article, start, i)
			start = i + 1
		case i-start >= longestSentence:
			before := len(all)
			if all = appendSentence(all, article, start, i); len(all) > before {
				all[before].open = true
			}
			start = i
		}
		if r == '\n' && !blankFrom(article, i+1) {
			line = i + 1
		}
	}
	return appendSentence(all, article, start, len(article))
}

// closed is i, or the place behind the quotation mark that stands there.
func closed(article []rune, i int) int {
	if i < len(article) && strings.ContainsRune("”’」』）)", article[i]) {
		return i + 1
	}
	return i
}

// blankFrom tells whether the line that begins at i is blank or there is none.
func blankFrom(article []rune, i int) bool {
	for ; i < len(article) && article[i] != '\n'; i++ {
		if !unicode.IsSpace(article[i]) {
			return false
		}
	}
	return true
}

// appendSentence adds a span without what is no word at its ends, where any is left.
func appendSentence(all []piece, article []rune, start, end int) []piece {
	edge := func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("■□”’", r) }
	for start < end && edge(article[start]) {
		start++
	}
	for start < end && unicode.IsSpace(article[end-1]) {
		end--
	}
	if slices.ContainsFunc(article[start:end], isWord) {
		all = append(all, piece{Span: graph.Span{Start: start, End: end}})
	}
	return all
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
