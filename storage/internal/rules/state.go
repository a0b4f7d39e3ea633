package rules

import (
	"iter"

	"lianzhu/graph"
)

// State is what the rules must be able to look up in a store: its newest
// revision, batches that were carried out before included. What does not exist
// is nil, zero or false, never an error.
type State interface {
	Rev() graph.Rev

	// Entity, Relation and Source give documents with their Rev filled in.
	Entity(graph.UID) (*graph.Entity, error)
	Relation(graph.UID) (*graph.Relation, error)
	Source(graph.UID) (*graph.Source, error)

	// Has and Kind answer without the document where that is cheaper. Kind is
	// that of an entity.
	Has(graph.UID) (bool, error)
	Kind(graph.UID) (graph.Kind, error)

	// Referrers yields the facts whose References name the thing, in any order
	// and each at least once.
	Referrers(graph.UID) iter.Seq2[graph.UID, error]

	// At yields the relations of a type at an entity, seen in direction Out or
	// In; a symmetric one is seen in both.
	At(end graph.UID, t graph.RelationType, d graph.Direction) iter.Seq2[graph.UID, error]

	// Kept gives what was kept under an idempotency key, or nil.
	Kept(key string) (*Kept, error)
}

// Kept is what a store keeps of a batch that had an idempotency key.
type Kept = graph.Kept

// Write is one effective change: the document of one thing before and after.
// Exactly one of the six documents' kinds is used; the old one is nil for a
// creation, the new one for a retraction. Documents must not be changed; those
// of an entity, relation or source after the write carry the new revision.
type Write struct {
	Op      graph.Op
	Subject graph.UID

	Entity, OldEntity     *graph.Entity
	Relation, OldRelation *graph.Relation
	Source, OldSource     *graph.Source

	// Text is the new text of Source, or nil where it stays as it is; with
	// DropText it goes.
	Text     *string
	DropText bool

	refs []Reference // those of the document after the write
}

// Plan is what a batch does. An engine that carries it out does the Writes in
// order, which are the log entries of revision Receipt.Rev, and keeps Kept
// where the batch has a key. A plan without Writes makes no revision.
type Plan struct {
	Receipt graph.Receipt
	Writes  []Write
	Kept    *Kept // nil: nothing to keep
}
