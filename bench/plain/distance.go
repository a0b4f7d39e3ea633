package plain

import (
	"slices"

	"lianzhu/bench/gen"
)

// Far is the distance of what is not within the bound.
const Far = 1 << 30

// Distance is how many relations lie between two entities, regions being ends
// and not corridors, or Far where it is more than most. What a search may do
// that follows 200 relations of an entity lies between two distances: the one in
// the whole graph and, with strict, the one along relations that are among the
// first 200 at both of their ends, which it follows from wherever it comes.
func (p *Graph) Distance(from, to uint32, most int, strict bool) int {
	s := <-p.scratches
	defer func() { p.scratches <- s }()
	s.epoch += 2
	seen := [2]uint32{s.epoch, s.epoch - 1}
	s.seen[from], s.seen[to] = seen[0], seen[1]
	frontier := [2][]uint32{{from}, {to}}
	for depth := 1; depth <= most; depth++ {
		side := 0
		if p.weight(frontier[1]) < p.weight(frontier[0]) {
			side = 1
		}
		var next []uint32
		for _, id := range frontier[side] {
			for _, e := range p.passable(id, strict) {
				switch {
				case s.seen[e.peer] == seen[1-side] && !p.region(e.peer):
					return depth
				case s.seen[e.peer] != seen[0] && s.seen[e.peer] != seen[1] && !p.region(e.peer):
					s.seen[e.peer] = seen[side]
					next = append(next, e.peer)
				}
			}
		}
		if frontier[side] = next; len(next) == 0 {
			return Far
		}
	}
	return Far
}

func (p *Graph) region(entity uint32) bool { return p.G.ClassOf(entity) == gen.Region }

// weight is how many relations are at entities.
func (p *Graph) weight(list []uint32) (sum int) {
	for _, id := range list {
		sum += p.Degree(id)
	}
	return sum
}

// passable are the relations by which a path may go on from an entity.
func (p *Graph) passable(entity uint32, strict bool) []edge {
	edges := p.shownAt(entity, strict)
	if !strict {
		return edges
	}
	return slices.DeleteFunc(edges, func(e edge) bool {
		return p.Degree(e.peer) > followed && !slices.ContainsFunc(p.shownAt(e.peer, true), func(back edge) bool { return back.relation == e.relation })
	})
}

// shownAt are the relations at an entity that are not planned or negated: all,
// or the first.
func (p *Graph) shownAt(entity uint32, first bool) []edge {
	edges, tags := p.at(entity)
	var list []edge
	for i, e := range edges {
		if tags[i]&shown == 0 {
			continue
		}
		if list = append(list, e); first && len(list) == followed {
			break
		}
	}
	return list
}

// Joins tells whether the relation with this id joins two entities of these
// keys, one way or the other, and may be seen.
func (p *Graph) Joins(id, from, to string, forward bool) bool {
	a, ok1 := p.Find(from)
	b, ok2 := p.Find(to)
	if !ok1 || !ok2 {
		return false
	}
	if p.Degree(b) < p.Degree(a) {
		a, b = b, a
		from, to = to, from
		forward = !forward
	}
	for _, e := range p.shownAt(a, false) {
		if e.peer == b && string(p.links.at(e.relation)) == id {
			return p.G.Types[e.relation] == gen.CoDevelops || (p.G.From[e.relation] == a) == forward
		}
	}
	return false
}
