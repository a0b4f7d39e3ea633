package endpoint

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestLimits sends, for each limit, what is just allowed and what is just too
// much; a refusal names the limit, its value and what was asked.
func TestLimits(t *testing.T) {
	for name, c := range map[string]struct {
		most    int
		set     func(*Limits, int)
		request func(n int) (query string, variables map[string]any)
	}{
		"queryBytes": {2_000, func(l *Limits, n int) { l.QueryBytes = n }, text(func(n int) string {
			return "{hello}" + strings.Repeat(" ", n-7)
		})},
		"tokens": {400, func(l *Limits, n int) { l.Tokens = n }, text(func(n int) string {
			return "{hello}" + strings.Repeat("#\n", n-3)
		})},
		"operations": {3, func(l *Limits, n int) { l.Operations = n }, text(func(n int) string {
			return "query Q{hello}" + counted(n-1, " query Q%d{hello}")
		})},
		"fragments": {3, func(l *Limits, n int) { l.Fragments = n }, text(func(n int) string {
			return "{item(key:1){key" + counted(n, " ...F%d") + "}}" + counted(n, " fragment F%d on Item{name}")
		})},
		"variables": {3, func(l *Limits, n int) { l.Variables = n }, text(func(n int) string {
			return "query(" + counted(n, "$v%d:Int ") + "){" + counted(n, "double(n:$v%d)") + "}"
		})},
		"directives": {3, func(l *Limits, n int) { l.Directives = n }, text(func(n int) string {
			return "{hello " + counted(n, "@skip(if:false)") + "}"
		})},
		"aliases": {3, func(l *Limits, n int) { l.Aliases = n }, text(func(n int) string {
			return "{hello " + counted(n, "a%d:hello ") + "}"
		})},
		"depth": {6, func(l *Limits, n int) { l.Depth = n }, text(nested)},
		"introspectionDepth": {8, func(l *Limits, n int) { l.IntrospectionDepth = n }, text(func(n int) string {
			return "{__schema{types{fields{type{" + strings.Repeat("ofType{", n-5) + "name" + strings.Repeat("}", n)
		})},
		"rootFields": {5, func(l *Limits, n int) { l.RootFields = n }, text(func(n int) string {
			return "{hello ...F} fragment F on Query{" + strings.Repeat("hello ", n-1) + "}"
		})},
		"fields": {30, func(l *Limits, n int) { l.Fields = n }, text(func(n int) string {
			return "{" + strings.Repeat("hello ", n-21) + "item(key:1){...A ...A}} fragment A on Item{" + strings.Repeat("key ", 10) + "}"
		})},
		"repeatedKey": {4, func(l *Limits, n int) { l.RepeatedKey = n }, text(func(n int) string {
			return "{item(key:1){...F key}} fragment F on Item{...on Item{" + strings.Repeat("key ", n-1) + "}}"
		})},
		"cost": {1_000, func(l *Limits, n int) { l.Cost = n }, text(func(n int) string {
			return fmt.Sprintf("{items(first:%d){nodes{key}}}", n)
		})},
		"answerBytes": {100, func(l *Limits, n int) { l.AnswerBytes = n }, text(func(n int) string {
			return fmt.Sprintf("{long(bytes:%d)}", n-len(`{"long":""}`))
		})},
		"variableDepth":  {4, func(l *Limits, n int) { l.VariableDepth = n }, nestedVariables},
		"variableValues": {10, func(l *Limits, n int) { l.VariableValues = n }, manyVariables},
	} {
		var limits Limits
		c.set(&limits, c.most)
		h := New(newToy(t), Options{Limits: limits})
		t.Run(name, func(t *testing.T) {
			query, variables := c.request(c.most)
			if resp := post(t, h, query, variables); strings.Contains(resp.Body, `"LIMIT"`) {
				t.Errorf("%d is refused: %s", c.most, resp.Body)
			}
			query, variables = c.request(c.most + 1)
			checkLimit(t, post(t, h, query, variables), name, c.most, c.most+1)
		})
	}
}

// checkLimit checks that an answer refuses, and says by which limit.
func checkLimit(t *testing.T, resp response, limit string, most, asked int) {
	t.Helper()
	if len(resp.Errors) != 1 || resp.Data != nil || resp.Status != http.StatusBadRequest {
		t.Fatalf("want one refusal without data, got %d: %.300s", resp.Status, resp.Body)
	}
	got, want := resp.Errors[0].Extensions, map[string]any{"code": "LIMIT", "limit": limit, "max": float64(most), "asked": float64(asked)}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("extensions are %v, want %v", got, want)
	}
	message := resp.Errors[0].Message
	for _, part := range []string{limit, fmt.Sprint(most), fmt.Sprint(asked)} {
		if !strings.Contains(message, part) {
			t.Errorf("the message does not name %s: %s", part, message)
		}
	}
}

// limitOf is the limit that an answer names.
func limitOf(resp response) string {
	if len(resp.Errors) == 0 {
		return ""
	}
	limit, _ := resp.Errors[0].Extensions["limit"].(string)
	return limit
}

// text makes requests without variables.
func text(query func(n int) string) func(int) (string, map[string]any) {
	return func(n int) (string, map[string]any) { return query(n), nil }
}

// counted repeats a text n times with numbers from 0 for its %d.
func counted(n int, format string) string {
	var b strings.Builder
	for i := range n {
		if strings.Contains(format, "%d") {
			fmt.Fprintf(&b, format, i)
		} else {
			b.WriteString(format)
		}
	}
	return b.String()
}

func nestedVariables(n int) (string, map[string]any) {
	value := map[string]any{"values": []any{}}
	for range n - 3 {
		value = map[string]any{"in": value}
	}
	return "query($v:Nested){nest(value:$v)}", map[string]any{"v": value}
}

func manyVariables(n int) (string, map[string]any) {
	values := make([]any, n-3)
	for i := range values {
		values[i] = i
	}
	return "query($v:Nested){nest(value:$v)}", map[string]any{"v": map[string]any{"values": values}}
}

// TestAttacks sends what brought a plain server down, with the default limits.
// Each is refused within a time that leaves a slow machine room.
func TestAttacks(t *testing.T) {
	h := New(newToy(t), Options{})
	for name, c := range map[string]struct {
		query, limit, code string
	}{
		"10,000 repeated fields":                             {"{" + strings.Repeat("hello ", 10_000) + "}", "queryBytes", "LIMIT"},
		"1,900 root fields, within the tokens":               {"{" + strings.Repeat("hello ", 1_900) + "}", "rootFields", "LIMIT"},
		"1,900 repeated fields below a root field":           {"{item(key:1){" + strings.Repeat("key ", 1_900) + "}}", "fields", "LIMIT"},
		"400 repeated fields below a root field":             {"{item(key:1){" + strings.Repeat("key ", 400) + "}}", "repeatedKey", "LIMIT"},
		"a fragment bomb of under a kilobyte":                {bomb(22), "fields", "LIMIT"},
		"a fragment bomb of nested fields":                   {nestedBomb(40), "depth", "LIMIT"},
		"pages nested 20 deep":                               {nested(42), "depth", "LIMIT"},
		"pages nested as deep as is allowed":                 {nested(12), "cost", "LIMIT"},
		"a flood of aliases":                                 {"{" + counted(400, "a%d:hello ") + "}", "aliases", "LIMIT"},
		"a flood of directives":                              {"{hello " + strings.Repeat("@skip(if:false)", 200) + "}", "directives", "LIMIT"},
		"a flood of operations":                              {counted(200, "query Q%d{hello}"), "operations", "LIMIT"},
		"a flood of fragments":                               {"{hello}" + counted(200, "fragment F%d on Item{key}"), "fragments", "LIMIT"},
		"a circle of fragments":                              {"{item(key:1){...A}} fragment A on Item{peer{...B}} fragment B on Item{peer{...A}}", "", "VALIDATION_FAILED"},
		"a thicket of fragments that spread each other":      {thicket(25), "", "VALIDATION_FAILED"},
		"inline fragments 600 deep":                          {"{" + strings.Repeat("...{", 600) + "hello" + strings.Repeat("}", 601), "", ""},
		"a list literal 900 deep":                            {"{echo(text:" + strings.Repeat("[", 900) + strings.Repeat("]", 900) + ")}", "", "VALIDATION_FAILED"},
		"a list literal deeper than the parser goes":         {"{echo(text:" + strings.Repeat("[", 1_100), "", "PARSE_FAILED"},
		"a number that no machine holds, for our own scalar": {"{at(when:" + strings.Repeat("9", 400) + ")}", "", "VALIDATION_FAILED"},
		"a float that no machine holds":                      {"{at(when:1e99999)}", "", "VALIDATION_FAILED"},
		"an integer beyond 64 bits":                          {"{double(n:" + strings.Repeat("9", 40) + ")}", "", "VALIDATION_FAILED"},
		"page sizes that overflow when multiplied":           {"{items(first:2147483647){nodes{items(first:2147483647){nodes{items(first:2147483647){nodes{key}}}}}}}", "cost", "LIMIT"},
		"20 looks at the whole schema":                       {"{" + counted(20, "a%d:__schema{types{name}}") + "}", "cost", "LIMIT"},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			resp := post(t, h, c.query, nil)
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
			if limitOf(resp) != c.limit || resp.code(t) != c.code {
				t.Errorf("got %q by %q, want %q by %q: %.300s", resp.code(t), limitOf(resp), c.code, c.limit, resp.Body)
			}
		})
	}
}

// bomb doubles at each of n fragments, each of which spreads the next twice.
func bomb(n int) string {
	var b strings.Builder
	b.WriteString("{item(key:1){...F0}}")
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on Item{...F%d ...F%d}", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on Item{key}", n)
	return b.String()
}

// nestedBomb doubles at each of n fragments, below fields of different names.
func nestedBomb(n int) string {
	var b strings.Builder
	b.WriteString("{item(key:1){...F0}}")
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on Item{peer{...F%d} items{nodes{...F%d}}}", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on Item{key}", n)
	return b.String()
}

// thicket is n fragments, each of which spreads all the others.
func thicket(n int) string {
	var b strings.Builder
	b.WriteString("{item(key:1){...F0}}")
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on Item{key", i)
		for j := range n {
			if j != i {
				fmt.Fprintf(&b, " ...F%d", j)
			}
		}
		b.WriteString("}")
	}
	return b.String()
}

// TestTheDearestValidDocumentIsCheap validates what is hardest to validate
// within the limits: many fragments with the same fields, compared pairwise.
func TestTheDearestValidDocumentIsCheap(t *testing.T) {
	h := New(newToy(t), Options{Limits: Limits{Cost: countless}})
	var b strings.Builder
	b.WriteString("{" + counted(18, "item(key:1){peer{...F%d}}"))
	b.WriteString("}")
	for i := range 18 {
		fmt.Fprintf(&b, " fragment F%d on Item{%s}", i, "key name peer{key name peer{key name peer{key name}}}items{nodes{key name}}tags{text fails}")
	}
	start := time.Now()
	resp := post(t, h, b.String(), nil)
	took := time.Since(start)
	if len(resp.Errors) > 0 {
		t.Fatalf("refused: %.300s", resp.Body)
	}
	t.Logf("%d bytes took %v", b.Len(), took)
	if took > 2*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestUnknownFieldsAndDirectivesListTenErrors(t *testing.T) {
	h := New(newToy(t), Options{Limits: Limits{Directives: 1_000}})
	for name, query := range map[string]string{
		"fields":     "{item(key:1){" + counted(400, "unknown%d ") + "}}",
		"directives": "{hello " + counted(400, "@unknown%d ") + "}",
		"fragments":  "{item(key:1){" + counted(400, "...Unknown%d ") + "}}",
	} {
		t.Run(name, func(t *testing.T) {
			resp := post(t, h, query, nil)
			if len(resp.Errors) != 10 || len(resp.Body) > 4_000 {
				t.Errorf("%d errors in %d bytes: %.300s", len(resp.Errors), len(resp.Body), resp.Body)
			}
			for _, err := range resp.Errors {
				if err.Extensions["code"] != "VALIDATION_FAILED" || len(err.Locations) == 0 {
					t.Errorf("error without code or place: %+v", err)
				}
			}
		})
	}
}

func TestManyLongQueriesDoNotFillTheMemory(t *testing.T) {
	long := Limits{QueryBytes: 1 << 20, Tokens: 1 << 20}
	cached := long
	cached.CacheTextBytes = 1 << 20
	cached.CacheBytes = 32 << 20
	for name, limits := range map[string]Limits{
		"texts beyond what is cached leave nothing":   long,
		"texts that are cached stay within the cache": cached,
		"texts beyond the limit are not even read":    {},
	} {
		t.Run(name, func(t *testing.T) {
			h := New(newToy(t), Options{Limits: limits})
			size := 10_000
			if limits.QueryBytes == 0 {
				size = 100_000
			}
			before := heap()
			for i := range 100 {
				query := fmt.Sprintf("{double(n:%d) nest(value:{values:[%s]})}", i, strings.Repeat("1 ", size))
				if resp := post(t, h, query, nil); (limitOf(resp) == "queryBytes") != (limits.QueryBytes == 0) {
					t.Fatal(resp.Body)
				}
			}
			grown := heap() - before
			t.Logf("the heap grew by %d MiB", grown>>20)
			if grown > int64(limits.CacheBytes)+1<<20 {
				t.Errorf("the heap grew by %d MiB", grown>>20)
			}
			runtime.KeepAlive(h)
		})
	}
}

func TestTheCacheWeighsWhatItHolds(t *testing.T) {
	for name, query := range map[string]func(i int) string{
		"short queries": func(i int) string { return fmt.Sprintf("{double(n:%d)}", i) },
		"dense selections": func(i int) string {
			return fmt.Sprintf("{double(n:%d) item(key:1){%s}}", i, strings.Repeat("items{nodes{key name peer{key}}}", 15))
		},
		"long lists": func(i int) string {
			return fmt.Sprintf("{double(n:%d) nest(value:{values:[%s]})}", i, strings.Repeat("1 ", 900))
		},
		"indented text": func(i int) string {
			return fmt.Sprintf("{double(n:%d) item(key:1){%s}}", i, strings.Repeat("\n      name\n      peer {\n        name\n      }", 15))
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := New(newToy(t), Options{}).(*endpoint)
			before := heap()
			for i := range 100 {
				if _, refused := e.prepare(t.Context(), query(i)); refused != nil {
					t.Fatal(refused.errors)
				}
			}
			grown := int(heap() - before)
			t.Logf("%d bytes said, %d bytes taken", e.documents.weight, grown)
			if grown > e.documents.weight || e.documents.entries.Len() != 100 {
				t.Errorf("%d documents weigh %d bytes and are said to weigh %d", e.documents.entries.Len(), grown, e.documents.weight)
			}
		})
	}
}

// heap is what is alive after a collection.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func TestIntrospectionAsToolsAskItIsAllowed(t *testing.T) {
	resp := post(t, New(newToy(t), Options{}), introspection, nil)
	if len(resp.Errors) > 0 {
		t.Errorf("refused: %s", resp.Body)
	}
}

// introspection asks for all that graphical clients ask for, with types wrapped
// nine times.
var introspection = `query IntrospectionQuery {
  __schema { description queryType { name kind } mutationType { name kind } subscriptionType { name kind }
    types { ...FullType } directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
fragment FullType on __Type { kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
  inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type { kind name ` + strings.Repeat("ofType { kind name ", 9) + strings.Repeat("}", 9) + ` }`

func TestPersistedQueries(t *testing.T) {
	h := New(newToy(t), Options{})
	query := "query($t: String) { echo(text: $t) }"
	sum := sha256.Sum256([]byte(query))
	hash := hex.EncodeToString(sum[:])
	request := func(query, hash string) *http.Request {
		body := map[string]any{"extensions": map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hash}}, "variables": map[string]any{"t": "x"}}
		if query != "" {
			body["query"] = query
		}
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return newPost(string(text))
	}
	for _, step := range []struct {
		name, query, hash, code string
	}{
		{"a hash that was not left before is not found", "", hash, "PERSISTED_QUERY_NOT_FOUND"},
		{"a hash of another text is refused", "{hello}", hash, "BAD_REQUEST"},
		{"and has left nothing", "", hash, "PERSISTED_QUERY_NOT_FOUND"},
		{"the text with its hash is executed", query, strings.ToUpper(hash), ""},
		{"and found by its hash alone", "", hash, ""},
	} {
		resp := send(t, h, request(step.query, step.hash))
		if resp.code(t) != step.code {
			t.Errorf("%s: got %s", step.name, resp.Body)
		}
		if step.code == "" && string(resp.Data) != `{"echo":"x"}` {
			t.Errorf("%s: data is %s", step.name, resp.Data)
		}
	}
}
