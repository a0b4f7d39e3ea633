package interchange_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/piprate/json-gold/ld"
	"github.com/xuri/excelize/v2"

	"lianzhu/dataset"
	"lianzhu/graph/gql"
	"lianzhu/interchange"
	"lianzhu/storage/mem"
)

// builtInFiles are files of the built-in data, one for each format asked for.
func builtInFiles(t *testing.T, formats ...interchange.Format) map[interchange.Format]string {
	t.Helper()
	if testing.Short() {
		t.Skip("loading the built-in data takes its time; the test without -short does it")
	}
	c := theContract(t)
	store := mem.New(c.Ontology)
	t.Cleanup(func() { store.Close() })
	if _, err := dataset.Load(t.Context(), store, c.Ontology, dataset.YellowRiver(), dataset.Options{Strict: true}); err != nil {
		t.Fatal(err)
	}
	gateway := &gql.Gateway{Contract: c, Store: store}
	files := map[interchange.Format]string{}
	for _, f := range formats {
		var b bytes.Buffer
		// What takes place in Gansu has Chinese, codes and figures, and is small.
		if err := gateway.WriteFile(t.Context(), &b, gql.FileQuery{Format: string(f), Within: "region:620000", Measures: []string{"degree", "component"}}); err != nil {
			t.Fatal(err)
		}
		files[f] = filepath.Join(t.TempDir(), "file"+interchange.Formats()[f].Ending)
		if err := os.WriteFile(files[f], b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// python runs a script with a Python that has a module, and gives what it
// prints. Where there is none the test is skipped, or fails where
// LIANZHU_NO_SKIP is set.
func python(t *testing.T, module, script string, args ...string) []byte {
	t.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		path, err := exec.LookPath(name)
		if err != nil || exec.Command(path, "-c", "import "+module).Run() != nil {
			continue
		}
		cmd := exec.Command(path, append([]string{"-c", script}, args...)...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, stderr.String())
		}
		return out
	}
	if os.Getenv("LIANZHU_NO_SKIP") != "" {
		t.Fatalf("no Python has %s", module)
	}
	t.Skipf("no Python has %s", module)
	return nil
}

// networkXScript reads three files. NetworkX before version 3 knows GEXF by its
// older namespaces only.
const networkXScript = `
import json, sys, io
import networkx as nx
a = nx.read_graphml(sys.argv[1])
text = open(sys.argv[2], encoding="utf-8").read()
if int(nx.__version__.split(".")[0]) < 3:
    text = text.replace("http://gexf.net/1.3", "http://www.gexf.net/1.2draft").replace('version="1.3"', 'version="1.2"')
b = nx.read_gexf(io.BytesIO(text.encode()))
data = json.load(open(sys.argv[3], encoding="utf-8"))
try:
    c = nx.node_link_graph(data, edges="edges")
except TypeError:
    c = nx.node_link_graph(data, attrs={"link": "edges", "source": "source", "target": "target", "name": "id", "key": "key"})
region = "region:620000"
print(json.dumps({
    "nodes": [sorted(g.nodes) for g in (a, b, c)],
    "edges": [g.number_of_edges() for g in (a, b, c)],
    "names": [g.nodes[region]["nameZh"] for g in (a, b, c)],
    "codes": [g.nodes[region]["code:GB/T 2260"] for g in (a, b, c)],
    "degrees": [g.nodes[region]["degree"] for g in (a, b, c)],
    "directed": [g.is_directed() and g.is_multigraph() for g in (a, c)],
}))
`

func TestNetworkXReadsGraphMLAndGEXFAndNodeLink(t *testing.T) {
	files := builtInFiles(t, interchange.GraphML, interchange.GEXF, interchange.NodeLinkJSON)
	var got struct {
		Nodes        [][]string
		Edges        []int
		Names, Codes []string
		Degrees      []float64
		Directed     []bool
	}
	out := python(t, "networkx", networkXScript, files[interchange.GraphML], files[interchange.GEXF], files[interchange.NodeLinkJSON])
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Nodes[0]) < 10 || !slices.Equal(got.Nodes[0], got.Nodes[1]) || !slices.Equal(got.Nodes[0], got.Nodes[2]) {
		t.Errorf("the nodes are %v", got.Nodes)
	}
	if got.Edges[0] < 10 || got.Edges[1] != got.Edges[0] || got.Edges[2] != got.Edges[0] {
		t.Errorf("there are %v edges", got.Edges)
	}
	if got.Names[0] != "甘肃省" || got.Codes[0] != "620000" || got.Degrees[0] < 1 || len(slices.Compact(got.Names))+len(slices.Compact(got.Codes))+len(slices.Compact(got.Degrees)) != 3 {
		t.Errorf("Gansu is %v %v %v", got.Names, got.Codes, got.Degrees)
	}
	if slices.Contains(got.Directed, false) {
		t.Errorf("%v", got.Directed)
	}
}

func TestRdflibReadsTheSameStatementsFromBothFormatsOfLinkedData(t *testing.T) {
	files := builtInFiles(t, interchange.JSONLD, interchange.NQuads)
	out := python(t, "rdflib", `
import sys, rdflib
def read(path, form):
    g = rdflib.ConjunctiveGraph(); g.parse(path, format=form)
    return {tuple(t) for t in g}
a, b = read(sys.argv[1], "json-ld"), read(sys.argv[2], "nquads")
print(len(a), a == b)
`, files[interchange.JSONLD], files[interchange.NQuads])
	if count, same, _ := strings.Cut(strings.TrimSpace(string(out)), " "); same != "True" || len(count) < 3 {
		t.Errorf("%s", out)
	}
}

// The processor of JSON-LD makes of our file the statements that we write as
// N-Quads ourselves.
func TestJSONLDAndNQuadsSayTheSame(t *testing.T) {
	files := builtInFiles(t, interchange.JSONLD, interchange.NQuads)
	text, err := os.ReadFile(files[interchange.JSONLD])
	if err != nil {
		t.Fatal(err)
	}
	document, err := ld.DocumentFromReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	options := ld.NewJsonLdOptions("")
	options.Format = "application/n-quads"
	quads, err := ld.NewJsonLdProcessor().ToRDF(document, options)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(files[interchange.NQuads])
	if err != nil {
		t.Fatal(err)
	}
	sorted := func(text string) []string {
		lines := strings.Split(strings.TrimSpace(text), "\n")
		slices.Sort(lines)
		return lines
	}
	if a, b := sorted(quads.(string)), sorted(string(want)); !slices.Equal(a, b) {
		t.Errorf("%d statements and %d, the first %q and %q", len(a), len(b), a[0], b[0])
	}
}

func TestAWorkbookHasTwoSheetsWithCodesAsText(t *testing.T) {
	file := builtInFiles(t, interchange.XLSX)[interchange.XLSX]
	book, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if !slices.Equal(book.GetSheetList(), []string{"实体", "关系"}) {
		t.Fatalf("%v", book.GetSheetList())
	}
	for _, sheet := range book.GetSheetList() {
		panes, err := book.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: %v %v", sheet, panes, err)
		}
		rows, err := book.GetRows(sheet)
		if err != nil || len(rows) < 10 {
			t.Fatalf("%s: %d rows, %v", sheet, len(rows), err)
		}
	}
	rows, _ := book.GetRows("实体")
	code, degree := slices.Index(rows[0], "code:GB/T 2260"), slices.Index(rows[0], "degree")
	at := slices.IndexFunc(rows, func(row []string) bool { return slices.Contains(row, "region:620000") })
	if code < 0 || degree < 0 || at < 0 || rows[at][code] != "620000" {
		t.Fatalf("%v", rows[0])
	}
	for column, want := range map[int]excelize.CellType{code: excelize.CellTypeInlineString, degree: excelize.CellTypeUnset} {
		name, _ := excelize.CoordinatesToCellName(column+1, at+1)
		if typ, err := book.GetCellType("实体", name); err != nil || typ != want {
			t.Errorf("cell %s is of type %v, not %v (%v)", name, typ, want, err)
		}
	}
}

func TestOpenpyxlReadsTheWorkbook(t *testing.T) {
	out := python(t, "openpyxl", `
import sys, openpyxl
b = openpyxl.load_workbook(sys.argv[1])
s = b["实体"]
row = next(r for r in s.iter_rows(values_only=True) if "region:620000" in r)
print([w.freeze_panes for w in b], "620000" in row, "甘肃省" in row)
`, builtInFiles(t, interchange.XLSX)[interchange.XLSX])
	if got := strings.TrimSpace(string(out)); got != "['A2', 'A2'] True True" {
		t.Errorf("%s", got)
	}
}
