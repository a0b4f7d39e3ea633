package graph

import (
	"context"
	"slices"
)

// Row is one group of relations: how many there are, how many different
// entities stand at their ends, and the sum of their amounts.
type Row struct {
	Region           EntityID // of a roll-up; 0 elsewhere
	Key              []string
	Count            int
	DistinctEntities int
	Undated          int // relations of which no source says when they hold
	Amount           *Sum
}

// Rollup counts what takes place in a region. Every relation counts once, at
// its [Regions.Seat]:
//
//	Own    at the region itself
//	Rows   at each region directly below it or further down, one row each,
//	       those with nothing included
//	Shared at the region because several places below it claim it together
//	Total  = Own + the rows + Shared
type Rollup struct {
	Region EntityID
	Own    int
	Rows   []Row
	Shared []*Relation
	Total  int
	// Undated counts the relations of which no source says when they hold: they
	// are counted whatever date is asked for.
	Undated int
	Amount  *Sum
}

// RollupQuery asks for the roll-up of a region.
type RollupQuery struct {
	Region  EntityID
	Where   *RelationFilter
	Unit    string // in which amounts are added
	Convert Convert

	Distinct bool // see [GroupQuery]
}

// CountRegion answers q from the revision of r. The relations that make up the
// hierarchy of regions itself are not counted.
func CountRegion(ctx context.Context, r Reader, g *Regions, q RollupQuery) (*Rollup, error) {
	if g.Region(q.Region) == nil {
		return nil, invalid("rollup", "", "it must name a region")
	}
	if t, tq, ok, err := tallyOf(r, q.Where, g); ok || err != nil {
		if err != nil {
			return nil, err
		}
		return tallyRegion(ctx, r, g, q, t, tq)
	}
	out := &Rollup{Region: q.Region, Amount: NewSum(q.Unit, q.Convert)}
	below := map[EntityID]*group{}
	for _, id := range g.sorted(g.Children(q.Region)) {
		below[id] = newGroup(q.Unit, q.Convert)
	}
	err := eachRelation(ctx, r, q.Where, func(rel *Relation) error {
		seat, shared := g.Seat(rel)
		if seat == 0 || g.hierarchical(rel) || !g.Under(seat, q.Region) {
			return nil
		}
		out.Total++
		if rel.undated() {
			out.Undated++
		}
		out.Amount.Add(rel.Amount)
		switch {
		case seat != q.Region:
			below[g.childAbove(seat, q.Region)].add(rel)
		case shared:
			out.Shared = append(out.Shared, rel)
		default:
			out.Own++
		}
		return nil
	})
	for _, id := range g.sorted(g.Children(q.Region)) {
		row := below[id].row([]string{string(g.Region(id).Key)})
		row.Region = id
		out.Rows = append(out.Rows, row)
	}
	return out, err
}

// childAbove is the region directly below top that id is or is below.
func (g *Regions) childAbove(id, top EntityID) EntityID {
	for g.parent[id] != top {
		id = g.parent[id]
	}
	return id
}

// eachRelation calls visit for every relation that passes where, in the order
// of their ids.
func eachRelation(ctx context.Context, r Reader, where *RelationFilter, visit func(*Relation) error) error {
	m := NewMatcher(r)
	if err := m.CheckRelation(where); err != nil {
		return err
	}
	for ids, err := range chunks(r.AllRelations(TypesOf(where), 0), readChunk) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		docs, err := r.Relations(ids)
		if err != nil {
			return err
		}
		for _, rel := range docs {
			ok, err := m.Relation(where, rel, 0)
			if err == nil && ok {
				err = visit(rel)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// group gathers the relations of one row.
type group struct {
	count    int
	undated  int
	entities map[EntityID]struct{}
	amount   *Sum
}

func newGroup(unit string, convert Convert) *group {
	return &group{entities: map[EntityID]struct{}{}, amount: NewSum(unit, convert)}
}

func (g *group) add(r *Relation) {
	g.count++
	if r.undated() {
		g.undated++
	}
	g.entities[r.SourceID], g.entities[r.TargetID] = struct{}{}, struct{}{}
	g.amount.Add(r.Amount)
}

func (g *group) row(key []string) Row {
	return Row{Key: slices.Clone(key), Count: g.count, DistinctEntities: len(g.entities), Undated: g.undated, Amount: g.amount}
}

// undated tells whether no source says when r holds.
func (r *Relation) undated() bool { return r.ValidFrom.IsZero() && r.ValidTo.IsZero() }
