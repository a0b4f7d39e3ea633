package graph

import "context"

// Apply writes a batch, as [Store.Apply] does.
type Apply func(context.Context, Batch) (Receipt, error)

// Bulk is what a [Store] may offer besides, found by assertion: to be filled at
// once, which is many times faster than batch after batch.
type Bulk interface {
	// Bulk lends load an Apply for an empty store and tells whether it did:
	// where the store has a revision already, or cannot be filled at once, ok is
	// false and load is not called.
	//
	// The Apply checks and answers as that of the store does, and afterwards the
	// graph, its log and its revisions are what they would be had the store's
	// own been called. But nothing of it is seen before load has returned nil:
	// then all of it is written, synced and seen together. Where load returns an
	// error, or the program dies, nothing is written. Other calls of Apply wait
	// meanwhile; load must not make any.
	//
	// told, where it is not nil, is told how far the writing has come that comes
	// after load.
	Bulk(ctx context.Context, load func(Apply) error, told func(done, of int)) (ok bool, err error)
}
