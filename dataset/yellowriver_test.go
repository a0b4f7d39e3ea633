package dataset_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/storage/mem"
)

const theArticle graph.Key = "source:qingdao-daily-yellow-river"

// builtIn are the documents of the built-in dataset by their keys.
type builtIn struct {
	changes   []graph.Change
	sources   map[graph.Key]*graph.Source
	entities  map[graph.Key]*graph.Entity
	relations map[graph.Key]*graph.Relation
}

func readBuiltIn(t testing.TB) builtIn {
	t.Helper()
	d := builtIn{sources: map[graph.Key]*graph.Source{}, entities: map[graph.Key]*graph.Entity{}, relations: map[graph.Key]*graph.Relation{}}
	for line, err := range dataset.YellowRiver() {
		if err != nil {
			t.Fatal(err)
		}
		c := line.Change
		d.changes = append(d.changes, c)
		switch {
		case c.Source != nil:
			d.sources[c.Source.Key] = c.Source
		case c.Entity != nil:
			d.entities[c.Entity.Key] = c.Entity
		case c.Relation != nil:
			d.relations[c.Relation.Key()] = c.Relation
		}
	}
	return d
}

func (d builtIn) entity(t *testing.T, key graph.Key) *graph.Entity {
	t.Helper()
	e := d.entities[key]
	if e == nil {
		t.Fatalf("there is no %s", key)
	}
	return e
}

func (d builtIn) relation(t *testing.T, key graph.Key) *graph.Relation {
	t.Helper()
	r := d.relations[key]
	if r == nil {
		t.Fatalf("there is no %s", key)
	}
	return r
}

// attributes are those of a document, and citations the evidence of it and of
// its attributes.
func attributes(c graph.Change) []graph.Attribute {
	switch {
	case c.Entity != nil:
		return c.Entity.Attributes
	case c.Relation != nil:
		return c.Relation.Attributes
	}
	return nil
}

func citations(c graph.Change) []graph.Evidence {
	var all []graph.Evidence
	switch {
	case c.Entity != nil:
		all = append(all, c.Entity.Evidence...)
	case c.Relation != nil:
		all = append(all, c.Relation.Evidence...)
	}
	for _, a := range attributes(c) {
		all = append(all, a.Evidence...)
	}
	return all
}

func TestTheBuiltInDatasetLoadsAsItComes(t *testing.T) {
	o := theOntology(t)
	store, report := loaded(t, o, dataset.YellowRiver(), dataset.Options{Strict: true, BatchSize: 1})
	if report.Created != report.Read {
		t.Errorf("something is stated twice: %s", counts(report))
	}
	if stated := statedLines(exported(t, store)); stated != asJSON(t, readBuiltIn(t).changes) {
		t.Error("what the store exports differs from what was loaded, or stands in another order")
	}
	err := store.View(t.Context(), func(r graph.Reader) error {
		c, err := r.Counts()
		t.Logf("%d sources, %d entities %v, %d relations %v, %d citations", c.Sources, c.Entities, c.ByKind, c.Relations, c.ByType, c.Evidence)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// statedLines are the lines of an export without those that the store derived
// by the rules of the ontology, whose evidence is that of their premises.
func statedLines(file []byte) string {
	d := map[graph.Key]bool{}
	for line, err := range dataset.YellowRiver() {
		if err == nil {
			d[graph.Key(line.Change.Name())] = true
		}
	}
	var stated []graph.Change
	for line, err := range dataset.Read(bytes.NewReader(file), "export") {
		if err == nil && (d[graph.Key(line.Change.Name())] || line.Change.Relation == nil || !line.Change.Relation.Derived()) {
			stated = append(stated, line.Change)
		}
	}
	var b bytes.Buffer
	if err := dataset.Encode(&b, asChanges(stated)); err != nil {
		return err.Error()
	}
	return b.String()
}

func BenchmarkLoadingTheBuiltInDataset(b *testing.B) {
	o := theOntology(b)
	for b.Loop() {
		store := mem.New(o)
		if _, err := dataset.Load(b.Context(), store, o, dataset.YellowRiver(), dataset.Options{Strict: true, At: time.UnixMilli(1)}); err != nil {
			b.Fatal(err)
		}
		store.Close()
	}
}

func TestTheVersionIsThatOfWhatIsShipped(t *testing.T) {
	if a, b := dataset.YellowRiverVersion(), dataset.YellowRiverVersion(); a != b || len(a) != len("yellow-river-")+16 {
		t.Errorf("versions %s, %s", a, b)
	}
}

func TestEveryStatementIsWrittenAsTheOntologyWantsIt(t *testing.T) {
	o := theOntology(t)
	for _, c := range readBuiltIn(t).changes {
		name := c.Name()
		if err := o.Validate(&c); err != nil {
			t.Error(err)
		}
		if c.Name() != name {
			t.Errorf("%s is symmetric; name its ends in the order of their keys", name)
		}
	}
}

func TestEveryEntityHasANameInBothLanguagesAndASource(t *testing.T) {
	d := readBuiltIn(t)
	for key, e := range d.entities {
		langs := map[graph.Lang]bool{}
		for _, n := range e.Names {
			langs[n.Lang] = true
			if len(n.Sources) == 0 {
				t.Errorf("%s: no source gives the name %s", key, n.Text)
			}
		}
		if !langs[graph.ZH] || !langs[graph.EN] {
			t.Errorf("%s lacks a name in Chinese or English", key)
		}
		if len(e.Evidence) == 0 {
			t.Errorf("%s has no evidence", key)
		}
		if prefix, _, _ := strings.Cut(string(key), ":"); prefixOf[e.Kind] != prefix {
			t.Errorf("%s is of kind %s", key, e.Kind)
		}
	}
}

var prefixOf = map[graph.Kind]string{
	"ENTERPRISE": "enterprise", "INSTITUTION": "institution", "REGION": "region", "PROGRAM": "program", "PLATFORM": "platform",
	"PROJECT": "project", "INDUSTRY_CHAIN": "chain", "PRODUCT": "product", "GROUP": "group",
}

func TestEveryFigureHasEvidenceAndAUnitThatIsKnown(t *testing.T) {
	d := readBuiltIn(t)
	known := func(name string, q *graph.Quantity) {
		if q == nil {
			return
		}
		if _, ok := dataset.LookUpUnit(q.Unit); !ok {
			t.Errorf("%s: the unit %s of %s is not known", name, q.Unit, q.Raw)
		}
		if _, ok := dataset.LookUpUnit(q.Per); !ok && q.Per != "" {
			t.Errorf("%s: %s is counted per %s, which is not known", name, q.Raw, q.Per)
		}
	}
	for _, c := range d.changes {
		for _, a := range attributes(c) {
			known(c.Name(), a.Quantity)
			if len(a.Evidence) == 0 || a.NameEN == "" {
				t.Errorf("%s: the attribute %s lacks evidence or an English name", c.Name(), a.Name)
			}
		}
		if r := c.Relation; r != nil {
			known(c.Name(), r.Amount)
			known(c.Name(), r.Share)
			known(c.Name(), r.Volume)
		}
	}
}

func TestEveryIdentifierPassesItsCheck(t *testing.T) {
	seen := map[string]graph.Key{}
	for key, e := range readBuiltIn(t).entities {
		for _, id := range e.Identifiers {
			if !dataset.ValidIdentifier(id.Scheme, id.Value) {
				t.Errorf("%s: %s %s is not valid", key, id.Scheme, id.Value)
			}
			if other := seen[id.Scheme+id.Value]; other != "" {
				t.Errorf("%s and %s have the same %s", key, other, id.Scheme)
			}
			seen[id.Scheme+id.Value] = key
		}
	}
}

func TestWhatIsDerivedIsTrustedLessAndSaysWhy(t *testing.T) {
	for key, r := range readBuiltIn(t).relations {
		if r.Derived() && (r.Confidence == 0 || r.Confidence > 0.8 || len(r.Evidence) == 0) {
			t.Errorf("%s: confidence %v, %d pieces of evidence", key, r.Confidence, len(r.Evidence))
		}
		if r.Type == "SAME_AS_CANDIDATE" && !r.Derived() {
			t.Errorf("%s is asserted", key)
		}
	}
}

func TestEverySourceIsUsed(t *testing.T) {
	d := readBuiltIn(t)
	used := map[graph.Key]bool{}
	for _, c := range d.changes {
		for _, e := range citations(c) {
			used[e.Source] = true
		}
		if c.Entity != nil {
			for _, n := range c.Entity.Names {
				note(used, n.Sources)
			}
			for _, id := range c.Entity.Identifiers {
				note(used, id.Sources)
			}
		}
	}
	for key := range d.sources {
		if !used[key] {
			t.Errorf("nothing rests on %s", key)
		}
	}
}

func note(used map[graph.Key]bool, keys []graph.Key) {
	for _, k := range keys {
		used[k] = true
	}
}

func TestTheFormatterKeepsWhatTheFilesSay(t *testing.T) {
	names, err := os.ReadDir("yellowriver")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range names {
		text, err := os.ReadFile("yellowriver/" + entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		var changes []graph.Change
		for line, err := range dataset.ReadStatements(bytes.NewReader(text), entry.Name()) {
			if err != nil {
				t.Fatal(err)
			}
			changes = append(changes, line.Change)
		}
		roundTrip(t, changes, dataset.FormatStatements, dataset.ReadStatements)
	}
}

func TestTheNineProvincesMakeTheBasin(t *testing.T) {
	d := readBuiltIn(t)
	var provinces []string
	for _, r := range d.relations {
		if r.Type == graph.PartOf && r.Target == "region:yellow-river-basin" {
			provinces = append(provinces, d.entities[r.Source].Name(graph.ZH))
		}
	}
	slices.Sort(provinces)
	want := []string{"青海省", "四川省", "甘肃省", "宁夏回族自治区", "内蒙古自治区", "山西省", "陕西省", "河南省", "山东省"}
	slices.Sort(want)
	if !slices.Equal(provinces, want) {
		t.Errorf("got %v", provinces)
	}
}
