package dataset_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/storage/bolt"
)

// manyLines are lines of which some are refused, some refer to later ones, and
// one to nothing.
func manyLines(n int) string {
	var b strings.Builder
	b.WriteString(`{"lianzhu":{"format":1}}` + "\n" + `{"source":{"key":"source:many","title":"many"}}` + "\n")
	for i := range n {
		fmt.Fprintf(&b, `{"relation":{"source":"enterprise:%d","type":"SUPPLIES","target":"enterprise:%d","modality":"ASSERTED","evidence":[{"source":"source:many","start":%d,"end":%d,"sha256":"%064d"}]}}`+"\n", i, (i+7)%n, i, i+1, 0)
		kind := "ENTERPRISE"
		if i%1000 == 999 {
			kind = "SHED"
		}
		fmt.Fprintf(&b, `{"entity":{"key":"enterprise:%d","kind":"%s","names":[{"text":"企业%d","lang":"ZH","role":"OFFICIAL","sources":["source:many"]}],"evidence":[{"source":"source:many","start":0,"end":1,"sha256":"%064d"}]}}`+"\n", i, kind, i, 0)
	}
	return b.String()
}

func TestADryRunReportsWhatTheLoadThenDoesAndWritesNothing(t *testing.T) {
	for _, n := range []int{100, 6000} { // one batch, and a copy of the store
		for _, before := range []int{0, 50} {
			t.Run(fmt.Sprintf("of %d lines over a graph of %d", 2*n+1, before), func(t *testing.T) {
				folder := t.TempDir()
				o := theOntology(t)
				store, err := bolt.Open(t.Context(), filepath.Join(folder, "graph.db"), o, bolt.Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer store.Close()
				load := func(store graph.Store, n int, dry bool) dataset.Report {
					report, err := dataset.Load(t.Context(), store, o, dataset.Read(strings.NewReader(manyLines(n)), "many.jsonl"), dataset.Options{DryRun: dry, MaxRejected: -1})
					if err != nil {
						t.Fatal(err)
					}
					return report
				}
				if before > 0 {
					load(store, before, false)
				}
				for _, shared := range []graph.Store{store, graph.Announce(store, func() { t.Error("a dry run was announced") })} {
					dry := load(shared, n, true)
					if rev := revOf(t, store); before == 0 && rev != 0 {
						t.Fatalf("the dry run wrote revision %d", rev)
					}
					if n == 100 {
						dry.Rev = 0 // one batch
					}
					copied := load(graph.Announce(fresh(t, o, before, load)), n, false)
					if n == 100 {
						copied.Rev = 0
					}
					if n == 6000 && (dry.Created < n-before || dry.Refused == 0) {
						t.Fatalf("%+v: the lines try nothing", summary(dry))
					}
					if diff := cmp.Diff(summary(copied), summary(dry)); diff != "" {
						t.Error(diff)
					}
				}
				names, _ := os.ReadDir(folder)
				for _, f := range names {
					if strings.HasPrefix(f.Name(), ".") {
						t.Errorf("%s is left", f.Name())
					}
				}
			})
		}
	}
}

// summary is what a report tells of numbers; what is refused last may be told in
// another order.
func summary(r dataset.Report) [5]int {
	return [5]int{r.Read, r.Created, r.Changed, r.Unchanged, r.Refused}
}

func fresh(t *testing.T, o *graph.Ontology, before int, load func(graph.Store, int, bool) dataset.Report) graph.Store {
	t.Helper()
	store, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "other.db"), o, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if before > 0 {
		load(store, before, false)
	}
	return store
}

func revOf(t *testing.T, store graph.Store) (rev graph.Rev) {
	t.Helper()
	if err := store.View(context.Background(), func(r graph.Reader) error { rev = r.Rev(); return nil }); err != nil {
		t.Fatal(err)
	}
	return rev
}
