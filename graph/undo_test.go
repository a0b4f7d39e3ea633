package graph_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/storage/bolt"
	"lianzhu/storage/mem"
	"lianzhu/storage/storagetest"
)

// engines are the stores in which merge and undo are proved.
var engines = []struct {
	name string
	open func(t *testing.T) graph.Store
}{
	{"in memory", func(*testing.T) graph.Store { return mem.New(storagetest.Ontology()) }},
	{"in a file", func(t *testing.T) graph.Store {
		s, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "graph.lianzhu"), storagetest.Ontology(), bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}},
}

// played is a random graph and ways to write to it.
type played struct {
	*testing.T
	store graph.Store
	rand  *rand.Rand

	results []graph.Result // of the last merge
}

func newPlayed(t *testing.T, open func(*testing.T) graph.Store, seed uint64) *played {
	w := &played{T: t, store: open(t), rand: rand.New(rand.NewPCG(seed, 9))}
	t.Cleanup(func() { w.store.Close() })
	if err := storagetest.Fill(context.Background(), w.store, seed, 60); err != nil {
		t.Fatal(err)
	}
	return w
}

// bytes is the graph as it is exported.
func (w *played) bytes() string {
	w.Helper()
	var b bytes.Buffer
	if err := dataset.Write(w.Context(), &b, w.store); err != nil {
		w.Fatal(err)
	}
	return b.String()
}

func (w *played) rev() (rev graph.Rev) {
	w.Helper()
	w.view(func(r graph.Reader) error { rev = r.Rev(); return nil })
	return rev
}

func (w *played) view(read func(graph.Reader) error) {
	w.Helper()
	if err := w.store.View(w.Context(), read); err != nil {
		w.Fatal(err)
	}
}

func (w *played) apply(changes []graph.Change) (graph.Rev, error) {
	receipt, err := w.store.Apply(w.Context(), graph.Batch{Changes: changes, Actor: "tester", At: time.Unix(1700000000, 0)})
	return receipt.Rev, err
}

// undo undoes a revision; the error is that of working it out or of writing it.
func (w *played) undo(rev graph.Rev) (graph.Rev, error) {
	w.Helper()
	entries, err := graph.EntriesOf(w.Context(), w.store, rev)
	if err != nil {
		w.Fatal(err)
	}
	var undone *graph.Undone
	err = w.store.View(w.Context(), func(r graph.Reader) (err error) {
		undone, err = graph.Undo(r, storagetest.Ontology(), entries)
		return err
	})
	if err != nil {
		return 0, err
	}
	return w.apply(undone.Changes)
}

// merge makes two random entities of one kind one; ok is false where that is
// refused.
func (w *played) merge() (keep, drop graph.Key, rev graph.Rev, counts graph.Merged, ok bool) {
	w.Helper()
	var merged *graph.Merged
	w.view(func(r graph.Reader) error {
		var docs []*graph.Entity
		for id, err := range r.AllEntities(nil, 0) {
			if err != nil {
				return err
			}
			list, err := r.Entities([]graph.EntityID{id})
			if err != nil {
				return err
			}
			docs = append(docs, list[0])
		}
		a := docs[w.rand.IntN(len(docs))]
		b := a
		for range 1000 {
			if b = docs[w.rand.IntN(len(docs))]; b != a && b.Kind == a.Kind {
				break
			}
		}
		keep, drop = a.Key, b.Key
		var err error
		merged, err = graph.Merge(r, storagetest.Ontology(), keep, drop)
		if code := graph.CodeOf(err); code == graph.CodeConflict || code == graph.CodeInvalid {
			return nil
		}
		return err
	})
	if merged == nil {
		return keep, drop, 0, counts, false
	}
	counts.Moved, counts.United, counts.Dropped = merged.Moved, merged.United, merged.Dropped
	receipt, err := w.store.Apply(w.Context(), graph.Batch{Changes: merged.Changes, Actor: "tester", At: time.Unix(1700000000, 0)})
	w.results = receipt.Results
	switch graph.CodeOf(err) {
	case graph.CodeInvalid, graph.CodeConflict: // a region would contain itself, say
		return keep, drop, 0, counts, false
	}
	if err != nil {
		w.Fatalf("merging %s into %s: %v", drop, keep, err)
	}
	return keep, drop, receipt.Rev, counts, true
}

// counted is what a merge did, by the entries of its revision.
func (w *played) counted(rev graph.Rev) *graph.Merged {
	w.Helper()
	entries, err := graph.EntriesOf(w.Context(), w.store, rev)
	if err != nil {
		w.Fatal(err)
	}
	merged, err := graph.MergedBy(storagetest.Ontology(), entries, w.results)
	if err != nil {
		w.Fatal(err)
	}
	return merged
}

func (w *played) sound() {
	w.Helper()
	findings, err := graph.Check(w.Context(), w.store, storagetest.Ontology())
	if err != nil {
		w.Fatal(err)
	}
	for _, f := range findings {
		w.Errorf("the graph is not sound: %s", f)
	}
}

func TestMergeThenUndoChangesNothing(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			seed, merges := seedOf(t), 0
			for round := range uint64(4) {
				w := newPlayed(t, engine.open, seed+round)
				for range 12 {
					before := w.bytes()
					keep, drop, rev, counts, ok := w.merge()
					if !ok {
						if w.bytes() != before {
							t.Fatalf("a merge of %s into %s was refused and changed the graph", drop, keep)
						}
						continue
					}
					merges++
					if again := w.counted(rev); !reflect.DeepEqual(*again, counts) {
						t.Fatalf("the merge of %s into %s moved, united and dropped %+v; by its entries %+v", drop, keep, counts, *again)
					}
					after := w.bytes()
					undone, err := w.undo(rev)
					if err != nil {
						t.Fatalf("the merge of %s into %s cannot be undone: %v", drop, keep, err)
					}
					if w.bytes() != before {
						t.Fatalf("undoing the merge of %s into %s leaves another graph:\n%s", drop, keep, firstDifference(before, w.bytes()))
					}
					if _, err := w.undo(undone); err != nil || w.bytes() != after {
						t.Fatalf("undoing the undoing of the merge of %s into %s: %v\n%s", drop, keep, err, firstDifference(after, w.bytes()))
					}
				}
				w.sound()
			}
			if merges < 10 {
				t.Errorf("only %d merges went through", merges)
			}
		})
	}
}

func TestAfterAMergeNothingNamesTheOneThatWent(t *testing.T) {
	seed := seedOf(t)
	for round := range uint64(6) {
		w := newPlayed(t, engines[0].open, seed+round)
		keep, drop, _, _, ok := w.merge()
		if !ok {
			continue
		}
		w.view(func(r graph.Reader) error {
			ids, err := r.Resolve([]graph.UID{graph.NewUID(graph.TagEntity, drop), graph.NewUID(graph.TagEntity, keep)})
			if err != nil || ids[0] != 0 || ids[1] == 0 {
				t.Errorf("%s and %s resolve to %v, %v", drop, keep, ids, err)
			}
			docs, err := r.Entities([]graph.EntityID{graph.EntityID(ids[1])})
			if err != nil || docs[0].Identifier(graph.KeyScheme) == "" {
				t.Errorf("%s does not have the key of %s: %+v, %v", keep, drop, docs[0], err)
			}
			return err
		})
	}
}

func TestUndoRestoresExactlyWhatWasThereBeforeARevision(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			seed := seedOf(t)
			for round := range uint64(2) {
				w := &played{T: t, store: engine.open(t), rand: rand.New(rand.NewPCG(seed, 9))}
				t.Cleanup(func() { w.store.Close() })
				at := map[graph.Rev]string{0: w.bytes()}
				if err := storagetest.Play(t.Context(), w.store, seed+round, 60, func() { at[w.rev()] = w.bytes() }); err != nil {
					t.Fatal(err)
				}
				for rev := w.rev(); rev > 0; rev-- {
					if _, err := w.undo(rev); err != nil {
						t.Fatalf("revision %d cannot be undone although all later ones were: %v", rev, err)
					}
					if w.bytes() != at[rev-1] {
						t.Fatalf("undoing revision %d leaves another graph:\n%s", rev, firstDifference(at[rev-1], w.bytes()))
					}
				}
				w.sound()
			}
		})
	}
}

func TestUndoingAnyRevisionIsRefusedWholeOrUndoneByUndoing(t *testing.T) {
	seed, done, refused := seedOf(t), 0, 0
	for round := range uint64(4) {
		w := newPlayed(t, engines[0].open, seed+round)
		for range 30 {
			before, was := w.bytes(), w.rev()
			rev, err := w.undo(graph.Rev(1 + w.rand.IntN(int(w.rev()))))
			switch code := graph.CodeOf(err); {
			case err == nil && rev == was: // nothing of it is left to be undone
			case err == nil:
				done++
				if _, err := w.undo(rev); err != nil || w.bytes() != before {
					t.Fatalf("undoing an undo: %v\n%s", err, firstDifference(before, w.bytes()))
				}
			case code == graph.CodeConflict || code == graph.CodeInvalid || code == graph.CodeNotFound:
				refused++
				if w.bytes() != before {
					t.Fatal("an undo that was refused changed the graph")
				}
			default:
				t.Fatal(err)
			}
		}
		w.sound()
	}
	if done == 0 || refused == 0 {
		t.Errorf("%d were undone and %d refused", done, refused)
	}
}

// firstDifference shows where two exports part.
func firstDifference(a, b string) string {
	x, y := bytes.Split([]byte(a), []byte("\n")), bytes.Split([]byte(b), []byte("\n"))
	for i := range min(len(x), len(y)) {
		if !bytes.Equal(x[i], y[i]) {
			return fmt.Sprintf("line %d\nbefore: %s\n after: %s", i+1, x[i], y[i])
		}
	}
	return fmt.Sprintf("%d lines before, %d after", len(x), len(y))
}
