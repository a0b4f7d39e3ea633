package gql_test

import (
	"context"
	"strings"
	"testing"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/topology"
)

// A count over more than an operation may look at is refused, whether it reads
// documents or goes through columns, of which 64 count as one record.
func TestACountObeysTheBoundOfRecordsOnBothRoads(t *testing.T) {
	store := builtInStore(t)
	for _, road := range []struct {
		name    string
		hinting bool
		lend    func(*topology.Live) func(context.Context, graph.Rev) (*topology.Snapshot, bool)
	}{
		{name: "documents"},
		{name: "columns", lend: func(l *topology.Live) func(context.Context, graph.Rev) (*topology.Snapshot, bool) { return l.Lend }},
		{name: "documents while there are no columns yet", hinting: true,
			lend: func(*topology.Live) func(context.Context, graph.Rev) (*topology.Snapshot, bool) {
				return func(context.Context, graph.Rev) (*topology.Snapshot, bool) { return nil, false }
			}},
	} {
		t.Run(road.name, func(t *testing.T) {
			handler, gateway := patient(t, store, func(*gql.Maxima) {})
			gateway.Convert = dataset.Convert
			if road.lend != nil {
				live, err := topology.Follow(t.Context(), store, contract(t).Ontology, topology.Options{})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { live.Close() })
				gateway.Topology = road.lend(live)
			}
			const question = `{ groupBy(keys: [TYPE]) { key count } }`
			if data, message, _ := answered(t, post(t, handler, question, nil)); data == nil {
				t.Fatalf("it is refused where 200,000 may be looked at: %s", message)
			}
			gateway.Maxima.Records = 2
			_, message, extensions := answered(t, post(t, handler, question, nil))
			if extensions["code"] != "LIMIT" {
				t.Errorf("where 2 may be looked at: %s %v", message, extensions)
			}
			if road.hinting != strings.Contains(message, "ask again when the shape") {
				t.Errorf("the refusal says %s", message)
			}
		})
	}
}
