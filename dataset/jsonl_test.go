package dataset_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/storage/mem"
)

const firstLine = `{"lianzhu":{"format":1}}` + "\n"

// yielding is a sequence of changes as a reader would yield them.
func yielding(changes []graph.Change) iter.Seq2[dataset.Line, error] {
	return func(yield func(dataset.Line, error) bool) {
		for i, c := range changes {
			if !yield(dataset.Line{File: "test", Number: i + 1, Change: c}, nil) {
				return
			}
		}
	}
}

// loaded is a store that holds changes.
func loaded(t testing.TB, o *graph.Ontology, lines iter.Seq2[dataset.Line, error], options dataset.Options) (graph.Store, dataset.Report) {
	t.Helper()
	store := mem.New(o)
	t.Cleanup(func() { store.Close() })
	report, err := dataset.Load(t.Context(), store, o, lines, options)
	if err != nil {
		t.Fatal(err)
	}
	return store, report
}

func exported(t testing.TB, store graph.Store) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := dataset.Write(t.Context(), &b, store); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestImportAfterExportGivesTheSameGraphAndTheSameBytes(t *testing.T) {
	o := theOntology(t)
	for seed := range uint64(60) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			changes := newMaker(seed, o).graph(12)
			shuffled := rand.New(rand.NewPCG(seed, 2))
			shuffled.Shuffle(len(changes), func(i, j int) { changes[i], changes[j] = changes[j], changes[i] })
			first, _ := loaded(t, o, yielding(changes), dataset.Options{Strict: true})
			file := exported(t, first)

			// A batch of one proves that no line refers to a later one.
			second, report := loaded(t, o, dataset.Read(bytes.NewReader(file), "export"), dataset.Options{Strict: true, BatchSize: 1})
			if report.Applied < len(changes) {
				t.Errorf("of %d changes %s", len(changes), counts(report))
			}
			if again := exported(t, second); !bytes.Equal(file, again) {
				t.Errorf("the second export differs:\n%s\nfrom the first:\n%s", again, file)
			}
			if again := exported(t, second); !bytes.Equal(file, again) {
				t.Error("exporting twice gives different bytes")
			}
		})
	}
}

func TestALineThatCannotBeUsedSaysWhereAndWhy(t *testing.T) {
	const entity = `{"entity":{"key":"enterprise:a","kind":"ENTERPRISE","names":[{"text":"甲","lang":"ZH","role":"OFFICIAL"}]}}`
	cases := []struct{ name, file, want string }{
		{"no header", entity, "f.jsonl:1: the file does not begin with the line"},
		{"an empty file", "", "f.jsonl:1: the file is empty"},
		{"a later format", `{"lianzhu":{"format":2}}`, "f.jsonl:1: this is format 2; this program reads format 1"},
		{"no JSON", firstLine + "entity", "f.jsonl:2:1: it is not JSON"},
		{"JSON that breaks off", firstLine + `{"entity":{"key":"企业`, "f.jsonl:2:21: the JSON object breaks off"},
		{"an unknown field", firstLine + `{"entity":{"kye":"x"}}`, `f.jsonl:2:12: there is no field "kye"`},
		{"a field in capitals", firstLine + `{"entity":{"Key":"x"}}`, `f.jsonl:2:12: there is no field "Key"`},
		{"a field with an escape", firstLine + `{"entity":{"k\u0065y":"x"}}`, `there is no field "k\\u0065y"`},
		{"a field given twice", firstLine + `{"entity":{"key":"a:b","key":"a:c"}}`, `f.jsonl:2:24: the field "key" is given twice`},
		{"a field given twice deeper down", firstLine + `{"entity":{"names":[{"text":"a"},{"lang":"ZH","lang":"EN"}]}}`, `the field "lang" is given twice`},
		{"a wrong type", firstLine + `{"entity":{"key":7}}`, "entity.key cannot be number; a string is wanted"},
		{"a wrong date", firstLine + `{"source":{"key":"source:a","publishedOn":"2023-13"}}`, "date 2023-13: there is no month 13"},
		{"something after the object", firstLine + `{"entity":{}} x`, "f.jsonl:2:15: there is something after the object"},
		{"half a surrogate pair", firstLine + `{"entity":{"key":"\ud83d"}}`, "half a surrogate pair"},
		{"halves in the wrong order", firstLine + `{"entity":{"key":"\udc00\ud83d"}}`, "half a surrogate pair"},
		{"a NUL in an escape", firstLine + `{"entity":{"key":"a\u0000"}}`, "there is a NUL character"},
		{"a NUL byte", firstLine + "{\"entity\":\x00}", "f.jsonl:2:11: there is a NUL byte"},
		{"bytes that are no UTF-8", firstLine + "{\"entity\":{\"key\":\"甲\xff\"}}", "f.jsonl:2:20: it is not UTF-8"},
		{"nothing in it", firstLine + "{}", "f.jsonl:2: it holds none of"},
		{"null", firstLine + "null", "f.jsonl:2: it holds none of"},
		{"a list", firstLine + "[]", "the line cannot be array; a object is wanted"},
		{"a text without its source", firstLine + `{"text":"x"}`, "f.jsonl:2: this is the rest of a text without its beginning"},
		{"more of what is no text", firstLine + `{"entity":{},"more":true}`, `"more" belongs to a source`},
		{"a text that breaks off before another line", firstLine + `{"source":{"key":"source:a"},"text":"x","more":true}` + "\n" + entity, "f.jsonl:2: the text of this source breaks off"},
		{"a text that breaks off at the end", firstLine + `{"source":{"key":"source:a"},"text":"x","more":true}`, "f.jsonl:2: the text of this source breaks off"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var first error
			for _, err := range dataset.Read(strings.NewReader(c.file), "f.jsonl") {
				if err != nil && first == nil {
					first = err
				}
			}
			var p *dataset.Problem
			if !errors.As(first, &p) || !strings.Contains(first.Error(), c.want) {
				t.Errorf("got %v, want %q", first, c.want)
			}
		})
	}
}

// linesOf reads a whole file: the changes by their names, and the errors.
func linesOf(lines iter.Seq2[dataset.Line, error]) (names []string, errs []string) {
	for line, err := range lines {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		names = append(names, fmt.Sprintf("%d %s", line.Number, line.Change.Name()))
	}
	return names, errs
}

func TestReadingGoesOnAfterALineThatCannotBeUsed(t *testing.T) {
	long := `{"entity":{"key":"` + strings.Repeat("x", 16<<20) + `"}}`
	file := "\ufeff" + firstLine + "\n" + `{"source":{"key":"source:a"}}` + "\r\n" + long + "\nbroken\n" +
		`{"source":{"key":"source:b"},"text":"one ","more":true}` + "\n" + `{"text":"two"}` + "\n" + firstLine + `{"source":{"key":"source:c"}}`
	names, errs := linesOf(dataset.Read(iotest.OneByteReader(strings.NewReader(file)), "f"))
	if want := []string{"3 source:a", "6 source:b", "9 source:c"}; !slices.Equal(names, want) {
		t.Errorf("read %q, want %q", names, want)
	}
	if len(errs) != 2 || !strings.Contains(errs[0], "f:4: the line is longer than 16 MiB") || !strings.Contains(errs[1], "f:5:1:") {
		t.Errorf("errors %q", errs)
	}
}

func TestAnErrorOfTheReaderEndsTheReading(t *testing.T) {
	broken := errors.New("the disk is gone")
	file := io.MultiReader(strings.NewReader(firstLine+`{"source":{"key":"source:a"}}`+"\n"), iotest.ErrReader(broken))
	var last error
	for _, err := range dataset.Read(file, "f") {
		last = err
	}
	if !errors.Is(last, broken) {
		t.Errorf("got %v", last)
	}
}

func TestATextLongerThanALineIsWrittenInParts(t *testing.T) {
	text := strings.Repeat("“\x01链主”\u2028", 600_000)
	c := graph.Change{Source: &graph.Source{Key: "source:long", Title: "t"}, Text: &text}
	o := theOntology(t)
	store, _ := loaded(t, o, yielding([]graph.Change{c}), dataset.Options{})
	file := exported(t, store)
	for line := range bytes.Lines(file) {
		if len(line) > 16<<20 {
			t.Errorf("a line has %d bytes", len(line))
		}
	}
	if n := bytes.Count(file, []byte("\n")); n < 4 {
		t.Errorf("the text stands in %d lines, one was to be too long", n)
	}
	second, _ := loaded(t, o, dataset.Read(bytes.NewReader(file), "f"), dataset.Options{Strict: true})
	if !bytes.Equal(file, exported(t, second)) {
		t.Error("the text changed on its way")
	}
}

func TestARetractionCannotBeWritten(t *testing.T) {
	retraction := graph.Change{Retract: graph.NewUID(graph.TagEntity, "enterprise:a")}
	one := func(yield func(graph.Change, error) bool) { yield(retraction, nil) }
	for name, write := range map[string]func(io.Writer, iter.Seq2[graph.Change, error]) error{"jsonl": dataset.Encode, "statements": dataset.FormatStatements} {
		if err := write(io.Discard, one); err == nil || !strings.Contains(err.Error(), "no source, entity or relation") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// asLines is a sequence of changes without errors.
func asChanges(changes []graph.Change) iter.Seq2[graph.Change, error] {
	return func(yield func(graph.Change, error) bool) {
		for _, c := range changes {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	o := theOntology(f)
	for seed := range uint64(4) {
		var b bytes.Buffer
		if err := dataset.Encode(&b, asChanges(newMaker(seed, o).graph(5))); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte(firstLine + `{"source":{"key":"source:a"},"text":"x","more":true}` + "\n" + `{"text":"\ud83d\ude00"}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		changes := accepted(t, o, dataset.Read(bytes.NewReader(file), "fuzz"))
		roundTrip(t, changes, dataset.Encode, dataset.Read)
	})
}

// accepted are the changes that were read and pass the ontology.
func accepted(t *testing.T, o *graph.Ontology, lines iter.Seq2[dataset.Line, error]) []graph.Change {
	var changes []graph.Change
	for line, err := range lines {
		var p *dataset.Problem
		switch {
		case err != nil && !errors.As(err, &p):
			t.Fatalf("an error that is no problem of a line: %v", err)
		case err == nil && o.Validate(&line.Change) == nil:
			changes = append(changes, line.Change)
		}
	}
	return changes
}

// roundTrip writes changes, reads them back and compares.
func roundTrip(t *testing.T, changes []graph.Change, write func(io.Writer, iter.Seq2[graph.Change, error]) error, read func(io.Reader, string) iter.Seq2[dataset.Line, error]) {
	t.Helper()
	var file bytes.Buffer
	if err := write(&file, asChanges(changes)); err != nil {
		t.Fatal(err)
	}
	var again []graph.Change
	for line, err := range read(bytes.NewReader(file.Bytes()), "again") {
		if err != nil {
			t.Fatalf("%v\nin\n%s", err, file.Bytes())
		}
		again = append(again, line.Change)
	}
	if got, want := asJSON(t, again), asJSON(t, changes); got != want {
		t.Fatalf("read back as\n%s\nwant\n%s\nthrough\n%s", got, want, file.Bytes())
	}
}

func asJSON(t *testing.T, changes []graph.Change) string {
	t.Helper()
	var b bytes.Buffer
	if err := dataset.Encode(&b, asChanges(changes)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
