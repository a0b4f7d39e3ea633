package gql

import (
	"context"

	"lianzhu/graph"
)

// currency is the unit in which amounts are added.
const currency = "CNY"

// GroupRow is a row of a count by group.
type GroupRow struct {
	Key            []string
	Node           Entity
	Count          int
	Amount         *Quantity
	AmountsCounted int
	AmountsLeftOut int
	Undated        int

	distinct *distinct // nil: entities are not counted
	at       int       // the place of the row there

	s    *session
	by   []graph.GroupKey   // what the values of Key are
	only graph.RelationType // of all that is counted; "" where it may be several
}

// distinct are how many different entities there are in each of some rows. From
// memory they take longer to count than all else, so that is done when they are
// asked for.
type distinct struct {
	rows  []graph.Row
	count func(r graph.Reader) ([]graph.Row, error)
}

// DistinctEntities is null where they are not counted.
func (g *GroupRow) DistinctEntities() (*int, error) {
	if g.distinct == nil {
		return nil, nil
	}
	return read(g.s, func(r graph.Reader) (*int, error) {
		d := g.distinct
		if d.rows[g.at].DistinctEntities == graph.NotCounted {
			rows, err := d.count(r)
			if err != nil {
				return nil, err
			}
			d.rows = rows
		}
		return &d.rows[g.at].DistinctEntities, nil
	})
}

// groupRow makes a row of a group by some keys; node may be nil.
func (s *session) groupRow(d *distinct, at int, node Entity, by []graph.GroupKey, only graph.RelationType) *GroupRow {
	row := d.rows[at]
	return &GroupRow{s: s, by: by, only: only, Key: row.Key, Node: node, Count: row.Count, distinct: d, at: at,
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
		q := graph.RollupQuery{Region: g.head.ID, Where: filter, Unit: currency, Convert: s.Convert}
		counted, err := graph.CountRegion(s.ctx, r, regions, q)
		if err != nil {
			return nil, err
		}
		up := &RegionRollup{only: onlyType(filter), Region: g, Own: counted.Own, Inherited: counted.Total - counted.Own, Total: counted.Total, ByChild: []*GroupRow{},
			Unallocated: []Relation{}, Amount: quantity(counted.Amount.Quantity()), AmountsCounted: counted.Amount.Figures, AmountsLeftOut: counted.Amount.Left, Undated: counted.Undated}
		d := &distinct{counted.Rows, func(r graph.Reader) ([]graph.Row, error) {
			q.Distinct = true
			counted, err := graph.CountRegion(s.ctx, r, regions, q)
			if err != nil {
				return nil, err
			}
			return counted.Rows, nil
		}}
		for i, row := range counted.Rows {
			up.ByChild = append(up.ByChild, s.groupRow(d, i, s.wrap(regions.Region(row.Region)), []graph.GroupKey{graph.GroupProvince}, up.only))
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
		q := graph.GroupQuery{Keys: keys, Where: filter, Unit: currency, Convert: s.Convert}
		counted, err := graph.GroupRelations(ctx, r, regions, q)
		if err != nil {
			return nil, err
		}
		named, err := s.named(r, counted)
		if err != nil {
			return nil, err
		}
		d := &distinct{counted, func(r graph.Reader) ([]graph.Row, error) {
			q.Distinct = true
			return graph.GroupRelations(ctx, r, regions, q)
		}}
		rows := make([]*GroupRow, len(counted))
		for i := range rows {
			rows[i] = s.groupRow(d, i, named[i], keys, onlyType(filter))
		}
		return rows, nil
	})
}

// named are the entities that the first values of rows are the keys of, nil
// where one is none.
func (s *session) named(r graph.Reader, rows []graph.Row) ([]Entity, error) {
	uids := make([]graph.UID, len(rows))
	for i, row := range rows {
		uids[i] = graph.NewUID(graph.TagEntity, graph.Key(row.Key[0]))
	}
	found, err := r.Resolve(uids)
	if err != nil {
		return nil, err
	}
	ids := make([]graph.EntityID, len(found))
	for i, id := range found {
		ids[i] = graph.EntityID(id)
	}
	return s.nouns(r, ids)
}
