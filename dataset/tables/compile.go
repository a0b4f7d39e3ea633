package tables

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// rowReader makes the lines of a row as a mapping says.
type rowReader struct {
	t         *table
	columns   []string
	where     []condition
	entities  []entityPlan
	relations []relationPlan
	late      bool // something is to be looked up in the graph
	source    []graph.Key
}

type condition struct {
	column  int
	is, not []string
	matches *regexp.Regexp
	empty   *bool
}

// eachPlan says over which items something is repeated; column is item where it
// is not.
type eachPlan struct {
	column    int
	separator string
}

func (e eachPlan) repeats() bool { return e.column >= 0 }

type entityPlan struct {
	as          string
	each        eachPlan
	when        []condition
	optional    bool
	key, kind   template
	find        []findPlan
	names       []namePlan
	identifiers []identifierPlan
	attributes  []attributePlan
	evidence    int // a column, or item: the items of each or else the row
	mode        dataset.Mode
}

type findPlan struct {
	name       template
	identifier *identifierPlan
}

type namePlan struct {
	each          eachPlan
	text, reading template
	lang          graph.Lang
	role          graph.NameRole
}

type identifierPlan struct{ scheme, value template }

type quantityPlan struct{ value, unit, per template }

type attributePlan struct {
	each               eachPlan
	name, nameEN, text template
	quantity           *quantityPlan
	modality           graph.Modality
	collective         bool
	from, to           template
	evidence           int
}

type endPlan struct {
	as   []int // entities of the row, by their indexes
	key  template
	find []findPlan
	kind template
}

type relationPlan struct {
	each                                     eachPlan
	when                                     []condition
	optional                                 bool
	typ                                      template
	from, to                                 endPlan
	disc, modality, confidence               template
	validFrom, validTo                       template
	openEnded                                bool
	places                                   []template
	via, product, recognisedIn, recognisedBy template
	subject, subjectEN                       template
	amount, share, volume                    *quantityPlan
	attributes                               []attributePlan
	evidence                                 int
	mode                                     dataset.Mode
}

// newRowReader compiles the table of a mapping against the columns of a file.
func newRowReader(t *table, columns []string) (*rowReader, error) {
	c := &compiler{columns: columns, vocabs: t.plan.Vocabularies, gazetteer: dataset.BuiltInGazetteer}
	r := &rowReader{t: t, columns: columns, source: []graph.Key{t.source.Key}}
	var err error
	if r.where, err = c.conditions(t.spec.Where); err != nil {
		return nil, fmt.Errorf("where: %w", err)
	}
	for i := range t.spec.Entities {
		p, err := c.entity(&t.spec.Entities[i])
		if err != nil {
			return nil, fmt.Errorf("entities, number %d: %w", i+1, err)
		}
		r.entities = append(r.entities, p)
		r.late = r.late || p.find != nil
	}
	for i := range t.spec.Relations {
		p, err := c.relation(&t.spec.Relations[i], r.entities)
		if err != nil {
			return nil, fmt.Errorf("relations, number %d: %w", i+1, err)
		}
		r.relations = append(r.relations, p)
		r.late = r.late || p.from.find != nil || p.to.find != nil
	}
	if r.entities == nil && r.relations == nil {
		return nil, fmt.Errorf("the table of the mapping makes neither entities nor relations")
	}
	return r, nil
}

func (c *compiler) conditions(specs []Condition) ([]condition, error) {
	var list []condition
	for _, s := range specs {
		column, err := c.column(s.Column)
		if err != nil {
			return nil, err
		}
		p := condition{column: column, is: s.Is, not: s.Not, empty: s.Empty}
		if s.Matches != "" {
			if p.matches, err = regexp.Compile(s.Matches); err != nil {
				return nil, fmt.Errorf("matches: %w", err)
			}
		}
		if s.Is == nil && s.Not == nil && s.Matches == "" && s.Empty == nil {
			return nil, fmt.Errorf("a condition on %q says nothing; it needs is, not, matches or empty", s.Column)
		}
		list = append(list, p)
	}
	return list, nil
}

func (c *compiler) column(name string) (int, error) {
	i := slices.Index(c.columns, name)
	if i < 0 {
		return 0, fmt.Errorf("there is no column %q; the table has %s", name, strings.Join(c.columns, ", "))
	}
	return i, nil
}

// repeat compiles an each; what comes after it may name {item}.
func (c *compiler) repeat(e Each) (eachPlan, error) {
	if e.Column == "" {
		if e.Separator != "" {
			return eachPlan{}, fmt.Errorf("a separator needs each, the column whose cells it parts")
		}
		return eachPlan{column: item}, nil
	}
	column, err := c.column(e.Column)
	if e.Separator == "" {
		e.Separator = ";"
	}
	c.each = true
	return eachPlan{column, e.Separator}, err
}

// evidence is the column that says so; item where none is named.
func (c *compiler) evidence(name string) (int, error) {
	if name == "" {
		return item, nil
	}
	return c.column(name)
}

// bind is a template to be compiled into its place.
type bind struct {
	to   *template
	text string
}

// parts compiles several templates.
func (c *compiler) parts(list ...bind) error {
	for _, b := range list {
		t, err := c.template(b.text)
		if err != nil {
			return err
		}
		*b.to = t
	}
	return nil
}

func modeOf(word string) (dataset.Mode, error) {
	switch word {
	case "", "add":
		return dataset.Add, nil
	case "replace":
		return dataset.Replace, nil
	case "make":
		return dataset.Make, nil
	}
	return 0, fmt.Errorf("write is add, replace or make, not %q", word)
}

func (c *compiler) entity(s *EntitySpec) (p entityPlan, err error) {
	defer func(before bool) { c.each = before }(c.each)
	p = entityPlan{as: s.As, optional: s.Optional}
	if p.each, err = c.repeat(s.Each); err != nil {
		return p, err
	}
	if s.Name != "" {
		s = withName(s)
	}
	if err = c.parts(bind{&p.key, s.Key}, bind{&p.kind, s.Kind}); err != nil {
		return p, err
	}
	switch {
	case s.Kind == "":
		return p, fmt.Errorf("the kind is missing")
	case s.Key == "" && s.Find == nil:
		return p, fmt.Errorf("the key is missing")
	case s.Key != "" && s.Names == nil:
		return p, fmt.Errorf("the name is missing; every entity has one")
	}
	if p.when, err = c.conditions(s.When); err != nil {
		return p, err
	}
	if p.find, err = c.finds(s.Find); err != nil {
		return p, err
	}
	if p.names, err = compileEach(s.Names, c.name); err != nil {
		return p, err
	}
	if p.identifiers, err = compileEach(s.Identifiers, c.identifier); err != nil {
		return p, err
	}
	if p.attributes, err = compileEach(s.Attributes, c.attribute); err != nil {
		return p, err
	}
	if p.evidence, err = c.evidence(s.Evidence); err != nil {
		return p, err
	}
	p.mode, err = modeOf(s.Write)
	return p, err
}

// withName is s with its name among its names.
func withName(s *EntitySpec) *EntitySpec {
	with := *s
	with.Names = append([]NameSpec{{Text: s.Name}}, s.Names...)
	return &with
}

func compileEach[S, P any](specs []S, compile func(S) (P, error)) ([]P, error) {
	var list []P
	for _, s := range specs {
		p, err := compile(s)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

func (c *compiler) finds(specs []FindSpec) ([]findPlan, error) {
	return compileEach(specs, func(s FindSpec) (p findPlan, err error) {
		if (s.Name == "") == (s.Identifier == nil) {
			return p, fmt.Errorf("find needs either name or identifier")
		}
		if s.Identifier != nil {
			id, err := c.identifier(*s.Identifier)
			return findPlan{identifier: &id}, err
		}
		p.name, err = c.template(s.Name)
		return p, err
	})
}

func (c *compiler) name(s NameSpec) (p namePlan, err error) {
	defer func(before bool) { c.each = before }(c.each)
	if p.each, err = c.repeat(s.Each); err != nil {
		return p, err
	}
	p.lang, p.role = graph.Lang(strings.ToUpper(s.Lang)), graph.NameRole(strings.ToUpper(s.Role))
	if p.role == "" {
		p.role = graph.Official
	}
	switch {
	case s.Text == "":
		return p, fmt.Errorf("a name needs its text")
	case s.Lang != "" && !slices.Contains([]graph.Lang{graph.ZH, graph.EN, graph.Pinyin}, p.lang):
		return p, fmt.Errorf("the language of a name is zh, en or pinyin, not %q", s.Lang)
	case !slices.Contains([]graph.NameRole{graph.Official, graph.Short, graph.Former, graph.Brand, graph.Translation, graph.Transliteration}, p.role):
		return p, fmt.Errorf("the role of a name is official, short, former, brand, translation or transliteration, not %q", s.Role)
	}
	return p, c.parts(bind{&p.text, s.Text}, bind{&p.reading, s.Reading})
}

func (c *compiler) identifier(s IdentifierSpec) (p identifierPlan, err error) {
	if s.Scheme == "" || s.Value == "" {
		return p, fmt.Errorf("an identifier needs scheme and value")
	}
	return p, c.parts(bind{&p.scheme, s.Scheme}, bind{&p.value, s.Value})
}

func (c *compiler) quantity(s *QuantitySpec) (*quantityPlan, error) {
	if s == nil {
		return nil, nil
	}
	if s.Value == "" {
		return nil, fmt.Errorf("a figure needs its value")
	}
	p := &quantityPlan{}
	return p, c.parts(bind{&p.value, s.Value}, bind{&p.unit, s.Unit}, bind{&p.per, s.Per})
}

func (c *compiler) attribute(s AttributeSpec) (p attributePlan, err error) {
	defer func(before bool) { c.each = before }(c.each)
	if p.each, err = c.repeat(s.Each); err != nil {
		return p, err
	}
	if s.Name == "" || s.Text == "" && s.Quantity == nil {
		return p, fmt.Errorf("an attribute needs its name, and text or quantity")
	}
	p.collective = s.Collective
	if p.modality, err = modalityOf(s.Modality); err != nil {
		return p, err
	}
	if p.quantity, err = c.quantity(s.Quantity); err != nil {
		return p, err
	}
	if p.evidence, err = c.evidence(s.Evidence); err != nil {
		return p, err
	}
	return p, c.parts(bind{&p.name, s.Name}, bind{&p.nameEN, s.NameEN}, bind{&p.text, s.Text}, bind{&p.from, s.ValidFrom}, bind{&p.to, s.ValidTo})
}

func modalityOf(word string) (graph.Modality, error) {
	m := graph.Modality(strings.ToUpper(word))
	switch m {
	case "":
		return graph.Asserted, nil
	case graph.Asserted, graph.Planned, graph.Reported, graph.Negated:
		return m, nil
	}
	return "", fmt.Errorf("the modality is asserted, planned, reported or negated, not %q", word)
}

func (c *compiler) relation(s *RelationSpec, entities []entityPlan) (p relationPlan, err error) {
	defer func(before bool) { c.each = before }(c.each)
	p = relationPlan{optional: s.Optional, openEnded: s.OpenEnded}
	if p.each, err = c.repeat(s.Each); err != nil {
		return p, err
	}
	if s.Type == "" {
		return p, fmt.Errorf("the type is missing")
	}
	for _, end := range []struct {
		to   *endPlan
		spec EndSpec
		name string
	}{{&p.from, s.From, "from"}, {&p.to, s.To, "to"}} {
		if *end.to, err = c.end(end.spec, entities); err != nil {
			return p, fmt.Errorf("%s: %w", end.name, err)
		}
		for _, i := range end.to.as {
			c.each = c.each || entities[i].each.repeats()
		}
	}
	if p.when, err = c.conditions(s.When); err != nil {
		return p, err
	}
	for _, q := range []struct {
		to   **quantityPlan
		spec *QuantitySpec
	}{{&p.amount, s.Amount}, {&p.share, s.Share}, {&p.volume, s.Volume}} {
		if *q.to, err = c.quantity(q.spec); err != nil {
			return p, err
		}
	}
	if p.attributes, err = compileEach(s.Attributes, c.attribute); err != nil {
		return p, err
	}
	if p.places, err = compileEach(s.Places, c.template); err != nil {
		return p, err
	}
	if p.evidence, err = c.evidence(s.Evidence); err != nil {
		return p, err
	}
	if p.mode, err = modeOf(s.Write); err != nil {
		return p, err
	}
	return p, c.parts(bind{&p.typ, s.Type}, bind{&p.disc, s.Disc}, bind{&p.modality, s.Modality}, bind{&p.confidence, s.Confidence}, bind{&p.validFrom, s.ValidFrom}, bind{&p.validTo, s.ValidTo},
		bind{&p.via, s.Via}, bind{&p.product, s.Product}, bind{&p.recognisedIn, s.RecognisedIn}, bind{&p.recognisedBy, s.RecognisedBy}, bind{&p.subject, s.Subject}, bind{&p.subjectEN, s.SubjectEN})
}

// end compiles an end, which is named in exactly one way.
func (c *compiler) end(s EndSpec, entities []entityPlan) (p endPlan, err error) {
	ways := 0
	for _, given := range []bool{s.As != "", s.Key != "", s.Name != "", s.Identifier != nil} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		return p, fmt.Errorf("an end is named by one of as, key, name and identifier")
	case s.As != "":
		for i := range entities {
			if entities[i].as == s.As {
				p.as = append(p.as, i)
			}
		}
		if p.as == nil {
			return p, fmt.Errorf("no entity of this table is called %q (as)", s.As)
		}
		return p, nil
	case s.Key == "":
		p.find, err = c.finds([]FindSpec{{s.Name, s.Identifier}})
		if err != nil {
			return p, err
		}
	}
	return p, c.parts(bind{&p.key, s.Key}, bind{&p.kind, s.Kind})
}
