package bolt

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lianzhu/graph"
	"lianzhu/storage/storagetest"
)

// openReadOnly opens the file as where the system permits no writing.
func openReadOnly(t *testing.T, path string) (*Store, error) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	op := opener{path, filepath.Base(path), storagetest.Ontology(), Options{ReadOnlyToo: true}}
	return op.openIn(context.Background(), f, true)
}

func TestAStoreThatCanOnlyBeReadAnswersAndIsNotWritten(t *testing.T) {
	path := newPath(t)
	s := openAt(t, path, Options{})
	if err := storagetest.Fill(context.Background(), s, 5, 120); err != nil {
		t.Fatal(err)
	}
	s.Close()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	first, err := openReadOnly(t, path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := openReadOnly(t, path)
	if err != nil {
		t.Fatalf("a second reader: %v", err)
	}
	for _, s := range []*Store{first, second} {
		err := s.View(context.Background(), func(r graph.Reader) error {
			if counts, err := r.Counts(); err != nil || counts.Entities == 0 {
				t.Errorf("%+v, %v", counts, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		_, err = s.Apply(context.Background(), batchOf(graph.Change{Source: &graph.Source{Key: "source:s", Title: "s"}}))
		if graph.CodeOf(err) != graph.CodeInvalid || !strings.Contains(err.Error(), "can only be read") {
			t.Errorf("a write answers %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was written (%v)", err)
	}
}

func TestAStoreThatMustBeBroughtUpToDateIsNotOpenedForReadingAlone(t *testing.T) {
	path := newPath(t)
	openAt(t, path, Options{}).Close()
	patchState(t, path, func(s *state) { s.terms = termsVersion - 1 })
	if _, err := openReadOnly(t, path); graph.CodeOf(err) != graph.CodeInvalid || !strings.Contains(err.Error(), "copy the data directory") {
		t.Errorf("it answers %v", err)
	}
}
