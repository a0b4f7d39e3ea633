package text

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"lianzhu/graph"
)

// A sketch is all that a search looks at in an entity, in few bytes, so that
// whoever is in doubt need not be read from the store: how many names there are,
// each as flags, a text and, with its flag, a reading; then the identifiers,
// folded. A text is its length and its bytes.

// The flags of a name.
const (
	sketchOfficial byte = 1 << iota
	sketchPinyin
	sketchFolds // folding makes another text of it
	sketchReading
)

// Sketch is the sketch of e.
func Sketch(e *graph.Entity) string {
	b := binary.AppendUvarint(make([]byte, 0, 64), uint64(len(e.Names)))
	for i := range e.Names {
		n := &e.Names[i]
		var flags byte
		for j, is := range []bool{n.Role == graph.Official, n.Lang == graph.Pinyin, Fold(n.Text) != n.Text, n.Reading != ""} {
			if is {
				flags |= 1 << j
			}
		}
		b = appendText(append(b, flags), n.Text)
		if n.Reading != "" {
			b = appendText(b, n.Reading)
		}
	}
	for i := range e.Identifiers {
		b = appendText(b, Fold(e.Identifiers[i].Value))
	}
	return string(b)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// sketchReader reads a sketch; ok becomes false at what is none.
type sketchReader struct {
	rest string
	ok   bool
}

func (r *sketchReader) number() int {
	n, shift := uint64(0), 0
	for i := 0; i < len(r.rest) && i < 5; i++ {
		c := r.rest[i]
		n |= uint64(c&0x7f) << shift
		if shift += 7; c < 0x80 {
			r.rest = r.rest[i+1:]
			return int(n)
		}
	}
	r.rest, r.ok = "", false
	return 0
}

func (r *sketchReader) text() string {
	n := r.number()
	if n > len(r.rest) {
		r.rest, r.ok = "", false
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

func (r *sketchReader) flags() byte {
	if r.rest == "" {
		r.ok = false
		return 0
	}
	f := r.rest[0]
	r.rest = r.rest[1:]
	return f
}

// matchesSketch is [query.matches] for the entity of a sketch, but that what an
// identifier matched is given folded; ok is false where it is no sketch. What
// matched is lent.
func (q *query) matchesSketch(sketch string, fuzzy bool) (m match, ok bool) {
	if q.wide && q.parts == nil {
		if m, ok := q.glance(sketch, fuzzy); ok {
			return m, true
		}
	}
	if q.narrow && fuzzy {
		if m, ok := q.glanceSlips(sketch); ok {
			return m, true
		}
	}
	e, ok := entityOf(sketch)
	if !ok {
		return match{rank: rankNone}, false
	}
	m, _ = q.matches(e, fuzzy)
	return m, true
}

// glance is matches for a query in wide characters, of names that folding leaves
// as they are; ok is false where there is another.
func (q *query) glance(sketch string, fuzzy bool) (m match, ok bool) {
	m.rank = rankNone
	r := sketchReader{sketch, true}
	var room [32]rune
	var slips match
	slips.rank = rankNone
	for i, n := 0, r.number(); i < n && r.ok; i++ {
		flags := r.flags()
		text := r.text()
		if flags&sketchReading != 0 {
			r.text()
		}
		if flags&sketchFolds != 0 || !r.ok {
			return m, false
		}
		name := graph.Name{Text: text}
		if flags&sketchOfficial != 0 {
			name.Role = graph.Official
		}
		f := folded{text: text}
		if !strings.Contains(text, q.text) {
			if fuzzy && q.misspelt && q.mayMean(text) {
				f.runes = appendRunes(room[:0], text)
				q.matchMisspeltWide(&slips, &name, f)
			}
			continue
		}
		f.runes = appendRunes(room[:0], text)
		q.matchText(&m, &name, f, i == 0)
	}
	for r.rest != "" {
		id := r.text()
		q.matchFoldedIdentifier(&m, id, id)
	}
	if m.rank == rankNone {
		m = slips
	}
	return m, r.ok
}

// mayMean tells whether a name is long enough, and not too long, for q to mean it
// but for one slip.
func (q *query) mayMean(name string) bool {
	if len(q.runes) >= leastSlipInner {
		return len(name) >= len(q.runes)-1
	}
	n := utf8.RuneCountInString(name)
	return n >= len(q.runes)-1 && n <= len(q.runes)+1
}

// glanceSlips is matches for a query in narrow letters, which nothing in the
// entity matches as it was typed; ok is false where folding changes a name.
func (q *query) glanceSlips(sketch string) (m match, ok bool) {
	m.rank = rankNone
	r := sketchReader{sketch, true}
	var room [mostSlipUnits]rune
	for i, n := 0, r.number(); i < n && r.ok; i++ {
		flags := r.flags()
		name := graph.Name{Text: r.text()}
		if flags&sketchReading != 0 {
			name.Reading = r.text()
		}
		if flags&sketchFolds != 0 || !r.ok {
			return m, false
		}
		if runes := appendRunes(room[:0], name.Text); len(runes) <= mostSlipUnits || !allWide(runes) {
			q.matchMisspelt(&m, []graph.Name{name}, []folded{{text: name.Text, runes: runes, plain: runes}})
		}
	}
	return m, r.ok
}

func appendRunes(runes []rune, s string) []rune {
	for _, c := range s {
		runes = append(runes, c)
	}
	return runes
}

// entityOf is as much of the entity of a sketch as a search looks at.
func entityOf(sketch string) (*graph.Entity, bool) {
	r := sketchReader{sketch, true}
	e := &graph.Entity{}
	for i, n := 0, r.number(); i < n && r.ok; i++ {
		flags := r.flags()
		name := graph.Name{Text: r.text()}
		if flags&sketchOfficial != 0 {
			name.Role = graph.Official
		}
		if flags&sketchPinyin != 0 {
			name.Lang = graph.Pinyin
		}
		if flags&sketchReading != 0 {
			name.Reading = r.text()
		}
		e.Names = append(e.Names, name)
	}
	for r.rest != "" {
		e.Identifiers = append(e.Identifiers, graph.Identifier{Value: r.text()})
	}
	return e, r.ok
}
