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
	o.begin(s, id, way, types)
	return o
}

// begin goes to the edges of the types given at id.
func (o *ordered) begin(s *Snapshot, id graph.EntityID, way way, types TypeSet) {
	o.out, o.in = cursor{}, cursor{}
	if way&outward != 0 {
		o.out.run, o.out.rest = s.outAt(id)
		o.outOf = types
	}
	if way&inward != 0 {
		o.in.run, o.in.rest = s.inAt(id)
		o.inOf = s.seenIn(way, types)
	}
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

// Ends are where a relation begins and ends.
type Ends struct {
	Source, Target graph.EntityID
	Symmetric      bool
}

// EachRelation yields the relations that pass f (nil: the zero [Where]) and
// both of whose ends f lets a walk reach, in ascending order.
func (s *Snapshot) EachRelation(f *Filter) iter.Seq2[graph.RelationID, Ends] {
	if f == nil {
		f = s.vocab.plain
	}
	return func(yield func(graph.RelationID, Ends) bool) {
		for lo := uint32(0); lo <= uint32(s.lastRelation); lo += 1 << pageBits {
			hi := min(lo+1<<pageBits, uint32(s.lastRelation)+1)
			if s.rows.touched(lo) {
				if !s.eachPatched(f, lo, hi, yield) {
					return
				}
			} else if !s.eachOfBase(f, lo, hi, yield) {
				return
			}
		}
	}
}

// eachOfBase yields from a page of relations that has no patches.
func (s *Snapshot) eachOfBase(f *Filter, lo, hi uint32, yield func(graph.RelationID, Ends) bool) bool {
	hi = min(hi, uint32(len(s.source)))
	for i := lo; i < hi; i++ {
		source, t := s.source[i], s.tag[i]
		v := f.pass.of(t)
		if source == 0 || v == refused || v == unsure && !f.sure(s, graph.RelationID(i)) {
			continue
		}
		target := s.target[i]
		if f.picky && !(f.reaches(s, source) && f.reaches(s, target)) {
			continue
		}
		if !yield(graph.RelationID(i), Ends{source, target, s.vocab.symmetric[t.typ()]}) {
			return false
		}
	}
	return true
}

func (s *Snapshot) eachPatched(f *Filter, lo, hi uint32, yield func(graph.RelationID, Ends) bool) bool {
	for id := graph.RelationID(lo); id < graph.RelationID(hi); id++ {
		w := s.row(id)
		if w.source == 0 || !f.passes(s, slot{relation: id, tag: w.tag}) || !f.reaches(s, w.source) || !f.reaches(s, w.target) {
			continue
		}
		if !yield(id, Ends{w.source, w.target, s.vocab.symmetric[w.tag.typ()]}) {
			return false
		}
	}
	return true
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
