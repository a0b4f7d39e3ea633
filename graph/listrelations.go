package graph

import (
	"context"
	"iter"
	"slices"
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
	Room      []Edge // memory in which the items may be laid out; it is zero
	Lean      bool   // items need not have their Hot nor their Document, nor the page Places
}

// ListRelations answers q from the revision of r. Every item is an Edge with
// its Document, unless q is Lean; where At is not set, Peer is the target. A
// page that is Lean may lack Places; those of its items are told by [PlaceOf].
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
	page, err := source.page(desc)
	if err == nil && plain && q.Window.After != nil {
		page.HasPrior = true // the cursor was taken from an item before the page
	}
	if err == nil && !q.Lean {
		err = source.fill(&page)
	}
	if err != nil {
		return Page[Edge]{}, err
	}
	return page, nil
}

// page reads the page.
func (s *relationCandidates) page(desc []bool) (Page[Edge], error) {
	w := s.q.Window
	if s.plain && s.q.At != 0 && !w.Backward && !w.Total && w.Before == nil {
		return s.straight()
	}
	return collect(s.ctx, w, desc, s.plain, s.all())
}

// straight reads a page of the relations at one entity that lies in the order
// of the store. Their places are told by the edges; see [PlaceOf].
func (s *relationCandidates) straight() (Page[Edge], error) {
	mem, giveBack := borrow(s.r)
	defer giveBack()
	if shaped, ok := newSource(s.r, s.m, s.q.Where, 0, false, mem).(*shapeSource); ok && s.q.Lean {
		return s.shaped(shaped)
	}
	page, limit, after := Page[Edge]{Total: -1}, s.q.Window.Limit, s.begin()
	for n := limit + 1; ; n = edgeChunk {
		found, err := s.r.Neighbours(NeighbourQuery{IDs: []EntityID{s.q.At}, Direction: s.q.Direction, Types: TypesOf(s.q.Where), Limit: n, After: []EdgeCursor{after}})
		if err != nil {
			return Page[Edge]{}, err
		}
		edges := found[0].Edges
		if len(edges) > 0 {
			after = edges[len(edges)-1].Cursor()
		}
		if edges, err = s.passing(edges); err != nil {
			return Page[Edge]{}, err
		}
		if page.Items == nil {
			page.Items = edges
		} else {
			page.Items = append(page.Items, edges...)
		}
		if page.HasNext = len(page.Items) > limit; page.HasNext {
			page.Items = page.Items[:limit]
		}
		if page.HasNext || !found[0].More {
			return page, nil
		}
	}
}

// listLook is how many edges are looked at between two looks at the context.
const listLook = 4096

// shaped is straight where memory tells which edges pass. They have neither Hot
// nor Document.
func (s *relationCandidates) shaped(from *shapeSource) (Page[Edge], error) {
	f := frontier{ids: []EntityID{s.q.At}, dir: s.q.Direction}
	if err := from.batch(&f, f.ids, s.begin()); err != nil {
		return Page[Edge]{}, err
	}
	from.enter(0)
	page, limit := Page[Edge]{Total: -1}, s.q.Window.Limit
	for more := true; more && !page.HasNext; {
		if err := s.ctx.Err(); err != nil {
			return Page[Edge]{}, err
		}
		arcs, _, next, err := from.next(listLook, limit+1-len(page.Items))
		if err != nil {
			return Page[Edge]{}, err
		}
		if more = next; page.Items == nil {
			page.Items = slices.Grow(s.q.Room[:0], min(len(arcs), limit))
		}
		if over := len(page.Items) + len(arcs) - limit; over > 0 {
			arcs, page.HasNext = arcs[:len(arcs)-over], true
		}
		page.Items = from.edges(page.Items, arcs)
	}
	return page, nil
}

// edges appends arcs as edges, to memory that is zero.
func (s *shapeSource) edges(edges []Edge, arcs []Arc) []Edge {
	if len(arcs) == 0 {
		return edges
	}
	n := len(edges)
	edges = slices.Grow(edges, len(arcs))[:n+len(arcs)]
	code, typ := arcs[0].Type, s.typ(arcs[0].Type)
	for i := range arcs {
		a, e := &arcs[i], &edges[n+i]
		if a.Type != code {
			code, typ = a.Type, s.typ(a.Type)
		}
		e.Relation, e.Peer, e.Type, e.Forward = a.Relation, a.Peer, typ, a.Forward
	}
	return edges
}

// passing are those of edges that pass the filter, in the same place.
func (s *relationCandidates) passing(edges []Edge) ([]Edge, error) {
	kept := edges[:0]
	for i := range edges {
		ok, err := s.m.Edge(s.q.Where, &edges[i])
		if err != nil {
			return nil, err
		}
		if ok {
			kept = append(kept, edges[i])
		}
	}
	return kept, nil
}

// PlaceOf is the place of an edge in a list of the relations at an entity that
// is in no other order.
func PlaceOf(e *Edge) Place {
	return Place{Sort: []SortValue{{Text: string(e.Type)}}, ID: uint32(e.Relation)}
}

// begin is the edge behind which to read.
func (s *relationCandidates) begin() EdgeCursor {
	if !s.seeks() {
		return EdgeCursor{}
	}
	p := s.q.Window.After
	return EdgeCursor{RelationType(p.Sort[0].Text), RelationID(p.ID)}
}

// fill gives a page the documents and places that it lacks.
func (s *relationCandidates) fill(page *Page[Edge]) error {
	placed := page.Places != nil
	for i := range page.Items {
		if err := s.m.Document(&page.Items[i]); err != nil {
			return err
		}
		if !placed {
			page.Places = append(page.Places, PlaceOf(&page.Items[i]))
		}
	}
	return nil
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
		enough := false
		err := s.m.Edges(s.q.At, s.q.Direction, s.q.Where, s.begin(), func(edge Edge) (bool, error) {
			place, err := s.place(&edge)
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
		size := readChunk
		if s.plain && !s.q.Window.Total {
			size = min(size, s.q.Window.Limit+1)
		}
		for ids, err := range chunks(s.r.AllRelations(TypesOf(s.q.Where), after), size) {
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
	edges, err := s.edges(ids)
	if err != nil {
		return yield(candidate[Edge]{}, err)
	}
	for i := range edges {
		edge := &edges[i]
		target := edge.Peer
		edge.Peer = 0 // a filter of peers means either end here
		ok, err := s.m.Edge(s.q.Where, edge)
		edge.Peer = target
		if err == nil && !ok {
			continue
		}
		var place Place
		if err == nil {
			place, err = s.place(edge)
		}
		if !yield(candidate[Edge]{*edge, place}, err) {
			return false
		}
	}
	return true
}

// edges are the relations with these ids, with Peer as the target.
func (s *relationCandidates) edges(ids []RelationID) ([]Edge, error) {
	edges := make([]Edge, 0, len(ids))
	if headers, ok := s.r.(Headers); ok {
		heads := make([]RelationHeader, len(ids))
		err := headers.RelationHeaders(ids, heads)
		for i := range heads {
			if h := &heads[i]; h.ID != 0 {
				edges = append(edges, Edge{Relation: h.ID, Peer: h.Target, Type: h.Type, Forward: true, Hot: h.Hot()})
			}
		}
		return edges, err
	}
	docs, err := s.r.Relations(ids)
	for _, doc := range docs {
		if doc != nil {
			edges = append(edges, Edge{Relation: doc.ID, Peer: doc.TargetID, Type: doc.Type, Forward: true, Hot: doc.Hot(), Document: doc})
		}
	}
	return edges, err
}

func (s *relationCandidates) place(edge *Edge) (Place, error) {
	p := Place{ID: uint32(edge.Relation)}
	for _, o := range s.q.Order {
		if o.Field != ByType && o.Field != ByPeerName {
			if err := s.m.Document(edge); err != nil {
				return p, err
			}
		}
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
