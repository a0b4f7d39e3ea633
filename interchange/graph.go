package interchange

import (
	"fmt"
	"io"

	"lianzhu/graph"
)

// Node is an entity in a file.
type Node struct {
	ID, Key, Kind string
	ZH, EN        string
	Codes         []graph.Identifier // as text, leading zeros kept
	Depth         int                // steps from the nearest root; -1 where there are none
	Measures      []Measure
}

// Measure is a figure that was worked out for a node, such as its degree.
type Measure struct {
	Name  string
	Value float64
}

// Edge is a relation in a file. Source and Target are ids of nodes.
type Edge struct {
	ID, Type, Source, Target string
	ZH, EN                   string // the type's name
	Sentence                 string
	Symmetric                bool
	Modality                 string
	Confidence               float64
	From, To                 string // EDTF
	Derived, OpenEnded       bool
	Places                   []string // keys of the regions in which it takes place
	Via, Product             string   // keys
	Amount, Share, Volume    *graph.Quantity
	Sources                  []string // keys of the sources that state it
}

// Graph is what a file holds. Complete says whether everything that was asked
// for is in it; formats that can say so, do.
type Graph struct {
	Nodes    []Node
	Edges    []Edge
	Rev      graph.Rev
	Complete bool
}

// Format names a kind of file.
type Format string

// The formats.
const (
	CytoscapeJSON Format = "CYTOSCAPE_JSON"
	NodeLinkJSON  Format = "NODE_LINK_JSON"
	GraphML       Format = "GRAPHML"
	GEXF          Format = "GEXF"
	CSV           Format = "CSV"       // the relations, a line each
	CSVNodes      Format = "CSV_NODES" // the entities, a line each
	JSONLines     Format = "JSONL"
	JSONLD        Format = "JSON_LD"
	Mermaid       Format = "MERMAID"
	DOT           Format = "DOT"
)

// Kind tells how a format travels: its media type and the ending of its files.
type Kind struct {
	MediaType, Ending string
	write             func(io.Writer, *Graph, Options) error
}

// Formats are all formats.
func Formats() map[Format]Kind {
	return map[Format]Kind{
		CytoscapeJSON: {"application/json", ".cyjs", writeCytoscape},
		NodeLinkJSON:  {"application/json", ".json", writeNodeLink},
		GraphML:       {"application/graphml+xml", ".graphml", writeGraphML},
		GEXF:          {"application/gexf+xml", ".gexf", writeGEXF},
		CSV:           {"text/csv; charset=utf-8", ".csv", writeEdgesCSV},
		CSVNodes:      {"text/csv; charset=utf-8", ".csv", writeNodesCSV},
		JSONLines:     {"application/x-ndjson", ".jsonl", writeJSONLines},
		JSONLD:        {"application/ld+json", ".jsonld", writeJSONLD},
		Mermaid:       {"text/vnd.mermaid; charset=utf-8", ".mmd", writeMermaid},
		DOT:           {"text/vnd.graphviz; charset=utf-8", ".dot", writeDOT},
	}
}

// Options change what a file looks like.
type Options struct {
	Lang graph.Lang // of labels; ZH where it is empty
	BOM  bool       // begin CSV with a byte order mark, which Excel needs for Chinese
}

// factual tells whether e is told as a fact: neither announced nor denied nor
// derived. Pictures draw everything else broken.
func (e *Edge) factual() bool {
	return !e.Derived && e.Modality != string(graph.Planned) && e.Modality != string(graph.Negated)
}

// label is the name of a node in the language of the file.
func (o Options) label(n *Node) string {
	if o.Lang == graph.EN {
		return n.EN
	}
	return n.ZH
}

// verb is the name of an edge's type in the language of the file.
func (o Options) verb(e *Edge) string {
	if o.Lang == graph.EN {
		return e.EN
	}
	return e.ZH
}

// Write writes g to w in a format.
func Write(w io.Writer, f Format, g *Graph, o Options) error {
	kind, ok := Formats()[f]
	if !ok {
		return fmt.Errorf("there is no format %q", f)
	}
	return kind.write(w, g, o)
}
