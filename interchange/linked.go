package interchange

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lianzhu/graph"
)

// shippedContext is the JSON-LD context of the files that are written; see
// [writeJSONLD].
//
//go:embed context.jsonld
var shippedContext string

// The vocabulary of linked data: things and properties are named below ours,
// names and codes as schema.org calls them.
const (
	vocabulary  = "urn:lianzhu:"
	schemaOrg   = "http://schema.org/"
	relationIRI = vocabulary + "relation:"
	rdfType     = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
	xsd         = "http://www.w3.org/2001/XMLSchema#"
	sourceType  = "Source"
)

// term is an object of a statement: the IRI of a thing, or a text with its
// language or type.
type term struct {
	value, lang, typ string
	iri              bool
}

// statement is what a thing has under a property.
type statement struct {
	property string
	objects  []term
}

// thing is a node of linked data.
type thing struct {
	iri, class string
	statements []statement
}

func (t *thing) say(property string, objects ...term) {
	if len(objects) > 0 {
		t.statements = append(t.statements, statement{property, objects})
	}
}

func (t *thing) text(property, value string) {
	if value != "" {
		t.say(property, term{value: value})
	}
}

// mark says a property that is true; what is not is not said.
func (t *thing) mark(property string, is bool) {
	if is {
		t.say(property, term{value: "true", typ: xsd + "boolean"})
	}
}

// iri is how a key is called in linked data; keyOf makes it a key again.
func iri(key string) string {
	var b strings.Builder
	b.WriteString(vocabulary)
	for i := range len(key) {
		if c := key[i]; c <= ' ' || strings.IndexByte("<>\"{}|^`\\%", c) >= 0 {
			b.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(c)|0x100, 16)[1:]))
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// keyOf is the key of which iri made s; ok is false for any other IRI.
func keyOf(s string) (key graph.Key, ok bool) {
	rest, ok := strings.CutPrefix(s, vocabulary)
	if !ok || rest == "" {
		return "", false
	}
	plain, err := url.PathUnescape(rest)
	return graph.Key(plain), err == nil
}

func iris(keys ...graph.Key) (list []term) {
	for _, k := range keys {
		if k != "" {
			list = append(list, term{value: iri(string(k)), iri: true})
		}
	}
	return list
}

func texts(values []string) (list []term) {
	for _, v := range values {
		list = append(list, term{value: v})
	}
	return list
}

// linkedSource is a source as linked data, without its text.
func linkedSource(s *graph.Source) *thing {
	t := &thing{iri: iri(string(s.Key)), class: sourceType}
	t.text("title", s.Title)
	t.text("titleEn", s.TitleEN)
	t.text("publisher", s.Publisher)
	t.text("publishedOn", s.PublishedOn.String())
	t.text("url", s.URL)
	t.text("license", s.License)
	return t
}

// linker makes things of what flows, with the properties that it needs for each.
type linker struct {
	names, codes property[*Node]
	edges        []property[*Edge]
}

func newLinker() *linker {
	said := []string{"type", "symmetric", "name", "confidence", "via", "product", "places", "recognisedIn", "recognisedBy", "openEnded", "derived", "sources"}
	return &linker{namesProperty(), codesProperty(), without(edgeProperties(), said...)}
}

// node is an entity as linked data.
func (l *linker) node(n *Node) *thing {
	t := &thing{iri: iri(n.ID()), class: string(n.Doc.Kind)}
	shown := []term{{value: n.Doc.Name(graph.ZH), lang: "zh"}}
	if en := n.Doc.Name(graph.EN); en != shown[0].value {
		shown = append(shown, term{value: en, lang: "en"})
	}
	t.say("name", shown...)
	t.say("names", texts(l.names.values(n, Options{}))...)
	var identifiers []string
	for _, c := range n.Doc.Identifiers {
		identifiers = append(identifiers, c.Scheme+" "+c.Value)
	}
	t.say("identifier", texts(distinct(identifiers))...)
	t.say("codes", texts(distinct(l.codes.values(n, Options{})))...)
	for _, m := range n.Measures {
		t.say(m.Name, term{value: strconv.FormatFloat(m.Value, 'f', -1, 64), typ: xsd + "decimal"})
	}
	t.evidence(n.Doc.Evidence)
	return t
}

// edge is a relation as linked data: a thing of its own.
func (l *linker) edge(e *Edge) *thing {
	t := &thing{iri: relationIRI + e.ID(), class: string(e.Doc.Type)}
	t.say("source", iris(e.Doc.Source)...)
	t.say("target", iris(e.Doc.Target)...)
	t.say("confidence", term{value: strconv.FormatFloat(e.Doc.Score(), 'f', -1, 64), typ: xsd + "decimal"})
	t.say("via", iris(e.Doc.Via)...)
	t.say("product", iris(e.Doc.Product)...)
	t.say("places", iris(distinct(e.Doc.Places)...)...)
	t.say("recognisedIn", iris(e.Doc.RecognisedIn)...)
	t.say("recognisedBy", iris(e.Doc.RecognisedBy)...)
	t.mark("openEnded", e.Doc.OpenEnded)
	t.mark("derived", e.Doc.Derived())
	for i := range l.edges {
		p := &l.edges[i]
		t.say(p.name, texts(distinct(p.values(e, Options{})))...)
	}
	t.evidence(e.Doc.Evidence)
	return t
}

// evidence says where a fact is stated: in which sources, and at which places
// in them.
func (t *thing) evidence(evidence []graph.Evidence) {
	var sources []graph.Key
	var places []string
	for _, v := range evidence {
		sources = append(sources, v.Source)
		places = append(places, placeText(v))
	}
	t.say("statedIn", iris(distinct(sources)...)...)
	t.say("evidence", texts(distinct(places))...)
}

// placeText is a piece of evidence in one line: source, offsets, hash, and
// whether it refutes and who noted it; see [parsePlace].
func placeText(v graph.Evidence) string {
	text := string(v.Source)
	if v.Located() {
		text += " " + strconv.Itoa(v.Start) + "-" + strconv.Itoa(v.End) + " " + v.SHA256
	}
	if v.Refutes {
		text += " refutes"
	}
	if v.AssertedBy != "" {
		text += " by " + v.AssertedBy
	}
	return text
}

// distinct is a list without what stands in it before: a thing has a property
// with a value or has not.
func distinct[T comparable](list []T) []T {
	var kept []T
	for _, v := range list {
		if !slices.Contains(kept, v) {
			kept = append(kept, v)
		}
	}
	return kept
}

// linked goes through all things of a flow.
func linked(f *Flow, do func(*thing) error) error {
	if err := each(f.Sources, func(s *graph.Source) error { return do(linkedSource(s)) }); err != nil {
		return err
	}
	l := newLinker()
	if err := each(f.Nodes, func(n *Node) error { return do(l.node(n)) }); err != nil {
		return err
	}
	return each(f.Edges, func(e *Edge) error { return do(l.edge(e)) })
}

// writeJSONLD writes linked data: entities and sources as things, relations as
// statements about them, each with an id of its own. The context stands in the
// file, so that nothing needs to be fetched to read it.
func writeJSONLD(w io.Writer, f *Flow, _ Options) error {
	var shipped struct {
		Context json.RawMessage `json:"@context"`
	}
	if err := json.Unmarshal([]byte(shippedContext), &shipped); err != nil {
		return err
	}
	d := newDocument(w)
	d.text(`{"@context":`)
	if err := d.enc.Encode(shipped.Context); err != nil {
		return err
	}
	d.text(`,"@graph":[` + "\n")
	items := list{document: d}
	if err := linked(f, func(t *thing) error { return items.item(t.object()) }); err != nil {
		return err
	}
	return d.end("]}\n")
}

// object is t in JSON-LD, by the context of the file.
func (t *thing) object() object {
	o := object{"@id": t.iri, "@type": t.class}
	for _, s := range t.statements {
		values := make([]any, len(s.objects))
		for i, v := range s.objects {
			values[i] = v.json(s.property)
		}
		if o[s.property] = values; len(values) == 1 {
			o[s.property] = values[0]
		}
	}
	return o
}

func (v term) json(property string) any {
	switch {
	case v.lang != "":
		return object{"@value": v.value, "@language": v.lang}
	case v.typ == xsd+"boolean":
		return v.value == "true"
	case v.typ != "" && property != "confidence":
		return object{"@value": v.value, "@type": v.typ}
	}
	return v.value
}

// writeNQuads writes the same statements as N-Quads, those of a thing together.
func writeNQuads(w io.Writer, f *Flow, _ Options) error {
	q := quads{bufio.NewWriterSize(w, 64<<10), strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`)}
	if err := linked(f, func(t *thing) error {
		q.write(t.iri, rdfType, term{value: vocabulary + t.class, iri: true})
		for _, s := range t.statements {
			for _, v := range s.objects {
				q.write(t.iri, propertyIRI(s.property), v)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return q.Flush()
}

// propertyIRI is what the context makes of a property.
func propertyIRI(property string) string {
	if property == "name" || property == "identifier" {
		return schemaOrg + property
	}
	return vocabulary + property
}

// quads writes statements, a line each.
type quads struct {
	*bufio.Writer
	escapes *strings.Replacer
}

// write writes a statement; its error stays in the writer.
func (q quads) write(subject, property string, v term) {
	q.WriteString("<" + subject + "> <" + property + "> ")
	if v.iri {
		q.WriteString("<" + v.value + "> .\n")
		return
	}
	q.WriteByte('"')
	q.escapes.WriteString(q, v.value)
	q.WriteByte('"')
	switch {
	case v.lang != "":
		q.WriteString("@" + v.lang)
	case v.typ != "":
		q.WriteString("^^<" + v.typ + ">")
	}
	q.WriteString(" .\n")
}
