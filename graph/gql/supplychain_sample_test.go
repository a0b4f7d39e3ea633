package gql_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"lianzhu/dataset"
	"lianzhu/dataset/tables"
	"lianzhu/graph"
	"lianzhu/storage"
)

// supplyChain is the sample as its mapping in examples reads it: a company
// SUPPLIES the products that it makes, a product SUPPLIES those that it feeds; a
// payment is INVESTS_IN, and a person is the GROUP of the companies that he or
// she represents.
type supplyChain struct {
	mapping dataset.Text
	event   string // the product of the event
}

// supplyChainFiles are the files that become facts.
func supplyChainFiles() []string {
	return []string{"Industry.csv", "Product.csv", "Company.csv", "Person.csv", "Company_fundTrans_Company.csv"}
}

func readSupplyChain(t *testing.T) *supplyChain {
	data, err := os.ReadFile("../../examples/kag-supplychain.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(supplyChainDir, "ProductChainEvent.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) != 2 || rows[0][2] != "subject" {
		t.Fatalf("the event is %q, %v", rows, err)
	}
	return &supplyChain{dataset.Text{Name: "kag-supplychain.yaml", Data: data}, rows[1][2]}
}

// lines yields what the files say.
func (s *supplyChain) lines(t *testing.T, o *graph.Ontology) func(func(dataset.Line, error) bool) {
	return func(yield func(dataset.Line, error) bool) {
		for _, name := range supplyChainFiles() {
			file, err := os.Open(filepath.Join(supplyChainDir, name))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			for line, err := range tables.CSV().Read(dataset.Input{Name: name, Reader: file, Ontology: o, Mapping: s.mapping}) {
				if !yield(line, err) {
					return
				}
			}
		}
	}
}

// load writes the sample into a new store.
func (s *supplyChain) load(t *testing.T, url string) graph.Store {
	o := contract(t).Ontology
	store, err := storage.Open(t.Context(), url, o, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	report, err := dataset.Load(t.Context(), store, o, s.lines(t, o), dataset.Options{At: today})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range report.Rejected {
		t.Errorf("a row of the sample was refused: %v", p)
	}
	return store
}
