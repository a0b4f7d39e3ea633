package bolt

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"

	"lianzhu/graph"
)

// state is what the file knows of itself: its newest revision, the dense ids
// that were given out and the sizes of the graph. It is one record under
// meta/state, written once a transaction.
type state struct {
	rev                                graph.Rev
	lastEntity, lastRelation           uint32
	lastSource                         uint32
	terms                              uint32 // the version of the search terms; 0: being indexed anew
	entities, relations, sources, evid uint64
	kinds, types                       map[uint16]uint64 // by code
}

// The layout of a state: its version, then numbers of fixed size, then the
// kinds and the types, each a length of 2 bytes and pairs of 2 and 8 bytes.
const (
	stateVersion = 1
	stateHead    = 1 + 8 + 4*4 + 4*8
)

func (s *state) encode(dst []byte) []byte {
	dst = append(dst, stateVersion)
	dst = binary.BigEndian.AppendUint64(dst, uint64(s.rev))
	for _, n := range []uint32{s.lastEntity, s.lastRelation, s.lastSource, s.terms} {
		dst = binary.BigEndian.AppendUint32(dst, n)
	}
	for _, n := range []uint64{s.entities, s.relations, s.sources, s.evid} {
		dst = binary.BigEndian.AppendUint64(dst, n)
	}
	for _, counts := range []map[uint16]uint64{s.kinds, s.types} {
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(counts)))
		for _, code := range slices.Sorted(maps.Keys(counts)) {
			dst = binary.BigEndian.AppendUint16(dst, code)
			dst = binary.BigEndian.AppendUint64(dst, counts[code])
		}
	}
	return dst
}

// revOf reads only the revision.
func revOf(payload []byte) (graph.Rev, error) {
	if len(payload) < stateHead || payload[0] != stateVersion {
		return 0, errState
	}
	return graph.Rev(binary.BigEndian.Uint64(payload[1:])), nil
}

var errState = errors.New("the state of the store cannot be read")

func decodeState(payload []byte) (s state, err error) {
	if s.rev, err = revOf(payload); err != nil {
		return s, err
	}
	b := payload[9:]
	for _, n := range []*uint32{&s.lastEntity, &s.lastRelation, &s.lastSource, &s.terms} {
		*n, b = binary.BigEndian.Uint32(b), b[4:]
	}
	for _, n := range []*uint64{&s.entities, &s.relations, &s.sources, &s.evid} {
		*n, b = binary.BigEndian.Uint64(b), b[8:]
	}
	if s.kinds, b, err = decodeCounts(b); err == nil {
		s.types, b, err = decodeCounts(b)
	}
	if err == nil && len(b) > 0 {
		err = errState
	}
	return s, err
}

func decodeCounts(b []byte) (map[uint16]uint64, []byte, error) {
	if len(b) < 2 {
		return nil, nil, errState
	}
	n := int(binary.BigEndian.Uint16(b))
	if b = b[2:]; len(b) < 10*n {
		return nil, nil, errState
	}
	counts := make(map[uint16]uint64, n)
	for ; n > 0; n, b = n-1, b[10:] {
		counts[binary.BigEndian.Uint16(b)] = binary.BigEndian.Uint64(b[2:])
	}
	return counts, b, nil
}

// tally adds n to counts[code] and forgets what has come down to nothing.
func tally(counts map[uint16]uint64, code uint16, n int) {
	if counts[code] += uint64(n); counts[code] == 0 {
		delete(counts, code)
	}
}
