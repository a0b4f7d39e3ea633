package plan

import (
	"encoding/binary"
	"slices"
	"strconv"

	"github.com/99designs/gqlgen/graphql"

	"lianzhu/graph"
)

const hex = "0123456789ABCDEF"

// AppendString appends s as a JSON text, byte for byte as
// [graphql.MarshalString] writes it.
func AppendString[S ~string](b []byte, s S) []byte {
	b = append(b, '"')
	begin := plain(string(s))
	if begin == len(s) {
		b = append(b, s...)
		return append(b, '"')
	}
	start := 0
	for i := begin; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '\\' && c != '"' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '\t':
			b = append(b, '\\', 't')
		case '\r':
			b = append(b, '\\', 'r')
		case '\n':
			b = append(b, '\\', 'n')
		case '\\', '"':
			b = append(b, '\\', c)
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// plain is how many bytes at the beginning of s need no escape, eight at a time,
// of which the last eight may have been looked at before. Where a byte is
// suspected those before it have been passed over, never the byte itself.
func plain(s string) int {
	if len(s) < 8 {
		return 0
	}
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if suspected(eight(s[i:])) {
			return i
		}
	}
	if suspected(eight(s[len(s)-8:])) {
		return i
	}
	return len(s)
}

// eight are the first eight bytes of s.
func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// suspected tells whether one of eight bytes may need an escape: a borrow out of
// a byte's highest bit tells one below 0x20, a zero after an exclusive or one
// that is a quote or a backslash.
func suspected(w uint64) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quote, slash := w^(ones*'"'), w^(ones*'\\')
	return ((w-ones*0x20)&^w|(quote-ones)&^quote|(slash-ones)&^slash)&highs != 0
}

// AppendPlain appends a text that needs no escape, such as the value of an enum.
func AppendPlain(b []byte, s string) []byte {
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// AppendID appends a global id.
func AppendID(b []byte, u graph.UID) []byte {
	const size = 18
	n := len(b)
	if cap(b)-n < size {
		b = slices.Grow(b, moreRoom)
	}
	b = b[:n+size]
	to := b[n : n+size : n+size]
	first, last := binary.BigEndian.Uint64(u[:]), binary.BigEndian.Uint64(u[4:])
	to[0], to[size-1] = '"', '"'
	binary.LittleEndian.PutUint64(to[1:], eightDigits(first>>16))
	binary.LittleEndian.PutUint64(to[9:], eightDigits(last&(1<<48-1)))
	return b
}

// eightDigits are the digits of base64 in addresses of 48 bits, the first of them
// in the lowest byte. All eight are worked out at once: a sum tells in the highest
// bit of a byte whether the six bits in it are past the capital letters, the small
// ones, the figures, and the hyphen.
func eightDigits(x uint64) uint64 {
	const each, highest = 0x0101010101010101, 0x8080808080808080
	x = x>>24 | x&0xffffff<<32
	x = x>>12&0x00000fff00000fff | x&0x00000fff00000fff<<16
	x = x>>6&0x003f003f003f003f | x&0x003f003f003f003f<<8
	small := (x + each*(128-26)) & highest >> 7
	figure := (x + each*(128-52)) & highest >> 7
	hyphen := (x + each*(128-62)) & highest >> 7
	line := (x + each*(128-63)) & highest >> 7
	return x + each*'A' + small*('a'-26-'A') + line*('_'-'-'-1) - figure*('a'-26-('0'-52)) - hyphen*('0'-52-('-'-62))
}

// AppendInt appends a whole number.
func AppendInt(b []byte, n int) []byte { return strconv.AppendInt(b, int64(n), 10) }

// AppendFloat appends a number as [graphql.MarshalFloat] writes it.
func AppendFloat(b []byte, f float64) []byte { return strconv.AppendFloat(b, f, 'g', -1, 64) }

// AppendBool appends true or false.
func AppendBool(b []byte, v bool) []byte { return strconv.AppendBool(b, v) }

// AppendMarshaler appends what a scalar of any other kind writes.
func AppendMarshaler(b []byte, m graphql.Marshaler) []byte {
	w := appender{b}
	m.MarshalGQL(&w)
	return w.b
}

type appender struct{ b []byte }

// WriteString spares [io.WriteString] a copy.
func (a *appender) WriteString(s string) (int, error) {
	a.b = append(a.b, s...)
	return len(s), nil
}

func (a *appender) Write(p []byte) (int, error) {
	a.b = append(a.b, p...)
	return len(p), nil
}

// Null is the JSON null.
const Null = "null"
