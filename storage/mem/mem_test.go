package mem_test

import (
	"testing"

	"lianzhu/graph"
	"lianzhu/storage/mem"
	"lianzhu/storage/storagetest"
)

func TestContract(t *testing.T) {
	storagetest.Run(t, func(*testing.T) graph.Store { return mem.New(storagetest.Ontology()) })
}

func TestConclusions(t *testing.T) {
	storagetest.Conclude(t, func(*testing.T) graph.Store { return mem.New(storagetest.Ontology()) })
}
