package graph_test

import (
	"context"
	"errors"
	"testing"

	"lianzhu/graph"
)

// answering is a store of which only Apply is used.
type answering struct {
	graph.Store
	err error
}

func (s answering) Apply(context.Context, graph.Batch) (graph.Receipt, error) {
	return graph.Receipt{Rev: 7}, s.err
}

func TestAnnounceWakesAfterWhatMayHaveBeenWritten(t *testing.T) {
	for _, c := range []struct {
		name  string
		batch graph.Batch
		err   error
		woken int
	}{
		{"a batch that was applied", graph.Batch{}, nil, 1},
		{"a dry run", graph.Batch{DryRun: true}, nil, 0},
		{"a batch that was refused", graph.Batch{}, &graph.Error{Code: graph.CodeConflict}, 0},
		{"a batch that may have been applied", graph.Batch{}, &graph.Error{Code: graph.CodeUnknown}, 1},
		{"a caller that has gone", graph.Batch{}, context.Canceled, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var first, second int
			store := graph.Announce(answering{err: c.err}, func() { first++ }, func() { second++ })
			receipt, err := store.Apply(t.Context(), c.batch)
			if receipt.Rev != 7 || !errors.Is(err, c.err) {
				t.Errorf("it answered %v, %v", receipt, err)
			}
			if first != c.woken || second != c.woken {
				t.Errorf("the two were woken %d and %d times, not %d", first, second, c.woken)
			}
		})
	}
}
