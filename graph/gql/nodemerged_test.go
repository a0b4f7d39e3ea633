package gql_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"lianzhu/graph"
)

// Three firms become one in two steps; whoever kept the id or the key of one that
// went finds the one that stays, which says what it was called.
func TestAnEntityThatWasMergedIsFoundUnderItsOldIDAndKey(t *testing.T) {
	handler := serve(t, openFacts(t, []byte(`
entity enterprise:a ENTERPRISE
  name zh official 甲公司
entity enterprise:b ENTERPRISE
  name zh official 乙公司
entity enterprise:c ENTERPRISE
  name zh official 丙公司
`)))
	id := func(key graph.Key) string { return graph.NewUID(graph.TagEntity, key).String() }
	merge := `mutation($keep: String!, $drop: String!) { merge(keep: {key: $keep}, drop: {key: $drop}) { __typename ... on MergeSuccess { rev } ... on Problem { message } } }`
	find := fmt.Sprintf(`{
		node(id: %[1]q) { ...Found } nodes(ids: [%[2]q, %[3]q]) { ...Found }
		byID: entity(ref: {id: %[1]q}) { ...Found } byKey: entity(ref: {key: "enterprise:b"}) { ...Found }
	} fragment Found on Entity { id key identifiers { scheme value } }`, id("enterprise:c"), id("enterprise:b"), id("enterprise:a"))
	for _, step := range [][2]string{{"enterprise:b", "enterprise:c"}, {"enterprise:a", "enterprise:b"}} {
		variables := fmt.Appendf(nil, `{"keep": %q, "drop": %q}`, step[0], step[1])
		var merged struct {
			Data struct {
				Merge struct {
					Typename string `json:"__typename"`
				}
			}
		}
		answer := ask(t, handler, merge, variables)
		if err := json.Unmarshal(answer, &merged); err != nil || merged.Data.Merge.Typename != "MergeSuccess" {
			t.Fatalf("%v: %s", err, answer)
		}
	}
	type entity struct {
		ID, Key     string
		Identifiers []struct{ Scheme, Value string }
	}
	var found struct {
		Data struct {
			Node, ByID, ByKey entity
			Nodes             []entity
		}
		Errors []any
	}
	answer := ask(t, handler, find, nil)
	if err := json.Unmarshal(answer, &found); err != nil || len(found.Errors) > 0 || len(found.Data.Nodes) != 2 {
		t.Fatalf("%v: %s", err, answer)
	}
	for _, e := range append(found.Data.Nodes, found.Data.Node, found.Data.ByID, found.Data.ByKey) {
		former := map[string]bool{}
		for _, i := range e.Identifiers {
			former[i.Scheme+" "+i.Value] = true
		}
		if e.Key != "enterprise:a" || e.ID != id("enterprise:a") || !former["KEY enterprise:b"] || !former["KEY enterprise:c"] {
			t.Errorf("found is %+v", e)
		}
	}
}

// What was only taken back is gone: nothing stays in its place.
func TestAnEntityThatWasTakenBackIsNotFound(t *testing.T) {
	handler := serve(t, openFacts(t, []byte("entity enterprise:a ENTERPRISE\n  name zh official 甲公司\n")))
	id := graph.NewUID(graph.TagEntity, "enterprise:a").String()
	ask(t, handler, fmt.Sprintf(`mutation { retract(id: %q) { __typename } }`, id), nil)
	if code := problemCode(t, ask(t, handler, fmt.Sprintf(`{ node(id: %q) { id } }`, id), nil)); code != "NOT_FOUND" {
		t.Errorf("it is answered with %q", code)
	}
}

// problemCode is the code of the first error of an answer, or "".
func problemCode(t *testing.T, answer []byte) string {
	t.Helper()
	var refused struct {
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.Unmarshal(answer, &refused); err != nil {
		t.Fatal(err)
	}
	if len(refused.Errors) == 0 {
		return ""
	}
	return refused.Errors[0].Extensions.Code
}
