package topology

import (
	"iter"

	"lianzhu/graph"
)

// cursor goes through one list of edges.
type cursor struct {
	run  // lo is where it is
	rest []run
}

// settle moves c to the next edge whose type is in types, and tells whether
// there is one. Types that are not wanted are passed over.
func (c *cursor) settle(types *TypeSet) bool {
	for {
		for c.lo < c.hi {
			if types.has(c.tag[c.lo].typ()) {
				return true
			}
			_, _, c.run = c.typeRun()
		}
		if len(c.rest) == 0 {
			return false
		}
		c.run, c.rest = c.rest[0], c.rest[1:]
	}
}

func (c *cursor) take() slot {
	e := c.slot(c.lo)
	c.lo++
	return e
}

// ordered goes through the edges at one entity in the order of
// [graph.Adjacency], whichever list they stand in.
type ordered struct {
	out, in   cursor
	outOf     TypeSet
	inOf      TypeSet
	symmetric *TypeSet
}

// ordered gives the edges of the types given at id.
func (s *Snapshot) ordered(id graph.EntityID, way way, types TypeSet) ordered {
	o := ordered{symmetric: &s.vocab.twice}
	if way&outward != 0 {
		o.out.run, o.out.rest = s.outAt(id)
		o.outOf = types
	}
	if way&inward != 0 {
		o.in.run, o.in.rest = s.inAt(id)
		o.inOf = s.seenIn(way, types)
	}
	return o
}

// next is the next edge, and whether it is forward; ok is false at the end.
func (o *ordered) next() (e slot, forward, ok bool) {
	out, in := o.out.settle(&o.outOf), o.in.settle(&o.inOf)
	switch {
	case out && (!in || o.out.key(o.out.lo) < o.in.key(o.in.lo)):
		return o.out.take(), true, true
	case in:
		e = o.in.take()
		return e, o.symmetric.has(e.tag.typ()), true
	}
	return slot{}, false, false
}

// Edges yields the edges at id that pass f (nil: the zero [Where]), in the
// order of [graph.Adjacency] and without documents.
func (s *Snapshot) Edges(id graph.EntityID, dir graph.Direction, f *Filter) iter.Seq[graph.Edge] {
	if f == nil {
		f = s.vocab.plain
	}
	return func(yield func(graph.Edge) bool) {
		o := s.ordered(id, wayOf(dir), f.types)
		for {
			e, forward, ok := o.next()
			if !ok {
				return
			}
			if !f.passes(s, e) || !f.reaches(s, e.peer) {
				continue
			}
			edge := graph.Edge{Relation: e.relation, Peer: e.peer, Type: s.vocab.types[e.tag.typ()], Forward: forward, Hot: s.hot(e)}
			if !yield(edge) {
				return
			}
		}
	}
}

// hot is what filters look at in an edge. Mostly its tag tells all of it.
func (s *Snapshot) hot(e slot) graph.Hot {
	w := row{tag: e.tag}
	if e.tag.has(tagGraded | tagTimed) {
		w = s.row(e.relation)
	}
	return s.vocab.hot(&w)
}

// passes tells whether an edge passes but for its peer.
func (f *Filter) passes(s *Snapshot, e slot) bool {
	v := f.pass.of(e.tag)
	return v == passed || v == unsure && f.sure(s, e.relation)
}

// EachRelation yields the relations that pass f (nil: the zero [Where]) and
// both of whose ends f lets a walk reach, in ascending order, with their source
// and target.
func (s *Snapshot) EachRelation(f *Filter) iter.Seq2[graph.RelationID, [2]graph.EntityID] {
	if f == nil {
		f = s.vocab.plain
	}
	return func(yield func(graph.RelationID, [2]graph.EntityID) bool) {
		for id := graph.RelationID(1); id <= s.lastRelation; id++ {
			source, target, ok := s.ends(id, f)
			if !ok {
				continue
			}
			if !yield(id, [2]graph.EntityID{source, target}) {
				return
			}
		}
	}
}

// ends is where the relation id leads, if it is there and passes f.
func (s *Snapshot) ends(id graph.RelationID, f *Filter) (source, target graph.EntityID, ok bool) {
	var t tag
	if w := s.rows.get(uint32(id)); w != nil {
		source, target, t = w.source, w.target, w.tag
	} else if int(id) < len(s.source) {
		source, target, t = s.source[id], s.target[id], s.tag[id]
	}
	if source == 0 || !f.passes(s, slot{relation: id, tag: t}) {
		return 0, 0, false
	}
	return source, target, f.reaches(s, source) && f.reaches(s, target)
}
