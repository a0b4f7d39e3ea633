package topology_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"lianzhu/bench/processor"
	"lianzhu/graph"
	"lianzhu/topology"
)

// The graphs of the benchmarks, made once.
var benchGraph struct {
	snap  *topology.Snapshot
	plain *plain
	law   *powerLaw
}

const benchEntities, benchRelations = 100_000, 500_000

func benchSnapshot(b testing.TB) (*topology.Snapshot, *plain) {
	b.Helper()
	if benchGraph.snap == nil {
		benchGraph.law = newPowerLaw(benchEntities, benchRelations)
		benchGraph.plain = newPlain(benchGraph.law)
		benchGraph.snap = must(topology.Build(context.Background(), benchGraph.law, ontologyOf(b), nil))(b)
	}
	return benchGraph.snap, benchGraph.plain
}

// pairs are random entities to walk between.
func pairs() [][2]graph.EntityID {
	rnd := rand.New(rand.NewPCG(7, 7))
	list := make([][2]graph.EntityID, 64)
	for i := range list {
		list[i] = [2]graph.EntityID{graph.EntityID(1 + rnd.IntN(benchEntities)), graph.EntityID(1 + rnd.IntN(benchEntities))}
	}
	return list
}

func BenchmarkReachEverythingInBothDirections(b *testing.B) {
	s, g := benchSnapshot(b)
	b.Run("topology", func(b *testing.B) {
		defer processor.Time(b)()
		for i := 0; b.Loop(); i++ {
			w := s.Walk()
			r, err := w.Reach(context.Background(), topology.Query{Direction: graph.Both}, graph.EntityID(1+i%1000))
			if err != nil || len(r.Entities) < benchEntities/2 {
				b.Fatal(len(r.Entities), err)
			}
			w.Release()
		}
	})
	b.Run("plain", func(b *testing.B) {
		defer processor.Time(b)()
		seen, epoch := make([]uint32, benchEntities+1), uint32(0)
		queue := make([]graph.EntityID, 0, benchEntities)
		for i := 0; b.Loop(); i++ {
			epoch++
			queue = append(queue[:0], graph.EntityID(1+i%1000))
			seen[queue[0]] = epoch
			for at := 0; at < len(queue); at++ {
				v := queue[at]
				for side := range 2 {
					for j := g.first[side][v]; j < g.first[side][v+1]; j++ {
						if p := g.peer[side][j]; g.ok[side][j] && seen[p] != epoch {
							seen[p] = epoch
							queue = append(queue, p)
						}
					}
				}
			}
		}
	})
}

func BenchmarkReachTwoLevelsOut(b *testing.B) {
	s, g := benchSnapshot(b)
	q := topology.Query{Direction: graph.Out, Bounds: graph.Bounds{Depth: 2}}
	ends := pairs()
	b.Run("topology", func(b *testing.B) {
		defer processor.Time(b)()
		for i := 0; b.Loop(); i++ {
			w := s.Walk()
			if _, err := w.Reach(context.Background(), q, ends[i%64][0]); err != nil {
				b.Fatal(err)
			}
			w.Release()
		}
	})
	b.Run("plain", func(b *testing.B) {
		defer processor.Time(b)()
		seen, epoch := make([]uint32, benchEntities+1), uint32(0)
		queue := make([]graph.EntityID, 0, benchEntities)
		for i := 0; b.Loop(); i++ {
			epoch++
			queue = append(queue[:0], ends[i%64][0])
			seen[queue[0]] = epoch
			from := 0
			for range 2 {
				to := len(queue)
				for ; from < to; from++ {
					v := queue[from]
					for j := g.first[0][v]; j < g.first[0][v+1]; j++ {
						if p := g.peer[0][j]; g.ok[0][j] && seen[p] != epoch {
							seen[p] = epoch
							queue = append(queue, p)
						}
					}
				}
			}
		}
	})
}

func BenchmarkPath(b *testing.B) {
	s, g := benchSnapshot(b)
	ends := pairs()
	b.Run("topology", func(b *testing.B) {
		defer processor.Time(b)()
		for i := 0; b.Loop(); i++ {
			w := s.Walk()
			r, err := w.Path(context.Background(), topology.Query{Direction: graph.Both}, ends[i%64][0], ends[i%64][1])
			if err != nil || !r.Found {
				b.Fatal(r, err)
			}
			w.Release()
		}
	})
	b.Run("reachable", func(b *testing.B) {
		defer processor.Time(b)()
		for i := 0; b.Loop(); i++ {
			w := s.Walk()
			if found, _, err := w.Reachable(context.Background(), topology.Query{Direction: graph.Both}, ends[i%64][0], ends[i%64][1]); err != nil || !found {
				b.Fatal(found, err)
			}
			w.Release()
		}
	})
	b.Run("plain", func(b *testing.B) {
		defer processor.Time(b)()
		p := plainPath{g: g, seen: make([]uint32, benchEntities+1)}
		for i := 0; b.Loop(); i++ {
			if !p.search(ends[i%64][0], ends[i%64][1]) {
				b.Fatal("no path")
			}
		}
	})
}

func BenchmarkCommonOfTwoHubs(b *testing.B) {
	s, g := benchSnapshot(b)
	hubs := hubsOf(s)
	b.Run("topology", func(b *testing.B) {
		defer processor.Time(b)()
		for i := 0; b.Loop(); i++ {
			w := s.Walk()
			if _, _, err := w.Common(context.Background(), topology.Query{Direction: graph.Both}, hubs[i%16], hubs[16+i%16]); err != nil {
				b.Fatal(err)
			}
			w.Release()
		}
	})
	b.Run("plain", func(b *testing.B) {
		defer processor.Time(b)()
		seen, epoch := make([]uint32, benchEntities+1), uint32(0)
		var common []graph.EntityID
		for i := 0; b.Loop(); i++ {
			epoch += 2
			common = common[:0]
			for round, v := range []graph.EntityID{hubs[i%16], hubs[16+i%16]} {
				for side := range 2 {
					for j := g.first[side][v]; j < g.first[side][v+1]; j++ {
						p := g.peer[side][j]
						switch {
						case !g.ok[side][j]:
						case round == 0:
							seen[p] = epoch
						case seen[p] == epoch:
							seen[p] = epoch + 1
							common = append(common, p)
						}
					}
				}
			}
			slices.Sort(common)
		}
	})
}

// hubsOf are the entities with the most relations.
func hubsOf(s *topology.Snapshot) []graph.EntityID {
	all, _ := s.TypeSet()
	var list []graph.EntityID
	for id := graph.EntityID(1); id <= s.LastEntity(); id++ {
		list = append(list, id)
	}
	slices.SortFunc(list, func(a, b graph.EntityID) int { return s.Degree(b, graph.Both, all) - s.Degree(a, graph.Both, all) })
	return list[:32]
}

func BenchmarkSubgraphOfTwoLevels(b *testing.B) {
	s, g := benchSnapshot(b)
	ends := pairs()
	q := topology.Query{Direction: graph.Both, Bounds: graph.Bounds{Depth: 2}}
	b.Run("topology", func(b *testing.B) {
		defer processor.Time(b)()
		for i := 0; b.Loop(); i++ {
			w := s.Walk()
			if _, err := w.Subgraph(context.Background(), q, ends[i%64][0]); err != nil {
				b.Fatal(err)
			}
			w.Release()
		}
	})
	b.Run("plain", func(b *testing.B) {
		defer processor.Time(b)()
		seen, place := make([]uint32, benchEntities+1), make([]uint32, benchEntities+1)
		taken := make([]uint32, benchRelations+1)
		epoch := uint32(0)
		var queue []graph.EntityID
		var rels []graph.RelationID
		var hidden []uint32
		for i := 0; b.Loop(); i++ {
			epoch++
			queue, rels, hidden = append(queue[:0], ends[i%64][0]), rels[:0], hidden[:0]
			seen[queue[0]] = epoch
			from := 0
			for range 2 {
				to := len(queue)
				slices.Sort(queue[from:to])
				for ; from < to; from++ {
					v := queue[from]
					for side := range 2 {
						for j := g.first[side][v]; j < g.first[side][v+1]; j++ {
							if r := g.rel[side][j]; g.ok[side][j] && taken[r] != epoch {
								taken[r] = epoch
								rels = append(rels, r)
								if p := g.peer[side][j]; seen[p] != epoch {
									seen[p] = epoch
									queue = append(queue, p)
								}
							}
						}
					}
				}
			}
			slices.Sort(queue[from:])
			slices.Sort(rels)
			for at, id := range queue {
				place[id] = uint32(at)
				hidden = append(hidden, g.first[0][id+1]-g.first[0][id]+g.first[1][id+1]-g.first[1][id])
			}
			for _, r := range rels {
				ends := benchGraph.law.ends[r-1]
				hidden[place[ends[0]]]--
				hidden[place[ends[1]]]--
			}
		}
	})
}
