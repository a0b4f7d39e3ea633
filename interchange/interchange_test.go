package interchange

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lianzhu/graph"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample has what formats stumble over: quotation marks, markup, a formula, a
// code that looks like a number, two relations between the same ends, names in
// several roles, a place in a source.
func sample() *Graph {
	name := func(lang graph.Lang, role graph.NameRole, text string) graph.Name {
		return graph.Name{Text: text, Lang: lang, Role: role}
	}
	a := &graph.Entity{Key: "enterprise:a", Kind: "ENTERPRISE",
		Names:       []graph.Name{name(graph.ZH, graph.Official, "甲“公司” <b>"), name(graph.EN, graph.Official, `A "Co" & Sons`), name(graph.ZH, graph.Former, `旧\n名`)},
		Identifiers: []graph.Identifier{{Scheme: "SZSE", Value: "002179"}}}
	b := &graph.Entity{Key: "region:621200", Kind: "REGION",
		Names:       []graph.Name{name(graph.ZH, graph.Official, "=陇南市"), name(graph.EN, graph.Translation, "Longnan")},
		Identifiers: []graph.Identifier{{Scheme: "GB/T 2260", Value: "621200"}}}
	c := &graph.Entity{Key: "enterprise:c", Kind: "ENTERPRISE", Names: []graph.Name{name(graph.ZH, graph.Official, "丙")},
		Identifiers: []graph.Identifier{{Scheme: "USCC", Value: "91370200264574251E"}, {Scheme: "LEI", Value: "5493001KJTIIGC8Y1R12"}}}
	from, _ := graph.ParseDate("2023-11")
	place := graph.Evidence{Source: "source:a", Start: 3, End: 8, SHA256: graph.HashSpan("甲投资陇南"), AssertedBy: "某 人"}
	return &Graph{Rev: 7, Complete: true, Measures: []string{"degree", "pagerank"},
		Sources: []*graph.Source{{Key: "source:a", Title: "报纸", TitleEN: "A paper", URL: "https://example.org/a"}, {Key: "source:b", Title: "名单"}},
		Nodes: []Node{
			{Doc: a, Depth: 0, Measures: []Measure{{"degree", 2}, {"pagerank", 0.25}}},
			{Doc: b, Number: 1, Depth: 1},
			{Doc: c, Number: 2, Depth: -1},
		},
		Edges: []Edge{
			{Doc: &graph.Relation{Type: "INVESTS_IN", Source: a.Key, Target: b.Key, Modality: graph.Asserted, Confidence: 0.8, ValidFrom: from,
				Amount:   &graph.Quantity{Raw: "7730万元", Value: "77300000", Unit: "CNY"},
				Evidence: []graph.Evidence{place, {Source: "source:b", Start: -1, End: -1}}},
				Source: End{a, 0}, Target: End{b, 1}, ZH: "投资", EN: "invests in", Sentence: "甲投资陇南市。"},
			{Doc: &graph.Relation{Type: "SUPPLIES", Source: a.Key, Target: c.Key, Disc: "second", Modality: graph.Planned, OpenEnded: true,
				Places: []graph.Key{"region:621200"}, Via: "platform:p", Product: "product:q", Volume: &graph.Quantity{Raw: "6000余吨", Min: "6000", Unit: "t", Per: "year", Approx: true},
				Evidence: []graph.Evidence{{Source: "source:b", Start: -1, End: -1, Refutes: true}}},
				Source: End{a, 0}, Target: End{c, 2}, ZH: "供应", EN: "supplies"},
			{Doc: &graph.Relation{Type: "CO_DEVELOPS_WITH", Source: a.Key, Target: c.Key, Modality: graph.Asserted, Subject: "新能源", SubjectEN: "new energy",
				Derivation: &graph.Derivation{Rule: "规则 / a rule", Premises: []graph.Key{"SUPPLIES|enterprise:a|enterprise:c|second"}}},
				Source: End{a, 0}, Target: End{c, 2}, ZH: "共同研发", EN: "co-develops with", Symmetric: true},
			{Doc: &graph.Relation{Type: "INVESTS_IN", Source: a.Key, Target: c.Key, Modality: graph.Reported,
				Share:    &graph.Quantity{Raw: "约三成", Value: "30", Unit: "%", Approx: true},
				Evidence: []graph.Evidence{{Source: "source:b", Start: -1, End: -1}}},
				Source: End{a, 0}, Target: End{c, 2}, ZH: "投资", EN: "invests in"},
		}}
}

// made is when the files of tests are made.
var made = Options{At: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)}

func TestEveryFormatIsAsRecorded(t *testing.T) {
	for format, kind := range Formats() {
		if format == XLSX {
			continue // a workbook is read back instead
		}
		t.Run(string(format), func(t *testing.T) {
			var got bytes.Buffer
			if err := Write(&got, format, sample().Flow(), made); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", strings.ToLower(string(format))+kind.Ending)
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("-recorded +got\n%s", diff)
			}
		})
	}
}

func TestWhatIsWrittenCanBeReadByItsOwnKindOfReader(t *testing.T) {
	write := func(f Format, o Options) []byte {
		var b bytes.Buffer
		if err := Write(&b, f, sample().Flow(), o); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for _, f := range []Format{CytoscapeJSON, NodeLinkJSON, JSONLD, BODS} {
		if !json.Valid(write(f, Options{})) {
			t.Errorf("%s is no JSON", f)
		}
	}
	for _, line := range bytes.Split(bytes.TrimSpace(write(JSONLines, Options{})), []byte("\n")) {
		if !json.Valid(line) {
			t.Errorf("a line of JSONL is no JSON: %s", line)
		}
	}
	for _, f := range []Format{GraphML, GEXF} {
		for d := xml.NewDecoder(bytes.NewReader(write(f, Options{}))); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s is no XML: %v", f, err)
			}
		}
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(write(CSVNodes, Options{BOM: true}), []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v %v", rows, err)
	}
	if rows[1][6] != "002179" || rows[2][1] != "'=陇南市" {
		t.Errorf("a code or a formula came out wrong: %q", rows)
	}
}

func TestEnglishFilesHaveEnglishLabels(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, Mermaid, sample().Flow(), Options{Lang: graph.EN}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "Longnan") || !strings.Contains(b.String(), "invests in") || strings.Contains(b.String(), "投资") {
		t.Errorf("%s", b.String())
	}
}

func TestCharactersThatXMLCannotHoldAreReplaced(t *testing.T) {
	g := &Graph{Nodes: []Node{{Doc: &graph.Entity{Key: "product:n", Names: []graph.Name{{Text: "a\x01b", Lang: graph.ZH}}}}}}
	var b bytes.Buffer
	if err := Write(&b, GraphML, g.Flow(), Options{}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "\x01") {
		t.Error("a control character stands in the file")
	}
}

func TestAnUnknownFormatIsRefused(t *testing.T) {
	if err := Write(io.Discard, "PDF", sample().Flow(), Options{}); err == nil {
		t.Error("it was accepted")
	}
}

// Graphviz itself reads what DOT writes, where it is installed; it must be where
// LIANZHU_NO_SKIP is set.
func TestGraphvizReadsDOT(t *testing.T) {
	dot, err := exec.LookPath("dot")
	switch {
	case err == nil:
	case os.Getenv("LIANZHU_NO_SKIP") != "":
		t.Fatal("graphviz is not installed")
	default:
		t.Skip("graphviz is not installed")
	}
	var b bytes.Buffer
	if err := Write(&b, DOT, sample().Flow(), Options{}); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(dot, "-Tplain")
	cmd.Stdin = &b
	if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("edge \"enterprise:a\" \"region:621200\"")) {
		t.Errorf("%v\n%s", err, out)
	}
}
