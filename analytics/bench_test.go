package analytics_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"lianzhu/analytics"
	"lianzhu/graph"
	"lianzhu/topology"
)

// benchList is a graph of 100,000 entities and 500,000 relations, a few of
// which have very many; it is the same every time.
func benchList() *list {
	const entities, relations = 100_000, 500_000
	rnd := rand.New(rand.NewPCG(entities, relations))
	l := newList()
	l.names = make([]string, entities)
	shuffled := rnd.Perm(entities)
	for len(l.relations) < relations {
		u := rnd.Float64()
		from, to := 1+shuffled[int(u*u*entities)], 1+rnd.IntN(entities)
		if rnd.IntN(2) == 0 {
			from, to = to, from
		}
		if from != to {
			l.relate([]graph.RelationType{"SUPPLIES", "INVESTS_IN"}[rnd.IntN(2)], graph.EntityID(from), graph.EntityID(to))
		}
	}
	return l
}

var benched struct {
	snap                 *topology.Snapshot
	directed, undirected *analytics.Net
}

func benchNets(b *testing.B) (s *topology.Snapshot, directed, undirected *analytics.Net) {
	b.Helper()
	if benched.snap == nil {
		benched.snap = benchList().snapshot(b)
		benched.directed = must(analytics.Project(context.Background(), benched.snap, nil, analytics.Directed))(b)
		benched.undirected = must(analytics.Project(context.Background(), benched.snap, nil, analytics.Undirected))(b)
	}
	return benched.snap, benched.directed, benched.undirected
}

func BenchmarkProject(b *testing.B) {
	s, _, _ := benchNets(b)
	b.ReportAllocs()
	for b.Loop() {
		must(analytics.Project(context.Background(), s, nil, analytics.Directed))(b)
	}
}

func BenchmarkPageRank(b *testing.B) {
	_, n, _ := benchNets(b)
	b.ReportAllocs()
	for b.Loop() {
		r := must(analytics.PageRank(context.Background(), n, analytics.PageRankOptions{Tolerance: 1e-8}))(b)
		b.ReportMetric(float64(r.Iterations), "rounds")
	}
}

func BenchmarkComponents(b *testing.B) {
	s, _, _ := benchNets(b)
	b.ReportAllocs()
	for b.Loop() {
		must(analytics.Components(context.Background(), s, nil, nil))(b)
	}
}

func BenchmarkCores(b *testing.B) {
	_, _, n := benchNets(b)
	b.ReportAllocs()
	for b.Loop() {
		must(analytics.Cores(context.Background(), n, nil))(b)
	}
}

func BenchmarkCommunities(b *testing.B) {
	_, _, n := benchNets(b)
	b.ReportAllocs()
	for b.Loop() {
		r := must(analytics.Communities(context.Background(), n, analytics.CommunitiesOptions{}))(b)
		b.ReportMetric(r.Modularity, "modularity")
	}
}

func BenchmarkBetweennessOfASampleOf16(b *testing.B) {
	_, n, _ := benchNets(b)
	b.ReportAllocs()
	for b.Loop() {
		must(analytics.Betweenness(context.Background(), n, analytics.BetweennessOptions{Samples: 16}))(b)
	}
}

// 10,000 entities and 50,000 relations: all pairs are looked at.
func BenchmarkClosenessOfASmallerNet(b *testing.B) {
	n := crowd(10_000, 50_000).net(b, analytics.Undirected)
	b.ReportAllocs()
	for b.Loop() {
		must(analytics.Closeness(context.Background(), n, analytics.ClosenessOptions{}))(b)
	}
}
