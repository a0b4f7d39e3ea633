package topology

import (
	"cmp"
	"math/bits"
	"sync"

	"lianzhu/graph"
	"lianzhu/text"
)

// verify proves that the arrays of b fit each other, so that nothing that reads
// them can go astray: a checksum tells only that they are what was written.
func (b *base) verify() error {
	n, m := len(b.kind), len(b.source)
	same := len(b.region) == n && len(b.ties) == m && len(b.target) == m && len(b.tag) == m
	if n == 0 || m == 0 || !same {
		return damaged("its columns differ in length")
	}
	if err := b.verifyEntities(); err != nil {
		return err
	}
	if err := b.labels.verify(b.kind); err != nil {
		return err
	}
	if err := b.verifyRelations(); err != nil {
		return err
	}
	if err := b.verifySparse(); err != nil {
		return err
	}
	if err := b.verifyAdjacency(); err != nil {
		return err
	}
	if err := b.orders.verify(b); err != nil {
		return err
	}
	if len(b.words.Blocks)%text.BlockParts != 0 || len(b.words.Ranks) != len(b.words.IDs) {
		return damaged("its index of names is cut short")
	}
	if err := b.places.verify(b); err != nil {
		return err
	}
	return b.ledger.verify(b)
}

func (b *base) verifyEntities() error {
	alive := 0
	for _, k := range b.kind {
		if int(k) >= len(b.vocab.kinds) {
			return damaged("an entity has a kind that does not exist")
		}
		if k != 0 {
			alive++
		}
	}
	if alive != b.entities || b.kind[0] != 0 {
		return damaged("it has %d entities instead of %d", alive, b.entities)
	}
	return nil
}

func (b *base) verifyRelations() error {
	alive := 0
	for i, s := range b.source {
		t := b.target[i]
		if s == 0 && t == 0 && b.tag[i] == 0 {
			continue
		}
		ends := s != 0 && t != 0 && int(s) < len(b.kind) && int(t) < len(b.kind) && b.kind[s] != 0 && b.kind[t] != 0
		if !ends || int(b.tag[i].typ()) >= len(b.vocab.types) {
			return damaged("relation %d joins what is not there", i)
		}
		alive++
	}
	if alive != b.relations || b.source[0] != 0 {
		return damaged("it has %d relations instead of %d", alive, b.relations)
	}
	return nil
}

func (b *base) verifySparse() error {
	for _, c := range []struct {
		name   string
		s      *sparse
		bit    tag
		values []int
	}{
		{"timed", &b.timed, tagTimed, []int{len(b.first), len(b.last)}},
		{"worded", &b.worded, tagWorded, []int{len(b.by), len(b.since)}},
		{"graded", &b.graded, tagGraded, []int{len(b.score)}},
		{"sited", &b.sited, tagPlaced, []int{len(b.placeEnd)}},
		{"figured", &b.figured, 0, []int{len(b.value), len(b.min), len(b.max), len(b.figureBits), len(b.unit)}},
	} {
		if !c.s.sound(len(b.source)) || c.bit != 0 && !b.tagged(c.s, c.bit) {
			return damaged("its index of column %s is wrong", c.name)
		}
		for _, n := range c.values {
			if n != c.s.count() {
				return damaged("its column %s has %d values instead of %d", c.name, n, c.s.count())
			}
		}
	}
	if err := ascending(b.placeEnd, len(b.placeID)); err != nil {
		return err
	}
	for _, id := range b.placeID {
		if int(id) >= len(b.kind) || b.kind[id] == 0 {
			return damaged("a relation takes place where nothing is")
		}
	}
	for _, u := range b.unit {
		if int(u) >= len(b.units) {
			return damaged("a figure has a unit that does not exist")
		}
	}
	return nil
}

// sound tells whether s is a sparse over n items whose ranks are right.
func (s *sparse) sound(n int) bool {
	if len(s.bits) != (n+63)/64 || len(s.rank) != len(s.bits) {
		return false
	}
	count := uint32(0)
	for i, word := range s.bits {
		if s.rank[i] != count {
			return false
		}
		count += uint32(bits.OnesCount64(word))
	}
	return n%64 == 0 || s.bits[len(s.bits)-1]>>(n%64) == 0
}

// tagged tells whether just those relations have a value whose tag says so.
func (b *base) tagged(s *sparse, bit tag) bool {
	for i, t := range b.tag {
		if t.has(bit) != s.has(uint32(i)) {
			return false
		}
	}
	return true
}

// verifyAdjacency proves that every relation stands where its ends say, once,
// and in order. Looking each one up would mean reading all over the columns, so
// what the lists hold and what the columns say they should is each summed up in
// passing, in 64 bits. The two sides are looked at side by side.
func (b *base) verifyAdjacency() error {
	want := b.census()
	var errs [2]error
	var wait sync.WaitGroup
	for i, c := range []*csr{&b.out, &b.in} {
		wait.Go(func() { errs[i] = b.verifySide(c, want.edges, want.sum[i]) })
	}
	wait.Wait()
	return cmp.Or(errs[0], errs[1])
}

// census is what the lists of a base should hold: how many edges each side has,
// and the sums over them.
type census struct {
	edges int
	sum   [2]uint64
}

func (b *base) census() (c census) {
	for i, source := range b.source {
		if source == 0 {
			continue
		}
		e := slot{b.target[i], graph.RelationID(i), b.tag[i]}
		ahead := e.digest(source)
		e.peer = source
		back := e.digest(b.target[i])
		c.edges++
		c.sum[0] += ahead
		c.sum[1] += back
		if b.vocab.symmetric[e.tag.typ()] {
			c.edges++
			c.sum[0] += back
			c.sum[1] += ahead
		}
	}
	return c
}

// digest spreads an edge at id over 64 bits (by the finaliser of SplitMix64).
func (e slot) digest(id graph.EntityID) uint64 {
	x := (uint64(id)<<32|uint64(e.peer))*0x9e3779b97f4a7c15 + uint64(e.relation)<<16 + uint64(e.tag)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (b *base) verifySide(c *csr, edges int, want uint64) error {
	n := len(c.peer)
	if len(c.first) != len(b.kind)+1 || n != edges || len(c.relation) != n || len(c.tag) != n || c.first[0] != 0 || int(c.first[len(b.kind)]) != n {
		return damaged("its lists of edges differ in length")
	}
	sum := uint64(0)
	for id := range len(b.kind) {
		lo, hi := c.first[id], c.first[id+1]
		if lo > hi || int(hi) > n {
			return damaged("its lists of edges overlap")
		}
		before := uint64(0)
		for i := lo; i < hi; i++ {
			e := c.slot(i)
			key := edgeKey(e.tag, e.relation)
			if key <= before && i > lo || int(e.peer) >= len(b.kind) || int(e.relation) >= len(b.source) || int(e.tag.typ()) >= len(b.vocab.types) {
				return damaged("an edge of entity %d is wrong", id)
			}
			before = key
			sum += e.digest(graph.EntityID(id))
		}
	}
	if sum != want {
		return damaged("its lists of edges are not those of its relations")
	}
	return nil
}
