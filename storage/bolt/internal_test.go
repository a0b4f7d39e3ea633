package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
	"lianzhu/storage/storagetest"
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
	s.db().MaxSize = 0 // somebody makes room
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
	newCommitter(s).commit(group)
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
	group, _ := (&committer{s: waiting}).gather(first)
	newCommitter(s).commit(group)
	if n := txid(s) - before; n != 1 {
		t.Errorf("10 batches took %d transactions", n)
	}
}

func txid(s *Store) (id int) {
	s.db().View(func(tx *bbolt.Tx) error { id = tx.ID(); return nil })
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
