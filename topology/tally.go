package topology

import (
	"context"

	"lianzhu/graph"
)

var _ graph.Tallier = shape{}

// PlacesOf are the places that a relation names.
func (s shape) PlacesOf(id graph.RelationID) []graph.EntityID { return s.Places(id) }

// Tally counts in one go through the ledger, and then what has changed since;
// see [graph.Tallier].
func (s shape) Tally(ctx context.Context, q graph.TallyQuery) ([]graph.RowTally, error) {
	t := s.newTally(&q)
	if q.Spend != nil {
		if err := q.Spend(t.extent()); err != nil {
			return nil, err
		}
	}
	if err := t.run(ctx); err != nil {
		return nil, err
	}
	rows := make([]graph.RowTally, len(t.rows))
	for i, r := range t.rows {
		rows[i] = r.told(t.units, t.lanes[(i+1)*t.width:(i+2)*t.width])
		if i < len(t.entities.counts) {
			rows[i].Distinct = t.entities.counts[i]
		}
	}
	return rows, ctx.Err()
}

// kindChain is the kind of industry chains.
const kindChain graph.Kind = "INDUSTRY_CHAIN"

// tally is the state of one count. Its rows have lines: that of row n is n+1, and
// line 0 is for what no row counts. A line has a lane for each unit.
type tally struct {
	s             *Snapshot
	q             *graph.TallyQuery
	f             *Filter
	region, chain uint8 // codes of these kinds; 0: there is none
	within        []placeSet
	grades        [plainBits + 1]uint8 // by the plain bits of a tag

	classes []int32 // by place of the base; see classUnknown
	cells   []tallyCell
	slots   []uint32 // of the cells by their keys: place plus one
	dense   []uint32 // of lines by the codes of cells: line plus one
	last    int      // the cell that was found last

	rows     []*tallyRow
	lanes    []lane
	width    int // lanes of a line
	keep     bool
	units    []string
	entities rowEntities

	tallyBlock
}

func (s shape) newTally(q *graph.TallyQuery) *tally {
	t := &tally{s: s.Snapshot, q: q, f: s.vocab.columns(q.Filter), width: len(s.ledger.unitNames) + 2}
	t.units = append(t.units, s.ledger.unitNames...)
	t.lanes = make([]lane, t.width)
	t.region, _ = s.vocab.kindCode(graph.KindRegion)
	t.chain, _ = s.vocab.kindCode(kindChain)
	if q.Distinct {
		t.entities.masks = make([]uint64, int(s.lastEntity)+1)
	}
	for _, tree := range q.Within {
		t.within = append(t.within, s.placeSet(tree))
	}
	for bits, score := range s.vocab.scores {
		t.grades[bits] = gradeCode(float64(score))
	}
	t.classes = make([]int32, s.places.count())
	for i := range t.classes {
		t.classes[i] = classUnknown
	}
	return t
}

// extent is how many relations will be looked at.
func (t *tally) extent() (n int) {
	if t.s.recast {
		return int(t.s.lastRelation)
	}
	for code := range t.s.vocab.types {
		if t.f.types.has(uint8(code)) {
			n += len(t.s.ledger.of(code))
		}
	}
	return n + t.s.patches
}

func (t *tally) run(ctx context.Context) error {
	if t.s.recast {
		return t.each(ctx)
	}
	for code := range t.s.vocab.types {
		if !t.f.types.has(uint8(code)) {
			continue
		}
		if err := t.section(ctx, code); err != nil {
			return err
		}
	}
	return t.patched(ctx)
}

// each counts all relations one by one.
func (t *tally) each(ctx context.Context) error {
	for id := graph.RelationID(1); id <= t.s.lastRelation; id++ {
		if id%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		w := t.s.row(id)
		if f, ok := t.s.Figure(id); ok {
			w.figure = &f
		}
		w.places = t.s.Places(id)
		t.one(id, &w)
	}
	return nil
}

// patched counts the relations that have changed.
func (t *tally) patched(ctx context.Context) error {
	for k, page := range t.s.rows.pages {
		if page == nil {
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for i, w := range page {
			if w != nil {
				t.one(graph.RelationID(k<<pageBits+i), w)
			}
		}
	}
	return nil
}

// one counts a relation if it passes.
func (t *tally) one(id graph.RelationID, w *row) {
	if w.source == 0 || !t.f.passes(t.s, slot{relation: id, tag: w.tag}) {
		return
	}
	if t.f.picky && !t.f.reaches(t.s, w.source) && !t.f.reaches(t.s, w.target) {
		return
	}
	if t.s.vocab.below != nil && w.tag.typ() == t.s.vocab.partOf && t.isRegion(w.source) && t.isRegion(w.target) {
		return // a line of the hierarchy
	}
	if !t.isWithin(w.source, w.target, w.places) {
		return
	}
	key, ok := t.key(w)
	if !ok {
		return
	}
	line := t.cells[t.cell(key)].line
	if line == 0 {
		return
	}
	l := &t.lanes[int(line)*t.width]
	l.count++
	l.timed += uint32(w.tag>>timedShift) & 1
	r := t.rows[line-1]
	if w.figure != nil {
		r.add(id, w.figure.bits(), [3]int64{w.figure.Value, w.figure.Min, w.figure.Max}, t.sum(w.figure.Unit))
	}
	t.note(r, id, w.source, w.target)
}

// note notes what of a counted relation is wanted beside numbers.
func (t *tally) note(r *tallyRow, id graph.RelationID, source, target graph.EntityID) {
	if r.keep {
		r.relations = append(r.relations, id)
	}
	if t.q.Distinct {
		t.entities.add(r.at, source)
		t.entities.add(r.at, target)
	}
}

func (t *tally) isRegion(id graph.EntityID) bool { return t.s.kindAt(id) == t.region }

func (t *tally) isWithin(source, target graph.EntityID, places []graph.EntityID) bool {
	for i := range t.within {
		if !t.within[i].hasAny(source, target, places) {
			return false
		}
	}
	return true
}

// sum is the place of a unit; there are few.
func (t *tally) sum(unit string) int {
	for i, u := range t.units {
		if u == unit {
			return i
		}
	}
	t.units = append(t.units, unit)
	return len(t.units) - 1
}
