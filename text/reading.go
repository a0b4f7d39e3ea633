package text

import (
	"strings"
	"unicode"

	"lianzhu/graph"
)

// A unit is a character of a name and how it may be typed: as itself, and, if
// it is a Han character, by its readings.
type unit struct {
	r rune // folded
	sound
}

// units reads a name. A stored reading that fits (as many syllables as there
// are characters that have one) is the only reading; then come the words of
// known reading; then the dictionary, with all readings. ok is false where no
// character has a reading, so that there is nothing to find by pinyin.
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
	if given := strings.Fields(stored); len(given) == read {
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
	if s, ok := preferred()[plain]; ok {
		return s
	}
	line := lineOf(plain)
	if line == 0 {
		line = lineOf(simple)
	}
	return sounds()[line]
}

func readStored(list []unit, given []string) {
	for i := range list {
		if list[i].spellings != nil {
			list[i].sound = storedSound(given[0])
			given = given[1:]
		}
	}
}

// storedSound reads a syllable that a person gave, tones and all.
func storedSound(syllable string) sound {
	var s sound
	for _, spelling := range spellings(tonelessReading(syllable)) {
		s.add(Fold(spelling))
	}
	s.usual = len(s.spellings)
	return s
}

// readKnown gives the characters of known words the reading they have there.
func readKnown(list []unit, name folded) {
	for i := 0; i < len(list); {
		word, syllables := known().longest(name.runes[i:])
		if word == 0 {
			i++
			continue
		}
		for k := range word {
			list[i+k].sound = syllables[k]
		}
		i += word
	}
}

// Pinyin gives the ordinary reading of a Chinese name for display: syllables
// without tones, spaced, with ü; Latin words and digits as they are. "" where
// nothing in s has a reading. Known words are read as they are known (重庆 is
// chong qing), other characters in their most usual way.
func Pinyin(s string) string {
	name := fold(s)
	list, ok := units(name, "")
	if !ok {
		return ""
	}
	var b strings.Builder
	start := map[int]bool{}
	for _, at := range name.starts {
		start[at] = true
	}
	for i, u := range list {
		letters := u.spellings != nil
		if i > 0 && (letters || list[i-1].spellings != nil || start[i]) {
			b.WriteByte(' ')
		}
		if letters {
			b.WriteString(shown(u.sound))
			continue
		}
		b.WriteRune(u.r)
	}
	return b.String()
}

// shown is a syllable as it is printed: with ü where it is typed u and v.
func shown(s sound) string {
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

// tonelessReading takes tone marks and tone numbers off a syllable, not the
// dots of ü, and makes it lower case.
func tonelessReading(s string) string {
	s = strings.TrimRight(strings.ToLower(s), "012345")
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

// PinyinKey is a key by which names sort as a Chinese reader expects them: byte
// order of keys is the order of pinyin, syllable by syllable, 长安 (chang an)
// before 长城 (chang cheng) and 陇南 beside Longnan. Among names read alike
// those in Latin letters come before Han characters, and these by their code;
// two names have one key only where they are equal after folding and have the
// same first spelling.
func PinyinKey(s string) string {
	name := fold(s)
	list, ok := units(name, "")
	var b strings.Builder
	if !ok {
		b.WriteString(spacedLatin(name))
	}
	for i, u := range list {
		if i > 0 && (u.spellings != nil || list[i-1].spellings != nil) {
			b.WriteByte(' ')
		}
		if u.spellings != nil {
			b.WriteString(u.spellings[u.usual-1])
			continue
		}
		b.WriteRune(u.r)
	}
	b.WriteByte(0)
	b.WriteString(name.text)
	b.WriteByte(0)
	b.WriteString(strings.ToValidUTF8(s, "\uFFFD"))
	return b.String()
}

// spacedLatin is a text without readings, its words spaced.
func spacedLatin(name folded) string { return strings.Join(name.words(), " ") }

// letterLike tells whether s has a letter, so that it can be mistyped.
func letterLike(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }
