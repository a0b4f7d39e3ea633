package rules

import (
	"slices"

	"lianzhu/graph"
)

// Reference is one thing that a document names and that must exist. As says in
// words what it is to the document.
type Reference struct {
	UID graph.UID
	Key graph.Key
	As  string
}

// References lists what w's document after the write names, the ends of a
// relation first. Repetitions are kept.
func (w *Write) References() []Reference {
	if w.refs == nil {
		w.refs = references(w.Entity, w.Relation)
	}
	return w.refs
}

// OldReferences is References of the document before the write.
func (w *Write) OldReferences() []Reference { return references(w.OldEntity, w.OldRelation) }

func references(e *graph.Entity, r *graph.Relation) []Reference {
	switch {
	case e != nil:
		return entityReferences(e)
	case r != nil:
		return relationReferences(r)
	}
	return nil
}

// refList collects references; empty keys are none. What is named again and again
// is most often what was named last, such as the one source of a document.
type refList []Reference

func (l *refList) add(tag graph.Tag, as string, keys ...graph.Key) {
	for _, k := range keys {
		if k == "" {
			continue
		}
		if n := len(*l); n > 0 && (*l)[n-1].Key == k && (*l)[n-1].UID.Tag() == tag {
			*l = append(*l, Reference{(*l)[n-1].UID, k, as})
			continue
		}
		*l = append(*l, Reference{graph.NewUID(tag, k), k, as})
	}
}

func (l *refList) evidence(list []graph.Evidence) {
	for i := range list {
		l.add(graph.TagSource, "the source of its evidence", list[i].Source)
	}
}

func (l *refList) attributes(list []graph.Attribute) {
	for i := range list {
		l.evidence(list[i].Evidence)
	}
}

func entityReferences(e *graph.Entity) []Reference {
	var l refList
	for i := range e.Names {
		l.add(graph.TagSource, "the source of a name", e.Names[i].Sources...)
	}
	for i := range e.Identifiers {
		l.add(graph.TagSource, "the source of an identifier", e.Identifiers[i].Sources...)
	}
	l.attributes(e.Attributes)
	l.evidence(e.Evidence)
	return l
}

func relationReferences(r *graph.Relation) []Reference {
	l := make(refList, 0, 4)
	l.add(graph.TagEntity, "its source", r.Source)
	l.add(graph.TagEntity, "its target", r.Target)
	l.add(graph.TagEntity, "its place", r.Places...)
	l.add(graph.TagEntity, "via", r.Via)
	l.add(graph.TagEntity, "its product", r.Product)
	l.add(graph.TagEntity, "recognisedIn", r.RecognisedIn)
	l.add(graph.TagEntity, "recognisedBy", r.RecognisedBy)
	if r.Derivation != nil {
		l.add(graph.TagRelation, "its premise", r.Derivation.Premises...)
	}
	l.attributes(r.Attributes)
	l.evidence(r.Evidence)
	return l
}

// Citations lists the places that a document cites, directly or in an
// attribute, each once. At most one of e and r is set.
func Citations(e *graph.Entity, r *graph.Relation) []graph.Evidence {
	switch {
	case e != nil:
		return distinct(e.Evidence, e.Attributes)
	case r != nil:
		return distinct(r.Evidence, r.Attributes)
	}
	return nil
}

// fewCitations are looked through one by one, which costs less than a table.
const fewCitations = 8

func distinct(own []graph.Evidence, attributes []graph.Attribute) []graph.Evidence {
	n := len(own)
	for i := range attributes {
		n += len(attributes[i].Evidence)
	}
	if n <= 1 && len(own) == n {
		return own
	}
	list := make([]graph.Evidence, 0, n)
	var seen map[graph.Evidence]bool
	if n > fewCitations {
		seen = make(map[graph.Evidence]bool, n)
	}
	add := func(evidence []graph.Evidence) {
		for _, e := range evidence {
			if seen == nil && !slices.Contains(list, e) || seen != nil && !seen[e] {
				list = append(list, e)
			}
			if seen != nil {
				seen[e] = true
			}
		}
	}
	add(own)
	for i := range attributes {
		add(attributes[i].Evidence)
	}
	return list
}
