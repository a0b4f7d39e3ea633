package main

import (
	"context"

	"lianzhu/graph"
)

// watchedStore counts on a bar what is read of a store.
type watchedStore struct {
	graph.Store
	bar *progress
}

// View lends a reader that counts documents.
func (s watchedStore) View(ctx context.Context, read func(graph.Reader) error) error {
	return s.Store.View(ctx, func(r graph.Reader) error { return read(watchedReader{r, s.bar}) })
}

type watchedReader struct {
	graph.Reader
	bar *progress
}

// Entities counts the entities it gives.
func (r watchedReader) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	r.bar.count(int64(len(ids)))
	return r.Reader.Entities(ids)
}

// Relations counts the relations it gives.
func (r watchedReader) Relations(ids []graph.RelationID) ([]*graph.Relation, error) {
	r.bar.count(int64(len(ids)))
	return r.Reader.Relations(ids)
}
