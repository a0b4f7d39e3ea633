package topology

import (
	"slices"

	"lianzhu/graph"
)

// Span is a run of edges at one entity, in the order of [graph.Adjacency], as
// columns of equal length. It shares memory with its snapshot and must not be
// changed.
type Span struct {
	Peers     []graph.EntityID
	Relations []graph.RelationID
	tags      []tag
}

// Len is the number of edges.
func (s Span) Len() int { return len(s.Peers) }

func (s Span) key(i int) uint64 { return edgeKey(s.tags[i], s.Relations[i]) }

func (s Span) cut(lo, hi int) Span {
	return Span{s.Peers[lo:hi:hi], s.Relations[lo:hi:hi], s.tags[lo:hi:hi]}
}

// search is the first edge whose key is not below key.
func (s Span) search(key uint64) int {
	lo, hi := 0, len(s.Relations)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if s.key(mid) < key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// ofType is the edges of one type.
func (s Span) ofType(code uint8) Span {
	lo := s.search(uint64(code) << 32)
	rest := s.cut(lo, s.Len())
	return rest.cut(0, rest.search((uint64(code)+1)<<32))
}

// chunkEdges is how many edges a patched list keeps together: to change one
// edge of a hub, as many are copied.
const chunkEdges = 1024

// slot is an edge by itself.
type slot struct {
	peer     graph.EntityID
	relation graph.RelationID
	tag      tag
}

// chunked cuts a span in pieces of at most chunkEdges, which share its memory.
func chunked(s Span) []Span {
	list := make([]Span, 0, s.Len()/chunkEdges+1)
	for lo := 0; lo < s.Len(); lo += chunkEdges {
		list = append(list, s.cut(lo, min(lo+chunkEdges, s.Len())))
	}
	return list
}

// locate is where key stands in list, or where it would.
func locate(list []Span, key uint64) (chunk, at int, found bool) {
	for chunk = range list {
		if s := list[chunk]; s.key(s.Len()-1) >= key {
			at = s.search(key)
			return chunk, at, s.key(at) == key
		}
	}
	if len(list) == 0 {
		return 0, 0, false
	}
	return len(list) - 1, list[len(list)-1].Len(), false
}

// inserted is list with e, sharing all but one chunk.
func inserted(list []Span, e slot) []Span {
	chunk, at, _ := locate(list, edgeKey(e.tag, e.relation))
	if len(list) == 0 {
		return []Span{{[]graph.EntityID{e.peer}, []graph.RelationID{e.relation}, []tag{e.tag}}}
	}
	s := list[chunk]
	s = Span{insertAt(s.Peers, at, e.peer), insertAt(s.Relations, at, e.relation), insertAt(s.tags, at, e.tag)}
	if n := s.Len(); n > chunkEdges {
		return replaced(list, chunk, s.cut(0, n/2), s.cut(n/2, n))
	}
	return replaced(list, chunk, s)
}

// removed is list without the edge at key; ok is false where there is none.
func removed(list []Span, key uint64) (_ []Span, ok bool) {
	chunk, at, ok := locate(list, key)
	if !ok {
		return list, false
	}
	s := list[chunk]
	if s.Len() == 1 {
		return replaced(list, chunk), true
	}
	s = Span{removeAt(s.Peers, at), removeAt(s.Relations, at), removeAt(s.tags, at)}
	return replaced(list, chunk, s), true
}

// retagged is list with another tag for the edge that t and r name.
func retagged(list []Span, r graph.RelationID, t tag) (_ []Span, ok bool) {
	chunk, at, ok := locate(list, edgeKey(t, r))
	if !ok {
		return list, false
	}
	s := list[chunk]
	s.tags = slices.Clone(s.tags)
	s.tags[at] = t
	return replaced(list, chunk, s), true
}

func replaced(list []Span, chunk int, by ...Span) []Span {
	next := make([]Span, 0, len(list)+len(by)-1)
	next = append(next, list[:chunk]...)
	next = append(next, by...)
	return append(next, list[chunk+1:]...)
}

func insertAt[T any](s []T, at int, v T) []T {
	next := make([]T, 0, len(s)+1)
	next = append(next, s[:at]...)
	next = append(next, v)
	return append(next, s[at:]...)
}

func removeAt[T any](s []T, at int) []T {
	next := make([]T, 0, len(s)-1)
	next = append(next, s[:at]...)
	return append(next, s[at+1:]...)
}
