package analytics

import "context"

// Cores is, by entity id, the core number: the greatest k such that the entity
// is in a part of the net where everyone has k others or more of that part next
// to it. Parallel relations count once. It is the method of Batagelj and
// Zaversnik, in time proportional to the relations. The error is the context's,
// or of CodeInvalid for a directed net.
func Cores(ctx context.Context, n *Net, progress Progress) ([]int, error) {
	if err := n.undirected("cores"); err != nil {
		return nil, err
	}
	p := newPeeling(n)
	w := watch{ctx: ctx, progress: progress}
	for i := range p.order {
		if i&(1<<14-1) == 0 {
			if err := w.at(i, len(p.order)); err != nil {
				return nil, err
			}
		}
		v := p.order[i]
		for _, u := range n.outs().peers(v) {
			if p.degree[u] > p.degree[v] {
				p.lower(u)
			}
		}
	}
	return byEntity(n, p.degree), w.at(len(p.order), len(p.order))
}

// peeling keeps the nodes in the order of the degrees they have left.
type peeling struct {
	degree []int
	order  []uint32
	place  []int // of each node in order
	begin  []int // of each degree in order
}

func newPeeling(n *Net) *peeling {
	size, most := len(n.ids), 0
	p := &peeling{degree: make([]int, size), order: make([]uint32, size), place: make([]int, size)}
	for v := range p.degree {
		p.degree[v] = len(n.outs().peers(uint32(v)))
		most = max(most, p.degree[v])
	}
	p.begin = make([]int, most+2)
	for _, d := range p.degree {
		p.begin[d+1]++
	}
	for d := range most + 1 {
		p.begin[d+1] += p.begin[d]
	}
	next := append([]int(nil), p.begin...)
	for v, d := range p.degree {
		p.place[v] = next[d]
		p.order[next[d]] = uint32(v)
		next[d]++
	}
	return p
}

// lower takes one from the degree of v: it changes places with the first of its
// degree, which then belongs to the degree below.
func (p *peeling) lower(v uint32) {
	d := p.degree[v]
	at, first := p.place[v], p.begin[d]
	w := p.order[first]
	p.order[at], p.order[first] = w, v
	p.place[v], p.place[w] = first, at
	p.begin[d]++
	p.degree[v]--
}
