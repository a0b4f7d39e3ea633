package topology

import (
	"context"
	"iter"
	"slices"

	"lianzhu/graph"
)

// reader reads the shape of the graph from memory and all else from the store.
type reader struct {
	graph.Reader
	ctx  context.Context
	snap *Snapshot
}

// Reader is r with the shape of the graph read from s: who is related to whom,
// what edges carry, degrees, and which ids there are. Documents, names and the
// log stay with r, which must read the revision of s. The result must be used
// as r is, and no longer than r.
func (s *Snapshot) Reader(ctx context.Context, r graph.Reader) graph.Reader {
	return &reader{Reader: r, ctx: ctx, snap: s}
}

// Shape gives walks the snapshot itself.
func (r *reader) Shape() graph.Shape { return shape{r.snap} }

// Neighbours answers from memory where no document is asked for.
func (r *reader) Neighbours(q graph.NeighbourQuery) ([]graph.Adjacency, error) {
	way := wayOf(q.Direction)
	if q.Match != nil || q.Documents || way == 0 || q.Limit < 0 || q.After != nil && len(q.After) != len(q.IDs) {
		return r.Reader.Neighbours(q) // which refuses what cannot be
	}
	types := r.snap.vocab.known(q.Types)
	list := make([]graph.Adjacency, len(q.IDs))
	edges := make([]graph.Edge, 0, r.room(&q, way))
	for i, id := range q.IDs {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		o := r.snap.ordered(id, way, types)
		if q.After != nil {
			o.seek(r.snap.vocab.after(q.After[i]))
		}
		begin := len(edges)
		list[i].Entity = id
		edges, list[i].More = r.snap.appendEdges(edges, &o, q.Limit)
		list[i].Edges = edges[begin:len(edges):len(edges)]
	}
	return list, r.ctx.Err()
}

// room is at least how many edges will answer q, so that they are laid out once.
func (r *reader) room(q *graph.NeighbourQuery, way way) (n int) {
	for _, id := range q.IDs {
		slots := r.snap.slots(id, way)
		if q.Limit > 0 {
			slots = min(slots, q.Limit)
		}
		n += slots
	}
	return n
}

// appendEdges appends the next edges of o, at most limit where that is not 0,
// and tells whether there are more.
func (s *Snapshot) appendEdges(edges []graph.Edge, o *ordered, limit int) (_ []graph.Edge, more bool) {
	for n := 0; ; n++ {
		e, forward, ok := o.next()
		if !ok {
			return edges, false
		}
		if limit > 0 && n == limit {
			return edges, true
		}
		edges = append(edges, graph.Edge{Relation: e.relation, Peer: e.peer, Type: s.vocab.types[e.tag.typ()], Forward: forward, Hot: s.hot(e)})
	}
}

// Degree counts from memory.
func (r *reader) Degree(ids []graph.EntityID, types []graph.RelationType, dir graph.Direction) ([]int, error) {
	way := wayOf(dir)
	if way == 0 {
		return r.Reader.Degree(ids, types, dir) // which refuses it
	}
	set := r.snap.vocab.known(types)
	degrees := make([]int, len(ids))
	for i, id := range ids {
		switch {
		case types != nil:
			degrees[i] = r.snap.degree(id, way, set)
		case way == both:
			degrees[i] = r.snap.total(id)
		default:
			degrees[i] = r.snap.slots(id, way)
		}
	}
	return degrees, r.ctx.Err()
}

// AllEntities reads from memory where all kinds are asked for; of some kinds the
// store has a list.
func (r *reader) AllEntities(kinds []graph.Kind, after graph.EntityID) iter.Seq2[graph.EntityID, error] {
	if kinds != nil {
		return r.Reader.AllEntities(kinds, after)
	}
	return there(r.ctx, after, r.snap.lastEntity, r.snap.Has)
}

// AllRelations: see AllEntities.
func (r *reader) AllRelations(types []graph.RelationType, after graph.RelationID) iter.Seq2[graph.RelationID, error] {
	if types != nil {
		return r.Reader.AllRelations(types, after)
	}
	return there(r.ctx, after, r.snap.lastRelation, func(id graph.RelationID) bool { return r.snap.row(id).source != 0 })
}

// there yields the ids behind after, up to last, for which is holds.
func there[ID graph.EntityID | graph.RelationID](ctx context.Context, after, last ID, is func(ID) bool) iter.Seq2[ID, error] {
	return func(yield func(ID, error) bool) {
		for id := uint64(after) + 1; id <= uint64(last); id++ {
			if id%checkEvery == 0 && ctx.Err() != nil {
				break
			}
			if is(ID(id)) && !yield(ID(id), nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(0, err)
		}
	}
}

// known is the set of types; nil stands for all, and one that does not exist
// adds nothing.
func (v *vocabulary) known(types []graph.RelationType) (set TypeSet) {
	if types == nil {
		return v.all
	}
	for _, t := range types {
		if code, ok := slices.BinarySearch(v.types, t); ok {
			set.add(uint8(code))
		}
	}
	return set
}

// after is the least key of an edge behind c.
func (v *vocabulary) after(c graph.EdgeCursor) uint64 {
	code, known := slices.BinarySearch(v.types, c.Type)
	if !known {
		return uint64(code) << 32
	}
	return (uint64(code)<<32 | uint64(c.Relation)) + 1
}

// seek goes on to the first edge whose key is not below key.
func (o *ordered) seek(key uint64) {
	o.out.seek(key)
	o.in.seek(key)
}

func (c *cursor) seek(key uint64) {
	for c.lo == c.hi || c.key(c.hi-1) < key {
		if len(c.rest) == 0 {
			c.lo = c.hi
			return
		}
		c.run, c.rest = c.rest[0], c.rest[1:]
	}
	c.lo = c.search(key)
}
