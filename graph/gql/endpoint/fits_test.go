package endpoint

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

const inputs = `
type Query { a(i: In, l: [[Int!]], e: E, s: String, d: ID, f: Float, b: Boolean, n: Int!, c: Own, is: [In!]!): Int }
scalar Own
enum E { ONE TWO }
input In { s: String e: E! = ONE es: [E!] n: Int! f: [Float!]! b: Boolean d: ID in: In ins: [In] own: Own need: String! = "x" }`

const asksInputs = `query($i: In, $l: [[Int!]], $e: E, $s: String, $d: ID, $f: Float, $b: Boolean, $n: Int!, $c: Own, $is: [In!]!, $w: Int = 3) {
	a(i: $i, l: $l, e: $e, s: $s, d: $d, f: $f, b: $b, n: $n, c: $c, is: $is) b: a(n: $w, is: []) }`

// likely are variables near the edge of what fits.
var likely = []string{
	`{"n": 1, "is": []}`, `{"n": 1, "is": [{"n": 1, "f": []}]}`, `{"n": "1", "is": []}`, `{"n": 1.5, "is": []}`, `{"n": 1e3, "is": []}`, `{"n": null, "is": []}`, `{"is": []}`,
	`{"n": 9007199254740993, "is": [], "f": 9007199254740993, "d": 9007199254740993}`, `{"n": 9223372036854775808, "is": []}`, `{"n": 1, "is": [], "f": 1e400}`,
	`{"n": 1, "is": [], "l": [[1, 2], null, [3]]}`, `{"n": 1, "is": [], "l": [1]}`, `{"n": 1, "is": [], "l": 1}`, `{"n": 1, "is": [], "l": [[null]]}`, `{"n": 1, "is": [], "l": [["1"]]}`, `{"n": 1, "is": [], "l": [[1.0]]}`,
	`{"n": 1, "is": [], "e": "one"}`, `{"n": 1, "is": [], "e": "THREE"}`, `{"n": 1, "is": [], "e": 1}`, `{"n": 1, "is": [], "s": 1}`, `{"n": 1, "is": [], "s": true}`, `{"n": 1, "is": [], "d": 1.5}`, `{"n": 1, "is": [], "b": "true"}`,
	`{"n": 1, "is": {"n": 1, "f": 2}}`, `{"n": 1, "is": [null]}`, `{"n": 1, "is": null}`, `{"n": 1, "is": "x"}`, `{"n": 1, "is": [], "c": {"any": [1, null]}}`, `{"n": 1, "is": [], "w": null}`, `{"n": 1, "is": [], "w": 4, "more": 5}`,
	`{"n": 1, "is": [], "i": {"n": 1, "f": [1, 2.5], "e": null}}`, `{"n": 1, "is": [], "i": {"n": 1, "f": [1, "2"], "es": ["ONE", "two"], "b": false, "d": "x", "own": 3, "s": null}}`,
	`{"n": 1, "is": [], "i": {"n": 1, "f": [], "x": 1}}`, `{"n": 1, "is": [], "i": {"__typename": "In", "n": 1, "f": []}}`, `{"n": 1, "is": [], "i": {"n": 1, "f": [], "in": {"n": 2, "f": [3], "ins": [null, {"n": 1, "f": []}]}}}`,
	`{"n": 1, "is": [], "i": {"n": 1, "f": [], "need": null}}`, `{"n": 1, "is": [], "i": {"n": 1, "f": [], "d": 7, "es": "ONE"}}`, `{"n": 1, "is": [], "i": {"n": 1, "f": [], "s": 4}}`, `{"n": 1, "is": [], "i": []}`,
}

// FuzzVariablesThatFit holds that variables that are taken as they stand are those
// that the library takes, and that it makes the same of them.
func FuzzVariablesThatFit(f *testing.F) {
	for _, text := range likely {
		f.Add([]byte(text))
	}
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: inputs})
	doc := gqlparser.MustLoadQueryWithRules(schema, asksInputs, rules.NewDefaultRules())
	f.Fuzz(func(t *testing.T, text []byte) {
		read := func() (values map[string]any) {
			d := json.NewDecoder(bytes.NewReader(text))
			d.UseNumber()
			if d.Decode(&values) != nil {
				t.Skip("the variables are no JSON object")
			}
			return values
		}
		taken := read()
		got, ok := fit(schema, doc.Operations[0], taken)
		if !ok {
			return
		}
		want, err := validator.VariableValues(schema, doc.Operations[0], read())
		if err != nil {
			t.Fatalf("%s is taken, and the library says %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-library +own):\n%s", text, diff)
		}
		if diff := cmp.Diff(read(), taken); diff != "" {
			t.Errorf("%s was changed:\n%s", text, diff)
		}
	})
}

func TestVariablesThatPlainlyFitAreTakenAsTheyStand(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: inputs})
	doc := gqlparser.MustLoadQueryWithRules(schema, asksInputs, rules.NewDefaultRules())
	given := map[string]any{"n": json.Number("1"), "w": json.Number("4"), "f": json.Number("2"), "s": "x", "e": "ONE", "is": []any{map[string]any{"n": json.Number("1"), "f": []any{json.Number("1.5")}}}}
	values, ok := fit(schema, doc.Operations[0], given)
	if !ok || values["n"] != int64(1) || values["f"] != 2.0 {
		t.Fatalf("the variables are %v, %v", values, ok)
	}
	if n := testing.AllocsPerRun(100, func() { fit(schema, doc.Operations[0], given) }); n > 8 {
		t.Errorf("it takes %v allocations", n)
	}
}
