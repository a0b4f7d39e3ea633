package bolt_test

import (
	"testing"

	"lianzhu/graph"
	"lianzhu/storage/mem"
	"lianzhu/storage/storagetest"
)

func TestALoadIsWhatApplyWouldBe(t *testing.T) {
	model := func(*testing.T) graph.Store { return mem.New(storagetest.Ontology()) }
	t.Run("with all that a batch may do", func(t *testing.T) { storagetest.Bulk(t, fresh, model, false) })
	t.Run("while it is gathered", func(t *testing.T) { storagetest.Bulk(t, fresh, model, true) })
}
