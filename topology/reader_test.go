package topology_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"lianzhu/graph"
	"lianzhu/storage/mem"
	"lianzhu/storage/storagetest"
	"lianzhu/topology"
)

// shaped is a store whose readers have the shape of their revision in memory.
type shaped struct {
	graph.Store
	live *topology.Live
}

// newShaped follows store until the test ends.
func newShaped(t testing.TB, store graph.Store, o *graph.Ontology) shaped {
	t.Helper()
	live := must(topology.Follow(context.Background(), store, o, topology.Options{Keep: 10_000}))(t)
	t.Cleanup(func() { live.Close() })
	return shaped{live.Store(), live}
}

func (s shaped) View(ctx context.Context, read func(graph.Reader) error) error {
	return s.Store.View(ctx, func(r graph.Reader) error {
		snap, err := s.live.At(context.Background(), r.Rev())
		if err != nil {
			return err
		}
		return read(snap.Reader(ctx, r))
	})
}

func TestAReaderWithAShapeKeepsTheContract(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) graph.Store {
		return newShaped(t, mem.New(storagetest.Ontology()), storagetest.Ontology())
	})
}

func TestPagesOfNeighboursFromMemoryAreThoseOfTheStore(t *testing.T) {
	for round := range 6 {
		w := newWorld(t, seedOf(t)+uint64(round))
		w.populate(30, 250)
		base := w.build()
		for range 15 {
			w.happen()
		}
		snap := w.after(base)
		w.view(func(r graph.Reader) {
			samePages(t, w.rnd, snap.Reader(t.Context(), r), r, snap.LastEntity())
		})
	}
}

func samePages(t *testing.T, rnd *rand.Rand, got, want graph.Reader, last graph.EntityID) {
	t.Helper()
	types := []graph.RelationType{"", "A", "CO_DEVELOPS_WITH", "INVESTS_IN", "LOCATED_IN", "SUPPLIES", "ZZ"}
	for range 300 {
		q := graph.NeighbourQuery{Direction: pick(rnd, directions), Limit: rnd.IntN(4)}
		for range 1 + rnd.IntN(3) {
			q.IDs = append(q.IDs, graph.EntityID(rnd.IntN(int(last)+2)))
			q.After = append(q.After, graph.EdgeCursor{Type: pick(rnd, types), Relation: graph.RelationID(rnd.IntN(300))})
		}
		if rnd.IntN(2) == 0 {
			q.Types = []graph.RelationType{pick(rnd, types), pick(rnd, types)}
		}
		q.Documents = rnd.IntN(8) == 0
		a, b := must(got.Neighbours(q))(t), must(want.Neighbours(q))(t)
		equal := slices.EqualFunc(a, b, func(a, b graph.Adjacency) bool {
			return a.Entity == b.Entity && a.More == b.More && slices.Equal(a.Edges, b.Edges)
		})
		if !equal {
			t.Fatalf("%+v gives\n%+v and not\n%+v", q, a, b)
		}
		degrees, counted := must(got.Degree(q.IDs, q.Types, q.Direction))(t), must(want.Degree(q.IDs, q.Types, q.Direction))(t)
		if !slices.Equal(degrees, counted) {
			t.Fatalf("the degrees of %v by %v, %s, are %v and not %v", q.IDs, q.Types, q.Direction, degrees, counted)
		}
	}
}
