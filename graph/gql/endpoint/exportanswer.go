package endpoint

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lianzhu/interchange"
)

// exported is an answer that can be had as a file: a field of Query, its
// arguments by the names of the parameters that give them, and what of the answer
// tells whether it is whole.
type exported struct {
	field     string
	arguments map[string]argument
	whole     string
}

// argument is an argument of a field: its name, its type as a variable, and how
// the values of its parameter are read.
type argument struct {
	name, kind string
	read       func(parameter) (any, error)
}

// exportedAs is the answer of a name.
func exportedAs(name string) (exported, bool) {
	for _, e := range []exported{
		{"subgraph", walking(map[string]argument{
			"root": {"roots", "[EntityRef!]!", parameter.entityRefs}, "depth": {"depth", "Int", parameter.number}, "direction": {"direction", "Direction", parameter.constant},
		}), walked},
		{"paths", walking(map[string]argument{
			"from": {"from", "EntityRef!", parameter.entityRef}, "to": {"to", "EntityRef!", parameter.entityRef}, "mode": {"mode", "PathMode", parameter.constant},
			"direction": {"direction", "Direction", parameter.constant}, "avoid": {"avoid", "[EntityRef!]", parameter.entityRefs}, "throughHubs": {"throughHubs", "Boolean", parameter.truth},
		}), walked},
		{"reachable", walking(map[string]argument{
			"from": {"from", "EntityRef!", parameter.entityRef}, "targetKinds": {"targetKinds", "[EntityKind!]", parameter.constants},
			"direction": {"direction", "Direction", parameter.constant}, "throughHubs": {"throughHubs", "Boolean", parameter.truth},
		}), walked},
		{"commonNeighbours", map[string]argument{
			"of": {"of", "[EntityRef!]!", parameter.entityRefs}, "where": {"where", "RelationFilter", parameter.rawJSON}, "first": {"first", "Int", parameter.number},
			"asOf": {"asOf", "PartialDate", parameter.text},
		}, "total items { node { id } }"},
	} {
		if e.field == name {
			return e, true
		}
	}
	return exported{}, false
}

const walked = "completeness { complete reasons resume }"

// walking adds the arguments that all walks have.
func walking(arguments map[string]argument) map[string]argument {
	arguments["where"] = argument{"where", "RelationFilter", parameter.rawJSON}
	arguments["bounds"] = argument{"bounds", "Bounds", parameter.rawJSON}
	arguments["asOf"] = argument{"asOf", "PartialDate", parameter.text}
	arguments["resume"] = argument{"resume", "String", parameter.text}
	return arguments
}

// forming are the parameters that say what file it is to be.
func forming() []string { return []string{"format", "lang", "bom", "measures"} }

// ask makes the question of the parameters of a URL, and tells what kind of file
// it asks for.
func (e exported) ask(values url.Values) (exportQuestion, interchange.Kind, error) {
	q := exportQuestion{Variables: map[string]any{}}
	if err := e.knows(values); err != nil {
		return q, interchange.Kind{}, err
	}
	kind, err := formVariables(values, q.Variables)
	if err != nil {
		return q, kind, err
	}
	var declared, given []string
	for _, name := range slices.Sorted(maps.Keys(e.arguments)) {
		a := e.arguments[name]
		switch {
		case values.Has(name):
			if q.Variables[a.name], err = a.read(values[name]); err != nil {
				return q, kind, fmt.Errorf("%s %w", name, err)
			}
		case strings.HasSuffix(a.kind, "!"):
			return q, kind, fmt.Errorf("%s is missing: an entity, by its key or its name", name)
		default:
			continue
		}
		declared = append(declared, "$"+a.name+": "+a.kind)
		given = append(given, a.name+": $"+a.name)
	}
	q.Query = fmt.Sprintf("query Export(%s, $format: ExportFormat!, $lang: Lang!, $bom: Boolean!, $measures: [ExportColumn!]!) {\n"+
		"  answer: %s(%s) { %s export(format: $format, lang: $lang, bom: $bom, measures: $measures) }\n}",
		strings.Join(declared, ", "), e.field, strings.Join(given, ", "), e.whole)
	return q, kind, nil
}

// knows refuses a parameter that is none.
func (e exported) knows(values url.Values) error {
	for name := range values {
		if _, known := e.arguments[name]; !known && !slices.Contains(forming(), name) {
			all := append(slices.Sorted(maps.Keys(e.arguments)), forming()...)
			return fmt.Errorf("there is no parameter %.40q; there are %s", name, strings.Join(all, ", "))
		}
	}
	return nil
}

// formVariables reads what file it is to be.
func formVariables(values url.Values, variables map[string]any) (interchange.Kind, error) {
	format := interchange.CytoscapeJSON
	if values.Has("format") {
		format = interchange.Format(upper(values.Get("format")))
	}
	kind, ok := interchange.Formats()[format]
	if !ok {
		return kind, fmt.Errorf("there is no format %.40q; the schema lists them under ExportFormat", format)
	}
	variables["format"], variables["lang"], variables["bom"], variables["measures"] = format, "ZH", kind.Ending == ".csv", []string{}
	for name, read := range map[string]func(parameter) (any, error){"lang": parameter.constant, "bom": parameter.truth, "measures": parameter.constants} {
		if !values.Has(name) {
			continue
		}
		v, err := read(values[name])
		if err != nil {
			return kind, fmt.Errorf("%s %w", name, err)
		}
		variables[name] = v
	}
	return kind, nil
}

// upper is a name as the schema writes constants: json-ld is JSON_LD.
func upper(name string) string {
	return strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(name), "-", "_"))
}

// parameter is the values of a parameter of a URL.
type parameter []string

// one is its only value.
func (p parameter) one() (string, error) {
	if len(p) != 1 {
		return "", fmt.Errorf("is given %d times; once is allowed", len(p))
	}
	return p[0], nil
}

func (p parameter) text() (any, error) { return p.one() }

func (p parameter) constant() (any, error) {
	v, err := p.one()
	return upper(v), err
}

// constants are given several times or with commas.
func (p parameter) constants() (any, error) {
	list := []string{}
	for v := range strings.SplitSeq(strings.Join(p, ","), ",") {
		if v != "" {
			list = append(list, upper(v))
		}
	}
	return list, nil
}

func (p parameter) number() (any, error) {
	v, err := p.one()
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		return nil, fmt.Errorf("must be a number; it is %.40q", v)
	}
	return n, nil
}

func (p parameter) truth() (any, error) {
	v, err := p.one()
	if err == nil && v != "true" && v != "false" {
		err = fmt.Errorf("is true or false; it is %.40q", v)
	}
	return v == "true", err
}

func (p parameter) rawJSON() (any, error) {
	v, err := p.one()
	if err == nil && !json.Valid([]byte(v)) {
		err = fmt.Errorf("must be JSON, as a variable of GraphQL is")
	}
	return json.RawMessage(v), err
}

// entityRefs name entities by key or by name.
func (p parameter) entityRefs() (any, error) {
	refs := []map[string]string{}
	for _, v := range p {
		refs = append(refs, refOf(v))
	}
	return refs, nil
}

func (p parameter) entityRef() (any, error) {
	v, err := p.one()
	return refOf(v), err
}

func refOf(v string) map[string]string {
	if strings.Contains(v, ":") {
		return map[string]string{"key": v}
	}
	return map[string]string{"name": v}
}
