package analytics

import "math/rand/v2"

// level is a net of communities: at first of one entity each.
type level struct {
	first  []uint32
	to     []uint32
	weight []float64 // of each line, which stands at both its ends
	within []float64 // by node: twice the weight of what it has swallowed
	degree []float64 // by node: the weight of its lines, and within
	all    float64   // the sum of all degrees

	of    []uint32  // the community of each node
	total []float64 // by community: the degrees of its nodes

	link    []float64 // scratch, by community: what ties the node at hand to it
	touched []uint32  // those whose link is not 0
}

func newLevel(n *Net) *level {
	l := &level{first: n.outs().first, to: n.outs().to, weight: make([]float64, len(n.outs().to)), within: make([]float64, len(n.ids))}
	for i := range l.weight {
		l.weight[i] = n.outs().weightAt(uint32(i))
	}
	l.begin()
	return l
}

// begin puts each node into a community of its own.
func (l *level) begin() {
	size := len(l.within)
	l.degree, l.total, l.link = make([]float64, size), make([]float64, size), make([]float64, size)
	l.of = make([]uint32, size)
	for v := range size {
		l.degree[v] = l.within[v]
		for _, w := range l.weight[l.first[v]:l.first[v+1]] {
			l.degree[v] += w
		}
		l.of[v], l.total[v] = uint32(v), l.degree[v]
		l.all += l.degree[v]
	}
}

// settle moves nodes until none gains by it, and tells whether any moved. A
// node is looked at again only when one next to it has moved elsewhere.
func (l *level) settle(w *watch, rnd *rand.Rand, resolution float64) (moved bool, err error) {
	q := newWaiting(rnd.Perm(len(l.of)))
	for looks := 0; q.count > 0; looks++ {
		if looks&(1<<14-1) == 0 {
			if err := w.at(len(l.of)-q.count, len(l.of)); err != nil {
				return false, err
			}
		}
		v := q.take()
		if !l.move(v, resolution) {
			continue
		}
		moved = true
		for _, u := range l.to[l.first[v]:l.first[v+1]] {
			if l.of[u] != l.of[v] {
				q.add(u)
			}
		}
	}
	return moved, nil
}

// waiting is a ring of nodes to be looked at, each in it once at most.
type waiting struct {
	ring         []uint32
	begin, count int
	in           []bool
}

func newWaiting(order []int) *waiting {
	q := &waiting{ring: make([]uint32, len(order)), count: len(order), in: make([]bool, len(order))}
	for i, v := range order {
		q.ring[i], q.in[v] = uint32(v), true
	}
	return q
}

func (q *waiting) take() uint32 {
	v := q.ring[q.begin]
	if q.begin++; q.begin == len(q.ring) {
		q.begin = 0
	}
	q.count--
	q.in[v] = false
	return v
}

func (q *waiting) add(v uint32) {
	if q.in[v] {
		return
	}
	q.in[v] = true
	end := q.begin + q.count
	if end >= len(q.ring) {
		end -= len(q.ring)
	}
	q.ring[end] = v
	q.count++
}

// enough is the least gain for which a node moves; less may be an error of
// rounding, which would let it move to and fro for ever.
const enough = 1e-10

// move puts v where it gains most, and tells whether that is elsewhere. Among
// equals it is the community of the lowest number.
func (l *level) move(v uint32, resolution float64) bool {
	if l.degree[v] == 0 {
		return false
	}
	l.tie(v)
	own := l.of[v]
	l.total[own] -= l.degree[v]
	price := resolution * l.degree[v] / l.all
	best, most := own, l.link[own]-price*l.total[own]+enough*l.degree[v]
	for _, c := range l.touched {
		gain := l.link[c] - price*l.total[c]
		if gain > most || gain == most && best != own && c < best {
			best, most = c, gain
		}
		l.link[c] = 0
	}
	l.link[own] = 0
	l.total[best] += l.degree[v]
	l.of[v] = best
	return best != own
}

// tie computes what ties v to the communities around it.
func (l *level) tie(v uint32) {
	l.touched = l.touched[:0]
	for i := l.first[v]; i < l.first[v+1]; i++ {
		c := l.of[l.to[i]]
		if l.link[c] == 0 {
			l.touched = append(l.touched, c)
		}
		l.link[c] += l.weight[i]
	}
}

// renumber gives the communities numbers without gaps, in the order of their
// first nodes, and tells how many there are.
func (l *level) renumber() int {
	const none = ^uint32(0)
	number := make([]uint32, len(l.of))
	for c := range number {
		number[c] = none
	}
	count := uint32(0)
	for v, c := range l.of {
		if number[c] == none {
			number[c] = count
			count++
		}
		l.of[v] = number[c]
	}
	return int(count)
}

// condensed is the net of the communities of l, which are numbered.
func (l *level) condensed(count int) *level {
	members := make([]uint32, len(l.of)) // node by node, community by community
	begin := make([]uint32, count+1)
	for _, c := range l.of {
		begin[c+1]++
	}
	for c := range count {
		begin[c+1] += begin[c]
	}
	next := append([]uint32(nil), begin...)
	for v, c := range l.of {
		members[next[c]] = uint32(v)
		next[c]++
	}
	n := &level{first: make([]uint32, 1, count+1), within: make([]float64, count)}
	for c := range uint32(count) {
		l.gather(n, c, members[begin[c]:begin[c+1]])
	}
	n.begin()
	return n
}

// gather adds community c to n, with the lines that its members have.
func (l *level) gather(n *level, c uint32, members []uint32) {
	l.touched = l.touched[:0]
	for _, v := range members {
		n.within[c] += l.within[v]
		for i := l.first[v]; i < l.first[v+1]; i++ {
			d := l.of[l.to[i]]
			if d == c {
				n.within[c] += l.weight[i]
				continue
			}
			if l.link[d] == 0 {
				l.touched = append(l.touched, d)
			}
			l.link[d] += l.weight[i]
		}
	}
	for _, d := range l.touched {
		n.to, n.weight = append(n.to, d), append(n.weight, l.link[d])
		l.link[d] = 0
	}
	n.first = append(n.first, uint32(len(n.to)))
}
