package bolt

import (
	"bytes"
	"encoding/binary"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
)

// listKey names the list of the edges of one type on one side of an entity.
type listKey struct {
	entity graph.EntityID
	typ    uint16
	side   side
}

// The key of a chunk of a list: entity (4), type (2), side (1) and the least
// relation id that the chunk may hold (4).
const (
	listPrefix = 7
	chunkKey   = 11
)

func (l listKey) prefix() []byte {
	key := binary.BigEndian.AppendUint32(make([]byte, 0, chunkKey), uint32(l.entity))
	key = binary.BigEndian.AppendUint16(key, l.typ)
	return append(key, byte(l.side))
}

// chunkAt is the key at which a chunk that begins with id stands.
func (l listKey) chunkAt(id graph.RelationID) []byte {
	return binary.BigEndian.AppendUint32(l.prefix(), uint32(id))
}

// A chunk is edges of 8 bytes each, relation and peer, ascending by relation.
// Chunks are filled up to fullChunk edges; only retractions make them shorter.
const (
	edgeSize  = 8
	fullChunk = 32
)

type edge struct {
	relation graph.RelationID
	peer     graph.EntityID
}

func edgeAt(chunk []byte) edge {
	return edge{graph.RelationID(binary.BigEndian.Uint32(chunk)), graph.EntityID(binary.BigEndian.Uint32(chunk[4:]))}
}

func appendEdge(chunk []byte, e edge) []byte {
	chunk = binary.BigEndian.AppendUint32(chunk, uint32(e.relation))
	return binary.BigEndian.AppendUint32(chunk, uint32(e.peer))
}

// openChunk checks that a value is a chunk.
func openChunk(key, value []byte) ([]byte, error) {
	payload, err := open(bEdges, key, value)
	if err != nil {
		return nil, err
	}
	if len(key) != chunkKey || len(payload) == 0 || len(payload)%edgeSize != 0 {
		return nil, corrupt(bEdges, key, "it is no list of edges", nil)
	}
	return payload, nil
}

// edgeList goes through one list.
type edgeList struct {
	c     *bbolt.Cursor
	key   listKey
	chunk []byte // what is left of the chunk under the cursor
	head  edge
	ok    bool // head is there
}

// openList stands before the first edge whose relation is above after.
func openList(c *bbolt.Cursor, key listKey, after graph.RelationID) (edgeList, error) {
	l := edgeList{c: c, key: key}
	prefix := key.prefix()
	k, v := floor(c, key.chunkAt(after))
	if !bytes.HasPrefix(k, prefix) {
		k, v = c.Seek(prefix)
	}
	if !bytes.HasPrefix(k, prefix) {
		return l, nil
	}
	var err error
	if l.chunk, err = openChunk(k, v); err != nil {
		return l, err
	}
	for {
		if err := l.next(); err != nil || !l.ok || l.head.relation > after {
			return l, err
		}
	}
}

// next goes on to the next edge.
func (l *edgeList) next() error {
	if len(l.chunk) == 0 {
		k, v := l.c.Next()
		if len(k) != chunkKey || !bytes.Equal(k[:listPrefix], l.key.prefix()) {
			l.ok = false
			return nil
		}
		var err error
		if l.chunk, err = openChunk(k, v); err != nil {
			l.ok = false
			return err
		}
	}
	l.head, l.chunk, l.ok = edgeAt(l.chunk), l.chunk[edgeSize:], true
	return nil
}

// degree is how many edges an entity has in one list.
type degree struct {
	typ  uint16
	side side
	n    uint32
}

// degreeSize is that of one degree in the row of an entity: type (2), side (1)
// and number (4). A row is ascending by type and side and holds no zeros.
const degreeSize = 7

func decodeDegrees(id graph.EntityID, payload []byte) ([]degree, error) {
	if len(payload)%degreeSize != 0 {
		return nil, corrupt(bDegrees, key32(uint32(id)), "it is no row of degrees", nil)
	}
	row := make([]degree, 0, len(payload)/degreeSize+1)
	for b := payload; len(b) > 0; b = b[degreeSize:] {
		row = append(row, degree{binary.BigEndian.Uint16(b), side(b[2]), binary.BigEndian.Uint32(b[3:])})
	}
	return row, nil
}

func encodeDegrees(row []degree) []byte {
	dst := make([]byte, record.FrameSize, record.FrameSize+len(row)*degreeSize)
	for _, d := range row {
		dst = binary.BigEndian.AppendUint16(dst, d.typ)
		dst = append(dst, byte(d.side))
		dst = binary.BigEndian.AppendUint32(dst, d.n)
	}
	return dst
}

// degrees reads the row of an entity.
func (t *tables) degrees(id graph.EntityID) ([]degree, error) {
	payload, err := t.get(bDegrees, key32(uint32(id)))
	if payload == nil || err != nil {
		return nil, err
	}
	return decodeDegrees(id, payload)
}
