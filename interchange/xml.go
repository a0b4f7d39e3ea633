package interchange

import (
	"encoding/xml"
	"io"
)

// attr is a shorthand for an attribute of an element.
func attr(name, value string) xml.Attr { return xml.Attr{Name: xml.Name{Local: name}, Value: value} }

// writer writes XML; it keeps the first error. Characters that XML cannot hold
// are replaced by the encoder.
type writer struct {
	*xml.Encoder
	err error
}

func newWriter(w io.Writer) *writer {
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	_, err := io.WriteString(w, xml.Header)
	return &writer{e, err}
}

func (w *writer) token(t xml.Token) {
	if w.err == nil {
		w.err = w.EncodeToken(t)
	}
}

// element writes an element with what inside writes into it.
func (w *writer) element(name string, attrs []xml.Attr, inside func()) {
	start := xml.StartElement{Name: xml.Name{Local: name}, Attr: attrs}
	w.token(start)
	if inside != nil {
		inside()
	}
	w.token(start.End())
}

func (w *writer) text(s string) { w.token(xml.CharData(s)) }

// wrote is the first error, so that a sequence ends where nothing more can be
// written.
func (w *writer) wrote() error { return w.err }

// fail keeps the error of a sequence.
func (w *writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// end finishes the document.
func (w *writer) end() error {
	if w.err == nil {
		w.err = w.Close()
	}
	return w.err
}

// writeGraphML writes GraphML (graphml.graphdrawing.org) with typed keys. All
// edges are directed, since readers such as NetworkX's refuse files in which
// some are not; "symmetric" tells which mean the same both ways.
func writeGraphML(out io.Writer, f *Flow, o Options) error {
	nodes, err := nodeProperties(f)
	if err != nil {
		return err
	}
	nodes = append(nodes, namesProperty(), codesProperty())
	edges := edgeProperties()
	w := newWriter(out)
	w.element("graphml", []xml.Attr{attr("xmlns", "http://graphml.graphdrawing.org/xmlns")}, func() {
		w.key("n_label", "label", "node", "string")
		keys(w, "node", nodes)
		keys(w, "edge", edges)
		w.element("graph", []xml.Attr{attr("id", "lianzhu"), attr("edgedefault", "directed")}, func() {
			w.fail(each(f.Nodes, func(n *Node) error {
				w.element("node", []xml.Attr{attr("id", n.ID())}, func() {
					w.data("n_label", o.label(n.Doc))
					data(w, "n_", nodes, n, o)
				})
				return w.wrote()
			}))
			w.fail(each(f.Edges, func(e *Edge) error {
				attrs := []xml.Attr{attr("id", e.ID()), attr("source", string(e.Doc.Source)), attr("target", string(e.Doc.Target))}
				w.element("edge", attrs, func() { data(w, "e_", edges, e, o) })
				return w.wrote()
			}))
		})
	})
	return w.end()
}

func (w *writer) key(id, name, of, typ string) {
	w.element("key", []xml.Attr{attr("id", id), attr("for", of), attr("attr.name", name), attr("attr.type", typ)}, nil)
}

func keys[T any](w *writer, of string, properties []property[T]) {
	for _, p := range properties {
		w.key(of[:1]+"_"+p.id, p.name, of, p.typ)
	}
}

// data writes the properties of a node or an edge.
func data[T any](w *writer, prefix string, properties []property[T], of T, o Options) {
	for i := range properties {
		w.data(prefix+properties[i].id, properties[i].packed(of, o))
	}
}

// data writes a property, unless there is nothing to say.
func (w *writer) data(key, value string) {
	if value != "" {
		w.element("data", []xml.Attr{attr("key", key)}, func() { w.text(value) })
	}
}

// writeGEXF writes GEXF 1.3 (gexf.net), which Gephi reads, with typed attributes.
func writeGEXF(out io.Writer, f *Flow, o Options) error {
	nodes, err := nodeProperties(f)
	if err != nil {
		return err
	}
	edges := edgeProperties()
	w := newWriter(out)
	w.element("gexf", []xml.Attr{attr("xmlns", "http://gexf.net/1.3"), attr("version", "1.3")}, func() {
		w.element("graph", []xml.Attr{attr("defaultedgetype", "directed"), attr("mode", "static")}, func() {
			declare(w, "node", nodes)
			declare(w, "edge", edges)
			w.element("nodes", nil, func() {
				w.fail(each(f.Nodes, func(n *Node) error {
					w.element("node", []xml.Attr{attr("id", n.ID()), attr("label", o.label(n.Doc))}, func() { values(w, nodes, n, o) })
					return w.wrote()
				}))
			})
			w.element("edges", nil, func() {
				w.fail(each(f.Edges, func(e *Edge) error {
					w.element("edge", gexfEdge(e, o), func() { values(w, edges, e, o) })
					return w.wrote()
				}))
			})
		})
	})
	return w.end()
}

func gexfEdge(e *Edge, o Options) []xml.Attr {
	return []xml.Attr{attr("id", e.ID()), attr("source", string(e.Doc.Source)), attr("target", string(e.Doc.Target)),
		attr("label", o.verb(e)), attr("kind", string(e.Doc.Type))}
}

// declare tells the attributes that nodes or edges have.
func declare[T any](w *writer, class string, properties []property[T]) {
	w.element("attributes", []xml.Attr{attr("class", class)}, func() {
		for _, p := range properties {
			w.element("attribute", []xml.Attr{attr("id", p.id), attr("title", p.name), attr("type", p.typ)}, nil)
		}
	})
}

// values tells the attributes of one node or edge.
func values[T any](w *writer, properties []property[T], of T, o Options) {
	w.element("attvalues", nil, func() {
		for i := range properties {
			if v := properties[i].cell(of, o); v != "" {
				w.element("attvalue", []xml.Attr{attr("for", properties[i].id), attr("value", v)}, nil)
			}
		}
	})
}
