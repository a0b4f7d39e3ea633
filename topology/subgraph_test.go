package topology_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

func TestSubgraphIsWhatTheWalkOverDocumentsGives(t *testing.T) {
	seed, cut := seedOf(t), 0
	for _, size := range [][2]int{{40, 150}, {9, 1100}} {
		w := newWorld(t, seed)
		w.populate(size[0], size[1])
		cut += w.compareSubgraphs(t)
	}
	if cut < 10 {
		t.Fatalf("only %d subgraphs were cut short", cut)
	}
}

func (w *world) compareSubgraphs(t *testing.T) (cut int) {
	s := w.build()
	for range 6 {
		for range 4 {
			w.happen()
		}
		s = w.after(s)
		w.view(func(r graph.Reader) {
			for range 25 {
				f := question(w.rnd)
				where, _ := topology.WhereOf(f)
				filter, err := s.Filter(where)
				if err != nil || graph.NewMatcher(r).CheckRelation(f) != nil {
					continue // nothing could pass it
				}
				roots := []graph.EntityID{w.someone(s), w.someone(s)}[:1+w.rnd.IntN(2)]
				dir := pick(w.rnd, directions)
				bounds := graph.Bounds{Depth: 1 + w.rnd.IntN(3), Nodes: math.MaxInt, Edges: math.MaxInt}
				switch w.rnd.IntN(3) {
				case 0:
					bounds.Nodes = 1 + w.rnd.IntN(20)
				case 1:
					bounds.Edges = 1 + w.rnd.IntN(20)
				}
				want := must(graph.WalkSubgraph(context.Background(), r, graph.SubgraphQuery{Roots: roots, Direction: dir, Where: f, Bounds: bounds}))(t)
				walk := s.Walk()
				got := must(walk.Subgraph(context.Background(), topology.Query{Direction: dir, Filter: filter, Bounds: bounds}, roots...))(t)
				sameSubgraph(t, &got, want)
				if !want.Complete {
					cut++
				}
				walk.Release()
			}
		})
	}
	return cut
}

func sameSubgraph(t *testing.T, got *topology.Subgraph, want *graph.Subgraph) {
	t.Helper()
	var relations []graph.RelationID
	for _, r := range want.Relations {
		relations = append(relations, r.ID)
	}
	if !slices.Equal(got.Relations, relations) || len(got.Entities) != len(want.Nodes) {
		t.Fatalf("entities %v and relations %v instead of %d and %v", got.Entities, got.Relations, len(want.Nodes), relations)
	}
	for i, n := range want.Nodes {
		if got.Entities[i] != n.Entity.ID || got.Hidden[i] != n.Hidden || got.Level(i) != n.Depth {
			t.Fatalf("place %d: entity %d, hidden %d, level %d instead of %d, %d, %d",
				i, got.Entities[i], got.Hidden[i], got.Level(i), n.Entity.ID, n.Hidden, n.Depth)
		}
	}
	if got.Complete != want.Complete || !slices.Equal(got.Reasons, want.Reasons) || got.DepthReached != want.DepthReached {
		t.Fatalf("it is %v %v to level %d instead of %v %v to level %d",
			got.Complete, got.Reasons, got.DepthReached, want.Complete, want.Reasons, want.DepthReached)
	}
}
