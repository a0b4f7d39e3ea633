package plan

import (
	"encoding/base64"
	"strconv"

	"github.com/99designs/gqlgen/graphql"

	"lianzhu/graph"
)

const hex = "0123456789ABCDEF"

// AppendString appends s as a JSON text, byte for byte as
// [graphql.MarshalString] writes it.
func AppendString[S ~string](b []byte, s S) []byte {
	b = append(b, '"')
	start := 0
	for i := plain(string(s)); i < len(s); i++ {
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

// plain is how many bytes at the beginning of s need no escape, eight at a time:
// a borrow out of a byte's highest bit tells one below 0x20, a zero after an
// exclusive or one that is a quote or a backslash. Where a byte is suspected
// those before it have been passed over, never the byte itself.
func plain(s string) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(s); i += 8 {
		w := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
			uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		quote, slash := w^(ones*'"'), w^(ones*'\\')
		if ((w-ones*0x20)&^w|(quote-ones)&^quote|(slash-ones)&^slash)&highs != 0 {
			break
		}
	}
	return i
}

// AppendPlain appends a text that needs no escape, such as the value of an enum.
func AppendPlain(b []byte, s string) []byte {
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// AppendID appends a global id.
func AppendID(b []byte, u graph.UID) []byte {
	b = append(b, '"')
	b = base64.RawURLEncoding.AppendEncode(b, u[:])
	return append(b, '"')
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
