package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
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
func (e Evidence) Key() Key {
	return Key(string(e.Source) + "|" + strconv.Itoa(e.Start) + "-" + strconv.Itoa(e.End) +
		"|" + e.SHA256 + "|" + strconv.FormatBool(e.Refutes) + "|" + e.AssertedBy)
}

// UID is the identity of e outside the store.
func (e Evidence) UID() UID { return NewUID(TagEvidence, e.Key()) }

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

// Check looks e up in src, whose text is read by text only where one was added,
// and tells its state and where the span stands: (-1, -1) where it does not.
func (e Evidence) Check(src *Source, text []rune) (EvidenceStatus, int, int) {
	if src == nil || src.SHA256 == "" || !e.Located() {
		return Unchecked, -1, -1
	}
	if e.End <= len(text) && e.Start < e.End && HashSpan(string(text[e.Start:e.End])) == e.SHA256 {
		return Verified, e.Start, e.End
	}
	if at := findSpan(text, e.End-e.Start, e.SHA256); at >= 0 {
		return Relocated, at, at + e.End - e.Start
	}
	if src.Editions > 1 {
		return Stale, -1, -1
	}
	return Missing, -1, -1
}

// findSpan is where the n runes whose SHA-256 is sum stand in text, or -1. The
// quote itself is not kept, so the only way is to hash every window.
func findSpan(text []rune, n int, sum string) int {
	if n <= 0 || n > len(text) {
		return -1
	}
	for i := 0; i+n <= len(text); i++ {
		if HashSpan(string(text[i:i+n])) == sum {
			return i
		}
	}
	return -1
}
