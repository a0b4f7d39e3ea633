package library

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"lianzhu/analytics"
	"lianzhu/bench/gen"
	"lianzhu/dataset"
	"lianzhu/graph"
)

// How far the walks go: as the questions of the benchmark over HTTP do.
var (
	subgraphBounds = graph.Bounds{Depth: 2, Nodes: 500, Edges: 5000, Degree: 200}
	pathBounds     = graph.Bounds{Depth: 8, Nodes: 5000, Edges: 20_000, Degree: 200}
	traceBounds    = graph.Bounds{Depth: 4, Nodes: 300, Edges: 20_000, Degree: 200}
)

// firms are enterprises with at least so many relations, at random, the same
// every time.
func (w *world) firms(n, least, most int) []uint32 {
	from, to := w.plain.G.Span(gen.Enterprise)
	random := rand.New(rand.NewPCG(1, uint64(least)))
	var list []uint32
	for tries := 0; len(list) < n && tries < 1000*n; tries++ {
		if e := from + uint32(random.IntN(int(to-from))); w.plain.Degree(e) >= least && w.plain.Degree(e) <= most {
			list = append(list, e)
		}
	}
	return list
}

// hubs are the enterprises with the most relations.
func (w *world) hubs(n int) []uint32 {
	from, to := w.plain.G.Span(gen.Enterprise)
	var list []uint32
	for e := from; e < to; e++ {
		list = append(list, e)
	}
	slices.SortStableFunc(list, func(a, b uint32) int { return w.plain.Degree(b) - w.plain.Degree(a) })
	return list[:n]
}

func id(entity uint32) graph.EntityID { return graph.EntityID(entity + 1) }

// both runs the library and the plain loop over the same things.
func both(b *testing.B, things int, library, loop func(i int) error) {
	for _, side := range []struct {
		name string
		run  func(int) error
	}{{"library", library}, {"plain", loop}} {
		b.Run(side.name, func(b *testing.B) {
			defer cpu(b)()
			for i := 0; b.Loop(); i++ {
				if err := side.run(i % things); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSubgraphOf500(b *testing.B) {
	w := theWorld(b)
	roots := w.firms(64, 8, 60)
	both(b, len(roots), func(i int) error {
		_, err := w.subgraph(roots[i])
		return err
	}, func(i int) error {
		w.plain.CountSubgraph(roots[i], subgraphBounds.Nodes, subgraphBounds.Edges)
		return nil
	})
}

func (w *world) subgraph(root uint32) (*graph.Subgraph, error) {
	return graph.WalkSubgraph(context.Background(), w.reader, graph.SubgraphQuery{Roots: []graph.EntityID{id(root)}, Direction: graph.Both, Bounds: subgraphBounds, Bare: true})
}

func BenchmarkShortestPath(b *testing.B) {
	w := theWorld(b)
	ends := w.firms(128, 1, math.MaxInt)
	both(b, len(ends)/2, func(i int) error {
		_, err := w.path(ends[2*i], ends[2*i+1])
		return err
	}, func(i int) error {
		w.plain.PathLength(ends[2*i], ends[2*i+1], pathBounds.Depth)
		return nil
	})
}

func (w *world) path(from, to uint32) (*graph.Paths, error) {
	return graph.FindPaths(context.Background(), w.reader, graph.PathQuery{From: id(from), To: id(to), Direction: graph.Both, Bounds: pathBounds, Bare: true})
}

func BenchmarkTraceOfDepth4(b *testing.B) {
	w := theWorld(b)
	roots := w.firms(32, 30, math.MaxInt)
	both(b, len(roots), func(i int) error {
		_, err := w.trace(roots[i])
		return err
	}, func(i int) error {
		w.plain.CountTrace(roots[i], traceBounds.Depth, traceBounds.Nodes)
		return nil
	})
}

func (w *world) trace(root uint32) (*graph.Reach, error) {
	return graph.Reachable(context.Background(), w.reader, graph.ReachQuery{From: id(root), Direction: graph.Out,
		Where: &graph.RelationFilter{Types: []graph.RelationType{"SUPPLIES"}}, Bounds: traceBounds, Bare: true})
}

func BenchmarkCommonNeighboursOfHubs(b *testing.B) {
	w := theWorld(b)
	hubs := w.hubs(32)
	both(b, 16, func(i int) error {
		_, err := w.common(hubs[i], hubs[16+i])
		return err
	}, func(i int) error {
		w.plain.Common(hubs[i], hubs[16+i])
		return nil
	})
}

func (w *world) common(a, b uint32) (*graph.CommonNeighbours, error) {
	return graph.FindCommonNeighbourIDs(context.Background(), w.reader, []graph.EntityID{id(a), id(b)}, nil, 25)
}

func BenchmarkRollUpByProvince(b *testing.B) {
	w := theWorld(b)
	both(b, 1, func(int) error {
		_, err := w.byProvince()
		return err
	}, func(int) error {
		w.plain.SumByProvince()
		return nil
	})
}

func (w *world) byProvince() ([]graph.Row, error) {
	return graph.GroupRelations(context.Background(), w.reader, w.regions, graph.GroupQuery{Keys: []graph.GroupKey{graph.GroupProvince},
		Where: &graph.RelationFilter{Types: []graph.RelationType{"INVESTS_IN"}}, Unit: "CNY", Convert: dataset.Convert})
}

// The measures of the library use all processors, so their processor time is not
// that of one thread: compare the time on the clock.
func BenchmarkPageRank(b *testing.B) {
	w := theWorld(b)
	net, err := analytics.Project(context.Background(), w.snap, nil, analytics.Directed)
	if err != nil {
		b.Fatal(err)
	}
	for _, workers := range []int{1, 0} {
		name := map[int]string{1: "library, one worker", 0: "library"}[workers]
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r, err := analytics.PageRank(context.Background(), net, analytics.PageRankOptions{Tolerance: 1e-8, Workers: workers})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(r.Iterations), "rounds")
			}
		})
	}
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, rounds := w.plain.PageRank(0.85, 1e-8)
			b.ReportMetric(float64(rounds), "rounds")
		}
	})
}

func BenchmarkComponents(b *testing.B) {
	w := theWorld(b)
	both(b, 1, func(int) error {
		_, err := analytics.Components(context.Background(), w.snap, nil, nil)
		return err
	}, func(int) error {
		w.plain.Components()
		return nil
	})
}

// TestBothFindTheSame holds the library to the plain loops, so that the
// benchmarks compare like with like.
func TestBothFindTheSame(t *testing.T) {
	w, err := newWorld(0.002)
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range w.firms(50, 1, math.MaxInt) {
		found, err := w.subgraph(root)
		if err != nil {
			t.Fatal(err)
		}
		nodes, relations := w.plain.CountSubgraph(root, subgraphBounds.Nodes, subgraphBounds.Edges)
		if len(found.Nodes) != nodes || len(found.RelationIDs) != relations {
			t.Errorf("around %d there are %d entities and %d relations, not %d and %d", root, len(found.Nodes), len(found.RelationIDs), nodes, relations)
		}
		reached, err := w.trace(root)
		if err != nil {
			t.Fatal(err)
		}
		if n := w.plain.CountTrace(root, traceBounds.Depth, traceBounds.Nodes); len(reached.Items) != n {
			t.Errorf("from %d there are %d, not %d", root, len(reached.Items), n)
		}
	}
	hubs := w.hubs(8)
	for i, a := range hubs[1:] {
		found, err := w.common(hubs[i], a)
		if err != nil {
			t.Fatal(err)
		}
		if n := w.plain.Common(hubs[i], a); found.Total != n {
			t.Errorf("%d and %d share %d, not %d", hubs[i], a, found.Total, n)
		}
	}
	testMeasures(t, w)
}

func testMeasures(t *testing.T, w *world) {
	t.Helper()
	rows, err := w.byProvince()
	if err != nil {
		t.Fatal(err)
	}
	count, _ := w.plain.SumByProvince()
	left := slices.DeleteFunc(count[:], func(n int) bool { return n == 0 })
	for i, row := range rows {
		if i >= len(left) || row.Count != left[i] {
			t.Errorf("%v has %d", row.Key, row.Count)
		}
	}
	components, err := analytics.Components(context.Background(), w.snap, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := w.plain.Components(); len(components.List) != n {
		t.Errorf("%d components, not %d", len(components.List), n)
	}
	net, err := analytics.Project(context.Background(), w.snap, nil, analytics.Directed)
	if err != nil {
		t.Fatal(err)
	}
	ranks, err := analytics.PageRank(context.Background(), net, analytics.PageRankOptions{Tolerance: 1e-10})
	if err != nil {
		t.Fatal(err)
	}
	share, _ := w.plain.PageRank(0.85, 1e-10)
	for i, s := range share {
		if math.Abs(ranks.Scores[i+1]-s) > 1e-8 {
			t.Fatalf("entity %d has the rank %v, not %v", i, ranks.Scores[i+1], s)
		}
	}
}
