package topology

import (
	"fmt"
	"math"

	"lianzhu/graph"
)

// arrange makes the two adjacency arrays of the columns, by counting sort: the
// relations, which are in the order of byType, are dealt out to their ends, which
// keeps them in order at each.
func (b *base) arrange(order []graph.RelationID) error {
	var err error
	if b.out, err = b.deal(order, b.source, b.target); err != nil {
		return err
	}
	b.in, err = b.deal(order, b.target, b.source)
	return err
}

// byType is the ids of all relations, by type and then by id.
func (b *base) byType() []graph.RelationID {
	var next [maxTypes + 1]int
	for i, s := range b.source {
		if s != 0 {
			next[int(b.tag[i].typ())+1]++
		}
	}
	for t := range maxTypes {
		next[t+1] += next[t]
	}
	order := make([]graph.RelationID, next[maxTypes])
	for i, s := range b.source {
		if s != 0 {
			t := b.tag[i].typ()
			order[next[t]] = graph.RelationID(i)
			next[t]++
		}
	}
	return order
}

// deal gives each relation, in order, to its near end, and a symmetric one to
// its far end as well.
func (b *base) deal(order []graph.RelationID, near, far []graph.EntityID) (csr, error) {
	first, err := b.offsets(order, near, far)
	if err != nil {
		return csr{}, err
	}
	n := first[len(first)-1]
	c := csr{first, edges{make([]graph.EntityID, n), make([]graph.RelationID, n), make([]tag, n)}}
	put := func(at, peer graph.EntityID, r graph.RelationID) {
		i := first[at]
		first[at]++
		c.peer[i], c.relation[i], c.tag[i] = peer, r, b.tag[r]
	}
	for _, r := range order {
		put(near[r], far[r], r)
		if b.vocab.symmetric[b.tag[r].typ()] {
			put(far[r], near[r], r)
		}
	}
	copy(first[1:], first) // put has moved each offset on to the next one's place
	first[0] = 0
	return c, nil
}

// offsets is where the edges of each entity begin, and the end of the last.
func (b *base) offsets(order []graph.RelationID, near, far []graph.EntityID) ([]uint32, error) {
	first := make([]uint32, len(b.kind)+1)
	edges := uint64(0)
	for _, r := range order {
		first[near[r]+1]++
		edges++
		if b.vocab.symmetric[b.tag[r].typ()] {
			first[far[r]+1]++
			edges++
		}
	}
	if edges > math.MaxUint32 {
		return nil, refuse("topology", "", fmt.Sprintf("%d edges are more than a snapshot holds", edges))
	}
	for i := range len(first) - 1 {
		first[i+1] += first[i]
	}
	return first, nil
}

// bytes of the arrays of entities, and of relations.
func (b *base) bytes() (entities, relations int64) {
	entities = size(b.kind) + size(b.region) + b.labels.bytes() + b.orders.bytes() + b.places.bytes() + size(b.words.Keys) + size(b.words.Blocks) + size(b.words.IDs) + size(b.words.Ranks) + size(b.words.Bits) + size(b.out.first) + size(b.in.first)
	for _, c := range []*csr{&b.out, &b.in} {
		relations += size(c.peer) + size(c.relation) + size(c.tag)
	}
	relations += size(b.source) + size(b.target) + size(b.tag) + size(b.ties)
	relations += size(b.first) + size(b.last) + size(b.by) + size(b.since) + size(b.score) + size(b.scores)
	relations += size(b.value) + size(b.min) + size(b.max) + size(b.figureBits) + size(b.unit)
	relations += size(b.written.texts)
	relations += size(b.placeEnd) + size(b.placeID) + b.ledger.bytes()
	for _, s := range []*sparse{&b.timed, &b.worded, &b.graded, &b.sited, &b.figured} {
		relations += size(s.bits) + size(s.rank)
	}
	return entities, relations
}
