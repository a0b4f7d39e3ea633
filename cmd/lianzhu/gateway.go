package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"

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

// newEndpoint makes the handler that answers GraphQL from store, with the shape
// that lend has of it. Log hears of internal errors; requestID names the request
// of a context. All but the store may be nil.
func newEndpoint(c *gql.Contract, store graph.Store, lend lender, log *slog.Logger, requestID func(context.Context) string) http.Handler {
	gateway := &gql.Gateway{
		Contract: c, Store: store, Maxima: gql.DefaultMaxima(),
		Collate: text.Collate, Reading: text.Pinyin, Valid: dataset.ValidIdentifier, Convert: dataset.Convert,
		Signer: graph.NewSigner(newKey()), Topology: lend,
	}
	return endpoint.New(endpoint.Schema(c), endpoint.Options{
		Around: func(ctx context.Context, _ endpoint.Operation, run func(context.Context)) (map[string]any, error) {
			return gateway.Around(ctx, run)
		},
		Present:   gql.Present,
		RequestID: requestID,
		Log:       log,
	})
}

// newKey makes the secret by which the tokens of walks are signed. It lives as
// long as the process: a token outlives no restart, and says so.
func newKey() (key [32]byte) {
	rand.Read(key[:]) // never fails
	return key
}
