package gql

import (
	"sync"

	"lianzhu/graph"
)

// memory is where an operation lays out the headers of what it lists. The next
// one uses it again. It is guarded by the session.
type memory struct {
	edges     lendings[graph.Edge]
	relations lendings[graph.RelationHeader]
	entities  lendings[graph.EntityHeader]
	figures   lendings[graph.FigureHeader]
	lists     lendings[*graph.EntityHeader]
}

// lendings lends parts of one array.
type lendings[T any] struct {
	room []T // its length is what was lent
}

// mostLent bounds how many items of an array are kept for the next operation.
const mostLent = 8192

// lend gives n items, which are zero, until the operation ends.
func (l *lendings[T]) lend(n int) []T {
	at := len(l.room)
	if at+n > cap(l.room) {
		l.room, at = make([]T, 0, max(n, min(2*cap(l.room), mostLent))), 0
	}
	l.room = l.room[:at+n]
	return l.room[at : at+n : at+n]
}

// end takes everything back. What was lent is forgotten, since its texts may be
// gone when it is lent again.
func (l *lendings[T]) end() {
	if clear(l.room); cap(l.room) > mostLent {
		l.room = nil
	}
	l.room = l.room[:0]
}

// borrow gives the memory of an operation, which is to be given back to pool.
func borrow(pool *sync.Pool) *memory {
	if m, ok := pool.Get().(*memory); ok {
		return m
	}
	return &memory{}
}

func (m *memory) giveBack(pool *sync.Pool) {
	m.edges.end()
	m.relations.end()
	m.entities.end()
	m.figures.end()
	m.lists.end()
	pool.Put(m)
}

// roomForEdges is room for n edges, nil in an operation that has no memory. The session
// is locked by its caller.
func (s *session) roomForEdges(n int) []graph.Edge {
	if s.memory == nil {
		return nil
	}
	return s.memory.edges.lend(n)
}

// roomForEntities is room for n headers; see roomForEdges.
func (s *session) roomForEntities(n int) []graph.EntityHeader {
	if s.memory == nil {
		return make([]graph.EntityHeader, n)
	}
	return s.memory.entities.lend(n)
}

// roomForRelations: see roomForEntities.
func (s *session) roomForRelations(n int) []graph.RelationHeader {
	if s.memory == nil {
		return make([]graph.RelationHeader, n)
	}
	return s.memory.relations.lend(n)
}

// roomForFigures: see roomForEntities.
func (s *session) roomForFigures(n int) []graph.FigureHeader {
	if s.memory == nil {
		return make([]graph.FigureHeader, n)
	}
	return s.memory.figures.lend(n)
}

// roomForList is room for n places of headers; see roomForEntities. It locks the
// session itself.
func (s *session) roomForList(n int) []*graph.EntityHeader {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.memory == nil {
		return make([]*graph.EntityHeader, n)
	}
	return s.memory.lists.lend(n)
}
