package graph

import (
	"math/big"
)

// Convert gives the amount of d, counted in the unit from, in the unit to,
// exactly; an error where the units do not measure the same.
type Convert func(d Decimal, from, to string) (*big.Rat, error)

// Sum adds figures exactly. What is open stays open: the sum has a greatest
// only while every figure has one, and it is a point only while all are.
type Sum struct {
	Unit     string
	Least    *big.Rat // nil: no figure yet, or one without a least
	Greatest *big.Rat // nil: no figure yet, or one without a greatest
	Figures  int      // added
	Left     int      // not added, since they do not convert into Unit
	Approx   bool

	convert          Convert
	noLeast, noGreat bool
}

// NewSum begins a sum in a unit.
func NewSum(unit string, convert Convert) *Sum { return &Sum{Unit: unit, convert: convert} }

// Add adds one figure; nil adds nothing.
func (s *Sum) Add(q *Quantity) {
	if q == nil {
		return
	}
	lo, hi := q.Min, q.Max
	if q.Value != "" {
		lo, hi = q.Value, q.Value
	}
	least, okLeast := s.in(lo, q.Unit)
	greatest, okGreatest := s.in(hi, q.Unit)
	if !okLeast || !okGreatest {
		s.Left++
		return
	}
	s.Figures++
	s.Approx = s.Approx || q.Approx
	s.Least, s.noLeast = plus(s.Least, least, s.noLeast)
	s.Greatest, s.noGreat = plus(s.Greatest, greatest, s.noGreat)
}

// in converts a bound; nil stands for an open one, and ok is false where it
// cannot be counted in the sum's unit.
func (s *Sum) in(d Decimal, unit string) (r *big.Rat, ok bool) {
	if d == "" {
		_, err := s.convert("0", unit, s.Unit)
		return nil, err == nil
	}
	r, err := s.convert(d, unit, s.Unit)
	return r, err == nil
}

// plus adds a bound; an open one leaves the sum open for good.
func plus(sum, bound *big.Rat, open bool) (*big.Rat, bool) {
	if open || bound == nil {
		return nil, true
	}
	if sum == nil {
		return new(big.Rat).Set(bound), false
	}
	return sum.Add(sum, bound), false
}

// Quantity is the sum as a figure, or nil where nothing was added.
func (s *Sum) Quantity() *Quantity {
	if s.Figures == 0 {
		return nil
	}
	q := &Quantity{Unit: s.Unit, Approx: s.Approx}
	least, greatest := exact(s.Least), exact(s.Greatest)
	switch {
	case least != "" && least == greatest:
		q.Value, q.Raw = least, string(least)
	case least != "" && greatest != "":
		q.Min, q.Max, q.Raw = least, greatest, string(least+".."+greatest)
	case least != "":
		q.Min, q.Raw = least, string(least)+".."
	case greatest != "":
		q.Max, q.Raw = greatest, ".."+string(greatest)
	default:
		q.Raw = ".."
	}
	q.Raw += " " + s.Unit
	return q
}

// exact writes a rational as a decimal: exactly where it has one, else with
// twelve places.
func exact(r *big.Rat) Decimal {
	if r == nil {
		return ""
	}
	n, finite := r.FloatPrec()
	if !finite {
		n = 12
	}
	d, err := ParseDecimal(r.FloatString(n))
	if err != nil {
		return ""
	}
	return d
}
