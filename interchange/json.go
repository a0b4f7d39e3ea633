package interchange

import (
	"bufio"
	"encoding/json"
	"io"

	"lianzhu/graph"
)

// object is a JSON object whose keys come out sorted.
type object = map[string]any

// document writes a JSON document whose lists are too long to be held: texts
// between the lists, and lists an item a line.
type document struct {
	out *bufio.Writer
	enc *json.Encoder
}

func newDocument(w io.Writer) *document {
	d := &document{out: bufio.NewWriterSize(w, 64<<10)}
	d.enc = json.NewEncoder(d.out)
	d.enc.SetEscapeHTML(false)
	return d
}

// text writes s as it is.
func (d *document) text(s string) { d.out.WriteString(s) } // the error stays in out

// list writes what each item of seq is as a JSON array; several sequences can
// be one list.
type list struct {
	*document
	begun bool
}

func (l *list) item(v any) error {
	if l.begun {
		l.text(",")
	}
	l.begun = true
	return l.enc.Encode(v)
}

// end finishes the document.
func (d *document) end(s string) error {
	d.text(s)
	return d.out.Flush()
}

// describe are the properties of a node that every JSON format gives.
func (n *Node) describe(o Options) object {
	d := object{"id": n.ID(), "key": n.ID(), "kind": n.Doc.Kind, "name": o.label(n.Doc), "nameZh": n.Doc.Name(graph.ZH), "nameEn": n.Doc.Name(graph.EN)}
	for _, c := range n.Doc.Identifiers {
		if _, first := d[codePrefix+c.Scheme]; !first {
			d[codePrefix+c.Scheme] = c.Value
		}
	}
	for _, m := range n.Measures {
		d[m.Name] = m.Value
	}
	if n.Depth >= 0 {
		d["depth"] = n.Depth
	}
	return d
}

// describe are the properties of an edge that every JSON format gives.
func (e *Edge) describe(o Options) object {
	r := e.Doc
	d := object{"id": e.ID(), "type": r.Type, "name": o.verb(e), "sentence": e.Sentence, "symmetric": e.Symmetric,
		"modality": r.Modality, "confidence": r.Score(), "sources": e.sources()}
	for name, q := range map[string]*graph.Quantity{"amount": r.Amount, "share": r.Share, "volume": r.Volume} {
		if q != nil {
			d[name] = q
		}
	}
	for name, is := range map[string]bool{"derived": r.Derived(), "openEnded": r.OpenEnded} {
		if is {
			d[name] = true
		}
	}
	for name, text := range map[string]string{"disc": r.Disc, "validFrom": r.ValidFrom.String(), "validTo": r.ValidTo.String(),
		"via": string(r.Via), "product": string(r.Product), "subject": r.Subject, "subjectEn": r.SubjectEN,
		"recognisedIn": string(r.RecognisedIn), "recognisedBy": string(r.RecognisedBy)} {
		if text != "" {
			d[name] = text
		}
	}
	if len(r.Places) > 0 {
		d["places"] = r.Places
	}
	return d
}

// joins is describe with the ends.
func (e *Edge) joins(o Options) object {
	d := e.describe(o)
	d["source"], d["target"] = e.Doc.Source, e.Doc.Target
	return d
}

// writeLists writes nodes and edges as two lists within a document: before,
// nodes, between, edges, after.
func writeLists(w io.Writer, f *Flow, before, between, after string, node func(*Node) any, edge func(*Edge) any) error {
	d := newDocument(w)
	d.text(before)
	nodes := list{document: d}
	if err := each(f.Nodes, func(n *Node) error { return nodes.item(node(n)) }); err != nil {
		return err
	}
	d.text(between)
	edges := list{document: d}
	if err := each(f.Edges, func(e *Edge) error { return edges.item(edge(e)) }); err != nil {
		return err
	}
	return d.end(after)
}

// about is what a file says of itself.
func (f *Flow) about() string {
	text, _ := json.Marshal(object{"rev": f.Rev, "complete": f.Complete}) // a number and a truth value can be written
	return string(text)
}

// writeCytoscape writes the JSON that cytoscape.js and Cytoscape read.
func writeCytoscape(w io.Writer, f *Flow, o Options) error {
	return writeLists(w, f, `{"data":`+f.about()+`,"elements":{"nodes":[`+"\n", `],"edges":[`+"\n", "]}}\n",
		func(n *Node) any { return object{"data": n.describe(o)} },
		func(e *Edge) any { return object{"data": e.joins(o)} })
}

// writeNodeLink writes the JSON that networkx.node_link_graph(data, edges="edges")
// reads: a directed multigraph.
func writeNodeLink(w io.Writer, f *Flow, o Options) error {
	return writeLists(w, f, `{"directed":true,"multigraph":true,"graph":`+f.about()+`,"nodes":[`+"\n", `],"edges":[`+"\n", "]}\n",
		func(n *Node) any { return n.describe(o) },
		func(e *Edge) any {
			d := e.joins(o)
			d["key"] = e.ID()
			return d
		})
}

// writeJSONLines writes a line for each node and then for each edge.
func writeJSONLines(w io.Writer, f *Flow, o Options) error {
	d := newDocument(w)
	if err := each(f.Nodes, func(n *Node) error { return d.enc.Encode(object{"node": n.describe(o)}) }); err != nil {
		return err
	}
	if err := each(f.Edges, func(e *Edge) error { return d.enc.Encode(object{"edge": e.joins(o)}) }); err != nil {
		return err
	}
	return d.end("")
}
