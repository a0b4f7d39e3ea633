package gen_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"io"
	"slices"
	"testing"
	"unicode/utf8"

	"lianzhu"
	"lianzhu/bench/gen"
	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/graph/gql"
)

func made(t testing.TB, scale float64, seed uint64) *gen.Graph {
	t.Helper()
	g, err := gen.New(scale, seed)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// digestOf is the SHA-256 of a graph as a file.
func digestOf(t testing.TB, g *gen.Graph) string {
	t.Helper()
	sum := sha256.New()
	if err := dataset.Encode(sum, g.Changes()); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

func TestTheSameScaleAndSeedMakeTheSameGraph(t *testing.T) {
	first := digestOf(t, made(t, gen.MinScale, 1))
	if again := digestOf(t, made(t, gen.MinScale, 1)); again != first {
		t.Errorf("%s, then %s", first, again)
	}
	if other := digestOf(t, made(t, gen.MinScale, 2)); other == first {
		t.Error("another seed made the same graph")
	}
	// Whoever changes the graph on purpose raises gen.Version and writes the new
	// digest here: kept graphs and recorded results belong to a version.
	if want := "9414086c8d9372ad"; first != want {
		t.Errorf("version %d made %s; it was %s", gen.Version, first, want)
	}
}

func TestEveryDocumentObeysTheOntology(t *testing.T) {
	o, err := gql.ReadOntology(lianzhu.Schema)
	if err != nil {
		t.Fatal(err)
	}
	g := made(t, gen.MinScale, 7)
	kinds, keys := map[graph.Key]graph.Kind{}, map[graph.Key]bool{}
	for c, err := range g.Changes() {
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Validate(&c); err != nil {
			t.Fatal(err)
		}
		if key := graph.Key(c.Name()); keys[key] {
			t.Fatalf("%s comes twice", key)
		} else {
			keys[key] = true
		}
		switch {
		case c.Entity != nil:
			kinds[c.Entity.Key] = c.Entity.Kind
			for _, id := range c.Entity.Identifiers {
				if !dataset.ValidIdentifier(id.Scheme, id.Value) {
					t.Fatalf("%s has the identifier %v", c.Entity.Key, id)
				}
			}
		case c.Relation != nil:
			r := c.Relation
			if ok, why := o.Joins(r.Type, kinds[r.Source], kinds[r.Target]); !ok {
				t.Fatalf("%s: %s", r.Key(), why)
			}
		}
	}
	if len(kinds) != g.Entities() || g.Relations() != 5*g.Entities() {
		t.Errorf("%d entities, %d relations", len(kinds), g.Relations())
	}
}

func TestDegreesFollowAPowerLaw(t *testing.T) {
	g := made(t, 0.02, 1)
	degrees := make([]int, g.Entities())
	for i := range g.Types {
		degrees[g.From[i]]++
		degrees[g.To[i]]++
	}
	from, to := g.Span(gen.Enterprise)
	firms := degrees[from:to]
	slices.Sort(firms)
	slices.Reverse(firms)
	// At scale 1 these are two enterprises with more than 100,000 relations.
	if least := g.Relations() / 50; firms[1] < least {
		t.Errorf("the second hub has %d relations of %d", firms[1], g.Relations())
	}
	if median := firms[len(firms)/2]; median < 4 || median > 12 {
		t.Errorf("half of the enterprises have more than %d relations", median)
	}
	if firms[9] < 5*firms[99] {
		t.Errorf("the tenth has %d relations and the hundredth %d", firms[9], firms[99])
	}
}

func TestNamesHaveTwoToTwelveCharacters(t *testing.T) {
	g := made(t, 0.01, 1)
	lengths := map[int]int{}
	from, to := g.Span(gen.Enterprise)
	for i := from; i < to; i++ {
		lengths[utf8.RuneCountInString(g.Name(i))]++
	}
	for n := 2; n <= 12; n++ {
		if lengths[n] == 0 {
			t.Errorf("no enterprise has a name of %d characters", n)
		}
		delete(lengths, n)
	}
	if len(lengths) > 0 {
		t.Errorf("other lengths: %v", lengths)
	}
}

func TestRegionsAreATreeByTheirCodes(t *testing.T) {
	g := made(t, 0.05, 1)
	_, regions := g.Span(gen.Region)
	if regions != 31+31*11+31*11*9 {
		t.Errorf("%d regions", regions)
	}
	for i := range regions {
		code, up := g.Entity(i).Identifier("GB/T 2260"), g.Above(i)
		if len(code) != 6 {
			t.Fatalf("region %d has the code %q", i, code)
		}
		want := code[:2] + "0000"
		if code[4:] != "00" {
			want = code[:4] + "00"
		}
		if up == gen.Nowhere && code[2:] == "0000" {
			continue
		}
		if above := g.Entity(up).Identifier("GB/T 2260"); above != want {
			t.Fatalf("%s is below %s", code, above)
		}
	}
}

func TestScalesThatWereNotThoughtOfAreRefused(t *testing.T) {
	for _, scale := range []float64{0, -1, 0.0001, 11} {
		if _, err := gen.New(scale, 1); err == nil {
			t.Errorf("scale %v was taken", scale)
		}
	}
}

func TestAFileOfTheGraphIsReadBack(t *testing.T) {
	var file bytes.Buffer
	g := made(t, gen.MinScale, 3)
	if err := dataset.Encode(&file, g.Changes()); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range dataset.Read(&file, "made") {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n < 6*g.Entities() {
		t.Errorf("%d lines", n)
	}
}

func TestBulkFilesHaveARowForEverything(t *testing.T) {
	g := made(t, gen.MinScale, 3)
	for name, write := range map[string]func(io.Writer) error{"nodes.csv": g.WriteNodes, "relations.csv": g.WriteRelationships} {
		var file bytes.Buffer
		if err := write(&file); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&file).ReadAll()
		want := map[string]int{"nodes.csv": g.Entities(), "relations.csv": g.Relations()}[name]
		if err != nil || len(rows) != want+1 {
			t.Errorf("%s has %d rows, %v", name, len(rows), err)
		}
	}
}
