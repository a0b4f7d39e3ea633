package topology

import (
	"encoding/binary"
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
	formatVersion = 6
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
		set: func(b []byte, mapped bool) { *at = items[T](b, mapped) },
	}
}

// uids makes a column of *at.
func uids(name string, at *[]short) column {
	const width = len(short{})
	return column{
		name: name, width: width,
		get: func() []byte {
			if len(*at) == 0 {
				return nil
			}
			return unsafe.Slice(&(*at)[0][0], len(*at)*width)
		},
		set: func(b []byte, mapped bool) {
			if len(b) == 0 {
				*at = nil
				return
			}
			if !mapped {
				b = append([]byte(nil), b...)
			}
			*at = unsafe.Slice((*short)(unsafe.Pointer(&b[0])), len(b)/width)
		},
	}
}

// rawBytes are the bytes of s in memory.
func rawBytes[T number](s []T) []byte {
	if len(s) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&s[0])), int(size(s)))
}

// items are the numbers in b: where they lie, if that can be, or else a copy.
func items[T number](b []byte, mapped bool) []T {
	var zero T
	width := int(unsafe.Sizeof(zero))
	if len(b) == 0 {
		return nil
	}
	if mapped && !bigEndian && uintptr(unsafe.Pointer(&b[0]))%uintptr(width) == 0 {
		return unsafe.Slice((*T)(unsafe.Pointer(&b[0])), len(b)/width)
	}
	s := make([]T, len(b)/width)
	copy(rawBytes(s), swapped(b, width))
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
		uids("label.uid", &b.labels.uid), array("label.rev.low", &b.labels.revLow), array("label.rev.high", &b.labels.revHigh),
		array("label.end", &b.labels.end), array("label.cuts", &b.labels.cuts), array("label.texts", &b.labels.texts),
		array("order.name", &b.orders.byName), array("order.degree", &b.orders.byDegree), array("order.rev", &b.orders.byRev), array("order.rank", &b.orders.rank),
		array("place.region", &b.places.region), array("place.upto", &b.places.upto), array("place.home", &b.places.home),
		array("place.start", &b.places.start), array("place.member", &b.places.member), array("place.several", &b.places.several),
		array("place.name", &b.places.byName), array("place.degree", &b.places.byDegree), array("place.rev", &b.places.byRev),
		array("place.tangled", &b.places.tangled),
		array("word.keys", &b.words.Keys), array("word.blocks", &b.words.Blocks), array("word.ids", &b.words.IDs), array("word.ranks", &b.words.Ranks), array("word.bits", &b.words.Bits),
		array("out.first", &b.out.first), array("out.peer", &b.out.peer), array("out.relation", &b.out.relation), array("out.tag", &b.out.tag),
		array("in.first", &b.in.first), array("in.peer", &b.in.peer), array("in.relation", &b.in.relation), array("in.tag", &b.in.tag),
		array("source", &b.source), array("target", &b.target), array("tag", &b.tag),
		array("rev.low", &b.revLow), array("rev.high", &b.revHigh), uids("uid", &b.uid),
		array("timed.bits", &b.timed.bits), array("timed.rank", &b.timed.rank), array("first", &b.first), array("last", &b.last),
		array("by", &b.by), array("since", &b.since),
		array("graded.bits", &b.graded.bits), array("graded.rank", &b.graded.rank), array("score", &b.score),
		array("sited.bits", &b.sited.bits), array("sited.rank", &b.sited.rank), array("place.end", &b.placeEnd), array("place.id", &b.placeID),
		array("figured.bits", &b.figured.bits), array("figured.rank", &b.figured.rank),
		array("value", &b.value), array("min", &b.min), array("max", &b.max),
		array("figure.bits", &b.figureBits), array("unit", &b.unit),
		array("written.bits", &b.written[0].has.bits), array("written.rank", &b.written[0].has.rank), array("written.end", &b.written[0].end),
		array("written.cuts", &b.written[0].cuts), array("written.unit", &b.written[0].unit), array("written.texts", &b.written[0].texts),
		array("share.bits", &b.written[1].has.bits), array("share.rank", &b.written[1].has.rank), array("share.end", &b.written[1].end),
		array("share.cuts", &b.written[1].cuts), array("share.unit", &b.written[1].unit), array("share.texts", &b.written[1].texts),
		array("ledger.start", &b.ledger.start), array("ledger.id", &b.ledger.id), array("ledger.tag", &b.ledger.tag),
		array("ledger.seat.at", &b.ledger.seatAt), array("ledger.amount.at", &b.ledger.amountAt),
		array("ledger.seat", &b.ledger.seat), array("ledger.amount", &b.ledger.amount), array("ledger.unit", &b.ledger.unit),
	}
}
