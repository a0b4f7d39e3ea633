package topology_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// saved is a file of a random graph, and the world it is of.
func saved(t testing.TB, seed uint64) (*world, string, []byte) {
	t.Helper()
	w := newWorld(t, seed)
	w.populate(25, 90)
	s := w.build()
	for range 10 {
		w.happen()
	}
	s = w.after(s)
	path := filepath.Join(t.TempDir(), "shape")
	if err := s.Save(path); err != nil {
		t.Fatal(err)
	}
	return w, path, must(os.ReadFile(path))(t)
}

func TestAFileHoldsTheWholeSnapshot(t *testing.T) {
	w, path, data := saved(t, seedOf(t))
	s := must(topology.Open(path, w.ontology))(t)
	w.view(func(r graph.Reader) { w.same(s, r) })
	if string(fileOf(t, s)) != string(data) {
		t.Fatal("written again the file is another")
	}
	for range 20 {
		w.happen()
	}
	s = w.after(s)
	w.view(func(r graph.Reader) { w.same(s, r) })
	if names := must(os.ReadDir(filepath.Dir(path)))(t); len(names) != 1 {
		t.Fatalf("saving left %v behind", names)
	}
}

// reopen writes data to a file and opens it.
func reopen(t testing.TB, data []byte, o *graph.Ontology) (*topology.Snapshot, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shape")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return topology.Open(path, o)
}

func TestADamagedFileIsRefusedWhereverItIsDamaged(t *testing.T) {
	w, _, data := saved(t, 51)
	step := max(1, len(data)/200)
	for at := 0; at < len(data); at += step {
		bad := append([]byte(nil), data...)
		bad[at] ^= 1 << (at % 8)
		if s, err := reopen(t, bad, w.ontology); err == nil {
			if string(fileOf(t, s)) != string(data) { // a byte of padding
				t.Fatalf("byte %d of %d: another graph was read", at, len(data))
			}
		} else if code := graph.CodeOf(err); code != graph.CodeCorrupt && code != graph.CodeInvalid {
			t.Fatalf("byte %d: %v", at, err)
		}
	}
	for _, n := range []int{0, 1, 15, 20, 24, 200, len(data) / 2, len(data) - 1} {
		if _, err := reopen(t, data[:n], w.ontology); graph.CodeOf(err) != graph.CodeCorrupt {
			t.Errorf("cut to %d of %d bytes: %v", n, len(data), err)
		}
	}
	if _, err := reopen(t, append(data[:len(data):len(data)], 0), w.ontology); graph.CodeOf(err) != graph.CodeCorrupt {
		t.Errorf("with a byte too many: %v", err)
	}
}

func TestAFileOfAnotherVersionOrOntologyIsRefusedWithTheReason(t *testing.T) {
	w, path, data := saved(t, 52)
	old := append([]byte(nil), data...)
	old[16] = 0
	_, err := reopen(t, old, w.ontology)
	if graph.CodeOf(err) != graph.CodeInvalid || !strings.Contains(err.Error(), "version 0") {
		t.Errorf("an older version: %v", err)
	}
	kinds, relations := w.ontology.Kinds(), w.ontology.Relations()
	less := graph.NewOntology(kinds, relations[1:])
	if _, err := topology.Open(path, less); graph.CodeOf(err) != graph.CodeInvalid || !strings.Contains(err.Error(), "ontology") {
		t.Errorf("another ontology: %v", err)
	}
	_, err = topology.Open(path+"x", w.ontology)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if strings.Contains(err.Error(), string(filepath.Separator)) {
		t.Errorf("the message shows a path: %v", err)
	}
}

func TestSaveTellsWhereItCannotWrite(t *testing.T) {
	s := newWorld(t, 53).build()
	err := s.Save(filepath.Join(t.TempDir(), "nowhere", "shape"))
	if !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), "nowhere") {
		t.Fatalf("%v", err)
	}
}
