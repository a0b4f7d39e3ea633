package storagetest

import (
	"context"

	"lianzhu/graph"
)

func closed(s graph.Store) bool {
	err := s.View(context.Background(), func(graph.Reader) error { return nil })
	return graph.CodeOf(err) == graph.CodeClosed
}

var applySentences = []sentence{
	{"a batch makes one revision and tells what each change did", func(h *harness) {
		receipt := h.apply(source("s"), enterprise("a"), enterprise("b"), invests("a", "b"))
		equal(h, "revision", receipt.Rev, graph.Rev(1))
		for i, r := range receipt.Results {
			equal(h, "result", r, graph.Result{UID: put(source("s"), enterprise("a"), enterprise("b"), invests("a", "b"))[i].Subject(), Created: true})
		}
	}},
}
