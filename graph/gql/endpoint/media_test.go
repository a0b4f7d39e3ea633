package endpoint

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

func TestNegotiate(t *testing.T) {
	const no = media("")
	for name, c := range map[string]struct {
		accept []string
		want   media
	}{
		"no header means application/json":                         {nil, mediaJSON},
		"anything means application/json":                          {[]string{"*/*"}, mediaJSON},
		"any application type means application/json":              {[]string{"application/*"}, mediaJSON},
		"a browser gets application/json":                          {[]string{"text/html,application/xhtml+xml,*/*;q=0.8"}, mediaJSON},
		"the newer type alone":                                     {[]string{"application/graphql-response+json"}, mediaResponse},
		"the older type alone":                                     {[]string{"application/json"}, mediaJSON},
		"case does not matter":                                     {[]string{"Application/GraphQL-Response+JSON"}, mediaResponse},
		"the newer type is preferred where both are as good":       {[]string{"application/json, application/graphql-response+json"}, mediaResponse},
		"the newer type with the older as a second choice":         {[]string{"application/graphql-response+json, application/json;q=0.9"}, mediaResponse},
		"the older type is liked better":                           {[]string{"application/graphql-response+json;q=0.5, application/json"}, mediaJSON},
		"a named type beats a wildcard of the same quality":        {[]string{"*/*, application/graphql-response+json"}, mediaResponse},
		"a named type of less quality loses to the wildcard":       {[]string{"application/graphql-response+json;q=0.1, */*"}, mediaJSON},
		"several headers count as one":                             {[]string{"text/html", "application/graphql-response+json"}, mediaResponse},
		"quality 0 excludes a type although a wildcard covers it":  {[]string{"application/json;q=0, */*"}, mediaResponse},
		"the newer type excluded":                                  {[]string{"application/graphql-response+json;q=0, */*"}, mediaJSON},
		"only a foreign type":                                      {[]string{"text/html"}, no},
		"everything excluded":                                      {[]string{"*/*;q=0"}, no},
		"only another charset":                                     {[]string{"application/json; charset=gb18030"}, no},
		"utf-8 in any case":                                        {[]string{"application/graphql-response+json; charset=UTF-8"}, mediaResponse},
		"an item with a quality that is no number does not count":  {[]string{"application/graphql-response+json;q=best, application/json"}, mediaJSON},
		"an item with a quality that is NaN does not count":        {[]string{"application/graphql-response+json;q=NaN, application/json"}, mediaJSON},
		"an item that is no media type does not count":             {[]string{";;;, application/json"}, mediaJSON},
		"an empty header accepts nothing":                          {[]string{""}, no},
		"a wildcard below the application types may be the better": {[]string{"application/*;q=0.2, */*;q=0.9"}, mediaJSON},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := negotiate(http.Header{"Accept": c.accept})
			if !ok {
				got = no
			}
			if got != c.want {
				t.Errorf("%q: got %q, want %q", c.accept, got, c.want)
			}
		})
	}
}

// TestStatus is the table of statuses for both media types.
func TestStatus(t *testing.T) {
	h := New(newToy(t), Options{Limits: Limits{BodyBytes: 4_000}})
	for name, c := range map[string]struct {
		request        *http.Request
		json, response int
		code           string
	}{
		"a query that succeeds":              {newPost(`{"query":"{hello}"}`), 200, 200, ""},
		"a query whose field fails":          {newPost(`{"query":"{fails}"}`), 200, 200, "INTERNAL"},
		"a document that does not parse":     {newPost(`{"query":"{"}`), 200, 400, "PARSE_FAILED"},
		"a document that is not valid":       {newPost(`{"query":"{nothing}"}`), 200, 400, "VALIDATION_FAILED"},
		"a document with fragments only":     {newPost(`{"query":"fragment F on Item { key }"}`), 200, 400, "VALIDATION_FAILED"},
		"a document that is too deep":        {newPost(`{"query":"` + nested(20) + `"}`), 200, 400, "LIMIT"},
		"a variable that does not fit":       {newPost(`{"query":"query($n:Int!){double(n:$n)}","variables":{"n":null}}`), 200, 400, "VALIDATION_FAILED"},
		"an operation that is not there":     {newPost(`{"query":"{hello}","operationName":"Other"}`), 200, 400, "VALIDATION_FAILED"},
		"two operations and no name":         {newPost(`{"query":"query A{hello} query B{hello}"}`), 200, 400, "VALIDATION_FAILED"},
		"a subscription":                     {newPost(`{"query":"subscription{ticks}"}`), 200, 400, "VALIDATION_FAILED"},
		"a hash that nobody has left":        {newPost(`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + strings.Repeat("0", 64) + `"}}}`), 200, 400, "PERSISTED_QUERY_NOT_FOUND"},
		"no body":                            {newPost(``), 400, 400, "BAD_REQUEST"},
		"a body that is not JSON":            {newPost(`{"query`), 400, 400, "BAD_REQUEST"},
		"a body that is not UTF-8":           {newPost("{\"query\":\"{hello} #\xff\"}"), 400, 400, "BAD_REQUEST"},
		"a body with something after it":     {newPost(`{"query":"{hello}"} x`), 400, 400, "BAD_REQUEST"},
		"a body that is a string":            {newPost(`"{hello}"`), 400, 400, "BAD_REQUEST"},
		"a batch":                            {newPost(`[{"query":"{hello}"}]`), 400, 400, "BAD_REQUEST"},
		"no query":                           {newPost(`{}`), 400, 400, "BAD_REQUEST"},
		"a null query":                       {newPost(`{"query":null}`), 400, 400, "BAD_REQUEST"},
		"a query that is a number":           {newPost(`{"query":7}`), 400, 400, "BAD_REQUEST"},
		"an operation name that is a list":   {newPost(`{"query":"{hello}","operationName":[]}`), 400, 400, "BAD_REQUEST"},
		"variables that are a list":          {newPost(`{"query":"{hello}","variables":[1]}`), 400, 400, "BAD_REQUEST"},
		"extensions that are a string":       {newPost(`{"query":"{hello}","extensions":"x"}`), 400, 400, "BAD_REQUEST"},
		"a hash of an unknown version":       {newPost(`{"query":"{hello}","extensions":{"persistedQuery":{"version":2,"sha256Hash":"x"}}}`), 400, 400, "BAD_REQUEST"},
		"a parameter that stands twice":      {newPost(`{"query":"{hello}","query":"{fails}"}`), 400, 400, "BAD_REQUEST"},
		"a body that is too large":           {newPost(`{"query":"` + strings.Repeat(" ", 4_000) + `{hello}"}`), 413, 413, "LIMIT"},
		"a body of unknown and great length": {unknownLength(newPost(`{"query":"` + strings.Repeat(" ", 4_000) + `{hello}"}`)), 413, 413, "LIMIT"},
		"a form":                             {with(newPost(`query={hello}`), "Content-Type", "application/x-www-form-urlencoded"), 415, 415, "BAD_REQUEST"},
		"plain text, which needs no consent": {with(newPost(`{"query":"{hello}"}`), "Content-Type", "text/plain"), 415, 415, "BAD_REQUEST"},
		"no content type":                    {with(newPost(`{"query":"{hello}"}`), "Content-Type", ""), 415, 415, "BAD_REQUEST"},
		"another charset":                    {with(newPost(`{"query":"{hello}"}`), "Content-Type", "application/json; charset=gb18030"), 415, 415, "BAD_REQUEST"},
		"a charset that is UTF-8":            {with(newPost(`{"query":"{hello}"}`), "Content-Type", "application/json; charset=UTF-8"), 200, 200, ""},
		"a compressed body":                  {with(newPost(`{"query":"{hello}"}`), "Content-Encoding", "gzip"), 415, 415, "BAD_REQUEST"},
		"a GET":                              {newGet("query", "{hello}"), 200, 200, ""},
		"a GET with variables":               {newGet("query", "query($t:String){echo(text:$t)}", "variables", `{"t":"黄河"}`), 200, 200, ""},
		"a GET of a mutation":                {newGet("query", "mutation{bump}"), 405, 405, "BAD_REQUEST"},
		"a GET that chooses the query":       {newGet("query", "mutation M{bump} query Q{hello}", "operationName", "Q"), 200, 200, ""},
		"a GET without a query":              {newGet(), 400, 400, "BAD_REQUEST"},
		"a GET with variables not in JSON":   {newGet("query", "{hello}", "variables", "{"), 400, 400, "BAD_REQUEST"},
		"a GET with two queries":             {newGet("query", "{hello}", "query", "{fails}"), 400, 400, "BAD_REQUEST"},
		"a GET that is not percent-encoded":  {httptest.NewRequest("GET", "/graphql?query=%zz", nil), 400, 400, "BAD_REQUEST"},
		"a GET that is not UTF-8":            {httptest.NewRequest("GET", "/graphql?query=%ff", nil), 400, 400, "BAD_REQUEST"},
		"another method":                     {httptest.NewRequest("DELETE", "/graphql", nil), 405, 405, "BAD_REQUEST"},
	} {
		t.Run(name, func(t *testing.T) {
			body := readAll(t, c.request)
			for m, want := range map[media]int{mediaJSON: c.json, mediaResponse: c.response} {
				r := c.request.Clone(t.Context())
				r.Body = body()
				r.Header.Set("Accept", string(m))
				resp := send(t, h, r)
				if resp.Status != want || resp.code(t) != c.code {
					t.Errorf("%s: got %d %q, want %d %q: %s", m, resp.Status, resp.code(t), want, c.code, resp.Body)
				}
				checkAnswerForm(t, resp, m)
			}
		})
	}
}

// checkAnswerForm checks what holds for every answer.
func checkAnswerForm(t *testing.T, resp response, m media) {
	t.Helper()
	if got, want := resp.Header.Get("Content-Type"), string(m)+"; charset=utf-8"; got != want {
		t.Errorf("Content-Type is %q, want %q", got, want)
	}
	if got, want := resp.Header.Get("Content-Length"), strconv.Itoa(len(resp.Body)); got != want {
		t.Errorf("Content-Length is %q, want %q", got, want)
	}
	if resp.Data == nil && len(resp.Errors) == 0 {
		t.Errorf("neither data nor errors: %s", resp.Body)
	}
	if resp.Data == nil && strings.Contains(resp.Body, `"data"`) {
		t.Errorf("a request error carries data: %s", resp.Body)
	}
	if resp.Status == http.StatusMethodNotAllowed && resp.Header.Get("Allow") == "" {
		t.Error("405 without Allow")
	}
	if vary := resp.Header.Get("Vary"); vary != "" && vary != "Accept" || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers for caches are %v", resp.Header)
	}
}

func TestAnUnacceptableTypeIsRefused(t *testing.T) {
	resp := send(t, New(newToy(t), Options{}), with(newPost(`{"query":"{hello}"}`), "Accept", "text/html"))
	if resp.Status != http.StatusNotAcceptable || resp.code(t) != "BAD_REQUEST" {
		t.Errorf("got %d: %s", resp.Status, resp.Body)
	}
}

func TestInvalidInputIsNeverEchoed(t *testing.T) {
	h := New(newToy(t), Options{})
	for _, body := range []string{`{"query": "{hello}", SECRET`, `["SECRET"]`, `{"query": ["SECRET"]}`, `{"query":"{hello}","variables":"SECRET"}`, `{"query":"{hello}","operationName":"SECRET"}`} {
		if resp := send(t, h, newPost(body)); strings.Contains(resp.Body, "SECRET") {
			t.Errorf("%s is repeated: %s", body, resp.Body)
		}
	}
}

func TestAHeadRequestHasTheHeadersOfAGet(t *testing.T) {
	server := httptest.NewServer(New(newToy(t), Options{}))
	defer server.Close()
	resp, err := http.Head(server.URL + "/?query=%7Bhello%7D")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 || resp.ContentLength < 10 {
		t.Errorf("status %d, length %d", resp.StatusCode, resp.ContentLength)
	}
}

// newGet makes a GET with these names and values as parameters.
func newGet(pairs ...string) *http.Request {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return httptest.NewRequest(http.MethodGet, "/graphql?"+values.Encode(), nil)
}

// with sets a header of r; an empty value takes it away.
func with(r *http.Request, name, value string) *http.Request {
	r.Header.Set(name, value)
	if value == "" {
		r.Header.Del(name)
	}
	return r
}

// unknownLength makes r look like a body sent in chunks.
func unknownLength(r *http.Request) *http.Request {
	r.ContentLength = -1
	return r
}
