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

	"github.com/google/go-cmp/cmp"

	"lianzhu/graph"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample has what formats stumble over: quotation marks, markup, a formula, a
// code that looks like a number, two relations between the same ends.
func sample() *Graph {
	return &Graph{Rev: 7, Complete: true,
		Nodes: []Node{
			{ID: "n1", Key: "enterprise:a", Kind: "ENTERPRISE", ZH: "甲“公司” <b>", EN: `A "Co" & Sons`,
				Codes: []graph.Identifier{{Scheme: "SZSE", Value: "002179"}}, Depth: 0, Measures: []Measure{{"degree", 2}, {"pagerank", 0.25}}},
			{ID: "n2", Key: "region:621200", Kind: "REGION", ZH: "=陇南市", EN: "Longnan", Codes: []graph.Identifier{{Scheme: "GB/T 2260", Value: "621200"}}, Depth: 1},
		},
		Edges: []Edge{
			{ID: "r1", Type: "INVESTS_IN", Source: "n1", Target: "n2", ZH: "投资", EN: "invests in", Sentence: "甲投资陇南市。", Modality: "ASSERTED",
				Confidence: 0.8, From: "2023-11", Amount: &graph.Quantity{Raw: "7730万元", Value: "77300000", Unit: "CNY"}, Sources: []string{"source:a", "source:b"}},
			{ID: "r2", Type: "CO_DEVELOPS_WITH", Source: "n1", Target: "n2", ZH: "共同研发", EN: "co-develops with", Symmetric: true, Modality: "PLANNED", Confidence: 1,
				Derived: true, OpenEnded: true, Places: []string{"region:621200"}, Via: "platform:p", Volume: &graph.Quantity{Raw: "6000余吨", Min: "6000", Unit: "t"}},
		}}
}

func TestEveryFormatIsAsRecorded(t *testing.T) {
	for format, kind := range Formats() {
		t.Run(string(format), func(t *testing.T) {
			var got bytes.Buffer
			if err := Write(&got, format, sample(), Options{}); err != nil {
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
		if err := Write(&b, f, sample(), o); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for _, f := range []Format{CytoscapeJSON, NodeLinkJSON, JSONLD} {
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
	if err != nil || len(rows) != 3 {
		t.Fatalf("%v %v", rows, err)
	}
	if rows[1][6] != "002179" || rows[2][1] != "'=陇南市" {
		t.Errorf("a code or a formula came out wrong: %q", rows)
	}
}

func TestEnglishFilesHaveEnglishLabels(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, Mermaid, sample(), Options{Lang: graph.EN}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "Longnan") || !strings.Contains(b.String(), "invests in") || strings.Contains(b.String(), "投资") {
		t.Errorf("%s", b.String())
	}
}

func TestCharactersThatXMLCannotHoldAreReplaced(t *testing.T) {
	g := &Graph{Nodes: []Node{{ID: "n", ZH: "a\x01b"}}}
	var b bytes.Buffer
	if err := Write(&b, GraphML, g, Options{}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "\x01") {
		t.Error("a control character stands in the file")
	}
}

func TestAnUnknownFormatIsRefused(t *testing.T) {
	if err := Write(io.Discard, "PDF", sample(), Options{}); err == nil {
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
	if err := Write(&b, DOT, sample(), Options{}); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(dot, "-Tplain")
	cmd.Stdin = &b
	if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("edge n1 n2")) {
		t.Errorf("%v\n%s", err, out)
	}
}
