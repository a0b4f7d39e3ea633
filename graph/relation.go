package graph

// RelationType says how a relation joins its ends: INVESTS_IN, SUPPLIES, ...
// The [Ontology] lists them; the package knows only those below, which carry a
// rule.
type RelationType string

// The relation types that carry a rule: PartOf among regions is the hierarchy
// that "within" and roll-ups follow; LocatedIn ties anything to a region.
const (
	PartOf    RelationType = "PART_OF"
	LocatedIn RelationType = "LOCATED_IN"
)

// Modality says in what way a source states a fact.
type Modality string

// The modalities. Queries leave out Planned and Negated unless they ask.
const (
	Asserted Modality = "ASSERTED" // it happened
	Planned  Modality = "PLANNED"  // it is announced
	Reported Modality = "REPORTED" // a third party says so
	Negated  Modality = "NEGATED"  // it is denied
)

// Derivation tells why a relation that no source states is in the graph: the
// rule in words and the relations it rests on.
type Derivation struct {
	Rule     string `json:"rule"`
	Premises []Key  `json:"premises,omitempty"`
}

// Relation joins Source to Target. It is a thing of its own: it has evidence,
// validity and history. Disc tells apart parallel relations of one type between
// the same two entities. The fields from Amount on belong to some types only;
// see [Ontology.Validate].
type Relation struct {
	Type     RelationType `json:"type"`
	Source   Key          `json:"source"`
	Target   Key          `json:"target"`
	Disc     string       `json:"disc,omitempty"`
	Modality Modality     `json:"modality"`
	// Confidence is in (0,1]; 0 stands for "not given" and reads as 1 for
	// Asserted, 0.8 for Reported, Planned and Negated, and 0.5 for what is
	// derived. See [Relation.Score].
	Confidence float64     `json:"confidence,omitempty"`
	ValidFrom  Date        `json:"validFrom,omitzero"`
	ValidTo    Date        `json:"validTo,omitzero"`
	OpenEnded  bool        `json:"openEnded,omitempty"`
	Places     []Key       `json:"places,omitempty"`
	Via        Key         `json:"via,omitempty"`
	Attributes []Attribute `json:"attributes,omitempty"`
	Derivation *Derivation `json:"derivation,omitempty"`

	Amount       *Quantity `json:"amount,omitempty"`    // INVESTS_IN
	Share        *Quantity `json:"share,omitempty"`     // INVESTS_IN
	Subject      string    `json:"subject,omitempty"`   // CO_DEVELOPS_WITH
	SubjectEN    string    `json:"subjectEn,omitempty"` // CO_DEVELOPS_WITH
	Product      Key       `json:"product,omitempty"`   // SUPPLIES
	Volume       *Quantity `json:"volume,omitempty"`    // SUPPLIES
	RecognisedIn Key       `json:"recognisedIn,omitempty"`
	RecognisedBy Key       `json:"recognisedBy,omitempty"`

	Evidence []Evidence `json:"evidence,omitempty"`

	// ID, SourceID, TargetID and Rev are the store's; see Entity.ID.
	ID       RelationID `json:"-"`
	SourceID EntityID   `json:"-"`
	TargetID EntityID   `json:"-"`
	Rev      Rev        `json:"-"`
}

// Key names r: its type, ends and discriminator, joined by "|". The ends of a
// symmetric relation stand in the order in which [Ontology.Canonical] put them.
func (r *Relation) Key() Key {
	return Key(r.appendKey(make([]byte, 0, len(r.Type)+len(r.Source)+len(r.Target)+len(r.Disc)+3)))
}

func (r *Relation) appendKey(b []byte) []byte {
	b = append(append(b, r.Type...), '|')
	b = append(append(b, r.Source...), '|')
	b = append(b, r.Target...)
	if r.Disc != "" {
		b = append(append(b, '|'), r.Disc...)
	}
	return b
}

// UID is the identity of r outside the store.
func (r *Relation) UID() UID {
	var room [256]byte // on the stack, as long as the key fits
	return uidOf(TagRelation, r.appendKey(room[:0]))
}

// Derived tells whether r follows from a rule rather than from a source.
func (r *Relation) Derived() bool { return r.Derivation != nil }

// Score is how much r is to be trusted, in (0,1]: Confidence where it was
// given, else what modality and derivation make likely.
func (r *Relation) Score() float64 { return score(r.Confidence, r.Derived(), r.Modality) }

// Peer is the end of r that is not id; for a relation to itself, id.
func (r *Relation) Peer(id EntityID) EntityID {
	if r.SourceID == id {
		return r.TargetID
	}
	return r.SourceID
}

// Hot is what walks and filters look at most in r.
func (r *Relation) Hot() Hot {
	return Hot{Modality: r.Modality, Derived: r.Derived(), Score: float32(r.Score()),
		From: r.ValidFrom.Earliest(), To: r.ValidTo.Latest()}
}
