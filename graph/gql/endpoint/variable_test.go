package endpoint

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestAnErrorOfAVariableNamesItAndWhatWasGiven(t *testing.T) {
	h := New(newToy(t), Options{})
	for name, c := range map[string]struct{ query, variables, says string }{
		"a number with a point for an Int":      {"query($a: Int!) { double(n: $a) }", `{"a": 1000.0}`, "variable $a cannot be 1000.0: an Int is a whole number, written without a point and an exponent"},
		"a number that nothing holds":           {"query($a: Int!) { double(n: $a) }", `{"a": 1e400}`, "variable $a cannot be 1e400: an Int is a whole number, written without a point and an exponent"},
		"the same for a Float":                  {"query($a: Float) { ratio(of: $a) }", `{"a": 1e400}`, "variable $a cannot be 1e400: a Float is a finite number"},
		"a truth for an Int":                    {"query($a: Int!) { double(n: $a) }", `{"a": true}`, "variable $a cannot be true: an Int is a whole number, written without a point and an exponent"},
		"a truth for a text":                    {"query($a: String) { echo(text: $a) }", `{"a": true}`, "variable $a cannot be true: it must be of the type String"},
		"nothing at all":                        {"query($a: Int!) { double(n: $a) }", `{}`, "variable $a is required and was not given; send it in the variables"},
		"null":                                  {"query($a: Int!) { double(n: $a) }", `{"a": null}`, "variable $a is null and must have a value"},
		"a place in a list within an object":    {"query($v: Nested) { nest(value: $v) }", `{"v": {"in": {"values": [1, 2.5]}}}`, "variable $v.in.values[1] cannot be 2.5: an Int is a whole number, written without a point and an exponent"},
		"one value that stands for a list":      {"query($v: Nested) { nest(value: $v) }", `{"v": {"values": 2.5}}`, "variable $v.values[0] cannot be 2.5: an Int is a whole number, written without a point and an exponent"},
		"a field that is not there":             {"query($v: Nested) { nest(value: $v) }", `{"v": {"on": 1}}`, "variable $v.on: there is no such field"},
		"a text for an object, which is cut":    {"query($v: Nested) { nest(value: $v) }", `{"v": "` + strings.Repeat("长", 60) + `"}`, `variable $v cannot be "` + strings.Repeat("长", 39) + "…: must be a Nested, not a string"},
		"a choice that is null names the field": {"{ pick(of: {name: null}) }", `{}`, "Choice.name is null; give it a value, or choose another field of Choice."},
		"a choice of two is still refused":      {`{ pick(of: {name: "a", id: 1}) }`, `{}`, `OneOf Input Object "Choice" must specify exactly one key.`},
	} {
		t.Run(name, func(t *testing.T) {
			query, err := json.Marshal(c.query)
			if err != nil {
				t.Fatal(err)
			}
			resp := send(t, h, newPost(`{"query":`+string(query)+`,"variables":`+c.variables+`}`))
			var got struct{ Errors []struct{ Message string } }
			if err := json.Unmarshal([]byte(resp.Body), &got); err != nil || len(got.Errors) != 1 || got.Errors[0].Message != c.says {
				t.Errorf("got  %s\nwant %s", resp.Body, c.says)
			}
			if resp.code(t) != "VALIDATION_FAILED" {
				t.Errorf("the code is %s", resp.code(t))
			}
		})
	}
}
