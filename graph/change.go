package graph

import (
	"encoding/binary"
	"time"
)

// Change is one write, and the same value whether it comes from a mutation, an
// import line, an undo or a test. Exactly one of Source, Entity, Relation and
// Retract is set.
type Change struct {
	Source   *Source
	Text     *string // with Source: its text; nil keeps what is stored
	DropText bool    // with Source: its text is taken away, and Editions is as given
	Entity   *Entity
	Relation *Relation
	Retract  UID // a relation, an entity without relations, a source nothing cites

	// IfRev makes the change conditional: it is applied only while the thing
	// was last written at that revision (0: does not exist yet).
	IfRev *Rev
}

// Subject is the identity of what c writes.
func (c *Change) Subject() UID {
	switch {
	case c.Source != nil:
		return c.Source.UID()
	case c.Entity != nil:
		return c.Entity.UID()
	case c.Relation != nil:
		return c.Relation.UID()
	}
	return c.Retract
}

// Name is what to call c in a message: the key of what it writes.
func (c *Change) Name() string {
	switch {
	case c.Source != nil:
		return string(c.Source.Key)
	case c.Entity != nil:
		return string(c.Entity.Key)
	case c.Relation != nil:
		return string(c.Relation.Key())
	}
	return c.Retract.String()
}

// Batch is a list of changes that is applied as a whole or not at all. A later
// change may refer to what an earlier one of the same batch creates.
//
// Key, where set, makes the batch idempotent: a second batch with the same key
// and changes is answered with the receipt of the first and writes nothing,
// also after a restart; with other changes it is a conflict. Where the changes
// were worked out from what the graph held (a merge, an undo), Request is what
// the key stands for instead: a digest of what was asked.
type Batch struct {
	Changes []Change
	Key     string
	Request [32]byte
	Actor   string
	Reason  string
	At      time.Time // when the graph learnt it; UTC, whole milliseconds
	DryRun  bool      // report, but write nothing

	// Checked says that the entities and relations have passed [Ontology.Validate]
	// of the store's own ontology, and that nobody writes to their lists any more:
	// the store neither checks their shape again nor copies the lists.
	Checked bool
}

// Receipt tells what a batch did. Rev is the revision it made; for a dry run
// the one it would have made. Replayed marks the answer to a repeated Key.
// Results has one item a change.
type Receipt struct {
	Rev      Rev
	Replayed bool
	Results  []Result
}

// Result tells what one change did: it Created the thing, or it wrote what was
// there already (neither Created nor Changed), or it changed it.
type Result struct {
	UID     UID
	Created bool
	Changed bool
}

// Kept is what a store keeps of a batch that had an idempotency key: the
// batch's Request, or a digest of its changes, and what it was answered.
type Kept struct {
	Digest  [32]byte
	Receipt Receipt
}

// Op says in a log entry what happened to a thing.
type Op string

// The operations of the log.
const (
	OpCreate  Op = "CREATE"
	OpUpdate  Op = "UPDATE"
	OpRetract Op = "RETRACT"
)

// Entry is one item of the change log. Before and After are the documents as
// JSON, empty where there was or is none.
type Entry struct {
	Rev     Rev
	Index   int // within its revision, from 0
	At      time.Time
	Actor   string
	Reason  string
	Op      Op
	Subject UID
	Before  []byte
	After   []byte
}

// Pos is where e stands in the log.
func (e *Entry) Pos() LogPos { return LogPos{e.Rev, e.Index} }

// UID is the identity of e outside the store. It tells the place of the entry:
// after the tag the revision in seven bytes and the index in four.
func (e *Entry) UID() UID {
	var u UID
	binary.BigEndian.PutUint64(u[:8], uint64(e.Rev))
	binary.BigEndian.PutUint32(u[8:], uint32(e.Index))
	u[0] = byte(TagChange)
	return u
}

// LogPos is the place of the entry that u names; ok is false where u names
// something else.
func (u UID) LogPos() (p LogPos, ok bool) {
	if u.Tag() != TagChange {
		return p, false
	}
	u[0] = 0
	return LogPos{Rev(binary.BigEndian.Uint64(u[:8])), int(binary.BigEndian.Uint32(u[8:]))}, true
}

// maxText bounds the text of a source, in bytes.
const maxText = 64 << 20
