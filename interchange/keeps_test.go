package interchange_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lianzhu/dataset"
	"lianzhu/dataset/tables"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/interchange"
	"lianzhu/storage/mem"
)

// kept is what docs/export.md says that a format keeps, by row and format.
func kept(t *testing.T) (formats []string, rows map[string]map[string]bool) {
	t.Helper()
	text, err := os.ReadFile("../docs/export.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "## What comes back")
	if !found {
		t.Fatal("the table is gone")
	}
	rows = map[string]map[string]bool{}
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "|") {
			if formats != nil && rows["key and kind of an entity"] != nil {
				break
			}
			continue
		}
		var cells []string
		for cell := range strings.SplitSeq(strings.Trim(strings.TrimSpace(line), "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		switch {
		case formats == nil:
			formats = cells[1:]
		case strings.HasPrefix(cells[0], "-"):
		default:
			rows[cells[0]] = map[string]bool{}
			for i, f := range formats {
				rows[cells[0]][f] = cells[i+1] == "✓"
			}
		}
	}
	return formats, rows
}

// richFacts has one of everything that a row of the table speaks of.
const richFacts = `
source source:list
  title zh 名单
  publisher 出版者

entity enterprise:a ENTERPRISE
  name zh official 重庆甲 reading "chong qing jia"
  name zh former 旧甲
  name en brand "Brand A"
  id USCC 91370200264574251E
  attribute 年产值
    figure 两亿元 = 200000000 CNY
    @ source:list
  @ source:list

entity enterprise:b ENTERPRISE
  name zh official 乙
  id SZSE 007

entity enterprise:c ENTERPRISE
  name zh official 丙

entity region:1 REGION
  name zh official 某地

entity platform:p PLATFORM
  name zh official 平台

entity project:j PROJECT
  name zh official 项目

entity product:q PRODUCT
  name zh official 产品

entity chain:x INDUSTRY_CHAIN
  name zh official 产业链

relation enterprise:a INVESTS_IN enterprise:b
  share 三成 = 30 %
  @ source:list

relation enterprise:a INVESTS_IN enterprise:c disc second
  planned
  confidence 0.25
  from 2023-11~
  open
  place region:1
  via platform:p
  amount 7730万元 = 77300000 CNY
  @ source:list 3-9 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae by 某人

relation enterprise:a SUPPLIES enterprise:b
  product product:q
  volume 6000余吨 = 6000.. t per year approx
  @ source:list

relation enterprise:a CO_DEVELOPS_WITH enterprise:b
  subject zh 新能源
  subject en "new energy"
  @ source:list

relation enterprise:a CHAIN_LEADER_OF chain:x
  recognised in region:1
  @ source:list

relation enterprise:a INVESTS_IN project:j
  @ source:list

relation project:j LOCATED_IN region:1
  @ source:list
`

// facet is what a row of the table speaks of, in one document: nil where the
// document has nothing of it.
type facet func(c graph.Change) any

func ofEntity(of func(*graph.Entity) any) facet {
	return func(c graph.Change) any {
		if c.Entity == nil || c.Entity.Kind != "ENTERPRISE" {
			return nil
		}
		return []any{c.Entity.Key, of(c.Entity)}
	}
}

func ofRelation(of func(*graph.Relation) any) facet {
	return func(c graph.Change) any {
		if c.Relation == nil {
			return nil
		}
		if v := of(c.Relation); v != nil {
			return []any{c.Relation.Type, c.Relation.Source, c.Relation.Target, v}
		}
		return nil
	}
}

// facets are the rows of the table.
func facets() map[string]facet {
	shared := func(r *graph.Relation) bool { return r.Share != nil }
	investment := func(r *graph.Relation) bool {
		return r.Type == "INVESTS_IN" && r.Modality == graph.Asserted && r.Target != "project:j" && !r.Derived()
	}
	return map[string]facet{
		"key and kind of an entity": ofEntity(func(e *graph.Entity) any { return e.Kind }),
		"names with language and role": ofEntity(func(e *graph.Entity) any {
			return textsOf(e.Names, func(n graph.Name) any { return []any{n.Text, n.Lang, n.Role} })
		}),
		"readings of names": ofEntity(func(e *graph.Entity) any { return textsOf(e.Names, func(n graph.Name) any { return n.Reading }) }),
		"codes with their schemes": ofEntity(func(e *graph.Entity) any {
			return textsOf(e.Identifiers, func(i graph.Identifier) any { return []any{i.Scheme, i.Value} })
		}),
		"attributes":            ofEntity(func(e *graph.Entity) any { return e.Attributes }),
		"evidence of an entity": ofEntity(func(e *graph.Entity) any { return e.Evidence }),
		"sources without their texts": func(c graph.Change) any {
			if c.Source == nil {
				return nil
			}
			return []any{c.Source.Key, c.Source.Title, c.Source.Publisher}
		},
		"texts of sources": func(c graph.Change) any {
			if c.Text == nil {
				return nil
			}
			return *c.Text
		},
		"type and ends of an investment": ofRelation(func(r *graph.Relation) any {
			if !investment(r) {
				return nil
			}
			return true
		}),
		"relations of every type": ofRelation(func(r *graph.Relation) any { return true }),
		"discriminators":          ofRelation(func(r *graph.Relation) any { return r.Disc }),
		"modality":                ofRelation(func(r *graph.Relation) any { return r.Modality }),
		"confidence":              ofRelation(func(r *graph.Relation) any { return r.Score() }),
		"validity":                ofRelation(func(r *graph.Relation) any { return []any{r.ValidFrom, r.ValidTo} }),
		"open lists, places, via": ofRelation(func(r *graph.Relation) any { return []any{r.OpenEnded, r.Places, r.Via} }),
		"amounts and volumes":     ofRelation(func(r *graph.Relation) any { return []any{r.Amount, r.Volume, r.Product} }),
		"shares in per cent": ofRelation(func(r *graph.Relation) any {
			if !shared(r) {
				return nil
			}
			return r.Share.Value
		}),
		"subjects and recognitions": ofRelation(func(r *graph.Relation) any { return []any{r.Subject, r.SubjectEN, r.RecognisedIn, r.RecognisedBy} }),
		"evidence of a relation":    ofRelation(func(r *graph.Relation) any { return r.Evidence }),
		"what was derived, and from what": ofRelation(func(r *graph.Relation) any {
			if !r.Derived() {
				return nil
			}
			return r.Derivation
		}),
	}
}

func textsOf[T any](list []T, of func(T) any) []string {
	texts := []string{}
	for _, v := range list {
		text, _ := json.Marshal(of(v))
		texts = append(texts, string(text))
	}
	return texts
}

// seen is a facet of all that a store holds.
func seen(t *testing.T, store graph.Store, of facet) []string {
	t.Helper()
	list := []string{}
	contents(t, store, func(c *graph.Change) bool {
		if v := of(*c); v != nil {
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, string(text))
		}
		return true
	})
	slices.Sort(list)
	return list
}

// onTheWay is a file by which a graph travels.
type onTheWay struct {
	format interchange.Format
	name   string
	read   dataset.Format
}

// waysThere are the files of each column of the table.
func waysThere(t *testing.T) map[string][]onTheWay {
	t.Helper()
	of := func(reader dataset.Format, files ...onTheWay) []onTheWay {
		for i := range files {
			files[i].read = reader
		}
		return files
	}
	return map[string][]onTheWay{
		"jsonl":          of(dataset.JSONLines(), onTheWay{format: interchange.JSONLines, name: "carried.jsonl"}),
		"facts":          of(dataset.Statements(), onTheWay{format: interchange.Facts, name: "carried.facts"}),
		"graphml":        of(interchange.ReadGraphML(), onTheWay{format: interchange.GraphML, name: "carried.graphml"}),
		"json-ld":        of(interchange.ReadJSONLD(), onTheWay{format: interchange.JSONLD, name: "carried.jsonld"}),
		"n-quads":        of(interchange.ReadNQuads(), onTheWay{format: interchange.NQuads, name: "carried.nq"}),
		"bods":           of(interchange.ReadBODS(), onTheWay{format: interchange.BODS, name: "carried.bods.json"}),
		"ftm":            of(interchange.ReadFtM(), onTheWay{format: interchange.FtM, name: "carried.ftm.jsonl"}),
		"ftm-statements": of(interchange.ReadFtM(), onTheWay{format: interchange.FtMStatements, name: "carried.ftm.csv"}),
		"neo4j-csv":      of(tables.CSV(), onTheWay{format: interchange.Neo4jCSVNodes, name: "nodes.csv"}, onTheWay{format: interchange.Neo4jCSV, name: "edges.csv"}),
		"csv":            of(tables.CSV(), onTheWay{format: interchange.CSVNodes, name: "entities.csv"}, onTheWay{format: interchange.CSV, name: "relations.csv"}),
		"tsv":            of(tables.TSV(), onTheWay{format: interchange.TSVNodes, name: "entities.tsv"}, onTheWay{format: interchange.TSV, name: "relations.tsv"}),
		"xlsx":           of(tables.Excel(), onTheWay{format: interchange.XLSX, name: "entities.xlsx"}, onTheWay{format: interchange.XLSX, name: "relations.xlsx"}),
	}
}

// carriedInFiles is what is left of a store that went through files.
func carriedInFiles(t *testing.T, c *gql.Contract, store graph.Store, files []onTheWay) graph.Store {
	t.Helper()
	mapping, err := os.ReadFile("../examples/exported.yaml")
	if err != nil {
		t.Fatal(err)
	}
	gateway := &gql.Gateway{Contract: c, Store: store}
	to := mem.New(c.Ontology)
	t.Cleanup(func() { to.Close() })
	if files == nil {
		t.Fatal("it is not known how this format travels")
	}
	for _, f := range files {
		var b bytes.Buffer
		if err := gateway.WriteFile(t.Context(), &b, gql.FileQuery{Format: string(f.format)}); err != nil {
			t.Fatal(err)
		}
		in := dataset.Input{Name: f.name, Reader: &b, Ontology: c.Ontology}
		if strings.HasPrefix(f.name, "entities") || strings.HasPrefix(f.name, "relations") {
			in.Mapping = dataset.Text{Name: "exported.yaml", Data: mapping}
		}
		if report, err := dataset.Load(t.Context(), to, c.Ontology, f.read.Read(in), dataset.Options{}); err != nil || len(report.Rejected) > 0 {
			t.Fatalf("%s: %v %v", f.name, err, report.Rejected)
		}
	}
	return to
}

func TestFormatsKeepWhatTheTableSays(t *testing.T) {
	c := theContract(t)
	var changes []graph.Change
	for line, err := range dataset.ReadStatements(strings.NewReader(richFacts), "rich") {
		if err != nil {
			t.Fatal(err)
		}
		if line.Change.Source != nil {
			text := "foo 名单"
			line.Change.Text = &text
		}
		changes = append(changes, line.Change)
	}
	store := holding(t, c.Ontology, changes)
	formats, rows := kept(t)
	for row := range rows {
		if facets()[row] == nil {
			t.Errorf("the table has the row %q, which nothing checks", row)
		}
	}
	for _, format := range formats {
		back := carriedInFiles(t, c, store, waysThere(t)[format])
		for row, of := range facets() {
			want := seen(t, store, of)
			if len(want) == 0 {
				t.Fatalf("there is nothing to compare of %q", row)
			}
			got := seen(t, back, of)
			if row == "sources without their texts" { // beside which the file itself may stand
				got = slices.DeleteFunc(got, func(s string) bool { return !strings.Contains(s, `"source:list"`) })
			}
			if is, says := slices.Equal(want, got), rows[row][format]; is != says {
				t.Errorf("%s of %s: the table says %v, and it is %v\nwritten %v\nread    %v", row, format, says, is, want, got)
			}
		}
	}
}

// A table of FollowTheMoney statements says what its entities do, to the last
// name.
func TestStatementsSayWhatEntitiesDo(t *testing.T) {
	c := theContract(t)
	var names int
	for seed := range uint64(20) {
		store := holding(t, c.Ontology, newMaker(seed, c.Ontology).graph())
		entities := contents(t, carriedInFiles(t, c, store, waysThere(t)["ftm"]), core)
		statements := contents(t, carriedInFiles(t, c, store, waysThere(t)["ftm-statements"]), core)
		for i := range entities {
			entities[i] = strings.ReplaceAll(entities[i], "file:carried.ftm.jsonl/", "file:carried.ftm.csv/")
			names += strings.Count(entities[i], `"role":"SHORT"`)
		}
		if diff := cmp.Diff(entities, statements); diff != "" {
			t.Errorf("seed %d: -entities +statements\n%s", seed, diff)
		}
	}
	if names < 10 {
		t.Errorf("only %d further names were carried", names)
	}
}
