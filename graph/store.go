package graph

import (
	"context"
	"iter"
)

// Rev counts the batches that a store has applied; 0 is the empty store.
type Rev uint64

// EntityID and RelationID are dense ids inside one store, from 1 up and never
// used twice. 0 is none. They mean nothing outside the store.
type (
	EntityID   uint32
	RelationID uint32
)

// Store keeps a graph. Every sentence below is a test in storage/storagetest.
// A Store is safe for use by several goroutines at once.
type Store interface {
	// View lends read a Reader that sees exactly one revision for as long as
	// read runs: a batch applied meanwhile is not seen. The Reader must not be
	// kept nor used by two goroutines at once, and read must not call View or
	// Apply. A cancelled ctx ends every further call of the Reader with the
	// context's error. What read returns, View returns.
	View(ctx context.Context, read func(Reader) error) error

	// Apply writes a batch as a whole or not at all. An error of CodeUnknown
	// says that it may have been applied; any other, that it was not. Once
	// Apply has returned a receipt the batch survives a crash.
	//
	// Apply checks what only a store can know: that the ends of a relation and
	// whatever else a document names (places, premises, sources) exist or come
	// earlier in the batch, that ends are of kinds the ontology joins, also when
	// an entity becomes of another kind, that IfRev holds, that nothing names
	// what is retracted (an entity has no relations, a source is not cited), and
	// that regions do not contain themselves, whatever the modality, and that
	// relations take place in regions. Shape is
	// checked by [Ontology.Validate] once more.
	// A change that writes what is there already changes nothing, and a batch
	// of only such changes makes no revision.
	//
	// What the rules of the ontology conclude from the batch is written with it:
	// derived relations that name rule and premises. Retracting a relation
	// retracts what was concluded from it.
	Apply(ctx context.Context, b Batch) (Receipt, error)

	// Changes yields the log after since, in order, and ends at the revision
	// that was newest when it began. An error ends it.
	Changes(ctx context.Context, since Rev) iter.Seq2[Entry, error]

	// Close waits for reads and writes under way and frees the store. Every
	// later call answers CodeClosed.
	Close() error
}

// Reader reads one revision. Values it returns may be kept and must not be
// changed. Lists come in the order of the ids asked for; what does not exist is
// nil or zero there, never an error.
type Reader interface {
	// Rev is the revision that is read.
	Rev() Rev

	// Counts are the sizes of the graph, from maintained counters.
	Counts() (Counts, error)

	// Resolve gives the dense ids of entities or relations: for each uid the
	// id, or 0. (UIDs of another tag resolve to 0.)
	Resolve(uids []UID) ([]uint32, error)

	// Entities and Relations give documents with their ID and Rev (and, for a
	// relation, the ids of its ends) filled in.
	Entities(ids []EntityID) ([]*Entity, error)
	Relations(ids []RelationID) ([]*Relation, error)

	// Sources gives the sources with these keys.
	Sources(keys []Key) ([]*Source, error)

	// Text is the text that was added for a source; ok is false where none was.
	Text(source Key) (text string, ok bool, err error)

	// PastText is a text that a source had once and has no more, by its SHA-256
	// (hex): it was replaced or taken away, or the source was retracted.
	PastText(sha256 string) (text string, ok bool, err error)

	// Referrers gives the facts that name a thing: an entity as an end, a place
	// or otherwise, a relation as a premise, a source as evidence or as that of a
	// name; each once, in the order of their uids.
	Referrers(uid UID) ([]UID, error)

	// Kept is what was kept of the batch with this idempotency key, or nil.
	Kept(key string) (*Kept, error)

	// Evidence gives for each uid the first fact (entity or relation, in the
	// order of their uids) that cites it, directly or in an attribute, and the
	// evidence itself.
	Evidence(uids []UID) ([]Citation, error)

	// Neighbours gives for each entity of the query the relations at it; see
	// NeighbourQuery.
	Neighbours(q NeighbourQuery) ([]Adjacency, error)

	// Degree counts for each entity the relations at it, of all modalities,
	// from maintained counters. A symmetric relation counts in each direction,
	// and once for both. Nil types are all types.
	Degree(ids []EntityID, types []RelationType, dir Direction) ([]int, error)

	// AllEntities, AllRelations and AllSources yield ids or keys in ascending
	// order; entities and relations only of the kinds or types given (nil: all)
	// and only after the id given (0: from the start).
	AllEntities(kinds []Kind, after EntityID) iter.Seq2[EntityID, error]
	AllRelations(types []RelationType, after RelationID) iter.Seq2[RelationID, error]
	AllSources() iter.Seq2[Key, error]

	// Named gives the entities one of whose stored names is name, be it Chinese,
	// English or pinyin, and where there are none those one of whose Chinese
	// names is usually read so; width, case, spaces and traditional characters
	// folded; in ascending order.
	Named(name string) ([]EntityID, error)

	// Search finds entities by what a person typed; see SearchQuery.
	Search(q SearchQuery) (SearchResult, error)

	// History is the log of one entity, relation or source, newest first, after
	// the position given (nil: from the newest), at most limit entries; total
	// counts all of them.
	History(subject UID, after *LogPos, limit int) (entries []Entry, total int, err error)

	// Log gives the change log from a place on, in order, at most limit entries,
	// up to the revision that is read. LogLength counts those that there are
	// from a place on.
	Log(from LogPos, limit int) ([]Entry, error)
	LogLength(from LogPos) (int, error)
}

// Counts are the sizes of a graph. Evidence counts citations: a place cited by
// two facts is two.
type Counts struct {
	Entities, Relations, Sources, Evidence int
	ByKind                                 map[Kind]int
	ByType                                 map[RelationType]int
}

// LogPos is a place in the change log. The first entry of a revision stands at
// index 0.
type LogPos struct {
	Rev   Rev
	Index int
}

// Before tells whether p stands before q.
func (p LogPos) Before(q LogPos) bool {
	return p.Rev < q.Rev || p.Rev == q.Rev && p.Index < q.Index
}

// Citation is a piece of evidence and a fact that cites it; Fact is zero where
// nothing does.
type Citation struct {
	Evidence Evidence
	Fact     UID
}

// Direction chooses relations by the end at which an entity stands.
type Direction string

// The directions. A symmetric relation is seen from both ends in each of them.
const (
	Out  Direction = "OUT"
	In   Direction = "IN"
	Both Direction = "BOTH"
)

// NeighbourQuery asks for the relations at many entities at once. It is the
// primitive on which walks, paths and nested pages stand.
type NeighbourQuery struct {
	IDs       []EntityID
	Direction Direction
	Types     []RelationType // nil: all types

	// Match, where set, keeps an edge by its relation's document. It must not
	// read from the Reader whose query it is.
	Match func(r *Relation, peer EntityID) bool

	// Limit bounds the edges of each source (0: no bound); an Adjacency that
	// was cut says so by More.
	Limit int

	// After, where it is not nil, has one item a source: the edge after which
	// to go on, or the zero EdgeCursor for the start.
	After []EdgeCursor

	// Documents asks for Edge.Document, so that the caller need not fetch the
	// relations one by one.
	Documents bool
}

// EdgeCursor is a place among the edges of one entity. It stays valid when
// relations are added or retracted, the one it names included.
type EdgeCursor struct {
	Type     RelationType
	Relation RelationID
}

// Adjacency is the edges of one entity, ordered by relation type (in byte
// order of its name) and relation id.
type Adjacency struct {
	Entity EntityID
	Edges  []Edge
	More   bool // Limit left some out
}

// Edge is a relation seen from one of its ends. Forward says that the entity
// asked from is its source; a symmetric relation is forward from both ends.
type Edge struct {
	Relation RelationID
	Peer     EntityID
	Type     RelationType
	Forward  bool
	Hot
	Document *Relation // where NeighbourQuery.Documents or Match is set
}

// Hot is what walks and filters look at most in a relation. Every Edge has it,
// so that following a relation does not cost the decoding of its document; see
// [Relation.Hot].
type Hot struct {
	Modality Modality
	Derived  bool
	Score    float32
	// From and To are the first and the last day on which the relation may
	// hold: DayMin and DayMax where that is not known.
	From, To int32
}

// Cursor is the place of e among its entity's edges.
func (e Edge) Cursor() EdgeCursor { return EdgeCursor{e.Type, e.Relation} }

// MatchKind says how a search hit was found.
type MatchKind string

// The ways in which a search finds, best first. FullText is a word or a
// substring within a name; Fuzzy is one wrong, missing or additional character.
const (
	MatchExact      MatchKind = "EXACT"
	MatchIdentifier MatchKind = "IDENTIFIER"
	MatchAlias      MatchKind = "ALIAS"
	MatchPrefix     MatchKind = "PREFIX"
	MatchPinyin     MatchKind = "PINYIN"
	MatchInitials   MatchKind = "INITIALS"
	MatchFullText   MatchKind = "FULLTEXT"
	MatchFuzzy      MatchKind = "FUZZY"
)

// SearchQuery is what a person typed, and which hits to give: the First after
// After (nil: from the best), of the kinds given (nil: all). Lean says that the
// hits need have no documents.
type SearchQuery struct {
	Text  string
	Kinds []Kind
	First int
	After *SearchPos
	Lean  bool
}

// SearchPos is the place of a hit: hits are ordered by score, highest first,
// then by id.
type SearchPos struct {
	Score  float64
	Entity EntityID
}

// Hit is an entity that was found: the name or identifier that matched, as it
// is written in the graph, and how. Score is in (0,1]. Of a lean search Entity
// is nil where the document was not at hand.
type Hit struct {
	ID      EntityID
	Entity  *Entity
	Score   float64
	Matched string
	By      MatchKind
}

// SearchResult is a page of hits; Total counts all of them.
type SearchResult struct {
	Hits  []Hit
	Total int
	More  bool
}
