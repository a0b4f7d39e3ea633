package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// line is a line of results of which only some figures matter.
func line(q, target string, clients int, cpu float64) result {
	return result{Q: q, Target: target, Clients: clients, CPU: cpu, PerSecond: 100 / cpu, P50: 10 * cpu, P99: 20 * cpu, Bytes: 7, Allocs: 3}
}

func TestGoalsAreRatiosOfOneRun(t *testing.T) {
	fast := line("Q5-2", "lianzhu", 1, 1)
	fast.CPUP99 = 0.7
	results := []result{
		line("Q1", "lianzhu", 16, 3), line("Q1", "constant", 16, 2), line("Q1", "constant", 1, 9),
		line("Q9", "lianzhu", 16, 1), line("Q9", "stock", 16, 19), line("Q1+W", "lianzhu", 16, 12), fast,
	}
	got := map[string]goal{}
	for _, g := range goals(results) {
		got[g.what] = g
	}
	for what, want := range map[string]struct {
		value float64
		met   bool
	}{
		"Q1: CPU over the constant server":   {1.5, true},
		"Q9: CPU of stock execution over it": {19, false},
		"Q1: p99 while writing over without": {4, false},
		"Q5-2: CPU p99":                      {0.7, true},
	} {
		if g, ok := got[what]; !ok || g.value != want.value || g.met() != want.met {
			t.Errorf("%s: %+v", what, g)
		}
		delete(got, what)
	}
	if len(got) > 0 {
		t.Errorf("goals without figures: %v", got)
	}
}

func TestAnotherRevisionIsComparedByRatios(t *testing.T) {
	var out bytes.Buffer
	ratios(&out, "v1", []result{line("Q1", "lianzhu", 16, 1), line("Q1", "base", 16, 4), line("Q2", "lianzhu", 16, 1)})
	if text := out.String(); !strings.Contains(text, "against v1") || !strings.Contains(text, "0.25x") || strings.Contains(text, "Q2") {
		t.Error(text)
	}
}

func TestGrowthComparesEachQuestionWithItself(t *testing.T) {
	var out bytes.Buffer
	growth(&out, 0.1, []result{line("Q1", "lianzhu", 16, 2), line("Q2", "lianzhu", 16, 1)}, []result{line("Q1", "lianzhu", 16, 3)})
	if text := out.String(); !strings.Contains(text, "at 1") || !strings.Contains(text, "1.50x") || strings.Contains(text, "Q2") {
		t.Error(text)
	}
}

func TestRecordedResultsStandInAPage(t *testing.T) {
	dir := t.TempDir()
	name, page := filepath.Join(dir, "run"), filepath.Join(dir, "page.md")
	results := []result{line("Q1", "lianzhu", 16, 3), line("Q1", "constant", 16, 2)}
	if err := writeLines(name+".jsonl", results); err != nil {
		t.Fatal(err)
	}
	write := func(file, text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(name+".txt", "a machine; a scale\nand more\n")
	write(page, "# Page\n<!-- results -->\nold\n<!-- end of results -->\nrest\n")
	var out bytes.Buffer
	for range 2 { // writing it again changes nothing
		if err := command(t.Context(), []string{"document", name, page}, &out, &out); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"# Page\n", "a machine; a scale.", "| Q1 | 16 |", "| 2.0000 |", "1.50x", "\nrest\n"} {
			if !strings.Contains(string(text), want) {
				t.Errorf("the page lacks %q:\n%s", want, text)
			}
		}
		if strings.Contains(string(text), "old") || strings.Contains(string(text), "and more") {
			t.Errorf("the page has what does not belong there:\n%s", text)
		}
	}
	write(page, "no marks\n")
	if err := command(t.Context(), []string{"document", name, page}, &out, &out); err == nil {
		t.Error("a page without marks was taken")
	}
}

func TestAnImportThatLeavesSomethingOutIsNoticed(t *testing.T) {
	for said, right := range map[string]bool{
		"imported: 12 read, 12 created, 0 changed, 0 unchanged, 0 rejected": true,
		"imported: 12 read, 14 created, 0 changed, 0 unchanged, 0 rejected": true, // with sources
		"imported: 12 read, 11 created, 0 changed, 1 unchanged, 0 rejected": false,
		"imported: 13 read, 12 created, 0 changed, 0 unchanged, 1 rejected": false,
		"done": false,
	} {
		if err := importedAll(said, 12); (err == nil) != right {
			t.Errorf("%s: %v", said, err)
		}
	}
}
