package storagetest

import (
	"testing"

	"lianzhu/graph"
)

// Open makes a fresh, empty store that obeys [Ontology]. Run closes it.
type Open func(t *testing.T) graph.Store

// Run proves that the stores open makes keep every sentence of the contract.
func Run(t *testing.T, open Open) {
	for _, group := range []struct {
		name  string
		tests []sentence
	}{
		{"View", viewSentences},
		{"Apply", applySentences},
		{"Batch", batchSentences},
		{"Log", logSentences},
		{"Read", readSentences},
		{"Adjacency", adjacencySentences},
		{"Bank", bankSentences},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, s := range group.tests {
				t.Run(s.says, func(t *testing.T) { prove(t, open, s) })
			}
		})
	}
}

// sentence is one of the contract and its proof.
type sentence struct {
	says  string
	prove func(h *harness)
}

func prove(t *testing.T, open Open, s sentence) {
	h := &harness{t, open(t)}
	defer h.store.Close() // a second close answers CodeClosed, which is fine here
	defer failed(t)
	s.prove(h)
	if !t.Failed() && !closed(h.store) {
		sound(t, h.store)
	}
}
