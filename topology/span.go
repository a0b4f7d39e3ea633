package topology

import "lianzhu/graph"

// Span is a run of edges at one entity, in the order of [graph.Adjacency], as
// columns of equal length. It shares memory with its snapshot and must not be
// changed.
type Span struct {
	Peers     []graph.EntityID
	Relations []graph.RelationID
}

// Len is the number of edges.
func (s Span) Len() int { return len(s.Peers) }

// edges are columns of edges; their order is that of the lists cut from them.
type edges struct {
	peer     []graph.EntityID
	relation []graph.RelationID
	tag      []tag
}

// slot is an edge by itself.
type slot struct {
	peer     graph.EntityID
	relation graph.RelationID
	tag      tag
}

func (e *edges) slot(i uint32) slot  { return slot{e.peer[i], e.relation[i], e.tag[i]} }
func (e *edges) key(i uint32) uint64 { return edgeKey(e.tag[i], e.relation[i]) }

// run is a piece of an entity's list: the edges lo to hi of some columns. A
// list is a run and, where it was patched, more runs.
type run struct {
	*edges
	lo, hi uint32
}

func (r run) len() int { return int(r.hi - r.lo) }

func (r run) span() Span {
	return Span{r.peer[r.lo:r.hi:r.hi], r.relation[r.lo:r.hi:r.hi]}
}

// search is the first edge whose key is not below key.
func (r run) search(key uint64) uint32 {
	lo, hi := r.lo, r.hi
	for lo < hi {
		mid := lo + (hi-lo)/2
		if r.key(mid) < key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// typeRun is the edges at the beginning of r that are of one type, and the
// rest. Short runs are gone through, long ones searched.
func (r run) typeRun() (code uint8, same, rest run) {
	code = r.tag[r.lo].typ()
	end := r.lo + 1
	for end < r.hi && end < r.lo+16 && r.tag[end].typ() == code {
		end++
	}
	if end == r.lo+16 {
		end = r.search((uint64(code) + 1) << 32)
	}
	return code, run{r.edges, r.lo, end}, run{r.edges, end, r.hi}
}

// ofType is the edges of one type.
func (r run) ofType(code uint8) run {
	r.lo = r.search(uint64(code) << 32)
	r.hi = r.search((uint64(code) + 1) << 32)
	return r
}
