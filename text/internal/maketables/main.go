// Maketables writes the file of character tables that package text embeds:
//
//	go run ./internal/maketables data
//
// reads TSCharacters.txt in the folder given and the dictionary of the
// go-pinyin module, and writes han.bin beside it. A binary table costs nothing
// at start, where a Go map of forty thousand entries costs a millisecond and
// two megabytes in every process, searching or not.
//
// # Layout
//
// All numbers are big-endian. The file begins with five uint32: how many bytes
// each of the five sections that follow has.
//
//	dense simplified  one uint16 for each of U+3400..U+9FFF: the simplified
//	                  character, or 0 where it is the character itself
//	other simplified  (uint24 from, uint24 to), ascending, where either lies outside
//	dense readings    one uint16 for each of U+3400..U+9FFF: a line of the
//	                  last section, 0 for none
//	other readings    (uint24 character, uint16 line), ascending
//	lines             text; line 0 is empty, another is readings joined by spaces
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// The characters that the dense sections cover.
const (
	denseFirst = 0x3400
	denseLast  = 0x9FFF
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: maketables FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "maketables:", err)
		os.Exit(1)
	}
}

func write(folder string) error {
	source, err := os.ReadFile(filepath.Join(folder, "TSCharacters.txt"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "han.bin"), build(string(source), pinyin.PinyinDict), 0o644)
}

// build makes the file from OpenCC's list and go-pinyin's dictionary.
func build(openCC string, dictionary map[int]string) []byte {
	denseS, otherS := simplified(closed(pairs(openCC)))
	denseR, otherR, lines := readings(dictionary)
	var out bytes.Buffer
	sections := [][]byte{denseS, otherS, denseR, otherR, lines}
	for _, s := range sections {
		binary.Write(&out, binary.BigEndian, uint32(len(s)))
	}
	for _, s := range sections {
		out.Write(s)
	}
	return out.Bytes()
}

// pairs reads lines of a character, a tab and its simplified forms.
func pairs(openCC string) map[rune]rune {
	m := make(map[rune]rune)
	for line := range strings.Lines(openCC) {
		from, to, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		if f, t := []rune(from), []rune(strings.Fields(to)[0]); len(f) == 1 && len(t) == 1 && f[0] != t[0] {
			m[f[0]] = t[0]
		}
	}
	return m
}

// closed makes chains of steps one step, so that folding twice folds no further.
func closed(m map[rune]rune) map[rune]rune {
	out := make(map[rune]rune, len(m))
	for from, to := range m {
		for range len(m) {
			next, ok := m[to]
			if !ok {
				break
			}
			to = next
		}
		if from != to {
			out[from] = to
		}
	}
	return out
}

func simplified(m map[rune]rune) (dense, other []byte) {
	dense = make([]byte, 2*(denseLast-denseFirst+1))
	for _, from := range sortedKeys(m) {
		to := m[from]
		if from < denseFirst || from > denseLast || to > 0xFFFF {
			other = append24(append24(other, from), to)
			continue
		}
		binary.BigEndian.PutUint16(dense[2*(from-denseFirst):], uint16(to))
	}
	return dense, other
}

func readings(dictionary map[int]string) (dense, other, lines []byte) {
	dense = make([]byte, 2*(denseLast-denseFirst+1))
	number := map[string]int{"": 0}
	lines = []byte{'\n'}
	for _, r := range sortedKeys(dictionary) {
		line := strings.Join(syllables(dictionary[r]), " ")
		n, ok := number[line]
		if !ok {
			n = len(number)
			number[line] = n
			lines = append(append(lines, line...), '\n')
		}
		if n == 0 {
			continue
		}
		if r < denseFirst || r > denseLast {
			other = binary.BigEndian.AppendUint16(append24(other, rune(r)), uint16(n))
			continue
		}
		binary.BigEndian.PutUint16(dense[2*(r-denseFirst):], uint16(n))
	}
	return dense, other, lines
}

// syllables gives the different readings without tones, in their order. What
// is no ordinary syllable (a bare m or ng) is left out: nobody types it.
func syllables(entry string) []string {
	var out []string
	for _, s := range strings.Split(entry, ",") {
		s = toneless(s)
		if strings.ContainsAny(s, "aeiouü") && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// toneless takes the marks off a syllable but leaves the two dots of ü.
func toneless(s string) string {
	const dots = '\u0308'
	marks := func(r rune) rune {
		if r != dots && r >= 0x0300 && r <= 0x036F {
			return -1
		}
		return r
	}
	return norm.NFC.String(strings.Map(marks, norm.NFD.String(strings.TrimSpace(s))))
}

func append24(b []byte, r rune) []byte { return append(b, byte(r>>16), byte(r>>8), byte(r)) }

func sortedKeys[K int | rune, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
