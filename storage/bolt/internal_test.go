package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
	"lianzhu/storage/storagetest"
	"lianzhu/text"
)

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "graph.lianzhu") }

func openAt(t testing.TB, path string, opts Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), path, storagetest.Ontology(), opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sound wants nothing wrong with the file of a closed store.
func sound(t testing.TB, path string) {
	t.Helper()
	findings, err := Verify(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Errorf("the file is not sound: %s", f)
	}
}

// patch writes to the file of a closed store as nobody should.
func patch(t testing.TB, path string, do func(*tables) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(func(tx *bbolt.Tx) error { return do(&tables{tx: tx}) }); err != nil {
		t.Fatal(err)
	}
}

func patchState(t testing.TB, path string, change func(*state)) {
	t.Helper()
	patch(t, path, func(tb *tables) error {
		s, err := tb.state()
		if err != nil {
			return err
		}
		change(&s)
		return tb.putAll(bMeta, []pairKV{{key: keyState, value: s.encode(make([]byte, record.FrameSize))}})
	})
}

func batchOf(changes ...graph.Change) graph.Batch {
	return graph.Batch{Changes: changes, At: time.Unix(1700000000, 0)}
}

func addSource(name string) graph.Change {
	return graph.Change{Source: &graph.Source{Key: graph.Key("source:" + name), Title: name}}
}

func addEntity(name string) graph.Change {
	return graph.Change{Entity: &graph.Entity{Key: graph.Key("enterprise:" + name), Kind: "ENTERPRISE",
		Names: []graph.Name{{Text: name, Lang: graph.ZH, Role: graph.Official}}}}
}

func TestANewerFormatIsRefusedWithBothVersions(t *testing.T) {
	path := newPath(t)
	openAt(t, path, Options{}).Close()
	patch(t, path, func(tb *tables) error {
		value := formatValue(time.Now())
		binary.BigEndian.PutUint16(value[record.FrameSize+len(magic):], 9)
		return tb.putAll(bMeta, []pairKV{{key: keyFormat, value: value}})
	})
	_, err := Open(context.Background(), path, storagetest.Ontology(), Options{})
	if graph.CodeOf(err) != graph.CodeInvalid || !strings.Contains(err.Error(), "format version 9") || !strings.Contains(err.Error(), "up to 1") {
		t.Errorf("the answer is %v", err)
	}
	if _, err := Verify(context.Background(), path, nil); graph.CodeOf(err) != graph.CodeInvalid {
		t.Errorf("the check answers %v", err)
	}
}

func TestSearchTermsOfAnotherVersionAreIndexedAnew(t *testing.T) {
	for name, version := range map[string]uint32{"another version": termsVersion + 1, "a crash while it was done": 0} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			s := openAt(t, path, Options{})
			if err := storagetest.Fill(context.Background(), s, 1, 40); err != nil {
				t.Fatal(err)
			}
			want, err := storagetest.Export(context.Background(), s, 1)
			if err != nil {
				t.Fatal(err)
			}
			s.Close()
			patchState(t, path, func(s *state) { s.terms = version })
			patch(t, path, func(tb *tables) error {
				return tb.putAll(bTerms, []pairKV{{key: []byte("\x01old\x00"), value: make([]byte, 9)}})
			})
			s = openAt(t, path, Options{})
			if got, err := storagetest.Export(context.Background(), s, 1); err != nil || !slices.Equal(got, want) {
				t.Errorf("it reads differently: %v", err)
			}
			s.Close()
			sound(t, path)
		})
	}
}

func TestAFullFileRefusesWritesAndGoesOnReading(t *testing.T) {
	path := newPath(t)
	s := openAt(t, path, Options{MaxSize: 4 << 20})
	ctx := context.Background()
	var err error
	var made int
	for ; err == nil && made < 1000; made++ {
		long := strings.Repeat("长", 100000)
		_, err = s.Apply(ctx, batchOf(graph.Change{Source: addSource(string(rune('一' + made))).Source, Text: &long}))
	}
	if graph.CodeOf(err) != graph.CodeFull || strings.Contains(err.Error(), path) {
		t.Fatalf("the answer is %v", err)
	}
	for range 3 { // still full, and still the answer
		if _, err := s.Apply(ctx, batchOf(addSource("small"), addEntity("small"))); err != nil && graph.CodeOf(err) != graph.CodeFull {
			t.Fatalf("the answer is %v", err)
		}
		findings, err := graph.Check(ctx, s, storagetest.Ontology())
		if err != nil || len(findings) > 0 {
			t.Fatalf("reading: %v, %v", findings, err)
		}
	}
	s.db.MaxSize = 0 // somebody makes room
	if _, err := s.Apply(ctx, batchOf(addSource("small"), addEntity("small"))); err != nil {
		t.Errorf("with room again: %v", err)
	}
	s.Close()
	sound(t, path)
}

func TestAfterAPanicWithinAWriteTheStoreStops(t *testing.T) {
	path := newPath(t)
	s := openAt(t, path, Options{})
	ctx := context.Background()
	if _, err := s.Apply(ctx, batchOf(addSource("a"))); err != nil {
		t.Fatal(err)
	}
	good := s.ontology
	s.ontology = nil // the next write meets a nil pointer
	_, err := s.Apply(ctx, batchOf(addEntity("b")))
	if graph.CodeOf(err) != graph.CodeCorrupt || strings.Contains(err.Error(), "goroutine") {
		t.Errorf("the write answers %v", err)
	}
	s.ontology = good
	_, err = s.Apply(ctx, batchOf(addEntity("b")))
	var changes error
	for _, changes = range s.Changes(ctx, 0) {
	}
	for call, err := range map[string]error{"apply": err, "view": s.View(ctx, func(graph.Reader) error { return nil }), "changes": changes} {
		if graph.CodeOf(err) != graph.CodeCorrupt || !strings.Contains(err.Error(), "has stopped") {
			t.Errorf("a later %s answers %v", call, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Errorf("close answers %v", err)
	}
	sound(t, path)
	s = openAt(t, path, Options{})
	defer s.Close()
	if _, err := s.Apply(ctx, batchOf(addEntity("b"))); err != nil {
		t.Errorf("after a restart: %v", err)
	}
}

func TestABatchThatCannotBeWrittenDoesNotFailTheOthers(t *testing.T) {
	path := newPath(t)
	openAt(t, path, Options{}).Close()
	patchState(t, path, func(s *state) { s.lastEntity = 1<<32 - 1 }) // no ids are left for entities
	s := openAt(t, path, Options{})
	defer s.Close()
	var group []*request
	for _, c := range []graph.Change{addSource("a"), addEntity("b"), addSource("c"), {Retract: graph.NewUID(graph.TagSource, "source:nobody")}} {
		b := batchOf(c)
		group = append(group, &request{ctx: context.Background(), batch: &b, answer: make(chan answer, 1)})
	}
	(&committer{s: s}).commit(group)
	var codes []graph.Code
	var revs []graph.Rev
	for _, r := range group {
		a := <-r.answer
		codes, revs = append(codes, graph.CodeOf(a.err)), append(revs, a.receipt.Rev)
	}
	if !slices.Equal(codes, []graph.Code{"", graph.CodeLimit, "", graph.CodeNotFound}) || !slices.Equal(revs, []graph.Rev{1, 0, 2, 0}) {
		t.Errorf("the answers are %v at revisions %v", codes, revs)
	}
}

func TestWhatWaitsIsCommittedTogether(t *testing.T) {
	s := openAt(t, newPath(t), Options{})
	defer s.Close()
	waiting := &Store{requests: make(chan *request, groupBatches)}
	var first *request
	for i := range 10 {
		b := batchOf(addSource(string(rune('a' + i))))
		r := &request{ctx: context.Background(), batch: &b, answer: make(chan answer, 1)}
		if first == nil {
			first = r
		} else {
			waiting.requests <- r
		}
	}
	before := txid(s)
	(&committer{s: s}).commit((&committer{s: waiting}).gather(first))
	if n := txid(s) - before; n != 1 {
		t.Errorf("10 batches took %d transactions", n)
	}
}

func txid(s *Store) (id int) {
	s.db.View(func(tx *bbolt.Tx) error { id = tx.ID(); return nil })
	return id
}

func TestRefusedBatchesAndDryRunsWriteNothing(t *testing.T) {
	s := openAt(t, newPath(t), Options{})
	defer s.Close()
	before := txid(s)
	dry := batchOf(addSource("a"))
	dry.DryRun = true
	for _, b := range []graph.Batch{dry, batchOf(), batchOf(graph.Change{Retract: graph.NewUID(graph.TagEntity, "enterprise:x")})} {
		s.Apply(context.Background(), b)
	}
	if txid(s) != before {
		t.Error("a transaction was committed")
	}
}

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
			b := batch{writer: w, terms: map[string][]termChange{}}
			for range r.IntN(300) {
				c := termChange{graph.EntityID(1 + r.IntN(4000)), r.IntN(3) == 0 || round > 50}
				if r.IntN(2) == 0 && !c.gone {
					c.id = graph.EntityID(4000*(round+1) + r.IntN(3000)*7)
				}
				b.terms["t"] = append(b.terms["t"], c)
				if want[c.id] = true; c.gone {
					delete(want, c.id)
				}
			}
			b.terms["t\x00"] = []termChange{{1, false}} // a neighbour
			return b.flush()
		})
		if err != nil {
			t.Fatal(err)
		}
		sameTerms(t, s, r, want)
	}
	err := s.update(func(w *writer) error {
		b := batch{writer: w, terms: map[string][]termChange{}}
		for id := range want {
			b.terms["t"] = append(b.terms["t"], termChange{id, true})
		}
		clear(want)
		return b.flush()
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
			b := batch{writer: w, lists: map[listKey][]edgeChange{}}
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
				b.lists[at] = append(b.lists[at], c)
				if want[c.relation] = c.edge; c.gone {
					delete(want, c.relation)
				}
			}
			b.lists[listKey{7, 1, incoming}] = []edgeChange{{edge: edge{relation: last + 1, hot: graph.Hot{Modality: graph.Asserted}}}}
			return b.flush()
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

func TestErrorsOfAFullDiskAreKnown(t *testing.T) {
	for text, want := range map[string]bool{
		"file resize error: no space left on device": true, "write: disk quota exceeded": true, "write x: file too large": true,
		"database reached maximum size": false, "input/output error": false,
	} {
		if got := noRoom(errors.New(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
