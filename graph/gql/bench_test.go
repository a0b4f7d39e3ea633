package gql_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/graph/gql/endpoint"
	"lianzhu/storage/mem"
	"lianzhu/topology"
)

// BenchmarkAnswer asks for one entity and for a page of 500 of a hub, by a plan
// and field by field, without a network in between.
func BenchmarkAnswer(b *testing.B) {
	c := contract(b)
	store := hub(b, c.Ontology, 600)
	live, err := topology.Follow(b.Context(), store, c.Ontology, topology.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { live.Close() })
	g := &gql.Gateway{Contract: c, Store: live.Store(), Maxima: gql.DefaultMaxima(), Topology: live.Lend,
		Collate: func(e *graph.Entity) string { return e.Name(graph.ZH) }, Reading: func(s string) string { return s },
		Valid: func(_, _ string) bool { return true }}
	for _, question := range []struct{ name, text string }{
		{"entity", `query Q($k: String!) { entity(ref: {key: $k}) { id key kind name rev } }`},
		{"page", `query Q($k: String!) { entity(ref: {key: $k}) { relations(first: 500) { edges {
			node { id type modality validity { from } source { key } target { key } } peer { id key name kind } } pageInfo { hasNextPage } } } }`},
	} {
		for _, stock := range []bool{false, true} {
			handler := endpoint.New(endpoint.Schema(c), endpoint.Options{Stock: stock, Present: gql.Present,
				Around: func(ctx context.Context, _ endpoint.Operation, run func(context.Context)) (map[string]any, error) {
					return g.Around(ctx, run)
				}})
			b.Run(fmt.Sprintf("%s/stock=%v", question.name, stock), func(b *testing.B) { askAgain(b, handler, question.text) })
		}
	}
}

func askAgain(b *testing.B, handler http.Handler, question string) {
	body, err := json.Marshal(map[string]any{"query": question, "variables": map[string]string{"k": "enterprise:hub"}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest("POST", "/graphql", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := nowhere{header: http.Header{}}
		handler.ServeHTTP(&w, r)
		if w.bytes < 100 {
			b.Fatal("there is no answer")
		}
		b.SetBytes(int64(w.bytes))
	}
}

// nowhere counts what is written to it.
type nowhere struct {
	header http.Header
	bytes  int
}

func (w *nowhere) Header() http.Header { return w.header }
func (w *nowhere) WriteHeader(int)     {}
func (w *nowhere) Write(p []byte) (int, error) {
	w.bytes += len(p)
	return len(p), nil
}

// hub is a store with an enterprise that supplies n others.
func hub(b *testing.B, o *graph.Ontology, n int) graph.Store {
	b.Helper()
	store := mem.New(o)
	b.Cleanup(func() { store.Close() })
	evidence := []graph.Evidence{{Source: "source:s", Start: -1, End: -1}}
	firm := func(key, name string) graph.Change {
		return graph.Change{Entity: &graph.Entity{Key: graph.Key(key), Kind: "ENTERPRISE", Names: []graph.Name{{Text: name, Lang: graph.ZH, Role: graph.Official}}}}
	}
	batch := graph.Batch{At: today, Changes: []graph.Change{
		{Source: &graph.Source{Key: "source:s", Title: "来源"}}, firm("enterprise:hub", "中心集团有限公司")}}
	for i := range n {
		key := fmt.Sprintf("enterprise:%07d", i)
		batch.Changes = append(batch.Changes, firm(key, fmt.Sprintf("桐台美裕航纺织%d公司", i)), graph.Change{Relation: &graph.Relation{
			Type: "SUPPLIES", Source: "enterprise:hub", Target: graph.Key(key), Modality: graph.Asserted,
			ValidFrom: graph.MustDate(fmt.Sprint(2000 + i%25)), Evidence: evidence}})
	}
	if _, err := store.Apply(b.Context(), batch); err != nil {
		b.Fatal(err)
	}
	return store
}
