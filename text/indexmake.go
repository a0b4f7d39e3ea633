package text

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"lianzhu/graph"
)

// making is an index that is being made.
type making struct {
	count  int    // of the keys
	key    []byte // the last, with its class
	size   int    // of its terms
	total  int
	ranks  []rankCount
	posted []uint64 // its ids, each with its rank in the lowest byte
}

// rankCount is how many entities have a key under a rank.
type rankCount struct {
	rank byte
	n    int
}

// Add adds the list of a term to an index in the making. Terms must come by their
// length and then in byte order, and all ids be within Most. After the last one
// comes [Index.Seal].
func (x *Index) Add(term string, ids []graph.EntityID) error {
	key, r := []byte(term), byte(0)
	if len(term) < 1 || len(term) > 255 || len(ids) == 0 {
		return indexError(term)
	}
	if isRanked(term[0]) {
		key, r = key[:len(key)-1], term[len(term)-1]&^0x80
	}
	m := &x.making
	if m.size != len(term) || !bytes.Equal(m.key, key) || m.count == 0 {
		if m.count > 0 && cmp.Or(cmp.Compare(m.size, len(term)), bytes.Compare(m.key, key)) >= 0 {
			return indexError(term)
		}
		x.Seal()
		x.addKey(key, len(term))
	}
	m.ranks, m.total = append(m.ranks, rankCount{r, len(ids)}), m.total+len(ids)
	for _, id := range ids {
		m.posted = append(m.posted, uint64(id)<<8|uint64(r))
	}
	return nil
}

func indexError(term string) error {
	return &graph.Error{Code: graph.CodeCorrupt, Op: "search", Index: -1, Detail: fmt.Sprintf("the search term %q is out of order; check the store", term)}
}

func (x *Index) addKey(key []byte, size int) {
	m := &x.making
	shared := 0
	if m.count%blockKeys == 0 {
		x.Blocks = append(x.Blocks, uint32(len(x.Keys)), uint32(len(x.IDs)), uint32(len(x.Bits)/x.words()))
	} else if size == m.size {
		for shared < len(key) && shared < len(m.key) && key[shared] == m.key[shared] {
			shared++
		}
	}
	x.Keys = append(x.Keys, byte(shared), byte(len(key)-shared))
	x.Keys = append(x.Keys, key[shared:]...)
	m.count, m.key, m.size = m.count+1, append(m.key[:0], key...), size
}

// Seal writes what was added last. An index is whole after it.
func (x *Index) Seal() {
	m := &x.making
	if m.total == 0 {
		return
	}
	x.Keys = append(x.Keys, byte(len(m.ranks)))
	for _, r := range m.ranks {
		x.Keys = append(x.Keys, r.rank)
		x.Keys = binary.AppendUvarint(x.Keys, uint64(r.n))
	}
	if x.dense(m.total) {
		x.addDense()
	} else {
		if len(m.ranks) > 1 {
			slices.Sort(m.posted)
		}
		x.addPosted(m.posted)
	}
	m.total, m.ranks, m.posted = 0, m.ranks[:0], m.posted[:0]
}

func (x *Index) addPosted(posted []uint64) {
	for _, p := range posted {
		x.IDs, x.Ranks = append(x.IDs, graph.EntityID(p>>8)), append(x.Ranks, byte(p))
	}
}

// addDense adds the bitmap of a key, and the lists of its ranks.
func (x *Index) addDense() {
	x.addBits(x.making.posted)
	rest := x.making.posted
	for _, r := range x.making.ranks {
		part := rest[:r.n]
		rest = rest[r.n:]
		switch {
		case len(x.making.ranks) == 1:
		case x.dense(r.n):
			x.addBits(part)
		default:
			x.addPosted(part)
		}
	}
}

func (x *Index) addBits(posted []uint64) {
	at := len(x.Bits)
	x.Bits = append(x.Bits, make([]uint64, x.words())...)
	for _, p := range posted {
		id := p >> 8
		x.Bits[at+int(id>>6)] |= 1 << (id & 63)
	}
}
