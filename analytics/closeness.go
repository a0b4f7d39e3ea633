package analytics

import (
	"context"
	"math/bits"
)

// ClosenessOptions tell how closeness is computed. Normalized divides by the
// number of other entities, so that 1 stands for one next to all.
type ClosenessOptions struct {
	Normalized bool
	Progress   Progress
}

// Closeness is, by entity id, harmonic closeness: the sum of 1/d over all other
// entities from which the entity can be reached, d being how many relations
// that takes. Unlike the inverse of the mean distance it needs no rule for what
// cannot be reached: that adds nothing. It takes time proportional to entities
// times relations, of which 64 searches at once make a fraction. The error is
// the context's.
func Closeness(ctx context.Context, n *Net, o ClosenessOptions) ([]float64, error) {
	size := len(n.ids)
	h := &harmonic{n: n, value: make([]float64, size), seen: make([]uint64, size), now: make([]uint64, size), next: make([]uint64, size)}
	w := watch{ctx: ctx, progress: o.Progress}
	for first := 0; first < size; first += 64 {
		if err := w.at(first, size); err != nil {
			return nil, err
		}
		if err := h.from(ctx, first, min(first+64, size)); err != nil {
			return nil, err
		}
	}
	if o.Normalized && size > 1 {
		for v := range h.value {
			h.value[v] /= float64(size - 1)
		}
	}
	return byEntity(n, h.value), w.at(size, size)
}

// harmonic searches from up to 64 nodes at once: one bit of a word for each.
type harmonic struct {
	n              *Net
	value          []float64
	seen           []uint64 // which searches have been at a node
	now, next      []uint64 // which reach it in this level, and in the next
	frontier, then []uint32
}

// from searches from the nodes first to last.
func (h *harmonic) from(ctx context.Context, first, last int) error {
	clear(h.seen)
	h.frontier = h.frontier[:0]
	for v := first; v < last; v++ {
		bit := uint64(1) << (v - first)
		h.seen[v], h.now[v] = bit, bit
		h.frontier = append(h.frontier, uint32(v))
	}
	for level := 1; len(h.frontier) > 0; level++ {
		h.step()
		for _, v := range h.then {
			arrived := h.next[v]
			h.next[v] = 0
			h.seen[v] |= arrived
			h.now[v] = arrived
			h.value[v] += float64(bits.OnesCount64(arrived)) / float64(level)
		}
		h.frontier, h.then = h.then, h.frontier
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// step lets all searches go on by one line.
func (h *harmonic) step() {
	h.then = h.then[:0]
	for _, v := range h.frontier {
		going := h.now[v]
		h.now[v] = 0
		for _, u := range h.n.outs().peers(v) {
			if fresh := going &^ h.seen[u]; fresh != 0 {
				if h.next[u] == 0 {
					h.then = append(h.then, u)
				}
				h.next[u] |= fresh
			}
		}
	}
}
