package interchange_test

import (
	"bytes"
	"io"
	"iter"
	"runtime"
	"strconv"
	"testing"

	"lianzhu/graph"
	"lianzhu/interchange"
)

// generated is a flow of so many nodes, each with five edges, that exists
// nowhere; middle is called amid the nodes and amid the edges, each time they
// are gone through.
func generated(nodes int, middle func()) *interchange.Flow {
	entity := func(i int) *graph.Entity {
		return &graph.Entity{ID: graph.EntityID(i + 1), Key: graph.Key("enterprise:" + strconv.Itoa(i)), Kind: "ENTERPRISE",
			Names: []graph.Name{{Text: "第" + strconv.Itoa(i) + "家企业", Lang: graph.ZH, Role: graph.Official}}}
	}
	count := func(n int) iter.Seq[int] {
		return func(yield func(int) bool) {
			for i := range n {
				if !yield(i) {
					return
				}
			}
		}
	}
	return &interchange.Flow{
		Nodes: func(yield func(*interchange.Node, error) bool) {
			for i := range count(nodes) {
				if i == nodes/2 {
					middle()
				}
				if !yield(&interchange.Node{Doc: entity(i), Number: i, Depth: -1}, nil) {
					return
				}
			}
		},
		Edges: func(yield func(*interchange.Edge, error) bool) {
			for i := range count(5 * nodes) {
				if i == 3*nodes {
					middle()
				}
				from, to := entity(i/5), entity(i*7919%nodes)
				rel := &graph.Relation{Type: "SUPPLIES", Source: from.Key, Target: to.Key, Modality: graph.Asserted,
					Evidence: []graph.Evidence{{Source: "source:s", Start: -1, End: -1}}}
				edge := &interchange.Edge{Doc: rel, Source: interchange.End{Doc: from, Number: i / 5}, Target: interchange.End{Doc: to, Number: i * 7919 % nodes},
					ZH: "供应", EN: "supplies", Sentence: "甲向乙供货。"}
				if !yield(edge, nil) {
					return
				}
			}
		},
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// What a writer holds does not grow with the graph. A workbook's rows go to a
// file of their own from 16 MiB on.
func TestWritersHoldAnItemAtATime(t *testing.T) {
	nodes := 6_000
	if testing.Short() {
		nodes = 1_000
	}
	for format := range interchange.Formats() {
		t.Run(string(format), func(t *testing.T) {
			most := uint64(4 << 20)
			if format == interchange.XLSX {
				most = 64 << 20
			}
			before, amid := heap(), uint64(0)
			if err := interchange.Write(io.Discard, format, generated(nodes, func() { amid = max(amid, heap()) }), interchange.Options{}); err != nil {
				t.Fatal(err)
			}
			if amid == 0 || amid > before+most {
				t.Errorf("%d KiB are held in the middle, where %d were before", amid>>10, before>>10)
			}
		})
	}
}

// BenchmarkWrite writes 10,000 nodes and 50,000 edges.
func BenchmarkWrite(b *testing.B) {
	for _, format := range []interchange.Format{interchange.GraphML, interchange.NodeLinkJSON, interchange.CSV, interchange.NQuads, interchange.JSONLD, interchange.XLSX} {
		b.Run(string(format), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := interchange.Write(io.Discard, format, generated(10_000, func() {}), interchange.Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(60_000*float64(b.N)/b.Elapsed().Seconds(), "items/s")
		})
	}
}

// BenchmarkRead reads a node and an edge each.
func BenchmarkRead(b *testing.B) {
	o := theContract(b).Ontology
	for _, to := range carriers() {
		var file bytes.Buffer
		if err := interchange.Write(&file, to.format, generated(1_000, func() {}), interchange.Options{}); err != nil {
			b.Fatal(err)
		}
		b.Run(string(to.format), func(b *testing.B) {
			for b.Loop() {
				readAll(b, to.read, o, "bench"+to.read.Endings[0], bytes.NewReader(file.Bytes()))
			}
			b.ReportMetric(6_000*float64(b.N)/b.Elapsed().Seconds(), "items/s")
		})
	}
}
