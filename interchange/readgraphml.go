package interchange

import (
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"slices"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// ReadGraphML is the format of GraphML files: ours and those of other programs.
func ReadGraphML() dataset.Format {
	return dataset.Format{Name: "graphml", Endings: []string{".graphml"}, Says: "GraphML", Read: reader(readGraphML), Rejects: newGraphMLRejects}
}

// graphML is a GraphML file that is being read.
type graphML struct {
	*reading
	tape           *tape
	xml            *xml.Decoder
	open           []string           // the elements that have begun and not ended
	keys           map[string]dataKey // by id
	node           map[string]graph.Key
	root, declared []byte // the start of the outermost element and the declarations, for what is refused
}

// dataKey is a property that the file declares.
type dataKey struct {
	name, of, otherwise string // otherwise: its value where none is given
}

func readGraphML(r *reading) error {
	t := &tape{r: r.in.Reader}
	g := &graphML{reading: r, tape: t, xml: xml.NewDecoder(t), keys: map[string]dataKey{}, node: map[string]graph.Key{}}
	g.xml.Entity = map[string]string{} // none but those of XML itself
	for {
		from := g.xml.InputOffset()
		token, err := g.xml.Token()
		if errors.Is(err, io.EOF) {
			return g.ended()
		}
		if err != nil {
			return g.broken(err)
		}
		if err := g.take(from, token); err != nil {
			return err
		}
		t.forget(g.xml.InputOffset())
	}
}

// broken is the error of a file that cannot be read any further.
func (g *graphML) broken(err error) error {
	at := g.tape.at(g.xml.InputOffset())
	var long errTooLong
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &long):
		return g.problem(place{line: long.line}, "", "%s", long)
	case errors.As(err, &syntax):
		return g.problem(at, "", "it is no XML: %s", syntax.Msg)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return g.problem(at, "", "the file ends too early")
	}
	var p *dataset.Problem
	if errors.As(err, &p) || errors.Is(err, errStopped) {
		return err
	}
	return g.problem(at, "", "it cannot be read as XML in UTF-8: %s", err)
}

// ended refuses a file in which there was no graph.
func (g *graphML) ended() error {
	if g.keys == nil {
		return nil
	}
	if _, begun := g.keys["\x00graph"]; !begun {
		return g.problem(place{line: 1}, "", "there is no graph in it, so it is no GraphML")
	}
	return nil
}

// take reads a token between elements that are read whole.
func (g *graphML) take(from int64, token xml.Token) error {
	switch token := token.(type) {
	case xml.ProcInst:
		return g.instructed(token)
	case xml.Directive:
		return g.problem(g.tape.at(from), "", "a document type stands in it, which GraphML does without; remove it")
	case xml.EndElement:
		g.open = g.open[:len(g.open)-1]
	case xml.StartElement:
		return g.start(from, token)
	}
	return nil
}

func (g *graphML) start(from int64, start xml.StartElement) error {
	if len(g.open) > maxNesting {
		return g.problem(g.tape.at(from), "", "its elements nest more than %d deep", maxNesting)
	}
	switch name := start.Name.Local; {
	case name == "key":
		return g.key(from, start)
	case name == "node" || name == "edge":
		return g.element(from, start)
	case name == "hyperedge":
		if err := g.skip(from); err != nil {
			return err
		}
		at := g.cut(from, xml.StartElement{})
		return g.refuse(at, "", "a hyperedge joins more than two; write it as an entity and its relations")
	case name == "graph":
		g.keys["\x00graph"] = dataKey{}
	}
	if len(g.open) == 0 {
		_, g.root = g.tape.cut(from, g.xml.InputOffset())
	}
	g.open = append(g.open, start.Name.Local)
	return nil
}

// instructed reads what a file of refused elements says of them.
func (g *graphML) instructed(says xml.ProcInst) error {
	if says.Target != graphMLSays {
		return nil
	}
	v, err := url.ParseQuery(string(says.Inst))
	if err != nil {
		return nil // somebody else's
	}
	if id, key := v.Get("node"), v.Get("key"); id != "" && key != "" && len(g.node) <= maxRenamed {
		g.node[id] = graph.Key(key)
	}
	return g.comeFrom(v.Get("of"))
}

// maxHead bounds the declarations that are kept for what is refused.
const maxHead = 4 << 20

// cut gives the place of an element. Where records are wanted, it has the element
// and what must be said of its ends.
func (g *graphML) cut(from int64, start xml.StartElement) place {
	at, text := g.tape.cut(from, g.xml.InputOffset())
	if len(g.root)+len(g.declared) > maxHead {
		return at
	}
	for _, end := range []string{"source", "target"} {
		if id := attrOf(start, end); g.node[id] != "" {
			text = slices.Concat([]byte(instruction("node", id, "key", string(g.node[id]))), text)
		}
	}
	at.record = g.record(text, func() []byte {
		return slices.Concat([]byte(xml.Header), g.root, []byte("\n"+instruction("of", g.origin())+"\n"), g.declared)
	})
	return at
}

// skip passes over the rest of an element.
func (g *graphML) skip(from int64) error {
	for depth := 1; depth > 0; {
		token, err := g.xml.Token()
		if err != nil {
			return g.broken(err)
		}
		switch token.(type) {
		case xml.StartElement:
			if depth++; depth > maxNesting {
				return g.problem(g.tape.at(from), "", "its elements nest more than %d deep", maxNesting)
			}
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

func attrOf(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// key reads the declaration of a property.
func (g *graphML) key(from int64, start xml.StartElement) error {
	k := dataKey{name: attrOf(start, "attr.name"), of: attrOf(start, "for")}
	id := attrOf(start, "id")
	if k.name == "" {
		k.name = id
	}
	if ours := g.mapping.Fields[k.name]; ours != "" {
		k.name = ours
	}
	err := g.children(from, func(child xml.StartElement, text string) {
		if child.Name.Local == "default" {
			k.otherwise = text
		}
	})
	if len(g.keys) > maxKeys {
		return g.problem(g.tape.at(from), "", "it declares more than %d properties", maxKeys)
	}
	g.keys[id] = k
	if err == nil && len(g.declared) <= maxHead {
		_, text := g.tape.cut(from, g.xml.InputOffset())
		g.declared = append(append(g.declared, text...), '\n')
		g.head = nil // it is made anew, since records share it
	}
	return err
}

// maxKeys bounds the properties that a file declares.
const maxKeys = 10_000

// children calls visit for the elements below the one that has begun, with their
// texts, to its end. What lies deeper is passed over.
func (g *graphML) children(from int64, visit func(xml.StartElement, string)) error {
	for {
		token, err := g.xml.Token()
		if err != nil {
			return g.broken(err)
		}
		switch token := token.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			start := token.Copy()
			text, err := g.textIn(from)
			if err != nil {
				return err
			}
			visit(start, text)
		}
	}
}

// textIn is the text of the element that has begun, to its end.
func (g *graphML) textIn(from int64) (string, error) {
	var text []byte
	for depth := 1; depth > 0; {
		token, err := g.xml.Token()
		if err != nil {
			return "", g.broken(err)
		}
		switch token := token.(type) {
		case xml.CharData:
			if depth == 1 {
				text = append(text, token...)
			}
		case xml.StartElement:
			if depth++; depth > maxNesting {
				return "", g.problem(g.tape.at(from), "", "its elements nest more than %d deep", maxNesting)
			}
		case xml.EndElement:
			depth--
		}
	}
	return string(text), nil
}

// element reads a node or an edge.
func (g *graphML) element(from int64, start xml.StartElement) error {
	start = start.Copy()
	kind := start.Name.Local
	b := &bag{}
	given := map[string]bool{}
	nested, ports := false, false
	err := g.children(from, func(child xml.StartElement, text string) {
		switch child.Name.Local {
		case "graph":
			nested = true
		case "port":
			ports = true
		case "data":
			id := attrOf(child, "key")
			given[id] = true
			g.fill(b, g.keys[id], id, text)
		}
	})
	if err != nil {
		return err
	}
	for id, k := range ordered(g.keys) {
		if k.otherwise != "" && !given[id] && (k.of == kind || k.of == "all") {
			g.fill(b, k, id, k.otherwise)
		}
	}
	at := g.cut(from, start)
	if nested {
		if err := g.refuse(at, "", "a graph within a %s is not read; export it flat", kind); err != nil {
			return err
		}
	}
	if ports {
		if err := g.refuseOnce(at, "port", "ports of nodes are not read"); err != nil {
			return err
		}
	}
	if kind == "node" {
		return g.giveNode(at, start, b)
	}
	return g.giveEdge(at, start, b)
}

// several are our properties that can have more than one value, each a line.
func severalValues(name string) bool {
	switch name {
	case "names", "codes", "places", "premises", "sources", "evidence":
		return true
	}
	return len(name) > len(codePrefix) && name[:len(codePrefix)] == codePrefix
}

// fill puts a value into the bag under the name that its key declares.
func (g *graphML) fill(b *bag, k dataKey, id, text string) {
	if k.name == "" {
		k.name = id
	}
	if severalValues(k.name) {
		b.add(k.name, unpacked(text)...)
		return
	}
	b.add(k.name, text)
}

// giveNode yields a node as an entity.
func (g *graphML) giveNode(at place, start xml.StartElement, b *bag) error {
	id := attrOf(start, "id")
	if id == "" {
		return g.refuse(at, "id", "the node has no id")
	}
	key := graph.Key(b.first("key"))
	if key == "" {
		key = g.keyOf(id)
	} else if string(key) != id {
		if len(g.node) > maxRenamed {
			return g.problem(at, "key", "more than %d nodes have a key that is not their id; make the ids the keys", maxRenamed)
		}
		g.node[id] = key
	}
	return g.giveEntity(at, key, b)
}

// maxRenamed bounds how many ids of nodes are kept in memory, since only those
// that are no keys need to be.
const maxRenamed = 2_000_000

// keyOf is the key of a node by its id: the id where it is a key, else one in
// which the file's name tells it from the nodes of other files.
func (g *graphML) keyOf(id string) graph.Key {
	if key, renamed := g.node[id]; renamed {
		return key
	}
	return g.keyIn(id)
}

// giveEdge yields an edge as a relation.
func (g *graphML) giveEdge(at place, start xml.StartElement, b *bag) error {
	source, target := attrOf(start, "source"), attrOf(start, "target")
	if source == "" || target == "" {
		return g.refuse(at, "", "the edge lacks its source or its target")
	}
	return g.giveRelation(at, g.keyOf(source), g.keyOf(target), b)
}
