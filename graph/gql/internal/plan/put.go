package plan

import "slices"

// What programs write is short, so that calling for a copy would cost more than
// the copy does: it is done in blocks that may write, or be looked at, twice. Room
// for a block is made before it.

// leadBlock is how many bytes are written for a lead at once, and the most that it
// has: longer ones are several.
const leadBlock = 32

// moreRoom is how many bytes of room are made where there is none.
const moreRoom = 4096

// block is what stands before a value, and how long it is.
type block struct {
	head [leadBlock]byte
	n    uint8
}

// newBlock takes as much of text as a block has, and gives what is left.
func newBlock(text []byte) (l block, left []byte) {
	n := copy(l.head[:], text)
	l.n = uint8(n)
	return l, text[n:]
}

// put appends l to b, which has room for a block.
func (l *block) put(b []byte) []byte {
	n := len(b)
	b = b[:n+leadBlock]
	*(*[leadBlock]byte)(b[n:]) = l.head
	return b[:n+int(l.n)]
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
	to := b[n : n+size : n+size]
	to[0], to[size-1] = '"', '"'
	to = to[1 : size-1]
	switch n = len(s); {
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
	return b
}
