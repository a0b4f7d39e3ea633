package gql_test

import (
	"encoding/json"
	"strings"
	"testing"

	"lianzhu/graph"
	"lianzhu/storage/mem"
)

// apply writes one batch and gives its revision.
func apply(t testing.TB, store graph.Store, changes ...graph.Change) graph.Rev {
	t.Helper()
	receipt, err := store.Apply(t.Context(), graph.Batch{Changes: changes, Actor: "tester", At: today})
	if err != nil {
		t.Fatal(err)
	}
	return receipt.Rev
}

func retract(c graph.Change) graph.Change { return graph.Change{Retract: c.Subject()} }

func firm(key graph.Key, name string) graph.Change {
	return graph.Change{Entity: &graph.Entity{Key: key, Kind: "ENTERPRISE", Names: []graph.Name{{Text: name, Lang: graph.ZH, Role: graph.Official}}}}
}

func invests(from, to graph.Key) graph.Change {
	return graph.Change{Relation: &graph.Relation{Type: "INVESTS_IN", Source: from, Target: to, Modality: graph.Asserted,
		Evidence: []graph.Evidence{{Source: "source:s", Start: -1, End: -1}}}}
}

// gone is a store in which a invested in b, and then b was renamed and both the
// investment and b were retracted.
func gone(t testing.TB) graph.Store {
	t.Helper()
	store := mem.New(contract(t).Ontology)
	t.Cleanup(func() { store.Close() })
	apply(t, store, graph.Change{Source: &graph.Source{Key: "source:s", Title: "名单"}}, firm("enterprise:a", "甲"), firm("enterprise:b", "乙"),
		invests("enterprise:a", "enterprise:b"))
	apply(t, store, firm("enterprise:b", "新乙"), firm("enterprise:a", "新甲"))
	apply(t, store, retract(invests("enterprise:a", "enterprise:b")))
	apply(t, store, retract(firm("enterprise:b", "")))
	return store
}

type changeNode struct {
	ID, Op, Key, Subject string
	Rev                  int
	Entity               *struct {
		Name   string
		Degree int
	}
	Relation *struct{ Sentence string }
	Before   *string
	After    *string
}

const changeFields = `id rev op key subject before after entity { name degree } relation { sentence }`

func askChanges(t *testing.T, store graph.Store, question string) map[string]struct{ Nodes []changeNode } {
	t.Helper()
	var a struct {
		Data   map[string]struct{ Nodes []changeNode }
		Errors []any
	}
	got := ask(t, serve(t, store), question, nil)
	if err := json.Unmarshal(got, &a); err != nil || a.Errors != nil {
		t.Fatalf("%v: %s", err, got)
	}
	return a.Data
}

func TestAChangeTellsWhatItLeftAlthoughItsEndsAreGone(t *testing.T) {
	nodes := askChanges(t, gone(t), `{ changes { nodes { `+changeFields+` } } }`)["changes"].Nodes
	if len(nodes) != 8 {
		t.Fatalf("%d changes", len(nodes))
	}
	if r := nodes[3].Relation; r == nil || !strings.Contains(r.Sentence, "甲") || !strings.Contains(r.Sentence, "乙") || strings.Contains(r.Sentence, "新") {
		t.Errorf("the investment is told as %+v", r)
	}
	if e := nodes[2].Entity; e == nil || e.Name != "乙" || e.Degree != 0 {
		t.Errorf("b is told as %+v", e)
	}
	for _, n := range nodes[6:] {
		if n.Op != "RETRACT" || n.Entity != nil || n.Relation != nil || n.After != nil || n.Before == nil {
			t.Errorf("a retraction is told as %+v", n)
		}
	}
	if n := nodes[6]; n.Key != "INVESTS_IN|enterprise:a|enterprise:b" || n.Subject != retract(invests("enterprise:a", "enterprise:b")).Retract.String() {
		t.Errorf("the retracted investment is called %s, %s", n.Key, n.Subject)
	}
	if b := *nodes[7].Before; !strings.Contains(b, "新乙") {
		t.Errorf("before it was retracted, b was %s", b)
	}
}

func TestAChangeIsANode(t *testing.T) {
	store := gone(t)
	for _, n := range askChanges(t, store, `{ changes { nodes { `+changeFields+` } } }`)["changes"].Nodes {
		var a struct{ Data struct{ Node changeNode } }
		got := ask(t, serve(t, store), `query ($id: ID!) { node(id: $id) { ... on Change { `+changeFields+` } } }`, []byte(`{"id":"`+n.ID+`"}`))
		if err := json.Unmarshal(got, &a); err != nil || a.Data.Node.ID != n.ID || a.Data.Node.Rev != n.Rev || a.Data.Node.Key != n.Key {
			t.Errorf("%s is %s", n.ID, got)
		}
	}
	for _, missing := range []graph.LogPos{{Rev: 1, Index: 9}, {Rev: 99}, {}} {
		missing := graph.Entry{Rev: missing.Rev, Index: missing.Index}
		got := ask(t, serve(t, store), `query ($id: ID!) { node(id: $id) { id } }`, []byte(`{"id":"`+missing.UID().String()+`"}`))
		if !strings.Contains(string(got), "NOT_FOUND") {
			t.Errorf("a change that is none is answered with %s", got)
		}
	}
}

func TestTheHistoryOfAThingReadsThroughEachOfItsChanges(t *testing.T) {
	var a struct {
		Data struct {
			Entity struct {
				History struct {
					Nodes []struct {
						Entity struct{ History struct{ Nodes []changeNode } }
					}
				}
			}
		}
	}
	got := ask(t, serve(t, gone(t)), `{ entity(ref: { key: "enterprise:a" }) { history { nodes { entity { history { nodes { `+changeFields+` } } } } } } }`, nil)
	if err := json.Unmarshal(got, &a); err != nil {
		t.Fatal(err)
	}
	for _, n := range a.Data.Entity.History.Nodes {
		if h := n.Entity.History.Nodes; len(h) != 2 || h[0].Entity.Name != "新甲" || h[1].Entity.Name != "甲" {
			t.Errorf("%s", got)
		}
	}
}

func TestPagesOfChangesRefuseWhatIsNoPage(t *testing.T) {
	store := gone(t)
	for name, question := range map[string]string{
		"a page of none":              `{ changes(first: 0) { totalCount } }`,
		"a page that is too large":    `{ changes(first: 501) { totalCount } }`,
		"a revision below 0":          `{ changes(sinceRev: -1) { totalCount } }`,
		"a cursor that is none":       `{ changes(after: "x") { totalCount } }`,
		"a history of none":           `{ entity(ref: { key: "enterprise:a" }) { history(first: 0) { totalCount } } }`,
		"a cursor of another history": `{ entity(ref: { key: "enterprise:a" }) { history(after: "AQAAAAAAAAAA") { totalCount } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			if got := ask(t, serve(t, store), question, nil); !strings.Contains(string(got), `"errors"`) {
				t.Errorf("it is answered with %s", got)
			}
		})
	}
}
