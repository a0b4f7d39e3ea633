package topology

import (
	"math"
	"math/big"

	"lianzhu/graph"
)

// figureScale is what the numbers of a Figure are multiplied by: four decimal
// places are kept.
const figureScale = 10_000

// Figure is the amount of an investment or the volume of a supply in whole
// numbers, for adding up. Value, Min and Max are the quantity's numbers times
// 10,000; HasValue, HasMin and HasMax tell which are there. Unit and Per are
// as in [graph.Quantity]. Where a number does not fit (more than four decimal
// places, or beyond 9*10^14) Exact is false and the numbers are 0: take the
// document.
type Figure struct {
	Value, Min, Max          int64
	HasValue, HasMin, HasMax bool
	Exact, Approx            bool
	Volume                   bool // and no amount
	Unit, Per                string
}

// figureOf is the figure of r, or nil where it has neither amount nor volume.
func figureOf(r *graph.Relation) *Figure {
	q := r.Amount
	if q == nil {
		q = r.Volume
	}
	if q == nil {
		return nil
	}
	f := &Figure{Unit: q.Unit, Per: q.Per, Approx: q.Approx, Volume: r.Amount == nil}
	var exact [3]bool
	f.Value, f.HasValue, exact[0] = scaled(q.Value)
	f.Min, f.HasMin, exact[1] = scaled(q.Min)
	f.Max, f.HasMax, exact[2] = scaled(q.Max)
	if f.Exact = exact == [3]bool{true, true, true}; !f.Exact {
		f.Value, f.Min, f.Max = 0, 0, 0
	}
	return f
}

// scaled is d times figureScale; given tells whether there is a number, exact
// whether it fits.
func scaled(d graph.Decimal) (n int64, given, exact bool) {
	r, given := d.Rat()
	if !given {
		return 0, false, true
	}
	r.Mul(r, big.NewRat(figureScale, 1))
	if !r.IsInt() || !r.Num().IsInt64() || r.Num().Int64() == math.MinInt64 {
		return 0, true, false
	}
	return r.Num().Int64(), true, true
}

// The bits in which a column keeps what else is known of a figure.
const (
	figureValue uint8 = 1 << iota
	figureMin
	figureMax
	figureExact
	figureApprox
	figureVolume
)

func (f *Figure) bits() (b uint8) {
	for i, is := range []bool{f.HasValue, f.HasMin, f.HasMax, f.Exact, f.Approx, f.Volume} {
		if is {
			b |= 1 << i
		}
	}
	return b
}

func (f *Figure) setBits(b uint8) {
	f.HasValue, f.HasMin, f.HasMax = b&figureValue != 0, b&figureMin != 0, b&figureMax != 0
	f.Exact, f.Approx, f.Volume = b&figureExact != 0, b&figureApprox != 0, b&figureVolume != 0
}
