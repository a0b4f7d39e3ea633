package formats_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lianzhu/dataset"
	"lianzhu/dataset/formats"
	"lianzhu/graph"
)

// flawed is a file of which some things are refused: with wrong in the place of
// right. Both stand in the file of rejects as they stand here.
type flawed struct {
	name, format, mapping string
	file                  string // as it should be
	right, wrong          string
	refused               int // things, not reasons
}

const twoTables = `lianzhu-mapping: 1
tables:
  - entities: [{as: firm, key: "enterprise:{id}", kind: ENTERPRISE, names: [{text: "{name}"}]}]
    relations: [{type: SUBSIDIARY_OF, from: {as: firm}, to: {key: "enterprise:{parent}"}, validFrom: "{since}"}]
`

// found finds the entities of the table by their names.
const found = `lianzhu-mapping: 1
tables:
  - entities: [{as: firm, key: "enterprise:{id}", kind: ENTERPRISE, find: [{name: "{name}"}], names: [{text: "{name}"}]}]
    relations: [{type: SUBSIDIARY_OF, from: {as: firm}, to: {key: "enterprise:{parent}"}, validFrom: "{since}"}]
`

func flawedFiles() []flawed {
	const rdf, ours = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "urn:lianzhu:"
	graphML := `<?xml version="1.0"?>
<g:graphml xmlns:g="http://graphml.graphdrawing.org/xmlns">
<g:key id="k" for="node" attr.name="kind"><g:default>ENTERPRISE</g:default></g:key><g:key id="n" for="node" attr.name="name"/><g:key id="y" for="node" attr.name="key"/>
<g:key id="t" for="edge" attr.name="type"/><g:key id="s" for="edge" attr.name="validFrom"/>
<g:graph edgedefault="directed">
<g:node id="n0"><g:data key="n">丁 &amp; 戊</g:data></g:node>
<g:node id="n1"><g:data key="n">己</g:data><g:data key="y">enterprise:six</g:data></g:node>
<g:node id="n2"><g:data key="k">ENTERPRISE</g:data><g:data key="n">庚</g:data></g:node>
<g:edge source="n0" target="n1"><g:data key="t">INVESTS_IN</g:data><g:data key="s">2020-02-29</g:data></g:edge>
<g:edge source="n2" target="n0"><g:data key="t">INVESTS_IN</g:data></g:edge>
</g:graph></g:graphml>
`
	quads := `_:four ` + rdf + ` <urn:lianzhu:ENTERPRISE> .
_:four <urn:lianzhu:name> "丁"@zh .
_:four <urn:lianzhu:alias> "丁丁" .
<urn:x:r> ` + rdf + ` <urn:lianzhu:INVESTS_IN> .
<urn:x:r> <urn:lianzhu:source> _:four .
<urn:x:r> <urn:lianzhu:target> <urn:lianzhu:enterprise:a> .
<urn:x:r> <urn:lianzhu:validFrom> "2020-02-29" .
`
	linked := `{"@context":{"@vocab":"urn:lianzhu:"},"@graph":[
{"@id":"urn:lianzhu:enterprise:d","@type":"ENTERPRISE","name":"丁"},
{"@id":"_:r","@type":"INVESTS_IN","source":{"@id":"urn:lianzhu:enterprise:a"},"target":{"@id":"_:new","@type":"ENTERPRISE","name":"戊"},"validFrom":"2020-02-29"},
{"@id":"_:new","@type":"ENTERPRISE","name":"己"}]}
`
	bods := `[
{"recordId":"four","recordType":"entity","recordDetails":{"entityType":{"type":"registeredEntity"},"name":"丁"}},
{"recordId":"r","recordType":"relationship","recordDetails":{"subject":"four","interestedParty":"enterprise:a","interests":[{"type":"shareholding","startDate":"2020-02-29","share":{"exact":51}}]}}
]
`
	ftm := `{"id":"four","schema":"Company","properties":{"name":["丁"]}}
{"id":"o","schema":"Ownership","properties":{"owner":["enterprise:a"],"asset":["four"],"startDate":["2020-02-29"]}}
{"id":"five","schema":"Company","properties":{"name":["戊"]}}
`
	statements := `{"entity_id":"four","schema":"Company","prop":"name","value":"丁"}
{"entity_id":"o","schema":"Ownership","prop":"owner","value":"enterprise:a"}
{"entity_id":"four","schema":"Company","prop":"alias","value":"丁丁"}
{"entity_id":"o","schema":"Ownership","prop":"asset","value":"four"}
{"entity_id":"o","schema":"Ownership","prop":"startDate","value":"2020-02-29"}
`
	rows := "entity_id,schema,prop,value\nfour,Company,name,\"丁, \"\"大\"\"\n厂\"\no,Ownership,owner,enterprise:a\nfour,Company,alias,丁丁\no,Ownership,asset,four\no,Ownership,startDate,2020-02-29\n"
	jsonl := `{"lianzhu":{"format":1}}
{"entity":{"key":"enterprise:d","kind":"ENTERPRISE","names":[{"text":"丁","lang":"ZH","role":"OFFICIAL"}],"evidence":[{"source":"source:a","start":-1,"end":-1}]}}
{"relation":{"type":"INVESTS_IN","source":"enterprise:a","target":"enterprise:d","modality":"ASSERTED","validFrom":"2020-02-29","evidence":[{"source":"source:a","start":-1,"end":-1}]}}
`
	facts := "entity enterprise:d ENTERPRISE\n  name zh official 丁\n  @ source:a\n\nrelation enterprise:a INVESTS_IN enterprise:d\n  from 2020-02-29\n  @ source:a\n"
	bulk := "name,:ID(E),:LABEL\n丁,4,ENTERPRISE\n戊,5,ENTERPRISE\n"
	table := "id,name,parent,since\nd,丁,a,2020-02-29\ne,戊,d,2021\n"
	const date, noDate = "2020-02-29", "2021-02-29"
	return []flawed{
		{"m.jsonl", "jsonl", "", jsonl, date, noDate, 1},
		{"m.jsonl", "jsonl", "", jsonl, `"role":"OFFICIAL"}]`, `"role":"OFFICIAL"]`, 2},
		{"m.facts", "facts", "", facts, date, noDate, 1},
		{"m.csv", "csv", twoTables, table, date, noDate, 2},
		{"m.csv", "csv", twoTables, table, ",a,", ",zz,", 1},
		{"m.csv", "csv", strings.Replace(twoTables, "tables:", "source: {key: source:list}\ntables:", 1), table, date, noDate, 2},
		{"m.csv", "csv", found, table, ",a,", ",zz,", 1},
		{"m.csv", "csv", found, table, date, noDate, 2},
		{"m.tsv", "tsv", twoTables, strings.ReplaceAll(table, ",", "\t"), date, noDate, 2},
		{"m.csv", "csv", "", bulk, "4,ENTERPRISE", "4,COMPANYY", 1},
		{"m.xlsx", "xlsx", strings.Replace(twoTables, "- entities", "- sheet: 企业\n    entities", 1), table, date, noDate, 2},
		{"m.graphml", "graphml", "", graphML, date, noDate, 1},
		{"m.graphml", "graphml", "", graphML, "ENTERPRISE</g:data>", "COMPANYY</g:data>", 2},
		{"m.graphml", "graphml", "", graphML, `source="n2"`, `sauce="n2"`, 1},
		{"m.jsonld", "json-ld", "", linked, date, noDate, 1},
		{"m.jsonld", "json-ld", "", linked, `"ENTERPRISE","name":"己"`, `"COMPANYY","name":"己"`, 1},
		{"m.jsonld", "json-ld", "", linked, "戊", "戊\xff", 1},
		{"m.jsonld", "json-ld", "", `{"@context":{"@vocab":"urn:lianzhu:"},"@id":"urn:lianzhu:enterprise:d","@type":"ENTERPRISE","name":"丁"}`, "ENTERPRISE", "COMPANYY", 1},
		{"m.jsonld", "json-ld", "", `[{"@context":{"@vocab":"urn:lianzhu:"},"@id":"urn:lianzhu:enterprise:d","@type":"ENTERPRISE","name":"丁"}]`, "ENTERPRISE", "COMPANYY", 1},
		{"m.jsonld", "json-ld", "", linked, `"ENTERPRISE","name":"戊"`, `"COMPANYY","name":"戊"`, 1},
		{"m.nq", "n-quads", "", quads, date, noDate, 1},
		{"m.nq", "n-quads", "", quads, `"丁"@zh .`, `"丁"@zh`, 2},
		{"m.nq", "n-quads", "", quads, `<urn:lianzhu:target>`, `<urn:lianzhu:target`, 1},
		{"m.nq", "n-quads", "", quads, "丁丁", "丁丁\xff", 2},
		{"m.bods.json", "bods", "", bods, date, noDate, 1},
		{"m.bods.json", "bods", "", bods, `"registeredEntity"`, `"person"`, 2},
		{"m.bods.jsonl", "bods", "", strings.NewReplacer("[\n", "", "},\n", "}\n", "\n]", "").Replace(bods), `"exact":51`, `"exact":51,,`, 1},
		{"m.ftm.jsonl", "ftm", "", ftm, date, noDate, 1},
		{"m.ftm.jsonl", "ftm", "", ftm, `{"id":"four",`, `{"id":"four",,`, 2},
		{"m.ftm.jsonl", "ftm", "", ftm, `{"name":["戊"]}}`, `{"name":["戊"]`, 1},
		{"m.ftm.jsonl", "ftm", "", statements, date, noDate, 1},
		{"m.ftm.jsonl", "ftm", "", statements, `"Company","prop":"alias"`, `"","prop":"alias"`, 2},
		{"m.ftm.jsonl", "ftm", "", statements, `"value":"丁丁"}`, `"value":"丁丁"`, 2},
		{"m.ftm.csv", "ftm", "", rows, "alias,丁丁", "alias,丁\"丁", 2},
		{"m.ftm.csv", "ftm", "", rows, date, noDate, 1},
		{"m.ftm.csv", "ftm", "", rows, "four,Company,alias", "four,,alias", 2},
		{"m.ftm.csv", "ftm", "", rows, "alias,丁丁", "alias,丁丁\xff", 2},
	}
}

// sheet makes a workbook of comma-separated values, and values of a workbook.
func sheet(t *testing.T, name string, rows [][]string) string {
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetSheetName("Sheet1", name); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if err := book.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// mended is a file with every wrong place put right.
func (c *flawed) mended(t *testing.T, file string) string {
	if c.format != "xlsx" {
		return strings.ReplaceAll(file, c.wrong, c.right)
	}
	book, err := excelize.OpenReader(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	name := book.GetSheetName(0)
	rows, err := book.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for i := range row {
			row[i] = strings.ReplaceAll(row[i], c.wrong, c.right)
		}
	}
	return sheet(t, name, rows)
}

// written is the file as its format has it.
func (c *flawed) written(t *testing.T, file string) string {
	if c.format != "xlsx" {
		return file
	}
	var rows [][]string
	for line := range strings.Lines(file) {
		rows = append(rows, strings.Split(strings.TrimSpace(line), ","))
	}
	return sheet(t, "企业", rows)
}

// load imports a file under a name; it gives the problems, and the file of
// rejects.
func (c *flawed) load(t *testing.T, store graph.Store, o *graph.Ontology, name, file string) (problems []*dataset.Problem, rejects string) {
	t.Helper()
	format, _ := formats.Named(c.format)
	in := dataset.Input{Name: name, Reader: strings.NewReader(file), Ontology: o, Records: true}
	if c.mapping != "" {
		in.Mapping = dataset.Text{Name: "m.yaml", Data: []byte(c.mapping)}
	}
	var b bytes.Buffer
	out := format.Rejects(&b)
	_, err := dataset.Load(t.Context(), store, o, format.Read(in), dataset.Options{BatchSize: 2, Rejected: func(p *dataset.Problem) error {
		problems = append(problems, p)
		return out.Write(p)
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return problems, b.String()
}

// placeless is what a store holds, but for the files and the places in them,
// which a mended thing cannot have.
func placeless(t *testing.T, store graph.Store) string {
	t.Helper()
	_, held := state(t, store, "m.")
	var kept strings.Builder
	for line := range strings.Lines(held) {
		if !strings.HasPrefix(line, `{"source":`) {
			kept.WriteString(placeInAFile.ReplaceAllString(line, `"a file"`))
		}
	}
	return kept.String()
}

var placeInAFile = regexp.MustCompile(`\{"source":"source:[^"]{2,}","start":-?\d+,"end":-?\d+(,"sha256":"[0-9a-f]+")?\}|"source:[^"]{2,}"`)

func second(_ graph.Rev, export string) string { return export }

// sourcesIn are the lines of sources with their texts.
func sourcesIn(export string) (lines []string) {
	for line := range strings.Lines(export) {
		if strings.HasPrefix(line, `{"source":`) {
			lines = append(lines, line)
		}
	}
	return lines
}

// What is refused of a file comes back in a file of the same format, whole and
// once. Read as it is, that file is refused again and changes nothing; mended, it
// makes the graph what the file would have made of it, and read twice it makes
// nothing twice.
func TestWhatIsRefusedCanBeMendedAndReadAgain(t *testing.T) {
	o := ontologyOfTheSchema(t)
	for i, c := range flawedFiles() {
		t.Run(fmt.Sprintf("%d %s without %q", i, c.name, c.right), func(t *testing.T) {
			good := holding(t, o, world)
			if problems, _ := c.load(t, good, o, c.name, c.written(t, c.file)); len(problems) > 0 {
				t.Fatalf("the file as it should be is refused: %v", problems)
			}
			bad := strings.Replace(c.file, c.right, c.wrong, 1)
			if bad == c.file {
				t.Fatal("there is nothing to spoil")
			}
			store := holding(t, o, world)
			problems, rejects := c.load(t, store, o, c.name, c.written(t, bad))
			plain := holding(t, o, world)
			if _, err := (&notation{name: c.name, format: c.format, mapping: c.mapping}).load(t, plain, o, c.written(t, bad), dataset.Options{BatchSize: 2}); err != nil {
				t.Fatal(err)
			}
			if _, got := state(t, store, ""); got != second(state(t, plain, "")) {
				t.Errorf("where no file of rejects is wanted, another graph comes of it:\n%s\nnot\n%s", second(state(t, plain, "")), got)
			}
			things := map[*dataset.Record]bool{}
			for _, p := range problems {
				if p.Line == 0 || p.File != c.name {
					t.Errorf("%v has no line", p)
				}
				if p.Column == 0 && !p.Dangling && !strings.Contains(p.Reason, "in the graph") {
					t.Errorf("%v has no column", p)
				}
				things[p.Record] = true
			}
			for thing := range things { // once, however many reasons there are
				if lines := bytes.Count([]byte(rejects), thing.Text); c.format != "xlsx" && c.name != "m.ftm.csv" && lines != 1 {
					t.Errorf("%q stands there %d times:\n%s", thing.Text, lines, rejects)
				}
			}
			if len(things) != c.refused || things[nil] {
				t.Errorf("%d things are refused, not %d: %v\n%s", len(things), c.refused, problems, rejects)
			}
			if placeless(t, store) == placeless(t, good) {
				t.Error("nothing is missing of the spoilt file")
			}
			ending := c.name[strings.IndexByte(c.name, '.'):]
			rev, before := state(t, store, "")
			again, later := c.load(t, store, o, "again"+ending, rejects)
			if _, after := state(t, store, "again"); len(again) != len(problems) || after != before {
				t.Errorf("read as it is, it is refused with %v, not %v; revision %d\n%s\nbefore %s\nafter %s", again, problems, rev, rejects, before, after)
			}
			sources := sourcesIn(before)
			for _, mended := range []string{c.mended(t, rejects), c.mended(t, later)} {
				if problems, _ = c.load(t, store, o, "mended"+ending, mended); len(problems) > 0 {
					t.Fatalf("mended, it is refused: %v\n%s", problems, mended)
				}
				if got, want := placeless(t, store), placeless(t, good); got != want {
					t.Errorf("mended, it makes\n%s\nnot\n%s\nof\n%s", got, want, mended)
				}
			}
			_, after := state(t, store, "")
			for _, source := range sources {
				if !strings.Contains(after, source) {
					t.Errorf("the source %s is not as it was", source)
				}
			}
			rev, _ = state(t, store, "")
			c.load(t, store, o, "mended"+ending, c.mended(t, rejects))
			if twice, _ := state(t, store, ""); twice != rev {
				t.Errorf("read twice, revision %d becomes %d", rev, twice)
			}
		})
	}
	for _, f := range formats.All() { // the table above leaves none out
		if !slices.ContainsFunc(flawedFiles(), func(c flawed) bool { return c.format == f.Name }) || f.Rejects == nil {
			t.Errorf("%s is not tried", f.Name)
		}
	}
}
