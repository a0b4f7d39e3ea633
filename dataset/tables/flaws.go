package tables

import (
	"strings"

	"lianzhu/dataset"
)

// flaws are the problems of one row, so that all its bad cells can be told at
// once. One that comes again, since a cell is used twice, is told once.
type flaws []*dataset.Problem

// add notes a problem, if there is one, and tells whether there was.
func (f *flaws) add(p *dataset.Problem) bool {
	if p == nil {
		return false
	}
	for _, known := range *f {
		if known.Column == p.Column && strings.HasPrefix(known.Reason, p.Reason) || strings.Contains(known.Reason, tell(p)) {
			return true
		}
	}
	*f = append(*f, p)
	return true
}

// problem is the first of the problems with what else there is behind its
// reason, or nil. What refers to something that is not there yet can be used
// later only where nothing else is wrong; else only that is told.
func (f flaws) problem() *dataset.Problem {
	var here flaws
	for _, p := range f {
		if !p.Dangling {
			here = append(here, p)
		}
	}
	if here == nil {
		here = f
	}
	if len(here) == 0 {
		return nil
	}
	whole := *here[0]
	for _, p := range here[1:] {
		whole.Reason += "; " + tell(p)
	}
	return &whole
}
