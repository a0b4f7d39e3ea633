package gql

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"lianzhu/graph"
)

// written is the noun of what the i-th change of a list wrote, as that revision
// left it.
func (s *session) written(did *done, i int) (Node, error) {
	uid := did.receipt.Results[i].UID
	if did.draft != nil {
		if was := did.draft.before[i]; was != nil {
			return was, nil
		}
	}
	if s.drafted != nil {
		noun, _, err := did.draft.thing(uid)
		return noun, err
	}
	return read(s, func(r graph.Reader) (Node, error) { return s.nodeAt(r, uid, did.receipt.Rev) })
}

// nodeAt is the noun of a thing as it was at a revision, or, where it was taken
// back by then, before that.
func (s *session) nodeAt(r graph.Reader, uid graph.UID, rev graph.Rev) (Node, error) {
	if noun, err := s.node(r, uid); err != nil || noun != nil && lastWritten(noun) <= rev {
		return noun, err
	}
	past := s.asOf(rev)
	var after *graph.LogPos
	for {
		entries, _, err := r.History(uid, after, 50)
		if err != nil || len(entries) == 0 {
			return nil, err
		}
		for _, e := range entries {
			after = &graph.LogPos{Rev: e.Rev, Index: e.Index}
			if e.Rev > rev {
				continue
			}
			if len(e.After) > 0 {
				return past.document(past.reader, uid, e.Rev, e.After)
			}
			return past.document(past.reader, uid, e.Rev, e.Before)
		}
	}
}

// lastWritten is the revision that has written a noun last.
func lastWritten(noun Node) graph.Rev {
	switch noun := noun.(type) {
	case Entity:
		return noun.base().head.Rev
	case Relation:
		return noun.relationDoc().Rev
	case *Source:
		return noun.doc.Rev
	}
	return math.MaxUint64
}

// document is the noun of a document as the change log has it.
func (s *session) document(r graph.Reader, uid graph.UID, rev graph.Rev, doc []byte) (Node, error) {
	switch uid.Tag() {
	case graph.TagEntity:
		e, err := readDocument[graph.Entity](doc, uid)
		if err != nil {
			return nil, err
		}
		ids, err := r.Resolve([]graph.UID{uid})
		if err != nil {
			return nil, err
		}
		e.ID, e.Rev = graph.EntityID(ids[0]), rev
		return s.wrap(e), nil
	case graph.TagRelation:
		l, err := readDocument[graph.Relation](doc, uid)
		if err != nil {
			return nil, err
		}
		ids, err := r.Resolve([]graph.UID{uid, graph.NewUID(graph.TagEntity, l.Source), graph.NewUID(graph.TagEntity, l.Target)})
		if err != nil {
			return nil, err
		}
		l.ID, l.SourceID, l.TargetID, l.Rev = graph.RelationID(ids[0]), graph.EntityID(ids[1]), graph.EntityID(ids[2]), rev
		return s.wrapRelation(l), nil
	}
	source, err := readDocument[graph.Source](doc, uid)
	if err != nil {
		return nil, err
	}
	source.Rev = rev
	return &Source{s, source}, nil
}

// AddSourceSuccess tells of a source that was written, and of the evidence in it.
type AddSourceSuccess struct {
	s       *session
	Source  *Source
	Created bool
	Rev     int
	DryRun  bool
	counts  map[graph.EvidenceStatus]int
	failing []graph.Evidence
}

// The counts of evidence.

func (a *AddSourceSuccess) EvidenceVerified() int  { return a.counts[graph.Verified] }
func (a *AddSourceSuccess) EvidenceRelocated() int { return a.counts[graph.Relocated] }
func (a *AddSourceSuccess) EvidenceStale() int     { return a.counts[graph.Stale] }
func (a *AddSourceSuccess) EvidenceMissing() int   { return a.counts[graph.Missing] }
func (a *AddSourceSuccess) EvidenceUnchecked() int { return a.counts[graph.Unchecked] }

// Failing is the first of the evidence that does not stand.
func (a *AddSourceSuccess) Failing(first int) ([]*Evidence, error) {
	if err := a.s.checkSize("first", first); err != nil {
		return nil, err
	}
	return a.s.evidenceList(a.failing[:min(first, len(a.failing))]), nil
}

// sourceAdded checks all evidence in a source that was written.
func (s *session) sourceAdded(key graph.Key, did *done) (AddSourceResult, error) {
	noun, err := s.written(did, 0)
	if err != nil {
		return nil, err
	}
	a := &AddSourceSuccess{s: s, Created: did.receipt.Results[0].Created, Rev: int(did.receipt.Rev), DryRun: s.drafted != nil, counts: map[graph.EvidenceStatus]int{}}
	a.Source, _ = noun.(*Source)
	_, err = read(s, func(r graph.Reader) (struct{}, error) { return struct{}{}, a.check(r, key) })
	return a, err
}

// check looks up every place in the source, each once.
func (a *AddSourceSuccess) check(r graph.Reader, key graph.Key) error {
	cited, err := graph.Cited(r, key)
	if err != nil {
		return err
	}
	for _, e := range cited {
		standing, err := a.s.verifier.Check(e)
		if err != nil {
			return err
		}
		a.counts[standing.Status]++
		if standing.Status == graph.Stale || standing.Status == graph.Missing {
			a.failing = append(a.failing, e)
		}
	}
	slices.SortFunc(a.failing, func(x, y graph.Evidence) int {
		ux, uy := x.UID(), y.UID()
		if x.Start != y.Start {
			return x.Start - y.Start
		}
		return bytes.Compare(ux[:], uy[:])
	})
	return nil
}

// suggest adds to the problem of a ref that means nothing what is like it, and
// to that of one that means several things these.
func (d *draft) suggest(p Problem, ref *EntityRef) error {
	missing, ok := p.(*NotFound)
	if !ok || ref.ID != nil {
		return nil
	}
	missing.Missing = refText(ref)
	if missing.Code() == graph.CodeAmbiguous {
		docs, err := d.s.byKey(d.r, missing.err.Candidates)
		for _, doc := range docs {
			if doc != nil {
				missing.Suggestions = append(missing.Suggestions, &SearchHit{d.s.wrap(doc), 1, refText(ref), graph.MatchExact})
			}
		}
		return err
	}
	found, err := d.r.Search(graph.SearchQuery{Text: wordsOf(refText(ref)), First: 5})
	for _, hit := range found.Hits {
		missing.Suggestions = append(missing.Suggestions, &SearchHit{d.s.wrap(hit.Entity), hit.Score, hit.Matched, hit.By})
	}
	return err
}

// wordsOf is what to search for in place of a key or a name that is not there.
func wordsOf(text string) string {
	if _, words, isKey := strings.Cut(text, ":"); isKey {
		return strings.ReplaceAll(words, "-", " ")
	}
	return text
}
