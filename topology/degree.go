package topology

import (
	"iter"

	"lianzhu/graph"
)

// Degree is how many relations of the types given are at id, of all
// modalities. A symmetric relation counts in each direction, and once for both.
func (s *Snapshot) Degree(id graph.EntityID, dir graph.Direction, types TypeSet) int {
	n := 0
	if dir != graph.In {
		span, rest := s.outAt(id)
		n += count(span, rest, types)
	}
	if dir != graph.Out {
		span, rest := s.inAt(id)
		n += count(span, rest, s.seenIn(dir, types))
	}
	return n
}

// seenIn are those of types that the second list of an entity shows: seen in
// both directions, what is symmetric stands in the first already.
func (s *Snapshot) seenIn(dir graph.Direction, types TypeSet) TypeSet {
	if dir == graph.Both {
		return types.without(s.vocab.twice)
	}
	return types
}

// count is the edges of the types given.
func count(span Span, rest []Span, types TypeSet) int {
	n := 0
	for {
		n += countSpan(span, types)
		if len(rest) == 0 {
			return n
		}
		span, rest = rest[0], rest[1:]
	}
}

// countSpan goes from type to type by searching rather than edge by edge.
func countSpan(span Span, types TypeSet) int {
	n := 0
	for span.Len() > 0 {
		code := span.tags[0].typ()
		end := span.search((uint64(code) + 1) << 32)
		if types.has(code) {
			n += end
		}
		span = span.cut(end, span.Len())
	}
	return n
}

// slots is about how many edges a walk in dir looks at in id: of all types, a
// symmetric one seen in both directions twice.
func (s *Snapshot) slots(id graph.EntityID, dir graph.Direction) int {
	n := 0
	if dir != graph.In {
		n += lengths(s.outAt(id))
	}
	if dir != graph.Out {
		n += lengths(s.inAt(id))
	}
	return n
}

func lengths(span Span, rest []Span) int {
	n := span.Len()
	for _, r := range rest {
		n += r.Len()
	}
	return n
}

// Adjacent yields the edges of the types given at id as runs of one type, of
// all modalities: those from it, then those to it. A symmetric relation is in
// the first list of each direction. The order within a list is that of
// [graph.Adjacency]; for the order of both lists together see [Snapshot.Edges].
func (s *Snapshot) Adjacent(id graph.EntityID, dir graph.Direction, types TypeSet) iter.Seq2[graph.RelationType, Span] {
	return func(yield func(graph.RelationType, Span) bool) {
		if dir != graph.In {
			span, rest := s.outAt(id)
			if !s.runs(span, rest, types, yield) {
				return
			}
		}
		if dir != graph.Out {
			span, rest := s.inAt(id)
			s.runs(span, rest, s.seenIn(dir, types), yield)
		}
	}
}

func (s *Snapshot) runs(span Span, rest []Span, types TypeSet, yield func(graph.RelationType, Span) bool) bool {
	for {
		for span.Len() > 0 {
			code := span.tags[0].typ()
			end := span.search((uint64(code) + 1) << 32)
			if types.has(code) && !yield(s.vocab.types[code], span.cut(0, end)) {
				return false
			}
			span = span.cut(end, span.Len())
		}
		if len(rest) == 0 {
			return true
		}
		span, rest = rest[0], rest[1:]
	}
}
