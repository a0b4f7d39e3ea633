package graph

import (
	"context"
	"iter"
)

// RelationQuery asks for a page of relations that pass Where: of all, ordered
// by Order and then by id; or, where At is set, of those at that entity, seen
// from it in Direction, ordered by Order, then by type, then by id.
type RelationQuery struct {
	At        EntityID
	Direction Direction
	Where     *RelationFilter
	Order     []RelationOrder
	Window    Window
	Collate   Collate
}

// ListRelations answers q from the revision of r. Every item is an Edge with
// its Document; where At is not set, Peer is the target.
func ListRelations(ctx context.Context, r Reader, q RelationQuery) (Page[Edge], error) {
	plain := len(q.Order) == 0
	if q.At != 0 {
		q.Order = append(q.Order[:len(q.Order):len(q.Order)], RelationOrder{Field: ByType})
	}
	m := NewMatcher(r)
	if err := firstError(m.CheckRelation(q.Where), checkRelationOrder(q), q.Window.check(len(q.Order))); err != nil {
		return Page[Edge]{}, err
	}
	desc := make([]bool, len(q.Order))
	for i, o := range q.Order {
		desc[i] = o.Desc
	}
	source := relationCandidates{ctx: ctx, r: r, m: m, q: q, plain: plain}
	page, err := collect(ctx, q.Window, desc, plain, source.all())
	if err == nil && plain && q.Window.After != nil {
		page.HasPrior = true // the cursor was taken from an item before the page
	}
	return page, err
}

// relationCandidates yields the relations of a list with their places.
type relationCandidates struct {
	ctx   context.Context
	r     Reader
	m     *Matcher
	q     RelationQuery
	plain bool // in the order in which the store reads
}

func (s *relationCandidates) all() iter.Seq2[candidate[Edge], error] {
	if s.q.At != 0 {
		return s.at()
	}
	return s.everywhere()
}

// seeks tells whether reading may begin right behind the cursor.
func (s *relationCandidates) seeks() bool {
	return s.plain && s.q.Window.After != nil && !s.q.Window.Total && !s.q.Window.Backward
}

// at yields the relations at one entity.
func (s *relationCandidates) at() iter.Seq2[candidate[Edge], error] {
	return func(yield func(candidate[Edge], error) bool) {
		var after EdgeCursor
		if s.seeks() {
			p := s.q.Window.After
			after = EdgeCursor{RelationType(p.Sort[0].Text), RelationID(p.ID)}
		}
		enough := false
		err := s.m.Edges(s.q.At, s.q.Direction, s.q.Where, after, func(edge Edge) (bool, error) {
			if err := s.m.Document(&edge); err != nil {
				return false, err
			}
			place, err := s.place(edge)
			if err != nil {
				return false, err
			}
			enough = !yield(candidate[Edge]{edge, place}, nil)
			return !enough, nil
		})
		if err != nil && !enough {
			yield(candidate[Edge]{}, err)
		}
	}
}

// everywhere yields the relations of the whole graph.
func (s *relationCandidates) everywhere() iter.Seq2[candidate[Edge], error] {
	return func(yield func(candidate[Edge], error) bool) {
		var after RelationID
		if s.seeks() {
			after = RelationID(s.q.Window.After.ID)
		}
		for ids, err := range chunks(s.r.AllRelations(TypesOf(s.q.Where), after)) {
			if err == nil {
				err = s.ctx.Err()
			}
			if err != nil {
				yield(candidate[Edge]{}, err)
				return
			}
			if !s.pass(ids, yield) {
				return
			}
		}
	}
}

func (s *relationCandidates) pass(ids []RelationID, yield func(candidate[Edge], error) bool) bool {
	docs, err := s.r.Relations(ids)
	if err != nil {
		return yield(candidate[Edge]{}, err)
	}
	for _, doc := range docs {
		if doc == nil {
			continue
		}
		ok, err := s.m.Relation(s.q.Where, doc, 0)
		if err == nil && !ok {
			continue
		}
		edge := Edge{Relation: doc.ID, Peer: doc.TargetID, Type: doc.Type, Forward: true, Document: doc}
		var place Place
		if err == nil {
			place, err = s.place(edge)
		}
		if !yield(candidate[Edge]{edge, place}, err) {
			return false
		}
	}
	return true
}

func (s *relationCandidates) place(edge Edge) (Place, error) {
	p := Place{ID: uint32(edge.Relation)}
	for _, o := range s.q.Order {
		v := SortValue{}
		switch o.Field {
		case ByType:
			v.Text = string(edge.Type)
		case ByConfidence:
			v.Num = edge.Document.Score()
		case ByRecorded:
			v.Num = float64(edge.Document.Rev)
		case ByValidFrom:
			v = dateValue(edge.Document.ValidFrom, o.Desc)
		case ByPeerName:
			peer, err := s.r.Entities([]EntityID{edge.Peer})
			if err != nil {
				return p, err
			}
			if peer[0] != nil {
				v.Text = s.q.Collate(peer[0])
			}
		}
		p.Sort = append(p.Sort, v)
	}
	return p, nil
}
