package interchange_test

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/interchange"
)

func readers() []dataset.Format {
	return []dataset.Format{interchange.ReadGraphML(), interchange.ReadJSONLD(), interchange.ReadNQuads(), interchange.ReadBODS(), interchange.ReadFtM()}
}

// readAll is what a reader makes of a file: its changes and its problems.
func readAll(t testing.TB, f dataset.Format, o *graph.Ontology, name string, in io.Reader) (changes []graph.Change, problems []string) {
	t.Helper()
	for line, err := range f.Read(dataset.Input{Name: name, Reader: in, Ontology: o}) {
		var p *dataset.Problem
		switch {
		case errors.As(err, &p):
			problems = append(problems, p.Error())
		case err != nil:
			t.Fatal(err)
		default:
			changes = append(changes, line.Change)
		}
	}
	return changes, problems
}

const graphMLHead = `<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="k" for="node" attr.name="kind"/><key id="n" for="node" attr.name="name"/><graph edgedefault="directed">`

func TestHostileFilesAreRefusedInASentence(t *testing.T) {
	o := theContract(t).Ontology
	laughs := `<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;&lol;">]>` + "\n" + graphMLHead + `<node id="a"><data key="n">&lol1;</data></node></graph></graphml>`
	deep := graphMLHead + strings.Repeat("<a>", 100_000)
	for _, c := range []struct {
		name   string
		format dataset.Format
		file   string
		says   string
	}{
		{"a document type that would expand", interchange.ReadGraphML(), laughs, "document type"},
		{"an entity that is not XML's own", interchange.ReadGraphML(), graphMLHead + `<node id="a"><data key="n">&lol;</data></node>`, "no XML"},
		{"elements that nest without end", interchange.ReadGraphML(), deep, "nest more than 64 deep"},
		{"a text that nests without end", interchange.ReadGraphML(), graphMLHead + `<node id="a"><data key="n">` + strings.Repeat("<a>", 1000), "nest more than 64 deep"},
		{"a file that ends too early", interchange.ReadGraphML(), graphMLHead + `<node id="a">`, "unexpected EOF"},
		{"no XML", interchange.ReadGraphML(), `{"a":1}`, "no graph in it"},
		{"XML that is none of ours", interchange.ReadGraphML(), `<html></html>`, "no graph in it"},
		{"another encoding", interchange.ReadGraphML(), `<?xml version="1.0" encoding="gb18030"?><graphml/>`, "UTF-8"},
		{"broken UTF-8", interchange.ReadGraphML(), graphMLHead + "<node id=\"\xff\"/>", "invalid UTF-8"},
		{"a hyperedge", interchange.ReadGraphML(), graphMLHead + `<hyperedge><endpoint node="a"/></hyperedge></graph></graphml>`, "hyperedge"},
		{"an edge without ends", interchange.ReadGraphML(), graphMLHead + `<edge id="e"/></graph></graphml>`, "lacks its source"},
		{"a remote context", interchange.ReadJSONLD(), `{"@context":"https://example.org/context.jsonld","@graph":[{"@id":"urn:x:a","name":"a"}]}`, "nothing is fetched"},
		{"a number beyond all numbers", interchange.ReadJSONLD(), `{"@id":"urn:x:a","a":1` + strings.Repeat("0", 400) + `}`, "it cannot be read: it cannot be number 1000"},
		{"a text in the place of a thing", interchange.ReadJSONLD(), `["http://127.0.0.1:1/x"]`, "it is no object"},
		{"a remote context within a thing", interchange.ReadJSONLD(), `[{"@context":"http://127.0.0.1:1/x","@id":"urn:x:a"}]`, "nothing is fetched"},
		{"a context that imports another", interchange.ReadJSONLD(), `[{"@context":{"@version":1.1,"@import":"http://127.0.0.1:1/x"},"@id":"urn:x:a","a":"b"}]`, "nothing is fetched"},
		{"a context that defines itself in a ring", interchange.ReadJSONLD(), `[{"@context":{"a":"b:x","b":"a:y"},"@id":"urn:x:a","a":"1"}]`, "cyclic"},
		{"things that nest without end", interchange.ReadJSONLD(), "[" + strings.Repeat(`{"a":`, 500) + "1" + strings.Repeat("}", 500) + "]", "nest more than 64 deep"},
		{"no JSON", interchange.ReadJSONLD(), `[{"@id":]`, "no JSON"},
		{"a graph that is no list", interchange.ReadJSONLD(), `{"@graph":{"@id":"urn:x:a"}}`, "not a list"},
		{"a text where things are meant", interchange.ReadJSONLD(), `"x"`, "no JSON-LD"},
		{"half a statement", interchange.ReadNQuads(), "<urn:a> <urn:b>\n", "begins neither"},
		{"a statement without an end", interchange.ReadNQuads(), "<urn:a> <urn:b> <urn:c>\n", "end with a point"},
		{"a text that does not end", interchange.ReadNQuads(), `<urn:a> <urn:b> "x .` + "\n", "quotation mark"},
		{"an escape that is none", interchange.ReadNQuads(), `<urn:a> <urn:b> "\q" .` + "\n", "no escape"},
		{"an escaped NUL", interchange.ReadNQuads(), `<urn:a> <urn:b> "\u0000" .` + "\n", "no escape"},
		{"a NUL", interchange.ReadNQuads(), "<urn:a> <urn:b> \"\x00\" .\n", "NUL"},
		{"broken UTF-8 in a statement", interchange.ReadNQuads(), "<urn:a> <urn:b> \"\xff\" .\n", "not UTF-8"},
		{"a person", interchange.ReadBODS(), `[{"recordId":"p","recordType":"person","recordDetails":{}}]`, "no kind for persons"},
		{"a statement of BODS 0.3", interchange.ReadBODS(), `[{"statementID":"x","statementType":"entityStatement"}]`, "recordId"},
		{"another version", interchange.ReadBODS(), `[{"recordId":"p","recordType":"entity","publicationDetails":{"bodsVersion":"0.3"},"recordDetails":{}}]`, "reads 0.4"},
		{"an interest that is no type here", interchange.ReadBODS(), `[{"recordId":"r","recordType":"relationship","recordDetails":{"subject":"a","interestedParty":"b","interests":[{"type":"boardMember"}]}}]`, "no type of relation"},
		{"a party that is not known", interchange.ReadBODS(), `[{"recordId":"r","recordType":"relationship","recordDetails":{"subject":"a","interestedParty":{"reason":"noBeneficialOwners"},"interests":[]}}]`, "noBeneficialOwners"},
		{"a shareholder who is a person", interchange.ReadBODS(), `[{"recordId":"p","recordType":"person","recordDetails":{}},{"recordId":"r","recordType":"relationship","recordDetails":{"subject":"a","interestedParty":"p","interests":[{"type":"shareholding"}]}}]`, "p was left out"},
		{"a person of FollowTheMoney", interchange.ReadFtM(), `{"id":"p","schema":"Person","properties":{}}`, "no kind for persons"},
		{"a directorship", interchange.ReadFtM(), `{"id":"d","schema":"Directorship","properties":{}}`, "has nothing for"},
		{"a link that means nothing here", interchange.ReadFtM(), `{"id":"d","schema":"UnknownLink","properties":{"role":["friend"],"subject":["a"],"object":["b"]}}`, "no type of relation"},
		{"a line that is no entity", interchange.ReadFtM(), `{"a":1}`, "no id or no schema"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, problems := readAll(t, c.format, o, "hostile"+c.format.Endings[0], strings.NewReader(c.file))
			if !strings.Contains(strings.Join(problems, "\n"), c.says) {
				t.Errorf("it says %q", problems)
			}
			for _, p := range problems {
				if !strings.HasPrefix(p, "hostile") {
					t.Errorf("it does not say where: %q", p)
				}
			}
		})
	}
}

// endless gives a text, then one character for so many bytes.
func endless(begin, middle string, size int64) io.Reader {
	return io.MultiReader(strings.NewReader(begin), io.LimitReader(repeating(middle), size))
}

type repeating string

func (r repeating) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], r)
	}
	return n, nil
}

// counting counts what is read.
type counting struct {
	r io.Reader
	n int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

// A line or an element of 100 MB is refused before it is held.
func TestSomethingOf100MBIsRefusedInFlatMemory(t *testing.T) {
	o := theContract(t).Ontology
	begins := map[string]string{
		"graphml": graphMLHead + `<node id="a"><data key="n">`, "json-ld": `{"@context":{},"@graph":[{"@id":"urn:x:a","name":"`,
		"n-quads": `<urn:x:a> <urn:x:b> "`, "bods": `[{"recordId":"`, "ftm": `{"id":"`,
	}
	for _, f := range readers() {
		t.Run(f.Name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			file := &counting{r: endless(begins[f.Name], "x", 100<<20)}
			_, problems := readAll(t, f, o, "big"+f.Endings[0], file)
			runtime.ReadMemStats(&after)
			if f.Name != "n-quads" && file.n > 17<<20 {
				t.Errorf("%d MiB were read of it", file.n>>20)
			}
			if len(problems) != 1 || !strings.Contains(problems[0], "longer than 16 MiB") {
				t.Errorf("it says %.300q", problems)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 256<<20 {
				t.Errorf("%d MiB were taken for it", grown>>20)
			}
		})
	}
}

func TestEntityLoopsInJSONLDAreRelationsThatMeet(t *testing.T) {
	o := theContract(t).Ontology
	const file = `{"@context":"https://schema.org","@graph":[
 {"@id":"http://x.org/a","@type":"Corporation","name":"甲","parentOrganization":{"@id":"http://x.org/b","@type":"Corporation","name":"乙","parentOrganization":{"@id":"http://x.org/a","subOrganization":{"@id":"http://x.org/a"}}}}]}`
	changes, problems := readAll(t, interchange.ReadJSONLD(), o, "loop.jsonld", strings.NewReader(file))
	var got []string
	for _, c := range changes {
		got = append(got, c.Name())
		if c.Relation != nil && (len(c.Relation.Evidence) != 1 || c.Relation.Evidence[0].Source != "source:loop.jsonld" || !c.Relation.Evidence[0].Located()) {
			t.Errorf("%s has the evidence %v", c.Name(), c.Relation.Evidence)
		}
	}
	want := "source:loop.jsonld http://x.org/a SUBSIDIARY_OF|http://x.org/a|http://x.org/b SUBSIDIARY_OF|http://x.org/a|http://x.org/a http://x.org/b SUBSIDIARY_OF|http://x.org/b|http://x.org/a"
	if strings.Join(got, " ") != want || len(problems) > 0 {
		t.Errorf("%v\n%v", got, problems)
	}
}

// What a place cites is what stands in the file.
func TestPlacesOfAFileAreWhereItSaysSo(t *testing.T) {
	o := theContract(t).Ontology
	files := map[string]string{
		"graphml": graphMLHead + "\n<!-- 一 --><node id=\"a:1\"><data key=\"k\">ENTERPRISE</data><data key=\"n\">甲</data></node>\n<edge source=\"a:1\" target=\"a:2\" id=\"e\"/></graph></graphml>",
		"json-ld": "{\"@context\":{\"@vocab\":\"urn:lianzhu:\"},\n\"@graph\":[ {\"@id\":\"urn:lianzhu:enterprise:甲\",\"@type\":\"ENTERPRISE\",\"name\":\"甲\"}, {\"@type\":\"PRODUCT\",\"name\":\"乙\"}]}",
		"n-quads": "# 一\n<urn:lianzhu:enterprise:x> <http://schema.org/name> \"甲\"@zh .\n<urn:lianzhu:enterprise:x> <" + "http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:lianzhu:ENTERPRISE> .\n",
		"bods":    "\n[ {\"recordId\":\"甲\",\"recordType\":\"entity\",\"recordDetails\":{\"entityType\":{\"type\":\"registeredEntity\"},\"name\":\"甲\"}},\n{\"recordId\":\"r\",\"recordType\":\"relationship\",\"recordDetails\":{\"subject\":\"a:1\",\"interestedParty\":\"a:2\",\"interests\":[{\"type\":\"shareholding\",\"share\":{\"exclusiveMinimum\":25,\"maximum\":50}}]}}]",
		"ftm":     "{\"id\":\"甲\",\"schema\":\"Company\",\"properties\":{\"name\":[\"甲\"]}}\n{\"id\":\"o\",\"schema\":\"Ownership\",\"properties\":{\"owner\":[\"a:1\"],\"asset\":[\"a:2\"],\"percentage\":[\"25%\"]}}\n",
	}
	for _, f := range readers() {
		t.Run(f.Name, func(t *testing.T) {
			text := []rune(files[f.Name])
			changes, _ := readAll(t, f, o, "places"+f.Endings[0], strings.NewReader(files[f.Name]))
			cited := 0
			for _, c := range changes {
				var evidence []graph.Evidence
				if c.Entity != nil {
					evidence = c.Entity.Evidence
				} else if c.Relation != nil {
					evidence = c.Relation.Evidence
				}
				for _, e := range evidence {
					cited++
					if !e.Located() || e.End > len(text) || graph.HashSpan(string(text[e.Start:e.End])) != e.SHA256 {
						t.Errorf("%s cites %v of %d", c.Name(), e, len(text))
					} else if span := string(text[e.Start:e.End]); span != strings.TrimSpace(span) {
						t.Errorf("%s cites %q", c.Name(), span)
					}
				}
			}
			if cited == 0 {
				t.Error("nothing cites the file")
			}
		})
	}
}

// A reader yields changes or problems whatever it is given, and never neither.
// What it refuses is refused again when the file of rejects is read, and nothing
// comes out of that which did not come out of the file.
func fuzz(f *testing.F, format dataset.Format, seeds ...string) {
	o := theContract(f).Ontology
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		given, refused, rejects := readWhole(t, format, o, file)
		again, still, _ := readWhole(t, format, o, rejects)
		for name := range again {
			if !given[name] {
				t.Errorf("%s comes out of what was refused:\n%s", name, rejects)
			}
		}
		if refused > 0 && still == 0 {
			t.Errorf("%d things were refused, and of them none:\n%s", refused, rejects)
		}
	})
}

// readWhole gives the names of what a file makes, how many things of it are
// refused that can be mended, and the file of rejects.
func readWhole(t *testing.T, format dataset.Format, o *graph.Ontology, file []byte) (given map[string]bool, refused int, rejects []byte) {
	t.Helper()
	var b bytes.Buffer
	out := format.Rejects(&b)
	given, records := map[string]bool{}, map[*dataset.Record]bool{}
	for line, err := range format.Read(dataset.Input{Name: "fuzz" + format.Endings[0], Reader: bytes.NewReader(file), Ontology: o, Records: true}) {
		set := line.Change.Source != nil || line.Change.Entity != nil || line.Change.Relation != nil
		if set == (err != nil) {
			t.Fatalf("%v and %v", line.Change, err)
		}
		if r := line.Change.Relation; r != nil && len(r.Evidence) == 0 && r.Derivation == nil {
			t.Fatalf("%s has no evidence", r.Key())
		}
		var p *dataset.Problem
		switch {
		case set:
			given[line.Change.Name()] = true
		case !errors.As(err, &p):
			t.Fatal(err)
		default:
			if p.Record != nil {
				records[p.Record] = true
			}
			if err := out.Write(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return given, len(records), b.Bytes()
}

func FuzzGraphML(f *testing.F) {
	fuzz(f, interchange.ReadGraphML(), graphMLHead+`<node id="a:b"><data key="k">ENTERPRISE</data><data key="n">甲</data></node><edge source="a:b" target="a:c"><data key="type">SUPPLIES</data></edge></graph></graphml>`)
}

func FuzzJSONLD(f *testing.F) {
	fuzz(f, interchange.ReadJSONLD(), `{"@context":"https://schema.org","@graph":[{"@id":"http://x.org/a","@type":"Corporation","name":["甲",{"@value":"a"}],"parentOrganization":{"@id":"http://x.org/b"}}]}`)
}

func FuzzNQuads(f *testing.F) {
	fuzz(f, interchange.ReadNQuads(), "<urn:lianzhu:enterprise:x> <http://schema.org/name> \"\\u7532\"@zh <urn:g> .\n_:b <urn:x> \"1\"^^<urn:y> . # c\n")
}

func FuzzBODS(f *testing.F) {
	fuzz(f, interchange.ReadBODS(), `[{"recordId":"r","recordType":"relationship","recordDetails":{"subject":"a:1","interestedParty":"a:2","interests":[{"type":"shareholding","share":{"exact":25.5}}]}}]`)
}

func FuzzFtM(f *testing.F) {
	fuzz(f, interchange.ReadFtM(), `{"entity_id":"a","schema":"Company","prop":"name","value":"甲"}`+"\n"+`{"id":"o","schema":"Ownership","properties":{"owner":["a:1"],"asset":["a:2"]}}`)
}

// A thing of which a file says more and more is told and left out; what else the
// file says is read.
func TestStatementsWithoutEndOnOneThingAreRefusedInFlatMemory(t *testing.T) {
	o := theContract(t).Ontology
	for _, c := range []struct {
		format           dataset.Format
		name             string
		begin, end, last string
		gives            string
	}{
		{interchange.ReadNQuads(), "said.nq", `<urn:lianzhu:enterprise:hub> <http://schema.org/name> "`, "\"@zh .\n",
			"<urn:lianzhu:enterprise:a> <http://schema.org/parentOrganization> <urn:lianzhu:enterprise:b> .\n", "SUBSIDIARY_OF|enterprise:a|enterprise:b"},
		{interchange.ReadFtM(), "said.ftm.json", `{"entity_id":"hub","schema":"Company","prop":"name","value":"`, "\"}\n",
			`{"entity_id":"a","schema":"Company","prop":"name","value":"甲"}`, "file:said.ftm.json/a"},
	} {
		t.Run(c.format.Name, func(t *testing.T) {
			var parts []io.Reader
			for range 100 {
				parts = append(parts, strings.NewReader(c.begin), io.LimitReader(repeating("x"), 1<<20), strings.NewReader(c.end))
			}
			file := &counting{r: io.MultiReader(append(parts, strings.NewReader(c.last))...)}
			before, most := heap(), uint64(0)
			watched := readerFunc(func(p []byte) (int, error) {
				from := file.n >> 23
				n, err := file.Read(p)
				if file.n>>23 > from {
					most = max(most, heap())
				}
				return n, err
			})
			changes, problems := readAll(t, c.format, o, c.name, watched)
			if len(problems) != 1 || !strings.HasPrefix(problems[0], c.name+":1:") || !strings.Contains(problems[0], "more than 64 MiB") {
				t.Errorf("it says %.400q", problems)
			}
			var given []string
			for _, change := range changes {
				given = append(given, change.Name())
			}
			if !slices.Contains(given, c.gives) {
				t.Errorf("what else the file says is not read: %v", given)
			}
			if most < before+30<<20 || most > before+160<<20 {
				t.Errorf("%d MiB were held, and %d before", most>>20, before>>20)
			}
		})
	}
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A context within a thing adds to the one around it, and does not stand in its
// place.
func TestAContextWithinAThingAddsToTheOneAroundIt(t *testing.T) {
	o := theContract(t).Ontology
	file := `{"@context":{"@vocab":"urn:lianzhu:"},"@graph":[{"@context":{"known":"urn:lianzhu:alias"},"@id":"urn:lianzhu:enterprise:x","@type":"ENTERPRISE","name":"甲","known":"乙"}]}`
	changes, problems := readAll(t, interchange.ReadJSONLD(), o, "a.jsonld", strings.NewReader(file))
	i := slices.IndexFunc(changes, func(c graph.Change) bool { return c.Entity != nil })
	if problems != nil || i < 0 || changes[i].Entity.Key != "enterprise:x" || len(changes[i].Entity.Names) != 2 {
		t.Errorf("%v %v", changes, problems)
	}
}
