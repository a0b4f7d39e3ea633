package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold gives the form in which texts are compared: compatibility forms, width,
// case and diacritics are gone, traditional characters are simplified, and so
// are blanks, punctuation and symbols: only letters, digits and the vowel signs
// of scripts that need them remain. COSMOPlat and ＣＯＳＭＯ·Ｐlat are both
// cosmoplat, 卡奧斯 is 卡奥斯, lǒng nán is longnan.
//
// Where nothing would remain ("★★★") the symbols stay, so that such a name can
// be found too; only a text of blanks folds to "". Broken UTF-8 is left out.
// Fold(Fold(s)) is Fold(s).
func Fold(s string) string { return fold(s).text }

// folded is a text after folding.
type folded struct {
	text  string // what is compared
	runes []rune // text
	// plain is runes before characters were simplified, of the same length:
	// 乾县 is folded to 干县 but read qian xian.
	plain []rune
	// starts are the places in runes at which words begin, the first left out.
	starts []int
}

func fold(s string) folded {
	f := folder{plain: make([]rune, 0, utf8.RuneCountInString(s))}
	if !f.quick(s) {
		f = folder{changed: true}
		f.slow(s)
	}
	if len(f.plain) == 0 {
		f.symbols(s)
	}
	return f.finish(s)
}

// folder collects the runes that remain.
type folder struct {
	plain   []rune
	starts  []int
	gap     bool // a separator was met since the last rune
	changed bool // what remains is not the text that came
}

func (f *folder) keep(r rune) {
	if f.gap && len(f.plain) > 0 {
		f.starts = append(f.starts, len(f.plain))
	}
	f.gap = false
	f.plain = append(f.plain, r)
}

// quick folds what nearly all names consist of: unified ideographs, ASCII, its
// full-width twins and a few marks. It gives up (false) at anything else.
func (f *folder) quick(s string) bool {
	for _, r := range s {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x4E00 && r <= 0x9FFF {
			f.keep(r)
			continue
		}
		f.changed = true
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			f.keep(r)
		case r >= 'A' && r <= 'Z':
			f.keep(r + 'a' - 'A')
		case r == '\'' || r == '’':
		case r < 0x80, r == '·', r == '　', r >= 0x3001 && r <= 0x3003, r >= '《' && r <= '』', r >= '–' && r <= '—':
			f.gap = true
		default:
			return false
		}
	}
	return true
}

// slow folds any text. Case is folded on decomposed text, so that marks cannot
// hide a letter from it.
func (f *folder) slow(s string) {
	s = norm.NFKD.String(strings.ToValidUTF8(s, ""))
	s = norm.NFKC.String(foldCase(strings.Map(withoutMark, s)))
	for _, r := range s {
		switch {
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r) && withoutMark(r) >= 0:
			f.keep(r)
		case r == '\'' || r == '’' || unicode.Is(unicode.Cf, r) || unicode.IsMark(r):
		default:
			f.gap = true
		}
	}
	f.compose()
}

// foldCase is full case folding. Cherokee is done here, to its capitals as
// Unicode has it: the tables of x/text change each of its cases to the other.
func foldCase(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cherokee, r) {
			return unicode.ToUpper(r)
		}
		return r
	}, cases.Fold().String(s))
}

// compose joins letters that met only because a separator between them went.
func (f *folder) compose() {
	joined := norm.NFKC.String(string(f.plain))
	if joined == string(f.plain) {
		return
	}
	f.plain, f.starts = []rune(joined), nil
}

// symbols keeps everything that is no blank.
func (f *folder) symbols(s string) {
	f.changed = true
	s = norm.NFKC.String(strings.ToValidUTF8(s, ""))
	for _, r := range s {
		if !unicode.IsSpace(r) && !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r) {
			f.plain = append(f.plain, r)
		}
	}
	f.compose()
}

// finish simplifies characters. Most names stay as they came, and share their
// memory with what came.
func (f *folder) finish(s string) folded {
	runes, table := f.plain, sections()
	for i, r := range f.plain {
		simple := table.simplify(r)
		if simple == r {
			continue
		}
		if &runes[0] == &f.plain[0] {
			runes, f.changed = slices.Clone(f.plain), true
		}
		runes[i] = simple
	}
	if f.changed {
		s = string(runes)
	}
	return folded{text: s, runes: runes, plain: f.plain, starts: f.starts}
}

// withoutMark drops accents, tone marks, variation selectors and other signs
// that only decorate a letter; marks that make another letter (dakuten, Indic
// vowels) stay.
func withoutMark(r rune) rune {
	switch {
	case r >= 0x0300 && r <= 0x036F, r >= 0x1AB0 && r <= 0x1AFF, r >= 0x1DC0 && r <= 0x1DFF,
		r >= 0x20D0 && r <= 0x20FF, r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF:
		return -1
	}
	return r
}

// words cuts f at separators and where wide and narrow characters meet.
func (f *folded) words() []string {
	var out []string
	begin := 0
	starts := f.starts
	for i := 1; i <= len(f.runes); i++ {
		at := len(starts) > 0 && starts[0] == i
		if at {
			starts = starts[1:]
		}
		if at || i == len(f.runes) || wide(f.runes[i]) != wide(f.runes[i-1]) {
			out = append(out, string(f.runes[begin:i]))
			begin = i
		}
	}
	return out
}

// wide tells whether r is written without spaces between words, so that one
// character is worth finding: Han, kana, hangul, bopomofo.
func wide(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r >= 0x4E00 && r <= 0x9FFF:
		return true
	}
	return r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo)
}

// length is how long a text looks, in Han characters: two narrow ones are as
// wide as one.
func length(runes []rune) int {
	halves := 0
	for _, r := range runes {
		halves++
		if wide(r) {
			halves++
		}
	}
	return (halves + 1) / 2
}
