package topology_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// after is s with what has happened since.
func (w *world) after(s *topology.Snapshot) *topology.Snapshot {
	w.t.Helper()
	log := w.store.Changes(context.Background(), s.Rev())
	w.view(func(r graph.Reader) { s = must(s.Apply(context.Background(), log, r))(w.t) })
	return s
}

func TestAnAppliedDeltaEqualsARebuildAfterEveryBatch(t *testing.T) {
	w := newWorld(t, seedOf(t))
	s := w.build()
	w.populate(30, 80)
	for range 60 {
		w.happen()
		s = w.after(s)
		w.view(func(r graph.Reader) { w.same(s, r) })
		sameShape(t, s, w.build())
	}
}

// sameShape compares the files of two snapshots, but for their heads: those
// name where the log stood.
func sameShape(t testing.TB, a, b *topology.Snapshot) {
	t.Helper()
	if !bytes.Equal(bodyOf(fileOf(t, a)), bodyOf(fileOf(t, b))) {
		t.Fatal("the patched snapshot and the new one differ as files")
	}
}

// bodyOf is a file from its first section on.
func bodyOf(file []byte) []byte {
	n := 28 + int(file[20]) + int(file[21])<<8 + int(file[22])<<16
	return file[(n+63)/64*64:]
}

func TestADeltaOfManyRevisionsEqualsARebuild(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(30, 60)
	s := w.build()
	for range 15 {
		for range 1 + w.rnd.IntN(30) {
			w.happen()
		}
		s = w.after(s)
		w.view(func(r graph.Reader) { w.same(s, r) })
		if w.rnd.IntN(3) == 0 {
			s = must(s.Compact(context.Background()))(t)
			w.view(func(r graph.Reader) { w.same(s, r) })
		}
	}
}

func TestASnapshotStaysAsItIsWhileOthersAreMadeOfIt(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(20, 60)
	s := w.build()
	for range 10 {
		w.happen()
		next := w.after(s)
		before := fileOf(t, next)
		for range 5 {
			w.happen()
			w.after(next)
		}
		if !bytes.Equal(before, fileOf(t, next)) {
			t.Fatal("a snapshot has changed")
		}
		s = w.after(next)
	}
}

// The log may end before the revision that the reader shows: what was new and
// is gone again cannot be known any more, everything else can.
func TestADeltaMayEndBeforeTheReader(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(20, 60)
	s := w.build()
	reached, raced := 0, 0
	for range 25 {
		end := s.Rev() + 1 + graph.Rev(w.rnd.IntN(3))
		for range 6 {
			w.happen()
		}
		want := newTwin(w, end).build()
		w.view(func(r graph.Reader) {
			got, err := s.Apply(context.Background(), until(w.store.Changes(context.Background(), s.Rev()), end), r)
			if err != nil {
				raced++
				return
			}
			reached++
			sameShape(t, got, want)
		})
		s = w.after(s)
	}
	if reached < 5 {
		t.Fatalf("of 25 revisions %d were reached, %d not", reached, raced)
	}
}

// until is the log up to the revision end.
func until(log iter.Seq2[graph.Entry, error], end graph.Rev) iter.Seq2[graph.Entry, error] {
	return func(yield func(graph.Entry, error) bool) {
		for e, err := range log {
			if err == nil && e.Rev > end || !yield(e, err) {
				return
			}
		}
	}
}

func TestApplyRefusesALogThatDoesNotFollow(t *testing.T) {
	w := newWorld(t, 11)
	w.populate(10, 10)
	s := w.build()
	w.populate(3, 3)
	w.view(func(r graph.Reader) {
		_, err := s.Apply(context.Background(), w.store.Changes(context.Background(), s.Rev()+1), r)
		if graph.CodeOf(err) != graph.CodeCorrupt {
			t.Fatalf("a log with a gap: %v", err)
		}
		old := until(w.store.Changes(context.Background(), s.Rev()), s.Rev())
		if same := must(s.Apply(context.Background(), old, r))(t); same != s {
			t.Fatal("without entries the snapshot is another")
		}
	})
}

// A hub's list is patched piece by piece.
func TestAHubsListIsPatchedAsARebuildMakesIt(t *testing.T) {
	w := newWorld(t, seedOf(t))
	hub := w.entity("region:hub")
	w.apply(graph.Change{Entity: hub})
	var changes []graph.Change
	for range 2500 {
		e := w.entity(graph.Key(fmt.Sprintf("enterprise:%d", len(changes))))
		r := &graph.Relation{Type: graph.LocatedIn, Source: e.Key, Target: hub.Key}
		w.dress(r)
		changes = append(changes, graph.Change{Entity: e}, graph.Change{Relation: r})
	}
	w.apply(changes[:4000]...)
	s := w.build()
	w.apply(changes[4000:]...)
	_, relations := w.documents()
	w.rnd.Shuffle(len(relations), func(i, j int) { relations[i], relations[j] = relations[j], relations[i] })
	for i, r := range relations[:60] {
		if i%2 == 0 {
			w.apply(graph.Change{Retract: r.UID()})
			continue
		}
		changed := *r
		w.dress(&changed)
		w.apply(graph.Change{Relation: &changed})
	}
	s = w.after(s)
	sameShape(t, s, w.build())
	w.view(func(r graph.Reader) {
		id := graph.EntityID(must(r.Resolve([]graph.UID{hub.UID()}))(t)[0])
		f := must(s.Filter(everything))(t)
		want := must(r.Neighbours(graph.NeighbourQuery{IDs: []graph.EntityID{id}, Direction: graph.In}))(t)[0].Edges
		if got := slices.Collect(s.Edges(id, graph.In, f)); !slices.Equal(got, want) || len(want) < 2400 {
			t.Fatalf("the hub has %d edges instead of %d", len(got), len(want))
		}
	})
}
