package gql_test

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/storage"
)

// supplyChain is the sample as documents. A company SUPPLIES the products that
// it makes, a product SUPPLIES those that it feeds; a product that is referred
// to and has no row is made. The ontology has no type for payments, so they
// stand as INVESTS_IN, which has the amount and the date that they need; it has
// no kind for people, so one who represents companies is the GROUP of these.
type supplyChain struct {
	t         *testing.T
	event     string // the product of the event
	changes   []graph.Change
	entities  map[graph.Key]bool
	relations map[graph.Key]*graph.Relation
	company   map[string]graph.Key // by its name
}

func readSupplyChain(t *testing.T) *supplyChain {
	s := &supplyChain{t: t, entities: map[graph.Key]bool{}, relations: map[graph.Key]*graph.Relation{}, company: map[string]graph.Key{}}
	for _, row := range s.table("Industry.csv") {
		s.entity("chain:"+row["id"].text, "INDUSTRY_CHAIN", row["id"].text)
	}
	for _, row := range s.table("Product.csv") {
		from := s.product(row["id"].text)
		s.relate(from, "OCCUPIES_SEGMENT", graph.Key("chain:"+row["belongToIndustry"].text), row["belongToIndustry"])
		for _, to := range row["hasSupplyChain"].list() {
			s.relate(from, "SUPPLIES", s.product(to.text), to)
		}
	}
	for _, row := range s.table("Company.csv") {
		key := s.entity("enterprise:"+row["id"].text, "ENTERPRISE", row["name"].text)
		s.company[row["name"].text] = key
		for _, made := range row["product"].list() {
			s.relate(key, "SUPPLIES", s.product(made.text), made)
		}
	}
	for _, row := range s.table("Person.csv") {
		key := s.entity("group:"+row["id"].text, "GROUP", row["name"].text)
		for _, name := range row["legalRepresentative"].list() {
			s.relate(s.company[name.text], "MEMBER_OF", key, name)
		}
	}
	for _, row := range s.table("Company_fundTrans_Company.csv") {
		s.transfer(row)
	}
	for _, row := range s.table("ProductChainEvent.csv") {
		s.event = row["subject"].text
	}
	return s
}

func (s *supplyChain) product(name string) graph.Key {
	return s.entity("product:"+name, "PRODUCT", name)
}

// entity adds an entity where it is not there yet.
func (s *supplyChain) entity(key string, kind graph.Kind, name string) graph.Key {
	k := graph.Key(key)
	if !s.entities[k] {
		s.entities[k] = true
		s.changes = append(s.changes, graph.Change{Entity: &graph.Entity{Key: k, Kind: kind,
			Names: []graph.Name{{Text: name, Lang: graph.ZH, Role: graph.Official}}}})
	}
	return k
}

// relate adds a relation, or to one that is there already the further place
// that says so.
func (s *supplyChain) relate(from graph.Key, kind graph.RelationType, to graph.Key, says cell) *graph.Relation {
	r := &graph.Relation{Type: kind, Source: from, Target: to, Modality: graph.Asserted}
	if known := s.relations[r.Key()]; known != nil {
		r = known
	} else {
		s.relations[r.Key()] = r
		s.changes = append(s.changes, graph.Change{Relation: r})
	}
	r.Evidence = append(r.Evidence, graph.Evidence{Source: says.file, Start: says.at, End: says.at + utf8.RuneCountInString(says.text), SHA256: graph.HashSpan(says.text)})
	return r
}

// transfer adds a payment on a day, written as yyyymmdd.
func (s *supplyChain) transfer(row map[string]cell) {
	r := s.relate(graph.Key("enterprise:"+row["srcId"].text), "INVESTS_IN", graph.Key("enterprise:"+row["dstId"].text), row["transAmt"])
	if r.Amount != nil {
		s.t.Fatalf("%s pays %s twice", r.Source, r.Target)
	}
	day := row["transDate"].text
	r.ValidFrom = graph.MustDate(day[:4] + "-" + day[4:6] + "-" + day[6:])
	r.ValidTo = r.ValidFrom
	r.Amount = &graph.Quantity{Raw: row["transAmt"].text, Value: graph.Decimal(row["transAmt"].text), Unit: "CNY"}
}

// cell is a cell of a table, or an item of one, and where in its file it
// stands, in characters.
type cell struct {
	file graph.Key
	text string
	at   int
}

// list are the items of a cell, which commas part.
func (c cell) list() []cell {
	var items []cell
	for _, text := range strings.Split(c.text, ",") {
		if text != "" {
			items = append(items, cell{c.file, text, c.at})
		}
		c.at += utf8.RuneCountInString(text) + 1
	}
	return items
}

// table reads the rows of a file by the names of its columns, and adds the file
// as a source with its text. The files know no quotation marks within cells.
func (s *supplyChain) table(name string) (rows []map[string]cell) {
	b, err := os.ReadFile(filepath.Join(supplyChainDir, name))
	if err != nil {
		s.t.Fatal(err)
	}
	text, file := string(b), graph.Key("source:"+name)
	s.changes = append(s.changes, graph.Change{Source: &graph.Source{Key: file, Title: name, License: "Apache-2.0"}, Text: &text})
	r := csv.NewReader(strings.NewReader(text))
	columns, err := r.Read()
	for err == nil {
		var record []string
		if record, err = r.Read(); err != nil {
			break
		}
		row := map[string]cell{}
		for i, v := range record {
			line, column := r.FieldPos(i)
			row[columns[i]] = cell{file, v, position(text, line, column)}
		}
		rows = append(rows, row)
	}
	if !errors.Is(err, io.EOF) {
		s.t.Fatal(err)
	}
	return rows
}

// position is how many characters stand before a cell, whose line and byte in
// it count from 1; a quotation mark is not of the cell.
func position(text string, line, column int) int {
	at := 0
	for range line - 1 {
		at += strings.IndexByte(text[at:], '\n') + 1
	}
	at += column - 1
	if text[at] == '"' {
		at++
	}
	return utf8.RuneCountInString(text[:at])
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
	lines := func(yield func(dataset.Line, error) bool) {
		for _, c := range s.changes {
			if !yield(dataset.Line{File: "sample", Change: c}, nil) {
				return
			}
		}
	}
	report, err := dataset.Load(t.Context(), store, o, lines, dataset.Options{At: today, BatchSize: len(s.changes)})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range report.Rejected {
		t.Errorf("a document of the sample was refused: %v", p)
	}
	return store
}
