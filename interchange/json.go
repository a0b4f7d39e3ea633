package interchange

import (
	"encoding/json"
	"io"

	"lianzhu/graph"
)

// encode writes v as one line of JSON with its text as it is.
func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// object is a JSON object whose keys come out sorted.
type object = map[string]any

// describe are the properties of a node that every JSON format gives.
func (n *Node) describe(o Options) object {
	d := object{"id": n.ID, "key": n.Key, "kind": n.Kind, "name": o.label(n), "nameZh": n.ZH, "nameEn": n.EN}
	for _, c := range n.Codes {
		d["code:"+c.Scheme] = c.Value
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
	d := object{"id": e.ID, "type": e.Type, "name": o.verb(e), "sentence": e.Sentence, "symmetric": e.Symmetric,
		"modality": e.Modality, "confidence": e.Confidence, "sources": append([]string{}, e.Sources...)}
	if e.From != "" {
		d["validFrom"] = e.From
	}
	if e.To != "" {
		d["validTo"] = e.To
	}
	for name, q := range map[string]*graph.Quantity{"amount": e.Amount, "share": e.Share, "volume": e.Volume} {
		if q != nil {
			d[name] = q
		}
	}
	e.rest(d)
	return d
}

// rest adds what few relations have.
func (e *Edge) rest(d object) {
	for name, is := range map[string]bool{"derived": e.Derived, "openEnded": e.OpenEnded} {
		if is {
			d[name] = true
		}
	}
	for name, key := range map[string]string{"via": e.Via, "product": e.Product} {
		if key != "" {
			d[name] = key
		}
	}
	if len(e.Places) > 0 {
		d["places"] = e.Places
	}
}

// writeCytoscape writes the JSON that cytoscape.js and Cytoscape read.
func writeCytoscape(w io.Writer, g *Graph, o Options) error {
	nodes, edges := []object{}, []object{}
	for i := range g.Nodes {
		nodes = append(nodes, object{"data": g.Nodes[i].describe(o)})
	}
	for i := range g.Edges {
		d := g.Edges[i].describe(o)
		d["source"], d["target"] = g.Edges[i].Source, g.Edges[i].Target
		edges = append(edges, object{"data": d})
	}
	return encode(w, object{"data": object{"rev": g.Rev, "complete": g.Complete}, "elements": object{"nodes": nodes, "edges": edges}})
}

// writeNodeLink writes the JSON that networkx.node_link_graph(data, edges="edges")
// reads: a directed multigraph.
func writeNodeLink(w io.Writer, g *Graph, o Options) error {
	nodes, edges := []object{}, []object{}
	for i := range g.Nodes {
		nodes = append(nodes, g.Nodes[i].describe(o))
	}
	for i := range g.Edges {
		d := g.Edges[i].describe(o)
		d["source"], d["target"], d["key"] = g.Edges[i].Source, g.Edges[i].Target, g.Edges[i].ID
		edges = append(edges, d)
	}
	return encode(w, object{"directed": true, "multigraph": true, "graph": object{"rev": g.Rev, "complete": g.Complete}, "nodes": nodes, "edges": edges})
}

// writeJSONLines writes a line for each node and then for each edge.
func writeJSONLines(w io.Writer, g *Graph, o Options) error {
	for i := range g.Nodes {
		if err := encode(w, object{"node": g.Nodes[i].describe(o)}); err != nil {
			return err
		}
	}
	for i := range g.Edges {
		d := g.Edges[i].describe(o)
		d["source"], d["target"] = g.Edges[i].Source, g.Edges[i].Target
		if err := encode(w, object{"edge": d}); err != nil {
			return err
		}
	}
	return nil
}

// writeJSONLD writes linked data: entities as schema.org things, relations as
// statements about them, each with an id of its own.
func writeJSONLD(w io.Writer, g *Graph, _ Options) error {
	context := object{"@vocab": "urn:lianzhu:", "name": "http://schema.org/name", "identifier": "http://schema.org/identifier",
		"source": object{"@type": "@id"}, "target": object{"@type": "@id"}, "statedIn": object{"@type": "@id"}}
	items := []object{}
	for i := range g.Nodes {
		items = append(items, g.Nodes[i].linked())
	}
	for i := range g.Edges {
		items = append(items, g.Edges[i].linked())
	}
	return encode(w, object{"@context": context, "@graph": items})
}

func (n *Node) linked() object {
	names := []object{{"@value": n.ZH, "@language": "zh"}}
	if n.EN != "" && n.EN != n.ZH {
		names = append(names, object{"@value": n.EN, "@language": "en"})
	}
	item := object{"@id": "urn:lianzhu:" + n.Key, "@type": n.Kind, "name": names}
	codes := []string{}
	for _, c := range n.Codes {
		codes = append(codes, c.Scheme+" "+c.Value)
	}
	if len(codes) > 0 {
		item["identifier"] = codes
	}
	return item
}

func (e *Edge) linked() object {
	item := object{"@id": "urn:lianzhu:" + e.ID, "@type": e.Type, "source": "urn:lianzhu:" + e.Source, "target": "urn:lianzhu:" + e.Target,
		"modality": e.Modality, "confidence": e.Confidence}
	stated := []string{}
	for _, s := range e.Sources {
		stated = append(stated, "urn:lianzhu:"+s)
	}
	item["statedIn"] = stated
	if e.From != "" {
		item["validFrom"] = e.From
	}
	if e.To != "" {
		item["validTo"] = e.To
	}
	for name, q := range map[string]*graph.Quantity{"amount": e.Amount, "share": e.Share, "volume": e.Volume} {
		if q != nil {
			item[name] = q
		}
	}
	e.rest(item)
	return item
}
