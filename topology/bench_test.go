package topology_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// powerLaw is a graph of which only the shape is made up: relations choose
// their ends so that a few entities have very many. It is a Reader as far as
// Build needs one.
type powerLaw struct {
	graph.Reader
	entities, relations int
	ends                [][2]graph.EntityID
	types               []graph.RelationType
}

// newPowerLaw is the same graph for the same sizes. The k-th entity is chosen
// with a weight of about 1/sqrt(k).
func newPowerLaw(entities, relations int) *powerLaw {
	rnd := rand.New(rand.NewPCG(uint64(entities), uint64(relations)))
	p := &powerLaw{entities: entities, relations: relations}
	shuffled := rnd.Perm(entities)
	end := func() graph.EntityID {
		u := rnd.Float64()
		return graph.EntityID(1 + shuffled[int(u*u*float64(entities))])
	}
	for len(p.ends) < relations {
		from, to := end(), graph.EntityID(1+rnd.IntN(entities))
		if rnd.IntN(2) == 0 {
			from, to = to, from
		}
		if from != to {
			p.ends = append(p.ends, [2]graph.EntityID{from, to})
			p.types = append(p.types, []graph.RelationType{"SUPPLIES", "SUPPLIES", "INVESTS_IN", "CO_DEVELOPS_WITH"}[rnd.IntN(4)])
		}
	}
	return p
}

func (p *powerLaw) Rev() graph.Rev { return 1 }

func (p *powerLaw) Counts() (graph.Counts, error) {
	return graph.Counts{Entities: p.entities, Relations: p.relations}, nil
}

func upTo[ID ~uint32](n int) iter.Seq2[ID, error] {
	return func(yield func(ID, error) bool) {
		for id := ID(1); id <= ID(n) && yield(id, nil); id++ {
		}
	}
}

func (p *powerLaw) AllEntities([]graph.Kind, graph.EntityID) iter.Seq2[graph.EntityID, error] {
	return upTo[graph.EntityID](p.entities)
}

func (p *powerLaw) AllRelations([]graph.RelationType, graph.RelationID) iter.Seq2[graph.RelationID, error] {
	return upTo[graph.RelationID](p.relations)
}

func (p *powerLaw) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	docs := make([]*graph.Entity, len(ids))
	for i, id := range ids {
		docs[i] = &graph.Entity{ID: id, Key: graph.Key(fmt.Sprint("enterprise:", id)), Kind: "ENTERPRISE"}
	}
	return docs, nil
}

// Relations have validity one time in two, a confidence one time in four and
// are planned one time in ten.
func (p *powerLaw) Relations(ids []graph.RelationID) ([]*graph.Relation, error) {
	docs := make([]*graph.Relation, len(ids))
	since := graph.MustDate("2021")
	for i, id := range ids {
		r := &graph.Relation{ID: id, Type: p.types[id-1], SourceID: p.ends[id-1][0], TargetID: p.ends[id-1][1], Modality: graph.Asserted, Rev: 1}
		if id%2 == 0 {
			r.ValidFrom = since
		}
		if id%4 == 1 {
			r.Confidence = 0.9
		}
		if id%10 == 3 {
			r.Modality = graph.Planned
		}
		docs[i] = r
	}
	return docs, nil
}

// plain is the same graph as arrays and nothing else.
type plain struct {
	first [2][]uint32
	peer  [2][]graph.EntityID
	rel   [2][]graph.RelationID
	ok    [2][]bool // is not planned
}

func newPlain(p *powerLaw) *plain {
	g := &plain{}
	type at struct {
		id, peer graph.EntityID
		typ      graph.RelationType
		rel      graph.RelationID
	}
	for side := range 2 {
		var list []at
		for i, ends := range p.ends {
			list = append(list, at{ends[side], ends[1-side], p.types[i], graph.RelationID(i + 1)})
		}
		slices.SortStableFunc(list, func(a, b at) int {
			if a.id != b.id {
				return int(a.id) - int(b.id)
			}
			return int(a.typ[0]) - int(b.typ[0])
		})
		g.first[side] = make([]uint32, p.entities+2)
		for i, e := range list {
			g.first[side][e.id+1] = uint32(i + 1)
			g.peer[side] = append(g.peer[side], e.peer)
			g.rel[side] = append(g.rel[side], e.rel)
			g.ok[side] = append(g.ok[side], e.rel%10 != 3)
		}
		for i := range p.entities + 1 {
			g.first[side][i+1] = max(g.first[side][i+1], g.first[side][i])
		}
	}
	return g
}

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
		defer cpu(b)()
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
		defer cpu(b)()
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
		defer cpu(b)()
		for i := 0; b.Loop(); i++ {
			w := s.Walk()
			if _, err := w.Reach(context.Background(), q, ends[i%64][0]); err != nil {
				b.Fatal(err)
			}
			w.Release()
		}
	})
	b.Run("plain", func(b *testing.B) {
		defer cpu(b)()
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

// plainPath is a search from both ends without anything around it. It ends at
// the first meeting.
type plainPath struct {
	g     *plain
	seen  []uint32
	epoch uint32
	queue [2][]graph.EntityID
	from  [2][]uint32
	via   [2][]graph.RelationID
}

func (p *plainPath) search(from, to graph.EntityID) bool {
	p.epoch += 2
	if from == to {
		return true
	}
	var begin [2]int
	var cost [2]uint32
	for s, id := range []graph.EntityID{from, to} {
		p.queue[s], p.from[s], p.via[s] = append(p.queue[s][:0], id), append(p.from[s][:0], 0), append(p.via[s][:0], 0)
		p.seen[id] = p.epoch + uint32(s)
		cost[s] = p.degree(id)
	}
	for begin[0] < len(p.queue[0]) && begin[1] < len(p.queue[1]) {
		s := 0
		if cost[1] < cost[0] {
			s = 1
		}
		mine, theirs := p.epoch+uint32(s), p.epoch+uint32(1-s)
		cost[s] = 0
		end := len(p.queue[s])
		for ; begin[s] < end; begin[s]++ {
			v := p.queue[s][begin[s]]
			for side := range 2 {
				for j := p.g.first[side][v]; j < p.g.first[side][v+1]; j++ {
					peer := p.g.peer[side][j]
					if !p.g.ok[side][j] || p.seen[peer] == mine {
						continue
					}
					if p.seen[peer] == theirs {
						return true
					}
					p.seen[peer] = mine
					p.queue[s] = append(p.queue[s], peer)
					p.from[s] = append(p.from[s], uint32(begin[s]))
					p.via[s] = append(p.via[s], p.g.rel[side][j])
					cost[s] += p.degree(peer)
				}
			}
		}
	}
	return false
}

func (p *plainPath) degree(id graph.EntityID) uint32 {
	return p.g.first[0][id+1] - p.g.first[0][id] + p.g.first[1][id+1] - p.g.first[1][id]
}

func BenchmarkPath(b *testing.B) {
	s, g := benchSnapshot(b)
	ends := pairs()
	b.Run("topology", func(b *testing.B) {
		defer cpu(b)()
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
		defer cpu(b)()
		for i := 0; b.Loop(); i++ {
			w := s.Walk()
			if found, _, err := w.Reachable(context.Background(), topology.Query{Direction: graph.Both}, ends[i%64][0], ends[i%64][1]); err != nil || !found {
				b.Fatal(found, err)
			}
			w.Release()
		}
	})
	b.Run("plain", func(b *testing.B) {
		defer cpu(b)()
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
		defer cpu(b)()
		for i := 0; b.Loop(); i++ {
			w := s.Walk()
			if _, _, err := w.Common(context.Background(), topology.Query{Direction: graph.Both}, hubs[i%16], hubs[16+i%16]); err != nil {
				b.Fatal(err)
			}
			w.Release()
		}
	})
	b.Run("plain", func(b *testing.B) {
		defer cpu(b)()
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
		defer cpu(b)()
		for i := 0; b.Loop(); i++ {
			w := s.Walk()
			if _, err := w.Subgraph(context.Background(), q, ends[i%64][0]); err != nil {
				b.Fatal(err)
			}
			w.Release()
		}
	})
	b.Run("plain", func(b *testing.B) {
		defer cpu(b)()
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
