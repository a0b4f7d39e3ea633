package interchange_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lianzhu"
	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/interchange"
	"lianzhu/storage/mem"
)

func theContract(t testing.TB) *gql.Contract {
	t.Helper()
	c, err := gql.ReadContract(lianzhu.Schema)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// holding is a store that holds changes.
func holding(t testing.TB, o *graph.Ontology, changes []graph.Change) graph.Store {
	t.Helper()
	store := mem.New(o)
	t.Cleanup(func() { store.Close() })
	lines := func(yield func(dataset.Line, error) bool) {
		for i, c := range changes {
			if !yield(dataset.Line{File: "test", Number: i + 1, Change: c}, nil) {
				return
			}
		}
	}
	if _, err := dataset.Load(t.Context(), store, o, lines, dataset.Options{Strict: true}); err != nil {
		t.Fatal(err)
	}
	return store
}

// carried is what is left of a store that went through a file.
func carried(t testing.TB, c *gql.Contract, store graph.Store, format interchange.Format, read dataset.Format) graph.Store {
	t.Helper()
	var file bytes.Buffer
	gateway := &gql.Gateway{Contract: c, Store: store}
	if err := gateway.WriteFile(t.Context(), &file, gql.FileQuery{Format: string(format)}); err != nil {
		t.Fatal(err)
	}
	to := mem.New(c.Ontology)
	t.Cleanup(func() { to.Close() })
	lines := read.Read(dataset.Input{Name: "carried" + read.Endings[0], Reader: &file, Ontology: c.Ontology})
	report, err := dataset.Load(t.Context(), to, c.Ontology, lines, dataset.Options{})
	if err != nil || len(report.Rejected) > 0 {
		t.Fatalf("%v %v", err, report.Rejected)
	}
	return to
}

// contents is what a store holds, as texts in order, each document made plainer
// by plain.
func contents(t testing.TB, store graph.Store, plain func(*graph.Change) bool) []string {
	t.Helper()
	var list []string
	err := store.View(t.Context(), func(r graph.Reader) error {
		for c, err := range dataset.All(r) {
			if err != nil {
				return err
			}
			copied := c
			if c.Entity != nil {
				e := *c.Entity
				copied.Entity = &e
			}
			if c.Relation != nil {
				rel := *c.Relation
				copied.Relation = &rel
			}
			if !plain(&copied) {
				continue
			}
			text, err := json.Marshal([]any{copied.Source, copied.Entity, copied.Relation})
			if err != nil {
				return err
			}
			list = append(list, string(text))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// core leaves what GraphML, JSON-LD and N-Quads carry: entities with their
// names and codes, relations with all but their attributes.
func core(c *graph.Change) bool {
	if c.Source != nil {
		return false
	}
	if e := c.Entity; e != nil {
		e.Names = slices.Clone(e.Names)
		for i := range e.Names {
			e.Names[i].Reading, e.Names[i].Sources = "", nil
		}
		e.Identifiers = slices.Clone(e.Identifiers)
		for i := range e.Identifiers {
			e.Identifiers[i].Sources = nil
		}
		e.Attributes, e.Evidence = nil, nil
	}
	if r := c.Relation; r != nil {
		r.Confidence = r.Score()
		r.Attributes, r.Evidence = nil, nil
	}
	return true
}

// cited leaves what core does, and evidence.
func cited(c *graph.Change) bool {
	var evidence []graph.Evidence
	switch {
	case c.Entity != nil:
		evidence = c.Entity.Evidence
	case c.Relation != nil:
		evidence = c.Relation.Evidence
	}
	kept := core(c)
	switch {
	case c.Entity != nil:
		c.Entity.Evidence = evidence
	case c.Relation != nil:
		c.Relation.Evidence = evidence
	}
	return kept
}

// carriers are the formats that carry a graph there and back, and what of it.
func carriers() []carrier {
	return []carrier{
		{interchange.GraphML, interchange.ReadGraphML(), core},
		{interchange.JSONLD, interchange.ReadJSONLD(), cited},
		{interchange.NQuads, interchange.ReadNQuads(), cited},
	}
}

type carrier struct {
	format interchange.Format
	read   dataset.Format
	keeps  func(*graph.Change) bool
}

func TestImportAfterExportGivesTheSameEntitiesAndRelations(t *testing.T) {
	c := theContract(t)
	seeds := uint64(40)
	if testing.Short() {
		seeds = 8
	}
	for seed := range seeds {
		changes := newMaker(seed, c.Ontology).graph()
		store := holding(t, c.Ontology, changes)
		for _, to := range carriers() {
			t.Run(fmt.Sprintf("%s seed %d", to.format, seed), func(t *testing.T) {
				got := contents(t, carried(t, c, store, to.format, to.read), to.keeps)
				if diff := cmp.Diff(contents(t, store, to.keeps), got); diff != "" {
					t.Errorf("seed %d: -written +read\n%s", seed, diff)
				}
			})
		}
	}
}

func TestTheBuiltInDataComesBackFromEveryCarrier(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of regions take their time; random graphs go the same way")
	}
	c := theContract(t)
	store := mem.New(c.Ontology)
	t.Cleanup(func() { store.Close() })
	if _, err := dataset.Load(t.Context(), store, c.Ontology, dataset.YellowRiver(), dataset.Options{Strict: true}); err != nil {
		t.Fatal(err)
	}
	for _, to := range carriers() {
		t.Run(string(to.format), func(t *testing.T) {
			if diff := cmp.Diff(contents(t, store, to.keeps), contents(t, carried(t, c, store, to.format, to.read), to.keeps)); diff != "" {
				t.Errorf("-written +read\n%.4000s", diff)
			}
		})
	}
}

// TestOwnershipComesBack: the formats of ownership carry parties, investments
// with shares and subsidiaries.
func TestOwnershipComesBack(t *testing.T) {
	if testing.Short() {
		t.Skip("loading the built-in data takes its time; the test without -short does it")
	}
	c := theContract(t)
	store := mem.New(c.Ontology)
	t.Cleanup(func() { store.Close() })
	if _, err := dataset.Load(t.Context(), store, c.Ontology, dataset.YellowRiver(), dataset.Options{Strict: true}); err != nil {
		t.Fatal(err)
	}
	keys := func(s graph.Store, types ...graph.RelationType) (list []string) {
		contents(t, s, func(c *graph.Change) bool {
			if e := c.Entity; e != nil && (e.Kind == "ENTERPRISE" || e.Kind == "INSTITUTION") {
				list = append(list, string(e.Kind)+" "+string(e.Key))
			}
			r := c.Relation
			party := func(k graph.Key) bool {
				return strings.HasPrefix(string(k), "enterprise:") || strings.HasPrefix(string(k), "institution:")
			}
			if r != nil && !r.Derived() && r.Modality != graph.Planned && r.Modality != graph.Negated && slices.Contains(types, r.Type) && party(r.Source) && party(r.Target) {
				list = append(list, string(r.Type)+" "+string(r.Source)+" "+string(r.Target))
			}
			return true
		})
		slices.Sort(list)
		return slices.Compact(list)
	}
	for _, to := range []struct {
		format interchange.Format
		read   dataset.Format
		types  []graph.RelationType
	}{
		{interchange.BODS, interchange.ReadBODS(), []graph.RelationType{"INVESTS_IN", "SUBSIDIARY_OF"}},
		{interchange.FtM, interchange.ReadFtM(), []graph.RelationType{"INVESTS_IN", "SUBSIDIARY_OF", "CO_DEVELOPS_WITH", "SUPPLIES"}},
	} {
		t.Run(string(to.format), func(t *testing.T) {
			want := keys(store, to.types...)
			if len(want) < 40 {
				t.Fatalf("there is too little to compare: %v", want)
			}
			if diff := cmp.Diff(want, keys(carried(t, c, store, to.format, to.read), to.types...)); diff != "" {
				t.Errorf("-written +read\n%s", diff)
			}
		})
	}
}

// maker makes random graphs that the ontology allows.
type maker struct {
	*rand.Rand
	o        *graph.Ontology
	changes  []graph.Change
	entities map[graph.Kind][]graph.Key
	all      []graph.Key
	sources  []graph.Key
}

func newMaker(seed uint64, o *graph.Ontology) *maker {
	return &maker{Rand: rand.New(rand.NewPCG(seed, 7)), o: o, entities: map[graph.Kind][]graph.Key{}}
}

func (m *maker) graph() []graph.Change {
	for i := range 3 {
		key := graph.Key("source:" + strconv.Itoa(i))
		m.sources = append(m.sources, key)
		m.changes = append(m.changes, graph.Change{Source: &graph.Source{Key: key, Title: m.text()}})
	}
	for i := range 30 {
		m.entity(i)
	}
	for range 60 {
		m.relation()
	}
	return m.changes
}

// text is a text that formats stumble over.
func (m *maker) text() string {
	parts := []string{"海尔集团", "a b", `say "so"`, `back\slash`, `\n`, "<b>&amp;", "]]>", "|", "; ", "=1+1", "é", "𠮷", "\u2028", "'", "#", "%41", "@zh", "^^<x>", "."}
	var b strings.Builder
	for range 1 + m.IntN(3) {
		b.WriteString(parts[m.IntN(len(parts))])
	}
	return "x" + b.String() + "y"
}

func (m *maker) entity(i int) {
	kinds := m.o.Kinds()
	kind := kinds[m.IntN(len(kinds))].Kind
	key := graph.Key(fmt.Sprintf("%s:%d%s", strings.ToLower(string(kind)), i, []string{"", "海", `"q"<>`, "a%b/c?d#e", `\`}[m.IntN(5)]))
	e := &graph.Entity{Key: key, Kind: kind}
	for j := range 1 + m.IntN(3) {
		e.Names = append(e.Names, graph.Name{Text: m.text() + strconv.Itoa(j), Lang: []graph.Lang{graph.ZH, graph.EN, graph.Pinyin}[m.IntN(3)],
			Role: []graph.NameRole{graph.Official, graph.Short, graph.Former, graph.Brand}[m.IntN(4)]})
	}
	for j := range m.IntN(3) {
		e.Identifiers = append(e.Identifiers, graph.Identifier{Scheme: []string{"USCC", "GB/T 2260", "a:b"}[j], Value: "00" + strconv.Itoa(m.IntN(1000))})
	}
	if m.IntN(2) == 0 {
		e.Evidence = m.evidence()
	}
	m.entities[kind] = append(m.entities[kind], key)
	m.all = append(m.all, key)
	m.changes = append(m.changes, graph.Change{Entity: e})
}

func (m *maker) evidence() []graph.Evidence {
	list := []graph.Evidence{{Source: m.sources[m.IntN(3)], Start: -1, End: -1}}
	if m.IntN(2) == 0 {
		list[0].Start, list[0].End, list[0].SHA256 = 3, 9, graph.HashSpan("x")
		list[0].Refutes = m.IntN(4) == 0
		list[0].AssertedBy = []string{"", "a by b"}[m.IntN(2)]
	}
	return list
}

func (m *maker) relation() {
	defs := m.o.Relations()
	def := defs[m.IntN(len(defs))]
	from, to := m.entities[def.From[m.IntN(len(def.From))]], m.entities[def.To[m.IntN(len(def.To))]]
	if len(from) == 0 || len(to) == 0 || def.Type == "PART_OF" {
		return
	}
	r := &graph.Relation{Type: def.Type, Source: from[m.IntN(len(from))], Target: to[m.IntN(len(to))], Disc: []string{"", "d1", "d-2"}[m.IntN(3)],
		Modality: []graph.Modality{graph.Asserted, graph.Planned, graph.Reported, graph.Negated}[m.IntN(4)], Confidence: []float64{0, 0.25, 1e-7, 1}[m.IntN(4)],
		OpenEnded: m.IntN(3) == 0, Evidence: m.evidence()}
	if r.Source == r.Target {
		return
	}
	r.ValidFrom, _ = graph.ParseDate([]string{"", "2023", "2023-11~", "XXXX-11-21"}[m.IntN(4)])
	if m.IntN(2) == 0 {
		r.Via = m.all[m.IntN(len(m.all))]
	}
	if regions := m.entities[graph.KindRegion]; len(regions) > 0 && m.IntN(2) == 0 {
		r.Places = []graph.Key{regions[m.IntN(len(regions))]}
	}
	quantity := &graph.Quantity{Raw: m.text(), Min: "6000.50", Unit: []string{"t", "%", "a b"}[m.IntN(3)], Per: []string{"", "year"}[m.IntN(2)], Approx: m.IntN(2) == 0}
	switch def.Type {
	case "INVESTS_IN":
		r.Amount, r.Share = quantity, quantity
	case "SUPPLIES":
		r.Volume = quantity
	case "CO_DEVELOPS_WITH":
		r.Subject, r.SubjectEN = m.text(), m.text()
	}
	c := graph.Change{Relation: r}
	if m.o.Validate(&c) == nil {
		m.changes = append(m.changes, c)
	}
}
