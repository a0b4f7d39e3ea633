package graph

import (
	"strings"
	"unicode/utf8"
)

// Find looks a quote up in t although line breaks, page numbers and headers may
// stand between its words, and width, case, blanks and the forms of punctuation
// differ. It gives the span of the text as it stands, with whatever stands
// between. Of several places it is the one closest to character near, the first
// where near is below 0.
func (t *Text) Find(quote string, near int) (Span, bool) {
	if at, ok := t.findAsIs(quote, near); ok {
		return at, true
	}
	folded := foldQuote(quote)
	inner := strings.TrimFunc(folded, isMark)
	for _, words := range []string{folded, inner} {
		if words == "" {
			return Span{}, false
		}
		for _, form := range []func() *folding{t.folded, t.printed} {
			if f := form(); f != nil {
				if at, ok := f.find(words, near); ok {
					return at, true
				}
			}
		}
	}
	return Span{}, false
}

func (t *Text) findAsIs(quote string, near int) (Span, bool) {
	if quote == "" || foldQuote(quote) == "" {
		return Span{}, false
	}
	return t.nearest(quote, max(0, near))
}

// Quotable tells whether anything is left of a quote that could be found.
func Quotable(quote string) bool { return strings.TrimFunc(foldQuote(quote), isMark) != "" }

// Bounds of the search for what a quote may have meant.
const (
	closestQuote   = 600 // characters of the quote that are compared
	closestPlaces  = 4   // places in the quote that one gram may stand at
	closestTried   = 6   // places in the text that are compared character by character
	closestAtWorst = 0.6 // share of the quote's characters that may differ
)

// Closest is the span of t that is most like quote, and how many characters
// differ; ok is false where nothing is like it. Its cost is in proportion to the
// length of t, whatever the quote.
func (t *Text) Closest(quote string) (at Span, differ int, ok bool) {
	words := []rune(foldQuote(quote))
	f := t.printed()
	if f == nil {
		f = t.folded()
	}
	if len(words) < 2 || len(f.at) == 0 {
		return Span{}, 0, false
	}
	words = words[:min(len(words), closestQuote)]
	best := len(words) + 1
	for _, from := range f.likely(words) {
		lo, hi := max(0, from-len(words)/2), min(len(f.at), from+len(words)+len(words)/2+1)
		window := f.runes(lo, hi)
		if start, end, cost := align(words, window); cost < best && end > start {
			best, at = cost, f.spanOf(lo+start, lo+end)
		}
	}
	return at, best, float64(best) <= closestAtWorst*float64(len(words))
}

// likely are the places of the folded text, at most closestTried, at which most
// pairs of characters stand as they stand in words.
func (f *folding) likely(words []rune) []int {
	grams := map[[2]rune][]int{}
	for i := range len(words) - 1 {
		g := [2]rune{words[i], words[i+1]}
		if len(grams[g]) < closestPlaces {
			grams[g] = append(grams[g], i)
		}
	}
	width := max(8, len(words)/4)
	votes := make([]int32, (len(f.at)+2*len(words))/width+2)
	var last rune
	i := 0
	for _, r := range f.s {
		for _, place := range grams[[2]rune{last, r}] {
			votes[(i-1-place+len(words))/width]++
		}
		last = r
		i++
	}
	return topPlaces(votes, width, len(words))
}

// topPlaces are where the buckets with the most votes begin; a place near the
// end of one bucket may be that of the next, so that both count.
func topPlaces(votes []int32, width, shift int) []int {
	type place struct {
		bucket int
		votes  int32
	}
	var top []place
	for i := range votes {
		n := votes[i]
		if i+1 < len(votes) {
			n += votes[i+1]
		}
		if n == 0 || len(top) == closestTried && n <= top[len(top)-1].votes {
			continue
		}
		at := len(top)
		for at > 0 && top[at-1].votes < n {
			at--
		}
		top = append(top[:at], append([]place{{i, n}}, top[at:]...)...)
		top = top[:min(len(top), closestTried)]
	}
	starts := make([]int, len(top))
	for i, p := range top {
		starts[i] = max(0, p.bucket*width-shift+width/2)
	}
	return starts
}

// runes are the folded characters from..to.
func (f *folding) runes(from, to int) []rune {
	s := f.s
	for range from {
		_, size := utf8.DecodeRuneInString(s)
		s = s[size:]
	}
	out := make([]rune, 0, to-from)
	for _, r := range s {
		if len(out) == to-from {
			break
		}
		out = append(out, r)
	}
	return out
}

// align finds the part of window that takes the fewest edits to become words:
// one for each character that is wrong, missing or too many. Of several it is the
// longest, and of these the first.
func align(words, window []rune) (start, end, cost int) {
	type cell struct{ cost, start int }
	row := make([]cell, len(window)+1)
	for j := range row {
		row[j] = cell{0, j}
	}
	for i, w := range words {
		diagonal := row[0]
		row[0] = cell{i + 1, 0}
		for j, r := range window {
			step := cell{diagonal.cost, diagonal.start}
			if w != r {
				step.cost++
			}
			if up := row[j+1].cost + 1; up < step.cost {
				step = cell{up, row[j+1].start}
			}
			if left := row[j].cost + 1; left < step.cost {
				step = cell{left, row[j].start}
			}
			diagonal, row[j+1] = row[j+1], step
		}
	}
	best := cell{cost: len(words) + 1}
	for j, c := range row {
		if c.cost < best.cost || c.cost == best.cost && j-c.start > end-best.start {
			best, end = c, j
		}
	}
	return best.start, end, best.cost
}
