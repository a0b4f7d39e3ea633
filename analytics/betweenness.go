package analytics

import (
	"context"
	"math/rand/v2"
	"slices"
)

// BetweennessOptions tell how betweenness is computed. Samples, where it is
// more than 0 and less than the number of entities, is from how many entities
// chosen by Seed paths are followed; the sums are then scaled up and are
// estimates. Normalized divides by the number of pairs.
type BetweennessOptions struct {
	Samples    int
	Seed       uint64
	Normalized bool
	Progress   Progress
}

// BetweennessResult has the values by entity id. Sources is from how many
// entities paths were followed; Sampled that these were not all.
type BetweennessResult struct {
	Values  []float64
	Sources int
	Sampled bool
}

// Betweenness is for each entity the sum, over all pairs of other entities, of
// the share of their shortest paths that go through it; parallel relations make
// one path. An undirected pair counts once. It is exact by Brandes's method,
// in time proportional to entities times relations, unless samples are asked
// for. The error is the context's.
func Betweenness(ctx context.Context, n *Net, o BetweennessOptions) (*BetweennessResult, error) {
	size := len(n.ids)
	sources := make([]int, size)
	for i := range sources {
		sources[i] = i
	}
	r := &BetweennessResult{Sources: size}
	if o.Samples > 0 && o.Samples < size {
		sources = rand.New(rand.NewPCG(o.Seed, 0)).Perm(size)[:o.Samples]
		slices.Sort(sources)
		r.Sources, r.Sampled = o.Samples, true
	}
	b := newBrandes(n)
	w := watch{ctx: ctx, progress: o.Progress}
	for done, v := range sources {
		if err := w.at(done, len(sources)); err != nil {
			return nil, err
		}
		b.from(uint32(v))
	}
	b.scale(len(sources), o.Normalized)
	r.Values = byEntity(n, b.value)
	return r, w.at(len(sources), len(sources))
}

// brandes follows the shortest paths from one node after the other.
type brandes struct {
	n     *Net
	value []float64
	paths []float64 // from the source to each node
	debt  []float64 // how much of the source's paths goes on from each node
	depth []int32   // -1: not reached
	queue []uint32
}

func newBrandes(n *Net) *brandes {
	size := len(n.ids)
	b := &brandes{n: n, value: make([]float64, size), paths: make([]float64, size), debt: make([]float64, size), depth: make([]int32, size)}
	for v := range b.depth {
		b.depth[v] = -1
	}
	return b
}

func (b *brandes) from(source uint32) {
	b.queue = append(b.queue[:0], source)
	b.depth[source], b.paths[source] = 0, 1
	for at := 0; at < len(b.queue); at++ {
		v := b.queue[at]
		for _, u := range b.n.outs().peers(v) {
			if b.depth[u] < 0 {
				b.depth[u] = b.depth[v] + 1
				b.queue = append(b.queue, u)
			}
			if b.depth[u] == b.depth[v]+1 {
				b.paths[u] += b.paths[v]
			}
		}
	}
	for _, v := range slices.Backward(b.queue) {
		owed := 0.0
		for _, u := range b.n.outs().peers(v) {
			if b.depth[u] == b.depth[v]+1 {
				owed += (1 + b.debt[u]) / b.paths[u]
			}
		}
		b.debt[v] = owed * b.paths[v]
		if v != source {
			b.value[v] += b.debt[v]
		}
	}
	for _, v := range b.queue {
		b.depth[v], b.paths[v], b.debt[v] = -1, 0, 0
	}
}

// scale makes up for sources that were left out, for pairs that were counted
// twice and, if asked, for the number of pairs.
func (b *brandes) scale(sources int, normalized bool) {
	size := float64(len(b.n.ids))
	factor := size / float64(max(1, sources))
	if b.n.shape == Undirected {
		factor /= 2
	}
	if normalized {
		pairs := (size - 1) * (size - 2)
		if b.n.shape == Undirected {
			pairs /= 2
		}
		factor /= max(pairs, 1)
	}
	for v := range b.value {
		b.value[v] *= factor
	}
}
