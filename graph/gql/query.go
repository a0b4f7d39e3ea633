package gql

import (
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"lianzhu/graph"
)

// Query holds the root fields of queries. It has no state: everything is in the
// session of the operation.
type Query struct{}

// Node answers Query.node.
func (Query) Node(ctx context.Context, id string) (Node, error) {
	s := sessionOf(ctx)
	uid, err := parseID(id)
	if err != nil {
		return nil, err
	}
	found, err := read(s, func(r graph.Reader) (Node, error) { return s.nodeNow(r, uid) })
	if err == nil && found == nil {
		err = notFound("node", id, "there is nothing with this id")
	}
	return found, err
}

// Nodes answers Query.nodes. What cannot be found is null, with an error that
// names its place in the list.
func (Query) Nodes(ctx context.Context, ids []string) ([]Node, error) {
	s := sessionOf(ctx)
	if len(ids) > s.Maxima.IDs {
		return nil, &graph.Error{Code: graph.CodeLimit, Op: "argument", Key: "ids", Index: -1,
			Detail: fmt.Sprintf("it may have at most %d items; it has %d", s.Maxima.IDs, len(ids))}
	}
	nodes := make([]Node, len(ids))
	for i, id := range ids {
		uid, err := parseID(id)
		if err == nil {
			nodes[i], err = read(s, func(r graph.Reader) (Node, error) { return s.nodeNow(r, uid) })
		}
		if err == nil && nodes[i] == nil {
			err = notFound("node", id, "there is nothing with this id")
		}
		if err != nil {
			at := graphql.WithPathContext(ctx, graphql.NewPathWithIndex(i))
			graphql.AddError(at, err)
		}
	}
	return nodes, nil
}

// Entity answers Query.entity.
func (Query) Entity(ctx context.Context, ref EntityRef) (Entity, error) {
	s := sessionOf(ctx)
	return read(s, func(r graph.Reader) (Entity, error) {
		head, err := s.headOf(r, &ref)
		if err != nil {
			return nil, err
		}
		if head != nil { // its document is read when more of it is asked for
			k := kinds{room: 1}
			return k.noun(entity{s: s, head: head}), nil
		}
		doc, err := s.find(r, ref)
		if err != nil {
			return nil, err
		}
		return s.wrap(doc), nil
	})
}

// Chain answers Query.chain.
func (q Query) Chain(ctx context.Context, ref EntityRef) (*IndustryChain, error) {
	found, err := q.Entity(ctx, ref)
	if err != nil {
		return nil, err
	}
	chain, ok := found.(*IndustryChain)
	if !ok {
		return nil, inputError("ref", found.base().Key()+" is no industry chain")
	}
	return chain, nil
}

// Entities answers Query.entities.
func (Query) Entities(ctx context.Context, first *int, after *string, last *int, before *string, where *EntityFilter, orderBy []*EntityOrder) (*EntityConnection, error) {
	s := sessionOf(ctx)
	order := entityOrder(orderBy)
	l := newList(len(order), "entities", where, order)
	w, err := s.window(l, first, after, last, before)
	if err != nil {
		return nil, err
	}
	filter, err := read(s, func(r graph.Reader) (*graph.EntityFilter, error) { return s.toEntityFilter(r, where) })
	if err != nil {
		return nil, err
	}
	return s.listEntities(l, graph.EntityQuery{Where: filter, Order: order, Window: w})
}

// Relations answers Query.relations.
func (Query) Relations(ctx context.Context, first *int, after *string, last *int, before *string, where *RelationFilter, orderBy []*RelationOrder, asOf *graph.Date) (*RelationConnection, error) {
	s := sessionOf(ctx)
	order := relationOrder(orderBy)
	l := newList(len(order), "relations", where, order, asOf)
	w, err := s.window(l, first, after, last, before)
	if err != nil {
		return nil, err
	}
	filter, err := read(s, func(r graph.Reader) (*graph.RelationFilter, error) { return s.relationFilter(r, where, asOf) })
	if err != nil {
		return nil, err
	}
	return s.listRelations(l, graph.RelationQuery{Where: filter, Order: order, Window: w})
}

// Source answers Query.source.
func (Query) Source(ctx context.Context, key string) (*Source, error) {
	s := sessionOf(ctx)
	found, err := read(s, func(r graph.Reader) (*Source, error) { return s.source(r, graph.Key(key)) })
	if err == nil && found == nil {
		err = notFound("source", fmt.Sprintf("%.80q", key), "there is no source with this key")
	}
	return found, err
}

// Stats is the size of the graph.
type Stats struct {
	Rev, Entities, Relations, Sources, Evidence int
	ByKind, ByType                              []*GroupRow
}

// Stats answers Query.stats. Kinds and types stand in the order of the schema.
func (Query) Stats(ctx context.Context) (*Stats, error) {
	s := sessionOf(ctx)
	return read(s, func(r graph.Reader) (*Stats, error) {
		c, err := r.Counts()
		if err != nil {
			return nil, err
		}
		stats := &Stats{Rev: int(r.Rev()), Entities: c.Entities, Relations: c.Relations, Sources: c.Sources, Evidence: c.Evidence,
			ByKind: []*GroupRow{}, ByType: []*GroupRow{}}
		for _, def := range s.Contract.Ontology.Kinds() {
			stats.ByKind = append(stats.ByKind, &GroupRow{s: s, by: []graph.GroupKey{countedKinds}, Key: []string{string(def.Kind)}, Count: c.ByKind[def.Kind]})
		}
		for _, def := range s.Contract.Ontology.Relations() {
			stats.ByType = append(stats.ByType, &GroupRow{s: s, by: []graph.GroupKey{graph.GroupType}, Key: []string{string(def.Type)}, Count: c.ByType[def.Type]})
		}
		return stats, nil
	})
}
