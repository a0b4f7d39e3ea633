package plain

import (
	"cmp"
	"math"
	"slices"

	"lianzhu/bench/gen"
)

// Components gives for each entity the least of its weakly connected component,
// by the relations that may be seen, and how large the components are, the
// greatest first.
func (p *Graph) Components() (of, sizes []uint32) {
	parent := make([]uint32, p.G.Entities())
	for i := range parent {
		parent[i] = uint32(i)
	}
	find := func(x uint32) uint32 {
		for parent[x] != x {
			parent[x] = parent[parent[x]]
			x = parent[x]
		}
		return x
	}
	for i, from := range p.G.From {
		if !p.G.Modal[i].Shown() {
			continue
		}
		if a, b := find(from), find(p.G.To[i]); a != b {
			parent[max(a, b)] = min(a, b)
		}
	}
	count := make([]uint32, len(parent))
	for i := range parent {
		parent[i] = parent[parent[i]] // of a lesser entity, which is settled
		count[parent[i]]++
	}
	for _, n := range count {
		if n > 0 {
			sizes = append(sizes, n)
		}
	}
	slices.SortFunc(sizes, func(a, b uint32) int { return cmp.Compare(b, a) })
	return parent, sizes
}

// PageRank is the share of time that a walk at random spends at each entity, by
// rounds until the shares change by less than tolerance in all, and the number of
// rounds. A symmetric relation leads both ways.
func (p *Graph) PageRank(damping, tolerance float64) (share []float64, rounds int) {
	n := p.G.Entities()
	out := make([]float64, n)
	p.eachArc(func(from, _ uint32) { out[from]++ })
	share, next := make([]float64, n), make([]float64, n)
	for i := range share {
		share[i] = 1 / float64(n)
	}
	first, from := p.incoming()
	hands := make([]float64, n) // what each hands on along one arc
	for change := math.Inf(1); change > tolerance; rounds++ {
		idle := 0.0
		for i, s := range share {
			if out[i] == 0 {
				idle += s
				continue
			}
			hands[i] = s / out[i]
		}
		base := (1 - damping + damping*idle) / float64(n)
		change = 0
		for i := range next {
			sum := 0.0
			for _, peer := range from[first[i]:first[i+1]] {
				sum += hands[peer]
			}
			next[i] = base + damping*sum
			change += math.Abs(next[i] - share[i])
		}
		share, next = next, share
	}
	return share, rounds
}

// eachArc yields every relation that may be seen in each direction in which it
// leads.
func (p *Graph) eachArc(yield func(from, to uint32)) {
	for i, from := range p.G.From {
		if !p.G.Modal[i].Shown() {
			continue
		}
		yield(from, p.G.To[i])
		if p.G.Types[i] == gen.CoDevelops {
			yield(p.G.To[i], from)
		}
	}
}

// incoming are the arcs by where they lead.
func (p *Graph) incoming() (first, from []uint32) {
	first = make([]uint32, p.G.Entities()+1)
	p.eachArc(func(_, to uint32) { first[to+1]++ })
	for i := range p.G.Entities() {
		first[i+1] += first[i]
	}
	from = make([]uint32, first[len(first)-1])
	next := append([]uint32(nil), first...)
	p.eachArc(func(f, to uint32) {
		from[next[to]] = f
		next[to]++
	})
	return first, from
}
