package gql

import (
	"fmt"
	"slices"

	"lianzhu/graph"
	"lianzhu/graph/gql/internal/plan"
)

// relation is what all relation types have in common: the header, which is
// enough for what is asked most, and the document once it was asked for. A noun
// that was made of a document has of its header what needs no work.
type relation struct {
	s    *session
	head *graph.RelationHeader
	doc  *graph.Relation // guarded by the session, unless whole

	whole bool // made of a document: the header has what needs no work

	// c, where set, is the page in which the relation is item i.
	c *RelationConnection
	i int
}

// document is the whole of l. The session must not be locked.
func (l *relation) document() (*graph.Relation, error) {
	if l.whole {
		return l.doc, nil
	}
	return read(l.s, func(r graph.Reader) (*graph.Relation, error) {
		if l.doc != nil {
			return l.doc, nil
		}
		docs, err := r.Relations([]graph.RelationID{l.head.ID})
		if err != nil {
			return nil, err
		}
		if docs[0] == nil {
			return nil, missing("relation", l.head.UID.String())
		}
		l.doc = docs[0]
		return l.doc, nil
	})
}

// RelationHeader is the header that tells most of l; nil where l was made of a
// document.
func (l *relation) RelationHeader() *graph.RelationHeader {
	if l.whole {
		return nil
	}
	return l.head
}

// Terms is what the columns of l are read with.
func (l *relation) Terms() plan.Terms { return l.s }

// EndHeader is the header of the source or of the target.
func (l *relation) EndHeader(end plan.Column) *graph.EntityHeader {
	id := l.head.Source
	if end == plan.Target {
		id = l.head.Target
	}
	e, err := l.end(id)
	if e == nil || err != nil {
		return nil
	}
	return e.base().head
}

// figureFields are the figures that columns stand for.
var figureFields = map[plan.Column]graph.FigureField{plan.Amount: graph.FigureAmount, plan.Share: graph.FigureShare, plan.Volume: graph.FigureVolume}

// Figure is a figure as it was written.
func (l *relation) Figure(which plan.Column) *graph.FigureHeader {
	h, err := l.figure(figureFields[which])
	if err != nil {
		return nil
	}
	return h
}

// figure reads a figure, from the document where nothing else tells it.
func (l *relation) figure(field graph.FigureField) (*graph.FigureHeader, error) {
	var one [1]graph.FigureHeader
	if !l.whole {
		_, err := read(l.s, func(r graph.Reader) (known bool, err error) {
			if figures, can := r.(graph.Figures); can {
				err = figures.RelationFigures(field, []graph.RelationID{l.head.ID}, one[:])
			}
			return one[0].Known, err
		})
		if one[0].Known || err != nil {
			return &one[0], err
		}
	}
	return ofDocument(l, func(doc *graph.Relation) (*graph.FigureHeader, error) {
		one[0].Known = true
		if q := field.Of(doc); q != nil {
			one[0].Given, one[0].Quantity = true, *q
		}
		return &one[0], nil
	})
}

// quantity is a figure as a noun, nil where there is none.
func (l *relation) quantity(field graph.FigureField) (*Quantity, error) {
	h, err := l.figure(field)
	if err != nil || !h.Given {
		return nil, err
	}
	return quantity(&h.Quantity), nil
}

// ofDocument is what get finds in the document of l.
func ofDocument[T any](l *relation, get func(*graph.Relation) (T, error)) (found T, err error) {
	doc, err := l.document()
	if err != nil {
		return found, err
	}
	return get(doc)
}

// IsNode marks a Node.
func (l *relation) IsNode() {}

// IsRelation marks a Relation.
func (l *relation) IsRelation() {}

func (l *relation) relationDoc() *graph.Relation { return l.doc }

// The fields of the interface Relation.

func (l *relation) ID() graph.UID {
	if l.head.UID == (graph.UID{}) {
		return l.doc.UID()
	}
	return l.head.UID
}

func (l *relation) Type() graph.RelationType { return l.head.Type }
func (l *relation) Modality() graph.Modality { return l.head.Modality }
func (l *relation) OpenEnded() bool          { return l.head.OpenEnded }
func (l *relation) Rev() int                 { return int(l.head.Rev) }
func (l *relation) Symmetric() bool          { return l.s.symmetric(l.head.Type) }

func (l *relation) Attributes() ([]*Attribute, error) {
	return ofDocument(l, func(doc *graph.Relation) ([]*Attribute, error) { return l.s.attributes(doc.Attributes), nil })
}

// Today is the day of the operation, counted from 1970-01-01.
func (s *session) Today() int32 { return s.today }

// Symmetric tells whether relations of type t mean the same both ways.
func (s *session) Symmetric(t graph.RelationType) bool { return s.symmetric(t) }

func (s *session) symmetric(t graph.RelationType) bool {
	def := s.Contract.Ontology.Relation(t)
	return def != nil && def.Symmetric
}

func (l *relation) Source() (Entity, error) { return l.end(l.head.Source) }
func (l *relation) Target() (Entity, error) { return l.end(l.head.Target) }

// end is the entity id, one of the two ends; a page has those of its relations.
func (l *relation) end(id graph.EntityID) (Entity, error) {
	if l.c != nil {
		return l.c.end(l.i, id)
	}
	return l.s.end(id)
}

// end is the entity with that id.
func (s *session) end(id graph.EntityID) (Entity, error) {
	return read(s, func(r graph.Reader) (Entity, error) {
		nouns, err := s.nouns(r, []graph.EntityID{id})
		if err != nil {
			return nil, err
		}
		return nouns[0], nil
	})
}

// Confidence tells the score, its grade, and what it rests on.
func (l *relation) Confidence() *Confidence {
	score := l.head.Score()
	if l.whole {
		score = l.doc.Score()
	}
	return &Confidence{l, score}
}

// Confidence is how far to trust a fact.
type Confidence struct {
	l     *relation
	Score float64
}

// Grade is the score in a word.
func (c *Confidence) Grade() string { return graph.Grade(c.Score) }

// Basis is what the score rests on.
func (c *Confidence) Basis() ([]string, error) { return ofDocument(c.l, basisOf) }

func basisOf(doc *graph.Relation) ([]string, error) {
	basis := []string{}
	sources := map[graph.Key]bool{}
	for _, e := range doc.Evidence {
		sources[e.Source] = true
	}
	if len(sources) > 0 {
		basis = append(basis, fmt.Sprintf("%d 处出处，%d 个来源 / evidence: %d in sources: %d", len(doc.Evidence), len(sources), len(doc.Evidence), len(sources)))
	}
	if doc.Derived() {
		basis = append(basis, "推断 / inferred: "+doc.Derivation.Rule)
	}
	if doc.Modality != graph.Asserted {
		basis = append(basis, "陈述方式 / modality: "+string(doc.Modality))
	}
	if doc.Confidence > 0 {
		basis = append(basis, "编者给定 / given by the editor")
	}
	return basis, nil
}

// Validity is read off the header where that tells all of it.
func (l *relation) Validity() (Interval, error) {
	if from, to, ok := l.head.Validity(); ok && !l.whole {
		return l.s.interval(from, to), nil
	}
	return ofDocument(l, func(doc *graph.Relation) (Interval, error) { return l.s.interval(doc.ValidFrom, doc.ValidTo), nil })
}

// Interval is a span of time; an end may be unknown.
type Interval struct {
	from, to graph.Date
	Current  bool
}

// interval tells from when to when something holds, and whether it may today.
func (s *session) interval(from, to graph.Date) Interval {
	return Interval{from, to, from.Earliest() <= s.today && to.Latest() >= s.today}
}

// From and To are nil where they are not known.
func (i *Interval) From() *graph.Date { return known(&i.from) }

// To: see [Interval.From].
func (i *Interval) To() *graph.Date { return known(&i.to) }

func known(d *graph.Date) *graph.Date {
	if d.IsZero() {
		return nil
	}
	return d
}

// Places are the regions in which the relation takes place.
func (l *relation) Places() ([]*Region, error) {
	doc, err := l.document()
	if err != nil {
		return nil, err
	}
	docs, err := read(l.s, func(r graph.Reader) ([]*graph.Entity, error) { return l.s.byKey(r, doc.Places) })
	if err != nil {
		return nil, err
	}
	return l.s.regions(docs), nil
}

func (l *relation) Via() (Entity, error) {
	return ofDocument(l, func(doc *graph.Relation) (Entity, error) { return l.s.entityByKey(doc.Via) })
}

// Derivation is null for what a source states.
func (l *relation) Derivation() (*Derivation, error) {
	if !l.whole && !l.head.Derived {
		return nil, nil
	}
	return ofDocument(l, func(doc *graph.Relation) (*Derivation, error) {
		if doc.Derivation == nil {
			return nil, nil
		}
		return &Derivation{s: l.s, Rule: doc.Derivation.Rule, premises: doc.Derivation.Premises}, nil
	})
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
	doc, err := l.document()
	if err != nil {
		return "", err
	}
	return read(l.s, func(r graph.Reader) (string, error) {
		f, err := l.s.fact(r, doc)
		if cite {
			f.FirstMark = 1
		}
		return l.s.say(f, lang, err)
	})
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
	f := Fact{Relation: doc, Source: ends[0], Target: ends[1], Named: map[graph.Key]*graph.Entity{}, Today: s.today}
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
	return ofDocument(l, func(doc *graph.Relation) (*EvidenceConnection, error) {
		return l.s.evidencePage(string(doc.Key()), doc.Evidence, first, after)
	})
}

// Link is a relation whose type has no fields of its own.
type Link struct{ relation }

// InvestsIn is an investment.
type InvestsIn struct{ relation }

func (l *InvestsIn) Amount() (*Quantity, error) { return l.quantity(graph.FigureAmount) }

func (l *InvestsIn) Share() (*Quantity, error) { return l.quantity(graph.FigureShare) }

// CoDevelopsWith is a joint development.
type CoDevelopsWith struct{ relation }

// Subject is what is developed; in Chinese where no English is known.
func (l *CoDevelopsWith) Subject(lang graph.Lang) (*string, error) {
	return ofDocument(&l.relation, func(doc *graph.Relation) (*string, error) {
		if lang == graph.EN && doc.SubjectEN != "" {
			return &doc.SubjectEN, nil
		}
		return optional(doc.Subject), nil
	})
}

// Supplies is a supply.
type Supplies struct{ relation }

func (l *Supplies) Product() (Entity, error) {
	return ofDocument(&l.relation, func(doc *graph.Relation) (Entity, error) { return l.s.entityByKey(doc.Product) })
}

func (l *Supplies) Volume() (*Quantity, error) { return l.quantity(graph.FigureVolume) }

// ChainLeaderOf is a recognition as chain leader.
type ChainLeaderOf struct{ relation }

// Chain is the chain that is led.
func (l *ChainLeaderOf) Chain() (*IndustryChain, error) {
	noun, err := l.Target()
	chain, _ := noun.(*IndustryChain)
	return chain, err
}

func (l *ChainLeaderOf) RecognisedIn() (*Region, error) {
	return ofDocument(&l.relation, func(doc *graph.Relation) (*Region, error) { return l.s.regionByKey(doc.RecognisedIn) })
}

func (l *ChainLeaderOf) RecognisedBy() (Entity, error) {
	return ofDocument(&l.relation, func(doc *graph.Relation) (Entity, error) { return l.s.entityByKey(doc.RecognisedBy) })
}
