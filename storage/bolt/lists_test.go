package bolt

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
	"lianzhu/text"
)

// FuzzLook reads any bytes as the pages of a file.
func FuzzLook(f *testing.F) {
	path := newPath(f)
	openAt(f, path, Options{}).Close()
	empty, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(empty)
	f.Add(make([]byte, 8192))
	f.Fuzz(func(t *testing.T, b []byte) {
		pages, err := look(strings.NewReader(string(b)), int64(len(b)))
		if err == nil {
			pages.walk(nil)
		}
	})
}

func FuzzValues(f *testing.F) {
	f.Add(appendEdge(nil, edge{relation: 1, peer: 2, hot: graph.Hot{Modality: graph.Planned, Score: 0.5, To: graph.DayMax}}))
	f.Add((&state{kinds: map[uint16]uint64{1: 2}}).encode(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		for rest, ok := b, true; ok && len(rest) > 0; {
			var e edge
			before := rest
			if e, rest, ok = cutEdge(rest); ok {
				if again, _, ok := cutEdge(appendEdge(nil, e)); !ok || again != e && e.hot.Score == e.hot.Score {
					t.Errorf("the edge %x does not read back", before[:len(before)-len(rest)])
				}
			}
		}
		if s, err := decodeState(b); err == nil {
			if again, err := decodeState(s.encode(nil)); err != nil || again.rev != s.rev {
				t.Errorf("the state %x does not read back: %v", b, err)
			}
		}
		decodeDegrees(nil, 1, b)
		key := termChunk("term", 0)
		termIDs(key, frames[bTerms].Seal(key, append(make([]byte, record.FrameSize), b...)))
	})
}

func TestAnEdgeReadsBack(t *testing.T) {
	for _, r := range []graph.Relation{
		{Modality: graph.Asserted}, {Modality: graph.Negated, Confidence: 0.7}, {Modality: graph.Reported, Derivation: &graph.Derivation{}},
		{Modality: graph.Planned, Confidence: 0.8, ValidFrom: graph.MustDate("2021-05"), ValidTo: graph.MustDate("2022")},
		{Modality: graph.Asserted, Confidence: 1, ValidTo: graph.MustDate("2022"), Derivation: &graph.Derivation{}},
	} {
		want := edge{7, 9, r.Hot()}
		got, rest, ok := cutEdge(appendEdge(nil, want))
		if !ok || got != want || len(rest) > 0 {
			t.Errorf("%+v reads back as %+v (%v)", want, got, ok)
		}
	}
}

// The lists of search terms and of edges are compared with plain sets, over
// many transactions and more chunks than one.

func TestListsOfTermsAreSets(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	path := newPath(t)
	s := openAt(t, path, Options{NoSync: true})
	defer s.Close()
	want := map[graph.EntityID]bool{}
	for round := range 60 {
		err := s.update(func(w *writer) error {
			for range r.IntN(300) {
				c := termChange{graph.EntityID(1 + r.IntN(4000)), r.IntN(3) == 0 || round > 50}
				if r.IntN(2) == 0 && !c.gone {
					c.id = graph.EntityID(4000*(round+1) + r.IntN(3000)*7)
				}
				w.later.terms["t"] = append(w.later.terms["t"], c)
				if want[c.id] = true; c.gone {
					delete(want, c.id)
				}
			}
			w.later.terms["t\x00"] = []termChange{{1, false}} // a neighbour
			return w.flushLater()
		})
		if err != nil {
			t.Fatal(err)
		}
		sameTerms(t, s, r, want)
	}
	err := s.update(func(w *writer) error {
		for id := range want {
			w.later.terms["t"] = append(w.later.terms["t"], termChange{id, true})
		}
		clear(want)
		return w.flushLater()
	})
	if err != nil {
		t.Fatal(err)
	}
	sameTerms(t, s, r, want)
}

func sameTerms(t *testing.T, s *Store, r *rand.Rand, set map[graph.EntityID]bool) {
	t.Helper()
	var want []graph.EntityID
	for id := range set {
		want = append(want, id)
	}
	slices.Sort(want)
	err := s.read(context.Background(), func(reader *reader) error {
		var failed error
		whole, err := reader.list("t", &failed)
		if err != nil {
			return err
		}
		var got []graph.EntityID
		for id := graph.EntityID(1); whole != nil; id++ {
			if id = whole.Seek(id); id == 0 {
				break
			}
			got = append(got, id)
		}
		if !slices.Equal(got, want) || whole != nil && whole.Len() != len(want) {
			t.Fatalf("the list has %d ids, the set %d", len(got), len(want))
		}
		jumps, _ := reader.list("t", &failed)
		for at := graph.EntityID(1); jumps != nil && at < 1<<20; at += graph.EntityID(1 + r.IntN(9000)) {
			i, _ := slices.BinarySearch(want, at)
			next := graph.EntityID(0)
			if i < len(want) {
				next = want[i]
			}
			if id := jumps.Seek(at); id != next {
				t.Fatalf("from %d on the first is %d, not %d", at, id, next)
			}
		}
		return failed
	})
	if err != nil {
		t.Fatal(err)
	}
}

var _ text.List = (*termList)(nil)

func TestListsOfEdgesAreSets(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	s := openAt(t, newPath(t), Options{NoSync: true})
	defer s.Close()
	at := listKey{7, 1, outgoing}
	want := map[graph.RelationID]edge{}
	last := graph.RelationID(0)
	for range 80 {
		err := s.update(func(w *writer) error {
			for range r.IntN(80) {
				c := edgeChange{edge: edge{hot: graph.Hot{Modality: graph.Asserted, Score: float32(r.IntN(5)) / 4, From: int32(r.IntN(3)), To: graph.DayMax}}}
				c.peer = graph.EntityID(r.IntN(9))
				switch n := r.IntN(3); {
				case n > 0 || len(want) == 0:
					last += graph.RelationID(1 + r.IntN(5))
					c.relation = last
				default:
					for c.relation = range want {
						break
					}
					c.gone = r.IntN(2) == 0
				}
				w.later.lists[at] = append(w.later.lists[at], c)
				if want[c.relation] = c.edge; c.gone {
					delete(want, c.relation)
				}
			}
			w.later.lists[listKey{7, 1, incoming}] = []edgeChange{{edge: edge{relation: last + 1, hot: graph.Hot{Modality: graph.Asserted}}}}
			return w.flushLater()
		})
		if err != nil {
			t.Fatal(err)
		}
		sameEdges(t, s, at, want)
	}
}

func sameEdges(t *testing.T, s *Store, at listKey, want map[graph.RelationID]edge) {
	t.Helper()
	err := s.read(context.Background(), func(r *reader) error {
		c, err := r.fresh(bEdges)
		if err != nil {
			return err
		}
		l, err := openList(c, at, 0)
		var got []graph.RelationID
		for ; err == nil && l.ok; err = l.next() {
			if want[l.head.relation] != l.head {
				t.Fatalf("the list has %+v, the set %+v", l.head, want[l.head.relation])
			}
			got = append(got, l.head.relation)
		}
		if err != nil || len(got) != len(want) || !slices.IsSorted(got) {
			t.Fatalf("the list has %d edges, the set %d, %v", len(got), len(want), err)
		}
		for i, id := range got {
			next, err := openList(c, at, id)
			if err != nil || next.ok != (i+1 < len(got)) || next.ok && next.head.relation != got[i+1] {
				t.Fatalf("after %d stands %+v (%v), %v", id, next.head, next.ok, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
