package gql_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/validator/rules"
	"golang.org/x/tools/txtar"

	"lianzhu/graph/gql"
)

// readAt are the types that report the revision they were read from. The rev of
// an entity or a relation is another thing: the revision that last wrote it.
var readAt = map[string]bool{"Subgraph": true, "PathResult": true, "ReachableResult": true, "CommonNeighboursResult": true, "Stats": true}

// Every question of every story is asked with the revision in each root field
// that can report it. The answer's extensions report one, and all are the same.
func TestEveryStoryIsAnsweredFromOneRevision(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	c, builtIn, reported := contract(t), openBuiltIn(t), map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			handler := builtIn
			if store := openStory(t, archive); store != nil {
				handler = serve(t, store)
			}
			var answer []byte
			for _, r := range rounds(t, archive) {
				text, fields := askRevisions(t, c, r.question)
				answer = post(t, handler, text, fill(t, r.variables, answer))
				checkRevisions(t, answer, fields)
				for _, typ := range fields {
					reported[typ] = true
				}
			}
		})
	}
	for typ := range readAt {
		if !reported[typ] {
			t.Errorf("no story asks for a %s", typ)
		}
	}
}

// askRevisions adds to a question the revision of each root field that reports
// one, and gives the types of these fields by their response keys.
func askRevisions(t *testing.T, c *gql.Contract, question string) (string, map[string]string) {
	t.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(c.Schema, question, rules.NewDefaultRules())
	if errs != nil {
		t.Fatal(errs)
	}
	fields := map[string]string{}
	for _, selection := range doc.Operations[0].SelectionSet {
		field, ok := selection.(*ast.Field)
		if !ok || !readAt[field.Definition.Type.Name()] {
			continue
		}
		field.SelectionSet = append(field.SelectionSet, &ast.Field{Alias: "readAt", Name: "rev"})
		fields[field.Alias] = field.Definition.Type.Name()
	}
	var b strings.Builder
	formatter.NewFormatter(&b).FormatQueryDocument(doc)
	return b.String(), fields
}

// checkRevisions wants every one of fields to report the revision of the
// answer's extensions.
func checkRevisions(t *testing.T, answer []byte, fields map[string]string) {
	t.Helper()
	var a struct {
		Data       map[string]json.RawMessage
		Extensions struct{ Rev *int }
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		t.Fatal(err)
	}
	if a.Extensions.Rev == nil || *a.Extensions.Rev < 1 {
		t.Fatalf("the extensions report no revision: %s", answer)
	}
	for key, typ := range fields {
		var field struct{ ReadAt *int }
		if err := json.Unmarshal(a.Data[key], &field); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		if field.ReadAt == nil || *field.ReadAt != *a.Extensions.Rev {
			t.Errorf("%s, a %s, is not of revision %d: %s", key, typ, *a.Extensions.Rev, a.Data[key])
		}
	}
}
