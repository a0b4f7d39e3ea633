package bolt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"slices"

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

// put writes the key at which a chunk that begins with id stands.
func (l listKey) put(key []byte, id graph.RelationID) {
	binary.BigEndian.PutUint32(key, uint32(l.entity))
	binary.BigEndian.PutUint16(key[4:], l.typ)
	key[6] = byte(l.side)
	binary.BigEndian.PutUint32(key[listPrefix:], uint32(id))
}

func (l listKey) chunkAt(id graph.RelationID) []byte {
	key := make([]byte, chunkKey)
	l.put(key, id)
	return key
}

func (l listKey) prefix() []byte { return l.chunkAt(0)[:listPrefix] }

// fullChunk is how many edges a chunk is filled up to.
const fullChunk = 32

// edge is a relation as it is listed at one of its ends.
type edge struct {
	relation graph.RelationID
	peer     graph.EntityID
	hot      graph.Hot
}

// A chunk is edges, ascending by relation. An edge is its relation (4), its
// peer (4), flags (1), and those of score, first and last day (4 each) that the
// flags say are there; else they are what modality and derivation make likely,
// and open.
const (
	edgeHead     = 9
	edgeModality = 3 // bits 0 and 1
	edgeDerived  = 1 << 2
	edgeScore    = 1 << 3
	edgeFrom     = 1 << 4
	edgeTo       = 1 << 5
	edgeMost     = edgeHead + 12
)

// likely is the score of a relation that was given none, by modality; a derived
// one has its own.
var likely, likelyDerived = func() (scores [len(record.Modalities)]float32, derived float32) {
	for i, m := range record.Modalities {
		scores[i] = float32((&graph.Relation{Modality: m}).Score())
	}
	return scores, float32((&graph.Relation{Derivation: &graph.Derivation{}}).Score())
}()

func likelyScore(modality int, derived bool) float32 {
	if derived {
		return likelyDerived
	}
	return likely[modality]
}

func appendEdge(chunk []byte, e edge) []byte {
	modality := slices.Index(record.Modalities[:], e.hot.Modality)
	flags := byte(modality)
	if e.hot.Derived {
		flags |= edgeDerived
	}
	if e.hot.Score != likelyScore(modality, e.hot.Derived) {
		flags |= edgeScore
	}
	if e.hot.From != graph.DayMin {
		flags |= edgeFrom
	}
	if e.hot.To != graph.DayMax {
		flags |= edgeTo
	}
	chunk = binary.BigEndian.AppendUint32(chunk, uint32(e.relation))
	chunk = append(binary.BigEndian.AppendUint32(chunk, uint32(e.peer)), flags)
	if flags&edgeScore != 0 {
		chunk = binary.BigEndian.AppendUint32(chunk, math.Float32bits(e.hot.Score))
	}
	if flags&edgeFrom != 0 {
		chunk = binary.BigEndian.AppendUint32(chunk, uint32(e.hot.From))
	}
	if flags&edgeTo != 0 {
		chunk = binary.BigEndian.AppendUint32(chunk, uint32(e.hot.To))
	}
	return chunk
}

// cutEdge reads the first edge of a chunk and gives the rest; ok is false where
// there is no edge.
func cutEdge(chunk []byte) (e edge, rest []byte, ok bool) {
	if len(chunk) < edgeHead {
		return e, nil, false
	}
	e.relation, e.peer = graph.RelationID(be32(chunk)), graph.EntityID(be32(chunk[4:]))
	flags := chunk[8]
	rest = chunk[edgeHead:]
	if n := 4 * bits.OnesCount8(flags&(edgeScore|edgeFrom|edgeTo)); len(rest) < n {
		return e, nil, false
	}
	modality, derived := int(flags&edgeModality), flags&edgeDerived != 0
	e.hot = graph.Hot{Modality: record.Modalities[modality], Derived: derived, Score: likelyScore(modality, derived), From: graph.DayMin, To: graph.DayMax}
	if flags&edgeScore != 0 {
		e.hot.Score, rest = math.Float32frombits(be32(rest)), rest[4:]
	}
	if flags&edgeFrom != 0 {
		e.hot.From, rest = int32(be32(rest)), rest[4:]
	}
	if flags&edgeTo != 0 {
		e.hot.To, rest = int32(be32(rest)), rest[4:]
	}
	return e, rest, true
}

// openChunk gives the edges of a chunk as they stand in the file.
func openChunk(key, value []byte) ([]byte, error) {
	payload, err := open(bEdges, key, value)
	if err == nil && (len(key) != chunkKey || len(payload) == 0) {
		err = badChunk(key)
	}
	return payload, err
}

func badChunk(key []byte) error { return corrupt(bEdges, key, "it is no list of edges", nil) }

// chunkEdges reads a whole chunk.
func chunkEdges(key, value []byte) ([]edge, error) {
	payload, err := openChunk(key, value)
	if err != nil {
		return nil, err
	}
	edges := make([]edge, 0, fullChunk)
	for len(payload) > 0 {
		e, rest, ok := cutEdge(payload)
		if !ok {
			return nil, badChunk(key)
		}
		edges, payload = append(edges, e), rest
	}
	return edges, nil
}

// chunkValue is the value of a chunk, nil of an empty one.
func chunkValue(edges []edge) []byte {
	if len(edges) == 0 {
		return nil
	}
	value := make([]byte, record.FrameSize, record.FrameSize+len(edges)*edgeMost)
	for _, e := range edges {
		value = appendEdge(value, e)
	}
	return value
}

// edgeList goes through one list.
type edgeList struct {
	c     *bbolt.Cursor
	key   [chunkKey]byte // of a chunk; only its prefix tells the list
	side  side
	chunk []byte // what is left of the chunk under the cursor
	head  edge
	ok    bool // head is there

	fromStart bool
	seen      uint32 // edges up to head
}

func (l *edgeList) prefix() []byte { return l.key[:listPrefix] }

// whole tells whether a list that was read from its beginning to its end had n
// edges.
func (l *edgeList) whole(n uint32) error {
	if l.fromStart && l.seen != n {
		return corrupt(bEdges, l.prefix(), fmt.Sprintf("the list should have %d edges and has %d", n, l.seen), nil)
	}
	return nil
}

// openList stands before the first edge whose relation is above after.
func openList(c *bbolt.Cursor, key listKey, after graph.RelationID) (edgeList, error) {
	l := edgeList{c: c, side: key.side, fromStart: after == 0}
	key.put(l.key[:], after)
	k, v := []byte(nil), []byte(nil)
	if after > 0 {
		k, v = floor(c, l.key[:])
	}
	if !bytes.HasPrefix(k, l.prefix()) {
		k, v = c.Seek(l.prefix())
	}
	if !bytes.HasPrefix(k, l.prefix()) {
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
func (l *edgeList) next() (err error) {
	if len(l.chunk) == 0 {
		k, v := l.c.Next()
		if l.ok = len(k) == chunkKey && bytes.HasPrefix(k, l.prefix()); !l.ok {
			return nil
		}
		if l.chunk, err = openChunk(k, v); err != nil {
			l.ok = false
			return err
		}
	}
	if l.head, l.chunk, l.ok = cutEdge(l.chunk); !l.ok {
		return badChunk(l.prefix())
	}
	l.seen++
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

func decodeDegrees(row []degree, id graph.EntityID, payload []byte) ([]degree, error) {
	if len(payload)%degreeSize != 0 {
		return nil, corrupt(bDegrees, key32(uint32(id)), "it is no row of degrees", nil)
	}
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

// degrees reads the row of an entity and appends it to row.
func (t *tables) degrees(row []degree, id graph.EntityID) ([]degree, error) {
	payload, err := t.get(bDegrees, key32(uint32(id)))
	if err != nil {
		return nil, err
	}
	return decodeDegrees(row, id, payload)
}
