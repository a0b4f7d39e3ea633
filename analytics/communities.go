package analytics

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"

	"lianzhu/graph"
)

// CommunitiesOptions tell how communities are found. Resolution (0: 1) is how
// small they shall be: the greater, the smaller. Seed decides in which order
// entities are looked at; the same seed gives the same communities. Progress is
// told how many entities are settled for the time being.
type CommunitiesOptions struct {
	Resolution float64
	Seed       uint64
	Progress   Progress
}

// CommunitiesResult has the number of each entity's community, by id, counting
// from 1 (0 for what is not in the net): the largest first, equal ones by the
// least id in them. Sizes[k] is the size of community k. Modularity is that of
// the whole.
type CommunitiesResult struct {
	Of         []int
	Sizes      []int
	Modularity float64
}

// Communities parts an undirected net where there are fewer relations than
// chance would have it, by Louvain's method: entities move to the community of
// their peers that gains most modularity; when none does, communities become
// the entities of a smaller net, and so on. Parallel relations weigh the more.
// The result is good and not the best there is; other seeds give others. The
// error is the context's, or of CodeInvalid for a directed net.
func Communities(ctx context.Context, n *Net, o CommunitiesOptions) (*CommunitiesResult, error) {
	if err := n.undirected("communities"); err != nil {
		return nil, err
	}
	if o.Resolution == 0 {
		o.Resolution = 1
	}
	if !(o.Resolution > 0) {
		return nil, refuse("communities", "the resolution must be above 0")
	}
	l := newLevel(n)
	of := make([]uint32, len(n.ids))
	for v := range of {
		of[v] = uint32(v)
	}
	w := watch{ctx: ctx, progress: o.Progress}
	rnd := rand.New(rand.NewPCG(o.Seed, 0))
	for {
		moved, err := l.settle(&w, rnd, o.Resolution)
		if err != nil {
			return nil, err
		}
		if !moved {
			break
		}
		count := l.renumber()
		for v := range of {
			of[v] = l.of[of[v]]
		}
		l = l.condensed(count)
	}
	r := numbered(n, of)
	r.Modularity = Modularity(n, r.Of, o.Resolution)
	return r, w.at(len(of), len(of))
}

// numbered gives communities their numbers.
func numbered(n *Net, of []uint32) *CommunitiesResult {
	type group struct {
		size  int
		least graph.EntityID
	}
	groups := make([]group, len(n.ids))
	for v, c := range of {
		if groups[c].size == 0 {
			groups[c].least = n.ids[v]
		}
		groups[c].size++
	}
	order := make([]int, 0, len(groups))
	for c := range groups {
		if groups[c].size > 0 {
			order = append(order, c)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(groups[b].size, groups[a].size), cmp.Compare(groups[a].least, groups[b].least))
	})
	r := &CommunitiesResult{Sizes: []int{0}}
	number := make([]int, len(groups))
	for i, c := range order {
		number[c] = i + 1
		r.Sizes = append(r.Sizes, groups[c].size)
	}
	values := make([]int, len(of))
	for v, c := range of {
		values[v] = number[c]
	}
	r.Of = byEntity(n, values)
	return r
}

// Modularity tells how much more of an undirected net's relations lie within
// the communities that of names, by entity id, than chance would have there: at
// most 1, and 0 for a single community at resolution 1. A net without relations
// has modularity 0.
func Modularity(n *Net, of []int, resolution float64) float64 {
	within, total := map[int]float64{}, map[int]float64{}
	all := 0.0
	for v, id := range n.ids {
		lo, hi := n.outs().of(uint32(v))
		for i := lo; i < hi; i++ {
			weight := n.outs().weightAt(i)
			total[of[id]] += weight
			all += weight
			if of[n.ids[n.outs().to[i]]] == of[id] {
				within[of[id]] += weight
			}
		}
	}
	q := 0.0
	for _, c := range sortedKeys(total) {
		q += within[c]/all - resolution*(total[c]/all)*(total[c]/all)
	}
	return q
}

// sortedKeys makes sums over a map the same every time.
func sortedKeys(m map[int]float64) []int {
	keys := make([]int, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
