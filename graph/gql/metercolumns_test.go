package gql_test

import (
	"testing"

	"lianzhu/dataset"
	"lianzhu/graph/gql"
	"lianzhu/topology"
)

// A count over more than an operation may look at is refused, whether it reads
// documents or goes through columns, of which 64 count as one record.
func TestACountObeysTheBoundOfRecordsOnBothRoads(t *testing.T) {
	store := builtInStore(t)
	for name, shaped := range map[string]bool{"documents": false, "columns": true} {
		t.Run(name, func(t *testing.T) {
			handler, gateway := patient(t, store, func(*gql.Maxima) {})
			gateway.Convert = dataset.Convert
			if shaped {
				live, err := topology.Follow(t.Context(), store, contract(t).Ontology, topology.Options{})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { live.Close() })
				gateway.Topology = live.Lend
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
		})
	}
}
