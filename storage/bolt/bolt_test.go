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

// fresh opens a new store whose file is proved when the test has ended.
func fresh(t *testing.T) graph.Store {
	path := filepath.Join(t.TempDir(), "graph.lianzhu")
	s := open(t, path)
	t.Cleanup(func() {
		s.Close()
		verify(t, path)
	})
	return s
}

// verify wants nothing wrong with the file at path.
func verify(t testing.TB, path string) {
	t.Helper()
	findings, err := bolt.Verify(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Errorf("the file is not sound: %s", f)
	}
}

func TestContract(t *testing.T) { storagetest.Run(t, fresh) }

func TestConclusions(t *testing.T) { storagetest.Conclude(t, fresh) }

func TestModel(t *testing.T) {
	storagetest.Model(t, fresh, func(*testing.T) graph.Store { return mem.New(storagetest.Ontology()) })
}

func TestCrash(t *testing.T) {
	storagetest.Crash(t, func(t *testing.T, path string) graph.Store { return open(t, path) }, func(t *testing.T, path string) { verify(t, path) })
}
