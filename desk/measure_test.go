package desk_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"lianzhu"
	"lianzhu/dataset"
	"lianzhu/desk"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/storage/mem"
	"lianzhu/text"
)

const theArticle graph.Key = "source:qingdao-daily-yellow-river"

func theOntology(t testing.TB) *graph.Ontology {
	t.Helper()
	o, err := gql.ReadOntology(lianzhu.Schema)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func theCompanies(t testing.TB) *text.Companies {
	t.Helper()
	g, err := dataset.BuiltInGazetteer()
	if err != nil {
		t.Fatal(err)
	}
	return text.NewCompanies(g.Names())
}

// builtIn is a store with those parts of the built-in dataset that keep passes.
func builtIn(t testing.TB, o *graph.Ontology, keep func(graph.Change) bool) graph.Store {
	t.Helper()
	store := mem.New(o)
	t.Cleanup(func() { store.Close() })
	lines := func(yield func(dataset.Line, error) bool) {
		for line, err := range dataset.YellowRiver() {
			if err == nil && !keep(line.Change) {
				continue
			}
			if !yield(line, err) {
				return
			}
		}
	}
	if _, err := dataset.Load(t.Context(), store, o, lines, dataset.Options{}); err != nil {
		t.Fatal(err)
	}
	return store
}

// read reads an article with what store knows.
func read(t testing.TB, o *graph.Ontology, store graph.Store, source graph.Key, article string) *desk.Reading {
	t.Helper()
	var got *desk.Reading
	err := store.View(t.Context(), func(r graph.Reader) (err error) {
		d := desk.Desk{Graph: r, Ontology: o, Companies: theCompanies(t)}
		got, err = d.Read(article, &graph.Source{Key: source, Title: "an article"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func articleText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../shared/seed/article.txt")
	if err != nil {
		t.Skip("the text of the article is not at hand:", err)
	}
	return string(text)
}

// cites tells whether a piece of evidence is a place in the article.
func cites(list []graph.Evidence) bool {
	return slices.ContainsFunc(list, func(e graph.Evidence) bool { return e.Source == theArticle && e.Located() })
}

// share is how many of a are in b, in parts of one.
func share(a, b map[graph.Key]bool) float64 {
	n := 0
	for key := range a {
		if b[key] {
			n++
		}
	}
	return float64(n) / float64(max(1, len(a)))
}

// measure prints recall and precision of what was found and holds them to floors.
func measure(t *testing.T, what string, want, got map[graph.Key]bool, leastRecall, leastPrecision float64) {
	t.Helper()
	recall, precision := share(want, got), share(got, want)
	t.Logf("%s: recall %.3f of %d, precision %.3f of %d", what, recall, len(want), precision, len(got))
	if recall < leastRecall || precision < leastPrecision {
		t.Errorf("%s: recall %.3f and precision %.3f are below %.2f and %.2f", what, recall, precision, leastRecall, leastPrecision)
	}
	for key := range want {
		if !got[key] {
			t.Logf("  %s: not found: %s", what, key)
		}
	}
	for key := range got {
		if !want[key] {
			t.Logf("  %s: too many: %s", what, key)
		}
	}
}

// stated are the entities and relations that the dataset takes from the article.
func stated(t *testing.T) (entities, relations map[graph.Key]bool) {
	entities, relations = map[graph.Key]bool{}, map[graph.Key]bool{}
	for line, err := range dataset.YellowRiver() {
		if err != nil {
			t.Fatal(err)
		}
		if e := line.Change.Entity; e != nil && cites(e.Evidence) {
			entities[e.Key] = true
		}
		if r := line.Change.Relation; r != nil && !r.Derived() && cites(r.Evidence) {
			plain := graph.Relation{Type: r.Type, Source: r.Source, Target: r.Target}
			relations[plain.Key()] = true
			entities[r.Source], entities[r.Target] = true, true
		}
	}
	return entities, relations
}

func TestRecallAndPrecisionAgainstTheBuiltInDataset(t *testing.T) {
	article := articleText(t)
	o := theOntology(t)
	got := read(t, o, builtIn(t, o, func(graph.Change) bool { return true }), theArticle, article)
	entities, relations := map[graph.Key]bool{}, map[graph.Key]bool{}
	for _, s := range got.Sentences {
		for _, m := range s.Mentions {
			if m.Entity != nil {
				entities[m.Entity.Key] = true
			}
		}
		for _, p := range s.Proposals {
			relations[p.Relation.Key()] = true
		}
	}
	wantEntities, wantRelations := stated(t)
	measure(t, "entities", wantEntities, entities, 0.85, 0.93)
	measure(t, "relations", wantRelations, relations, 0.33, 0.72)
}

// TestFirmsAreRecognisedThatTheGraphDoesNotHave withholds all firms and
// institutes of the dataset, so that only the ends of their names tell.
func TestFirmsAreRecognisedThatTheGraphDoesNotHave(t *testing.T) {
	article := articleText(t)
	o := theOntology(t)
	isFirm := func(e *graph.Entity) bool { return e.Kind == "ENTERPRISE" || e.Kind == "INSTITUTION" }
	regions := func(c graph.Change) bool {
		return c.Source != nil || c.Entity != nil && c.Entity.Kind == graph.KindRegion
	}
	want, got := map[graph.Key]bool{}, map[graph.Key]bool{}
	for line, err := range dataset.YellowRiver() {
		if err != nil {
			t.Fatal(err)
		}
		if e := line.Change.Entity; e != nil && isFirm(e) && cites(e.Evidence) {
			for _, n := range e.Names {
				if slices.Contains(n.Sources, theArticle) && ends(n.Text) {
					want[graph.Key(n.Text)] = true
				}
			}
		}
	}
	for _, e := range read(t, o, builtIn(t, o, regions), theArticle, article).Entities {
		got[graph.Key(e.Names[0].Text)] = true
	}
	measure(t, "firms by the ends of their names", want, got, 0.95, 0.85)
}

// ends tells whether a name ends in a way that tells a firm or an institute.
func ends(name string) bool {
	return slices.ContainsFunc([]string{"公司", "集团", "合作社", "大学", "研究院", "研究所"}, func(w string) bool { return strings.HasSuffix(name, w) })
}
