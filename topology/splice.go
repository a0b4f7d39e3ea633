package topology

import (
	"slices"

	"lianzhu/graph"
)

// chunkEdges is how many edges a patched list keeps together: to change one
// edge of a hub, as many are copied.
const chunkEdges = 1024

// chunked cuts a run in pieces of at most chunkEdges, which share its memory.
func chunked(r run) []run {
	list := make([]run, 0, r.len()/chunkEdges+1)
	for ; r.len() > chunkEdges; r.lo += chunkEdges {
		list = append(list, run{r.edges, r.lo, r.lo + chunkEdges})
	}
	if r.len() > 0 {
		list = append(list, r)
	}
	return list
}

// locate is where key stands in list, or where it would.
func locate(list []run, key uint64) (chunk int, at uint32, found bool) {
	for chunk, r := range list {
		if r.key(r.hi-1) >= key {
			at = r.search(key)
			return chunk, at, r.key(at) == key
		}
	}
	if len(list) == 0 {
		return 0, 0, false
	}
	return len(list) - 1, list[len(list)-1].hi, false
}

// inserted is list with e, sharing all but one chunk.
func inserted(list []run, e slot) []run {
	if len(list) == 0 {
		return []run{{&edges{[]graph.EntityID{e.peer}, []graph.RelationID{e.relation}, []tag{e.tag}}, 0, 1}}
	}
	chunk, at, _ := locate(list, edgeKey(e.tag, e.relation))
	r := list[chunk]
	own := r.copied(1)
	i := int(at - r.lo)
	own.peer = slices.Insert(own.peer, i, e.peer)
	own.relation = slices.Insert(own.relation, i, e.relation)
	own.tag = slices.Insert(own.tag, i, e.tag)
	if n := uint32(len(own.peer)); n > chunkEdges {
		return replaced(list, chunk, run{own, 0, n / 2}, run{own, n / 2, n})
	}
	return replaced(list, chunk, run{own, 0, uint32(len(own.peer))})
}

// removed is list without the edge at key; ok is false where there is none.
func removed(list []run, key uint64) (_ []run, ok bool) {
	chunk, at, ok := locate(list, key)
	if !ok {
		return list, false
	}
	r := list[chunk]
	if r.len() == 1 {
		return replaced(list, chunk), true
	}
	own := r.copied(0)
	i := int(at - r.lo)
	own.peer = slices.Delete(own.peer, i, i+1)
	own.relation = slices.Delete(own.relation, i, i+1)
	own.tag = slices.Delete(own.tag, i, i+1)
	return replaced(list, chunk, run{own, 0, uint32(len(own.peer))}), true
}

// retagged is list with another tag for the edge that t and id name.
func retagged(list []run, id graph.RelationID, t tag) (_ []run, ok bool) {
	chunk, at, ok := locate(list, edgeKey(t, id))
	if !ok {
		return list, false
	}
	r := list[chunk]
	own := r.copied(0)
	own.tag[at-r.lo] = t
	return replaced(list, chunk, run{own, 0, uint32(r.len())}), true
}

// copied are the edges of r in memory of their own, with room for some more.
func (r run) copied(room int) *edges {
	n := r.len()
	e := &edges{make([]graph.EntityID, n, n+room), make([]graph.RelationID, n, n+room), make([]tag, n, n+room)}
	copy(e.peer, r.peer[r.lo:r.hi])
	copy(e.relation, r.relation[r.lo:r.hi])
	copy(e.tag, r.tag[r.lo:r.hi])
	return e
}

func replaced(list []run, chunk int, by ...run) []run {
	next := make([]run, 0, len(list)+len(by)-1)
	next = append(next, list[:chunk]...)
	next = append(next, by...)
	return append(next, list[chunk+1:]...)
}
