package gql_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/tools/txtar"
)

// road takes one of the two roads, so that each can be asked to write alone.
func road(t testing.TB, handler http.Handler, stock bool) http.Handler {
	t.Helper()
	roads := handler.(bothRoads)
	if stock {
		return roads.stock
	}
	return roads.planned
}

// Every story that writes is told twice, to two stores: by plans alone, and by
// the executor alone.
func TestStoriesThatWriteGoTheSameByPlanAndByExecutor(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if part(archive, "facts") == nil || !bytes.Contains(txtar.Format(archive), []byte("mutation")) {
			continue
		}
		told++
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			planned, stock := road(t, serve(t, openStory(t, archive)), false), road(t, serve(t, openStory(t, archive)), true)
			var before []byte
			for _, r := range rounds(t, archive) {
				variables := fill(t, r.variables, before)
				answer := post(t, planned, r.question, variables)
				if diff := sameAnswer(answer, post(t, stock, r.question, variables)); diff != "" {
					t.Errorf("%s (-executor +plan):\n%s", r.answer, diff)
				}
				before = tidy(t, answer)
			}
		})
	}
	if told < 5 {
		t.Errorf("only %d stories write", told)
	}
}

// writes are mutations one after another, as nobody tells them in a story.
var writes = []struct{ name, question, variables string }{
	{"two fields are written in their order", `mutation {
		first: upsertEntity(input: {key: "enterprise:a", kind: ENTERPRISE, names: [{text: "甲", lang: ZH}]}) { ... on UpsertEntitySuccess { created rev entity { ...Head } } }
		second: upsertEntity(input: {key: "enterprise:a", kind: ENTERPRISE, names: [{text: "乙", lang: ZH}]}) { ... on UpsertEntitySuccess { created rev entity { ...Head } } }
	} fragment Head on Entity { id key name rev identifiers { scheme } }`, ``},
	{"what one field writes stands although the next fails", `mutation {
		good: upsertEntity(input: {key: "enterprise:b", kind: ENTERPRISE, names: [{text: "丙"}]}) { __typename ... on Problem { code path message } }
		bad: upsertEntity(input: {key: "enterprise b", kind: ENTERPRISE, names: []}) { __typename ... on Problem { code path message } }
		after: retract(id: "nothing") { __typename ... on Problem { code path message(lang: EN) } }
	}`, ``},
	{"a field below fails", `mutation {
		upsertEntity(input: {key: "enterprise:a", kind: ENTERPRISE}) { ... on UpsertEntitySuccess { rev entity { key relations(first: 100000) { totalCount } } } }
	}`, ``},
	{"a field below fails where null may stand", `mutation {
		upsertEntity(input: {key: "enterprise:a", kind: ENTERPRISE}) { ... on UpsertEntitySuccess { rev entity { key near: history(first: -1) { totalCount } name } } }
	}`, ``},
	{"an argument that cannot be read", `mutation($d: PartialDate) {
		upsertRelation(input: {type: INVESTS_IN, source: {key: "enterprise:a"}, target: {key: "enterprise:b"}, validFrom: $d, evidence: []}) { __typename ... on Problem { code path message } }
	}`, `{"d": "2024-13"}`},
	{"a variable of the wrong type", `mutation($k: String!) { retract(id: $k) { __typename } }`, `{"k": 3}`},
	{"conditions", `mutation($yes: Boolean!, $no: Boolean!) {
		upsertEntity(input: {key: "enterprise:c", kind: ENTERPRISE, names: [{text: "丁"}]}) @skip(if: $yes) { __typename }
		upsertEntity(input: {key: "enterprise:c", kind: ENTERPRISE, names: [{text: "丁"}]}) @include(if: $no) { __typename }
		__typename
	}`, `{"yes": true, "no": false}`},
	{"the same key twice", `mutation {
		upsertEntity(input: {key: "enterprise:d", kind: ENTERPRISE, names: [{text: "戊"}]}, meta: {idempotencyKey: "d", reason: "because"}) { ... on UpsertEntitySuccess { created rev entity { rev name } } }
		again: upsertEntity(input: {key: "enterprise:d", kind: ENTERPRISE, names: [{text: "戊"}]}, meta: {idempotencyKey: "d"}) { ... on UpsertEntitySuccess { created rev entity { rev name } } }
		other: upsertEntity(input: {key: "enterprise:d", kind: ENTERPRISE, names: [{text: "己"}]}, meta: {idempotencyKey: "d"}) { __typename ... on Problem { code path message } }
	}`, ``},
	{"a list, and what it did", `mutation {
		apply(operations: [
			{addSource: {key: "source:s", title: "报", text: "甲投资乙。"}}
			{upsertRelation: {type: INVESTS_IN, source: {key: "enterprise:a"}, target: {key: "enterprise:b"}, evidence: [{source: "source:s", quote: "甲投资乙"}]}}
		]) { ... on ApplySuccess { rev dryRun outcomes { id created changed } results { __typename ... on Relation { id rev sentence source { key } target { key name } evidence { nodes { quote status } } } } } }
	}`, ``},
	{"undone", `mutation { undo(rev: 4) { __typename ... on UndoSuccess { rev restored } ... on Problem { code message path } ... on Conflict { current } } }`, ``},
	{"no such revision", `mutation { undo(rev: 400) { __typename ... on Problem { code message path } } }`, ``},
	{"merged", `mutation { merge(keep: {key: "enterprise:a"}, drop: {key: "enterprise:d"}) { ... on MergeSuccess { rev movedRelations survivor { key names { text } identifiers { scheme value } history(first: 2) { nodes { rev op } } } } } }`, ``},
	{"kept apart", `mutation { keepApart(a: {key: "enterprise:a"}, b: {key: "enterprise:b"}) { __typename ... on RetractSuccess { rev } ... on Problem { code } } }`, ``},
	{"only the executor knows", `mutation { __schema { queryType { name } } }`, ``},
}

func TestWritesGoTheSameByPlanAndByExecutor(t *testing.T) {
	planned, stock := road(t, serve(t, openFacts(t, []byte("entity region:1 REGION\n  name zh official 城\n"))), false),
		road(t, serve(t, openFacts(t, []byte("entity region:1 REGION\n  name zh official 城\n"))), true)
	written := 0
	for _, w := range writes {
		answer := post(t, planned, w.question, []byte(w.variables))
		if diff := sameAnswer(answer, post(t, stock, w.question, []byte(w.variables))); diff != "" {
			t.Errorf("%s (-executor +plan):\n%s", w.name, diff)
		}
		if strings.Contains(string(answer), `"rev"`) {
			written++
		}
	}
	if written < len(writes)/2 {
		t.Errorf("only %d of %d writes wrote", written, len(writes))
	}
}

// rehearsals are writes that change nothing, whose answers show what would be.
var rehearsals = []string{
	`upsertEntity(input: {key: "enterprise:new", kind: ENTERPRISE, names: [{text: "新来的"}]}, meta: {dryRun: true})`,
	`upsertEntity(input: {key: "enterprise:haier-group", kind: ENTERPRISE}, meta: {dryRun: true})`,
	`upsertEntity(input: {key: "enterprise:haier-group", kind: ENTERPRISE, acknowledgeDuplicates: true})`,
	`upsertEntity(input: {key: "enterprise:haier", kind: ENTERPRISE, names: [{text: "海尔集团公司"}]}, meta: {dryRun: true})`,
	`upsertRelation(input: {type: INVESTS_IN, source: {key: "enterprise:haier-group"}, target: {key: "none"}, evidence: []}, meta: {dryRun: true})`,
	`retract(id: "AAAAAAAAAAAAAAAA", meta: {dryRun: true})`,
	`merge(keep: {key: "enterprise:haier-group"}, drop: {key: "enterprise:haier-group"}, meta: {dryRun: true})`,
	`addSource(input: {key: "source:new", title: "新", text: "一句话。"}, meta: {dryRun: true})`,
	`apply(operations: [{upsertEntity: {key: "enterprise:new", kind: ENTERPRISE, names: [{text: "新来的"}]}}], meta: {dryRun: true})`,
}

// FuzzBothRoadsSayTheSameOfWrites asks any selection of what writes answer.
func FuzzBothRoadsSayTheSameOfWrites(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(seed)
	}
	handler := openBuiltIn(f)
	planned, stock := road(f, handler, false), road(f, handler, true)
	schema := contract(f).Schema
	f.Fuzz(func(t *testing.T, seed uint64) {
		w := queryWriter{schema: schema, random: rand.New(rand.NewPCG(seed, 2)), fields: 30}
		question, variables := w.rehearsal(schema.Mutation), []byte(`{"yes": true, "no": false}`)
		answer := post(t, planned, question, variables)
		if diff := sameAnswer(answer, post(t, stock, question, variables)); diff != "" {
			t.Errorf("a plan answers otherwise than the executor (-executor +plan):\n%s\n%s", diff, question)
		}
		if !json.Valid(answer) {
			t.Errorf("the answer is no JSON\n%s\n%s", question, answer)
		}
	})
}

// rehearsal is a mutation of one to three fields that writes nothing.
func (w *queryWriter) rehearsal(mutation *ast.Definition) string {
	w.b.WriteString("mutation($yes: Boolean!, $no: Boolean!) { start: __typename @include(if: $yes) @skip(if: $no) ")
	for range 1 + w.random.IntN(3) {
		field := rehearsals[w.random.IntN(len(rehearsals))]
		name, _, _ := strings.Cut(field, "(")
		fmt.Fprintf(&w.b, "%s: %s ", w.key(), field)
		w.selections(w.schema.Types[mutation.Fields.ForName(name).Type.Name()], 5)
	}
	w.b.WriteString("}")
	return w.b.String()
}
