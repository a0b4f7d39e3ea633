package endpoint

import (
	"encoding/json"
	"testing"
)

func TestCost(t *testing.T) {
	toy := newToy(t)
	e := New(toy, Options{Limits: Limits{Depth: 30}}).(*endpoint)
	for name, c := range map[string]struct {
		query     string
		variables map[string]any
		want      int
	}{
		"a root field costs one":                              {"{ hello }", nil, 1},
		"single objects are free":                             {"{ item(key: 1) { peer { peer { key } } } }", nil, 1},
		"a page costs its size":                               {"{ items(first: 7) { nodes { key } } }", nil, 7},
		"edges and their nodes are the page":                  {"{ items(first: 7) { edges { node { key } } } }", nil, 7},
		"last counts like first":                              {"{ items(last: 8) { nodes { key } } }", nil, 8},
		"a page without a size has the default":               {"{ items { nodes { key } } }", nil, 25},
		"an explicit null has the default too":                {"{ items(first: null) { nodes { key } } }", nil, 25},
		"the schema's default counts":                         {"{ found { nodes { key } } }", nil, 10},
		"a variable counts":                                   {"query($n: Int) { items(first: $n) { nodes { key } } }", map[string]any{"n": json.Number("9")}, 9},
		"a text of digits counts":                             {"query($n: Int) { items(first: $n) { nodes { key } } }", map[string]any{"n": "300"}, 300},
		"a variable's own default counts":                     {"query($n: Int = 6) { items(first: $n) { nodes { key } } }", nil, 6},
		"a variable left out counts as no size":               {"query($n: Int) { items(first: $n) { nodes { key } } }", nil, 25},
		"pages multiply":                                      {"{ items(first: 10) { nodes { items(first: 20) { nodes { key } } } } }", nil, 10 * (1 + 20)},
		"pages beside each other add up":                      {"{ items(first: 10) { nodes { a: items(first: 2) { nodes { key } } b: items(first: 3) { nodes { key } } } } }", nil, 10 * (1 + 2 + 3)},
		"a list without a size is taken for five":             {"{ tags { text } }", nil, 5},
		"so is one within a page's items":                     {"{ items(first: 10) { nodes { tags { text } } } }", nil, 10 * (1 + 5)},
		"ids count one by one":                                {"{ nodes(ids: [1, 2, 3]) { items(first: 2) { nodes { key } } } }", nil, 3 * (1 + 2)},
		"a traversal costs its most nodes":                    {"{ walk(bounds: {maxNodes: 50}) { nodes { key } } }", nil, 50},
		"a traversal without bounds costs the default":        {"{ walk { nodes { items(first: 2) { nodes { key } } } } }", nil, 200 * (1 + 2)},
		"a traversal whose bounds are silent on nodes too":    {"{ walk(bounds: {maxDepth: 1}) { nodes { key } } }", nil, 200},
		"a fragment counts wherever it is spread":             {"{ ...F ...F } fragment F on Query { items(first: 4) { nodes { ...G ...G } } } fragment G on Item { items(first: 3) { nodes { key } } }", nil, 2 * 4 * (1 + 2*3)},
		"a negative size costs nothing more than its field":   {"{ items(first: -5) { nodes { key } } }", nil, 1},
		"introspection has its price":                         {"{ __schema { types { name } } }", nil, introspectionCost},
		"the name of a type is free":                          {"{ __typename hello }", nil, 2},
		"products end at a number rather than going negative": {"{ items(first: 2147483647) { nodes { items(first: 2147483647) { nodes { items(first: 2147483647) { nodes { key } } } } } } }", nil, countless},
	} {
		t.Run(name, func(t *testing.T) {
			doc, refused := e.prepare(t.Context(), c.query)
			if refused != nil {
				t.Fatal(refused.errors)
			}
			op := doc.ast.Operations[0]
			variables, refused := doc.coerce(toy.schema, op, c.variables)
			if refused != nil {
				t.Fatal(refused.errors)
			}
			if got := costOf(toy.schema, doc, op, variables); got != c.want {
				t.Errorf("costs %d, want %d", got, c.want)
			}
		})
	}
}

func TestVariablesFromJSONArePriced(t *testing.T) {
	h := New(newToy(t), Options{})
	query := "query($n: Int, $ids: [ID!]!, $b: Bounds) { items(first: $n) { nodes { key } } nodes(ids: $ids) { key } walk(bounds: $b) { nodes { key } } }"
	resp := post(t, h, query, map[string]any{"n": 100, "ids": []int{1, 2}, "b": map[string]int{"maxNodes": 30}})
	if resp.Extensions["cost"] != 132.0 {
		t.Errorf("cost is %v: %s", resp.Extensions["cost"], resp.Body)
	}
}
