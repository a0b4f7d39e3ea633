package gql

import (
	"slices"

	"lianzhu/graph"
)

// StringFilter compares a name, as clients write it.
type StringFilter struct {
	Eq, Contains, Prefix *string
	In                   []string
}

// RelationFilter keeps relations, as clients write it.
type RelationFilter struct {
	And, Or        []*RelationFilter
	Not            *RelationFilter
	Types          []graph.RelationType
	Modality       []graph.Modality
	MinConfidence  *float64
	ValidAt        *graph.Date
	IncludeDerived *bool
	Within         *EntityRef
	Peer           *EntityFilter
}

// EntityFilter keeps entities, as clients write it.
type EntityFilter struct {
	And, Or   []*EntityFilter
	Not       *EntityFilter
	Kinds     []graph.Kind
	Name      *StringFilter
	Keys      []string
	Within    *EntityRef
	RelatedTo *RelatedFilter
}

// RelatedFilter keeps entities by the relations at them, as clients write it.
type RelatedFilter struct {
	Some, None, Every *RelationFilter
	Direction         graph.Direction
}

// EntityOrder is a step of an order of entities, as clients write it.
type EntityOrder struct {
	Field     graph.EntityOrderField
	Direction Sort
}

// RelationOrder is a step of an order of relations, as clients write it.
type RelationOrder struct {
	Field     graph.RelationOrderField
	Direction Sort
}

// Sort is the way an order runs.
type Sort string

// Desc is the way from the greatest to the least.
const Desc Sort = "DESC"

// relationFilter finds the entities that f names and gives it to the graph. A
// date given beside it (asOf) must hold as well. Modality and derived relations
// are asked for by f as a whole, wherever in it they are named.
func (s *session) relationFilter(r graph.Reader, f *RelationFilter, asOf *graph.Date) (*graph.RelationFilter, error) {
	where, err := s.toRelationFilter(r, f)
	if err != nil || asOf == nil {
		return where, err
	}
	if where == nil {
		return &graph.RelationFilter{ValidAt: *asOf}, nil
	}
	if where.ValidAt.IsZero() {
		where.ValidAt = *asOf
		return where, nil
	}
	return &graph.RelationFilter{ValidAt: *asOf, And: []*graph.RelationFilter{where}, Types: where.Types}, nil
}

func (s *session) toRelationFilter(r graph.Reader, f *RelationFilter) (*graph.RelationFilter, error) {
	if f == nil {
		return nil, nil
	}
	within, err := s.region(r, f.Within)
	if err != nil {
		return nil, err
	}
	peer, err := s.toEntityFilter(r, f.Peer)
	if err != nil {
		return nil, err
	}
	to := &graph.RelationFilter{Types: f.Types, Modality: f.Modality, MinConfidence: f.MinConfidence, Within: within, Peer: peer}
	if f.ValidAt != nil {
		to.ValidAt = *f.ValidAt
	}
	to.IncludeDerived = f.IncludeDerived != nil && *f.IncludeDerived
	if to.Not, err = s.toRelationFilter(r, f.Not); err != nil {
		return nil, err
	}
	if to.And, err = each(f.And, func(g *RelationFilter) (*graph.RelationFilter, error) { return s.toRelationFilter(r, g) }); err != nil {
		return nil, err
	}
	to.Or, err = each(f.Or, func(g *RelationFilter) (*graph.RelationFilter, error) { return s.toRelationFilter(r, g) })
	return to, err
}

func (s *session) toEntityFilter(r graph.Reader, f *EntityFilter) (*graph.EntityFilter, error) {
	if f == nil {
		return nil, nil
	}
	within, err := s.region(r, f.Within)
	if err != nil {
		return nil, err
	}
	related, err := s.toRelatedFilter(r, f.RelatedTo)
	if err != nil {
		return nil, err
	}
	to := &graph.EntityFilter{Kinds: f.Kinds, Within: within, RelatedTo: related}
	if f.Keys != nil {
		to.Keys = make([]graph.Key, len(f.Keys))
	}
	for i, k := range f.Keys {
		to.Keys[i] = graph.Key(k)
	}
	if f.Name != nil {
		to.Name = &graph.StringFilter{Eq: f.Name.Eq, Contains: f.Name.Contains, Prefix: f.Name.Prefix, In: f.Name.In}
	}
	if to.Not, err = s.toEntityFilter(r, f.Not); err != nil {
		return nil, err
	}
	if to.And, err = each(f.And, func(g *EntityFilter) (*graph.EntityFilter, error) { return s.toEntityFilter(r, g) }); err != nil {
		return nil, err
	}
	to.Or, err = each(f.Or, func(g *EntityFilter) (*graph.EntityFilter, error) { return s.toEntityFilter(r, g) })
	return to, err
}

func (s *session) toRelatedFilter(r graph.Reader, f *RelatedFilter) (*graph.RelatedFilter, error) {
	if f == nil {
		return nil, nil
	}
	some, err := s.toRelationFilter(r, f.Some)
	if err != nil {
		return nil, err
	}
	none, err := s.toRelationFilter(r, f.None)
	if err != nil {
		return nil, err
	}
	every, err := s.toRelationFilter(r, f.Every)
	return &graph.RelatedFilter{Some: some, None: none, Every: every, Direction: f.Direction}, err
}

// region is the id of the region that ref means, or 0 where there is no ref.
func (s *session) region(r graph.Reader, ref *EntityRef) (graph.EntityID, error) {
	if ref == nil {
		return 0, nil
	}
	switch head, err := s.headOf(r, ref); {
	case err != nil:
		return 0, err
	case head != nil && head.Kind == graph.KindRegion:
		return head.ID, nil
	}
	e, err := s.find(r, *ref)
	if err != nil {
		return 0, err
	}
	if e.Kind != graph.KindRegion {
		return 0, inputError("within", string(e.Key)+" is no region; within takes a region")
	}
	return e.ID, nil
}

// each converts a list; nil stays nil, since an empty list means something else.
func each[F, T any](list []F, convert func(F) (T, error)) ([]T, error) {
	if list == nil {
		return nil, nil
	}
	to := make([]T, len(list))
	for i, f := range list {
		v, err := convert(f)
		if err != nil {
			return nil, err
		}
		to[i] = v
	}
	return to, nil
}

// entityOrder reads an order; a field that was named before decides nothing any
// more and is dropped.
func entityOrder(order []*EntityOrder) []graph.EntityOrder {
	var to []graph.EntityOrder
	for _, o := range order {
		if !slices.ContainsFunc(to, func(e graph.EntityOrder) bool { return e.Field == o.Field }) {
			to = append(to, graph.EntityOrder{Field: o.Field, Desc: o.Direction == Desc})
		}
	}
	return to
}

func relationOrder(order []*RelationOrder) []graph.RelationOrder {
	var to []graph.RelationOrder
	for _, o := range order {
		if !slices.ContainsFunc(to, func(e graph.RelationOrder) bool { return e.Field == o.Field }) {
			to = append(to, graph.RelationOrder{Field: o.Field, Desc: o.Direction == Desc})
		}
	}
	return to
}
