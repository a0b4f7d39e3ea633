package analytics_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"lianzhu/analytics"
	"lianzhu/graph"
	"lianzhu/topology"
)

// triangle is A supplying B twice and C once, and C developing with A.
func triangle() *list {
	l := newList()
	a, b, c := l.entity("A"), l.entity("B"), l.entity("C")
	l.relate("SUPPLIES", a, b)
	l.relate("SUPPLIES", a, b)
	l.relate("SUPPLIES", a, c)
	l.relate("CO_DEVELOPS_WITH", a, c)
	l.entity("D")
	return l
}

func TestANetHasOneLineForParallelRelationsAndBothWaysForSymmetricOnes(t *testing.T) {
	l := triangle()
	for _, c := range []struct {
		shape                        analytics.Shape
		from, to, peersFrom, peersTo []int
	}{
		{analytics.Directed, []int{0, 4, 0, 1, 0}, []int{0, 1, 2, 2, 0}, []int{0, 2, 0, 1, 0}, []int{0, 1, 1, 1, 0}},
		{analytics.Undirected, []int{0, 4, 2, 2, 0}, []int{0, 4, 2, 2, 0}, []int{0, 2, 1, 1, 0}, []int{0, 2, 1, 1, 0}},
	} {
		n := l.net(t, c.shape)
		from, to := analytics.Degrees(n)
		peersFrom, peersTo := analytics.Peers(n)
		if !slices.Equal(from, c.from) || !slices.Equal(to, c.to) {
			t.Errorf("shape %d: degrees %v and %v", c.shape, from, to)
		}
		if !slices.Equal(peersFrom, c.peersFrom) || !slices.Equal(peersTo, c.peersTo) {
			t.Errorf("shape %d: peers %v and %v", c.shape, peersFrom, peersTo)
		}
		if n.Len() != 4 || n.Relations() != 4 || !n.Has(4) || n.Has(0) || n.Has(5) || !slices.Equal(n.Entities(), []graph.EntityID{1, 2, 3, 4}) {
			t.Errorf("shape %d: %d entities, %d relations", c.shape, n.Len(), n.Relations())
		}
	}
}

func TestANetLeavesOutWhatItsFilterLeavesOut(t *testing.T) {
	s := triangle().snapshot(t)
	f := must(s.Filter(topology.Where{Types: []graph.RelationType{"SUPPLIES"}, Avoid: []graph.EntityID{2}}))(t)
	n := must(analytics.Project(context.Background(), s, f, analytics.Directed))(t)
	from, to := analytics.Degrees(n)
	if n.Len() != 3 || n.Has(2) || n.Relations() != 1 || !slices.Equal(from, []int{0, 1, 0, 0, 0}) || !slices.Equal(to, []int{0, 0, 0, 1, 0}) {
		t.Fatalf("%d entities, degrees %v and %v", n.Len(), from, to)
	}
	r := must(analytics.Components(context.Background(), s, f, nil))(t)
	if !slices.Equal(r.Of, []graph.EntityID{0, 1, 0, 1, 4}) {
		t.Fatalf("components %v", r.Of)
	}
	corridors := must(s.Filter(topology.Where{NotThrough: []graph.Kind{graph.KindRegion}}))(t)
	if _, err := analytics.Project(context.Background(), s, corridors, analytics.Directed); graph.CodeOf(err) != graph.CodeInvalid {
		t.Errorf("a filter with corridors: %v", err)
	}
	if _, err := analytics.Components(context.Background(), s, corridors, nil); graph.CodeOf(err) != graph.CodeInvalid {
		t.Errorf("components by a filter with corridors: %v", err)
	}
}

// PageRank follows the likelier where there are more relations: B gets 2 of 4
// parts of what A hands on, C the other two.
func TestPageRankFollowsParallelRelationsTheMoreTheLikelier(t *testing.T) {
	r := must(analytics.PageRank(context.Background(), triangle().net(t, analytics.Directed), analytics.PageRankOptions{}))(t)
	lost := r.Scores[2] + r.Scores[4]
	begin := 0.15/4 + 0.85*lost/4
	for id, want := range map[int]float64{1: begin + 0.85*r.Scores[3], 2: begin + 0.85*r.Scores[1]/2, 3: begin + 0.85*r.Scores[1]/2, 4: begin} {
		if !near(r.Scores[id], want, 1e-9) {
			t.Errorf("entity %d has %g instead of %g", id, r.Scores[id], want)
		}
	}
}

func TestRankOrdersByValueAndThenById(t *testing.T) {
	l := newList()
	for _, name := range []string{"A", "B", "C", "D", "E", "F"} {
		l.entity(name)
	}
	n := l.net(t, analytics.Directed)
	values := []int{99, 2, 7, 2, 7, 0, 2}
	want := []analytics.Ranked[int]{{Entity: 2, Value: 7}, {Entity: 4, Value: 7}, {Entity: 1, Value: 2}, {Entity: 3, Value: 2}, {Entity: 6, Value: 2}, {Entity: 5, Value: 0}}
	for k := range 9 {
		if got := analytics.Rank(n, values, k); !slices.Equal(got, want[:min(k, 6)]) {
			t.Errorf("the first %d are %v", k, got)
		}
	}
	if got := analytics.Rank(n, values, -1); !slices.Equal(got, want) {
		t.Errorf("all are %v", got)
	}
}

func TestRankOfManyIsTheBeginningOfTheirOrder(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	l := newList()
	for i := range 500 {
		l.entity(string(rune('A' + i)))
	}
	n := l.net(t, analytics.Directed)
	values := make([]float64, 501)
	for i := range values {
		values[i] = float64(rnd.IntN(40))
	}
	all := analytics.Rank(n, values, -1)
	for _, k := range []int{1, 2, 10, 100, 499} {
		if !slices.Equal(analytics.Rank(n, values, k), all[:k]) {
			t.Errorf("the first %d differ", k)
		}
	}
}

// crowd is a net large enough for several blocks of PageRank.
func crowd(entities, relations int) *list {
	rnd := rand.New(rand.NewPCG(uint64(entities), 3))
	l := newList()
	for i := range entities {
		l.names = append(l.names, string(rune(i)))
	}
	for range relations {
		from, to := rnd.IntN(entities), int(rnd.Float64()*rnd.Float64()*float64(entities))
		if from != to {
			l.relate("SUPPLIES", graph.EntityID(from+1), graph.EntityID(to+1))
		}
	}
	return l
}

func TestPageRankIsTheSameToTheLastBitHoweverManyWork(t *testing.T) {
	n := crowd(20_000, 60_000).net(t, analytics.Directed)
	one := must(analytics.PageRank(context.Background(), n, analytics.PageRankOptions{Workers: 1}))(t)
	for workers := 2; workers < 8; workers++ {
		many := must(analytics.PageRank(context.Background(), n, analytics.PageRankOptions{Workers: workers}))(t)
		if many.Iterations != one.Iterations || math.Float64bits(many.Residual) != math.Float64bits(one.Residual) {
			t.Fatalf("%d workers: %d rounds, %g; one: %d, %g", workers, many.Iterations, many.Residual, one.Iterations, one.Residual)
		}
		for id := range one.Scores {
			if math.Float64bits(one.Scores[id]) != math.Float64bits(many.Scores[id]) {
				t.Fatalf("entity %d has %x with %d workers and %x with one", id, many.Scores[id], workers, one.Scores[id])
			}
		}
	}
}

func TestMeasuresOfTheSameNetAreTheSame(t *testing.T) {
	l := crowd(600, 2_000)
	ctx := context.Background()
	for range 3 {
		a, b := l.net(t, analytics.Undirected), l.net(t, analytics.Undirected)
		o := analytics.CommunitiesOptions{Seed: 9}
		if !slices.Equal(must(analytics.Communities(ctx, a, o))(t).Of, must(analytics.Communities(ctx, b, o))(t).Of) {
			t.Fatal("communities differ")
		}
		s := analytics.BetweennessOptions{Samples: 50, Seed: 9}
		if !slices.Equal(must(analytics.Betweenness(ctx, a, s))(t).Values, must(analytics.Betweenness(ctx, b, s))(t).Values) {
			t.Fatal("betweenness differs")
		}
		if !slices.Equal(must(analytics.Closeness(ctx, a, analytics.ClosenessOptions{}))(t), must(analytics.Closeness(ctx, b, analytics.ClosenessOptions{}))(t)) {
			t.Fatal("closeness differs")
		}
	}
}

// Every sample of the sources gives an estimate; that of many samples comes
// near, and that of all is exact.
func TestSampledBetweennessSaysSoAndEstimates(t *testing.T) {
	n := crowd(300, 1_200).net(t, analytics.Undirected)
	ctx := context.Background()
	exact := must(analytics.Betweenness(ctx, n, analytics.BetweennessOptions{}))(t)
	all := must(analytics.Betweenness(ctx, n, analytics.BetweennessOptions{Samples: 300}))(t)
	if all.Sampled || !slices.Equal(all.Values, exact.Values) {
		t.Fatal("a sample of all is not exact")
	}
	top := analytics.Rank(n, exact.Values, 1)[0]
	mean := 0.0
	for seed := range uint64(30) {
		r := must(analytics.Betweenness(ctx, n, analytics.BetweennessOptions{Samples: 60, Seed: seed}))(t)
		if !r.Sampled || r.Sources != 60 {
			t.Fatalf("%d sources, sampled: %v", r.Sources, r.Sampled)
		}
		mean += r.Values[top.Entity] / 30
	}
	if !near(mean/top.Value, 1, 0.05) {
		t.Fatalf("samples estimate %g on average, it is %g", mean, top.Value)
	}
}

// measures are all of them, each asked with a progress.
var measures = map[string]func(ctx context.Context, s *topology.Snapshot, n *analytics.Net, p analytics.Progress) error{
	"PageRank": func(ctx context.Context, _ *topology.Snapshot, n *analytics.Net, p analytics.Progress) error {
		_, err := analytics.PageRank(ctx, n, analytics.PageRankOptions{Progress: p})
		return err
	},
	"betweenness": func(ctx context.Context, _ *topology.Snapshot, n *analytics.Net, p analytics.Progress) error {
		_, err := analytics.Betweenness(ctx, n, analytics.BetweennessOptions{Progress: p})
		return err
	},
	"closeness": func(ctx context.Context, _ *topology.Snapshot, n *analytics.Net, p analytics.Progress) error {
		_, err := analytics.Closeness(ctx, n, analytics.ClosenessOptions{Progress: p, Normalized: true})
		return err
	},
	"cores": func(ctx context.Context, _ *topology.Snapshot, n *analytics.Net, p analytics.Progress) error {
		_, err := analytics.Cores(ctx, n, p)
		return err
	},
	"communities": func(ctx context.Context, _ *topology.Snapshot, n *analytics.Net, p analytics.Progress) error {
		_, err := analytics.Communities(ctx, n, analytics.CommunitiesOptions{Progress: p})
		return err
	},
	"components": func(ctx context.Context, s *topology.Snapshot, _ *analytics.Net, p analytics.Progress) error {
		_, err := analytics.Components(ctx, s, nil, p)
		return err
	},
}

func TestEveryMeasureTellsItsProgressAndEndsWithItsContext(t *testing.T) {
	l := crowd(700, 2_000)
	s, n := l.snapshot(t), l.net(t, analytics.Undirected)
	for name, measure := range measures {
		calls, done, total := 0, 0, 0
		err := measure(context.Background(), s, n, func(d, all int) { calls, done, total = calls+1, d, all })
		if err != nil || calls == 0 || calls > 500 || done != total {
			t.Errorf("%s told its progress %d times, at last %d of %d, and ended with %v", name, calls, done, total, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		if err := measure(ctx, s, n, func(int, int) { cancel() }); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, cancelled on the way, ends with %v", name, err)
		}
		cancel()
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := analytics.Project(ctx, s, nil, analytics.Directed); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled projection ends with %v", err)
	}
}

func TestAnEmptyNetHasEmptyMeasures(t *testing.T) {
	l := newList()
	s, n := l.snapshot(t), l.net(t, analytics.Undirected)
	for name, measure := range measures {
		if err := measure(context.Background(), s, n, nil); err != nil {
			t.Errorf("%s of nothing: %v", name, err)
		}
	}
	r := must(analytics.PageRank(context.Background(), n, analytics.PageRankOptions{}))(t)
	c := must(analytics.Communities(context.Background(), n, analytics.CommunitiesOptions{}))(t)
	if !r.Converged || len(r.Scores) != 1 || c.Modularity != 0 || analytics.Rank(n, r.Scores, 3) != nil {
		t.Fatalf("%+v %+v", r, c)
	}
}

func TestOptionsThatMakeNoSenseAreRefused(t *testing.T) {
	l := triangle()
	ctx, directed, undirected := context.Background(), l.net(t, analytics.Directed), l.net(t, analytics.Undirected)
	for what, ask := range map[string]func() error{
		"damping above 1": func() error {
			_, err := analytics.PageRank(ctx, directed, analytics.PageRankOptions{Damping: 1.5})
			return err
		},
		"a tolerance below 0": func() error {
			_, err := analytics.PageRank(ctx, directed, analytics.PageRankOptions{Tolerance: -1})
			return err
		},
		"damping that is no number": func() error {
			_, err := analytics.PageRank(ctx, directed, analytics.PageRankOptions{Damping: math.NaN()})
			return err
		},
		"cores of a directed net": func() error { _, err := analytics.Cores(ctx, directed, nil); return err },
		"communities of a directed net": func() error {
			_, err := analytics.Communities(ctx, directed, analytics.CommunitiesOptions{})
			return err
		},
		"a resolution below 0": func() error {
			_, err := analytics.Communities(ctx, undirected, analytics.CommunitiesOptions{Resolution: -1})
			return err
		},
	} {
		if err := ask(); graph.CodeOf(err) != graph.CodeInvalid {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAGreaterResolutionMakesMoreCommunities(t *testing.T) {
	n := published(t, "miserables.txt", true).net(t, analytics.Undirected)
	few := must(analytics.Communities(context.Background(), n, analytics.CommunitiesOptions{Resolution: 0.3}))(t)
	many := must(analytics.Communities(context.Background(), n, analytics.CommunitiesOptions{Resolution: 3}))(t)
	if len(few.Sizes) >= len(many.Sizes) {
		t.Fatalf("%d communities at 0.3 and %d at 3", len(few.Sizes)-1, len(many.Sizes)-1)
	}
}
