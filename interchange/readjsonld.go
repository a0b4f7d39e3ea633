package interchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/piprate/json-gold/ld"

	"lianzhu/dataset"
)

// ReadJSONLD is the format of JSON-LD: ours and others'. Nothing is fetched: a
// context must stand in the file, or be one of those that come with the program.
func ReadJSONLD() dataset.Format {
	return dataset.Format{Name: "json-ld", Endings: []string{".jsonld"}, Says: "JSON-LD, with its context in the file", Read: reader(readJSONLD), Rejects: newGraphRejects}
}

// contexts lends the contexts that come with the program, and fetches none.
type contexts struct{}

// LoadDocument makes contexts an [ld.DocumentLoader].
func (contexts) LoadDocument(url string) (*ld.RemoteDocument, error) {
	text := ""
	switch url {
	case "urn:lianzhu:context":
		text = shippedContext
	case "https://schema.org", "https://schema.org/", "http://schema.org", "http://schema.org/":
		text = `{"@context":{"@vocab":"http://schema.org/","id":"@id","type":"@type"}}`
	default:
		return nil, ld.NewJsonLdError(ld.LoadingRemoteContextFailed, fmt.Sprintf("the context %.80q is not in the file, and nothing is fetched; put it into the file", url))
	}
	document, err := ld.DocumentFromReader(bytes.NewReader([]byte(text)))
	return &ld.RemoteDocument{DocumentURL: url, Document: document}, err
}

// jsonLD is a JSON-LD file that is being read.
type jsonLD struct {
	*reading
	tape    *tape
	dec     *json.Decoder
	context any    // nil: none has been read
	written []byte // the context, as it is written
	count   int    // elements
}

func readJSONLD(r *reading) error {
	t := &tape{r: r.in.Reader}
	l := &jsonLD{reading: r, tape: t, dec: json.NewDecoder(t)}
	newWindow(r, r.giveSubject).between = ",\n"
	if err := l.document(); err != nil {
		return l.broken(err)
	}
	return l.window.rest()
}

// broken tells why a file of JSON cannot be read any further.
func (l *jsonLD) broken(err error) error { return jsonBroken(l.reading, l.tape, l.dec, err) }

// document reads the file: an object with a context and a graph, a list of
// objects, or an object.
func (l *jsonLD) document() error {
	first, err := l.dec.Token()
	if err != nil {
		return err
	}
	switch first {
	case json.Delim('['):
		return l.elements()
	case json.Delim('{'):
		return l.object()
	}
	return l.problem(place{line: 1}, "", "it is neither an object nor a list, so it is no JSON-LD")
}

// object reads the members of the outermost object; but for the context and the
// graph, they are those of one thing.
func (l *jsonLD) object() error {
	own := map[string]any{}
	size, whole := int64(0), true
	begun := l.dec.InputOffset() - 1
	for l.dec.More() {
		name, err := l.dec.Token()
		if err != nil {
			return err
		}
		if name == "@graph" {
			whole = false
			if err := l.graph(); err != nil {
				return err
			}
			continue
		}
		from := l.dec.InputOffset()
		var value any
		if err := l.dec.Decode(&value); err != nil {
			return err
		}
		if name == "@context" {
			l.context = value
			l.written, _ = json.Marshal(value) // it was JSON before
			l.head = nil
			continue
		}
		if size += l.dec.InputOffset() - from; size > maxElement {
			return errTooLong{1}
		}
		own[fmt.Sprint(name)] = value
	}
	if _, err := l.dec.Token(); err != nil {
		return err
	}
	if _, named := own["@type"]; len(own) == 0 || !named && len(own) == 1 {
		return nil
	}
	at, text := l.tape.cut(begun, l.dec.InputOffset())
	if !whole { // what stands around the graph
		written, _ := json.Marshal(own) // it was JSON before
		at.record = l.kept(written)
	} else {
		at.record = l.kept(text)
	}
	l.count++
	if !utf8.Valid(text) {
		return l.refuse(at, "", notUTF8)
	}
	return l.thing(at, own)
}

// kept is the record of an element, with its number, where that is wanted. Before
// it stand the beginning of a document, with the context, and the file from which
// it is.
func (l *jsonLD) kept(raw []byte) *dataset.Record {
	if !l.in.Records {
		return nil
	}
	number := refused{Element: l.count}.text()
	return l.record(slices.Concat(number, []byte(",\n"), raw), func() []byte {
		open := []byte("[")
		if l.written != nil {
			open = fmt.Appendf(nil, `{"@context":%s,"@graph":[`, l.written)
		}
		return slices.Concat(open, []byte("\n"), refused{Of: l.origin()}.text())
	})
}

// graph reads the things of the graph, one after the other.
func (l *jsonLD) graph() error {
	open, err := l.dec.Token()
	if err != nil {
		return err
	}
	if open != json.Delim('[') {
		return l.problem(l.tape.at(l.dec.InputOffset()), "@graph", "it is not a list of things")
	}
	return l.elements()
}

func (l *jsonLD) elements() error {
	for l.dec.More() {
		from := l.dec.InputOffset()
		var raw json.RawMessage
		if err := l.dec.Decode(&raw); err != nil {
			return err
		}
		at, _ := l.tape.cut(from, l.dec.InputOffset())
		if says, ok := refusedIn(raw); ok {
			if err := l.comeFrom(says.Of); err != nil {
				return err
			}
			if says.Reason == "" && says.Of == "" {
				l.count = says.Element
			}
			continue
		}
		at.record = l.kept(raw)
		if err := l.element(at, raw); err != nil {
			return err
		}
	}
	_, err := l.dec.Token()
	return err
}

func (l *jsonLD) element(at place, raw json.RawMessage) error {
	l.count++
	if !utf8.Valid(raw) {
		return l.refuse(at, "", notUTF8)
	}
	if raw[0] != '{' { // the library would take a text for the address of a file
		return l.refuse(at, "", "it is no object, so it is no thing")
	}
	if nesting(raw) > maxNesting {
		return l.refuse(at, "", "things nest more than %d deep in it", maxNesting)
	}
	value, err := ld.DocumentFromReader(bytes.NewReader(raw))
	if err != nil {
		return l.refuse(at, "", "it cannot be read: %.60s", jsonFlaw(err))
	}
	return l.thing(at, value)
}

// nesting is how deep lists and objects nest in a text of JSON.
func nesting(raw []byte) (deepest int) {
	depth, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}

// thing reads what stands in one element: a thing, and those that stand within
// it, each by itself.
func (l *jsonLD) thing(at place, value any) error {
	if object, ok := value.(map[string]any); ok && l.context != nil {
		with := maps.Clone(object)
		with["@context"] = l.context
		if own, has := object["@context"]; has { // it adds to what stands around it
			with["@context"] = []any{l.context, own}
		}
		value = with
	}
	nodes, err := flattened(value)
	if err != nil {
		return l.refuse(at, "", "it cannot be read: %s", err)
	}
	for _, node := range nodes {
		if err := l.node(at, node); err != nil {
			return err
		}
	}
	return nil
}

// flattened are the things in a value, by JSON-LD's own algorithm, which follows
// no loop: things name each other. A value that the algorithm cannot bear is an
// error.
func flattened(value any) (nodes []any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("it is no JSON-LD")
		}
	}()
	options := ld.NewJsonLdOptions("")
	options.DocumentLoader = contexts{}
	flat, err := ld.NewJsonLdProcessor().Flatten(value, nil, options)
	var known *ld.JsonLdError
	if errors.As(err, &known) {
		return nil, fmt.Errorf("%s: %v", known.Code, known.Details)
	}
	nodes, _ = flat.([]any)
	return nodes, err
}

// node puts a flattened thing into the window.
func (l *jsonLD) node(at place, node any) error {
	object, ok := node.(map[string]any)
	id, named := object["@id"].(string)
	if !ok || !named || len(object) == 1 {
		return nil
	}
	id = l.unique(id)
	for property, value := range ordered(object) {
		values, _ := value.([]any)
		for _, v := range values {
			if err := l.say(id, at, property, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// unique tells the blank nodes of one element from those of others.
func (l *jsonLD) unique(id string) string {
	if len(id) > 2 && id[:2] == "_:" {
		return "_:" + strconv.Itoa(l.count) + "." + id[2:]
	}
	return id
}

// say adds an object to what is said of a thing.
func (l *jsonLD) say(id string, at place, property string, v any) error {
	if text, ok := v.(string); ok && property == "@type" {
		return l.window.say(id, at, len(text), rdfType, term{value: text, iri: true})
	}
	object, ok := v.(map[string]any)
	if !ok || property[0] == '@' {
		return nil
	}
	if items, ok := object["@list"].([]any); ok {
		for _, item := range items {
			if err := l.say(id, at, property, item); err != nil {
				return err
			}
		}
		return nil
	}
	if other, ok := object["@id"].(string); ok {
		other = l.unique(other)
		return l.window.say(id, at, len(property)+len(other), property, term{value: other, iri: true})
	}
	lang, _ := object["@language"].(string)
	typ, _ := object["@type"].(string)
	text := scalar(object["@value"])
	return l.window.say(id, at, len(property)+len(text)+len(lang)+len(typ), property, term{value: text, lang: lang, typ: typ})
}

// scalar is a value of JSON as a text.
func scalar(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return number(v)
	case json.Number:
		return v.String()
	}
	text, _ := json.Marshal(v) // it was JSON before
	return string(text)
}
