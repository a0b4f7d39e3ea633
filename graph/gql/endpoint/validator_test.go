package endpoint

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

func TestAnAnswerByGETIsKeptUntilTheGraphChanges(t *testing.T) {
	revision := "7"
	h := New(newToy(t), Options{Revision: func(context.Context) (string, error) { return revision, nil }})
	get := func(query string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/graphql?query="+url.QueryEscape(query), nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	const question = "{ __typename }"
	first := get(question)
	tag := first.Header().Get("ETag")
	if first.Code != 200 || tag == "" || first.Header().Get("Cache-Control") != "private, no-cache" {
		t.Fatalf("got %d, tag %q, %v", first.Code, tag, first.Header())
	}
	for _, c := range []struct {
		name, query, revision string
		status                int
	}{
		{"nothing has changed", question, "7", http.StatusNotModified},
		{"the graph has changed", question, "8", http.StatusOK},
		{"another query", "{ other: __typename }", "7", http.StatusOK},
	} {
		revision = c.revision
		w := get(c.query, "If-None-Match", `"x", `+tag)
		if w.Code != c.status || c.status == http.StatusNotModified && (w.Body.Len() > 0 || w.Header().Get("ETag") != tag) {
			t.Errorf("%s: got %d, tag %q, %d bytes", c.name, w.Code, w.Header().Get("ETag"), w.Body.Len())
		}
	}
	if vary := first.Header().Get("Vary"); vary != "Accept" {
		t.Errorf("the answer varies by %q", vary)
	}
	if w := get("{ nothing }"); w.Header().Get("ETag") != "" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("a refusal may be kept: %v", w.Header())
	}
}
