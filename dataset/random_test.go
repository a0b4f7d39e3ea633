package dataset_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"lianzhu"
	"lianzhu/graph"
	"lianzhu/graph/gql"
)

// theOntology is the one of the schema.
func theOntology(t testing.TB) *graph.Ontology {
	t.Helper()
	o, err := gql.ReadOntology(lianzhu.Schema)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// maker makes random documents that pass the ontology, and of which each refers
// to earlier ones only.
type maker struct {
	*rand.Rand
	ontology *graph.Ontology

	sources   []graph.Key
	entities  map[graph.Kind][]graph.Key
	all       []graph.Key
	relations []graph.Key
	seen      map[graph.Key]bool
}

func newMaker(seed uint64, o *graph.Ontology) *maker {
	return &maker{Rand: rand.New(rand.NewPCG(seed, 1)), ontology: o, entities: map[graph.Kind][]graph.Key{}, seen: map[graph.Key]bool{}}
}

// graph makes a small graph: n sources, entities and relations of each sort.
func (m *maker) graph(n int) []graph.Change {
	var changes []graph.Change
	for i := range n {
		changes = append(changes, m.source(i))
	}
	for i := range n {
		changes = append(changes, graph.Change{Entity: m.entity(i)})
	}
	for range 2 * n {
		if r := m.relation(); r != nil {
			changes = append(changes, graph.Change{Relation: r})
		}
	}
	return changes
}

// awkward are texts that formats stumble over.
var awkward = []string{
	"海尔集团", "6000余吨", "a b", `say "so"`, `back\slash`, "#1", "by", ".", "<-", "/", "=", "per", "approx", "reading", "refutes", "disc",
	"line\nbreak", "tab\there", "\u3000wide\u3000", "<b>&amp;", "a\u2028b", "5..6", "-7", "+1", "🌶️", "\ufeff", "é", "é", "1-2", "source:x",
}

func (m *maker) text() string {
	if m.IntN(3) == 0 {
		return "x" + strconv.Itoa(m.IntN(1000))
	}
	return awkward[m.IntN(len(awkward))]
}

// maybe gives a text or "".
func (m *maker) maybe() string {
	if m.IntN(2) == 0 {
		return ""
	}
	return m.text()
}

// name gives a text without blanks at its ends.
func (m *maker) name() string { return "n" + m.text() + "n" }

func pick[T any](m *maker, from []T) T { return from[m.IntN(len(from))] }

// some gives up to three items made by one, nil where it gives none.
func some[T any](m *maker, one func() T) []T {
	var list []T
	for range m.IntN(4) {
		list = append(list, one())
	}
	return list
}

func (m *maker) source(i int) graph.Change {
	odd := []string{"", "#", `"`, `\`, "é", "源"}
	s := &graph.Source{
		Key: graph.Key(fmt.Sprintf("source:%d%s", i, pick(m, odd))), Title: m.name(), TitleEN: m.maybe(), Publisher: m.maybe(),
		PublishedOn: m.date(), License: m.maybe(),
	}
	if m.IntN(2) == 0 {
		s.URL = "https://example.org/#" + strconv.Itoa(i)
	}
	m.sources = append(m.sources, s.Key)
	c := graph.Change{Source: s}
	if m.IntN(3) == 0 {
		text := "甲乙丙\n" + m.text()
		c.Text = &text
	}
	return c
}

func (m *maker) date() graph.Date {
	return graph.MustDate(pick(m, []string{"", "", "2023", "2023-11", "2023-11-21", "2023~", "XXXX-11-21", "../2024", "2022-09/2023", "202X"}))
}

// region gives one of the regions, of which there always are some.
func (m *maker) region() graph.Key { return pick(m, m.entities[graph.KindRegion]) }

func (m *maker) sourceKey() graph.Key { return pick(m, m.sources) }

func (m *maker) entity(i int) *graph.Entity {
	kind := pick(m, m.ontology.Kinds()).Kind
	if i == 0 {
		kind = graph.KindRegion
	}
	e := &graph.Entity{
		Key: graph.Key(fmt.Sprintf("e%s:%d", pick(m, []string{"", "#", `"`}), i)), Kind: kind,
		Names: append(some(m, m.entityName), m.entityName()),
		Identifiers: some(m, func() graph.Identifier {
			return graph.Identifier{Scheme: m.name(), Value: m.text(), Sources: some(m, m.sourceKey)}
		}),
		Attributes: some(m, m.attribute), Evidence: some(m, m.evidence),
	}
	m.entities[kind] = append(m.entities[kind], e.Key)
	m.all = append(m.all, e.Key)
	return e
}

func (m *maker) entityName() graph.Name {
	return graph.Name{
		Text: m.name(), Reading: m.maybe(), Sources: some(m, m.sourceKey), Lang: pick(m, []graph.Lang{graph.ZH, graph.EN, graph.Pinyin}),
		Role: pick(m, []graph.NameRole{graph.Official, graph.Short, graph.Former, graph.Brand, graph.Translation, graph.Transliteration}),
	}
}

func (m *maker) modality() graph.Modality {
	return pick(m, []graph.Modality{graph.Asserted, graph.Asserted, graph.Planned, graph.Reported, graph.Negated})
}

func (m *maker) attribute() graph.Attribute {
	a := graph.Attribute{
		Name: m.name(), NameEN: m.maybe(), Text: m.text(), Quantity: m.quantity(), Modality: m.modality(), Collective: m.IntN(2) == 0,
		Evidence: some(m, m.evidence),
	}
	if m.IntN(2) == 0 {
		a.ValidFrom = m.date()
	} else {
		a.ValidTo = m.date()
	}
	return a
}

func (m *maker) evidence() graph.Evidence {
	e := graph.Evidence{Source: m.sourceKey(), Start: -1, End: -1, Refutes: m.IntN(3) == 0, AssertedBy: m.maybe()}
	if m.IntN(2) == 0 {
		e.Start = m.IntN(100)
		e.End = e.Start + 1 + m.IntN(9)
		e.SHA256 = graph.HashSpan(m.text())
	}
	return e
}

func (m *maker) quantity() *graph.Quantity {
	q := &graph.Quantity{Raw: m.text(), Unit: m.text(), Per: m.maybe(), Approx: m.IntN(2) == 0}
	switch m.IntN(4) {
	case 0:
		return nil
	case 1:
		q.Value = "4.50"
	case 2:
		q.Min = "-6000"
	default:
		q.Value, q.Min, q.Max = "5", "-1.5", "90"
	}
	return q
}

// relation makes a relation that the ontology allows, or nil.
func (m *maker) relation() *graph.Relation {
	def := pick(m, m.ontology.Relations())
	from, to := m.entities[pick(m, def.From)], m.entities[pick(m, def.To)]
	if len(from) == 0 || len(to) == 0 || def.Type == graph.PartOf {
		return nil
	}
	r := &graph.Relation{
		Type: def.Type, Source: pick(m, from), Target: pick(m, to), Disc: pick(m, []string{"", "", "b", "#", `"`}), Modality: m.modality(),
		Confidence: pick(m, []float64{0, 1, 0.1, 1.0 / 3, 1e-9}), ValidFrom: m.date(), OpenEnded: m.IntN(2) == 0,
		Attributes: some(m, m.attribute), Evidence: append(some(m, m.evidence), m.evidence()), Places: some(m, m.region),
	}
	m.particulars(r)
	if m.IntN(2) == 0 {
		r.Derivation = &graph.Derivation{Rule: m.name()}
		if len(m.relations) > 0 {
			r.Derivation.Premises = some(m, func() graph.Key { return pick(m, m.relations) })
		}
	}
	m.ontology.Canonical(r)
	if r.Source == r.Target || m.seen[r.Key()] {
		return nil
	}
	m.seen[r.Key()] = true
	m.relations = append(m.relations, r.Key())
	return r
}

// particulars fills the fields that belong to some types only.
func (m *maker) particulars(r *graph.Relation) {
	switch r.Type {
	case "INVESTS_IN":
		r.Amount, r.Share = m.quantity(), m.quantity()
	case "CO_DEVELOPS_WITH":
		r.Subject, r.SubjectEN = m.maybe(), m.maybe()
	case "SUPPLIES":
		r.Product, r.Volume = pick(m, m.all), m.quantity()
	case "CHAIN_LEADER_OF":
		r.RecognisedIn, r.RecognisedBy = m.region(), pick(m, m.all)
	default:
		r.Via = pick(m, m.all)
	}
}
