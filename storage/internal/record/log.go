package record

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"lianzhu/graph"
)

// Header is what the log keeps once for a whole batch.
type Header struct {
	At      time.Time
	Entries int
	Actor   string
	Reason  string
}

// AppendHeader appends the record of h to dst.
func AppendHeader(dst []byte, h Header) ([]byte, error) {
	return appendCBOR(append(dst, version), &headerV1{h.At.UnixMilli(), h.Entries, h.Actor, h.Reason})
}

// DecodeHeader reads what AppendHeader wrote.
func DecodeHeader(payload []byte) (Header, error) {
	if err := checkHead(payload, 1); err != nil {
		return Header{}, err
	}
	var cold headerV1
	if err := decoding.Unmarshal(payload[1:], &cold); err != nil {
		return Header{}, err
	}
	return Header{time.UnixMilli(cold.At).UTC(), cold.Entries, cold.Actor, cold.Reason}, nil
}

// Entry is what the log keeps of one write. The document after it is not kept:
// it is the one before the next write of the same thing, or what is stored now.
type Entry struct {
	Op       graph.Op
	Subject  graph.UID
	Previous Written // the entry before this one of the same thing; zero: none
	Nth      uint32  // how many entries there are up to this one
	Before   []byte  // the record that was replaced, without frame; nil: none
}

// The layout of an entry, version 1.
const (
	entryOp       = 1  // 1 byte: its place in ops, from 1
	entrySubject  = 2  // 12 bytes
	entryPrevious = 14 // 8 bytes revision, 4 index
	entryNth      = 26 // 4 bytes
	entryHead     = 30 // then the record that was replaced
)

// ops are the codes of operations, from 1.
var ops = [...]graph.Op{graph.OpCreate, graph.OpUpdate, graph.OpRetract}

// AppendEntry appends the record of e to dst.
func AppendEntry(dst []byte, e Entry) []byte {
	dst = append(dst, version, byte(slices.Index(ops[:], e.Op)+1))
	dst = append(dst, e.Subject[:]...)
	dst = binary.BigEndian.AppendUint64(dst, uint64(e.Previous.Rev))
	dst = binary.BigEndian.AppendUint32(dst, e.Previous.Index)
	dst = binary.BigEndian.AppendUint32(dst, e.Nth)
	return append(dst, e.Before...)
}

// DecodeEntry reads what AppendEntry wrote. Before is part of payload.
func DecodeEntry(payload []byte) (Entry, error) {
	if err := checkHead(payload, entryHead); err != nil {
		return Entry{}, err
	}
	op := int(payload[entryOp])
	if op == 0 || op > len(ops) {
		return Entry{}, fmt.Errorf("its operation has the code %d, which is not listed", op)
	}
	e := Entry{Op: ops[op-1], Subject: graph.UID(payload[entrySubject:entryPrevious]), Nth: binary.BigEndian.Uint32(payload[entryNth:])}
	if e.Nth == 0 {
		return Entry{}, fmt.Errorf("it counts no entries, not even itself")
	}
	e.Previous = Written{
		Rev:   graph.Rev(binary.BigEndian.Uint64(payload[entryPrevious:])),
		Index: binary.BigEndian.Uint32(payload[entryPrevious+8:]),
		Nth:   e.Nth - 1,
	}
	if len(payload) > entryHead {
		e.Before = payload[entryHead:]
	}
	return e, nil
}
