package text

import (
	_ "embed"
	"encoding/binary"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ./internal/maketables data

// hanBin is written by internal/maketables, which tells its layout; data/ORIGIN.md
// names where its contents come from.
//
//go:embed data/han.bin
var hanBin string

// The characters that the dense sections of hanBin cover.
const (
	denseFirst = 0x3400
	denseLast  = 0x9FFF
)

// hanSections cuts hanBin; nothing is copied.
type hanSections struct {
	denseSimple, otherSimple, denseReading, otherReading, lines string
}

var sections = sync.OnceValue(func() *hanSections {
	rest := hanBin[20:]
	cut := func(i int) string {
		n := binary.BigEndian.Uint32([]byte(hanBin[4*i : 4*i+4]))
		part := rest[:n]
		rest = rest[n:]
		return part
	}
	return &hanSections{cut(0), cut(1), cut(2), cut(3), cut(4)}
})

// simplify gives the simplified form of a character, or the character itself.
func (s *hanSections) simplify(r rune) rune {
	if r < denseFirst {
		return r
	}
	if r <= denseLast {
		if to := at16(s.denseSimple, int(r-denseFirst)); to != 0 {
			return to
		}
	}
	if r > 0xFFFF || r <= denseLast {
		if i, ok := find24(s.otherSimple, 6, r); ok {
			return at24(s.otherSimple[i+3:])
		}
	}
	return r
}

// A sound is how a character may be typed in pinyin, the spellings of its usual
// reading first: 绿 is lu and lv, both usual; 重 is zhong, and chong, which is not.
type sound struct {
	spellings []string
	usual     int
}

// sounds are the lines of hanBin, parsed when the first reading is asked for.
var sounds = sync.OnceValue(func() []sound {
	lines := strings.Split(strings.TrimSuffix(sections().lines, "\n"), "\n")
	out := make([]sound, len(lines))
	for i, line := range lines {
		out[i] = parseSound(line)
	}
	return out
})

// parseSound reads toneless readings separated by spaces, the usual one first.
func parseSound(readings string) sound {
	var s sound
	for i, reading := range strings.Fields(readings) {
		for _, spelling := range spellings(reading) {
			s.add(spelling)
		}
		if i == 0 {
			s.usual = len(s.spellings)
		}
	}
	return s
}

// add appends a spelling that is not there yet.
func (s *sound) add(spelling string) {
	for _, have := range s.spellings {
		if have == spelling {
			return
		}
	}
	s.spellings = append(s.spellings, spelling)
}

// prefer makes the readings of given the usual ones; all others stay behind
// them. given, which names may share, is not changed.
func (s *sound) prefer(given sound) {
	others := s.spellings
	*s = sound{spellings: slices.Clip(given.spellings), usual: given.usual}
	for _, spelling := range others {
		s.add(spelling)
	}
}

// spellings tells how people type a reading: ü as u, as its mark is folded, and
// as v, as on keyboards.
func spellings(reading string) []string {
	if !strings.Contains(reading, "ü") {
		return []string{reading}
	}
	return []string{strings.ReplaceAll(reading, "ü", "u"), strings.ReplaceAll(reading, "ü", "v")}
}

// lineOf gives the number of the line with the readings of a character; 0 is none.
func lineOf(r rune) int {
	s := sections()
	if r >= denseFirst && r <= denseLast {
		return int(at16(s.denseReading, int(r-denseFirst)))
	}
	if i, ok := find24(s.otherReading, 5, r); ok {
		return int(at16(s.otherReading[i+3:], 0))
	}
	return 0
}

func at16(s string, i int) rune { return rune(s[2*i])<<8 | rune(s[2*i+1]) }

func at24(s string) rune { return rune(s[0])<<16 | rune(s[1])<<8 | rune(s[2]) }

// find24 looks for r among ascending records of the given size that begin with
// a character of three bytes, and gives the place of its record.
func find24(records string, size int, r rune) (at int, ok bool) {
	low, high := 0, len(records)/size
	for low < high {
		middle := (low + high) / 2
		switch have := at24(records[middle*size:]); {
		case have == r:
			return middle * size, true
		case have < r:
			low = middle + 1
		default:
			high = middle
		}
	}
	return 0, false
}
