// Package storage opens graph stores: one engine keeps the graph in a file, one
// in memory. What both must do is told by [graph.Store] and proved by package
// storagetest.
package storage

import (
	"context"
	"strings"

	"lianzhu/graph"
	"lianzhu/storage/bolt"
	"lianzhu/storage/mem"
)

// Options say how to open a store in a file; see [bolt.Options].
type Options = bolt.Options

// Open opens the store that url names: "bolt:PATH", or a path alone, is a store
// in a file, made where there is none; "mem:" is an empty one in memory. Writes
// obey o.
func Open(ctx context.Context, url string, o *graph.Ontology, opts Options) (graph.Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if url == "mem:" {
		return mem.New(o), nil
	}
	path := strings.TrimPrefix(url, "bolt:")
	if path == "" {
		return nil, &graph.Error{Code: graph.CodeInvalid, Op: "open", Index: -1,
			Detail: "there is no store named; name a file, bolt:FILE, or mem: for one in memory"}
	}
	s, err := bolt.Open(ctx, path, o, opts)
	if err != nil {
		return nil, err
	}
	return s, nil
}
