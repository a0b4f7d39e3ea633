package topology_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// What stands near an entity is what Begin and Next give of it, whatever the
// order: as many of the first ones as were asked for.
func TestWhatIsNearIsWhatFollowingGives(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(40, 600)
	s := w.build()
	told, cut := 0, 0
	for range 6 {
		w.view(func(r graph.Reader) {
			shape := s.Reader(context.Background(), r).(interface{ Shape() graph.Shape }).Shape()
			for range 400 {
				is, more := w.compareNear(r, shape, s)
				told, cut = told+is, cut+more
			}
		})
		w.happen()
		s = must(w.after(s).Compact(context.Background()))(t)
	}
	if told < 1000 || cut < 200 {
		t.Errorf("only %d were told at once, and %d of these cut", told, cut)
	}
}

// compareNear asks both ways, and counts 1 where Near told, and where it told of
// more.
func (w *world) compareNear(r graph.Reader, shape graph.Shape, s *topology.Snapshot) (told, cut int) {
	c := graph.ColumnFilter{Modality: []graph.Modality{graph.Asserted, graph.Reported}, From: graph.DayMin, To: graph.DayMax}
	switch w.rnd.IntN(4) {
	case 0:
		c.Modality, c.Derived = []graph.Modality{graph.Asserted, graph.Reported, graph.Planned, graph.Negated}, true
	case 1:
		c.Types = []graph.RelationType{w.aType(s), w.aType(s)}
	case 2:
		c.MinScore = w.rnd.Float32()
	}
	id, dir, most := w.someone(s), pick(w.rnd, directions), w.rnd.IntN(12)
	if most == 0 {
		most = math.MaxInt
	}
	follower := shape.Follow(c)
	var near graph.Near
	if !follower.Near(&near, id, dir, most, math.MaxInt) {
		return 0, 0
	}
	got := map[string]int{}
	for _, part := range near.Parts {
		for i, peer := range part.Peers {
			got[fmt.Sprint(peer, part.Relations[i])]++
		}
	}
	follower.Begin(id, dir, false, graph.EdgeCursor{})
	arcs, looked, _ := follower.Next(nil, 1<<12, 1<<12)
	more := len(arcs) > most
	if more {
		arcs, looked = slices.Clone(arcs[:most]), int(arcs[most].Seen)
	}
	want := map[string]int{}
	for _, a := range arcs {
		want[fmt.Sprint(a.Peer, a.Relation)]++
	}
	if fmt.Sprint(got) != fmt.Sprint(want) || near.Looked != looked || near.More != more {
		w.t.Fatalf("near %d, %s, at most %d of %+v: %v, looked at %d, more %v\nand not %v, %d, %v",
			id, dir, most, c, got, near.Looked, near.More, want, looked, more)
	}
	if more {
		cut = 1
		if degree := must(r.Degree([]graph.EntityID{id}, nil, dir))(w.t)[0]; near.Degree != degree {
			w.t.Fatalf("%d has %d relations in direction %s, not %d", id, degree, dir, near.Degree)
		}
	}
	return 1, cut
}

// aType is the type of some relation.
func (w *world) aType(s *topology.Snapshot) graph.RelationType {
	for {
		if r, ok := s.Relation(graph.RelationID(w.rnd.IntN(int(s.LastRelation()) + 1))); ok {
			return r.Type
		}
	}
}
