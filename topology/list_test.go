package topology_test

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"testing"

	"lianzhu/graph"
	"lianzhu/text"
	"lianzhu/topology"
)

// randomList is a list that columns can answer, with all sorts of windows.
func randomList(rnd *rand.Rand, regions []graph.EntityID) graph.EntityQuery {
	q := graph.EntityQuery{Collate: text.Collate}
	if rnd.IntN(5) > 0 {
		q.Where = &graph.EntityFilter{}
	}
	if q.Where != nil && rnd.IntN(2) == 0 {
		q.Where.Kinds = []graph.Kind{pick(rnd, []graph.Kind{"ENTERPRISE", "REGION", "PRODUCT", "PROJECT"}), "ENTERPRISE"}
	}
	if q.Where != nil && len(regions) > 0 && rnd.IntN(3) > 0 {
		within := &graph.EntityFilter{Within: pick(rnd, regions)}
		if rnd.IntN(4) == 0 {
			q.Where.And = []*graph.EntityFilter{within}
		} else {
			q.Where.Within = within.Within
		}
	}
	if field := pick(rnd, []graph.EntityOrderField{"", graph.ByNamePinyin, graph.ByDegree, graph.ByRecordedAt}); field != "" {
		q.Order = []graph.EntityOrder{{Field: field, Desc: rnd.IntN(2) == 0}}
	}
	q.Window = graph.Window{Limit: 1 + rnd.IntN(7), Backward: rnd.IntN(3) == 0, Total: rnd.IntN(2) == 0}
	return q
}

// lists compares pages read from memory with those read from documents, going
// on from the places of either.
func (w *world) lists(s *topology.Snapshot, r graph.Reader, rounds int) {
	t := w.t
	t.Helper()
	ctx := context.Background()
	quick := s.Reader(ctx, r)
	regions := collect(t, r.AllEntities([]graph.Kind{graph.KindRegion}, 0))
	var places []graph.Place
	for range rounds {
		q := randomList(w.rnd, regions)
		for range 4 {
			if _, ok, err := quick.(graph.Lister).ListEntityIDs(q); !ok || err != nil {
				t.Fatalf("%+v is not answered from memory: %v", q, err)
			}
			want := must(graph.ListEntities(ctx, r, q))(t)
			got := must(graph.ListEntities(ctx, quick, q))(t)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%+v within %+v gives\n%+v and not\n%+v", q, q.Where, got, want)
			}
			w.places(quick, q, got)
			if len(got.Places) > 0 {
				places = append(places, got.Places...)
			}
			q.Window.After, q.Window.Before = w.placeFor(&q, places), w.placeFor(&q, places)
		}
	}
}

// places compares what a lean list leaves out with what is asked for by itself.
func (w *world) places(quick graph.Reader, q graph.EntityQuery, page graph.Page[*graph.Entity]) {
	w.t.Helper()
	q.Lean = true
	lean := must(graph.ListEntityIDs(context.Background(), quick, q))(w.t)
	if lean.Places != nil || len(lean.Items) != len(page.Items) || lean.HasNext != page.HasNext || lean.HasPrior != page.HasPrior || lean.Total != page.Total {
		w.t.Fatalf("%+v gives, lean, %+v and not %+v", q, lean, page)
	}
	total := q
	total.Window, total.Order = graph.Window{Limit: 1, Total: true}, nil
	want := must(graph.ListEntityIDs(context.Background(), quick, total))(w.t).Total
	if n := must(graph.CountEntities(context.Background(), quick, q))(w.t); n != want {
		w.t.Fatalf("%+v counts %d and not %d", q, n, want)
	}
	for i, id := range lean.Items {
		if at := must(graph.EntityPlace(quick, q, id))(w.t); id != page.Items[i].ID || !reflect.DeepEqual(at, page.Places[i]) {
			w.t.Fatalf("%+v has %d at %+v and not %d at %+v", q, id, at, page.Items[i].ID, page.Places[i])
		}
	}
}

// placeFor is a place that a list of q's order has or might have, or nil.
func (w *world) placeFor(q *graph.EntityQuery, places []graph.Place) *graph.Place {
	if w.rnd.IntN(3) == 0 {
		return nil
	}
	for range 20 {
		if len(places) == 0 {
			break
		}
		p := pick(w.rnd, places)
		if len(p.Sort) != len(q.Order) || len(q.Order) == 1 && (p.Sort[0].Text != "") != (q.Order[0].Field == graph.ByNamePinyin) {
			continue
		}
		if w.rnd.IntN(4) == 0 { // of something that has changed since
			p.ID = uint32(w.rnd.IntN(60))
		}
		return &p
	}
	return nil
}

func collect[ID any](t testing.TB, seq func(func(ID, error) bool)) (list []ID) {
	for id := range ids(t, seq) {
		list = append(list, id)
	}
	return list
}

func TestListsFromMemoryAreThoseFromDocuments(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(40, 160)
	base := w.build()
	w.view(func(r graph.Reader) { w.lists(base, r, 150) })
	s := base
	for range 12 {
		for range 8 {
			w.happen()
		}
		s = w.after(s)
		w.view(func(r graph.Reader) { w.lists(s, r, 60) })
	}
	path := filepath.Join(t.TempDir(), "shape")
	if err := s.Save(path); err != nil {
		t.Fatal(err)
	}
	w.view(func(r graph.Reader) { w.lists(must(topology.Open(path, w.ontology))(t), r, 100) })
}

func TestWhatColumnsCannotAnswerIsReadFromDocuments(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(20, 40)
	s := w.build()
	name := "海尔"
	w.view(func(r graph.Reader) {
		quick := s.Reader(context.Background(), r)
		for what, q := range map[string]graph.EntityQuery{
			"a name":     {Where: &graph.EntityFilter{Name: &graph.StringFilter{Eq: &name}}},
			"not":        {Where: &graph.EntityFilter{Not: &graph.EntityFilter{Kinds: []graph.Kind{"PRODUCT"}}}},
			"two orders": {Order: []graph.EntityOrder{{Field: graph.ByDegree}, {Field: graph.ByNamePinyin}}},
		} {
			q.Collate, q.Window = text.Collate, graph.Window{Limit: 5, Total: true}
			if _, ok, err := quick.(graph.Lister).ListEntityIDs(q); ok || err != nil {
				t.Errorf("%s: %v, %v", what, ok, err)
			}
			want := must(graph.ListEntityIDs(context.Background(), r, q))(t)
			if got := must(graph.ListEntityIDs(context.Background(), quick, q))(t); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %+v and not %+v", what, got, want)
			}
		}
	})
}
