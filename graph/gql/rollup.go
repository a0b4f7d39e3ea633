package gql

import (
	"context"

	"lianzhu/graph"
)

// currency is the unit in which amounts are added.
const currency = "CNY"

// GroupRow is a row of a count by group.
type GroupRow struct {
	Key              []string
	Node             Entity
	Count            int
	DistinctEntities *int
	Amount           *Quantity
	AmountsCounted   int
	AmountsLeftOut   int
	Undated          int

	s    *session
	by   []graph.GroupKey   // what the values of Key are
	only graph.RelationType // of all that is counted; "" where it may be several
}

// groupRow makes the row of a group by some keys; node may be nil.
func (s *session) groupRow(row graph.Row, node *graph.Entity, by []graph.GroupKey, only graph.RelationType) *GroupRow {
	return &GroupRow{s: s, by: by, only: only, Key: row.Key, Node: s.wrap(node), Count: row.Count, DistinctEntities: &row.DistinctEntities,
		Amount: quantity(row.Amount.Quantity()), AmountsCounted: row.Amount.Figures, AmountsLeftOut: row.Amount.Left, Undated: row.Undated}
}

// RegionRollup is the roll-up of a region.
type RegionRollup struct {
	Region                *Region
	Own, Inherited, Total int
	ByChild               []*GroupRow
	Unallocated           []Relation
	Amount                *Quantity
	AmountsCounted        int
	AmountsLeftOut        int
	Undated               int

	only graph.RelationType // of all that is counted; "" where it may be several
}

// Rollup counts what takes place in the region and below it.
func (g *Region) Rollup(where *RelationFilter, asOf *graph.Date) (*RegionRollup, error) {
	s := g.s
	return read(s, func(r graph.Reader) (*RegionRollup, error) {
		filter, err := s.relationFilter(r, where, asOf)
		if err != nil {
			return nil, err
		}
		regions, err := s.hierarchy(r)
		if err != nil {
			return nil, err
		}
		counted, err := graph.CountRegion(s.ctx, r, regions, graph.RollupQuery{Region: g.head.ID, Where: filter, Unit: currency, Convert: s.Convert})
		if err != nil {
			return nil, err
		}
		up := &RegionRollup{only: onlyType(filter), Region: g, Own: counted.Own, Inherited: counted.Total - counted.Own, Total: counted.Total, ByChild: []*GroupRow{},
			Unallocated: []Relation{}, Amount: quantity(counted.Amount.Quantity()), AmountsCounted: counted.Amount.Figures, AmountsLeftOut: counted.Amount.Left, Undated: counted.Undated}
		for _, row := range counted.Rows {
			up.ByChild = append(up.ByChild, s.groupRow(row, regions.Region(row.Region), []graph.GroupKey{graph.GroupProvince}, up.only))
		}
		for _, rel := range counted.Shared {
			up.Unallocated = append(up.Unallocated, s.wrapRelation(rel))
		}
		return up, nil
	})
}

// GroupBy answers Query.groupBy.
func (Query) GroupBy(ctx context.Context, keys []graph.GroupKey, where *RelationFilter, asOf *graph.Date) ([]*GroupRow, error) {
	s := sessionOf(ctx)
	return read(s, func(r graph.Reader) ([]*GroupRow, error) {
		filter, err := s.relationFilter(r, where, asOf)
		if err != nil {
			return nil, err
		}
		regions, err := s.hierarchy(r)
		if err != nil {
			return nil, err
		}
		counted, err := graph.GroupRelations(ctx, r, regions, graph.GroupQuery{Keys: keys, Where: filter, Unit: currency, Convert: s.Convert})
		if err != nil {
			return nil, err
		}
		rows := []*GroupRow{}
		for _, row := range counted {
			named, err := s.byKey(r, []graph.Key{graph.Key(row.Key[0])})
			if err != nil {
				return nil, err
			}
			rows = append(rows, s.groupRow(row, named[0], keys, onlyType(filter)))
		}
		return rows, nil
	})
}
