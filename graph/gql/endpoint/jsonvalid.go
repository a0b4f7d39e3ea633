package endpoint

import (
	"encoding/json"
	"math/bits"
)

// isJSON is json.Valid, which looks at every byte through a table of states;
// this passes over texts, which most of a request is, eight bytes at a time.
// What it does not find valid json.Valid decides.
func isJSON(b []byte) bool {
	v := jsonWalk{b: b}
	v.space()
	if v.value(maxWalk) {
		if v.space(); v.i == len(b) {
			return true
		}
	}
	return json.Valid(b)
}

// maxWalk is how deep a walk goes; what is deeper is left to json.Valid.
const maxWalk = 64

// jsonWalk goes through a text, of which it was found that all before i is JSON.
type jsonWalk struct {
	b []byte
	i int
}

// next is the byte at i; 0, which begins nothing, at the end.
func (v *jsonWalk) next() byte {
	if v.i < len(v.b) {
		return v.b[v.i]
	}
	return 0
}

func (v *jsonWalk) space() {
	for v.i < len(v.b) && (v.b[v.i] == ' ' || v.b[v.i] == '\n' || v.b[v.i] == '\t' || v.b[v.i] == '\r') {
		v.i++
	}
}

// value goes over a value that is at most so deep.
func (v *jsonWalk) value(deep int) bool {
	switch v.next() {
	case '"':
		return v.text()
	case '{':
		return v.items(deep, '}', true)
	case '[':
		return v.items(deep, ']', false)
	case 't':
		return v.word("true")
	case 'f':
		return v.word("false")
	case 'n':
		return v.word("null")
	}
	return v.number()
}

// items goes over the members of an object or the items of a list.
func (v *jsonWalk) items(deep int, end byte, named bool) bool {
	v.i++
	if v.space(); v.next() == end {
		v.i++
		return true
	}
	for deep > 0 {
		if v.space(); named && !v.name() {
			return false
		}
		if v.space(); !v.value(deep - 1) {
			return false
		}
		v.space()
		switch v.next() {
		case end:
			v.i++
			return true
		case ',':
			v.i++
		default:
			return false
		}
	}
	return false
}

// name goes over a member's name and its colon.
func (v *jsonWalk) name() bool {
	if v.next() != '"' || !v.text() {
		return false
	}
	v.space()
	if v.next() != ':' {
		return false
	}
	v.i++
	return true
}

func (v *jsonWalk) word(w string) bool {
	if len(v.b)-v.i < len(w) || string(v.b[v.i:v.i+len(w)]) != w {
		return false
	}
	v.i += len(w)
	return true
}

// text goes over a string.
func (v *jsonWalk) text() bool {
	for v.i++; ; {
		v.i += plainBytes(v.b[v.i:])
		switch c := v.next(); {
		case c == '"':
			v.i++
			return true
		case c == '\\' && v.escape():
		case c < 0x20 || c == '\\':
			return false
		default:
			v.i++
		}
	}
}

// plainBytes is how many bytes at the beginning of b are for certain neither
// control characters nor a quote nor a backslash: where a word of eight has one,
// the bytes before the first that may be.
func plainBytes(b []byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(b); i += 8 {
		w := uint64(b[i]) | uint64(b[i+1])<<8 | uint64(b[i+2])<<16 | uint64(b[i+3])<<24 |
			uint64(b[i+4])<<32 | uint64(b[i+5])<<40 | uint64(b[i+6])<<48 | uint64(b[i+7])<<56
		quote, slash := w^(ones*'"'), w^(ones*'\\')
		if found := ((w-ones*0x20)&^w | (quote-ones)&^quote | (slash-ones)&^slash) & highs; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	return i
}

// escape goes over an escape.
func (v *jsonWalk) escape() bool {
	if v.i++; v.next() == 'u' {
		for range 4 {
			if v.i++; !isHex(v.next()) {
				return false
			}
		}
		v.i++
		return true
	}
	switch v.next() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		v.i++
		return true
	}
	return false
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

// number goes over a number.
func (v *jsonWalk) number() bool {
	if v.next() == '-' {
		v.i++
	}
	if v.next() == '0' {
		v.i++
	} else if !v.digits() {
		return false
	}
	if v.next() == '.' {
		if v.i++; !v.digits() {
			return false
		}
	}
	if v.next()|0x20 == 'e' {
		if v.i++; v.next() == '+' || v.next() == '-' {
			v.i++
		}
		return v.digits()
	}
	return true
}

// digits goes over one digit or more.
func (v *jsonWalk) digits() bool {
	begin := v.i
	for c := v.next(); '0' <= c && c <= '9'; c = v.next() {
		v.i++
	}
	return v.i > begin
}
