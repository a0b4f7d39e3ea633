package topology_test

import (
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"lianzhu/graph"
)

// These are the questions of package graph over the shape in memory, each
// beside a plain loop over arrays which gives the same ids.

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
	defer cpu(b)()
	for i := 0; b.Loop(); i++ {
		run(i % 64)
	}
}

func BenchmarkSubgraphOf500(b *testing.B) {
	openNation(b)
	ends := someEnds()
	b.Run("graph", func(b *testing.B) {
		everyOne(b, func(i int) {
			q := graph.SubgraphQuery{Roots: ends[i : i+1], Direction: graph.Both, Bare: true, Bounds: graph.Bounds{Depth: 2, Nodes: 500, Edges: 5000, Degree: 200}}
			if _, err := graph.WalkSubgraph(context.Background(), nation.reader, q); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("plain", func(b *testing.B) {
		p := newPlainWalk()
		everyOne(b, func(i int) { p.subgraph(ends[i], 500, 5000) })
	})
}

func BenchmarkShortestPathOfPairs(b *testing.B) {
	openNation(b)
	ends := someEnds()
	b.Run("graph", func(b *testing.B) {
		everyOne(b, func(i int) {
			q := graph.PathQuery{From: ends[i], To: ends[64+i], Direction: graph.Both, ThroughHubs: true, Bare: true, Bounds: graph.Bounds{Depth: 8, Nodes: 1 << 20, Edges: 1 << 30}}
			found, err := graph.FindPaths(context.Background(), nation.reader, q)
			if err != nil || len(found.Routes) != 1 {
				b.Fatal(found, err)
			}
		})
	})
	b.Run("plain", func(b *testing.B) {
		p := plainPath{g: nation.plain, seen: make([]uint32, nation.country.entities+1)}
		everyOne(b, func(i int) {
			if !p.search(ends[i], ends[64+i]) {
				b.Fatal("no path")
			}
		})
	})
}

func BenchmarkTraceOfSupplies(b *testing.B) {
	openNation(b)
	ends := someEnds()
	where := &graph.RelationFilter{Types: []graph.RelationType{"SUPPLIES"}}
	b.Run("graph", func(b *testing.B) {
		everyOne(b, func(i int) {
			q := graph.ReachQuery{From: ends[i], Direction: graph.Both, Where: where, ThroughHubs: true, Bare: true, Bounds: graph.Bounds{Depth: 4, Nodes: 1000, Edges: 1000}}
			if _, err := graph.Reachable(context.Background(), nation.reader, q); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("plain", func(b *testing.B) {
		p := newPlainWalk()
		everyOne(b, func(i int) { p.trace(ends[i], 4, 1000) })
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
		p := newPlainWalk()
		everyOne(b, func(i int) { p.common(hubs[i%16], hubs[16+i%16]) })
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

// plainWalk is what the plain loops need beside the arrays.
type plainWalk struct {
	seen, taken []uint32
	epoch       uint32
	queue       []graph.EntityID
	from        []uint32
	via, rels   []graph.RelationID
}

func newPlainWalk() *plainWalk {
	return &plainWalk{seen: make([]uint32, nation.country.entities+1), taken: make([]uint32, nation.country.relations+1)}
}

func (p *plainWalk) start(id graph.EntityID) {
	p.epoch += 2
	p.queue, p.from, p.via, p.rels = append(p.queue[:0], id), append(p.from[:0], 0), append(p.via[:0], 0), p.rels[:0]
	p.seen[id] = p.epoch
}

func (p *plainWalk) subgraph(root graph.EntityID, nodes, edges int) {
	g := nation.plain
	p.start(root)
	for at, level, end := 0, 0, 1; level < 2; level++ {
		slices.Sort(p.queue[at:end])
		for ; at < end; at++ {
			v, followed := p.queue[at], 0
			for side := range 2 {
				for j := g.first[side][v]; j < g.first[side][v+1] && followed < 200; j++ {
					r, peer := g.rel[side][j], g.peer[side][j]
					if !g.ok[side][j] {
						continue
					}
					if followed++; p.taken[r] == p.epoch {
						continue
					}
					if p.seen[peer] != p.epoch {
						if len(p.queue) == nodes || len(p.rels) == edges {
							slices.Sort(p.rels)
							return
						}
						p.seen[peer] = p.epoch
						p.queue = append(p.queue, peer)
					}
					p.taken[r] = p.epoch
					p.rels = append(p.rels, r)
				}
			}
		}
		end = len(p.queue)
	}
	slices.Sort(p.rels)
}

func (p *plainWalk) trace(root graph.EntityID, depth, edges int) {
	g := nation.plain
	p.start(root)
	looked := 0
	for at, level, end := 0, 0, 1; level < depth; level++ {
		for ; at < end; at++ {
			v := p.queue[at]
			for side := range 2 {
				for j := g.first[side][v]; j < g.first[side][v+1]; j++ {
					r, peer := g.rel[side][j], g.peer[side][j]
					if nation.country.types[r-1] != "SUPPLIES" {
						continue
					}
					if looked++; looked > edges {
						return
					}
					if g.ok[side][j] && p.seen[peer] != p.epoch {
						p.seen[peer] = p.epoch
						p.queue, p.from, p.via = append(p.queue, peer), append(p.from, uint32(at)), append(p.via, r)
					}
				}
			}
		}
		end = len(p.queue)
	}
}

func (p *plainWalk) common(a, b graph.EntityID) {
	g := nation.plain
	p.start(a)
	for round, v := range []graph.EntityID{a, b} {
		for side := range 2 {
			for j := g.first[side][v]; j < g.first[side][v+1]; j++ {
				switch peer := g.peer[side][j]; {
				case !g.ok[side][j]:
				case round == 0:
					p.seen[peer] = p.epoch
				case p.seen[peer] == p.epoch:
					p.seen[peer] = p.epoch + 1
					p.queue = append(p.queue, peer)
				}
			}
		}
	}
	slices.Sort(p.queue)
}
