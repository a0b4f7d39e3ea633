package tables_test

import (
	"bytes"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"lianzhu/dataset"
	"lianzhu/dataset/tables"
	"lianzhu/storage/mem"
)

const badMapping = `lianzhu-mapping: 1
tables:
  - file: e*.csv
    entities: [{key: "x:{id}", kind: "{kind}", name: "{id}"}]
  - file: r*.csv
    relations: [{type: "{type}", from: {key: "x:{from}"}, to: {key: "x:{to}"}, amount: {value: "{amount}"}, validFrom: "{since}", evidence: to}]
`

// What the ontology and the store refuse is told with file, line, column and
// reason, and the store is as if it had not been there.
func TestWhatTheGraphRefusesIsToldAndLeavesNoTrace(t *testing.T) {
	o := schemaOntology(t)
	files := func(relations string) func(func(dataset.Line, error) bool) {
		return func(yield func(dataset.Line, error) bool) {
			for _, f := range []struct{ name, text string }{{"e.csv", "id,kind\na,企业\nb,企业\nr1,地区\nr2,地区\nr3,地区\n"}, {"r.csv", relations}} {
				in := dataset.Input{Name: f.name, Reader: strings.NewReader(f.text), Ontology: o, Mapping: dataset.Text{Name: "m.yaml", Data: []byte(badMapping)}}
				for line, err := range tables.CSV().Read(in) {
					if !yield(line, err) {
						return
					}
				}
			}
		}
	}
	const head = "type,from,to,amount,since\n"
	load := func(relations string) (string, []string) {
		store := mem.New(o)
		defer store.Close()
		report, err := dataset.Load(t.Context(), store, o, files(head+relations), dataset.Options{At: time.UnixMilli(1)})
		if err != nil {
			t.Fatal(err)
		}
		var problems []string
		for _, p := range report.Rejected {
			problems = append(problems, p.Error())
		}
		return string(exported(t, store)), problems
	}
	for _, c := range []struct{ name, row, want string }{
		{"a relation to oneself", "INVESTS_IN,a,a,3万元,\n", "r.csv:2:14: to: relation INVESTS_IN|x:a|x:a: it joins an entity to itself"},
		{"ends that the ontology forbids", "OCCUPIES_SEGMENT,a,b,,\n", "OCCUPIES_SEGMENT cannot go from ENTERPRISE to ENTERPRISE"},
		{"an end that is not there", "INVESTS_IN,a,nobody,,\n", "r.csv:2:14: to: INVESTS_IN|x:a|x:nobody: its end x:nobody is not in the graph"},
		{"a region that would contain itself", "PART_OF,r1,r2,,\nPART_OF,r2,r3,,\nPART_OF,r3,r1,,\n", "r.csv:4:12: to: relation PART_OF|x:r3|x:r1"},
		{"a day that there is not", "INVESTS_IN,a,b,,2019-02-30\n", "r.csv:2:17: since: 2019-02-30 is no date"},
		{"an amount without a unit", "INVESTS_IN,a,b,约3亿,\n", "r.csv:2:16: amount: \"约3亿\": there is a number without a unit"},
		{"a NUL byte", "INVESTS_IN,a,b\x00,,\n", "r.csv:2:15: there is a NUL byte; remove it"},
		{"what is not UTF-8", "INVESTS_IN,a,b\xff,,\n", "r.csv:2:15: it is not UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file, problems := load(c.row)
			if len(problems) == 0 || !strings.Contains(strings.Join(problems, "\n"), c.want) {
				t.Fatalf("got %q, want %s", problems, c.want)
			}
			good := strings.Count(file, `{"relation":`)
			if want := strings.Count(c.row, "\n") - len(problems); good != want {
				t.Errorf("%d relations were written, not %d; %q", good, want, problems)
			}
		})
	}
}

// A line of 100 MB is refused in the memory of an ordinary one.
func TestMemoryStaysFlatOverALineOf100MB(t *testing.T) {
	in := dataset.Input{Name: "e.csv", Ontology: ontology(), Mapping: dataset.Text{Name: "m.yaml", Data: []byte(badMapping)}, Records: true,
		Reader: io.MultiReader(strings.NewReader("id,kind\n"), io.LimitReader(blanks{}, 100<<20), strings.NewReader("\na,企业\n"))}
	var problems []string
	lines, most := 0, uint64(0)
	for _, err := range tables.CSV().Read(in) {
		if err != nil {
			problems = append(problems, err.Error())
		}
		lines++
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
	}
	equal(t, "problems", problems, []string{"e.csv:2: the line is longer than 16 MiB; divide it"})
	if lines != 3 || most > 150<<20 {
		t.Errorf("%d lines, with %d MiB", lines, most>>20)
	}
}

func TestAReaderThatFailsEndsTheTableWithItsError(t *testing.T) {
	in := dataset.Input{Name: "e.csv", Ontology: ontology(), Mapping: dataset.Text{Name: "m.yaml", Data: []byte(badMapping)}, Reader: io.MultiReader(bytes.NewReader([]byte("id,kind\n")), failingReader{})}
	for _, err := range tables.CSV().Read(in) {
		if err == nil || !strings.Contains(err.Error(), "killed") {
			t.Errorf("got %v", err)
		}
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errKilled }
