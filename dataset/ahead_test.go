package dataset

import (
	"errors"
	"iter"
	"testing"
)

// numbered yields n lines; every hundredth has an error beside it.
func numbered(n int, bad error) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for i := 1; i <= n; i++ {
			var err error
			if i%100 == 0 {
				err = bad
			}
			if !yield(Line{Number: i, Size: i % 7 * 100_000}, err) {
				return
			}
		}
	}
}

func TestReadingAheadYieldsTheSameLines(t *testing.T) {
	bad := errors.New("bad")
	for _, n := range []int{0, 1, parcelLines, 5000} {
		next := 0
		for line, err := range ahead(numbered(n, bad)) {
			next++
			if line.Number != next || (err == bad) != (next%100 == 0) {
				t.Fatalf("of %d lines the one at %d is %d, %v", n, next, line.Number, err)
			}
		}
		if next != n {
			t.Errorf("of %d lines there came %d", n, next)
		}
	}
}

func TestReadingAheadEndsWhenNobodyWantsMore(t *testing.T) {
	ended := make(chan struct{})
	lines := func(yield func(Line, error) bool) {
		defer close(ended)
		for yield(Line{}, nil) {
		}
	}
	n := 0
	for range ahead(lines) {
		if n++; n == 10 {
			break
		}
	}
	<-ended
}
