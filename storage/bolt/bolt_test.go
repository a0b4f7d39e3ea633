package bolt_test

import (
	"context"
	"path/filepath"
	"testing"

	"lianzhu/graph"
	"lianzhu/storage/bolt"
	"lianzhu/storage/mem"
	"lianzhu/storage/storagetest"
)

// open opens the file at path for a test.
func open(t testing.TB, path string) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(context.Background(), path, storagetest.Ontology(), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestContract(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) graph.Store { return open(t, filepath.Join(t.TempDir(), "graph.lianzhu")) })
}

func TestModel(t *testing.T) {
	storagetest.Model(t,
		func(t *testing.T) graph.Store { return open(t, filepath.Join(t.TempDir(), "graph.lianzhu")) },
		func(*testing.T) graph.Store { return mem.New(storagetest.Ontology()) })
}
