package graph

import (
	"cmp"
	"reflect"
	"slices"
)

// absorb is keep with all that drop says beside it. What drop is called are
// other names then: its key stands among the identifiers.
func absorb(keep, drop *Entity) *Entity {
	e := *keep
	e.Names = slices.Clone(keep.Names)
	for _, n := range drop.Names {
		if i := slices.IndexFunc(e.Names, func(m Name) bool { return m.Text == n.Text && m.Lang == n.Lang }); i >= 0 {
			e.Names[i].Sources = distinctKeys(slices.Concat(e.Names[i].Sources, n.Sources))
			e.Names[i].Reading = cmp.Or(e.Names[i].Reading, n.Reading)
			continue
		}
		e.Names = append(e.Names, n)
	}
	e.Identifiers = slices.Clone(keep.Identifiers)
	for _, id := range append(slices.Clone(drop.Identifiers), Identifier{Scheme: KeyScheme, Value: string(drop.Key)}) {
		if i := slices.IndexFunc(e.Identifiers, func(m Identifier) bool { return m.Scheme == id.Scheme && m.Value == id.Value }); i >= 0 {
			e.Identifiers[i].Sources = distinctKeys(slices.Concat(e.Identifiers[i].Sources, id.Sources))
			continue
		}
		e.Identifiers = append(e.Identifiers, id)
	}
	e.Attributes = uniteAttributes(keep.Attributes, drop.Attributes)
	e.Evidence = uniteEvidence(keep.Evidence, drop.Evidence)
	return &e
}

func uniteEvidence(a, b []Evidence) []Evidence {
	list := slices.Clone(a)
	for _, e := range b {
		if !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	return list
}

// uniteAttributes is a with what b has beside it; the same figure in both has
// the evidence of both.
func uniteAttributes(a, b []Attribute) []Attribute {
	list := slices.Clone(a)
	for _, attribute := range b {
		i := slices.IndexFunc(list, func(x Attribute) bool {
			x.Evidence = attribute.Evidence
			return reflect.DeepEqual(x, attribute)
		})
		if i >= 0 {
			list[i].Evidence = uniteEvidence(list[i].Evidence, attribute.Evidence)
			continue
		}
		list = append(list, attribute)
	}
	return list
}

// unite makes one of two relations that have the same key, or tells that they
// disagree: about how the fact is stated, when and where it holds, or a figure.
func unite(a, b *Relation) (*Relation, bool) {
	one := *a
	agree := a.Modality == b.Modality && a.Derived() == b.Derived() &&
		either(&one.ValidFrom, b.ValidFrom) && either(&one.ValidTo, b.ValidTo) && either(&one.Via, b.Via) &&
		either(&one.Subject, b.Subject) && either(&one.SubjectEN, b.SubjectEN) && either(&one.Product, b.Product) &&
		either(&one.RecognisedIn, b.RecognisedIn) && either(&one.RecognisedBy, b.RecognisedBy) && either(&one.Confidence, b.Confidence) &&
		same(&one.Amount, b.Amount) && same(&one.Share, b.Share) && same(&one.Volume, b.Volume) && same(&one.Derivation, b.Derivation) &&
		samePlaces(&one.Places, b.Places)
	if !agree {
		return nil, false
	}
	one.OpenEnded = a.OpenEnded || b.OpenEnded
	one.Attributes = uniteAttributes(a.Attributes, b.Attributes)
	one.Evidence = uniteEvidence(a.Evidence, b.Evidence)
	return &one, true
}

// either fills to where it is empty and tells whether the two agree.
func either[T comparable](to *T, other T) bool {
	var none T
	if *to == none {
		*to = other
	}
	return other == none || *to == other
}

// same is either for what is pointed to.
func same[T any](to **T, other *T) bool {
	if *to == nil {
		*to = other
	}
	return other == nil || reflect.DeepEqual(*to, other)
}

func samePlaces(to *[]Key, other []Key) bool {
	if len(*to) == 0 {
		*to = other
	}
	return len(other) == 0 || slices.Equal(*to, other)
}
