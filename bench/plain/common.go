package plain

import "slices"

// Shared is an entity that is tied to two, and the relations by which it is, by
// index.
type Shared struct {
	Entity    uint32
	Relations [2][]uint32
}

// Common is the first n, by index, of the entities that are tied to both of two
// by relations that may be seen, with all these relations; and how many there
// are in all. What it gives is good until the next question.
func (p *Graph) Common(a, b uint32, n int) (list []Shared, total int) {
	s := <-p.scratches
	defer func() { p.scratches <- s }()
	s.epoch += 3
	s.nodes = s.nodes[:0]
	for round, id := range [2]uint32{a, b} {
		edges, tags := p.at(id)
		for i, e := range edges {
			switch {
			case tags[i]&shown == 0 || e.peer == a || e.peer == b:
			case round == 0:
				s.seen[e.peer] = s.epoch - 2
			case s.seen[e.peer] == s.epoch-2:
				s.seen[e.peer] = s.epoch - 1
				total++
				s.keep(e.peer, n)
			}
		}
	}
	s.shared = slices.Grow(s.shared[:0], len(s.nodes))[:len(s.nodes)]
	for i, id := range s.nodes {
		s.seen[id], s.place[id] = s.epoch, uint32(i)
		at := &s.shared[i]
		at.Entity, at.Relations[0], at.Relations[1] = id, at.Relations[0][:0], at.Relations[1][:0]
	}
	p.tie(s, 0, a)
	p.tie(s, 1, b)
	return s.shared, total
}

// keep keeps an entity if it is among the first n by index.
func (s *scratch) keep(id uint32, n int) {
	if len(s.nodes) == n && id > s.nodes[n-1] {
		return
	}
	at, _ := slices.BinarySearch(s.nodes, id)
	s.nodes = slices.Insert(s.nodes, at, id)
	s.nodes = s.nodes[:min(n, len(s.nodes))]
}

// tie notes the relations between an entity and those that are shared.
func (p *Graph) tie(s *scratch, side int, id uint32) {
	edges, tags := p.at(id)
	for i, e := range edges {
		if tags[i]&shown != 0 && s.seen[e.peer] == s.epoch {
			list := &s.shared[s.place[e.peer]].Relations[side]
			*list = append(*list, e.relation)
		}
	}
	for i := range s.shared {
		slices.Sort(s.shared[i].Relations[side])
	}
}
