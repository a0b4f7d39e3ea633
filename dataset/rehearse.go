package dataset

import (
	"context"
	"iter"
	"math"

	"lianzhu/graph"
)

// rehearsedAtOnce is how many lines a dry run tries as one batch, and
// rehearsedSize how many bytes they may take in their files.
const (
	rehearsedAtOnce = 10_000
	rehearsedSize   = 16 << 20
)

// rehearse is a dry run. A later line may rest on an earlier one, so that few
// lines are one batch that is not written. More than a few are written to a copy
// of the store, where it can make one, so that no more of them are held than in
// any load.
func rehearse(ctx context.Context, store graph.Store, ontology *graph.Ontology, lines iter.Seq2[Line, error], o Options) (Report, error) {
	next, stop := iter.Pull2(lines)
	defer stop()
	first, more := beginning(next)
	all := func(yield func(Line, error) bool) {
		for i := range first {
			if !yield(first[i].line, first[i].err) {
				return
			}
		}
		first = nil
		for more {
			line, err, ok := next()
			if !ok || !yield(line, err) {
				return
			}
		}
	}
	if r, is := store.(graph.Rehearser); is && more {
		var report Report
		real := o
		real.DryRun = false
		ok, err := r.Rehearse(ctx, func(copy graph.Store) error {
			var err error
			report, err = Load(ctx, copy, ontology, all, real)
			return err
		})
		if ok || err != nil {
			return report, err
		}
	}
	o.BatchSize = math.MaxInt
	l := newLoader(store, ontology, o)
	err := l.all(ctx, l.checked(all))
	return l.report, err
}

// beginning are the first lines; more says that there may be others.
func beginning(next func() (Line, error, bool)) (first []met, more bool) {
	size := 0
	for len(first) < rehearsedAtOnce && size < rehearsedSize {
		line, err, ok := next()
		if !ok {
			return first, false
		}
		first = append(first, met{line, err})
		size += line.Size
	}
	return first, true
}
