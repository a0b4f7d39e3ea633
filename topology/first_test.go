package topology_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// The path over arrays is the path over documents, relation by relation.
func TestPathIsTheFirstOfTheShortestAsDocumentsTellIt(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(60, 150)
	s := w.build()
	lengths := map[int]int{}
	for range 10 {
		for range 3 {
			w.happen()
		}
		s = w.after(s)
		w.view(func(r graph.Reader) {
			for range 80 {
				w.comparePaths(r, s, lengths)
			}
		})
	}
	if lengths[2] == 0 || lengths[3] == 0 || lengths[4] == 0 {
		t.Fatalf("paths by length: %v", lengths)
	}
}

func (w *world) comparePaths(r graph.Reader, s *topology.Snapshot, lengths map[int]int) {
	f := question(w.rnd)
	if w.rnd.IntN(2) == 0 {
		f.Types, f.And = nil, nil
	}
	where, ok := topology.WhereOf(f)
	from, to := w.someone(s), w.someone(s)
	q := graph.PathQuery{From: from, To: to, Direction: pick(w.rnd, directions), Where: f, ThroughHubs: w.rnd.IntN(2) == 0}
	q.Bounds = graph.Bounds{Depth: 1 + w.rnd.IntN(8), Nodes: math.MaxInt, Edges: math.MaxInt}
	if !q.ThroughHubs {
		where.NotThrough = []graph.Kind{graph.KindRegion}
	}
	if id := w.someone(s); id != from && id != to {
		q.Avoid, where.Avoid = []graph.EntityID{id}, []graph.EntityID{id}
	}
	filter, err := s.Filter(where)
	if !ok || err != nil || graph.NewMatcher(r).CheckRelation(f) != nil {
		return // nothing could pass it
	}
	want := must(graph.FindPaths(context.Background(), r, q))(w.t)
	walk := s.Walk()
	defer walk.Release()
	got := must(walk.Path(context.Background(), topology.Query{Direction: q.Direction, Filter: filter, Bounds: q.Bounds}, from, to))(w.t)
	var path []graph.RelationID
	if len(want.Paths) > 0 {
		for _, hop := range want.Paths[0] {
			path = append(path, hop.Relation.ID)
		}
		lengths[len(path)]++
	}
	if got.Found != (len(want.Paths) > 0) || !slices.Equal(got.Relations, path) {
		w.t.Fatalf("%d to %d, %s, %+v: %v %v instead of %v", from, to, q.Direction, where, got.Found, got.Relations, path)
	}
	if is, _, err := walk.Reachable(context.Background(), topology.Query{Direction: q.Direction, Filter: filter, Bounds: q.Bounds}, from, to); err != nil || is != got.Found {
		w.t.Fatalf("%d to %d: reachable %v, %v", from, to, is, err)
	}
}
