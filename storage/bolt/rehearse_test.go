package bolt_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lianzhu/graph"
	"lianzhu/storage/bolt"
	"lianzhu/storage/storagetest"
)

// What is written to a copy is gone with it, and the store goes on meanwhile.
func TestACopyIsWrittenToAndGone(t *testing.T) {
	folder := t.TempDir()
	store, err := bolt.Open(t.Context(), filepath.Join(folder, "graph.db"), storagetest.Ontology(), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	write := func(to graph.Store, key graph.Key) {
		t.Helper()
		if _, err := to.Apply(t.Context(), graph.Batch{At: time.UnixMilli(1), Changes: []graph.Change{{Source: &graph.Source{Key: key, Title: string(key)}}}}); err != nil {
			t.Fatal(err)
		}
	}
	has := func(in graph.Store, key graph.Key) (there bool) {
		t.Helper()
		if err := in.View(t.Context(), func(r graph.Reader) error {
			docs, err := r.Sources([]graph.Key{key})
			there = err == nil && docs[0] != nil
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return there
	}
	write(store, "source:before")
	said := errors.New("enough")
	ok, err := store.Rehearse(t.Context(), func(copy graph.Store) error {
		write(copy, "source:tried")
		write(store, "source:meanwhile")
		if !has(copy, "source:before") || !has(copy, "source:tried") || has(copy, "source:meanwhile") {
			t.Error("the copy is not that of its time")
		}
		return said
	})
	if !ok || err != said {
		t.Errorf("%v, %v", ok, err)
	}
	if has(store, "source:tried") || !has(store, "source:meanwhile") {
		t.Error("the store has what was tried, or has not what was written")
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 2 { // the store and who has it open
		t.Errorf("there is left: %v, %v", files, err)
	}
}

func TestACopyThatIsCalledOffIsGone(t *testing.T) {
	folder := t.TempDir()
	store, err := bolt.Open(t.Context(), filepath.Join(folder, "graph.db"), storagetest.Ontology(), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if ok, err := store.Rehearse(ctx, func(graph.Store) error { t.Error("it is lent"); return nil }); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", ok, err)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 2 {
		t.Errorf("there is left: %v, %v", files, err)
	}
}
