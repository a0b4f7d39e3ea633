package text

import (
	"strings"
	"sync"
)

// knownWords lists words whose characters have several readings, with the one
// they have there. Places come from the national list of regions, where the
// dictionary's first reading is wrong; the rest are words that stand in names
// of enterprises. A reading with a slash may be typed either way.
const knownWords = `
重庆 chong qing
长安 chang an
厦门 xia men
六安 lu an
六合 lu he
蚌埠 beng bu
台州 tai zhou
天台 tian tai
丽水 li shui
铅山 yan shan
乐清 yue qing
成都 cheng du
陕西 shan/shaan xi
银行 yin hang
行业 hang ye
`

// usualReadings puts another reading first where the dictionary's first is not
// the usual one in names.
const usualReadings = `
长 chang zhang
都 du dou
`

// vocabulary finds the known word with which a text begins.
type vocabulary struct {
	byFirst map[rune][]knownWord // the longest first
}

type knownWord struct {
	runes     []rune
	syllables []sound
}

var known = sync.OnceValue(func() vocabulary {
	v := vocabulary{byFirst: map[rune][]knownWord{}}
	for line := range strings.Lines(knownWords) {
		word, reading, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok {
			v.add(knownWord{[]rune(word), knownSounds(reading)})
		}
	}
	return v
})

func (v *vocabulary) add(w knownWord) {
	list := v.byFirst[w.runes[0]]
	at := 0
	for at < len(list) && len(list[at].runes) >= len(w.runes) {
		at++
	}
	list = append(list, knownWord{})
	copy(list[at+1:], list[at:])
	list[at] = w
	v.byFirst[w.runes[0]] = list
}

// longest gives the length of the longest known word with which text begins,
// and its syllables; 0 where there is none.
func (v vocabulary) longest(text []rune) (int, []sound) {
	for _, w := range v.byFirst[text[0]] {
		if len(text) >= len(w.runes) && string(text[:len(w.runes)]) == string(w.runes) {
			return len(w.runes), w.syllables
		}
	}
	return 0, nil
}

// knownSounds reads syllables, each with its only reading.
func knownSounds(reading string) []sound {
	var out []sound
	for _, syllable := range strings.Fields(reading) {
		var s sound
		for _, manner := range strings.Split(syllable, "/") {
			for _, spelling := range spellings(manner) {
				s.add(spelling)
			}
		}
		s.usual = len(s.spellings)
		out = append(out, s)
	}
	return out
}

// preferred are the readings of characters whose usual one the dictionary does
// not list first.
var preferred = sync.OnceValue(func() map[rune]sound {
	m := map[rune]sound{}
	for line := range strings.Lines(usualReadings) {
		word, readings, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok {
			m[[]rune(word)[0]] = parseSound(readings)
		}
	}
	return m
})
