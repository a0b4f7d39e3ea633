package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"sync"

	"lianzhu"
	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/graph/gql/endpoint"
	"lianzhu/text"
	"lianzhu/topology"
)

// readContract reads the schema that is built into the program.
func readContract() (*gql.Contract, error) { return gql.ReadContract(lianzhu.Schema) }

// lender gives the shape of a revision of the graph, where it is at hand; see
// [gql.Gateway].
type lender = func(ctx context.Context, rev graph.Rev) (*topology.Snapshot, bool)

// newGateway ties the nouns to store, with the shapes that lend has of it; lend
// may be nil.
func newGateway(c *gql.Contract, store graph.Store, lend lender) *gql.Gateway {
	return &gql.Gateway{
		Contract: c, Store: store, Maxima: gql.DefaultMaxima(),
		Collate: text.Collate, Reading: text.Pinyin, Valid: dataset.ValidIdentifier, Convert: dataset.Convert,
		Signer: graph.NewSigner(newKey()), Topology: lend, Suspects: newSuspects(),
	}
}

// newSuspects makes the search for what an entity may be the same as. What it
// needs to take names apart is made when it is asked first.
func newSuspects() func(graph.Reader, *graph.Entity) ([]graph.Suspect, error) {
	firms := sync.OnceValues(newFirms)
	return func(r graph.Reader, e *graph.Entity) ([]graph.Suspect, error) {
		f, err := firms()
		if err != nil {
			return nil, err
		}
		return f.Suspects(r, e)
	}
}

// newFirms makes a parser of company names that knows the built-in regions beside
// those of the graph.
func newFirms() (*text.Firms, error) {
	regions, err := dataset.BuiltInGazetteer()
	if err != nil {
		return nil, err
	}
	return text.NewFirms(regions.Names()), nil
}

// wiring is what an endpoint may have besides its gateway: a log of internal
// errors, names for requests, and the channel whose closing ends subscriptions.
// Stock has every query answered by the generated executor.
type wiring struct {
	log       *slog.Logger
	requestID func(context.Context) string
	stop      <-chan struct{}
	stock     bool
}

// newEndpoint makes the handler that answers GraphQL from a gateway.
func newEndpoint(gateway *gql.Gateway, w wiring) http.Handler {
	return endpoint.New(endpoint.Schema(gateway.Contract), endpoint.Options{
		Around: func(ctx context.Context, op endpoint.Operation, run func(context.Context)) (map[string]any, error) {
			if op.Writes() {
				return gateway.AroundMutation(ctx, run)
			}
			return gateway.Around(ctx, run)
		},
		Subscribe: endpoint.Subscribe(gateway),
		Stop:      w.stop,
		Field:     gateway.Field,
		Present:   gql.Present,
		RequestID: w.requestID,
		Log:       w.log,
		Stock:     w.stock,
		Revision:  revisionOf(gateway),
	})
}

// revisionOf names what answers depend on beside their questions: the graph, the
// day, and this very program.
func revisionOf(gateway *gql.Gateway) func(context.Context) (string, error) {
	program := readBuild().String()
	return func(ctx context.Context) (string, error) {
		revision, err := gateway.Revision(ctx)
		return program + " " + revision, err
	}
}

// newKey makes the secret by which the tokens of walks are signed. It lives as
// long as the process: a token outlives no restart, and says so.
func newKey() (key [32]byte) {
	rand.Read(key[:]) // never fails
	return key
}
