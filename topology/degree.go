package topology

import (
	"iter"

	"lianzhu/graph"
)

// way is a direction as the lists of an entity that are to be looked at.
type way uint8

const (
	outward way = 1 << iota
	inward
	both = outward | inward
)

// wayOf is no way where dir is no direction.
func wayOf(dir graph.Direction) way {
	switch dir {
	case graph.Out:
		return outward
	case graph.In:
		return inward
	case graph.Both:
		return both
	}
	return 0
}

// back is the way from the far end.
func (w way) back() way { return w>>1 | w<<1&inward }

// Degree is how many relations of the types given are at id, of all
// modalities. A symmetric relation counts in each direction, and once for both.
func (s *Snapshot) Degree(id graph.EntityID, dir graph.Direction, types TypeSet) int {
	return s.degree(id, wayOf(dir), types)
}

func (s *Snapshot) degree(id graph.EntityID, way way, types TypeSet) int {
	n := 0
	if way&outward != 0 {
		r, rest := s.outAt(id)
		n += count(r, rest, types)
	}
	if way&inward != 0 {
		r, rest := s.inAt(id)
		n += count(r, rest, s.seenIn(way, types))
	}
	return n
}

// seenIn are those of types that the second list of an entity shows: seen in
// both directions, what is symmetric stands in the first already.
func (s *Snapshot) seenIn(way way, types TypeSet) TypeSet {
	if way == both {
		return types.without(s.vocab.twice)
	}
	return types
}

// count is the edges of the types given.
func count(r run, rest []run, types TypeSet) int {
	n := 0
	for {
		for r.len() > 0 {
			var code uint8
			var same run
			if code, same, r = r.typeRun(); types.has(code) {
				n += same.len()
			}
		}
		if len(rest) == 0 {
			return n
		}
		r, rest = rest[0], rest[1:]
	}
}

// total is how many relations are at id: Degree of all types in both
// directions.
func (s *Snapshot) total(id graph.EntityID) int {
	n := s.slots(id, both)
	r, rest := s.inAt(id)
	for {
		n -= s.vocab.twiceIn(r)
		if len(rest) == 0 {
			return n
		}
		r, rest = rest[0], rest[1:]
	}
}

// twiceIn is how many edges of r are symmetric, and so stand in the other list
// of the entity, too.
func (v *vocabulary) twiceIn(r run) (n int) {
	if r.len() > wide {
		for _, code := range v.twiceCodes {
			n += r.ofType(code).len()
		}
		return n
	}
	for _, t := range r.tag[r.lo:r.hi] {
		if v.twice.has(t.typ()) {
			n++
		}
	}
	return n
}

// slots is about how many edges a walk in dir looks at in id: of all types, a
// symmetric one seen in both directions twice.
func (s *Snapshot) slots(id graph.EntityID, way way) int {
	if n := s.nodes.get(uint32(id)); n != nil || int(id)+1 >= len(s.out.first) {
		return n.slots(way)
	}
	n := uint32(0)
	if way&outward != 0 {
		n += s.out.first[id+1] - s.out.first[id]
	}
	if way&inward != 0 {
		n += s.in.first[id+1] - s.in.first[id]
	}
	return int(n)
}

func (n *node) slots(way way) (slots int) {
	if n == nil {
		return 0
	}
	if way&outward != 0 {
		slots += lengths(n.out)
	}
	if way&inward != 0 {
		slots += lengths(n.in)
	}
	return slots
}

func lengths(list []run) (n int) {
	for _, r := range list {
		n += r.len()
	}
	return n
}

// Adjacent yields the edges of the types given at id as runs of one type, of
// all modalities: those from it, then those to it. A symmetric relation is in
// the first list of each direction. The order within a list is that of
// [graph.Adjacency]; for the order of both lists together see [Snapshot.Edges].
func (s *Snapshot) Adjacent(id graph.EntityID, dir graph.Direction, types TypeSet) iter.Seq2[graph.RelationType, Span] {
	way := wayOf(dir)
	return func(yield func(graph.RelationType, Span) bool) {
		if way&outward != 0 {
			r, rest := s.outAt(id)
			if !s.eachType(r, rest, types, yield) {
				return
			}
		}
		if way&inward != 0 {
			r, rest := s.inAt(id)
			s.eachType(r, rest, s.seenIn(way, types), yield)
		}
	}
}

func (s *Snapshot) eachType(r run, rest []run, types TypeSet, yield func(graph.RelationType, Span) bool) bool {
	for {
		for r.len() > 0 {
			var code uint8
			var same run
			code, same, r = r.typeRun()
			if types.has(code) && !yield(s.vocab.types[code], same.span()) {
				return false
			}
		}
		if len(rest) == 0 {
			return true
		}
		r, rest = rest[0], rest[1:]
	}
}
