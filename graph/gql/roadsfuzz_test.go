package gql_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// FuzzBothRoadsSayTheSame makes queries from the schema: any fields, aliases,
// fragments on any type that fits, conditions by variables, and now and then an
// argument. What plan and executor answer must be the same.
func FuzzBothRoadsSayTheSame(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(seed)
	}
	handler := openBuiltIn(f)
	schema := contract(f).Schema
	f.Fuzz(func(t *testing.T, seed uint64) {
		roads := handler.(bothRoads)
		roads.t = t
		w := queryWriter{schema: schema, random: rand.New(rand.NewPCG(seed, 1)), fields: 30}
		query := w.query()
		variables, err := json.Marshal(map[string]any{"yes": true, "no": false})
		if err != nil {
			t.Fatal(err)
		}
		if answer := post(t, roads, query, variables); !json.Valid(answer) {
			t.Errorf("the answer is no JSON\n%s\n%s", query, answer)
		}
	})
}

// TestMadeQueriesAreMostlyAnswered holds that the fuzzer compares answers, and
// not refusals.
func TestMadeQueriesAreMostlyAnswered(t *testing.T) {
	handler, schema, answered := openBuiltIn(t), contract(t).Schema, 0
	variables := []byte(`{"yes": true, "no": false}`)
	for seed := range uint64(50) {
		w := queryWriter{schema: schema, random: rand.New(rand.NewPCG(seed, 1)), fields: 30}
		if strings.Contains(string(post(t, handler, w.query(), variables)), `"data":`) {
			answered++
		}
	}
	if answered < 40 {
		t.Errorf("of 50 made queries only %d are answered", answered)
	}
}

// queryWriter writes a random query.
type queryWriter struct {
	schema *ast.Schema
	random *rand.Rand
	fields int // that may still be written
	keys   int
	b      strings.Builder
}

// roots are the questions asked, each with what it needs.
var roots = []string{
	`entity(ref: {key: "enterprise:haier-group"})`, `entity(ref: {key: "region:620000"})`, `entity(ref: {name: "none of this name"})`,
	`entities(first: 3, where: {kinds: [PROJECT]})`, `entities(first: 2, orderBy: [{field: DEGREE, direction: DESC}])`,
	`entity(ref: {key: "enterprise:haier-group"})`, `relations(first: 40, where: {types: [SUPPLIES, INVESTS_IN]})`,
	`relations(first: 3)`, `relations(first: 4, where: {types: [INVESTS_IN, CHAIN_LEADER_OF]})`, `relations(first: 0)`,
	`subgraph(roots: [{key: "enterprise:haier-group"}], depth: 1, bounds: {maxNodes: 8})`, `search(q: "海尔", first: 3)`,
	`paths(from: {key: "enterprise:haier-group"}, to: {key: "region:620000"})`, `nodes(ids: ["AAAAAAAAAAAAAAAA", "x"])`, `stats`,
	`groupBy(keys: [TYPE])`, `chain(ref: {key: "chain:gansu-sichuan-pepper"})`, `contradictions(first: 2)`,
}

func (w *queryWriter) query() string {
	w.b.WriteString("query($yes: Boolean!, $no: Boolean!) { start: __typename @include(if: $yes) @skip(if: $no) ")
	for range 1 + w.random.IntN(3) {
		root := roots[w.random.IntN(len(roots))]
		name := root[:strings.IndexFunc(root+" ", func(r rune) bool { return r < 'A' })]
		fmt.Fprintf(&w.b, "%s: %s ", w.key(), root)
		w.selections(w.schema.Types[w.schema.Query.Fields.ForName(name).Type.Name()], 5)
	}
	w.b.WriteString("}")
	return w.b.String()
}

// key is an alias that nothing else has.
func (w *queryWriter) key() string {
	w.keys++
	return fmt.Sprintf("f%d", w.keys)
}

// selections writes what is asked of a value of type def.
func (w *queryWriter) selections(def *ast.Definition, depth int) {
	if def.Kind == ast.Scalar || def.Kind == ast.Enum {
		return
	}
	w.b.WriteString("{ __typename ")
	for range 1 + w.random.IntN(5) {
		w.selection(def, depth-1)
	}
	w.b.WriteString("} ")
}

func (w *queryWriter) selection(def *ast.Definition, depth int) {
	possible := w.schema.GetPossibleTypes(def)
	if w.random.IntN(4) == 0 && len(possible) > 0 && depth > 0 {
		on := possible[w.random.IntN(len(possible))]
		fmt.Fprintf(&w.b, "... on %s%s ", on.Name, w.condition())
		w.selections(on, depth)
		return
	}
	fields := slices.DeleteFunc(slices.Clone(def.Fields), func(f *ast.FieldDefinition) bool { return strings.HasPrefix(f.Name, "__") })
	if len(fields) == 0 || w.fields == 0 {
		return
	}
	f := fields[w.random.IntN(len(fields))]
	of := w.schema.Types[f.Type.Name()]
	if depth <= 0 && of.Kind != ast.Scalar && of.Kind != ast.Enum || slices.ContainsFunc(f.Arguments, required) {
		return
	}
	w.fields--
	arguments := ""
	if f.Arguments.ForName("first") != nil {
		arguments = "(first: 2)"
	}
	// Now and then twice under the same key, which merges.
	alias, times := "", 1+w.random.IntN(8)/7
	if w.random.IntN(3) == 0 {
		alias = w.key() + ": "
	}
	for range times {
		fmt.Fprintf(&w.b, "%s%s%s%s ", alias, f.Name, arguments, w.condition())
		w.selections(of, depth)
	}
}

func required(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil }

func (w *queryWriter) condition() string {
	switch w.random.IntN(16) {
	case 0:
		return " @include(if: $no)"
	case 1:
		return " @skip(if: $no)"
	case 2:
		return " @include(if: $yes)"
	case 3:
		return " @skip(if: true)"
	}
	return ""
}
