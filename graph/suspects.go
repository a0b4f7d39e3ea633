package graph

import (
	"cmp"
	"slices"
)

// SameAsCandidate joins what may be the same. Denied, it says that an editor or a
// source holds the two apart.
const SameAsCandidate RelationType = "SAME_AS_CANDIDATE"

// Suspect is an entity that another one may be the same as: how likely, in
// (0,1], by which of its names or identifiers, and why in words.
type Suspect struct {
	Entity  *Entity
	Score   float64
	By      MatchKind
	Matched string
	Reasons []Phrase
}

// Bounds on how many suspects there are, and how many names are looked for.
const (
	maxSuspects     = 10
	maxSuspectNames = 16
)

// Suspects finds entities that e may be the same as: those that have one of its
// names or identifiers, whatever their kind, and those of its kind one of whose
// names is read the same. What is kept apart from e, and e itself, is left out.
// The likest come first.
func Suspects(r Reader, e *Entity) ([]Suspect, error) {
	f := suspicion{r: r, of: e, found: map[EntityID]*Suspect{}}
	apart, err := KeptApart(r, e.Key)
	if err != nil {
		return nil, err
	}
	f.apart = apart
	if into, err := MergedInto(r, e.Key); err != nil {
		return nil, err
	} else if into != nil {
		f.add(into, sameIdentifier, MatchIdentifier, string(e.Key), Phrasef("%s 已并入它", "%s was merged into it", e.Key))
	}
	for _, n := range e.Names[:min(len(e.Names), maxSuspectNames)] {
		if err := f.byName(n); err != nil {
			return nil, err
		}
	}
	for _, id := range e.Identifiers[:min(len(e.Identifiers), maxSuspectNames)] {
		if err := f.byIdentifier(id); err != nil {
			return nil, err
		}
	}
	list := make([]Suspect, 0, len(f.found))
	for _, s := range f.found {
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b Suspect) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Entity.Key, b.Entity.Key))
	})
	return list[:min(len(list), maxSuspects)], nil
}

// suspicion gathers suspects.
type suspicion struct {
	r     Reader
	of    *Entity
	apart map[Key]bool
	found map[EntityID]*Suspect
}

// How likely entities are the same that share an identifier, a name, or only
// the reading of one.
const (
	sameIdentifier = 0.99
	sameName       = 0.9
	sameReading    = 0.6
)

func (f *suspicion) byName(n Name) error {
	ids, err := f.r.Named(n.Text)
	if err != nil {
		return err
	}
	docs, err := f.r.Entities(ids[:min(len(ids), 4*maxSuspects)])
	if err != nil {
		return err
	}
	for _, doc := range docs {
		if doc == nil {
			continue
		}
		if i := slices.IndexFunc(doc.Names, func(m Name) bool { return foldQuote(m.Text) == foldQuote(n.Text) }); i >= 0 {
			by := MatchAlias
			if doc.Names[i].Role == Official {
				by = MatchExact
			}
			f.add(doc, sameName, by, doc.Names[i].Text, Phrasef("也叫“%s”", "it is called “%s” as well", n.Text))
		} else if doc.Kind == f.of.Kind {
			f.add(doc, sameReading, MatchPinyin, doc.Name(n.Lang), Phrasef("“%[2]s”与“%[1]s”读音相同", "“%[2]s” is read like “%[1]s”", n.Text, doc.Name(n.Lang)))
		}
	}
	return nil
}

func (f *suspicion) byIdentifier(id Identifier) error {
	found, err := f.r.Search(SearchQuery{Text: id.Value, First: maxSuspects})
	if err != nil {
		return err
	}
	for _, hit := range found.Hits {
		if hit.By == MatchIdentifier && hit.Entity.Identifier(id.Scheme) == id.Value {
			f.add(hit.Entity, sameIdentifier, MatchIdentifier, id.Value, Phrasef("%s 代码同为 %s", "its %s code is %s as well", id.Scheme, id.Value))
		}
	}
	return nil
}

func (f *suspicion) add(doc *Entity, score float64, by MatchKind, matched string, why Phrase) {
	if doc.Key == f.of.Key || f.apart[doc.Key] {
		return
	}
	s := f.found[doc.ID]
	if s == nil {
		s = &Suspect{Entity: doc}
		f.found[doc.ID] = s
	}
	if score > s.Score {
		s.Score, s.By, s.Matched = score, by, matched
	}
	if !slices.Contains(s.Reasons, why) {
		s.Reasons = append(s.Reasons, why)
	}
}

// MergedInto is the entity into which the one with that key was merged, or nil.
func MergedInto(r Reader, key Key) (*Entity, error) {
	found, err := r.Search(SearchQuery{Text: string(key), First: maxSuspects})
	if err != nil {
		return nil, err
	}
	for _, hit := range found.Hits {
		if slices.ContainsFunc(hit.Entity.Identifiers, func(id Identifier) bool { return id.Scheme == KeyScheme && id.Value == string(key) }) {
			return hit.Entity, nil
		}
	}
	return nil, nil
}

// KeptApart are the entities of which it is denied that they are the one with
// that key; see [SameAsCandidate].
func KeptApart(r Reader, key Key) (map[Key]bool, error) {
	apart := map[Key]bool{}
	ids, err := r.Resolve([]UID{NewUID(TagEntity, key)})
	if err != nil || ids[0] == 0 {
		return apart, err
	}
	near, err := r.Neighbours(NeighbourQuery{IDs: []EntityID{EntityID(ids[0])}, Direction: Both, Types: []RelationType{SameAsCandidate}, Documents: true})
	if err != nil {
		return nil, err
	}
	for _, edge := range near[0].Edges {
		if edge.Document.Modality == Negated {
			apart[edge.Document.Source], apart[edge.Document.Target] = true, true
		}
	}
	delete(apart, key)
	return apart, nil
}

// Apart is the discriminator of the relation by which [KeepApart] holds two
// entities apart, and what it says of its ground.
const Apart = "apart"

var apartRule = Phrase{"编者认定两者不是同一个", "an editor holds the two apart"}

// KeepApart is the change by which two entities are held apart: it denies, as an
// editor's conclusion, that they are the same. Who says so and why stands in the
// log; retracting the relation lifts it.
func KeepApart(r Reader, o *Ontology, a, b Key) (Change, error) {
	doc := &Relation{Type: SameAsCandidate, Source: a, Target: b, Disc: Apart, Modality: Negated,
		Derivation: &Derivation{Rule: apartRule.ZH + " / " + apartRule.EN}}
	o.Canonical(doc)
	c, rev := Change{Relation: doc}, Rev(0)
	ids, err := r.Resolve([]UID{doc.UID()})
	if err != nil {
		return c, err
	}
	if ids[0] != 0 {
		docs, err := r.Relations([]RelationID{RelationID(ids[0])})
		if err != nil || docs[0] == nil {
			return c, err
		}
		rev = docs[0].Rev
	}
	c.IfRev = &rev
	return c, nil
}
