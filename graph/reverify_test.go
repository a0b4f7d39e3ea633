package graph_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianzhu/graph"
	"lianzhu/storage/mem"
	"lianzhu/storage/storagetest"
)

// letters repeat often enough that quotes stand at several places.
var letters = []rune("青岛海尔在投资了\n，。a1")

// A text is replaced by one that differs in one place. Evidence whose span was
// not touched is verified where nothing moved and relocated behind the place;
// what was touched is stale, unless the same words stand elsewhere.
func TestOneEditFlipsExactlyTheEvidenceItTouches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.SliceOfN(rapid.SampledFrom(letters), 2, 120).Draw(t, "text")
		at := rapid.IntRange(0, len(before)-1).Draw(t, "at")
		kind := rapid.SampledFrom([]string{"replaced", "inserted", "deleted"}).Draw(t, "edit")
		after := edited(before, at, kind)
		var spans []graph.Span
		for range rapid.IntRange(1, 12).Draw(t, "quotes") {
			start := rapid.IntRange(0, len(before)-1).Draw(t, "start")
			spans = append(spans, graph.Span{Start: start, End: rapid.IntRange(start+1, min(len(before), start+20)).Draw(t, "end")})
		}
		store, cited := citing(t, string(before), spans)
		defer store.Close()
		addText(t, store, string(after))
		err := store.View(t.Context(), func(r graph.Reader) error {
			v := graph.NewVerifier(r)
			for i, e := range cited {
				standing, err := v.Check(e)
				if err != nil {
					return err
				}
				judge(t, e, spans[i], standing, before, after, at, kind)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func edited(text []rune, at int, kind string) []rune {
	head, tail := string(text[:at]), string(text[at:])
	switch kind {
	case "replaced":
		return []rune(head + "★" + string(text[at+1:]))
	case "inserted":
		return []rune(head + "★" + tail)
	}
	return []rune(head + string(text[at+1:]))
}

// judge compares a standing with what the edit did to the span.
func judge(t *rapid.T, e graph.Evidence, span graph.Span, got graph.Standing, before, after []rune, at int, kind string) {
	touched := span.Start <= at && at < span.End
	if kind == "inserted" {
		touched = span.Start < at && at < span.End
	}
	quote := string(before[span.Start:span.End])
	stays := span.End <= len(after) && string(after[span.Start:span.End]) == quote
	elsewhere := stands(after, quote)
	want := graph.Stale
	switch {
	case stays:
		want = graph.Verified
	case elsewhere:
		want = graph.Relocated
	}
	if got.Status != want {
		t.Fatalf("%q at %v is %s after a character was %s at %d; it should be %s", quote, span, got.Status, kind, at, want)
	}
	if !touched && want == graph.Stale {
		t.Fatalf("%q at %v was not touched and is gone", quote, span)
	}
	if want != graph.Stale && string(after[got.Start:got.End]) != quote {
		t.Fatalf("%q is said to stand at %v, where %q stands", quote, got.Span, string(after[got.Start:got.End]))
	}
	if e.Start != span.Start {
		t.Fatal("the locator itself was changed")
	}
}

func stands(text []rune, quote string) bool {
	n := len([]rune(quote))
	for i := 0; i+n <= len(text); i++ {
		if string(text[i:i+n]) == quote {
			return true
		}
	}
	return false
}

// citing is a store with a source that has a text, and relations that cite it.
func citing(t *rapid.T, text string, spans []graph.Span) (*mem.Store, []graph.Evidence) {
	store := mem.New(storagetest.Ontology())
	addText(t, store, text)
	changes := []graph.Change{{Entity: firm("a")}, {Entity: firm("b")}}
	ready := graph.NewText(text)
	tie := &graph.Relation{Type: "SUPPLIES", Source: "enterprise:a", Target: "enterprise:b", Modality: graph.Asserted}
	for _, span := range spans {
		tie.Evidence = append(tie.Evidence, ready.Cite("source:s", span))
	}
	changes = append(changes, graph.Change{Relation: tie})
	if _, err := store.Apply(t.Context(), graph.Batch{Changes: changes, At: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
	return store, tie.Evidence
}

func firm(name string) *graph.Entity {
	return &graph.Entity{Key: graph.Key("enterprise:" + name), Kind: "ENTERPRISE", Names: []graph.Name{{Text: name, Lang: graph.ZH, Role: graph.Official}}}
}

func addText(t *rapid.T, store graph.Store, text string) {
	c := graph.Change{Source: &graph.Source{Key: "source:s", Title: "s"}, Text: &text}
	if _, err := store.Apply(t.Context(), graph.Batch{Changes: []graph.Change{c}, At: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
}
