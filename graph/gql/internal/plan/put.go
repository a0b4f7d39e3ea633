package plan

import "slices"

// What programs write is short, so that calling for a copy would cost more than
// the copy does: it is done in blocks that may write, or be looked at, twice. Room
// for a block is made before it.

// leadBlock is how many bytes are written for a lead at once.
const leadBlock = 32

// moreRoom is how many bytes of room are made where there is none.
const moreRoom = 4096

// block is what stands before a value: its first bytes, how many these are, and
// the rest, which most have not.
type block struct {
	head [leadBlock]byte
	n    uint8
	rest string
}

func newBlock(text []byte) (l block) {
	l.n = uint8(copy(l.head[:], text))
	l.rest = string(text[l.n:])
	return l
}

// put appends l.
func (l *block) put(b []byte) []byte {
	n := len(b)
	if cap(b)-n < leadBlock {
		b = slices.Grow(b, moreRoom)
	}
	b = b[:n+leadBlock]
	*(*[leadBlock]byte)(b[n:]) = l.head
	b = b[:n+int(l.n)]
	if l.rest != "" {
		b = append(b, l.rest...)
	}
	return b
}

// putText appends s as a JSON text. Where it is clean nothing in it needs an
// escape.
func putText(b []byte, s string, clean bool) []byte {
	if !clean {
		return AppendString(b, s)
	}
	n, size := len(b), len(s)+2
	if cap(b)-n < size {
		b = slices.Grow(b, size+moreRoom)
	}
	b = b[:n+size]
	at := b[n:]
	at[0] = '"'
	copyText(at[1:size-1], s)
	at[size-1] = '"'
	return b
}

// copyText copies s to to, which is as long.
func copyText(to []byte, s string) {
	n := len(s)
	switch to = to[:n]; {
	case n > 64 || n < 8:
		copy(to, s)
	case n <= 16:
		copy(to[:8], s[:8])
		copy(to[n-8:n], s[n-8:n])
	default:
		copy(to[:16], s[:16])
		if n > 32 {
			copy(to[16:32], s[16:32])
			copy(to[n-32:n-16], s[n-32:n-16])
		}
		copy(to[n-16:n], s[n-16:n])
	}
}
