package dataset

import (
	"fmt"
	"slices"

	"lianzhu/graph"
)

// AddEntity gives what is known of an entity together with what else a line
// says of it: names, identifiers, attributes and evidence that are not there yet
// come after those that are, and what both give has the sources of both. Neither
// is changed. Entities of two kinds are not put together.
func AddEntity(known, more *graph.Entity) (*graph.Entity, error) {
	if known.Kind != more.Kind {
		return nil, fmt.Errorf("%s is there already and is %s, not %s", known.Key, known.Kind, more.Kind)
	}
	e := *known
	e.Names = addEach(known.Names, more.Names, sameName, func(n *graph.Name, m graph.Name) {
		n.Sources = addKeys(n.Sources, m.Sources)
	})
	e.Identifiers = addEach(known.Identifiers, more.Identifiers, sameIdentifier, func(i *graph.Identifier, m graph.Identifier) {
		i.Sources = addKeys(i.Sources, m.Sources)
	})
	e.Attributes = addAttributes(known.Attributes, more.Attributes)
	e.Evidence = addEvidence(known.Evidence, more.Evidence)
	return &e, nil
}

// AddRelation gives what is known of a relation together with what else a line
// says of it: places, attributes and evidence that are not there yet come after
// those that are. Where both give a figure, a date or another single thing and
// it is not the same, they are two facts, and an error says so.
func AddRelation(known, more *graph.Relation) (*graph.Relation, error) {
	r := *known
	differs := ""
	one(&r.ValidFrom, more.ValidFrom, "start", &differs)
	one(&r.ValidTo, more.ValidTo, "end", &differs)
	one(&r.Via, more.Via, "via", &differs)
	one(&r.Subject, more.Subject, "subject", &differs)
	one(&r.SubjectEN, more.SubjectEN, "English subject", &differs)
	one(&r.Product, more.Product, "product", &differs)
	one(&r.RecognisedIn, more.RecognisedIn, "region of recognition", &differs)
	one(&r.RecognisedBy, more.RecognisedBy, "office of recognition", &differs)
	one(&r.Confidence, more.Confidence, "confidence", &differs)
	figure(&r.Amount, more.Amount, "amount", &differs)
	figure(&r.Share, more.Share, "share", &differs)
	figure(&r.Volume, more.Volume, "volume", &differs)
	if known.Modality != more.Modality {
		differs = "modality"
	}
	if differs != "" {
		return nil, fmt.Errorf("%s is there already with another %s; where both are true, tell them apart by a disc", known.Key(), differs)
	}
	r.OpenEnded = known.OpenEnded || more.OpenEnded
	r.Places = addKeys(known.Places, more.Places)
	r.Attributes = addAttributes(known.Attributes, more.Attributes)
	r.Evidence = addEvidence(known.Evidence, more.Evidence)
	if r.Derivation == nil || more.Derivation == nil {
		r.Derivation = nil // what a source states is no conclusion
	}
	return &r, nil
}

// one takes what more says where nothing is known.
func one[T comparable](known *T, more T, what string, differs *string) {
	var none T
	switch {
	case more == none || more == *known:
	case *known == none:
		*known = more
	default:
		*differs = what
	}
}

func figure(known **graph.Quantity, more *graph.Quantity, what string, differs *string) {
	switch {
	case more == nil || *known != nil && **known == *more:
	case *known == nil:
		*known = more
	default:
		*differs = what
	}
}

// addEach appends what is not in known yet, and joins to what is.
func addEach[T any](known, more []T, same func(a, b T) bool, join func(*T, T)) []T {
	all := slices.Clone(known)
	for _, m := range more {
		i := slices.IndexFunc(all, func(k T) bool { return same(k, m) })
		if i < 0 {
			all = append(all, m)
			continue
		}
		join(&all[i], m)
	}
	return all
}

func sameName(a, b graph.Name) bool { return a.Text == b.Text && a.Lang == b.Lang }

func sameIdentifier(a, b graph.Identifier) bool { return a.Scheme == b.Scheme && a.Value == b.Value }

func addKeys(known, more []graph.Key) []graph.Key {
	return addEach(known, more, func(a, b graph.Key) bool { return a == b }, func(*graph.Key, graph.Key) {})
}

// addEvidence adds places to places. A source that is cited as a whole says no
// more than one of its places does, so a line that is read again after its file
// was mended adds nothing.
func addEvidence(known, more []graph.Evidence) []graph.Evidence {
	all := addEach(known, more, func(a, b graph.Evidence) bool { return a == b }, func(*graph.Evidence, graph.Evidence) {})
	return slices.DeleteFunc(all, func(e graph.Evidence) bool {
		return !e.Located() && slices.ContainsFunc(all, func(o graph.Evidence) bool { return o.Located() && sameWitness(o, e) })
	})
}

// sameWitness tells whether two pieces of evidence are the same word of the same
// source, wherever it stands there.
func sameWitness(a, b graph.Evidence) bool {
	return a.Source == b.Source && a.Refutes == b.Refutes && a.AssertedBy == b.AssertedBy
}

func addAttributes(known, more []graph.Attribute) []graph.Attribute {
	return addEach(known, more, sameAttribute, func(a *graph.Attribute, m graph.Attribute) {
		a.Evidence = addEvidence(a.Evidence, m.Evidence)
	})
}

// sameAttribute tells whether two attributes say the same, wherever they say it.
func sameAttribute(a, b graph.Attribute) bool {
	figures := a.Quantity == nil && b.Quantity == nil || a.Quantity != nil && b.Quantity != nil && *a.Quantity == *b.Quantity
	return figures && a.Name == b.Name && a.Text == b.Text && a.Modality == b.Modality &&
		a.ValidFrom == b.ValidFrom && a.ValidTo == b.ValidTo && a.Collective == b.Collective
}
