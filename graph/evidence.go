package graph

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"unicode/utf8"
)

// Evidence is a place in a source that says something: rune offsets into the
// source's text as it is, end exclusive, and the SHA-256 (hex) of that span.
// Start and End are -1 and SHA256 is empty for a source known by its address
// only. Refutes marks a place that speaks against the fact.
type Evidence struct {
	Source     Key    `json:"source"`
	Start      int    `json:"start"`
	End        int    `json:"end"`
	SHA256     string `json:"sha256,omitempty"`
	Refutes    bool   `json:"refutes,omitempty"`
	AssertedBy string `json:"assertedBy,omitempty"`
}

// Located tells whether e says where in its source.
func (e Evidence) Located() bool { return e.Start >= 0 }

// Key names e by all it says, so that the same place cited twice is one.
func (e Evidence) Key() Key { return Key(e.appendKey(nil)) }

func (e *Evidence) appendKey(b []byte) []byte {
	b = append(append(b, e.Source...), '|')
	b = append(strconv.AppendInt(b, int64(e.Start), 10), '-')
	b = append(strconv.AppendInt(b, int64(e.End), 10), '|')
	b = append(append(b, e.SHA256...), '|')
	b = append(strconv.AppendBool(b, e.Refutes), '|')
	return append(b, e.AssertedBy...)
}

// UID is the identity of e outside the store.
func (e Evidence) UID() UID {
	var room [256]byte // on the stack, as long as the key fits
	return uidOf(TagEvidence, e.appendKey(room[:0]))
}

// HashSpan is the SHA-256 of a quoted span, in hex, as Evidence carries it.
func HashSpan(span string) string {
	sum := sha256.Sum256([]byte(span))
	return hex.EncodeToString(sum[:])
}

// EvidenceStatus says what the stored text of a source makes of a locator.
type EvidenceStatus string

// The states of evidence.
const (
	Verified  EvidenceStatus = "VERIFIED"  // the text says so at these offsets
	Relocated EvidenceStatus = "RELOCATED" // found elsewhere in the text
	Stale     EvidenceStatus = "STALE"     // the text was replaced and has it no more
	Missing   EvidenceStatus = "MISSING"   // not in the text
	Unchecked EvidenceStatus = "UNCHECKED" // there is no text, or no offsets
)

// Check looks e up in the text of src, which is nil where none was added, and
// tells its state and where the span stands: (-1, -1) where it does not. See
// [Verifier], which knows earlier texts as well.
func (e Evidence) Check(src *Source, text *Text) (EvidenceStatus, int, int) {
	if src == nil || src.SHA256 == "" || text == nil || !e.Located() {
		return Unchecked, -1, -1
	}
	if e.standsIn(text) {
		return Verified, e.Start, e.End
	}
	if at, ok := e.scan(text); ok {
		return Relocated, at.Start, at.End
	}
	if src.Editions > 1 {
		return Stale, -1, -1
	}
	return Missing, -1, -1
}

// standsIn tells whether text says at e's offsets what e quotes.
func (e Evidence) standsIn(text *Text) bool {
	return 0 <= e.Start && e.Start < e.End && e.End <= text.Len() && HashSpan(text.Slice(e.Start, e.End)) == e.SHA256
}

// scanned bounds how many bytes are hashed to find one quote of which only the
// hash is known.
const scanned = 32 << 20

// scan finds the quote of e in text, the closest to its offsets. Only its hash is
// known, so every span of its length is hashed, outwards from where it should
// stand, up to a distance that keeps the work bounded.
func (e Evidence) scan(text *Text) (Span, bool) {
	n := e.End - e.Start
	if n <= 0 || n > text.Len() || e.Start < 0 {
		return Span{}, false
	}
	want, err := hex.DecodeString(e.SHA256)
	if err != nil {
		return Span{}, false
	}
	start := min(e.Start, text.Len()-n)
	down, up := newWindow(text, start, n), newWindow(text, start, n)
	for work := 0; work < scanned && (down.ok || up.ok); {
		if down.ok && down.is(want) {
			return Span{down.at, down.at + n}, true
		}
		if up.ok && up.is(want) {
			return Span{up.at, up.at + n}, true
		}
		work += 2 * (down.end - down.start)
		down.back()
		up.on()
	}
	return Span{}, false
}

// window is a part of a text that moves by a character.
type window struct {
	s              string
	at, start, end int // its first character, and its ends in bytes
	ok             bool
}

func newWindow(text *Text, at, n int) window {
	return window{text.s, at, text.byteAt(at), text.byteAt(at + n), true}
}

func (w *window) is(sum []byte) bool {
	got := sha256.Sum256([]byte(w.s[w.start:w.end]))
	return bytes.Equal(got[:], sum)
}

// back moves w towards the beginning, on towards the end; ok is false where it
// stands there already.
func (w *window) back() {
	if w.ok = w.ok && w.start > 0; !w.ok {
		return
	}
	_, size := utf8.DecodeLastRuneInString(w.s[:w.start])
	_, last := utf8.DecodeLastRuneInString(w.s[:w.end])
	w.at, w.start, w.end = w.at-1, w.start-size, w.end-last
}

func (w *window) on() {
	if w.ok = w.ok && w.end < len(w.s); !w.ok {
		return
	}
	_, size := utf8.DecodeRuneInString(w.s[w.start:])
	_, next := utf8.DecodeRuneInString(w.s[w.end:])
	w.at, w.start, w.end = w.at+1, w.start+size, w.end+next
}
