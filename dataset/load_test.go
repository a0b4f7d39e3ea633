package dataset_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/storage/mem"
)

// recording is a store that notes batches and may be made to fail.
type recording struct {
	graph.Store
	batches []graph.Batch
	fail    func(n int, b graph.Batch) error
}

func (s *recording) Apply(ctx context.Context, b graph.Batch) (graph.Receipt, error) {
	s.batches = append(s.batches, b)
	if s.fail != nil {
		if err := s.fail(len(s.batches), b); err != nil {
			return graph.Receipt{}, err
		}
	}
	return s.Store.Apply(ctx, b)
}

func record(t *testing.T, o *graph.Ontology) *recording {
	store := mem.New(o)
	t.Cleanup(func() { store.Close() })
	return &recording{Store: store}
}

// firm and supply are small changes: an enterprise, and one that supplies another.
func firm(name string) graph.Change {
	return graph.Change{Entity: &graph.Entity{Key: graph.Key("enterprise:" + name), Kind: "ENTERPRISE",
		Names: []graph.Name{{Text: name, Lang: graph.ZH, Role: graph.Official}}}}
}

func supply(from, to string) graph.Change {
	return graph.Change{Relation: &graph.Relation{Type: "SUPPLIES", Source: graph.Key("enterprise:" + from), Target: graph.Key("enterprise:" + to),
		Modality: graph.Asserted, Evidence: []graph.Evidence{{Source: "source:s", Start: -1, End: -1}}}}
}

func theSource() graph.Change {
	return graph.Change{Source: &graph.Source{Key: "source:s", Title: "s"}}
}

func counts(r dataset.Report) string {
	return fmt.Sprintf("read %d applied %d created %d changed %d unchanged %d rejected %d", r.Read, r.Applied, r.Created, r.Changed, r.Unchanged, len(r.Rejected))
}

func TestALineMayReferToALaterOneOfItsBatch(t *testing.T) {
	o := theOntology(t)
	lines := yielding([]graph.Change{supply("a", "b"), firm("b"), firm("a"), theSource()})
	_, report := loaded(t, o, lines, dataset.Options{Strict: true})
	if got, want := counts(report), "read 4 applied 4 created 4 changed 0 unchanged 0 rejected 0"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestADerivedRelationMayStandBeforeItsPremise(t *testing.T) {
	o := theOntology(t)
	derived := supply("b", "c")
	premise := supply("a", "b")
	derived.Relation.Derivation = &graph.Derivation{Rule: "r", Premises: []graph.Key{premise.Relation.Key()}}
	lines := yielding([]graph.Change{derived, premise, firm("a"), firm("b"), firm("c"), theSource()})
	if _, report := loaded(t, o, lines, dataset.Options{Strict: true}); report.Created != 6 {
		t.Error(counts(report))
	}
}

func TestABrokenLineIsLeftOutAndTheRestOfItsBatchIsWritten(t *testing.T) {
	o := theOntology(t)
	nameless := firm("x")
	nameless.Entity.Names = nil
	lines := yielding([]graph.Change{theSource(), firm("a"), nameless, supply("a", "missing"), firm("b"), supply("a", "b"), supply("missing", "b")})
	store, report := loaded(t, o, lines, dataset.Options{})
	if got, want := counts(report), "read 7 applied 4 created 4 changed 0 unchanged 0 rejected 3"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var problems []string
	for _, p := range report.Rejected {
		problems = append(problems, p.Error())
	}
	for i, want := range []string{"test:3: entity enterprise:x: it has no name", "test:4: ", "test:7: "} {
		if !strings.HasPrefix(problems[i], want) {
			t.Errorf("problem %d is %q, want %q", i, problems[i], want)
		}
	}
	if file := exported(t, store); !bytes.Contains(file, []byte("enterprise:b")) || bytes.Contains(file, []byte("missing")) {
		t.Errorf("the store holds\n%s", file)
	}
}

func TestAStrictLoadStopsBeforeTheBatchOfTheFirstBrokenLine(t *testing.T) {
	o := theOntology(t)
	for name, broken := range map[string]graph.Change{"refused by the ontology": {Entity: &graph.Entity{Key: "enterprise:x"}}, "refused by the store": supply("a", "missing")} {
		t.Run(name, func(t *testing.T) {
			store := record(t, o)
			lines := yielding([]graph.Change{theSource(), firm("a"), firm("b"), broken, firm("c")})
			report, err := dataset.Load(t.Context(), store, o, lines, dataset.Options{Strict: true, BatchSize: 2})
			var p *dataset.Problem
			if !errors.As(err, &p) || p.Line != 4 {
				t.Errorf("stopped with %v", err)
			}
			if report.Applied != 2 {
				t.Error(counts(report))
			}
			if file := exported(t, store); bytes.Contains(file, []byte("enterprise:b")) {
				t.Errorf("something of the refused batch was written:\n%s", file)
			}
		})
	}
}

func TestLoadingTwiceChangesNothing(t *testing.T) {
	o := theOntology(t)
	for _, prefix := range []string{"", "set-1"} {
		store := record(t, o)
		options := dataset.Options{KeyPrefix: prefix, BatchSize: 7, At: time.UnixMilli(1)}
		lines := yielding(newMaker(3, o).graph(10))
		first, err1 := dataset.Load(t.Context(), store, o, lines, options)
		file := exported(t, store)
		second, err2 := dataset.Load(t.Context(), store, o, lines, options)
		if err1 != nil || err2 != nil || first.Rev != second.Rev || len(second.Rejected) > 0 || !bytes.Equal(file, exported(t, store)) {
			t.Errorf("prefix %q: %v %v; %s, then %s", prefix, err1, err2, counts(first), counts(second))
		}
		if second.Unchanged != second.Read && prefix == "" {
			t.Errorf("prefix %q: %s", prefix, counts(second))
		}
	}
}

func TestAKeyPrefixKeepsWhatWasChangedSince(t *testing.T) {
	o := theOntology(t)
	store := record(t, o)
	lines := yielding([]graph.Change{firm("a")})
	options := dataset.Options{KeyPrefix: "set-1"}
	if _, err := dataset.Load(t.Context(), store, o, lines, options); err != nil {
		t.Fatal(err)
	}
	mended := firm("a")
	mended.Entity.Names[0].Text = "mended"
	if _, err := store.Apply(t.Context(), graph.Batch{Changes: []graph.Change{mended}}); err != nil {
		t.Fatal(err)
	}
	if _, err := dataset.Load(t.Context(), store, o, lines, options); err != nil {
		t.Fatal(err)
	}
	if file := exported(t, store); !bytes.Contains(file, []byte("mended")) {
		t.Errorf("the second load undid the change:\n%s", file)
	}
}

func TestABatchFromWhichALineWasTakenHasAKeyOfItsOwn(t *testing.T) {
	o := theOntology(t)
	store := record(t, o)
	lines := yielding([]graph.Change{theSource(), firm("a"), supply("a", "b")})
	options := dataset.Options{KeyPrefix: "set-1"}
	first, err := dataset.Load(t.Context(), store, o, lines, options)
	if err != nil || len(first.Rejected) != 1 {
		t.Fatal(counts(first), err)
	}
	if _, err := store.Apply(t.Context(), graph.Batch{Changes: []graph.Change{firm("b")}}); err != nil {
		t.Fatal(err)
	}
	second, err := dataset.Load(t.Context(), store, o, lines, options)
	if err != nil || second.Created != 1 {
		t.Errorf("once b was there: %s, %v", counts(second), err)
	}
}

func TestADryRunChecksEverythingAndWritesNothing(t *testing.T) {
	o := theOntology(t)
	store := record(t, o)
	lines := yielding([]graph.Change{theSource(), firm("a"), firm("b"), supply("a", "b"), supply("a", "missing")})
	report, err := dataset.Load(t.Context(), store, o, lines, dataset.Options{DryRun: true, BatchSize: 1, KeyPrefix: "set-1"})
	if got, want := counts(report), "read 5 applied 4 created 4 changed 0 unchanged 0 rejected 1"; err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	if file := exported(t, store); string(file) != firstLine {
		t.Errorf("the store holds\n%s", file)
	}
	if real, err := dataset.Load(t.Context(), store, o, lines, dataset.Options{KeyPrefix: "set-1"}); err != nil || real.Created != 4 {
		t.Errorf("afterwards in earnest: %s, %v", counts(real), err)
	}
}

func TestAFailureOfTheStoreEndsTheLoad(t *testing.T) {
	o := theOntology(t)
	for _, code := range []graph.Code{graph.CodeFull, graph.CodeUnknown, graph.CodeClosed, graph.CodeConflict} {
		store := record(t, o)
		store.fail = func(n int, _ graph.Batch) error {
			if n < 2 {
				return nil
			}
			index := 0
			if code == graph.CodeConflict { // of the batch's key
				index = -1
			}
			return &graph.Error{Code: code, Op: "apply", Index: index}
		}
		lines := yielding([]graph.Change{firm("a"), firm("b"), firm("c")})
		report, err := dataset.Load(t.Context(), store, o, lines, dataset.Options{BatchSize: 1})
		if graph.CodeOf(err) != code || report.Applied != 1 || len(store.batches) != 2 {
			t.Errorf("%s: %v; %s", code, err, counts(report))
		}
	}
}

func TestTooManyBrokenLinesEndTheLoad(t *testing.T) {
	o := theOntology(t)
	broken := slices.Repeat([]graph.Change{{Entity: &graph.Entity{Key: "enterprise:x"}}}, 5)
	report, err := dataset.Load(t.Context(), record(t, o), o, yielding(broken), dataset.Options{MaxRejected: 2})
	if err == nil || !strings.Contains(err.Error(), "more than 2 lines were refused") || report.Read != 3 {
		t.Errorf("%v; %s", err, counts(report))
	}
}

func TestProgressIsToldAfterEveryBatch(t *testing.T) {
	o := theOntology(t)
	var told []int
	lines := yielding([]graph.Change{firm("a"), firm("b"), {Entity: &graph.Entity{}}, firm("c")})
	_, err := dataset.Load(t.Context(), record(t, o), o, lines, dataset.Options{BatchSize: 2, Progress: func(n int) { told = append(told, n) }})
	if err != nil || !slices.Equal(told, []int{2, 4}) {
		t.Errorf("told %v, %v", told, err)
	}
}

func TestACancelledLoadEnds(t *testing.T) {
	o := theOntology(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if report, err := dataset.Load(ctx, record(t, o), o, yielding([]graph.Change{firm("a")}), dataset.Options{}); !errors.Is(err, context.Canceled) || report.Applied != 0 {
		t.Errorf("%v; %s", err, counts(report))
	}
}
