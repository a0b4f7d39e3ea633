package topology_test

import (
	"context"
	"path/filepath"
	"reflect"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// searches compares searches over the index of s with those of the store.
func (w *world) searches(s *topology.Snapshot, r graph.Reader, rounds int) {
	w.t.Helper()
	quick := s.Reader(context.Background(), r)
	entities, _ := documentsOf(w.t, r)
	for range rounds {
		q := graph.SearchQuery{First: 1 + w.rnd.IntN(8)}
		name := []rune(pick(w.rnd, pick(w.rnd, entities).Names).Text)
		begin := w.rnd.IntN(len(name))
		q.Text = string(name[begin : begin+1+w.rnd.IntN(len(name)-begin)])
		if w.rnd.IntN(4) == 0 {
			q.Text = pick(w.rnd, []string{"changan", "chang", "haier", "he", "海二", "enterprise", "abd", "别名9", "机器人"})
		}
		if w.rnd.IntN(3) == 0 {
			q.Kinds = []graph.Kind{"ENTERPRISE", "REGION"}
		}
		want, wantErr := r.Search(q)
		got, gotErr := quick.Search(q)
		if !reflect.DeepEqual(got, want) || graph.CodeOf(gotErr) != graph.CodeOf(wantErr) {
			w.t.Fatalf("%q %v: %+v, %v and not %+v, %v", q.Text, q.Kinds, got, gotErr, want, wantErr)
		}
		w.lean(quick, q, got)
		if named, wanted := must(quick.Named(q.Text))(w.t), must(r.Named(q.Text))(w.t); !reflect.DeepEqual(named, wanted) {
			w.t.Fatalf("named %q are %v and not %v", q.Text, named, wanted)
		}
	}
}

// lean compares what a lean search tells with what is found with documents.
func (w *world) lean(quick graph.Reader, q graph.SearchQuery, whole graph.SearchResult) {
	w.t.Helper()
	q.Lean = true
	got, err := quick.Search(q)
	for i := range got.Hits {
		if got.Hits[i].Entity == nil && i < len(whole.Hits) {
			got.Hits[i].Entity = whole.Hits[i].Entity
		}
	}
	if !reflect.DeepEqual(got, whole) {
		w.t.Fatalf("%q %v: lean, %+v and not %+v (%v)", q.Text, q.Kinds, got, whole, err)
	}
}

func TestSearchesFromMemoryAreThoseOfTheStore(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(60, 60)
	s := w.build()
	w.view(func(r graph.Reader) { w.searches(s, r, 100) })
	for range 10 {
		for range 8 {
			w.happen()
		}
		s = w.after(s)
		w.view(func(r graph.Reader) { w.searches(s, r, 60) })
	}
	path := filepath.Join(t.TempDir(), "shape")
	if err := s.Save(path); err != nil {
		t.Fatal(err)
	}
	s = must(topology.Open(path, w.ontology))(t)
	w.view(func(r graph.Reader) { w.searches(s, r, 100) })
}
