package interchange

import (
	"encoding/xml"
	"io"
	"strconv"

	"lianzhu/graph"
)

// property is one column of a node or an edge in a format whose properties are
// declared before they are used.
type property[T any] struct {
	id, name, typ string
	value         func(T, Options) string
}

func nodeProperties(g *Graph) []property[*Node] {
	text := func(id string, value func(*Node, Options) string) property[*Node] {
		return property[*Node]{id, id, "string", value}
	}
	list := []property[*Node]{
		text("key", func(n *Node, _ Options) string { return n.Key }),
		text("kind", func(n *Node, _ Options) string { return n.Kind }),
		text("nameZh", func(n *Node, _ Options) string { return n.ZH }),
		text("nameEn", func(n *Node, _ Options) string { return n.EN }),
	}
	for i, scheme := range schemes(g) {
		list = append(list, property[*Node]{"code" + strconv.Itoa(i), "code:" + scheme, "string", func(n *Node, _ Options) string { return n.code(scheme) }})
	}
	for i, name := range measures(g) {
		list = append(list, property[*Node]{"measure" + strconv.Itoa(i), name, "double", func(n *Node, _ Options) string { return n.measure(name) }})
	}
	return list
}

// schemes and measures are those that some node has, in the order in which they
// first appear.
func schemes(g *Graph) []string {
	return collect(g, func(n *Node, add func(string)) {
		for _, c := range n.Codes {
			add(c.Scheme)
		}
	})
}

func measures(g *Graph) []string {
	return collect(g, func(n *Node, add func(string)) {
		for _, m := range n.Measures {
			add(m.Name)
		}
	})
}

func collect(g *Graph, each func(*Node, func(string))) []string {
	var list []string
	seen := map[string]bool{}
	for i := range g.Nodes {
		each(&g.Nodes[i], func(s string) {
			if !seen[s] {
				seen[s] = true
				list = append(list, s)
			}
		})
	}
	return list
}

func (n *Node) code(scheme string) string {
	for _, c := range n.Codes {
		if c.Scheme == scheme {
			return c.Value
		}
	}
	return ""
}

func (n *Node) measure(name string) string {
	for _, m := range n.Measures {
		if m.Name == name {
			return number(m.Value)
		}
	}
	return ""
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

func edgeProperties() []property[*Edge] {
	text := func(id string, value func(*Edge) string) property[*Edge] {
		return property[*Edge]{id, id, "string", func(e *Edge, _ Options) string { return value(e) }}
	}
	return []property[*Edge]{
		text("type", func(e *Edge) string { return e.Type }),
		{"name", "name", "string", func(e *Edge, o Options) string { return o.verb(e) }},
		text("sentence", func(e *Edge) string { return e.Sentence }),
		text("modality", func(e *Edge) string { return e.Modality }),
		{"confidence", "confidence", "double", func(e *Edge, _ Options) string { return number(e.Confidence) }},
		text("validFrom", func(e *Edge) string { return e.From }),
		text("validTo", func(e *Edge) string { return e.To }),
		text("amount", func(e *Edge) string { return raw(e.Amount) }),
		text("amountValue", func(e *Edge) string { return point(e.Amount) }),
		text("amountUnit", func(e *Edge) string { return unit(e.Amount) }),
		text("share", func(e *Edge) string { return raw(e.Share) }),
		text("volume", func(e *Edge) string { return raw(e.Volume) }),
		text("product", func(e *Edge) string { return e.Product }),
		text("via", func(e *Edge) string { return e.Via }),
		text("places", func(e *Edge) string { return joined(e.Places) }),
		{"openEnded", "openEnded", "boolean", func(e *Edge, _ Options) string { return strconv.FormatBool(e.OpenEnded) }},
		{"derived", "derived", "boolean", func(e *Edge, _ Options) string { return strconv.FormatBool(e.Derived) }},
		text("sources", func(e *Edge) string { return joined(e.Sources) }),
	}
}

func raw(q *graph.Quantity) string {
	if q == nil {
		return ""
	}
	return q.Raw
}

func point(q *graph.Quantity) string {
	if q == nil {
		return ""
	}
	return string(q.Value)
}

func unit(q *graph.Quantity) string {
	if q == nil {
		return ""
	}
	return q.Unit
}

// attr is a shorthand for an attribute of an element.
func attr(name, value string) xml.Attr { return xml.Attr{Name: xml.Name{Local: name}, Value: value} }

// element writes an element with what inside writes into it. Characters that
// XML cannot hold are replaced by the encoder.
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

func (w *writer) element(name string, attrs []xml.Attr, inside func()) {
	start := xml.StartElement{Name: xml.Name{Local: name}, Attr: attrs}
	w.token(start)
	if inside != nil {
		inside()
	}
	w.token(start.End())
}

func (w *writer) text(s string) { w.token(xml.CharData(s)) }

// end finishes the document.
func (w *writer) end() error {
	if w.err == nil {
		w.err = w.Close()
	}
	return w.err
}

// writeGraphML writes GraphML (graphml.graphdrawing.org) with typed keys.
func writeGraphML(out io.Writer, g *Graph, o Options) error {
	w := newWriter(out)
	nodes, edges := nodeProperties(g), edgeProperties()
	w.element("graphml", []xml.Attr{attr("xmlns", "http://graphml.graphdrawing.org/xmlns")}, func() {
		w.key("n_label", "label", "node", "string")
		for _, p := range nodes {
			w.key("n_"+p.id, p.name, "node", p.typ)
		}
		for _, p := range edges {
			w.key("e_"+p.id, p.name, "edge", p.typ)
		}
		w.element("graph", []xml.Attr{attr("id", "lianzhu"), attr("edgedefault", "directed")}, func() {
			for i := range g.Nodes {
				n := &g.Nodes[i]
				w.element("node", []xml.Attr{attr("id", n.ID)}, func() {
					w.data("n_label", o.label(n))
					for _, p := range nodes {
						w.data("n_"+p.id, p.value(n, o))
					}
				})
			}
			for i := range g.Edges {
				e := &g.Edges[i]
				attrs := []xml.Attr{attr("id", e.ID), attr("source", e.Source), attr("target", e.Target)}
				if e.Symmetric {
					attrs = append(attrs, attr("directed", "false"))
				}
				w.element("edge", attrs, func() {
					for _, p := range edges {
						w.data("e_"+p.id, p.value(e, o))
					}
				})
			}
		})
	})
	return w.end()
}

func (w *writer) key(id, name, of, typ string) {
	w.element("key", []xml.Attr{attr("id", id), attr("for", of), attr("attr.name", name), attr("attr.type", typ)}, nil)
}

// data writes a property, unless there is nothing to say.
func (w *writer) data(key, value string) {
	if value != "" {
		w.element("data", []xml.Attr{attr("key", key)}, func() { w.text(value) })
	}
}

// writeGEXF writes GEXF 1.3 (gexf.net), which Gephi reads, with typed attributes.
func writeGEXF(out io.Writer, g *Graph, o Options) error {
	w := newWriter(out)
	nodes, edges := nodeProperties(g), edgeProperties()
	w.element("gexf", []xml.Attr{attr("xmlns", "http://gexf.net/1.3"), attr("version", "1.3")}, func() {
		w.element("graph", []xml.Attr{attr("defaultedgetype", "directed"), attr("mode", "static")}, func() {
			declare(w, "node", nodes)
			declare(w, "edge", edges)
			w.element("nodes", nil, func() {
				for i := range g.Nodes {
					n := &g.Nodes[i]
					w.element("node", []xml.Attr{attr("id", n.ID), attr("label", o.label(n))}, func() { values(w, nodes, n, o) })
				}
			})
			w.element("edges", nil, func() {
				for i := range g.Edges {
					e := &g.Edges[i]
					attrs := []xml.Attr{attr("id", e.ID), attr("source", e.Source), attr("target", e.Target), attr("label", o.verb(e)), attr("kind", e.Type)}
					if e.Symmetric {
						attrs = append(attrs, attr("type", "undirected"))
					}
					w.element("edge", attrs, func() { values(w, edges, e, o) })
				}
			})
		})
	})
	return w.end()
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
		for _, p := range properties {
			if v := p.value(of, o); v != "" {
				w.element("attvalue", []xml.Attr{attr("for", p.id), attr("value", v)}, nil)
			}
		}
	})
}
