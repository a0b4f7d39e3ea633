package graph

import (
	"context"
	"math/big"
	"slices"
)

// Tallier is a Shape that counts relations by what its columns tell of them. It
// is found by assertion; without it every document is read.
type Tallier interface {
	Shape
	// Tally counts what passes q, cell by cell, and for each row that q.Row has
	// given how many different entities stand at its ends, where q asks for that.
	Tally(ctx context.Context, q TallyQuery) (cells []*Cell, distinct []int, err error)
}

// TallyQuery asks for relations by cells. The lines of the hierarchy of regions
// are not counted.
type TallyQuery struct {
	Filter ColumnFilter // Peers may stand at either end
	Within []*Subtree   // each has a place of the relation, or an end
	By     TallyPart    // what cells are told apart by

	// Seat is where a relation of several places counts; see [Regions.Seat].
	Seat func(places []EntityID) (seat EntityID, shared, several bool)

	// Row is called with each cell when it is new. It gives the row to which the
	// cell belongs, for Distinct, or -1, and may set Keep.
	Row      func(*Cell) int
	Distinct bool
}

// TallyPart is a set of parts of a cell.
type TallyPart uint16

// The parts by which cells are told apart.
const (
	TallySeat TallyPart = 1 << iota
	TallyType
	TallyModality
	TallyGrade
	TallySourceKind
	TallyTargetKind
	TallyChain
	TallyYear
)

// Cell is the relations that have the parts asked for in common; other parts are
// zero. Seat is 0 where no place is known, Several tells that there are several.
type Cell struct {
	Seat                   EntityID
	Shared, Several        bool
	Type                   RelationType
	Modality               Modality
	Grade                  string
	SourceKind, TargetKind Kind
	Chain                  EntityID
	Year                   int // 0: not one
	Count, Undated         int
	Figures                []FigureSum // of amounts, one for each unit
	Documents              []RelationID
	Keep                   bool // the relations are wanted
	Relations              []RelationID
}

// FigureSum adds up amounts of one unit, in numbers multiplied by Scale. Those
// whose numbers do not fit are among the Documents of their cell.
type FigureSum struct {
	Unit                    string
	Figures                 int
	Least, Greatest         *big.Int
	Scale                   int64
	OpenLeast, OpenGreatest bool
	Approx                  bool
}

// addAll adds a sum of figures.
func (s *Sum) addAll(f FigureSum) {
	factor, err := s.convert("1", f.Unit, s.Unit)
	if err != nil {
		s.Left += f.Figures
		return
	}
	s.Figures += f.Figures
	s.Approx = s.Approx || f.Approx
	s.Least, s.noLeast = plus(s.Least, f.bound(f.Least, f.OpenLeast, factor), s.noLeast)
	s.Greatest, s.noGreat = plus(s.Greatest, f.bound(f.Greatest, f.OpenGreatest, factor), s.noGreat)
}

func (f FigureSum) bound(sum *big.Int, open bool, factor *big.Rat) *big.Rat {
	if open {
		return nil
	}
	r := new(big.Rat).SetFrac(sum, big.NewInt(f.Scale))
	return r.Mul(r, factor)
}

// tallyOf makes the question for what passes where; ok is false where r has no
// columns that answer it.
func tallyOf(r Reader, where *RelationFilter, g *Regions) (t Tallier, q TallyQuery, ok bool, err error) {
	t, is := shapeOf(r).(Tallier)
	if !is {
		return nil, q, false, nil
	}
	columns, ok := columnsOf(where)
	if !ok || columns.peers != nil {
		return nil, q, false, nil
	}
	m := NewMatcher(r)
	if err := m.CheckRelation(where); err != nil {
		return nil, q, false, err
	}
	q = TallyQuery{Filter: columns.ColumnFilter, Seat: g.seatOf}
	for _, id := range columns.within {
		tree, err := m.Subtree(id)
		if err != nil {
			return nil, q, false, err
		}
		q.Within = append(q.Within, tree)
	}
	return t, q, true, nil
}

// seatOf is Seat for the ids of places.
func (g *Regions) seatOf(places []EntityID) (seat EntityID, shared, several bool) {
	var ids []EntityID
	for _, id := range places {
		if g.entity[id] != nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	seat = g.Common(ids)
	return seat, len(ids) > 1 && !slices.Contains(ids, seat), len(ids) > 1
}

// addCell adds what columns have counted; documents are read for figures that do
// not fit them.
func (g *group) addCell(r Reader, c *Cell) error {
	g.count += c.Count
	g.undated += c.Undated
	for _, f := range c.Figures {
		g.amount.addAll(f)
	}
	docs, err := r.Relations(c.Documents)
	for _, doc := range docs {
		if doc == nil {
			return dangling()
		}
		g.amount.Add(doc.Amount)
	}
	return err
}

// tallyRegion is CountRegion by columns.
func tallyRegion(ctx context.Context, r Reader, g *Regions, q RollupQuery, t Tallier, tq TallyQuery) (*Rollup, error) {
	children := g.sorted(g.Children(q.Region))
	groups := make([]*group, len(children))
	for i := range groups {
		groups[i] = newGroup(q.Unit, q.Convert)
	}
	tq.By, tq.Distinct = TallySeat, q.Distinct
	tq.Row = func(c *Cell) int {
		switch {
		case c.Seat == 0 || c.Seat == q.Region || !g.Under(c.Seat, q.Region):
			c.Keep = c.Seat == q.Region && c.Shared
			return -1
		}
		return slices.Index(children, g.childAbove(c.Seat, q.Region))
	}
	cells, distinct, err := t.Tally(ctx, tq)
	if err != nil {
		return nil, err
	}
	var shared []RelationID
	whole, out := newGroup(q.Unit, q.Convert), &Rollup{Region: q.Region}
	for _, c := range cells {
		if c.Seat == 0 || !g.Under(c.Seat, q.Region) {
			continue
		}
		to := []*group{whole}
		switch row := tq.Row(c); {
		case row >= 0:
			to = append(to, groups[row])
		case c.Shared:
			shared = append(shared, c.Relations...)
		default:
			out.Own += c.Count
		}
		for _, to := range to {
			if err := to.addCell(r, c); err != nil {
				return nil, err
			}
		}
	}
	out.Total, out.Undated, out.Amount = whole.count, whole.undated, whole.amount
	for i, id := range children {
		row := groups[i].row([]string{string(g.Region(id).Key)})
		row.Region, row.DistinctEntities = id, distinctOf(distinct, i, q.Distinct)
		out.Rows = append(out.Rows, row)
	}
	if len(shared) == 0 {
		return out, nil
	}
	slices.Sort(shared)
	out.Shared, err = r.Relations(shared)
	if slices.Contains(out.Shared, nil) {
		return nil, dangling()
	}
	return out, err
}

// NotCounted stands for a number of entities that was not asked for.
const NotCounted = -1

func distinctOf(counts []int, row int, counted bool) int {
	switch {
	case !counted:
		return NotCounted
	case row < len(counts):
		return counts[row]
	}
	return 0
}

// tallyParts are the parts of cells that keys need; ok is false where columns do
// not tell one of them.
func tallyParts(keys []GroupKey) (by TallyPart, ok bool) {
	parts := map[GroupKey]TallyPart{GroupType: TallyType, GroupModality: TallyModality, GroupGrade: TallyGrade, GroupYear: TallyYear,
		GroupProvince: TallySeat, GroupPrefecture: TallySeat, GroupSourceKind: TallySourceKind, GroupTargetKind: TallyTargetKind, GroupChain: TallyChain}
	for _, key := range keys {
		part, told := parts[key]
		if !told {
			return 0, false
		}
		by |= part
	}
	return by, true
}

// tally counts by columns.
func (s *grouping) tally(ctx context.Context, t Tallier, q TallyQuery) ([]Row, error) {
	var groups []*group
	var keys [][]string
	rowOf := map[string]int{}
	var failed error
	q.Distinct = s.q.Distinct
	q.Row = func(c *Cell) int {
		values, err := s.cellValues(c)
		if err != nil {
			failed = err
			return -1
		}
		key := joined(values)
		row, known := rowOf[key]
		if !known {
			row = len(groups)
			rowOf[key] = row
			groups, keys = append(groups, newGroup(s.q.Unit, s.q.Convert)), append(keys, values)
		}
		return row
	}
	cells, distinct, err := t.Tally(ctx, q)
	if err = firstError(err, failed); err != nil {
		return nil, err
	}
	for _, c := range cells {
		if err := groups[q.Row(c)].addCell(s.r, c); err != nil {
			return nil, err
		}
	}
	rows := []Row{}
	for i, g := range groups {
		row := g.row(keys[i])
		row.DistinctEntities = distinctOf(distinct, i, q.Distinct)
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b Row) int { return slices.Compare(a.Key, b.Key) })
	return rows, firstError(err, failed)
}
