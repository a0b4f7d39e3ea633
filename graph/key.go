package graph

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"unicode"
)

// Key names a thing for people and programs, for good: "enterprise:haier-group"
// for an entity, "source:qingdao-daily-2023-11-22" for a source, and for a
// relation the text that [Relation.Key] makes of its type, ends and
// discriminator.
type Key string

// Tag tells what sort of thing a [UID] names.
type Tag byte

// The tags. They are part of every UID and so of every stored file.
const (
	TagEntity   Tag = 'e'
	TagRelation Tag = 'r'
	TagSource   Tag = 's'
	TagEvidence Tag = 'v'
	TagChange   Tag = 'c'
)

// UID is the opaque identity of a thing: its tag and the first 11 bytes of the
// SHA-256 of its key. It needs no store to be computed and is equal in every
// store that holds the same key. At six million keys the chance that any two
// collide is below 1e-13; a store refuses the second all the same. The identity
// of a change tells its place instead; see [Entry.UID].
type UID [12]byte

// NewUID gives the identity of the thing that tag and key name.
func NewUID(tag Tag, key Key) UID {
	var room [128]byte // on the stack, as long as the key fits
	return uidOf(tag, append(room[:0], key...))
}

func uidOf(tag Tag, key []byte) UID {
	sum := sha256.Sum256(key)
	var u UID
	u[0] = byte(tag)
	copy(u[1:], sum[:])
	return u
}

// Tag tells what sort of thing u names.
func (u UID) Tag() Tag { return Tag(u[0]) }

// String is u as clients see it: 16 characters of URL-safe base64.
func (u UID) String() string { return base64.RawURLEncoding.EncodeToString(u[:]) }

// ParseUID reads what [UID.String] wrote. ok is false for anything else.
func ParseUID(s string) (u UID, ok bool) {
	if len(s) != 16 {
		return UID{}, false
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != len(u) {
		return UID{}, false
	}
	copy(u[:], b)
	switch u.Tag() {
	case TagEntity, TagRelation, TagSource, TagEvidence, TagChange:
		return u, true
	}
	return UID{}, false
}

// maxKey bounds a key in bytes, so that keys fit every store's index.
const maxKey = 512

// keyProblem tells in words why k cannot name an entity or a source, or "".
func keyProblem(k Key) string {
	s := string(k)
	switch i := strings.IndexByte(s, ':'); {
	case s == "":
		return "the key is empty"
	case len(s) > maxKey:
		return "the key is longer than 512 bytes"
	case i <= 0 || i == len(s)-1:
		return "the key has no prefix, such as enterprise:haier-group"
	}
	if strings.ContainsFunc(s, unfit) {
		return "the key holds a space, a character that is not to be seen, a | or a broken character"
	}
	return ""
}

// unfit tells whether r may not stand in a key: keys that look alike are alike.
func unfit(r rune) bool {
	if r < 0x80 { // most are, and the tables below take longer
		return r <= ' ' || r == '|' || r == 0x7f
	}
	return r == '|' || r == unicode.ReplacementChar || unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf)
}
