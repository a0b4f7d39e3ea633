package storagetest

import (
	"lianzhu/graph"
	terms "lianzhu/text"
)

// sameTerms compares the lists of all search terms, where the reader tells them,
// with the terms of the documents.
func sameTerms(h *harness, r graph.Reader) {
	listed, ok := r.(terms.Listed)
	if !ok {
		return
	}
	want := map[string][]graph.EntityID{}
	for _, e := range must(r.Entities(collect(r.AllEntities(nil, 0)))) {
		for _, term := range terms.Terms(e) {
			want[term] = append(want[term], e.ID)
		}
	}
	last := ""
	err := listed.Terms(func(term string, ids []graph.EntityID) error {
		if len(term) < len(last) || len(term) == len(last) && term <= last {
			h.Fatalf("the term %q comes after %q", term, last)
		}
		equal(h, "the entities of a term", ids, want[term])
		delete(want, term)
		last = term
		return nil
	})
	equal(h, "the error", err, nil)
	equal(h, "how many terms were left out", len(want), 0)
}
