package text

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"lianzhu/graph"
)

// A unit is a character of a name and how it may be typed: as itself, and, if
// it is a Han character, by its readings.
type unit struct {
	r rune // folded
	sound
}

// units reads a name. Its characters have all the readings of the dictionary.
// Which of them are usual a stored reading that fits tells, then the words of
// known reading, then the dictionary. ok is false where no character has a
// reading, so that there is nothing to find by pinyin.
func units(name folded, stored string) (list []unit, ok bool) {
	list = make([]unit, len(name.runes))
	read := 0
	for i, r := range name.runes {
		list[i].r = r
		if list[i].sound = dictionarySound(name.plain[i], r); list[i].spellings != nil {
			read++
		}
	}
	if read == 0 {
		return nil, false
	}
	if given := storedSounds(name, stored); len(given) == read {
		readStored(list, given)
	} else {
		readKnown(list, name)
	}
	return list, true
}

// dictionarySound gives the readings of a character as written, or of its
// simplified form where it has none itself.
func dictionarySound(plain, simple rune) sound {
	if plain < denseFirst && plain != '〇' {
		return sound{}
	}
	if s, ok := preferred()[simple]; ok {
		return s
	}
	line := lineOf(plain)
	if line == 0 {
		line = lineOf(simple)
	}
	return sounds()[line]
}

// storedSounds reads the syllables of a stored reading, tones and all. Latin
// words of the name may be repeated in it. A reading with anything else in it
// than letters is none.
func storedSounds(name folded, stored string) []sound {
	if stored == "" {
		return nil
	}
	words := name.words()
	var out []sound
	for _, syllable := range strings.FieldsFunc(stored, separatesSyllables) {
		var s sound
		for _, spelling := range spellings(toneless(syllable)) {
			s.add(Fold(spelling))
		}
		s.usual = len(s.spellings)
		if slices.Contains(words, s.spellings[0]) {
			continue
		}
		if !letterLike(s.spellings[0]) || !allNarrow([]rune(s.spellings[0])) {
			return nil
		}
		out = append(out, s)
	}
	return out
}

func separatesSyllables(r rune) bool {
	return unicode.IsSpace(r) || r == '\'' || r == '’' || r == '-'
}

// readStored makes the syllables of a stored reading the usual ones.
func readStored(list []unit, given []sound) {
	for i := range list {
		if list[i].spellings != nil {
			list[i].prefer(given[0])
			given = given[1:]
		}
	}
}

// readKnown makes the reading that characters have in known words their usual one.
func readKnown(list []unit, name folded) {
	for i := 0; i < len(list); {
		word, syllables := known().longest(name.runes[i:])
		if word == 0 {
			i++
			continue
		}
		for k := range word {
			list[i+k].prefer(syllables[k])
		}
		i += word
	}
}

// Pinyin gives the ordinary reading of a Chinese name for display: syllables
// without tones, spaced, with ü; other words as they are, without punctuation.
// "" where nothing in s has a reading. Known words are read as they are known
// (重庆 is chong qing), other characters in their most usual way.
func Pinyin(s string) string {
	var out []string
	read := false
	for run, han := range runs(s) {
		if !han {
			out = append(out, strings.FieldsFunc(run, separates)...)
			continue
		}
		list, _ := units(fold(run), "")
		for _, u := range list {
			out = append(out, shown(u))
			read = true
		}
	}
	if !read {
		return ""
	}
	return strings.Join(out, " ")
}

// runs cuts a text into runs of characters that have a reading and of others.
func runs(s string) iter.Seq2[string, bool] {
	return func(yield func(string, bool) bool) {
		begin, han := 0, false
		for i, r := range s {
			if is := dictionarySound(r, r).spellings != nil; is != han {
				if i > begin && !yield(s[begin:i], han) {
					return
				}
				begin, han = i, is
			}
		}
		if begin < len(s) {
			yield(s[begin:], han)
		}
	}
}

// separates tells whether r stands between words.
func separates(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && r != '\'' && r != '’' || r == utf8.RuneError
}

// shown is a character as it is printed in pinyin: with ü where that is typed u
// and v, and itself where it has no reading.
func shown(s unit) string {
	if s.spellings == nil {
		return string(s.r)
	}
	first := s.spellings[0]
	if s.usual < 2 || strings.Contains(first, "v") {
		return first
	}
	if other := s.spellings[1]; len(other) == len(first) && strings.ReplaceAll(other, "v", "u") == first {
		return strings.ReplaceAll(other, "v", "ü")
	}
	return first
}

// readingsOf gives how the whole of a name may be typed in its usual reading,
// each syllable in the same manner throughout (all ü as u, or all as v).
func readingsOf(list []unit) []string {
	manners := 1
	for _, u := range list {
		manners = max(manners, u.usual)
	}
	out := make([]string, manners)
	for manner := range out {
		var b strings.Builder
		for _, u := range list {
			if u.spellings == nil {
				b.WriteRune(u.r)
				continue
			}
			b.WriteString(u.spellings[min(manner, u.usual-1)])
		}
		out[manner] = b.String()
	}
	return out
}

// isPinyin tells whether a name is itself a reading. One with Han characters in
// it is not, whatever language it says it is in.
func isPinyin(n *graph.Name, name folded) bool {
	return n.Lang == graph.Pinyin && allNarrow(name.runes)
}

// toneless takes tone numbers off a syllable and tone marks off its ü, whose
// dots stay; it makes it lower case.
func toneless(s string) string {
	s = strings.TrimRight(strings.ToLower(norm.NFC.String(s)), "012345")
	var b strings.Builder
	for _, r := range s {
		switch r {
		case 'ǖ', 'ǘ', 'ǚ', 'ǜ':
			r = 'ü'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Collate is a [graph.Collate]: an entity sorts by the pinyin of its Chinese
// name or, where it has none, of the name that is shown for it.
func Collate(e *graph.Entity) string { return PinyinKey(e.Name(graph.ZH)) }

// PinyinKey is a key by which names sort as a Chinese reader expects them: byte
// order of keys is the order of pinyin syllable by syllable, 长安 (chang an)
// before 长城 (chang cheng) before 潮州, lu before lü. Latin words stand among
// the syllables by their letters. Names read alike sort by their characters and
// then as they are written, so that two names have one key only if they are the
// same.
func PinyinKey(s string) string {
	name := fold(s)
	list, _ := units(name, "")
	starts := name.starts
	var b strings.Builder
	for i, r := range name.runes {
		start := len(starts) > 0 && starts[0] == i
		if start {
			starts = starts[1:]
		}
		if i > 0 && (start || wide(r) || wide(name.runes[i-1])) {
			b.WriteByte(' ')
		}
		if list == nil {
			b.WriteRune(r)
			continue
		}
		b.WriteString(strings.ReplaceAll(shown(list[i]), "ü", "v"))
	}
	b.WriteByte(0)
	b.WriteString(name.text)
	b.WriteByte(0)
	b.WriteString(s)
	return b.String()
}

// letterLike tells whether s has a letter, so that it can be read or mistyped.
func letterLike(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }
