package analytics

// Degrees counts for each entity, by id, the relations that lead from it and to
// it, parallel ones one by one. In an undirected net both are the same.
func Degrees(n *Net) (from, to []int) {
	return byEntity(n, n.outs().totals(len(n.ids))), byEntity(n, n.ins().totals(len(n.ids)))
}

// Peers counts for each entity, by id, the other entities that it leads to and
// that lead to it.
func Peers(n *Net) (from, to []int) {
	count := func(l *lines) []int {
		peers := make([]int, len(n.ids))
		for v := range peers {
			peers[v] = len(l.peers(uint32(v)))
		}
		return byEntity(n, peers)
	}
	return count(n.outs()), count(n.ins())
}

func (l *lines) totals(nodes int) []int {
	totals := make([]int, nodes)
	for v := range totals {
		totals[v] = l.total(uint32(v))
	}
	return totals
}
