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
	// Tally counts what passes q, for each row that q.Row has given.
	Tally(ctx context.Context, q TallyQuery) ([]RowTally, error)
}

// TallyQuery asks for relations by cells. The lines of the hierarchy of regions
// are not counted.
type TallyQuery struct {
	Filter ColumnFilter // Peers may stand at either end
	Within []*Subtree   // each has a place of the relation, or an end
	By     TallyPart    // what cells are told apart by

	// Seat is where a relation of several places counts; see [Regions.Seat].
	Seat func(places []EntityID) (seat EntityID, shared, several bool)

	// Class sorts relations by their seats (0: none is known) into classes, from 0
	// up, of which there should be few; those of a class below 0 are not counted.
	// It is asked once or so for each seat.
	Class func(seat EntityID, shared, several bool) int

	// Row is called with each cell when it is new. It gives the row to which the
	// cell belongs, counted from 0, or -1 where it is not counted; keep says that
	// the relations of the row are wanted.
	Row      func(Cell) (row int, keep bool)
	Distinct bool // different entities are wanted

	// Spend is told how many relations will be looked at, before that is done; an
	// error of it ends the count. Nil: there is no bound.
	Spend func(relations int) error
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
// zero.
type Cell struct {
	Class                  int // of TallySeat
	Type                   RelationType
	Modality               Modality
	Grade                  string
	SourceKind, TargetKind Kind
	Chain                  EntityID
	Year                   int // 0: not one
}

// RowTally is what was counted of a row. Documents are the relations whose
// amounts do not fit the columns, Relations those that are wanted.
type RowTally struct {
	Count, Undated, Distinct int
	Figures                  []FigureSum // of amounts, one for each unit
	Documents, Relations     []RelationID
}

// FigureSum adds up amounts of one unit, in numbers multiplied by Scale.
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

// Metered is a Reader that bounds what a question looks at. Documents it counts
// itself; a count by columns says beforehand how many relations it goes through.
// An error says that these are too many.
type Metered interface {
	Reader
	SpendColumns(relations int) error
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
	if metered, is := r.(Metered); is {
		q.Spend = metered.SpendColumns
	}
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

// addTally adds what columns have counted; documents are read for figures that
// do not fit them.
func (g *group) addTally(r Reader, t RowTally) error {
	g.count += t.Count
	g.undated += t.Undated
	for _, f := range t.Figures {
		g.amount.addAll(f)
	}
	if len(t.Documents) == 0 {
		return nil
	}
	docs, err := r.Relations(t.Documents)
	for _, doc := range docs {
		if doc == nil {
			return dangling()
		}
		g.amount.Add(doc.Amount)
	}
	return err
}

// tallyRegion is CountRegion by columns. Behind the rows of the regions directly
// below come that of the region itself and that of what they share.
func tallyRegion(ctx context.Context, r Reader, g *Regions, q RollupQuery, t Tallier, tq TallyQuery) (*Rollup, error) {
	children := g.sorted(g.Children(q.Region))
	own, shared := len(children), len(children)+1
	tq.By, tq.Distinct = TallySeat, q.Distinct
	tq.Class = func(seat EntityID, isShared, _ bool) int {
		switch {
		case seat == 0 || !g.Under(seat, q.Region):
			return -1
		case seat != q.Region:
			return slices.Index(children, g.childAbove(seat, q.Region))
		case isShared:
			return shared
		}
		return own
	}
	tq.Row = func(c Cell) (int, bool) { return c.Class, c.Class == shared }
	tallies, err := t.Tally(ctx, tq)
	if err != nil {
		return nil, err
	}
	tallies = append(tallies, make([]RowTally, max(0, shared+1-len(tallies)))...)
	whole, out := newGroup(q.Unit, q.Convert), &Rollup{Region: q.Region, Own: tallies[own].Count}
	for i, tally := range tallies {
		if err := whole.addTally(r, tally); err != nil {
			return nil, err
		}
		if i >= len(children) {
			continue
		}
		row, err := talliedRow(r, tally, q.Unit, q.Convert, []string{string(g.Region(children[i]).Key)}, q.Distinct)
		if err != nil {
			return nil, err
		}
		row.Region = children[i]
		out.Rows = append(out.Rows, row)
	}
	out.Total, out.Undated, out.Amount = whole.count, whole.undated, whole.amount
	return out, out.share(r, tallies[shared].Relations)
}

// share reads the relations that several places claim together.
func (u *Rollup) share(r Reader, ids []RelationID) (err error) {
	if len(ids) == 0 {
		return nil
	}
	u.Shared, err = r.Relations(ids)
	if slices.Contains(u.Shared, nil) {
		return dangling()
	}
	return err
}

// talliedRow makes a row of what was counted.
func talliedRow(r Reader, t RowTally, unit string, convert Convert, key []string, distinct bool) (Row, error) {
	g := newGroup(unit, convert)
	err := g.addTally(r, t)
	row := g.row(key)
	if row.DistinctEntities = t.Distinct; !distinct {
		row.DistinctEntities = NotCounted
	}
	return row, err
}

// NotCounted stands for a number of entities that was not asked for.
const NotCounted = -1

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
	var keys [][]string
	rowOf := map[string]int{}
	var failed error
	q.Distinct, q.Class = s.q.Distinct, s.class
	q.Row = func(c Cell) (int, bool) {
		values, err := s.cellValues(c)
		if err != nil {
			failed = err
			return -1, false
		}
		key := joined(values)
		row, known := rowOf[key]
		if !known {
			row = len(keys)
			rowOf[key] = row
			keys = append(keys, values)
		}
		return row, false
	}
	tallies, err := t.Tally(ctx, q)
	if err = firstError(err, failed); err != nil {
		return nil, err
	}
	rows := []Row{}
	for i, tally := range tallies {
		row, err := talliedRow(s.r, tally, s.q.Unit, s.q.Convert, keys[i], q.Distinct)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b Row) int { return slices.Compare(a.Key, b.Key) })
	return rows, nil
}
