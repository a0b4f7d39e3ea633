package topology

import (
	"sync"

	"lianzhu/graph"
)

// shape is a snapshot as walks of package graph use it.
type shape struct{ *Snapshot }

// KindOf is the kind of an entity, "" where there is none.
func (s shape) KindOf(id graph.EntityID) graph.Kind { return s.Kind(id) }

// Follow makes ready to follow what passes c.
func (s shape) Follow(c graph.ColumnFilter) graph.Follower {
	return &follower{s: s.Snapshot, f: s.vocab.columns(c), scored: c.Scored}
}

// columnKey is a [graph.ColumnFilter] that can be compared.
type columnKey struct {
	types    TypeSet
	modality uint8
	derived  bool
	minScore float32
	from, to int32
	peers    kindSet
	anyPeer  bool
}

// filterCache keeps filters that were asked for lately: a table of verdicts is
// larger than many a walk.
type filterCache struct {
	mu   sync.Mutex
	kept map[columnKey]*Filter
}

// mostFilters bounds how many filters are kept.
const mostFilters = 64

// columns makes c ready. What does not exist passes nothing.
func (v *vocabulary) columns(c graph.ColumnFilter) *Filter {
	key := columnKey{types: v.known(c.Types), derived: c.Derived, minScore: c.MinScore, from: c.From, to: c.To, anyPeer: c.Peers == nil}
	for _, m := range c.Modality {
		if code, ok := modalityCode(m); ok {
			key.modality |= 1 << code
		}
	}
	for _, k := range c.Peers {
		if code, err := v.kindCode(k); err == nil {
			key.peers |= 1 << code
		}
	}
	v.cache.mu.Lock()
	defer v.cache.mu.Unlock()
	f := v.cache.kept[key]
	if f == nil {
		if f = v.columnFilter(key); len(v.cache.kept) >= mostFilters || v.cache.kept == nil {
			v.cache.kept = map[columnKey]*Filter{}
		}
		v.cache.kept[key] = f
	}
	return f
}

func (v *vocabulary) columnFilter(key columnKey) *Filter {
	f := &Filter{vocab: v, types: key.types, narrow: key.types != v.known(nil), minScore: key.minScore, scored: key.minScore > 0,
		first: key.from, last: key.to, dated: key.from != graph.DayMin || key.to != graph.DayMax, peers: key.peers}
	f.picky = f.peers != 0
	if key.peers == 0 && !key.anyPeer {
		key.modality = 0 // no kind is left that could pass
	}
	f.where.IncludeDerived = key.derived
	f.judge(key.modality)
	return f
}

// nothing passes no edge.
var nothing verdicts

// follower goes through the edges at one entity after the other.
type follower struct {
	s      *Snapshot
	f      *Filter
	scored bool

	edges ordered
	pass  *verdicts
	peers bool // the filter's peers are those of the arcs
	arcs  []graph.Arc
	last  slot
}

// Begin goes to the edges of an entity.
func (w *follower) Begin(id graph.EntityID, dir graph.Direction, towards bool, after graph.EdgeCursor) {
	w.edges = w.s.ordered(id, wayOf(dir), w.f.types)
	if after != (graph.EdgeCursor{}) {
		w.edges.seek(w.s.vocab.after(after))
	}
	w.pass, w.peers = w.f.pass, w.f.picky && !towards
	if w.f.picky && towards && !w.f.reaches(w.s, id) {
		w.pass = &nothing
	}
}

// Next gives the next arcs. Edges of one type stand together in each list, so
// that only those of a type that is in both are to be compared.
func (w *follower) Next(look, take int) (arcs []graph.Arc, looked int, more bool) {
	o := &w.edges
	w.arcs = w.arcs[:0]
	for {
		out, in := o.out.settle(&o.outOf), o.in.settle(&o.inOf)
		if !out && !in || looked == look || len(w.arcs) >= take {
			return w.arcs, looked, out || in
		}
		switch {
		case !in:
			looked = w.alone(&o.out, true, looked, look, take)
		case !out:
			looked = w.alone(&o.in, false, looked, look, take)
		default:
			a, b := o.out.tag[o.out.lo].typ(), o.in.tag[o.in.lo].typ()
			switch {
			case a < b:
				looked = w.alone(&o.out, true, looked, look, take)
			case b < a:
				looked = w.alone(&o.in, false, looked, look, take)
			default:
				looked = w.together(a, looked, look, take)
			}
		}
	}
}

// alone takes edges of one type from a list, and gives how many were looked at
// in all.
func (w *follower) alone(c *cursor, out bool, looked, look, take int) int {
	code := c.tag[c.lo].typ()
	forward := out || w.s.vocab.symmetric[code]
	for c.lo < c.hi && looked < look && len(w.arcs) < take && c.tag[c.lo].typ() == code {
		looked++
		w.take(c.slot(c.lo), forward, looked)
		c.lo++
	}
	return looked
}

// together takes edges of a type that is in both lists, by their relations.
func (w *follower) together(code uint8, looked, look, take int) int {
	out, in := &w.edges.out, &w.edges.in
	for looked < look && len(w.arcs) < take {
		if out.lo == out.hi || in.lo == in.hi || out.tag[out.lo].typ() != code || in.tag[in.lo].typ() != code {
			break
		}
		looked++
		c, forward := out, true
		if in.relation[in.lo] < out.relation[out.lo] {
			c, forward = in, false
		}
		w.take(c.slot(c.lo), forward, looked)
		c.lo++
	}
	return looked
}

// take makes an arc of an edge that passes.
func (w *follower) take(e slot, forward bool, looked int) {
	w.last = e
	v := w.pass.of(e.tag)
	if v == refused || v == unsure && !w.f.sure(w.s, e.relation) || w.peers && !w.f.reaches(w.s, e.peer) {
		return
	}
	a := graph.Arc{Relation: e.relation, Peer: e.peer, Seen: uint32(looked), Type: e.tag.typ(), Forward: forward}
	if w.scored {
		a.Score = w.s.hot(e).Score
	}
	w.arcs = append(w.arcs, a)
}

// Last is the place of the edge looked at last.
func (w *follower) Last() graph.EdgeCursor {
	return graph.EdgeCursor{Type: w.s.vocab.types[w.last.tag.typ()], Relation: w.last.relation}
}

// Type is the type of a code.
func (w *follower) Type(code uint8) graph.RelationType { return w.s.vocab.types[code] }
