package library

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"lianzhu/analytics"
	"lianzhu/bench/gen"
	"lianzhu/bench/processor"
	"lianzhu/dataset"
	"lianzhu/graph"
)

// How far the walks go: as the questions of the benchmark over HTTP do.
var (
	subgraphBounds = graph.Bounds{Depth: 2, Nodes: 500, Edges: 5000, Degree: 200}
	pathBounds     = graph.Bounds{Depth: 8, Nodes: 5000, Edges: 20_000, Degree: 200}
	traceBounds    = graph.Bounds{Depth: 4, Nodes: 300, Edges: 20_000, Degree: 200}
)

// sharedShown is how many common neighbours are shown.
const sharedShown = 25

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
			defer processor.Time(b)()
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
		w.plain.Around(roots[i], subgraphBounds.Nodes, subgraphBounds.Edges)
		return nil
	})
}

func (w *world) subgraph(root uint32) (*graph.Subgraph, error) {
	return graph.WalkSubgraph(context.Background(), w.reader, graph.SubgraphQuery{Roots: []graph.EntityID{id(root)}, Direction: graph.Both, Bounds: subgraphBounds, Bare: true})
}

func BenchmarkShortestPath(b *testing.B) {
	w := theWorld(b)
	ends := w.firms(128, 1, math.MaxInt)
	var list []uint32
	both(b, len(ends)/2, func(i int) error {
		_, err := w.path(ends[2*i], ends[2*i+1])
		return err
	}, func(i int) error {
		list, _ = w.plain.PathRelations(list[:0], ends[2*i], ends[2*i+1], pathBounds.Depth)
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
		w.plain.Reached(roots[i], traceBounds.Depth, traceBounds.Nodes)
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
		w.plain.Common(hubs[i], hubs[16+i], sharedShown)
		return nil
	})
}

func (w *world) common(a, b uint32) (*graph.CommonNeighbours, error) {
	return graph.FindCommonNeighbourIDs(context.Background(), w.reader, []graph.EntityID{id(a), id(b)}, nil, sharedShown)
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

// The library's PageRank may use all processors, so that the processor time is
// not that of one thread; it is compared with one worker. Either side makes of
// the relations what it goes through, once for each answer.
func BenchmarkPageRank(b *testing.B) {
	w := theWorld(b)
	both(b, 1, func(int) error {
		net, err := analytics.Project(context.Background(), w.snap, nil, analytics.Directed)
		if err != nil {
			return err
		}
		_, err = analytics.PageRank(context.Background(), net, analytics.PageRankOptions{Tolerance: 1e-8, Workers: 1})
		return err
	}, func(int) error {
		w.plain.PageRank(0.85, 1e-8)
		return nil
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
	firms := w.firms(100, 1, math.MaxInt)
	for i, root := range firms {
		sameSubgraph(t, w, root)
		sameTrace(t, w, root)
		samePath(t, w, root, firms[(i+1)%len(firms)])
	}
	hubs := w.hubs(8)
	for i, a := range hubs[1:] {
		sameShared(t, w, hubs[i], a)
	}
	testMeasures(t, w)
}

// indexes are ids as the plain graph has them.
func indexes[ID ~uint32](ids []ID) (list []uint32) {
	for _, id := range ids {
		list = append(list, uint32(id)-1)
	}
	return list
}

func sameSubgraph(t *testing.T, w *world, root uint32) {
	t.Helper()
	found, err := w.subgraph(root)
	if err != nil {
		t.Fatal(err)
	}
	var ids []graph.EntityID
	for _, n := range found.Nodes {
		ids = append(ids, n.ID)
	}
	nodes, relations, complete := w.plain.Around(root, subgraphBounds.Nodes, subgraphBounds.Edges)
	if !slices.Equal(indexes(ids), nodes) || !slices.Equal(indexes(found.RelationIDs), relations) || found.Complete != complete {
		t.Errorf("around %d there are\n%v %v, not\n%v %v", root, indexes(ids), indexes(found.RelationIDs), nodes, relations)
	}
}

func sameTrace(t *testing.T, w *world, root uint32) {
	t.Helper()
	reached, err := w.trace(root)
	if err != nil {
		t.Fatal(err)
	}
	var ids []graph.EntityID
	var routes []graph.RelationID
	for i := range reached.Items {
		item := &reached.Items[i]
		ids, routes = append(ids, item.ID), append(routes, reached.Route(item).Relations...)
	}
	entities, hops, complete := w.plain.Reached(root, traceBounds.Depth, traceBounds.Nodes)
	if !slices.Equal(indexes(ids), entities) || !slices.Equal(indexes(routes), hops) || reached.Complete != complete {
		t.Errorf("from %d there are\n%v by %v, not\n%v by %v", root, indexes(ids), indexes(routes), entities, hops)
	}
}

// samePath compares where both are sure; else bounds have a say in what is met.
func samePath(t *testing.T, w *world, a, b uint32) {
	t.Helper()
	found, err := w.path(a, b)
	if err != nil {
		t.Fatal(err)
	}
	var path []uint32
	for _, route := range found.Routes {
		path = indexes(route.Relations)
	}
	partly := slices.ContainsFunc(found.SkippedHubs, func(h graph.HubSkip) bool { return h.Followed > 0 })
	hops, sure := w.plain.PathRelations(nil, a, b, pathBounds.Depth)
	if sure && !partly && !slices.Equal(path, hops) || len(path) > 0 != (len(hops) > 0) {
		t.Errorf("from %d to %d leads %v, not %v", a, b, path, hops)
	}
}

func sameShared(t *testing.T, w *world, a, b uint32) {
	t.Helper()
	found, err := w.common(a, b)
	if err != nil {
		t.Fatal(err)
	}
	list, total := w.plain.Common(a, b, sharedShown)
	same := found.Total == total && len(found.Items) == len(list)
	for i := 0; same && i < len(list); i++ {
		item := found.Items[i]
		same = item.ID == id(list[i].Entity) && slices.Equal(indexes(item.Relations[0]), list[i].Relations[0]) &&
			slices.Equal(indexes(item.Relations[1]), list[i].Relations[1])
	}
	if !same {
		t.Errorf("%d and %d share %+v, not %d: %v", a, b, found, total, list)
	}
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
	of, sizes := w.plain.Components()
	if len(components.List) != len(sizes) {
		t.Fatalf("%d components, not %d", len(components.List), len(sizes))
	}
	for i, n := range sizes {
		if components.List[i].Size != int(n) {
			t.Errorf("component %d has %d, not %d", i, components.List[i].Size, n)
		}
	}
	for i, least := range of {
		if components.Of[i+1] != graph.EntityID(least+1) {
			t.Fatalf("entity %d is in component %d, not %d", i, components.Of[i+1], least+1)
		}
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
