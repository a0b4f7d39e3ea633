package topology_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"

	"lianzhu/graph"
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
