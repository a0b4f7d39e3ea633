package web

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestExamplesComeInNameOrderAndInBothLanguages(t *testing.T) {
	examples := must(t, Examples)
	names := make([]string, len(examples))
	for i, e := range examples {
		names[i] = e.Name
	}
	if !slices.IsSorted(names) {
		t.Errorf("not in name order: %v", names)
	}
	other := map[string]string{"zh": "en", "en": "zh"}
	for _, e := range examples {
		twin := strings.TrimSuffix(e.Name, e.Lang) + other[e.Lang]
		if !slices.Contains(names, twin) {
			t.Errorf("%s has no twin %s", e.Name, twin)
		}
	}
	if len(examples) == 0 {
		t.Error("there are no examples")
	}
}

// GraphiQL shows the variables of a first tab that was opened by default only after a change of tabs.
func TestTheFirstExampleOfEachLanguageHasNoVariables(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range must(t, Examples) {
		if !seen[e.Lang] && e.Variables != nil {
			t.Errorf("%s is the first in %s and has variables", e.Name, e.Lang)
		}
		seen[e.Lang] = true
	}
}

func TestOperationNamesTellTheTabsApart(t *testing.T) {
	owner := map[string]string{}
	for _, e := range must(t, Examples) {
		_, rest, _ := strings.Cut(strings.ReplaceAll(e.Query, "\nmutation ", "\nquery "), "\nquery ")
		name := rest[:max(0, strings.IndexAny(rest, " ({"))]
		if name == "" {
			t.Errorf("%s: no line begins with a named operation", e.Name)
		}
		if owner[name] != "" {
			t.Errorf("%s and %s both name their operation %s", owner[name], e.Name, name)
		}
		owner[name] = e.Name
	}
}

func TestEachVariablesFileBelongsToAnExample(t *testing.T) {
	entries, err := files.ReadDir("examples")
	if err != nil {
		t.Fatal(err)
	}
	withVariables := 0
	for _, e := range must(t, Examples) {
		if e.Variables != nil {
			withVariables++
		}
	}
	sidecars := 0
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".json") {
			sidecars++
		}
	}
	if sidecars != withVariables {
		t.Errorf("%d variables files for %d examples with variables", sidecars, withVariables)
	}
}

func TestReadExamples(t *testing.T) {
	const query = "# Title\n# About it.\nquery Q { stats { rev } }\n"
	cases := map[string]struct {
		files map[string]string
		fault string
	}{
		"an example without variables is read": {
			files: map[string]string{"01-a.zh.graphql": query},
		},
		"an example with variables is read": {
			files: map[string]string{"01-a.en.graphql": query, "01-a.en.json": `{"q": 1}`},
		},
		"a missing title names the file": {
			files: map[string]string{"01-a.zh.graphql": "query Q { stats { rev } }"},
			fault: "examples/01-a.zh.graphql: the first two lines",
		},
		"a title without a sentence is refused": {
			files: map[string]string{"01-a.zh.graphql": "# Title\nquery Q { stats { rev } }"},
			fault: "the first two lines",
		},
		"a language that the page does not know is refused": {
			files: map[string]string{"01-a.fr.graphql": query},
			fault: "must end in .zh.graphql or .en.graphql",
		},
		"variables that are no object name their file": {
			files: map[string]string{"01-a.en.graphql": query, "01-a.en.json": `[1]`},
			fault: "variables in 01-a.en.json",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for file, text := range c.files {
				fsys["examples/"+file] = &fstest.MapFile{Data: []byte(text)}
			}
			examples, err := readExamples(fsys)
			if c.fault != "" {
				if err == nil || !strings.Contains(err.Error(), c.fault) {
					t.Fatalf("error %v, want one with %q", err, c.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			e := examples[0]
			if e.Title != "Title" || e.About != "About it." || e.Query != query {
				t.Errorf("read as %+v", e)
			}
			if (e.Variables != nil) != (len(c.files) == 2) {
				t.Errorf("variables %s", e.Variables)
			}
		})
	}
}

func must[T any](t *testing.T, load func() (T, error)) T {
	t.Helper()
	loaded, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}
