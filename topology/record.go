package topology

import (
	"math/bits"

	"lianzhu/graph"
)

// Lists show a little of many entities and relations that lie far apart, so what
// they show of one stands together: a record of 32 bytes, which never crosses a
// line of the cache. What counts and walks go through from one end to the other
// stands in columns.

// tie is the record of a relation.
type tie struct {
	uid      short
	revHigh  uint8 // a revision has 40 bits
	revLow   uint32
	from, to graph.PlainDate // where the tag is timed and not worded
	tag      tag             // once more
	score    uint16          // where the tag is graded, a place among scores; or askScore
	figures  uint32          // where its figures stand in the written, and one; 0: it has none
}

// askScore stands for a score that is in the column alone.
const askScore = 1<<16 - 1

func (t *tie) rev() graph.Rev { return graph.Rev(t.revHigh)<<32 | graph.Rev(t.revLow) }

// turn reverses the bytes of every number.
func (t *tie) turn() {
	t.revLow, t.figures = bits.ReverseBytes32(t.revLow), bits.ReverseBytes32(t.figures)
	t.from, t.to = graph.PlainDate(bits.ReverseBytes32(uint32(t.from))), graph.PlainDate(bits.ReverseBytes32(uint32(t.to)))
	t.tag, t.score = tag(bits.ReverseBytes16(uint16(t.tag))), bits.ReverseBytes16(t.score)
}

// label is the record of an entity: what tells it apart for people and programs.
// Its texts begin at begin: its key, first names in Chinese and in English, and
// the name that is shown instead, as long as cuts tell, and the sketch, which goes
// on to where those of the next begin.
type label struct {
	uid     short
	revHigh uint8
	revLow  uint32
	begin   uint32
	cuts    [textCuts]uint16
	kind    uint8 // once more
	flags   uint8
	_       uint16
}

// labelClean says that the key and the names need no escape in JSON.
const labelClean = 1

func (l *label) rev() graph.Rev { return graph.Rev(l.revHigh)<<32 | graph.Rev(l.revLow) }

// long is how long the texts before the sketch are.
func (l *label) long() (n uint32) {
	for _, cut := range l.cuts {
		n += uint32(cut)
	}
	return n
}

func (l *label) turn() {
	l.revLow, l.begin = bits.ReverseBytes32(l.revLow), bits.ReverseBytes32(l.begin)
	for i, cut := range l.cuts {
		l.cuts[i] = bits.ReverseBytes16(cut)
	}
}

// isClean tells whether JSON writes the texts as they are.
func isClean(texts ...string) bool {
	for _, s := range texts {
		for i := range len(s) {
			if c := s[i]; c < 0x20 || c == '"' || c == '\\' {
				return false
			}
		}
	}
	return true
}
