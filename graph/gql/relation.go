package gql

import (
	"fmt"
	"slices"

	"lianzhu/graph"
)

// relation is what all relation types have in common.
type relation struct {
	s   *session
	doc *graph.Relation
}

// IsNode marks a Node.
func (l *relation) IsNode() {}

// IsRelation marks a Relation.
func (l *relation) IsRelation() {}

// The fields of the interface Relation.

func (l *relation) ID() string               { return l.doc.UID().String() }
func (l *relation) Type() graph.RelationType { return l.doc.Type }
func (l *relation) Modality() graph.Modality { return l.doc.Modality }
func (l *relation) OpenEnded() bool          { return l.doc.OpenEnded }
func (l *relation) Rev() int                 { return int(l.doc.Rev) }
func (l *relation) Attributes() []*Attribute { return l.s.attributes(l.doc.Attributes) }

func (l *relation) Symmetric() bool { return l.s.symmetric(l.doc.Type) }

func (s *session) symmetric(t graph.RelationType) bool {
	def := s.Contract.Ontology.Relation(t)
	return def != nil && def.Symmetric
}

func (l *relation) Source() (Entity, error) { return l.s.end(l.doc.SourceID) }
func (l *relation) Target() (Entity, error) { return l.s.end(l.doc.TargetID) }

// end is the entity with that id.
func (s *session) end(id graph.EntityID) (Entity, error) {
	return read(s, func(r graph.Reader) (Entity, error) {
		docs, err := s.fetch(r, []graph.EntityID{id})
		if err != nil {
			return nil, err
		}
		return s.wrap(docs[0]), nil
	})
}

// Confidence tells the score, its grade, and what it rests on.
func (l *relation) Confidence() *Confidence {
	c := &Confidence{Score: l.doc.Score(), Grade: graph.Grade(l.doc.Score()), Basis: []string{}}
	sources := map[graph.Key]bool{}
	for _, e := range l.doc.Evidence {
		sources[e.Source] = true
	}
	if len(sources) > 0 {
		c.Basis = append(c.Basis, fmt.Sprintf("%d 处出处，%d 个来源 / evidence: %d in sources: %d", len(l.doc.Evidence), len(sources), len(l.doc.Evidence), len(sources)))
	}
	if l.doc.Derived() {
		c.Basis = append(c.Basis, "推断 / inferred: "+l.doc.Derivation.Rule)
	}
	if l.doc.Modality != graph.Asserted {
		c.Basis = append(c.Basis, "陈述方式 / modality: "+string(l.doc.Modality))
	}
	if l.doc.Confidence > 0 {
		c.Basis = append(c.Basis, "编者给定 / given by the editor")
	}
	return c
}

// Confidence is how far to trust a fact.
type Confidence struct {
	Score float64
	Grade string
	Basis []string
}

func (l *relation) Validity() *Interval { return l.s.interval(l.doc.ValidFrom, l.doc.ValidTo) }

// Interval is a span of time; an end may be unknown.
type Interval struct {
	From, To *graph.Date
	Current  bool
}

// interval tells from when to when something holds, and whether it may today.
func (s *session) interval(from, to graph.Date) *Interval {
	today := int32(s.now().Unix() / 86400)
	i := &Interval{Current: from.Earliest() <= today && to.Latest() >= today}
	if !from.IsZero() {
		i.From = &from
	}
	if !to.IsZero() {
		i.To = &to
	}
	return i
}

// Places are the regions in which the relation takes place.
func (l *relation) Places() ([]*Region, error) {
	docs, err := read(l.s, func(r graph.Reader) ([]*graph.Entity, error) { return l.s.byKey(r, l.doc.Places) })
	if err != nil {
		return nil, err
	}
	return l.s.regions(docs), nil
}

func (l *relation) Via() (Entity, error) { return l.s.entityByKey(l.doc.Via) }

// Derivation is null for what a source states.
func (l *relation) Derivation() *Derivation {
	if l.doc.Derivation == nil {
		return nil
	}
	return &Derivation{s: l.s, Rule: l.doc.Derivation.Rule, premises: l.doc.Derivation.Premises}
}

// Derivation tells why a relation that no source states is in the graph.
type Derivation struct {
	s        *session
	Rule     string
	premises []graph.Key
}

// Premises are the relations that the derivation rests on.
func (d *Derivation) Premises() ([]Relation, error) {
	return read(d.s, func(r graph.Reader) ([]Relation, error) {
		premises := []Relation{}
		for _, key := range d.premises {
			noun, err := d.s.factNode(r, graph.NewUID(graph.TagRelation, key))
			if err != nil {
				return nil, err
			}
			if premise, ok := noun.(Relation); ok {
				premises = append(premises, premise)
			}
		}
		return premises, nil
	})
}

// Sentence says the relation in words, with a mark for each piece of evidence
// where cite is set.
func (l *relation) Sentence(lang graph.Lang, cite bool) (string, error) {
	return read(l.s, func(r graph.Reader) (string, error) {
		f, err := l.s.fact(r, l.doc)
		if cite {
			f.FirstMark = 1
		}
		return l.s.say(f, lang, err)
	})
}

// sentence says a relation in words, without marks.
func (s *session) sentence(r graph.Reader, doc *graph.Relation, lang graph.Lang) (string, error) {
	f, err := s.fact(r, doc)
	return s.say(f, lang, err)
}

func (s *session) say(f Fact, lang graph.Lang, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return s.Contract.Sentences.Say(f, lang), nil
}

// fact reads what a sentence on a relation names.
func (s *session) fact(r graph.Reader, doc *graph.Relation) (Fact, error) {
	ends, err := s.fetch(r, []graph.EntityID{doc.SourceID, doc.TargetID})
	if err != nil {
		return Fact{}, err
	}
	if ends[0] == nil || ends[1] == nil {
		return Fact{}, &graph.Error{Code: graph.CodeCorrupt, Op: "relation", Key: string(doc.Key()), Index: -1, Detail: "one of its ends is not there; run lianzhu check"}
	}
	f := Fact{Relation: doc, Source: ends[0], Target: ends[1], Named: map[graph.Key]*graph.Entity{}, Today: int32(s.now().Unix() / 86400)}
	keys := append([]graph.Key{doc.Via, doc.Product, doc.RecognisedIn, doc.RecognisedBy}, doc.Places...)
	keys = slices.DeleteFunc(keys, func(k graph.Key) bool { return k == "" })
	if len(keys) == 0 {
		return f, nil
	}
	named, err := s.byKey(r, keys)
	for i, e := range named {
		f.Named[keys[i]] = e
	}
	return f, err
}

func (l *relation) Evidence(first int, after *string) (*EvidenceConnection, error) {
	return l.s.evidencePage(string(l.doc.Key()), l.doc.Evidence, first, after)
}

// Link is a relation whose type has no fields of its own.
type Link struct{ relation }

// InvestsIn is an investment.
type InvestsIn struct{ relation }

func (l *InvestsIn) Amount() *Quantity { return quantity(l.doc.Amount) }
func (l *InvestsIn) Share() *Quantity  { return quantity(l.doc.Share) }

// CoDevelopsWith is a joint development.
type CoDevelopsWith struct{ relation }

// Subject is what is developed; in Chinese where no English is known.
func (l *CoDevelopsWith) Subject(lang graph.Lang) *string {
	if lang == graph.EN && l.doc.SubjectEN != "" {
		return &l.doc.SubjectEN
	}
	return optional(l.doc.Subject)
}

// Supplies is a supply.
type Supplies struct{ relation }

func (l *Supplies) Product() (Entity, error) { return l.s.entityByKey(l.doc.Product) }
func (l *Supplies) Volume() *Quantity        { return quantity(l.doc.Volume) }

// ChainLeaderOf is a recognition as chain leader.
type ChainLeaderOf struct{ relation }

// Chain is the chain that is led.
func (l *ChainLeaderOf) Chain() (*IndustryChain, error) {
	noun, err := l.Target()
	chain, _ := noun.(*IndustryChain)
	return chain, err
}

func (l *ChainLeaderOf) RecognisedIn() (*Region, error) { return l.s.regionByKey(l.doc.RecognisedIn) }
func (l *ChainLeaderOf) RecognisedBy() (Entity, error)  { return l.s.entityByKey(l.doc.RecognisedBy) }
