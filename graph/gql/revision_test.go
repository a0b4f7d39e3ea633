package gql_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"lianzhu/graph"
	"lianzhu/storage/mem"
)

// Two entities are always renamed together. An answer that shows them with
// different names would mix two revisions.
func TestAnAnswerNeverMixesRevisions(t *testing.T) {
	store := mem.New(contract(t).Ontology)
	defer store.Close()
	rename := func(i int) error {
		var b graph.Batch
		b.At = today
		for _, key := range []graph.Key{"enterprise:a", "enterprise:b"} {
			b.Changes = append(b.Changes, graph.Change{Entity: &graph.Entity{Key: key, Kind: "ENTERPRISE",
				Names: []graph.Name{{Text: fmt.Sprint("公司", i), Lang: graph.ZH, Role: graph.Official}}}})
		}
		_, err := store.Apply(t.Context(), b)
		return err
	}
	if err := rename(0); err != nil {
		t.Fatal(err)
	}
	written := make(chan error, 1)
	go func() {
		var err error
		for i := 1; i <= 300 && err == nil; i++ {
			err = rename(i)
		}
		written <- err
	}()
	handler := serve(t, store)
	for range 300 {
		var a struct {
			Data struct {
				First, Second struct{ Name string }
				List          struct{ Nodes []struct{ Name string } }
				Stats         struct{ Rev int }
			}
		}
		got := ask(t, handler, `{ first: entity(ref: { key: "enterprise:a" }) { name } list: entities(first: 2) { nodes { name } }
			stats { rev } second: entity(ref: { key: "enterprise:b" }) { name } }`, nil)
		if err := json.Unmarshal(got, &a); err != nil {
			t.Fatal(err)
		}
		d := a.Data
		if want := fmt.Sprint("公司", d.Stats.Rev-1); d.First.Name != want || d.Second.Name != want || d.List.Nodes[0].Name != want || d.List.Nodes[1].Name != want {
			t.Fatalf("revision %d shows %+v", d.Stats.Rev, d)
		}
	}
	if err := <-written; err != nil {
		t.Fatal(err)
	}
}
