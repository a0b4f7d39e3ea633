package interchange

import (
	"fmt"
	"io"
	"time"

	"lianzhu/graph"
)

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
	TSV           Format = "TSV"
	TSVNodes      Format = "TSV_NODES"
	Neo4jCSV      Format = "NEO4J_CSV"
	Neo4jCSVNodes Format = "NEO4J_CSV_NODES"
	XLSX          Format = "XLSX"
	JSONLines     Format = "JSONL"
	Facts         Format = "FACTS"
	JSONLD        Format = "JSON_LD"
	NQuads        Format = "N_QUADS"
	BODS          Format = "BODS"
	FtM           Format = "FTM"
	FtMStatements Format = "FTM_STATEMENTS"
	Mermaid       Format = "MERMAID"
	DOT           Format = "DOT"
)

// Kind tells how a format travels: its media type and the ending of its files.
type Kind struct {
	MediaType, Ending string
	write             func(io.Writer, *Flow, Options) error
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
		TSV:           {"text/tab-separated-values; charset=utf-8", ".tsv", writeEdgesTSV},
		TSVNodes:      {"text/tab-separated-values; charset=utf-8", ".tsv", writeNodesTSV},
		Neo4jCSV:      {"text/csv; charset=utf-8", ".csv", writeNeo4jEdges},
		Neo4jCSVNodes: {"text/csv; charset=utf-8", ".csv", writeNeo4jNodes},
		XLSX:          {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", writeExcel},
		JSONLines:     {"application/x-ndjson", ".jsonl", writeJSONLines},
		Facts:         {"text/plain; charset=utf-8", ".facts", writeFacts},
		JSONLD:        {"application/ld+json", ".jsonld", writeJSONLD},
		NQuads:        {"application/n-quads", ".nq", writeNQuads},
		BODS:          {"application/json", ".bods.json", writeBODS},
		FtM:           {"application/x-ndjson", ".ftm.jsonl", writeFtM},
		FtMStatements: {"text/csv; charset=utf-8", ".ftm.csv", writeFtMStatements},
		Mermaid:       {"text/vnd.mermaid; charset=utf-8", ".mmd", writeMermaid},
		DOT:           {"text/vnd.graphviz; charset=utf-8", ".dot", writeDOT},
	}
}

// Options change what a file looks like.
type Options struct {
	Lang graph.Lang // of labels; ZH where it is empty
	BOM  bool       // begin CSV and TSV with a byte order mark, which Excel needs for Chinese
	At   time.Time  // when the file is made, for formats that say so
}

// label is the name of an entity in the language of the file.
func (o Options) label(e *graph.Entity) string {
	if o.Lang == graph.EN {
		return e.Name(graph.EN)
	}
	return e.Name(graph.ZH)
}

// verb is the name of an edge's type in the language of the file.
func (o Options) verb(e *Edge) string {
	if o.Lang == graph.EN {
		return e.EN
	}
	return e.ZH
}

// Write writes what flows to w in a format, and keeps no more of it than an item
// at a time.
func Write(w io.Writer, f Format, flow *Flow, o Options) error {
	kind, ok := Formats()[f]
	if !ok {
		return fmt.Errorf("there is no format %q", f)
	}
	return kind.write(w, flow, o)
}
