package topology

import (
	"iter"

	"lianzhu/graph"
)

// movedChunk is how many ids are copied to add one.
const movedChunk = 1024

// moved lists the entities that have changed since the base was arranged.
// Snapshots share all but its last chunk.
type moved struct{ chunks [][]graph.EntityID }

// with is m and ids, which are not in it.
func (m moved) with(ids []graph.EntityID) moved {
	if len(ids) == 0 {
		return m
	}
	n := len(m.chunks)
	chunks := append(make([][]graph.EntityID, 0, n+1), m.chunks...)
	if n == 0 || len(chunks[n-1])+len(ids) > movedChunk {
		return moved{append(chunks, ids)}
	}
	last := append(make([]graph.EntityID, 0, len(chunks[n-1])+len(ids)), chunks[n-1]...)
	chunks[n-1] = append(last, ids...)
	return moved{chunks}
}

func (m moved) all() iter.Seq[graph.EntityID] {
	return func(yield func(graph.EntityID) bool) {
		for _, chunk := range m.chunks {
			for _, id := range chunk {
				if !yield(id) {
					return
				}
			}
		}
	}
}
