package graph

import "context"

// Announce gives store, and calls each of wake after every batch that may have
// made a revision, so that whoever follows the log looks at it. A wake must
// return at once; it may be called from several goroutines.
func Announce(store Store, wake ...func()) Store { return &announcer{store, wake} }

type announcer struct {
	Store
	wake []func()
}

// Apply: see [Store].
func (a *announcer) Apply(ctx context.Context, b Batch) (Receipt, error) {
	receipt, err := a.Store.Apply(ctx, b)
	if mayHaveWritten(&b, err) {
		for _, wake := range a.wake {
			wake()
		}
	}
	return receipt, err
}

// Rehearse: see [Rehearser]. Of what is written to a copy nobody is told.
//
// What is announced offers no [Bulk]: while a store is filled at once nobody else
// writes and nobody sees any of it, which is not what those want who share it.
func (a *announcer) Rehearse(ctx context.Context, use func(copy Store) error) (ok bool, err error) {
	r, is := a.Store.(Rehearser)
	if !is {
		return false, nil
	}
	return r.Rehearse(ctx, use)
}

func mayHaveWritten(b *Batch, err error) bool {
	return !b.DryRun && (err == nil || CodeOf(err) == CodeUnknown)
}
