package topology_test

import (
	"context"
	"errors"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// build reads the newest revision of w.
func (w *world) build() (s *topology.Snapshot) {
	w.t.Helper()
	w.view(func(r graph.Reader) { s = must(topology.Build(context.Background(), r, w.ontology, nil))(w.t) })
	return s
}

func TestASnapshotShowsWhatTheStoreShows(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(40, 150)
	for range 20 {
		w.happen()
	}
	s := w.build()
	w.view(func(r graph.Reader) { w.same(s, r) })
}

func TestAnEmptyStoreHasAnEmptySnapshot(t *testing.T) {
	w := newWorld(t, 1)
	s := w.build()
	w.view(func(r graph.Reader) { w.same(s, r) })
	if s.Entities() != 0 || s.LastEntity() != 0 {
		t.Fatalf("%d entities up to id %d", s.Entities(), s.LastEntity())
	}
}

func TestBuildTellsItsProgressAndObeysItsContext(t *testing.T) {
	w := newWorld(t, 7)
	w.populate(20, 40)
	done, total := 0, 0
	w.view(func(r graph.Reader) {
		must(topology.Build(context.Background(), r, w.ontology, func(d, all int) { done, total = d, all }))(t)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := topology.Build(ctx, r, w.ontology, nil); !errors.Is(err, context.Canceled) {
			t.Fatalf("a cancelled build answers %v", err)
		}
	})
	entities, relations := w.documents()
	if done != total || total != len(entities)+len(relations) {
		t.Fatalf("it told %d of %d; there are %d and %d", done, total, len(entities), len(relations))
	}
}

// The figures that doc.go gives.
func TestMemoryIsWhatTheDocumentationSays(t *testing.T) {
	w := newWorld(t, 3)
	w.populate(60, 300)
	m := w.build().Memory()
	if m.BytesAnEntity < 100 || m.BytesAnEntity > 500 {
		t.Errorf("an entity takes %.1f bytes", m.BytesAnEntity)
	}
	if m.BytesARelation < 36 || m.BytesARelation > 110 {
		t.Errorf("a relation takes %.1f bytes", m.BytesARelation)
	}
	if m.Patches != 0 || m.Entities != 60 || m.Mapped != 0 {
		t.Errorf("%+v", m)
	}
}

func TestRegionSpansAreTheRangesOfTheCodes(t *testing.T) {
	for _, c := range []struct{ code, lo, hi uint32 }{
		{620000, 620000, 629999}, {621200, 621200, 621299}, {621202, 621202, 621202},
	} {
		if lo, hi := topology.RegionSpan(c.code); lo != c.lo || hi != c.hi {
			t.Errorf("%d: %d to %d", c.code, lo, hi)
		}
	}
	if lo, hi := topology.RegionSpan(0); lo <= hi {
		t.Errorf("no region: %d to %d", lo, hi)
	}
}
