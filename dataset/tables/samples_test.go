package tables_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lianzhu"
	"lianzhu/dataset"
	"lianzhu/dataset/tables"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/storage"
	"lianzhu/storage/mem"
)

// The folders of samples that are no part of the project; their SOURCE.md tell
// origin, licence and counts.
const samples = "../../../shared/data"

func schemaOntology(t testing.TB) *graph.Ontology {
	o, err := gql.ReadOntology(lianzhu.Schema)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// example is a mapping of the project.
func example(t testing.TB, name string) dataset.Text {
	data, err := os.ReadFile(filepath.Join("../../examples", name))
	if err != nil {
		t.Fatal(err)
	}
	return dataset.Text{Name: name, Data: data}
}

// sampleLines yields the lines of files of a sample.
func sampleLines(t testing.TB, o *graph.Ontology, folder string, mapping dataset.Text, files ...string) iter.Seq2[dataset.Line, error] {
	folder = filepath.Join(samples, folder)
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the sample is not here: ", err)
	}
	return func(yield func(dataset.Line, error) bool) {
		for _, name := range files {
			file, err := os.Open(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			for line, err := range tables.CSV().Read(dataset.Input{Name: name, Reader: file, Ontology: o, Mapping: mapping}) {
				if !yield(line, err) {
					return
				}
			}
		}
	}
}

func load(t testing.TB, store graph.Store, o *graph.Ontology, lines iter.Seq2[dataset.Line, error]) dataset.Report {
	report, err := dataset.Load(t.Context(), store, o, lines, dataset.Options{At: time.UnixMilli(1)})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range report.Rejected {
		t.Errorf("refused: %v", p)
	}
	return report
}

func exported(t testing.TB, store graph.Store) []byte {
	var b bytes.Buffer
	if err := dataset.Write(t.Context(), &b, store); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func countsOf(t testing.TB, store graph.Store) (c graph.Counts) {
	err := store.View(t.Context(), func(r graph.Reader) (err error) {
		c, err = r.Counts()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// verified counts the evidence of all facts by its state.
func verified(t testing.TB, store graph.Store) map[graph.EvidenceStatus]int {
	states := map[graph.EvidenceStatus]int{}
	err := store.View(t.Context(), func(r graph.Reader) error {
		texts := map[graph.Key]*graph.Text{}
		for c, err := range dataset.All(r) {
			if err != nil {
				return err
			}
			var evidence []graph.Evidence
			switch {
			case c.Source != nil && c.Text != nil:
				texts[c.Source.Key] = graph.NewText(*c.Text)
			case c.Entity != nil:
				evidence = c.Entity.Evidence
			case c.Relation != nil:
				evidence = c.Relation.Evidence
			}
			for _, e := range evidence {
				if text, ok := texts[e.Source]; ok {
					status, _, _ := e.Check(&graph.Source{SHA256: "there"}, text)
					states[status]++
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return states
}

var ashareFiles = []string{"stock.csv", "industry.csv", "concept.csv", "stock_industry.csv", "stock_concept.csv"}

// boltStore is an empty store in a file, in which codes are found soon.
func boltStore(t testing.TB, o *graph.Ontology) graph.Store {
	store, err := storage.Open(t.Context(), "bolt:"+filepath.Join(t.TempDir(), "graph"), o, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

// SOURCE.md: 3,188 companies, 49 industries, 163 concepts, 2,908 and 9,442
// relations, no dangling ids. Two companies stand there with two codes each, and
// one industry and five concepts under both: these are one fact each, and both
// rows are its evidence.
func TestTheListedCompaniesImportThroughTheirMapping(t *testing.T) {
	o := schemaOntology(t)
	store := boltStore(t, o)
	lines := sampleLines(t, o, "ashare-industries", example(t, "ashare-industries.yaml"), ashareFiles...)
	load(t, store, o, lines)
	c := countsOf(t, store)
	got := []int{c.ByKind["ENTERPRISE"], c.ByKind["INDUSTRY_CHAIN"], c.ByKind["GROUP"], c.ByType["OCCUPIES_SEGMENT"], c.ByType["MEMBER_OF"], c.Sources}
	if want := []int{3188 - 2, 49, 163, 2908 - 1, 9442 - 5, 5}; !slices.Equal(got, want) {
		t.Errorf("companies, industries, concepts, their relations and sources are %v, want %v", got, want)
	}
	if states := verified(t, store); len(states) != 1 || states[graph.Verified] != 3188+49+163+2908+9442 {
		t.Errorf("the evidence is %v", states)
	}
	before := exported(t, store)
	again := load(t, store, o, lines)
	if again.Created != 0 || again.Changed != 0 || !bytes.Equal(before, exported(t, store)) {
		t.Errorf("again: %d created, %d changed", again.Created, again.Changed)
	}
}

// Names of about 2017 lead to the companies of today, by their codes or by their
// former names; nothing that is known of these is lost.
func TestNamesOf2017LeadToTheCompaniesOfToday(t *testing.T) {
	o := schemaOntology(t)
	store := boltStore(t, o)
	load(t, store, o, dataset.YellowRiver())
	before := countsOf(t, store)
	load(t, store, o, sampleLines(t, o, "ashare-industries", example(t, "ashare-industries.yaml"), ashareFiles...))
	after := countsOf(t, store)
	if linked := 3186 - (after.ByKind["ENTERPRISE"] - before.ByKind["ENTERPRISE"]); linked != 8 {
		t.Errorf("%d companies were there already, by code or by name; want 8", linked)
	}
	err := store.View(t.Context(), func(r graph.Reader) error {
		for name, key := range map[string]graph.Key{"青岛海尔": "enterprise:haier-smart-home", "海尔智家": "enterprise:haier-smart-home"} {
			ids, err := r.Named(name)
			if err != nil {
				return err
			}
			docs, err := r.Entities(ids)
			if err != nil {
				return err
			}
			if len(docs) != 1 || docs[0].Key != key || docs[0].Identifier("SSE") != "600690" || docs[0].Name(graph.ZH) != "海尔智家" {
				t.Errorf("%s is %+v", name, *docs[0])
			}
			found, err := r.Neighbours(graph.NeighbourQuery{IDs: ids, Direction: graph.Out, Types: []graph.RelationType{"MEMBER_OF", "OCCUPIES_SEGMENT"}})
			if err != nil {
				return err
			}
			if n := len(found[0].Edges); n < 3 {
				t.Errorf("%s has %d industries and concepts", name, n)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var kagFiles = []string{"Industry.csv", "Product.csv", "Company.csv", "Person.csv", "Company_fundTrans_Company.csv"}

// SOURCE.md: 103 companies, 78 rows of products (of 44), 10 industries, 20
// people, 19 transfers; 311 and 1,125 references to products, of which 40 and
// 993 point at products without a row; 69 to companies by name, 2 of them
// repeated.
func TestTheSupplyChainImportsThroughItsMapping(t *testing.T) {
	o := schemaOntology(t)
	mapping := example(t, "kag-supplychain.yaml")
	for _, order := range [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}} {
		store := mem.New(o)
		defer store.Close()
		var files []string
		for _, i := range order {
			files = append(files, kagFiles[i])
		}
		load(t, store, o, sampleLines(t, o, "kag-supplychain", mapping, files...))
		c := countsOf(t, store)
		got := []int{c.ByKind["ENTERPRISE"], c.ByKind["PRODUCT"], c.ByKind["INDUSTRY_CHAIN"], c.ByKind["GROUP"], c.ByType["INVESTS_IN"], c.ByType["SUPPLIES"], c.ByType["OCCUPIES_SEGMENT"], c.ByType["MEMBER_OF"]}
		if want := []int{103, 44 + 315, 10, 20, 19, 300 + 536, 44, 67}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		// 20 ages are cited by attributes; the other citations are those of facts.
		if states := verified(t, store); len(states) != 1 {
			t.Errorf("the evidence is %v", states)
		}
	}
}

// failing is a store that breaks down after some batches, as a process does that
// is killed.
type failing struct {
	graph.Store
	left int
}

var errKilled = errors.New("killed")

func (f *failing) Apply(ctx context.Context, b graph.Batch) (graph.Receipt, error) {
	if f.left == 0 {
		return graph.Receipt{}, errKilled
	}
	f.left--
	return f.Store.Apply(ctx, b)
}

func TestAnImportThatWasKilledIsRunAgainAndEndsInTheSameGraph(t *testing.T) {
	o := schemaOntology(t)
	lines := sampleLines(t, o, "kag-supplychain", example(t, "kag-supplychain.yaml"), kagFiles...)
	run := func(killedAfter ...int) []byte {
		store := mem.New(o)
		defer store.Close()
		options := dataset.Options{BatchSize: 50, At: time.UnixMilli(1)}
		for _, n := range killedAfter {
			if _, err := dataset.Load(t.Context(), &failing{store, n}, o, lines, options); !errors.Is(err, errKilled) {
				t.Fatalf("after %d batches: %v", n, err)
			}
		}
		if _, err := dataset.Load(t.Context(), store, o, lines, options); err != nil {
			t.Fatal(err)
		}
		return exported(t, store)
	}
	whole := run()
	for _, killedAfter := range [][]int{{1}, {5}, {12}, {3, 9, 20}} {
		if got := run(killedAfter...); !bytes.Equal(got, whole) {
			t.Errorf("killed after %v batches it ends in another graph (%d bytes, not %d)", killedAfter, len(got), len(whole))
		}
	}
}
