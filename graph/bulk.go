package graph

import "context"

// Filling is a store while it is filled; see [Bulk].
type Filling interface {
	View(ctx context.Context, read func(Reader) error) error
	Apply(ctx context.Context, b Batch) (Receipt, error)
}

// Bulk is what a [Store] may offer besides, found by assertion: to be filled at
// once, which is many times faster than batch after batch.
type Bulk interface {
	// Bulk lends load an empty store to fill, and tells whether it did: where
	// the store has a revision already, or cannot be filled at once, ok is false
	// and load is not called.
	//
	// View and Apply of what is lent do what those of the store do, one call at a
	// time, and afterwards the graph, its log and its revisions are what they
	// would be had the store's own been called. But nobody else sees any of it
	// before load has returned nil: then all of it is written, synced and seen
	// together. Where load returns an error, or the program dies, nothing is
	// written. Apply of the store itself waits meanwhile; load must not call it.
	//
	// Reading is cheap by identity and key: Resolve, Entities, Relations,
	// Sources and Kept. Any other question, a retraction and a change of kind
	// make the indexes be written there and then; what follows takes longer.
	//
	// told, where it is not nil, is told how far the writing has come that comes
	// after load.
	Bulk(ctx context.Context, load func(Filling) error, told func(done, of int)) (ok bool, err error)
}
