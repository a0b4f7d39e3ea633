package interchange

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// mapping tells how the properties of a file are called that is not ours. Fields
// has for each of theirs one of ours; Kind and Type are those of entities and
// relations that name none.
type mapping struct {
	Fields map[string]string  `json:"fields"`
	Kind   graph.Kind         `json:"kind"`
	Type   graph.RelationType `json:"type"`
}

func readMapping(in dataset.Input) (m mapping, err error) {
	if len(in.Mapping.Data) == 0 {
		return m, nil
	}
	dec := json.NewDecoder(strings.NewReader(string(in.Mapping.Data)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return m, &dataset.Problem{File: in.Mapping.Name, Line: 1, Reason: `it is no mapping for this format, such as {"fields":{"company":"nameZh"},"kind":"ENTERPRISE","type":"SUPPLIES"}: ` + err.Error()}
	}
	return m, nil
}

// bag has the properties of a node or an edge as texts, in the order in which
// they came.
type bag struct {
	names  []string
	values map[string][]string
}

func (b *bag) add(name string, values ...string) {
	if b.values == nil {
		b.values = map[string][]string{}
	}
	for _, v := range values {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		if _, known := b.values[name]; !known {
			b.names = append(b.names, name)
		}
		b.values[name] = append(b.values[name], v)
	}
}

// first is the first value of the first of some properties that has one.
func (b *bag) first(names ...string) string {
	for _, name := range names {
		if v := b.values[name]; len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

func (b *bag) has(name string) bool { return len(b.values[name]) > 0 }

// nodeSaid are the properties of a node that are told by entity, or worked out
// anew.
func nodeSaid() []string {
	return []string{"key", "kind", "type", "class", "nameZh", "nameEn", "name", "label", "names", "alias", "formerName", "codes", "identifier", "depth",
		"evidence", "statedIn", "degree", "pagerank", "betweenness", "closeness", "coreNumber", "component", "community"}
}

// entity makes an entity of its properties.
func (r *reading) entity(at place, key graph.Key, b *bag) (*graph.Entity, *dataset.Problem) {
	kind, ok := r.kindOf(b.first("kind", "type", "class"))
	if !ok {
		return nil, r.problem(at, "kind", "there is no kind of entity called %.60q; name one by a mapping", b.first("kind", "type", "class"))
	}
	e := &graph.Entity{Key: key, Kind: kind}
	for _, line := range b.values["names"] {
		n, ok := parseName(line)
		if !ok {
			return nil, r.problem(at, "names", "%.60q is no name; write it as ZH OFFICIAL 海尔集团", line)
		}
		e.Names = append(e.Names, n)
	}
	if e.Names == nil {
		e.Names = plainNames(b)
	}
	if e.Names == nil {
		return nil, r.problem(at, "name", "it has no name; which property holds it a mapping can tell")
	}
	e.Identifiers = codesIn(b)
	evidence, problem := r.placesIn(at, b)
	if problem != nil {
		return nil, problem
	}
	if e.Evidence = evidence; evidence == nil && !b.has("names") {
		e.Evidence = r.evidence(at) // a file of ours says so itself
	}
	e.Attributes = r.attributes(at, b, nodeSaid())
	return e, nil
}

// kindOf is the kind that a text means: as the schema writes it, or by its name
// in either language.
func (r *reading) kindOf(text string) (graph.Kind, bool) {
	if text == "" {
		text = string(r.mapping.Kind)
	}
	for _, def := range r.in.Ontology.Kinds() {
		if strings.EqualFold(text, string(def.Kind)) || text == def.ZH || strings.EqualFold(text, def.EN) {
			return def.Kind, true
		}
	}
	return "", false
}

// typeOf is the relation type that a text means.
func (r *reading) typeOf(text string) (graph.RelationType, bool) {
	if text == "" {
		text = string(r.mapping.Type)
	}
	for _, def := range r.in.Ontology.Relations() {
		if strings.EqualFold(text, string(def.Type)) || text == def.ZH || strings.EqualFold(text, def.EN) {
			return def.Type, true
		}
	}
	return "", false
}

// parseName reads a name as namesProperty writes it.
func parseName(line string) (graph.Name, bool) {
	parts := strings.SplitN(line, " ", 3)
	if len(parts) != 3 || parts[2] == "" {
		return graph.Name{}, false
	}
	return graph.Name{Text: parts[2], Lang: graph.Lang(parts[0]), Role: graph.NameRole(parts[1])}, true
}

// plainNames are the names of an entity that gives no roles.
func plainNames(b *bag) (names []graph.Name) {
	add := func(lang graph.Lang, role graph.NameRole, texts ...string) {
		for _, text := range texts {
			if text = textOf(text); text == "" {
				continue
			}
			if lang == "" {
				lang = langOf(text)
			}
			if !slices.ContainsFunc(names, func(n graph.Name) bool { return n.Text == text }) {
				names = append(names, graph.Name{Text: text, Lang: lang, Role: role})
			}
		}
	}
	add(graph.ZH, graph.Official, b.values["nameZh"]...)
	add(graph.EN, graph.Official, b.values["nameEn"]...)
	for _, name := range b.values["name"] {
		add(langOf(name), graph.Official, name)
	}
	if names == nil {
		add("", graph.Official, b.first("label"))
	}
	for _, name := range b.values["alias"] {
		add(langOf(name), graph.Short, name)
	}
	for _, name := range b.values["formerName"] {
		add(langOf(name), graph.Former, name)
	}
	return names
}

// codesIn are the identifiers of an entity: in codes as codesProperty writes
// them, or else in properties code:SCHEME.
func codesIn(b *bag) (ids []graph.Identifier) {
	for _, name := range b.names {
		if b.has("codes") {
			break
		}
		if scheme, ok := strings.CutPrefix(name, codePrefix); ok {
			for _, v := range b.values[name] {
				ids = append(ids, graph.Identifier{Scheme: scheme, Value: v})
			}
		}
	}
	for _, code := range b.values["codes"] {
		scheme, value, _ := strings.Cut(code, " ")
		if plain, err := url.QueryUnescape(scheme); err == nil && value != "" {
			ids = append(ids, graph.Identifier{Scheme: plain, Value: value})
		}
	}
	return ids
}

// attributes are the properties that nothing else was made of.
func (r *reading) attributes(at place, b *bag, said []string) (list []graph.Attribute) {
	for _, name := range b.names {
		if slices.Contains(said, name) || strings.HasPrefix(name, codePrefix) {
			continue
		}
		for _, v := range b.values[name] {
			list = append(list, graph.Attribute{Name: name, Text: textOf(v), Modality: graph.Asserted, Evidence: r.evidence(at)})
		}
	}
	return list
}

// placesIn are the pieces of evidence that a file gives itself.
func (r *reading) placesIn(at place, b *bag) (list []graph.Evidence, problem *dataset.Problem) {
	for _, text := range b.values["evidence"] {
		e, err := parsePlace(text)
		if err != nil {
			return nil, r.problem(at, "evidence", "%s", err)
		}
		list = append(list, e)
	}
	return list, nil
}

// parsePlace reads a piece of evidence as placeText writes it.
func parsePlace(text string) (e graph.Evidence, err error) {
	bad := fmt.Errorf("%.80q is no place in a source, such as source:a 12-30 SHA256", text)
	head, by, said := strings.Cut(text, " by ")
	if said {
		e.AssertedBy = by
	}
	words := strings.Fields(head)
	if n := len(words); n > 1 && words[n-1] == "refutes" {
		e.Refutes, words = true, words[:n-1]
	}
	e.Start, e.End = -1, -1
	switch len(words) {
	case 1:
		e.Source = graph.Key(words[0])
		return e, nil
	case 3:
		from, to, _ := strings.Cut(words[1], "-")
		start, err1 := strconv.Atoi(from)
		end, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil {
			return e, bad
		}
		e.Source, e.Start, e.End, e.SHA256 = graph.Key(words[0]), start, end, words[2]
		return e, nil
	}
	return e, bad
}

// edgeSaid are the properties of an edge that are told by relation.
func edgeSaid() []string {
	return append(names(edgeProperties()), "label", "id", "key", "kind", "source", "target", "evidence", "statedIn", "weight", "relation")
}

// relation makes a relation of its ends and properties.
func (r *reading) relation(at place, source, target graph.Key, b *bag) (*graph.Relation, *dataset.Problem) {
	said := b.first("type", "relation", "kind", "label", "name")
	typ, ok := r.typeOf(said)
	if !ok {
		return nil, r.problem(at, "type", "there is no type of relation called %.60q; name one by a mapping", said)
	}
	rel := &graph.Relation{Type: typ, Source: source, Target: target, Disc: b.first("disc"), Modality: graph.Asserted,
		OpenEnded: truth(b.first("openEnded")), Via: graph.Key(b.first("via")), Product: graph.Key(b.first("product")),
		Subject: b.first("subject"), SubjectEN: b.first("subjectEn"),
		RecognisedIn: graph.Key(b.first("recognisedIn")), RecognisedBy: graph.Key(b.first("recognisedBy"))}
	if m := b.first("modality"); m != "" {
		rel.Modality = graph.Modality(strings.ToUpper(m))
	}
	for _, k := range b.values["places"] {
		rel.Places = append(rel.Places, graph.Key(k))
	}
	if rule := b.first("rule"); rule != "" {
		rel.Derivation = &graph.Derivation{Rule: rule}
		for _, k := range b.values["premises"] {
			rel.Derivation.Premises = append(rel.Derivation.Premises, graph.Key(k))
		}
	}
	if problem := r.validity(at, rel, b); problem != nil {
		return nil, problem
	}
	for name, to := range ordered(map[string]**graph.Quantity{"amount": &rel.Amount, "share": &rel.Share, "volume": &rel.Volume}) {
		*to = quantityIn(b, name)
	}
	if problem := r.trust(at, rel, b); problem != nil {
		return nil, problem
	}
	evidence, problem := r.placesIn(at, b)
	if rel.Evidence = evidence; evidence == nil && rel.Derivation == nil {
		rel.Evidence = r.evidence(at)
	}
	rel.Attributes = r.attributes(at, b, edgeSaid())
	return rel, problem
}

func truth(s string) bool { return strings.EqualFold(s, "true") || s == "1" }

// validity reads when a relation holds.
func (r *reading) validity(at place, rel *graph.Relation, b *bag) *dataset.Problem {
	for name, to := range ordered(map[string]*graph.Date{"validFrom": &rel.ValidFrom, "validTo": &rel.ValidTo}) {
		text := b.first(name)
		if text == "" {
			continue
		}
		date, err := graph.ParseDate(text)
		if err != nil {
			return r.problem(at, name, "%s", err)
		}
		*to = date
	}
	return nil
}

// trust reads a confidence. That which a relation has anyhow is not given.
func (r *reading) trust(at place, rel *graph.Relation, b *bag) *dataset.Problem {
	text := b.first("confidence")
	if text == "" {
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return r.problem(at, "confidence", "%.40q is no number", text)
	}
	if f != rel.Score() {
		rel.Confidence = f
	}
	return nil
}

// quantityIn reads a quantity as figure writes it; nil where there is none.
func quantityIn(b *bag, name string) *graph.Quantity {
	part := func(ending string) string { return b.first(name + ending) }
	q := &graph.Quantity{Raw: part(""), Value: graph.Decimal(part("Value")), Min: graph.Decimal(part("Min")), Max: graph.Decimal(part("Max")),
		Unit: part("Unit"), Per: part("Per"), Approx: truth(part("Approx"))}
	if *q == (graph.Quantity{}) {
		return nil
	}
	return q
}

// giveEntity yields an entity, or why it is none.
func (r *reading) giveEntity(at place, key graph.Key, b *bag) error {
	e, problem := r.entity(at, key, b)
	if problem != nil {
		return r.tell(problem)
	}
	return r.give(at, graph.Change{Entity: e}, dataset.Add, r.cites(e.Evidence, e.Attributes))
}

// giveRelation yields a relation, or why it is none. What was derived is drawn
// anew where its premises are; the file's word is only needed where it is not.
func (r *reading) giveRelation(at place, source, target graph.Key, b *bag) error {
	rel, problem := r.relation(at, source, target, b)
	if problem != nil {
		return r.tell(problem)
	}
	mode := dataset.Add
	if rel.Derived() {
		mode = dataset.Make
	}
	return r.give(at, graph.Change{Relation: rel}, mode, r.cites(rel.Evidence, rel.Attributes))
}

// cites tells whether something cites the file.
func (r *reading) cites(evidence []graph.Evidence, attributes []graph.Attribute) bool {
	file := r.fileKey()
	is := func(e graph.Evidence) bool { return e.Source == file }
	return slices.ContainsFunc(evidence, is) || slices.ContainsFunc(attributes, func(a graph.Attribute) bool { return slices.ContainsFunc(a.Evidence, is) })
}
