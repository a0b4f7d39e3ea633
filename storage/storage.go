// Package storage opens graph stores: one engine keeps the graph in a file, one
// in memory. What both must do is told by [graph.Store] and proved by package
// storagetest.
package storage

import (
	"context"
	"strings"

	"lianzhu/graph"
	"lianzhu/storage/mem"
)

// Open opens the store that url names: "mem:" is an empty one in memory. Writes
// obey o.
func Open(ctx context.Context, url string, o *graph.Ontology) (graph.Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	switch engine, _, _ := strings.Cut(url, ":"); engine {
	case "mem":
		return mem.New(o), nil
	}
	return nil, &graph.Error{Code: graph.CodeInvalid, Op: "open", Detail: "there is no such engine; use mem:", Index: -1}
}
