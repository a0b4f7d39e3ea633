package formats_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lianzhu"
	"lianzhu/dataset"
	"lianzhu/dataset/formats"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/storage/mem"
)

// world is what stands in the graph before a file is imported.
const world = `
source source:a
  title zh 甲报

entity enterprise:a ENTERPRISE
  name zh official 甲公司

entity enterprise:b ENTERPRISE
  name zh official 乙公司

entity institution:i INSTITUTION
  name zh official 丙所

entity region:x REGION
  name zh official 甲省

entity region:y REGION
  name zh official 乙市

relation region:y PART_OF region:x
  @ source:a
`

const tableMapping = `lianzhu-mapping: 1
tables:
  - relations: [{type: "{type}", from: {key: "{from}"}, to: {key: "{to}"}, validFrom: "{since}", amount: {value: "{amount}"}, evidence: to}]
`

// fact is a relation as a file of any format says it.
type fact struct{ typ, from, to, since, amount string }

// notation is how files of a format say a fact.
type notation struct {
	name    string // of the file
	format  string
	mapping string
	write   func(t *testing.T, f fact) string
}

func text(write func(fact) string) func(*testing.T, fact) string {
	return func(_ *testing.T, f fact) string { return write(f) }
}

// given is what more says of a value that is there, or nothing.
func given(more, value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf(more, value)
}

func cells(sep string) func(*testing.T, fact) string {
	return text(func(f fact) string {
		return strings.Join([]string{"type", "from", "to", "since", "amount"}, sep) + "\n" + strings.Join([]string{f.typ, f.from, f.to, f.since, f.amount}, sep) + "\n"
	})
}

func notations() []notation {
	return []notation{
		{"bad.jsonl", "jsonl", "", text(func(f fact) string {
			return `{"lianzhu":{"format":1}}` + "\n" + `{"relation":{"type":"` + f.typ + `","source":"` + f.from + `","target":"` + f.to + `","modality":"ASSERTED",` +
				given(`"validFrom":"%s",`, f.since) + given(`"amount":{"raw":"%[1]s","value":"%[1]s"},`, f.amount) + `"evidence":[{"source":"source:a","start":-1,"end":-1}]}}` + "\n"
		})},
		{"bad.facts", "facts", "", text(func(f fact) string {
			return "relation " + f.from + " " + f.typ + " " + f.to + "\n" + given("  from %s\n", f.since) + given("  amount %[1]s = %[1]s\n", f.amount) + "  @ source:a\n"
		})},
		{"bad.csv", "csv", tableMapping, cells(",")},
		{"bad.tsv", "tsv", tableMapping, cells("\t")},
		{"bulk.csv", "csv", "", text(func(f fact) string {
			return ":START_ID,:END_ID,:TYPE,validFrom\n" + f.from + "," + f.to + "," + f.typ + "," + f.since + "\n"
		})},
		{"bad.xlsx", "xlsx", tableMapping, workbook},
		{"bad.graphml", "graphml", "", text(func(f fact) string {
			return `<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed">` + "\n" + `<edge source="` + f.from + `" target="` + f.to + `"><data key="type">` + f.typ + `</data>` +
				given(`<data key="validFrom">%s</data>`, f.since) + given(`<data key="amount">%[1]s</data><data key="amountValue">%[1]s</data>`, f.amount) + "</edge></graph></graphml>\n"
		})},
		{"bad.jsonld", "json-ld", "", text(func(f fact) string {
			return `{"@context":{"@vocab":"urn:lianzhu:"},"@graph":[` + "\n" + `{"@id":"urn:x:r","@type":"` + f.typ + `","source":{"@id":"urn:lianzhu:` + f.from + `"},"target":{"@id":"urn:lianzhu:` + f.to + `"}` +
				given(`,"validFrom":"%s"`, f.since) + given(`,"amount":"%[1]s","amountValue":"%[1]s"`, f.amount) + "}]}\n"
		})},
		{"bad.nq", "n-quads", "", text(func(f fact) string {
			line := func(property, object string) string { return "<urn:x:r> <" + property + "> " + object + " .\n" }
			return "# one relation\n" + line("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "<urn:lianzhu:"+f.typ+">") + line("urn:lianzhu:source", "<urn:lianzhu:"+f.from+">") + line("urn:lianzhu:target", "<urn:lianzhu:"+f.to+">") +
				given("<urn:x:r> <urn:lianzhu:validFrom> \"%s\" .\n", f.since) + given("<urn:x:r> <urn:lianzhu:amount> \"%[1]s\" .\n<urn:x:r> <urn:lianzhu:amountValue> \"%[1]s\" .\n", f.amount)
		})},
		{"bad.bods.json", "bods", "", text(func(f fact) string {
			return "[\n" + `{"recordId":"r","recordType":"relationship","recordDetails":{"subject":"` + f.to + `","interestedParty":"` + f.from + `","interests":[{"type":"shareholding"` + given(`,"startDate":"%s"`, f.since) + "}]}}]\n"
		})},
		{"bad.ftm.jsonl", "ftm", "", text(func(f fact) string {
			return "\n" + `{"id":"o","schema":"Ownership","properties":{"owner":["` + f.from + `"],"asset":["` + f.to + `"]` + given(`,"startDate":["%s"]`, f.since) + "}}\n"
		})},
	}
}

func workbook(t *testing.T, f fact) string {
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range [][]any{{"type", "from", "to", "since", "amount"}, {f.typ, f.from, f.to, f.since, f.amount}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func ontologyOfTheSchema(t testing.TB) *graph.Ontology {
	t.Helper()
	o, err := gql.ReadOntology(lianzhu.Schema)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// holding is a store that holds what a text in the readable format says.
func holding(t testing.TB, o *graph.Ontology, facts string) graph.Store {
	t.Helper()
	store := mem.New(o)
	t.Cleanup(func() { store.Close() })
	if _, err := dataset.Load(t.Context(), store, o, dataset.ReadStatements(strings.NewReader(facts), "world"), dataset.Options{Strict: true}); err != nil {
		t.Fatal(err)
	}
	return store
}

// state is the revision of a store and its export, without what it says of a
// file itself.
func state(t testing.TB, store graph.Store, without string) (graph.Rev, string) {
	t.Helper()
	var rev graph.Rev
	var b bytes.Buffer
	err := store.View(t.Context(), func(r graph.Reader) error {
		rev = r.Rev()
		return dataset.Encode(&b, dataset.All(r))
	})
	if err != nil {
		t.Fatal(err)
	}
	var kept strings.Builder
	for line := range strings.Lines(b.String()) {
		if without == "" || !strings.HasPrefix(line, `{"source":{"key":"source:`+without) {
			kept.WriteString(line)
		}
	}
	return rev, kept.String()
}

func (n *notation) load(t testing.TB, store graph.Store, o *graph.Ontology, file string, options dataset.Options) ([]string, error) {
	t.Helper()
	format, ok := formats.Named(n.format)
	if !ok {
		t.Fatalf("there is no format %s", n.format)
	}
	in := dataset.Input{Name: n.name, Reader: strings.NewReader(file), Ontology: o}
	if n.mapping != "" {
		in.Mapping = dataset.Text{Name: "m.yaml", Data: []byte(n.mapping)}
	}
	report, err := dataset.Load(t.Context(), store, o, format.Read(in), options)
	var problems []string
	for _, p := range report.Rejected {
		problems = append(problems, p.Error())
	}
	return problems, err
}

// badFact is a fact that no file can bring in, what must be said of it, and the
// formats that have no way to say it.
type badFact struct {
	name string
	fact fact
	says string
	not  string
}

// A file with one bad fact is refused at its place. A strict import of it leaves
// the graph as it was, revision and all; another may leave the file as a source.
func TestWhatCannotBeIsRefusedByEveryFormatWithItsPlace(t *testing.T) {
	o := ontologyOfTheSchema(t)
	for _, c := range []badFact{
		{name: "a relation to oneself", fact: fact{"INVESTS_IN", "enterprise:a", "enterprise:a", "", ""}, says: "joins an entity to itself"},
		{name: "ends that the ontology forbids", fact: fact{"INVESTS_IN", "enterprise:a", "institution:i", "", ""}, says: "INVESTS_IN cannot go from ENTERPRISE to INSTITUTION"},
		{name: "an end that is not there", fact: fact{"INVESTS_IN", "enterprise:a", "enterprise:nobody", "", ""}, says: "enterprise:nobody is not in the graph"},
		{name: "a region that would contain itself", fact: fact{"PART_OF", "region:x", "region:y", "", ""}, says: `PART_OF\|region:x\|region:y: a region would contain itself`, not: "bods ftm"},
		{name: "a date that does not exist", fact: fact{"INVESTS_IN", "enterprise:a", "enterprise:b", "2023-02-30", ""}, says: "there is no day 30 in month 02 of 2023"},
		{name: "an amount without a unit", fact: fact{"INVESTS_IN", "enterprise:a", "enterprise:b", "", "300"}, says: "unit", not: "bods ftm bulk"},
		{name: "a NUL", fact: fact{"INVESTS_IN", "enterprise:a", "enterprise:b\x00", "", ""}, says: `NUL byte|U\+0000|'\\x00'`, not: "xlsx"},
		{name: "what is not UTF-8", fact: fact{"INVESTS_IN", "enterprise:a", "enterprise:b\xff", "", ""}, says: "UTF-8", not: "xlsx"},
	} {
		for _, n := range notations() {
			if strings.Contains(c.not, n.format) || n.name == "bulk.csv" && strings.Contains(c.not, "bulk") {
				continue
			}
			t.Run(c.name+" in "+n.name, func(t *testing.T) {
				file := n.write(t, c.fact)
				store := holding(t, o, world)
				rev, before := state(t, store, "")
				_, err := n.load(t, store, o, file, dataset.Options{Strict: true})
				if gotRev, got := state(t, store, ""); err == nil || gotRev != rev || got != before {
					t.Errorf("a strict import ends with %v, and revision %d became %d", err, rev, gotRev)
				}
				problems, err := n.load(t, store, o, file, dataset.Options{})
				if _, got := state(t, store, n.name); err != nil || got != before {
					t.Errorf("the graph has changed (%v):\n%s", err, got)
				}
				at := fmt.Sprintf("%s:%d", n.name, 1+strings.Count(file[:max(0, strings.Index(file, c.fact.from))], "\n"))
				if strings.Contains("n-quads xlsx facts", n.format) {
					at = n.name + ":" // at a line of the thing, the row of the sheet, the line of the statement
				}
				if len(problems) == 0 || !strings.HasPrefix(problems[0], at) || !regexp.MustCompile(c.says).MatchString(problems[0]) {
					t.Errorf("it says %q, not at %s", problems, at)
				}
			})
		}
	}
}

// Characters that are broken are not mended in silence, since the name that would
// come of it stands nowhere.
func TestABrokenNameIsRefusedNotMended(t *testing.T) {
	o := ontologyOfTheSchema(t)
	for _, c := range []struct{ name, format, file string }{
		{"a.jsonld", "json-ld", "{\"@context\":{\"@vocab\":\"urn:lianzhu:\"},\"@id\":\"urn:lianzhu:enterprise:c\",\"@type\":\"ENTERPRISE\",\"name\":\"丁\xff\"}"},
		{"a.bods.json", "bods", "[{\"recordId\":\"enterprise:c\",\"recordType\":\"entity\",\"recordDetails\":{\"entityType\":{\"type\":\"registeredEntity\"},\"name\":\"丁\xff\"}}]"},
		{"a.ftm.jsonl", "ftm", "{\"id\":\"enterprise:c\",\"schema\":\"Company\",\"properties\":{\"name\":[\"丁\xff\"]}}\n"},
		{"a.ftm.csv", "ftm", "entity_id,prop,schema,value\nenterprise:c,name,Company,丁\xff\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := holding(t, o, world)
			rev, _ := state(t, store, "")
			n := notation{name: c.name, format: c.format}
			problems, err := n.load(t, store, o, c.file, dataset.Options{})
			if got, _ := state(t, store, ""); err != nil || got != rev || len(problems) != 1 || !strings.Contains(problems[0], "it is not UTF-8") {
				t.Errorf("%v, revision %d became %d: %q", err, rev, got, problems)
			}
		})
	}
}
