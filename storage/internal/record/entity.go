package record

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"lianzhu/graph"
)

// Written tells where in the change log a thing was last written, and how many
// entries the log has of it up to there.
type Written struct {
	Rev   graph.Rev
	Index uint32
	Nth   uint32
}

// Pos is w as a place in the log.
func (w Written) Pos() graph.LogPos { return graph.LogPos{Rev: w.Rev, Index: int(w.Index)} }

// The head of an entity, version 1. A span is where a text stands in the
// record: four bytes of offset and two of length; length 0 is none.
const (
	entityFlags   = 1  // 1 byte, 0 so far
	entityKind    = 2  // 2 bytes: the code of its kind
	entityUID     = 4  // 12 bytes
	entityWritten = 16 // 8 bytes revision, 4 index, 4 number of entries
	entityKey     = 32 // 6 bytes: the span of its key
	entityZH      = 38 // 6 bytes: the span of its first Chinese name
	entityEN      = 44 // 6 bytes: the span of its first English name
	entityCold    = 50 // 2 bytes: where the CBOR begins
	entityHead    = 52
)

// EntityHead reads the head of an entity's record. [HeadOfEntity] makes one.
type EntityHead []byte

// HeadOfEntity checks that payload has the head of an entity.
func HeadOfEntity(payload []byte) (EntityHead, error) {
	if err := checkHead(payload, entityHead); err != nil {
		return nil, err
	}
	h := EntityHead(payload)
	for _, at := range []int{entityKey, entityZH, entityEN} {
		if off, n := h.span(at); off+n > len(payload) {
			return nil, fmt.Errorf("the record has %d bytes and a text in it would end at %d", len(payload), off+n)
		}
	}
	if off := int(binary.BigEndian.Uint16(h[entityCold:])); off < entityHead || off > len(payload) {
		return nil, fmt.Errorf("its CBOR would begin at %d", off)
	}
	return h, nil
}

func (h EntityHead) span(at int) (off, n int) {
	return int(binary.BigEndian.Uint32(h[at:])), int(binary.BigEndian.Uint16(h[at+4:]))
}

func (h EntityHead) text(at int) []byte {
	off, n := h.span(at)
	return h[off : off+n]
}

// Kind is the code of the entity's kind.
func (h EntityHead) Kind() uint16 { return binary.BigEndian.Uint16(h[entityKind:]) }

// UID is the entity's identity.
func (h EntityHead) UID() graph.UID { return graph.UID(h[entityUID : entityUID+12]) }

// Written tells when the entity was last written.
func (h EntityHead) Written() Written { return writtenAt(h[entityWritten:]) }

// Key, ZH and EN are the key and the first names of the entity, as part of the
// record.
func (h EntityHead) Key() []byte { return h.text(entityKey) }

// ZH: see [EntityHead.Key].
func (h EntityHead) ZH() []byte { return h.text(entityZH) }

// EN: see [EntityHead.Key].
func (h EntityHead) EN() []byte { return h.text(entityEN) }

func writtenAt(b []byte) Written {
	return Written{graph.Rev(binary.BigEndian.Uint64(b)), binary.BigEndian.Uint32(b[8:]), binary.BigEndian.Uint32(b[12:])}
}

func putWritten(b []byte, w Written) {
	binary.BigEndian.PutUint64(b, uint64(w.Rev))
	binary.BigEndian.PutUint32(b[8:], w.Index)
	binary.BigEndian.PutUint32(b[12:], w.Nth)
}

// AppendEntity appends the record of e to dst.
func AppendEntity(dst []byte, e *graph.Entity, kind uint16, w Written) ([]byte, error) {
	begin := len(dst)
	dst, err := appendEntityCold(append(dst, make([]byte, entityHead)...), e)
	if err != nil {
		return nil, err
	}
	h := dst[begin:]
	h[0] = version
	binary.BigEndian.PutUint16(h[entityKind:], kind)
	uid := e.UID()
	copy(h[entityUID:], uid[:])
	putWritten(h[entityWritten:], w)
	binary.BigEndian.PutUint16(h[entityCold:], entityHead)
	putSpan(h, entityKey, string(e.Key))
	putSpan(h, entityZH, firstName(e, graph.ZH))
	putSpan(h, entityEN, firstName(e, graph.EN))
	return dst, nil
}

// putSpan notes where text stands in the CBOR after the head: any place where
// its bytes stand will do.
func putSpan(h []byte, at int, text string) {
	if text == "" {
		return
	}
	off := bytes.Index(h[entityHead:], []byte(text))
	binary.BigEndian.PutUint32(h[at:], uint32(entityHead+off))
	binary.BigEndian.PutUint16(h[at+4:], uint16(len(text)))
}

func firstName(e *graph.Entity, lang graph.Lang) string {
	for i := range e.Names {
		if e.Names[i].Lang == lang {
			return e.Names[i].Text
		}
	}
	return ""
}

// DecodeEntity reads a whole record. kinds gives the names of codes; ID stays 0.
func DecodeEntity(payload []byte, kinds func(uint16) (graph.Kind, bool)) (*graph.Entity, error) {
	h, err := HeadOfEntity(payload)
	if err != nil {
		return nil, err
	}
	kind, ok := kinds(h.Kind())
	if !ok {
		return nil, fmt.Errorf("its kind has the code %d, which is not listed", h.Kind())
	}
	e := &graph.Entity{Kind: kind, Rev: h.Written().Rev}
	cold := payload[binary.BigEndian.Uint16(h[entityCold:]):]
	if thawEntity(cold, e) {
		return e, nil
	}
	*e = graph.Entity{Kind: kind, Rev: h.Written().Rev}
	return e, unpackEntity(cold, e)
}

// unpackEntity has the library read the cold part of an entity.
func unpackEntity(b []byte, e *graph.Entity) (err error) {
	var cold entityV1
	if err := decoding.Unmarshal(b, &cold); err != nil {
		return err
	}
	e.Key = cold.Key
	e.Names, _ = convert(cold.Names, func(n *nameV1) (graph.Name, error) { return graph.Name(*n), nil })
	e.Identifiers, _ = convert(cold.Identifiers, func(id *identifierV1) (graph.Identifier, error) { return graph.Identifier(*id), nil })
	if e.Attributes, err = convert(cold.Attributes, unpackAttribute); err != nil {
		return err
	}
	e.Evidence, err = convert(cold.Evidence, unpackEvidence)
	return err
}

// AppendWritten appends w to dst, for a place where it stands alone.
func AppendWritten(dst []byte, w Written) []byte {
	n := len(dst)
	dst = append(dst, make([]byte, writtenSize)...)
	putWritten(dst[n:], w)
	return dst
}

// DecodeWritten reads what AppendWritten wrote.
func DecodeWritten(payload []byte) (Written, error) {
	if len(payload) != writtenSize {
		return Written{}, fmt.Errorf("it has %d bytes, not %d", len(payload), writtenSize)
	}
	return writtenAt(payload), nil
}

const writtenSize = 16
