package bolt

import (
	"bytes"
	"encoding/binary"
	"slices"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
	"lianzhu/text"
)

// The entities of a search term stand in chunks. The key of a chunk is the
// length of the term (1), the term, and the least id that the chunk may hold
// (4); of the first chunk, which always is there, 0. A chunk is ids, ascending,
// each as the varint of its difference to the one before; the first chunk
// begins with the varint of how many ids there are in all chunks.
const fullTerms = 512 // bytes of a chunk

func termPrefix(term string) []byte {
	key := append(make([]byte, 0, len(term)+5), byte(len(term)))
	return append(key, term...)
}

func termChunk(term string, id graph.EntityID) []byte {
	return binary.BigEndian.AppendUint32(termPrefix(term), uint32(id))
}

// termIDs reads a chunk; total is that of the first chunk.
func termIDs(key, value []byte) (ids []graph.EntityID, total int, err error) {
	payload, err := open(bTerms, key, value)
	if err != nil {
		return nil, 0, err
	}
	bad := func() ([]graph.EntityID, int, error) {
		return nil, 0, corrupt(bTerms, key, "it is no list of entities", nil)
	}
	if len(key) < 5 {
		return bad()
	}
	if binary.BigEndian.Uint32(key[len(key)-4:]) == 0 {
		n, size := binary.Uvarint(payload)
		if size <= 0 {
			return bad()
		}
		total, payload = int(n), payload[size:]
	}
	ids = make([]graph.EntityID, 0, len(payload))
	for at := uint64(0); len(payload) > 0; {
		step, size := binary.Uvarint(payload)
		if at += step; size <= 0 || step == 0 || at > 1<<32-1 {
			return bad()
		}
		ids, payload = append(ids, graph.EntityID(at)), payload[size:]
	}
	return ids, total, nil
}

// termValue is the value of a chunk; total is written where first is true.
func termValue(ids []graph.EntityID, first bool, total int) []byte {
	return appendTerms(make([]byte, record.FrameSize, record.FrameSize+len(ids)*2+8), ids, first, total)
}

func appendTerms[ID ~uint32](value []byte, ids []ID, first bool, total int) []byte {
	if first {
		value = binary.AppendUvarint(value, uint64(total))
	}
	at := ID(0)
	for _, id := range ids {
		value = binary.AppendUvarint(value, uint64(id-at))
		at = id
	}
	return value
}

// termList is a [text.List] over the chunks of a term.
type termList struct {
	c      *bbolt.Cursor
	prefix []byte
	total  int
	ids    []graph.EntityID // of the chunk under the cursor, those not yet passed
	err    *error           // where to leave an error, since Seek cannot give one
}

// list opens the entities of a term; nil where there are none. Errors that are
// met while it is read are left in err.
func (t *tables) list(term string, err *error) (text.List, error) {
	c, e := t.cursor(bTerms)
	if e != nil {
		return nil, e
	}
	first := termChunk(term, 0)
	k, v := c.Seek(first)
	if !bytes.Equal(k, first) {
		return nil, absent(bTerms, c, k, v)
	}
	ids, total, e := termIDs(k, v)
	if e != nil {
		return nil, e
	}
	if total == len(ids) {
		return text.SliceList(ids), nil
	}
	if c, e = t.fresh(bTerms); e != nil {
		return nil, e
	}
	c.Seek(first)
	return &termList{c: c, prefix: termPrefix(term), total: total, ids: ids, err: err}, nil
}

func (l *termList) Len() int { return l.total }

// Seek looks in the chunk at hand, else in that which may hold from.
func (l *termList) Seek(from graph.EntityID) graph.EntityID {
	if n := len(l.ids); n > 0 && l.ids[n-1] >= from {
		at, _ := slices.BinarySearch(l.ids, from)
		l.ids = l.ids[at:]
		return l.ids[0]
	}
	k, v := floor(l.c, binary.BigEndian.AppendUint32(slices.Clone(l.prefix), uint32(from)))
	for l.mine(k) {
		ids, _, err := termIDs(k, v)
		if err != nil {
			*l.err = err
			break
		}
		at, _ := slices.BinarySearch(ids, from)
		if l.ids = ids[at:]; len(l.ids) > 0 {
			return l.ids[0]
		}
		k, v = l.c.Next()
	}
	l.ids = nil
	return 0
}

// mine tells whether key is that of a chunk of this term.
func (l *termList) mine(key []byte) bool {
	return len(key) == len(l.prefix)+4 && bytes.HasPrefix(key, l.prefix)
}
