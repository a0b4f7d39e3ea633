package endpoint

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzBody sends any bytes as a body. The answer is JSON in good form, nothing
// panics, and what is understood is what encoding/json understands.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		`{"query":"{hello}"}`,
		` {"query" : "{ hello }" , "variables" : { "a" : [ 1 , { "b" : null } ] } , "operationName" : null } `,
		`{"query":"query($t:String){echo(text:$t)}","variables":{"t":"\u9ec4\u6cb3 \ud83c"},"extensions":{"x":[]}}`,
		`{"\u0071uery":"{hello}","other":{"query":"{"},"n":-1.5e3}`,
		`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"ab"}}}`,
		`[{"query":"{hello}"}]`, `{}`, `"`, `{"query":"{"`, "\xff", `{"variables":{"a":{"a":{"a":{"a":[[[[]]]]}}}}}`,
	} {
		f.Add([]byte(seed))
	}
	toy := newToy(f)
	h := New(toy, Options{})
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		checkAnswerForm(t, send(t, h, r), mediaJSON)
		checkDecoded(t, h.(*endpoint), body)
	})
}

// checkDecoded compares the parameters with what encoding/json makes of a body.
func checkDecoded(t *testing.T, e *endpoint, body []byte) {
	t.Helper()
	p, refused := e.decodeBody(body)
	if refused != nil {
		return
	}
	if !utf8.Valid(body) {
		t.Fatalf("%q was accepted", body)
	}
	var want map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&want); err != nil {
		t.Fatalf("%q was accepted: %v", body, err)
	}
	query, _ := want["query"].(string)
	name, _ := want["operationName"].(string)
	variables, _ := want["variables"].(map[string]any)
	if p.query != query || p.operationName != name || len(p.variables)+len(variables) > 0 && !reflect.DeepEqual(p.variables, variables) {
		t.Errorf("%q\nis understood as %+v\nrather than %v", body, p, want)
	}
}

// FuzzURL sends any query string.
func FuzzURL(f *testing.F) {
	f.Add("query=%7Bhello%7D")
	f.Add("query=query(%24t%3AString)%7Becho(text%3A%24t)%7D&variables=%7B%22t%22%3A%22x%22%7D&operationName=")
	f.Add("query={hello}&variables=null&extensions=%7B%7D&other=1")
	f.Add("query=mutation{bump}")
	f.Add("query=%zz;&&==")
	h := New(newToy(f), Options{})
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.RawQuery = query
		resp := send(t, h, r)
		checkAnswerForm(t, resp, mediaJSON)
		if string(resp.Data) == `{"bump":1}` {
			t.Errorf("%q changed something by GET", query)
		}
	})
}

// FuzzDocument sends any document. Whatever it is, it is refused with a code or
// executed, and neither panics nor ends in an internal error.
func FuzzDocument(f *testing.F) {
	for _, seed := range []string{
		"{hello}", "query Q($n: Int = 4) @skip(if: false) { double(n: $n) }", introspection, bomb(3), thicket(3), nested(8),
		"{ item(key: 1) { ...F @include(if: true) } } fragment F on Item { peer { ...F } }",
		"{ walk(bounds: {maxNodes: 3}) { nodes { key } } nodes(ids: [1, \"a\"]) { key } at(when: [1e3, {a: 99999999999999999999}]) }",
		"subscription { ticks }", "mutation { bump }", "query A { hello } query B { ... @defer { hello } }", "\"\"\"text\"\"\" { hello } #",
	} {
		f.Add(seed)
	}
	h := New(newToy(f), Options{})
	f.Fuzz(func(t *testing.T, query string) {
		if !utf8.ValidString(query) {
			return
		}
		start := time.Now()
		resp := post(t, h, query, nil)
		if took := time.Since(start); took > time.Second {
			t.Errorf("%q took %v", query, took)
		}
		for _, err := range resp.Errors {
			if code := err.Extensions["code"]; code == nil || code == "INTERNAL" {
				t.Errorf("%q is answered with %s", query, resp.Body)
			}
		}
	})
}

// FuzzVariables sends any JSON as the variables of a query that declares every
// kind of type. They fit or are refused; none ends in an internal error.
func FuzzVariables(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"n":1,"s":"x","b":true,"i":7,"l":[1,"2"],"o":{"in":{"in":{"values":[1,2]}}},"f":1.5,"t":"2024"}`,
		`{"n":1.5}`, `{"n":99999999999999999999}`, `{"l":null}`, `{"l":[null]}`, `{"l":7}`, `{"l":[[1]]}`, `{"o":{"values":[null]}}`, `{"o":{"values":7}}`,
		`{"o":[]}`, `{"o":{"other":1}}`, `{"o":{"in":null}}`, `{"s":{}}`, `{"b":"true"}`, `{"t":{"a":[1e400]}}`, `{"w":{"maxNodes":-1}}`, `{"w":{"maxNodes":1e300}}`, `{"i":1.0}`,
	} {
		f.Add(seed)
	}
	const query = `query($n: Int, $s: String, $b: Boolean = true, $i: ID = 1, $l: [ID!] = [2], $o: Nested, $f: Float, $t: Stamp, $w: Bounds) {
		double(n: $n) @include(if: $b) echo(text: $s) item(key: $i) { key } nodes(ids: $l) { key } nest(value: $o) ratio(of: $f) at(when: $t) walk(bounds: $w) { nodes { key } }
	}`
	h := New(newToy(f), Options{})
	f.Fuzz(func(t *testing.T, variables string) {
		if !json.Valid([]byte(variables)) || !utf8.ValidString(variables) {
			return
		}
		text, err := json.Marshal(query)
		if err != nil {
			t.Fatal(err)
		}
		resp := send(t, h, newPost(`{"query":`+string(text)+`,"variables":`+variables+`}`))
		for _, err := range resp.Errors {
			if code := err.Extensions["code"]; code == nil || code == "INTERNAL" {
				t.Errorf("%s is answered with %s", variables, resp.Body)
			}
		}
	})
}
