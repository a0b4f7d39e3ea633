package graph

import "context"

// Rehearser is what a [Store] may offer besides, found by assertion: to try what
// is too much for one batch that writes nothing.
type Rehearser interface {
	// Rehearse lends use a copy of the store at its newest revision, to which can
	// be written as to any store, and which is gone afterwards. The store itself
	// goes on meanwhile. ok is false, and use is not called, where there can be no
	// copy.
	Rehearse(ctx context.Context, use func(copy Store) error) (ok bool, err error)
}
