package gql

import (
	"context"
	"slices"

	"lianzhu/graph"
)

// ReachableItem is an entity that is reached, and how.
type ReachableItem struct {
	t  *trail
	at graph.ReachItem
}

// Node is the entity.
func (i ReachableItem) Node() (Entity, error) { return i.t.entity(i.at.ID) }

// Depth is how many relations it is away.
func (i ReachableItem) Depth() int { return i.at.Depth }

// Path leads to it.
func (i ReachableItem) Path() *Path { return &Path{i.t, i.at.Route} }

// ReachableResult is a page of what is reached.
type ReachableResult struct {
	Items        []ReachableItem
	Completeness *Completeness
	Rev          int
}

// Reachable answers Query.reachable.
func (Query) Reachable(ctx context.Context, from EntityRef, targetKinds []graph.Kind, direction graph.Direction, where *RelationFilter, throughHubs bool, bounds *Bounds, asOf *graph.Date, resume *string) (*ReachableResult, error) {
	s := sessionOf(ctx)
	limits, err := s.bounds(bounds)
	if err != nil {
		return nil, err
	}
	if targetKinds != nil && len(targetKinds) == 0 {
		return nil, inputError("targetKinds", "the list is empty, so nothing could pass; leave it out to mean everything")
	}
	result := &ReachableResult{Items: []ReachableItem{}}
	found, err := read(s, func(r graph.Reader) (*graph.Reach, error) {
		result.Rev = int(r.Rev())
		start, err := s.find(r, from)
		if err != nil {
			return nil, err
		}
		filter, err := s.relationFilter(r, where, asOf)
		if err != nil {
			return nil, err
		}
		return graph.Reachable(ctx, r, graph.ReachQuery{From: start.ID, TargetKinds: targetKinds, Direction: direction, Where: filter,
			ThroughHubs: throughHubs, Bounds: limits, Bare: true, Resume: orEmpty(resume), Signer: s.Signer, Now: s.now})
	})
	if err != nil {
		return nil, err
	}
	t := &trail{s: s, routes: make([]graph.Route, len(found.Items))}
	for i, item := range found.Items {
		t.routes[i] = item.Route
		result.Items = append(result.Items, ReachableItem{t, item})
	}
	result.Completeness, err = s.completeness(found.Completeness)
	return result, err
}

// CommonNeighbour is an entity that is tied to each of several.
type CommonNeighbour struct {
	t  *trail
	of []graph.EntityID
	at graph.CommonNeighbour
}

// Node is the entity.
func (n CommonNeighbour) Node() (Entity, error) { return n.t.entity(n.at.ID) }

// Ties are its relations with each of them.
func (n CommonNeighbour) Ties() []Tie {
	ties := make([]Tie, len(n.of))
	for i, id := range n.of {
		ties[i] = Tie{n.t, id, n.at.ID, n.at.Relations[i]}
	}
	return ties
}

// Tie is the relations between two entities.
type Tie struct {
	t         *trail
	with, at  graph.EntityID
	relations []graph.RelationID
}

// With is the entity that was asked from.
func (t Tie) With() (Entity, error) { return t.t.entity(t.with) }

// Hops lead from it.
func (t Tie) Hops() []Hop {
	hops := make([]Hop, len(t.relations))
	for i, id := range t.relations {
		hops[i] = Hop{t.t, t.with, t.at, id}
	}
	return hops
}

// CommonNeighboursResult are the first so many common neighbours.
type CommonNeighboursResult struct {
	Items      []CommonNeighbour
	Total, Rev int
}

// CommonNeighbours answers Query.commonNeighbours.
func (Query) CommonNeighbours(ctx context.Context, of []*EntityRef, where *RelationFilter, first int, asOf *graph.Date) (*CommonNeighboursResult, error) {
	s := sessionOf(ctx)
	if err := s.checkSize("first", first); err != nil {
		return nil, err
	}
	result := &CommonNeighboursResult{Items: []CommonNeighbour{}}
	var ids []graph.EntityID
	found, err := read(s, func(r graph.Reader) (found *graph.CommonNeighbours, err error) {
		result.Rev = int(r.Rev())
		if ids, err = s.findAll(r, "of", of); err != nil {
			return nil, err
		}
		filter, err := s.relationFilter(r, where, asOf)
		if err != nil {
			return nil, err
		}
		return graph.FindCommonNeighbourIDs(ctx, r, ids, filter, first)
	})
	if err != nil {
		return nil, err
	}
	result.Total = found.Total
	t := &trail{s: s}
	for _, n := range found.Items {
		t.routes = append(t.routes, graph.Route{Entities: append([]graph.EntityID{n.ID}, ids...), Relations: slices.Concat(n.Relations...)})
		result.Items = append(result.Items, CommonNeighbour{t, ids, n})
	}
	return result, nil
}
