package analytics

import (
	"context"
	"slices"

	"lianzhu/graph"
	"lianzhu/topology"
)

// Gather makes a net of entities and relations that were chosen elsewhere: by a
// filter that needs documents, or by a walk. Relations with an end that is not
// among the entities are left out, as [Project] does.
func Gather(ctx context.Context, entities []graph.EntityID, relations []topology.Ends, shape Shape) (*Net, error) {
	n := &Net{shape: shape, ids: slices.Clone(entities)}
	slices.Sort(n.ids)
	n.ids = slices.Compact(n.ids)
	n.node = make([]uint32, 1)
	if len(n.ids) > 0 {
		n.node = make([]uint32, int(n.ids[len(n.ids)-1])+1)
	}
	for i, id := range n.ids {
		n.node[id] = uint32(i) + 1
	}
	from, to := make([]uint32, 0, len(relations)), make([]uint32, 0, len(relations))
	for _, ends := range relations {
		if !n.Has(ends.Source) || !n.Has(ends.Target) {
			continue
		}
		from, to = n.line(ends, from, to)
	}
	n.comes = n.deal(to, from)
	return n, ctx.Err()
}

// line adds the lines of a relation between two of n's entities.
func (n *Net) line(ends topology.Ends, from, to []uint32) ([]uint32, []uint32) {
	u, v := n.node[ends.Source]-1, n.node[ends.Target]-1
	if u == v {
		return from, to
	}
	n.relations++
	from, to = append(from, u), append(to, v)
	if n.shape == Undirected || ends.Symmetric {
		from, to = append(from, v), append(to, u)
	}
	return from, to
}

// Numbered gives every entity of n, by id, the place of its weakly connected
// component among all: 1 for the greatest, equal ones by the least id in them.
// Sizes[k] is the size of component k; Sizes[0] is 0.
func Numbered(n *Net) (of []int, sizes []int) {
	u := union(make([]graph.EntityID, len(n.node)))
	for _, id := range n.ids {
		u[id] = id
	}
	for v, id := range n.ids {
		for _, peer := range n.outs().peers(uint32(v)) {
			u.join(id, n.ids[peer])
		}
	}
	result := u.result()
	number := map[graph.EntityID]int{0: 0}
	sizes = []int{0}
	for i, c := range result.List {
		number[c.Name] = i + 1
		sizes = append(sizes, c.Size)
	}
	of = make([]int, len(result.Of))
	for id, name := range result.Of {
		of[id] = number[name]
	}
	return of, sizes
}
