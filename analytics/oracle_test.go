package analytics_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/graph/community"
	"gonum.org/v1/gonum/graph/network"
	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"

	ggraph "gonum.org/v1/gonum/graph"

	"lianzhu/analytics"
	"lianzhu/graph"
)

// randomly calls test for random nets: several sizes, sparse and dense.
func randomly(t *testing.T, test func(t *testing.T, l *list)) {
	seed := rand.Uint64()
	if text := os.Getenv("LIANZHU_SEED"); text != "" {
		seed = must(strconv.ParseUint(text, 10, 64))(t)
	}
	t.Logf("LIANZHU_SEED=%d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	for range 25 {
		l := newList()
		size := 1 + rnd.IntN(60)
		for i := range size {
			l.entity(fmt.Sprint(i))
		}
		for range rnd.IntN(4 * size) {
			from, to := graph.EntityID(1+rnd.IntN(size)), graph.EntityID(1+min(rnd.IntN(size), rnd.IntN(size)))
			if from != to {
				l.relate("SUPPLIES", from, to)
			}
		}
		test(t, l)
	}
}

// adder is a graph of gonum's that can be added to.
type adder interface {
	ggraph.Graph
	AddNode(ggraph.Node)
	SetEdge(ggraph.Edge)
}

// fill makes g the graph of l, parallel relations once.
func fill[G adder](g G, l *list) G {
	for i := range l.names {
		g.AddNode(simple.Node(i + 1))
	}
	for _, r := range l.relations {
		g.SetEdge(simple.Edge{F: simple.Node(r.SourceID), T: simple.Node(r.TargetID)})
	}
	return g
}

func directedOf(l *list) *simple.DirectedGraph { return fill(simple.NewDirectedGraph(), l) }

func undirectedOf(l *list) *simple.UndirectedGraph { return fill(simple.NewUndirectedGraph(), l) }

// once is l without parallel relations, since gonum has none.
func once(l *list) *list {
	type pair struct{ from, to graph.EntityID }
	seen := map[pair]bool{}
	clean := newList()
	for _, name := range l.names {
		clean.entity(name)
	}
	for _, r := range l.relations {
		if p := (pair{r.SourceID, r.TargetID}); !seen[p] {
			seen[p] = true
			clean.relate(r.Type, r.SourceID, r.TargetID)
		}
	}
	return clean
}

func compare(t *testing.T, what string, l *list, got []float64, want map[int64]float64, scale float64) {
	t.Helper()
	for id := range l.names {
		if g, w := got[id+1], scale*want[int64(id+1)]; !near(g, w, 1e-7*max(1, w)) {
			t.Fatalf("%s of entity %d of %d, with %d relations: %g instead of %g", what, id+1, len(l.names), len(l.relations), g, w)
		}
	}
}

func TestBetweennessEqualsGonums(t *testing.T) {
	randomly(t, func(t *testing.T, l *list) {
		directed := must(analytics.Betweenness(context.Background(), l.net(t, analytics.Directed), analytics.BetweennessOptions{}))(t)
		compare(t, "betweenness", l, directed.Values, network.Betweenness(directedOf(l)), 1)
		undirected := must(analytics.Betweenness(context.Background(), l.net(t, analytics.Undirected), analytics.BetweennessOptions{}))(t)
		compare(t, "undirected betweenness", l, undirected.Values, network.Betweenness(undirectedOf(l)), 0.5)
	})
}

func TestClosenessEqualsGonums(t *testing.T) {
	randomly(t, func(t *testing.T, l *list) {
		got := must(analytics.Closeness(context.Background(), l.net(t, analytics.Directed), analytics.ClosenessOptions{}))(t)
		g := directedOf(l)
		compare(t, "closeness", l, got, network.Harmonic(g, path.DijkstraAllPaths(g)), 1)
	})
}

func TestPageRankEqualsGonums(t *testing.T) {
	randomly(t, func(t *testing.T, l *list) {
		l = once(l)
		r := must(analytics.PageRank(context.Background(), l.net(t, analytics.Directed), analytics.PageRankOptions{Tolerance: 1e-13}))(t)
		compare(t, "PageRank", l, r.Scores, network.PageRank(directedOf(l), 0.85, 1e-12), 1)
		total := 0.0
		for _, score := range r.Scores {
			total += score
		}
		if !near(total, 1, 1e-9) {
			t.Fatalf("the scores sum to %g", total)
		}
	})
}

func TestCoresEqualGonums(t *testing.T) {
	randomly(t, func(t *testing.T, l *list) {
		got := must(analytics.Cores(context.Background(), l.net(t, analytics.Undirected), nil))(t)
		_, cores := topo.DegeneracyOrdering(undirectedOf(l))
		for k, members := range cores {
			for _, v := range members {
				if got[v.ID()] != k {
					t.Fatalf("entity %d has core number %d instead of %d", v.ID(), got[v.ID()], k)
				}
			}
		}
	})
}

func TestComponentsEqualGonums(t *testing.T) {
	randomly(t, func(t *testing.T, l *list) {
		got := must(analytics.Components(context.Background(), l.snapshot(t), nil, nil))(t)
		want := topo.ConnectedComponents(undirectedOf(l))
		if len(got.List) != len(want) {
			t.Fatalf("%d components instead of %d", len(got.List), len(want))
		}
		for _, members := range want {
			least := members[0].ID()
			for _, v := range members {
				least = min(least, v.ID())
			}
			for _, v := range members {
				if int64(got.Of[v.ID()]) != least {
					t.Fatalf("entity %d is of component %d instead of %d", v.ID(), got.Of[v.ID()], least)
				}
			}
		}
	})
}

// Louvain's result depends on the order in which it looks; so modularity is
// compared, and that it is not much worse than gonum's.
func TestCommunitiesAreAboutAsGoodAsGonums(t *testing.T) {
	ours, theirs := 0.0, 0.0
	randomly(t, func(t *testing.T, l *list) {
		l = once(l)
		n := l.net(t, analytics.Undirected)
		r := must(analytics.Communities(context.Background(), n, analytics.CommunitiesOptions{Seed: 1}))(t)
		g := undirectedOfWeights(l)
		groups := make([][]ggraph.Node, len(r.Sizes)-1)
		for i := range l.names {
			c := r.Of[i+1] - 1
			groups[c] = append(groups[c], g.Node(int64(i+1)))
		}
		for k, group := range groups {
			if len(group) != r.Sizes[k+1] || k > 0 && len(group) > len(groups[k-1]) {
				t.Fatalf("community %d has %d entities: %v", k+1, len(group), r.Sizes)
			}
		}
		if len(l.relations) == 0 {
			return
		}
		if q := community.Q(g, groups, 1); !near(q, r.Modularity, 1e-9) {
			t.Fatalf("modularity %g instead of %g", r.Modularity, q)
		}
		ours += r.Modularity
		theirs += community.Q(g, community.Modularize(g, 1, rand.NewPCG(1, 1)).Communities(), 1)
	})
	if ours < theirs-0.3 {
		t.Errorf("over all nets modularity is %g, and gonum's %g", ours, theirs)
	}
}

func undirectedOfWeights(l *list) *simple.WeightedUndirectedGraph {
	g := simple.NewWeightedUndirectedGraph(0, 0)
	for i := range l.names {
		g.AddNode(simple.Node(i + 1))
	}
	for _, r := range l.relations {
		u, v := int64(r.SourceID), int64(r.TargetID)
		w, _ := g.Weight(u, v)
		g.SetWeightedEdge(simple.WeightedEdge{F: simple.Node(u), T: simple.Node(v), W: w + 1})
	}
	return g
}
