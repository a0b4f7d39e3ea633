package topology

import (
	"math/rand/v2"
	"slices"
	"testing"

	"lianzhu/graph"
)

// flat is the edges of a list, one after the other.
func flat(list []run) (edges []slot) {
	for _, s := range list {
		for i := s.lo; i < s.hi; i++ {
			edges = append(edges, s.slot(i))
		}
	}
	return edges
}

func TestAListUnderRandomEditsEqualsASortedSlice(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 2))
	var list []run
	var model []slot
	byKey := func(a, b slot) int { return int(int64(edgeKey(a.tag, a.relation)) - int64(edgeKey(b.tag, b.relation))) }
	for step := range 6000 {
		before := flat(list[:len(list):len(list)])
		e := slot{graph.EntityID(rnd.IntN(99)), graph.RelationID(1 + rnd.IntN(3000)), tag(rnd.IntN(3)) << typeShift}
		at, found := slices.BinarySearchFunc(model, e, byKey)
		next, ok := list, false
		switch {
		case !found:
			next, ok = inserted(list, e), true
			model = slices.Insert(model, at, e)
		case rnd.IntN(2) == 0:
			next, ok = removed(list, edgeKey(e.tag, e.relation))
			model = slices.Delete(model, at, at+1)
		default:
			model[at].tag |= tagPlaced
			next, ok = retagged(list, e.relation, model[at].tag)
		}
		if !ok {
			t.Fatalf("step %d: the edge was not found", step)
		}
		if step%50 == 0 && !slices.Equal(flat(list), before) {
			t.Fatalf("step %d: the old list has changed", step)
		}
		list = next
	}
	if !slices.Equal(flat(list), model) {
		t.Fatal("the list differs from the slice")
	}
	for _, s := range list {
		if s.len() == 0 || s.len() > chunkEdges {
			t.Fatalf("a chunk has %d edges", s.len())
		}
	}
	if _, ok := removed(list, 1<<39); ok {
		t.Fatal("an edge that is not there was removed")
	}
}

func TestOfTypeFindsTheRunOfEachTypeTheLastCodeIncluded(t *testing.T) {
	var list []run
	for i := range 30 {
		code := []uint8{0, 7, 254, 255}[i%4]
		list = inserted(list, slot{graph.EntityID(i), graph.RelationID(i + 1), tag(code) << typeShift})
	}
	for code, want := range map[uint8]int{0: 8, 7: 8, 254: 7, 255: 7, 8: 0, 253: 0} {
		if got := list[0].ofType(code).len(); got != want {
			t.Errorf("type %d has %d edges instead of %d", code, got, want)
		}
	}
}

func TestMarksAreEmptiedByARoundAlsoWhenTheRoundsHaveRunOut(t *testing.T) {
	var m Marks
	m.Reset(9)
	if !m.Add(3) || m.Add(3) || !m.Has(3) || m.Has(4) || m.Has(1_000_000) {
		t.Fatal("a set that does not hold what was put in")
	}
	m.epoch = 1<<32 - 3
	m.at[5] = 1 // a mark of the first round of all
	for range 4 {
		m.reset(9, 3)
		for id := range graph.EntityID(10) {
			if m.at[id] >= m.epoch {
				t.Fatalf("entity %d is marked in round %d", id, m.epoch)
			}
		}
		m.at[7] = m.epoch + 2
	}
}

func TestARelationSetHoldsWhatWasPutInSinceItsReset(t *testing.T) {
	var s relationSet
	for round := range 3 {
		s.reset()
		for id := range graph.RelationID(3000) {
			if s.has(id*7) || !s.add(id*7) || s.add(id*7) {
				t.Fatalf("round %d, relation %d", round, id)
			}
		}
		if s.has(5) || s.count != 3000 {
			t.Fatalf("round %d: %d in the set", round, s.count)
		}
	}
}
