package endpoint

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
)

// BenchmarkRequest is the endpoint's own share of a request: everything but the
// execution, which is a constant, and net/http.
func BenchmarkRequest(b *testing.B) {
	body := []byte(`{"query":"query($k: ID!) { item(key: $k) { key name items(first: 50) { nodes { key name peer { key } } } } }","variables":{"k":"enterprise:haier"},"operationName":null}`)
	for name, size := range map[string]int{"small": 300, "page of 1,000": 249_000} {
		b.Run(name, func(b *testing.B) {
			data := []byte(`{"item":"` + strings.Repeat("x", size) + `"}`)
			h := New(constant{newToy(b), &graphql.Response{Data: data}}, Options{})
			reader := bytes.NewReader(body)
			r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Accept", "application/graphql-response+json, application/json;q=0.9")
			b.ReportAllocs()
			for b.Loop() {
				reader.Reset(body)
				r.Body = reusable{reader}
				r.ContentLength = int64(len(body))
				w := discard{header: http.Header{}}
				h.ServeHTTP(&w, r)
				if w.status != 200 || w.bytes < size {
					b.Fatalf("status %d, %d bytes", w.status, w.bytes)
				}
			}
		})
	}
}

// reusable is a body that needs no closing.
type reusable struct{ *bytes.Reader }

func (reusable) Close() error { return nil }

// discard is a response that counts only.
type discard struct {
	header        http.Header
	status, bytes int
}

func (d *discard) Header() http.Header    { return d.header }
func (d *discard) WriteHeader(status int) { d.status = status }
func (d *discard) Write(b []byte) (int, error) {
	d.bytes += len(b)
	return len(b), nil
}
