package mem

import (
	"iter"
	"slices"

	"lianzhu/graph"
	"lianzhu/storage/internal/rules"
)

func (r *reader) Neighbours(q graph.NeighbourQuery) ([]graph.Adjacency, error) {
	if err := rules.CheckNeighbours(&q); err != nil {
		return nil, err
	}
	list := make([]graph.Adjacency, len(q.IDs))
	for i, id := range q.IDs {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		list[i].Entity = id
		var after graph.EdgeCursor
		if q.After != nil {
			after = q.After[i]
		}
		for edge := range r.edgesAt(id, q.Types, q.Direction) {
			if beyond(edge, after) && !r.add(&list[i], edge, &q) {
				break
			}
		}
	}
	return list, r.ctx.Err()
}

// add appends edge to a where q wants it, and tells whether there is room.
func (r *reader) add(a *graph.Adjacency, edge graph.Edge, q *graph.NeighbourQuery) bool {
	doc, _ := r.relations.get(byRelation, edge.Relation)
	edge.Hot = doc.Hot()
	if q.Match != nil || q.Documents {
		edge.Document = doc
	}
	if q.Match != nil && !q.Match(doc, edge.Peer) {
		return true
	}
	if a.More = q.Limit > 0 && len(a.Edges) == q.Limit; a.More {
		return false
	}
	a.Edges = append(a.Edges, edge)
	return true
}

// edgesAt yields the edges at id in the order of an Adjacency.
func (r *reader) edgesAt(id graph.EntityID, types []graph.RelationType, dir graph.Direction) iter.Seq[graph.Edge] {
	return func(yield func(graph.Edge) bool) {
		for at, edges := range r.edges.from(byPlace, place{entity: id}) {
			if at.entity != id {
				return
			}
			if types != nil && !slices.Contains(types, at.typ) {
				continue
			}
			for _, e := range edges {
				seen := graph.Edge{Relation: e.relation, Peer: e.peer, Type: at.typ, Forward: e.out}
				if e.seen(dir) && !yield(seen) {
					return
				}
			}
		}
	}
}

func (e edge) seen(dir graph.Direction) bool {
	return dir == graph.Both || dir == graph.Out && e.out || dir == graph.In && e.in
}

func beyond(e graph.Edge, after graph.EdgeCursor) bool {
	return e.Type > after.Type || e.Type == after.Type && e.Relation > after.Relation
}

func (r *reader) Degree(ids []graph.EntityID, types []graph.RelationType, dir graph.Direction) ([]int, error) {
	if err := rules.CheckDirection(dir); err != nil {
		return nil, err
	}
	return each(r, ids, func(id graph.EntityID) int {
		n := 0
		for range r.edgesAt(id, types, dir) {
			n++
		}
		return n
	})
}
