package dataset_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// numbered yields lines as they are.
func numbered(lines ...dataset.Line) func(func(dataset.Line, error) bool) {
	return func(yield func(dataset.Line, error) bool) {
		for i, line := range lines {
			line.File, line.Number = "test", i+1
			if !yield(line, nil) {
				return
			}
		}
	}
}

func adding(c graph.Change) dataset.Line { return dataset.Line{Change: c, Mode: dataset.Add} }

// saying makes the evidence of a relation a place of its own.
func saying(c graph.Change, place string) graph.Change {
	c.Relation.Evidence = []graph.Evidence{{Source: "source:s", Start: -1, End: -1, AssertedBy: place}}
	return c
}

func TestLinesThatAddToARecordAreOneRecord(t *testing.T) {
	o := theOntology(t)
	second := firm("a")
	second.Entity.Names = append(second.Entity.Names, graph.Name{Text: "A", Lang: graph.EN, Role: graph.Translation})
	lines := numbered(dataset.Line{Change: theSource()}, adding(firm("a")), adding(second), adding(firm("b")),
		adding(saying(supply("a", "b"), "p. 1")), adding(saying(supply("a", "b"), "p. 2")), adding(saying(supply("a", "b"), "p. 1")))
	for _, size := range []int{1, 2, 100} {
		store := record(t, o)
		for range 2 {
			report, err := dataset.Load(t.Context(), store, o, lines, dataset.Options{BatchSize: size})
			if err != nil || report.Refused > 0 || report.Applied != 7 {
				t.Fatalf("in batches of %d: %v; %s %v", size, err, counts(report), report.Rejected)
			}
		}
		file := string(exported(t, store))
		for _, want := range []string{`"text":"A"`, `"text":"a"`, `"p. 1"`, `"p. 2"`} {
			if strings.Count(file, want) != 1 {
				t.Errorf("in batches of %d: %s is there %d times:\n%s", size, want, strings.Count(file, want), file)
			}
		}
	}
}

func TestWhatIsThereAlreadyIsNotMadeAgain(t *testing.T) {
	o := theOntology(t)
	full, bare := firm("a"), firm("a")
	full.Entity.Names = append(full.Entity.Names, graph.Name{Text: "A", Lang: graph.EN, Role: graph.Translation})
	lines := numbered(dataset.Line{Change: full}, dataset.Line{Change: bare, Mode: dataset.Make}, dataset.Line{Change: firm("b"), Mode: dataset.Make})
	for _, size := range []int{1, 100} {
		store := record(t, o)
		report, err := dataset.Load(t.Context(), store, o, lines, dataset.Options{BatchSize: size})
		if got, want := counts(report), "read 3 applied 3 created 2 changed 0 unchanged 1 rejected 0"; err != nil || got != want {
			t.Errorf("got %s, %v; want %s", got, err, want)
		}
		if file := exported(t, store); !bytes.Contains(file, []byte(`"text":"A"`)) {
			t.Errorf("the record was replaced:\n%s", file)
		}
	}
}

func TestFactsThatDifferAreNotPutTogether(t *testing.T) {
	o := theOntology(t)
	paid := func(raw string) dataset.Line {
		c := supply("a", "b")
		c.Relation.Type, c.Relation.Amount = "INVESTS_IN", &graph.Quantity{Raw: raw, Value: graph.Decimal(raw), Unit: "CNY"}
		return adding(c)
	}
	kind := firm("b")
	kind.Entity.Kind = "PROJECT"
	for _, size := range []int{1, 100} {
		lines := numbered(dataset.Line{Change: theSource()}, adding(firm("a")), adding(firm("b")), paid("1"), paid("2"), paid("1"), adding(kind))
		_, report := loaded(t, o, lines, dataset.Options{BatchSize: size})
		if got, want := counts(report), "read 7 applied 5 created 4 changed 0 unchanged 1 rejected 2"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		slices.SortFunc(report.Rejected, func(a, b *dataset.Problem) int { return a.Line - b.Line })
		for i, want := range []string{"test:5: INVESTS_IN|enterprise:a|enterprise:b is there already with another amount", "test:7: enterprise:b is there already and is ENTERPRISE, not PROJECT"} {
			if !strings.HasPrefix(report.Rejected[i].Error(), want) {
				t.Errorf("got %v, want %s", report.Rejected[i], want)
			}
		}
	}
}

func TestWhatALineRefersToMayComeLater(t *testing.T) {
	o := theOntology(t)
	lines := yielding([]graph.Change{supply("a", "b"), theSource(), firm("a"), firm("c"), supply("c", "nobody"), firm("b")})
	for _, size := range []int{1, 2, 3} {
		_, report := loaded(t, o, lines, dataset.Options{BatchSize: size})
		if got, want := counts(report), "read 6 applied 5 created 5 changed 0 unchanged 0 rejected 1"; got != want {
			t.Errorf("in batches of %d: got %s, want %s", size, got, want)
		}
		want := "test:5: SUPPLIES|enterprise:c|enterprise:nobody: its end enterprise:nobody is not in the graph; import it too, or mend the reference"
		if p := report.Rejected[0]; p.Error() != want || !p.Dangling {
			t.Errorf("got %v", p)
		}
	}
}

// calling makes a supply between entities that are named.
func calling(from, to string) dataset.Line {
	return dataset.Line{Late: func(look dataset.Lookup) ([]dataset.Line, error) {
		c := supply(from, to)
		for _, end := range []struct {
			name string
			key  *graph.Key
		}{{from, &c.Relation.Source}, {to, &c.Relation.Target}} {
			found, err := look.Named(end.name)
			if err != nil {
				return nil, err
			}
			if len(found) != 1 {
				return nil, &dataset.Problem{Reason: fmt.Sprintf("%d are called %s", len(found), end.name), Dangling: len(found) == 0}
			}
			*end.key = found[0].Key
		}
		return []dataset.Line{{Change: c}, {Change: c}}, nil
	}}
}

func TestALateLineFindsWhatCameBeforeAndWhatComesLater(t *testing.T) {
	o := theOntology(t)
	twin := firm("c")
	twin.Entity.Key = "enterprise:twin"
	lines := numbered(calling("Ａ", "b"), dataset.Line{Change: theSource()}, dataset.Line{Change: firm("a")}, calling("a", "nobody"),
		dataset.Line{Change: firm("b")}, dataset.Line{Change: firm("c")}, dataset.Line{Change: twin}, calling("a", "c"))
	for _, o2 := range []dataset.Options{{BatchSize: 1}, {BatchSize: 3}, {}, {DryRun: true}} {
		report, err := dataset.Load(t.Context(), record(t, o), o, lines, o2)
		var problems []string
		for _, p := range report.Rejected {
			problems = append(problems, p.Reason)
		}
		slices.Sort(problems)
		if got, want := counts(report), "read 9 applied 7 created 6 changed 0 unchanged 1 rejected 2"; err != nil || got != want {
			t.Errorf("%+v: got %s, %v; want %s", o2, got, err, want)
		}
		if want := []string{"0 are called nobody", "2 are called c"}; !slices.Equal(problems, want) {
			t.Errorf("got %q, want %q", problems, want)
		}
	}
}

func TestEveryRefusalIsToldHoweverMany(t *testing.T) {
	o := theOntology(t)
	told := 0
	broken := slices.Repeat([]graph.Change{{Entity: &graph.Entity{Key: "enterprise:x"}}}, 2500)
	report, err := dataset.Load(t.Context(), record(t, o), o, yielding(broken), dataset.Options{MaxRejected: -1,
		Rejected: func(*dataset.Problem) error { told++; return nil }})
	if err != nil || told != 2500 || report.Refused != 2500 || len(report.Rejected) != 1000 {
		t.Errorf("%v; told %d, refused %d, kept %d", err, told, report.Refused, len(report.Rejected))
	}
}
