package topology_test

import (
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"lianzhu/bench/processor"
	"lianzhu/graph"
)

// These are the questions of package graph over the shape in memory, each
// beside a plain loop over arrays which answers the same (see rows).

// someEnds are random entities of the nation that are no regions.
func someEnds() (list []graph.EntityID) {
	rnd := rand.New(rand.NewPCG(9, 9))
	for range 128 {
		list = append(list, graph.EntityID(allRegions+1+rnd.IntN(nation.country.entities-allRegions)))
	}
	return list
}

func everyOne(b *testing.B, run func(i int)) {
	b.Helper()
	defer processor.Time(b)()
	for i := 0; b.Loop(); i++ {
		run(i % 64)
	}
}

func subgraphOf500(root graph.EntityID) graph.SubgraphQuery {
	return graph.SubgraphQuery{Roots: []graph.EntityID{root}, Direction: graph.Both, Bare: true, Bounds: graph.Bounds{Depth: 2, Nodes: 500, Edges: 5000, Degree: 200}}
}

func pathOfPair(from, to graph.EntityID) graph.PathQuery {
	return graph.PathQuery{From: from, To: to, Direction: graph.Both, ThroughHubs: true, Bare: true, Bounds: graph.Bounds{Depth: 8, Nodes: 1 << 20, Edges: 1 << 30}}
}

func traceOfSupplies(root graph.EntityID) graph.ReachQuery {
	return graph.ReachQuery{From: root, Direction: graph.Both, Where: &graph.RelationFilter{Types: []graph.RelationType{"SUPPLIES"}}, ThroughHubs: true, Bare: true,
		Bounds: graph.Bounds{Depth: 4, Nodes: 1000, Edges: 1000}}
}

func BenchmarkSubgraphOf500(b *testing.B) {
	openNation(b)
	ends := someEnds()
	b.Run("graph", func(b *testing.B) {
		everyOne(b, func(i int) {
			if _, err := graph.WalkSubgraph(context.Background(), nation.reader, subgraphOf500(ends[i])); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("plain", func(b *testing.B) {
		p := newPlainWalk(nation.rows, nation.country.entities, nation.country.relations)
		everyOne(b, func(i int) { p.subgraph(ends[i], 500, 5000) })
	})
}

func BenchmarkShortestPathOfPairs(b *testing.B) {
	openNation(b)
	ends := someEnds()
	b.Run("graph", func(b *testing.B) {
		everyOne(b, func(i int) {
			found, err := graph.FindPaths(context.Background(), nation.reader, pathOfPair(ends[i], ends[64+i]))
			if err != nil || len(found.Routes) != 1 {
				b.Fatal(found, err)
			}
		})
	})
	b.Run("plain", func(b *testing.B) {
		p := newPlainWalk(nation.rows, nation.country.entities, nation.country.relations)
		everyOne(b, func(i int) {
			if !p.path(ends[i], ends[64+i]) {
				b.Fatal("no path")
			}
		})
	})
}

func BenchmarkTraceOfSupplies(b *testing.B) {
	openNation(b)
	ends := someEnds()
	b.Run("graph", func(b *testing.B) {
		everyOne(b, func(i int) {
			if _, err := graph.Reachable(context.Background(), nation.reader, traceOfSupplies(ends[i])); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("plain", func(b *testing.B) {
		p := newPlainWalk(nation.rows, nation.country.entities, nation.country.relations)
		everyOne(b, func(i int) { p.trace(ends[i], 4, 1000, 1000) })
	})
}

func BenchmarkCommonNeighboursOfHubs(b *testing.B) {
	openNation(b)
	hubs := hubsOf(nation.snap)
	b.Run("graph", func(b *testing.B) {
		everyOne(b, func(i int) {
			if _, err := graph.FindCommonNeighbourIDs(context.Background(), nation.reader, []graph.EntityID{hubs[i%16], hubs[16+i%16]}, nil, 20); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("plain", func(b *testing.B) {
		p := newPlainWalk(nation.rows, nation.country.entities, nation.country.relations)
		everyOne(b, func(i int) { p.common(hubs[i%16], hubs[16+i%16], 20) })
	})
}

// yuan converts nothing into anything else.
func yuan(d graph.Decimal, from, to string) (*big.Rat, error) {
	r, ok := d.Rat()
	if !ok || from != to {
		return nil, fmt.Errorf("%s is not %s", from, to)
	}
	return r, nil
}

func BenchmarkAmountsByProvince(b *testing.B) {
	openNation(b)
	where := &graph.RelationFilter{Types: []graph.RelationType{"INVESTS_IN"}}
	b.Run("graph", func(b *testing.B) {
		everyOne(b, func(int) {
			rows, err := graph.GroupRelations(context.Background(), nation.reader, nation.regions,
				graph.GroupQuery{Keys: []graph.GroupKey{graph.GroupProvince}, Where: where, Unit: "CNY", Convert: yuan})
			if err != nil || len(rows) != provinces {
				b.Fatal(len(rows), err)
			}
		})
	})
	b.Run("plain", func(b *testing.B) {
		invests, ok, place, amount := nation.country.columns()
		everyOne(b, func(int) {
			var count, sum [provinces + 1]int
			for i := range invests {
				if invests[i] && ok[i] {
					p := provinceOf(graph.EntityID(place[i]))
					count[p]++
					sum[p] += int(amount[i])
				}
			}
			if count[1] == 0 {
				b.Fatal("nothing is counted")
			}
		})
	})
}

// columns are what the plain loop counts by.
func (c *country) columns() (invests, ok []bool, place, amount []uint32) {
	for i, typ := range c.types {
		id := graph.RelationID(i + 1)
		invests, ok = append(invests, typ == "INVESTS_IN"), append(ok, id%10 != 3)
		place, amount = append(place, uint32(placeOf(id))), append(amount, uint32(id)%1000)
	}
	return invests, ok, place, amount
}
