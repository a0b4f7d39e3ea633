package topology

import (
	"encoding/binary"
	"slices"
	"unsafe"
)

// A snapshot file is little-endian throughout:
//
//	16 bytes   magic: "lianzhu-topology"
//	4          version of the format
//	4          length of the head
//	head       JSON: revision, origin, counts, names, units, sections
//	4          CRC-32C of everything so far
//	sections   each begins at a multiple of 64 bytes; the head tells its place,
//	           length and CRC-32C
//
// A section is one array of the base, item by item as in memory, so a reader
// on a little-endian machine maps the file and uses the arrays where they lie.
const (
	magic         = "lianzhu-topology"
	formatVersion = 7
	alignment     = 64
	maxHead       = 16 << 20
)

// head is what a file says of itself.
type head struct {
	Rev       uint64      `json:"rev"`
	Text      int         `json:"text"` // version of how names are read
	Origin    []byte      `json:"origin"`
	Entities  int         `json:"entities"`
	Relations int         `json:"relations"`
	Types     []string    `json:"types"`
	Symmetric []bool      `json:"symmetric"`
	Kinds     []string    `json:"kinds"`
	Units     [][2]string `json:"units"`
	Sections  []section   `json:"sections"`
}

// section tells where an array stands: Offset and Bytes in the file.
type section struct {
	Name   string `json:"name"`
	Offset uint64 `json:"offset"`
	Bytes  uint64 `json:"bytes"`
	CRC    uint32 `json:"crc"`
}

// column is one array of a base, whatever its items are.
type column struct {
	name  string
	width int
	get   func() []byte      // its bytes, little-endian
	set   func([]byte, bool) // mapped: the bytes may be used as they lie
}

// bigEndian tells whether this machine's numbers run the other way.
var bigEndian = binary.NativeEndian.Uint16([]byte{1, 0}) != 1

// number is what the arrays hold.
type number interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64 | ~int32 | ~int64 | ~float64
}

// array makes a column of *at.
func array[T number](name string, at *[]T) column {
	var zero T
	width := int(unsafe.Sizeof(zero))
	return column{
		name: name, width: width,
		get: func() []byte { return swapped(rawBytes(*at), width) },
		set: func(b []byte, mapped bool) { *at = numbers[T](b, mapped) },
	}
}

// records makes a column of *at; turn reverses the bytes of the numbers of one.
func records[T any](name string, at *[]T, turn func(*T)) column {
	var zero T
	width := int(unsafe.Sizeof(zero))
	turned := func(list []T) []T {
		if !bigEndian {
			return list
		}
		list = slices.Clone(list)
		for i := range list {
			turn(&list[i])
		}
		return list
	}
	return column{
		name: name, width: width,
		get: func() []byte { return rawBytes(turned(*at)) },
		set: func(b []byte, mapped bool) { *at = turned(items[T](b, mapped)) },
	}
}

// rawBytes are the bytes of s in memory.
func rawBytes[T any](s []T) []byte {
	if len(s) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&s[0])), int(size(s)))
}

// numbers are the numbers in b: where they lie, if that can be, or else a copy.
func numbers[T number](b []byte, mapped bool) []T {
	if mapped && !bigEndian {
		return items[T](b, true)
	}
	var zero T
	return items[T](swapped(b, int(unsafe.Sizeof(zero))), false)
}

// items are what lies in b: where it lies, if that can be, or else a copy.
func items[T any](b []byte, mapped bool) []T {
	var zero T
	width := int(unsafe.Sizeof(zero))
	if len(b) == 0 {
		return nil
	}
	if mapped && uintptr(unsafe.Pointer(&b[0]))%unsafe.Alignof(zero) == 0 {
		return unsafe.Slice((*T)(unsafe.Pointer(&b[0])), len(b)/width)
	}
	s := make([]T, len(b)/width)
	copy(rawBytes(s), b)
	return s
}

// swapped is b with the bytes of each number in little-endian order.
func swapped(b []byte, width int) []byte {
	if !bigEndian || width == 1 {
		return b
	}
	turned := make([]byte, len(b))
	for i := range b {
		turned[i-i%width+width-1-i%width] = b[i]
	}
	return turned
}

// arrays are the columns of b in the order of the file.
func (b *base) arrays() []column {
	return []column{
		array("kind", &b.kind), array("region", &b.region),
		records("label", &b.labels.of, (*label).turn), array("label.texts", &b.labels.texts),
		array("order.name", &b.orders.byName), array("order.degree", &b.orders.byDegree), array("order.rev", &b.orders.byRev), array("order.rank", &b.orders.rank),
		array("place.region", &b.places.region), array("place.upto", &b.places.upto), array("place.home", &b.places.home),
		array("place.start", &b.places.start), array("place.member", &b.places.member), array("place.several", &b.places.several),
		array("place.name", &b.places.byName), array("place.degree", &b.places.byDegree), array("place.rev", &b.places.byRev),
		array("place.tangled", &b.places.tangled),
		array("word.keys", &b.words.Keys), array("word.blocks", &b.words.Blocks), array("word.ids", &b.words.IDs), array("word.ranks", &b.words.Ranks), array("word.bits", &b.words.Bits),
		array("out.first", &b.out.first), array("out.peer", &b.out.peer), array("out.relation", &b.out.relation), array("out.tag", &b.out.tag),
		array("in.first", &b.in.first), array("in.peer", &b.in.peer), array("in.relation", &b.in.relation), array("in.tag", &b.in.tag),
		array("source", &b.source), array("target", &b.target), array("tag", &b.tag),
		records("tie", &b.ties, (*tie).turn),
		array("timed.bits", &b.timed.bits), array("timed.rank", &b.timed.rank), array("first", &b.first), array("last", &b.last),
		array("worded.bits", &b.worded.bits), array("worded.rank", &b.worded.rank), array("by", &b.by), array("since", &b.since),
		array("graded.bits", &b.graded.bits), array("graded.rank", &b.graded.rank), array("score", &b.score), array("scores", &b.scores),
		array("sited.bits", &b.sited.bits), array("sited.rank", &b.sited.rank), array("place.end", &b.placeEnd), array("place.id", &b.placeID),
		array("figured.bits", &b.figured.bits), array("figured.rank", &b.figured.rank),
		array("value", &b.value), array("min", &b.min), array("max", &b.max),
		array("figure.bits", &b.figureBits), array("unit", &b.unit),
		array("written", &b.written.texts),
		array("ledger.start", &b.ledger.start), array("ledger.id", &b.ledger.id), array("ledger.tag", &b.ledger.tag),
		array("ledger.seat.at", &b.ledger.seatAt), array("ledger.amount.at", &b.ledger.amountAt),
		array("ledger.seat", &b.ledger.seat), array("ledger.amount", &b.ledger.amount), array("ledger.unit", &b.ledger.unit),
	}
}
