package bolt

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestASweepTakesWhatNobodyHasOpen(t *testing.T) {
	folder := t.TempDir()
	open, err := createBeside(context.Background(), folder, "a[1].graph")
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	closed, err := createBeside(context.Background(), folder, "a[1].graph")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close() // as a process that is killed before it has written anything leaves it
	for name, content := range map[string]string{".a[1].graph.new-1": "half", ".a1.graph.new-1": "of another store", "a[1].graph": "the store"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sweep(folder, "a[1].graph")
	var left []string
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		left = append(left, e.Name())
	}
	want := []string{".a1.graph.new-1", filepath.Base(open.Name()), "a[1].graph"}
	slices.Sort(want)
	if !slices.Equal(left, want) {
		t.Errorf("left are %q, not %q", left, want)
	}
}

func TestAFileThatIsGoneStandsNowhere(t *testing.T) {
	f, err := createBeside(context.Background(), t.TempDir(), "graph")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if !standsAt(f, f.Name()) {
		t.Error("it is not where it was made")
	}
	if err := os.Remove(f.Name()); err != nil {
		t.Fatal(err)
	}
	if standsAt(f, f.Name()) {
		t.Error("it is said to stand there still")
	}
}
