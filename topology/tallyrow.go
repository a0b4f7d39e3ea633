package topology

import (
	"math/big"

	"lianzhu/graph"
)

// tallyRow is what of a row its lanes do not tell.
type tallyRow struct {
	at        int
	keep      bool // its relations are wanted
	relations []graph.RelationID
	documents []graph.RelationID
	sums      []tallySum // by the places of their units
}

// lane adds amounts of one unit, each of them one number, times figureScale. The
// sum is that of the upper halves times 2^32 and that of the lower ones: as many
// as there can be relations do not overflow it.
type lane struct {
	count, timed uint32
	high         int64
	low          uint64
}

// tallySum adds figures of one unit.
type tallySum struct {
	figures                 int
	least, greatest         wide128
	openLeast, openGreatest bool
	approx                  bool
}

// add adds a figure by its bits and its value, least and greatest number.
func (r *tallyRow) add(id graph.RelationID, bits uint8, n [3]int64, unit int) {
	switch {
	case bits&figureVolume != 0:
		return
	case bits&figureExact == 0:
		r.documents = append(r.documents, id)
		return
	}
	s := r.of(unit)
	s.figures++
	s.approx = s.approx || bits&figureApprox != 0
	if bits&figureValue != 0 {
		s.least.add(n[0])
		s.greatest.add(n[0])
		return
	}
	s.least.add(n[1])
	s.greatest.add(n[2])
	s.openLeast, s.openGreatest = s.openLeast || bits&figureMin == 0, s.openGreatest || bits&figureMax == 0
}

// told is the row for the world outside. The first of its lanes is that of
// relations without an amount, the last that of amounts which r has itself.
func (r *tallyRow) told(units []string, lanes []lane) graph.RowTally {
	row := graph.RowTally{Documents: r.documents, Relations: r.relations}
	for i, l := range lanes {
		row.Count += int(l.count)
		row.Undated += int(l.count - l.timed)
		if i > 0 && i < len(lanes)-1 && l.count > 0 {
			r.of(i - 1).addLane(l)
		}
	}
	for i, s := range r.sums {
		if s.figures > 0 {
			row.Figures = append(row.Figures, graph.FigureSum{Unit: units[i], Figures: s.figures, Least: s.least.big(), Greatest: s.greatest.big(),
				Scale: figureScale, OpenLeast: s.openLeast, OpenGreatest: s.openGreatest, Approx: s.approx})
		}
	}
	return row
}

// of is the sum of the unit at a place.
func (r *tallyRow) of(unit int) *tallySum {
	for len(r.sums) <= unit {
		r.sums = append(r.sums, tallySum{})
	}
	return &r.sums[unit]
}

func (s *tallySum) addLane(l lane) {
	s.figures += int(l.count)
	for _, sum := range []*wide128{&s.least, &s.greatest} {
		sum.high += l.high + int64(l.low>>32)
		sum.add(int64(l.low & (1<<32 - 1)))
	}
}

// wide128 is a sum of numbers of 64 bits that does not overflow: parts of 32
// bits are added by themselves.
type wide128 struct{ high, low int64 }

func (w *wide128) add(n int64) {
	w.high += n >> 32
	w.low += n & (1<<32 - 1)
	if w.low >= 1<<62 {
		w.high, w.low = w.high+w.low>>32, w.low&(1<<32-1)
	}
}

func (w wide128) big() *big.Int {
	n := new(big.Int).Lsh(big.NewInt(w.high), 32)
	return n.Add(n, big.NewInt(w.low))
}

// rowEntities counts the different entities of rows: the first 64 rows have a
// bit each in a mask for every entity, the others a set of pairs.
type rowEntities struct {
	masks  []uint64
	counts []int
	pairs  map[[2]uint32]struct{}
}

func (r *rowEntities) add(row int, id graph.EntityID) {
	for len(r.counts) <= row {
		r.counts = append(r.counts, 0)
	}
	if row < 64 {
		if bit := uint64(1) << row; r.masks[id]&bit == 0 {
			r.masks[id] |= bit
			r.counts[row]++
		}
		return
	}
	if r.pairs == nil {
		r.pairs = map[[2]uint32]struct{}{}
	}
	pair := [2]uint32{uint32(row), uint32(id)}
	if _, counted := r.pairs[pair]; !counted {
		r.pairs[pair] = struct{}{}
		r.counts[row]++
	}
}
