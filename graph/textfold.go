package graph

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// folding is a text as it is compared: without blanks, in one width and case,
// with one form of each mark of punctuation. at[i] is the place in the text of
// the i-th character that is left.
type folding struct {
	s  string
	at []int32
}

// foldText folds s, leaving out the spans of skip, which ascend.
func foldText(s string, skip []Span) *folding {
	var b strings.Builder
	b.Grow(len(s))
	f := &folding{at: make([]int32, 0, len(s)/2)}
	i, last := -1, rune(0)
	for _, r := range s {
		if i++; len(skip) > 0 && i >= skip[0].End {
			skip = skip[1:]
		}
		if len(skip) > 0 && i >= skip[0].Start {
			continue
		}
		r = foldRune(r)
		if r < 0 || r == last && (r == '-' || r == '.') {
			continue
		}
		b.WriteRune(r)
		f.at = append(f.at, int32(i))
		last = r
	}
	f.s = b.String()
	return f
}

// foldQuote is a quote as it is looked for in a folding.
func foldQuote(quote string) string { return foldText(quote, nil).s }

// marks that are written in several ways, and the one that stands for them.
var markForms = func() map[rune]rune {
	forms := map[rune]rune{}
	for _, class := range []string{
		`"“”„‟"「」『』﹁﹂﹃﹄〝〞《》〈〉«»`, `'‘’‚‛'´`, `.。｡…⋯‥．`, `,，、､﹐﹑`, `;；﹔`, `:：∶﹕`, `?？﹖`, `!！﹗`,
		`-‐‑‒–—―─−－﹣～~〜`, `(（﹙`, `)）﹚`, `[【〔［〖`, `]】〕］〗`, `·・•‧∙●⋅`, `%％﹪`, `x×✕`,
	} {
		runes := []rune(class)
		for _, r := range runes[1:] {
			forms[r] = runes[0]
		}
	}
	return forms
}()

// foldRune is the form of r that is compared, or -1 where r is not.
func foldRune(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x4E00 && r <= 0x9FFF:
		return r
	case unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Mn):
		return -1
	}
	if form, ok := markForms[r]; ok {
		return form
	}
	if r >= 0xFF01 && r <= 0xFF5E {
		r -= 0xFEE0
	}
	return unicode.ToLower(r)
}

// isMark tells whether a folded character is punctuation.
func isMark(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }

// find is the place in the text of a folded quote, the closest to near of
// several; with near below 0 the first.
func (f *folding) find(quote string, near int) (Span, bool) {
	best, found := Span{}, false
	for from, seen := 0, 0; from < len(f.s); {
		i := strings.Index(f.s[from:], quote)
		if i < 0 {
			break
		}
		seen += utf8.RuneCountInString(f.s[from : from+i])
		end := seen + utf8.RuneCountInString(quote) - 1
		at := Span{int(f.at[seen]), int(f.at[end]) + 1}
		if !found || distance(at.Start, near) < distance(best.Start, near) {
			best, found = at, true
		}
		if near < 0 || at.Start >= near {
			break
		}
		_, size := utf8.DecodeRuneInString(f.s[from+i:])
		from, seen = from+i+size, seen+1
	}
	return best, found
}

func distance(a, b int) int { return max(a-b, b-a) }

// line is one line of a text: where it stands and what it says.
type line struct {
	Span
	words  string // without blanks at its ends
	broken bool   // a page begins with it
}

// linesOf cuts a text into lines, those without words left out.
func linesOf(s string) []line {
	var lines []line
	start, at, began, broken := 0, 0, 0, false
	end := func(i int) {
		if words := strings.TrimSpace(s[began:i]); words != "" {
			lines = append(lines, line{Span{start, at}, words, broken})
			broken = false
		}
	}
	for i, r := range s {
		if r == '\n' || r == '\r' || r == '\f' || r == '\v' || r == '\u2028' || r == '\u2029' {
			end(i)
			start, began, broken = at+1, i+utf8.RuneLen(r), broken || r == '\f'
		}
		at++
	}
	end(len(s))
	return lines
}

// Bounds on what is taken for page furniture.
const (
	longestHeader = 40      // characters
	timesRepeated = 3       // of a header that nothing else gives away
	countedLines  = 1 << 16 // of different lines
)

// furniture are the lines of a text that stand between its lines only because it
// was printed on pages: page numbers, headers that come again and again, and,
// beside one of these or the end of a page, the name and the date of a paper.
func furniture(s string) []Span {
	lines := linesOf(s)
	times := map[string]int{}
	for _, l := range lines {
		if short(l.words) && len(times) < countedLines {
			times[withoutDigits(l.words)]++
		}
	}
	is := make([]bool, len(lines))
	for i, l := range lines {
		is[i] = isPageNumber(l.words) || short(l.words) && times[withoutDigits(l.words)] >= timesRepeated
	}
	beside := func(i int) bool {
		return i > 0 && is[i-1] || i+1 < len(lines) && (is[i+1] || lines[i+1].broken) || lines[i].broken
	}
	for range 2 { // a name and a date may stand on two lines
		for i, l := range lines {
			is[i] = is[i] || short(l.words) && isHeader(l.words) && beside(i)
		}
	}
	var spans []Span
	for i, l := range lines {
		if is[i] {
			spans = append(spans, l.Span)
		}
	}
	return spans
}

// short tells whether a line may be a header: few words that end no sentence.
func short(words string) bool {
	last, _ := utf8.DecodeLastRuneInString(words)
	return len(words) <= 4*longestHeader && utf8.RuneCountInString(words) <= longestHeader && !strings.ContainsRune("。！？；，、：.!?;,:", last) &&
		withoutDigits(words) != ""
}

// withoutDigits is a line without its numbers and what surrounds them, so that
// the headers of two pages are alike.
func withoutDigits(words string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || unicode.IsSpace(r) || unicode.IsPunct(r) {
			return -1
		}
		return r
	}, words)
}

// isPageNumber tells whether a line is a page number: 3, - 3 -, 3/12, 第3页,
// 第 3 版 共 8 版, Page 3 of 12.
func isPageNumber(words string) bool {
	digits := false
	rest := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r) || strings.ContainsRune("一二三四五六七八九十百〇零", r):
			digits = true
			return -1
		case unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r):
			return -1
		}
		return unicode.ToLower(r)
	}, words)
	known := []string{"", "第页", "页", "第版", "版", "第页共页", "第版共版", "共页第页", "p", "page", "pageof"}
	return digits && utf8.RuneCountInString(words) <= 24 && (slices.Contains(known[1:], rest) || rest == "" && hasArabicDigit(words))
}

func hasArabicDigit(words string) bool { return strings.ContainsFunc(words, unicode.IsDigit) }

// isHeader tells whether a line may be the name of a paper or a date.
func isHeader(words string) bool {
	for _, sign := range []string{"报", "刊", "版", "网", "客户端", "新闻", "http", "www.", "Daily", "News", "Times"} {
		if strings.Contains(words, sign) {
			return true
		}
	}
	return strings.Contains(words, "年") && strings.Contains(words, "月") && hasArabicDigit(words)
}

// spanOf is where runs of folded characters from..to stand in the text.
func (f *folding) spanOf(from, to int) Span { return Span{int(f.at[from]), int(f.at[to-1]) + 1} }
