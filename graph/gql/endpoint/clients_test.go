package endpoint_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"lianzhu"
	"lianzhu/feed"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/graph/gql/endpoint"
	"lianzhu/storage/mem"
)

// eachClients is how many clients of each sort listen at once.
const eachClients = 100

// The usual clients subscribe while changes are written. Half of them are cut
// off again and again and go on. Everyone has the whole log in the end, each
// change once and in order.
func TestTwoHundredClientsGetEveryChange(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		endpoint.Lacking(t, "node is not installed")
	}
	if _, err := os.Stat("clients/node_modules/graphql-ws"); err != nil {
		endpoint.Lacking(t, "the clients are not installed: run npm ci in graph/gql/endpoint/clients")
	}
	store, url := serveLive(t)
	written := make(chan error, 1)
	go func() { written <- writeChanges(store) }()
	out, err := exec.CommandContext(t.Context(), node, "clients/clients.js", url, fmt.Sprint(eachClients)).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, out)
	}
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	var log []string
	for e, err := range store.Changes(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		log = append(log, fmt.Sprintf("%d.%d", e.Rev, e.Index))
	}
	want := strings.Join(log, " ")
	lines, cut := strings.Split(strings.TrimSpace(string(out)), "\n"), 0
	for i, line := range lines {
		kind, rest, _ := strings.Cut(line, " ")
		cuts, got, _ := strings.Cut(rest, " ")
		if got != want {
			t.Errorf("client %d (%s, cut off %s times) got %d changes, not the %d of the log in order: %.200s", i, kind, cuts, len(strings.Fields(got)), len(log), got)
		}
		if cuts != "0" {
			cut++
		}
	}
	if len(lines) != 2*eachClients || cut != eachClients {
		t.Errorf("%d clients, of which %d were cut off", len(lines), cut)
	}
}

// serveLive serves an empty graph, and gives the store through which to write.
func serveLive(t *testing.T) (graph.Store, string) {
	t.Helper()
	contract, err := gql.ReadContract(lianzhu.Schema)
	if err != nil {
		t.Fatal(err)
	}
	store := mem.New(contract.Ontology)
	t.Cleanup(func() { store.Close() })
	changes, stop := feed.New(store), make(chan struct{})
	gateway := &gql.Gateway{Contract: contract, Store: store, Maxima: gql.DefaultMaxima(), Feed: changes}
	server := httptest.NewServer(endpoint.New(endpoint.Schema(contract), endpoint.Options{
		Around: func(ctx context.Context, _ endpoint.Operation, run func(context.Context)) (map[string]any, error) {
			return gateway.Around(ctx, run)
		},
		Subscribe: endpoint.Subscribe(gateway), Stop: stop, Present: gql.Present,
	}))
	t.Cleanup(func() {
		close(stop)
		server.CloseClientConnections()
		server.Close()
	})
	return graph.Announce(store, changes.Wake), server.URL
}

// writeChanges writes 60 batches of one to seven changes, and the last.
func writeChanges(store graph.Store) error {
	for i := range 60 {
		var keys []graph.Key
		for n := range 1 + i%7 {
			keys = append(keys, graph.Key(fmt.Sprintf("enterprise:%d-%d", i, n)))
		}
		if err := writeFirms(store, keys...); err != nil {
			return err
		}
	}
	return writeFirms(store, "enterprise:end")
}

func writeFirms(store graph.Store, keys ...graph.Key) error {
	b := graph.Batch{At: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)}
	for _, key := range keys {
		b.Changes = append(b.Changes, graph.Change{Entity: &graph.Entity{Key: key, Kind: "ENTERPRISE",
			Names: []graph.Name{{Text: string(key), Lang: graph.ZH, Role: graph.Official}}}})
	}
	_, err := store.Apply(context.Background(), b)
	return err
}
