package topology

import (
	"math"
	"slices"
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

// Load is how many edges there are at all of ids.
func (s shape) Load(ids []graph.EntityID, types []graph.RelationType, dir graph.Direction, most int) (load int) {
	set, all := s.vocab.known(types), types == nil
	if most == 0 {
		most = math.MaxInt
	}
	for _, way := range [2]way{outward, inward} {
		if wayOf(dir)&way == 0 {
			continue
		}
		first := s.out.first
		if way == inward {
			first = s.in.first
		}
		for _, id := range ids {
			n := 0
			switch {
			case !all:
				n = s.degree(id, way, set)
			case s.patches == 0 && int(id)+1 < len(first):
				n = int(first[id+1] - first[id])
			default:
				n = s.slots(id, way)
			}
			load += min(n, most)
		}
	}
	return load
}

// Borrow lends memory for a walk.
func (s shape) Borrow() *graph.Scratch {
	if mem, ok := s.scratch.Get().(*graph.Scratch); ok {
		return mem
	}
	return &graph.Scratch{}
}

// GiveBack takes it back.
func (s shape) GiveBack(mem *graph.Scratch) { s.scratch.Put(mem) }

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
	last  slot
}

// Begin goes to the edges of an entity.
func (w *follower) Begin(id graph.EntityID, dir graph.Direction, towards bool, after graph.EdgeCursor) {
	w.edges.symmetric = &w.s.vocab.twice
	w.edges.begin(w.s, id, wayOf(dir), w.f.types)
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
func (w *follower) Next(into []graph.Arc, look, take int) (arcs []graph.Arc, looked int, more bool) {
	o := &w.edges
	arcs = slices.Grow(into, min(look, take))
	most := len(into) + take
	for {
		out, in := o.out.settle(&o.outOf), o.in.settle(&o.inOf)
		if !out && !in || looked == look || len(arcs) >= most {
			return arcs, looked, out || in
		}
		a, b := ^uint8(0), ^uint8(0)
		if out {
			a = o.out.tag[o.out.lo].typ()
		}
		if in {
			b = o.in.tag[o.in.lo].typ()
		}
		switch {
		case !in || out && a < b:
			arcs, looked = w.alone(arcs, &o.out, true, looked, look, most)
		case !out || b < a:
			arcs, looked = w.alone(arcs, &o.in, w.s.vocab.symmetric[b], looked, look, most)
		default:
			arcs, looked = w.together(arcs, a, looked, look, most)
		}
	}
}

// alone takes edges of one type from a list, and gives how many were looked at
// in all.
func (w *follower) alone(arcs []graph.Arc, c *cursor, forward bool, looked, look, most int) ([]graph.Arc, int) {
	end := min(c.hi, c.lo+uint32(look-looked))
	tags, peers, relations := c.tag[c.lo:end], c.peer[c.lo:end], c.relation[c.lo:end]
	peers, relations = peers[:len(tags)], relations[:len(tags)]
	code, pass, plain := tags[0].typ(), w.pass, !w.peers && !w.scored
	kept, room := len(arcs), arcs[:most]
	n := 0
	for ; n < len(tags) && kept < len(room); n++ {
		t := tags[n]
		if t.typ() != code {
			break
		}
		switch v := pass.of(t); {
		case v == passed && plain:
			room[kept] = graph.Arc{Relation: relations[n], Peer: peers[n], Seen: uint32(looked + n + 1), Type: code, Forward: forward}
			kept++
		case v != refused:
			kept = len(w.take(room[:kept], slot{peers[n], relations[n], t}, v, forward, looked+n+1))
		}
	}
	c.lo += uint32(n)
	w.last = c.slot(c.lo - 1)
	return room[:kept], looked + n
}

// together takes edges of a type that is in both lists, by their relations.
func (w *follower) together(arcs []graph.Arc, code uint8, looked, look, most int) ([]graph.Arc, int) {
	out, in := w.edges.out, w.edges.in
	for looked < look && len(arcs) < most {
		if out.lo == out.hi || in.lo == in.hi || out.tag[out.lo].typ() != code || in.tag[in.lo].typ() != code {
			break
		}
		looked++
		forward := out.relation[out.lo] <= in.relation[in.lo]
		if forward {
			w.last = out.slot(out.lo)
			out.lo++
		} else {
			w.last = in.slot(in.lo)
			in.lo++
		}
		if v := w.pass.of(w.last.tag); v != refused {
			arcs = w.take(arcs, w.last, v, forward, looked)
		}
	}
	w.edges.out.lo, w.edges.in.lo = out.lo, in.lo
	return arcs, looked
}

// take makes an arc of an edge that passes, of which the tag may not have told
// enough.
func (w *follower) take(arcs []graph.Arc, e slot, v verdict, forward bool, looked int) []graph.Arc {
	if v == unsure && !w.f.sure(w.s, e.relation) || w.peers && !w.f.reaches(w.s, e.peer) {
		return arcs
	}
	a := graph.Arc{Relation: e.relation, Peer: e.peer, Seen: uint32(looked), Type: e.tag.typ(), Forward: forward}
	if w.scored {
		a.Score = w.s.hot(e).Score
	}
	return append(arcs, a)
}

// Ties copies what passes.
func (w *follower) Ties(into graph.Ties, id graph.EntityID, dir graph.Direction, towards bool) graph.Ties {
	if w.f.picky && towards && !w.f.reaches(w.s, id) {
		return into
	}
	way, peers := wayOf(dir), w.f.picky && !towards
	if way&outward != 0 {
		r, rest := w.s.outAt(id)
		into = w.ties(into, r, rest, w.f.types, peers)
	}
	if way&inward != 0 {
		r, rest := w.s.inAt(id)
		into = w.ties(into, r, rest, w.s.seenIn(way, w.f.types), peers)
	}
	return into
}

// ties copies what passes of a list.
func (w *follower) ties(into graph.Ties, r run, rest []run, types TypeSet, peers bool) graph.Ties {
	for {
		for r.len() > 0 {
			code, same, behind := r.typeRun()
			if types.has(code) {
				into = w.tiesOf(into, same, peers)
			}
			r = behind
		}
		if len(rest) == 0 {
			return into
		}
		r, rest = rest[0], rest[1:]
	}
}

// tiesOf copies what passes of edges of one type: every edge is written, and
// stays where it passes.
func (w *follower) tiesOf(into graph.Ties, r run, peers bool) graph.Ties {
	n, room := len(into.Peers), r.len()
	into.Peers, into.Relations = slices.Grow(into.Peers, room)[:n+room], slices.Grow(into.Relations, room)[:n+room]
	toPeers, toRelations := into.Peers[n:], into.Relations[n:]
	tags, from, relations := r.tag[r.lo:r.hi], r.peer[r.lo:r.hi], r.relation[r.lo:r.hi]
	kept := 0
	for i, t := range tags {
		v := w.f.pass.of(t)
		toPeers[kept], toRelations[kept] = from[i], relations[i]
		if peers || v == unsure {
			v = w.asked(v, slot{from[i], relations[i], t}, peers)
		}
		kept += int(v) // passed is 1, refused 0
	}
	into.Peers, into.Relations = into.Peers[:n+kept], into.Relations[:n+kept]
	return into
}

// asked is the verdict on an edge of which the tag may not have told enough.
func (w *follower) asked(v verdict, e slot, peers bool) verdict {
	if v == refused || v == unsure && !w.f.sure(w.s, e.relation) || peers && !w.f.reaches(w.s, e.peer) {
		return refused
	}
	return passed
}

// Last is the place of the edge looked at last.
func (w *follower) Last() graph.EdgeCursor {
	return graph.EdgeCursor{Type: w.s.vocab.types[w.last.tag.typ()], Relation: w.last.relation}
}

// Type is the type of a code.
func (w *follower) Type(code uint8) graph.RelationType { return w.s.vocab.types[code] }
