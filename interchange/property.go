package interchange

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lianzhu/graph"
)

// property is one column of a node or an edge in a format whose properties are
// flat: what it is called, its type in XML, and its values. Several says that
// there may be more than one.
type property[T any] struct {
	id, name, typ string
	several       bool
	values        func(T, Options) []string
}

// one is a property with at most one value; "" is none.
func one[T any](id, typ string, value func(T, Options) string) property[T] {
	return property[T]{id, id, typ, false, func(of T, o Options) []string {
		if v := value(of, o); v != "" {
			return []string{v}
		}
		return nil
	}}
}

// many is a property with any number of values.
func many[T any](id string, values func(T) []string) property[T] {
	return property[T]{id, id, "string", true, func(of T, _ Options) []string { return values(of) }}
}

// cell is the value of a property for people: several are one text.
func (p *property[T]) cell(of T, o Options) string { return strings.Join(p.values(of, o), "; ") }

// packed is the value of a property for programs: several are lines, of which
// [unpacked] makes them again.
func (p *property[T]) packed(of T, o Options) string {
	values := p.values(of, o)
	if !p.several {
		return strings.Join(values, "")
	}
	for i, v := range values {
		if strings.ContainsAny(v, "\\\n") {
			values[i] = strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(v)
		}
	}
	return strings.Join(values, "\n")
}

// unpacked are the values of which packed made s.
func unpacked(s string) []string {
	if s == "" {
		return nil
	}
	values := strings.Split(s, "\n")
	for i, v := range values {
		values[i] = strings.NewReplacer(`\\`, `\`, `\n`, "\n").Replace(v)
	}
	return values
}

// nodeProperties are the columns of the nodes of a flow. Which codes there are
// is found by going through it once.
func nodeProperties(f *Flow) ([]property[*Node], error) {
	list := []property[*Node]{
		one("key", "string", func(n *Node, _ Options) string { return string(n.Doc.Key) }),
		one("kind", "string", func(n *Node, _ Options) string { return string(n.Doc.Kind) }),
		one("nameZh", "string", func(n *Node, _ Options) string { return n.Doc.Name(graph.ZH) }),
		one("nameEn", "string", func(n *Node, _ Options) string { return n.Doc.Name(graph.EN) }),
	}
	schemes, err := schemes(f)
	if err != nil {
		return nil, err
	}
	for i, scheme := range schemes {
		p := many("code"+strconv.Itoa(i), func(n *Node) []string { return n.codes(scheme) })
		p.name = codePrefix + scheme
		list = append(list, p)
	}
	for i, name := range f.Measures {
		p := one("measure"+strconv.Itoa(i), "double", func(n *Node, _ Options) string { return n.measure(name) })
		p.name = name
		list = append(list, p)
	}
	return list, nil
}

// codePrefix begins the name of a property that holds a code.
const codePrefix = "code:"

// namesProperty are all names of a node, each with its language and role.
func namesProperty() property[*Node] {
	return many("names", func(n *Node) []string {
		var list []string
		for _, name := range n.Doc.Names {
			list = append(list, string(name.Lang)+" "+string(name.Role)+" "+name.Text)
		}
		return list
	})
}

// codesProperty are all codes of a node, each with its scheme, escaped.
func codesProperty() property[*Node] {
	return many("codes", func(n *Node) []string {
		var list []string
		for _, c := range n.Doc.Identifiers {
			list = append(list, url.QueryEscape(c.Scheme)+" "+c.Value)
		}
		return list
	})
}

// schemes are those that some node has, in the order in which they first appear.
func schemes(f *Flow) ([]string, error) {
	var list []string
	seen := map[string]bool{}
	err := each(f.Nodes, func(n *Node) error {
		for _, c := range n.Doc.Identifiers {
			if !seen[c.Scheme] {
				seen[c.Scheme] = true
				list = append(list, c.Scheme)
			}
		}
		return nil
	})
	return list, err
}

// codes are those that n has under scheme.
func (n *Node) codes(scheme string) (list []string) {
	for _, c := range n.Doc.Identifiers {
		if c.Scheme == scheme {
			list = append(list, c.Value)
		}
	}
	return list
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

// edgeProperties are the columns of edges.
func edgeProperties() []property[*Edge] {
	text := func(id string, value func(*graph.Relation) string) property[*Edge] {
		return one(id, "string", func(e *Edge, _ Options) string { return value(e.Doc) })
	}
	list := []property[*Edge]{
		text("type", func(r *graph.Relation) string { return string(r.Type) }),
		text("disc", func(r *graph.Relation) string { return r.Disc }),
		one("symmetric", "boolean", func(e *Edge, _ Options) string { return mark(e.Symmetric) }),
		one("name", "string", func(e *Edge, o Options) string { return o.verb(e) }),
		one("sentence", "string", func(e *Edge, _ Options) string { return e.Sentence }),
		text("modality", func(r *graph.Relation) string { return string(r.Modality) }),
		one("confidence", "double", func(e *Edge, _ Options) string { return number(e.Doc.Score()) }),
		text("validFrom", func(r *graph.Relation) string { return r.ValidFrom.String() }),
		text("validTo", func(r *graph.Relation) string { return r.ValidTo.String() }),
	}
	list = append(list, figure("amount", func(r *graph.Relation) *graph.Quantity { return r.Amount })...)
	list = append(list, figure("share", func(r *graph.Relation) *graph.Quantity { return r.Share })...)
	list = append(list, figure("volume", func(r *graph.Relation) *graph.Quantity { return r.Volume })...)
	return append(list,
		text("subject", func(r *graph.Relation) string { return r.Subject }),
		text("subjectEn", func(r *graph.Relation) string { return r.SubjectEN }),
		text("product", func(r *graph.Relation) string { return string(r.Product) }),
		text("via", func(r *graph.Relation) string { return string(r.Via) }),
		text("recognisedIn", func(r *graph.Relation) string { return string(r.RecognisedIn) }),
		text("recognisedBy", func(r *graph.Relation) string { return string(r.RecognisedBy) }),
		many("places", func(e *Edge) []string { return words(e.Doc.Places) }),
		one("openEnded", "boolean", func(e *Edge, _ Options) string { return mark(e.Doc.OpenEnded) }),
		one("derived", "boolean", func(e *Edge, _ Options) string { return mark(e.Doc.Derived()) }),
		text("rule", func(r *graph.Relation) string { return derivation(r).Rule }),
		many("premises", func(e *Edge) []string { return words(derivation(e.Doc).Premises) }),
		many("sources", func(e *Edge) []string { return e.sources() }))
}

// derivation is why r is in the graph; the zero value where a source says so.
func derivation(r *graph.Relation) graph.Derivation {
	if r.Derivation == nil {
		return graph.Derivation{}
	}
	return *r.Derivation
}

func words(keys []graph.Key) (list []string) {
	for _, k := range keys {
		list = append(list, string(k))
	}
	return list
}

// figure are the columns of a quantity: as written, and as numbers.
func figure(id string, of func(*graph.Relation) *graph.Quantity) []property[*Edge] {
	part := func(ending string, value func(*graph.Quantity) string) property[*Edge] {
		return one(id+ending, "string", func(e *Edge, _ Options) string {
			if q := of(e.Doc); q != nil {
				return value(q)
			}
			return ""
		})
	}
	return []property[*Edge]{
		part("", func(q *graph.Quantity) string { return q.Raw }),
		part("Value", func(q *graph.Quantity) string { return string(q.Value) }),
		part("Min", func(q *graph.Quantity) string { return string(q.Min) }),
		part("Max", func(q *graph.Quantity) string { return string(q.Max) }),
		part("Unit", func(q *graph.Quantity) string { return q.Unit }),
		part("Per", func(q *graph.Quantity) string { return q.Per }),
		part("Approx", func(q *graph.Quantity) string { return mark(q.Approx) }),
	}
}

// mark is "true" where it is, and nothing elsewhere.
func mark(is bool) string {
	if is {
		return "true"
	}
	return ""
}

// without is a list of properties but for some.
func without[T any](list []property[T], names ...string) []property[T] {
	return slices.DeleteFunc(list, func(p property[T]) bool { return slices.Contains(names, p.name) })
}
