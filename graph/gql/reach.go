package gql

import (
	"context"

	"lianzhu/graph"
)

// ReachableItem is an entity that is reached, and how.
type ReachableItem struct {
	Node  Entity
	Depth int
	Path  *Path
}

// ReachableResult is a page of what is reached.
type ReachableResult struct {
	Items        []*ReachableItem
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
	result := &ReachableResult{Items: []*ReachableItem{}}
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
			ThroughHubs: throughHubs, Bounds: limits, Resume: orEmpty(resume), Signer: s.Signer, Now: s.now})
	})
	if err != nil {
		return nil, err
	}
	for _, item := range found.Items {
		result.Items = append(result.Items, &ReachableItem{s.wrap(item.Entity), item.Depth, s.path(item.Path)})
	}
	result.Completeness, err = s.completeness(found.Completeness)
	return result, err
}

// CommonNeighbour is an entity that is tied to each of several.
type CommonNeighbour struct {
	Node Entity
	Ties []*Tie
}

// Tie is the relations between two entities.
type Tie struct {
	With Entity
	Hops []*Hop
}

// CommonNeighboursResult are the first so many common neighbours.
type CommonNeighboursResult struct {
	Items      []*CommonNeighbour
	Total, Rev int
}

// CommonNeighbours answers Query.commonNeighbours.
func (Query) CommonNeighbours(ctx context.Context, of []*EntityRef, where *RelationFilter, first int, asOf *graph.Date) (*CommonNeighboursResult, error) {
	s := sessionOf(ctx)
	if err := s.checkSize("first", first); err != nil {
		return nil, err
	}
	result := &CommonNeighboursResult{Items: []*CommonNeighbour{}}
	found, err := read(s, func(r graph.Reader) (*graph.CommonNeighbours, error) {
		result.Rev = int(r.Rev())
		ids, err := s.findAll(r, "of", of)
		if err != nil {
			return nil, err
		}
		filter, err := s.relationFilter(r, where, asOf)
		if err != nil {
			return nil, err
		}
		return graph.FindCommonNeighbours(ctx, r, ids, filter, first)
	})
	if err != nil {
		return nil, err
	}
	result.Total = found.Total
	for _, n := range found.Items {
		common := &CommonNeighbour{Node: s.wrap(n.Entity)}
		for _, hops := range n.Ties {
			common.Ties = append(common.Ties, &Tie{With: s.wrap(hops[0].From), Hops: s.path(hops).Hops})
		}
		result.Items = append(result.Items, common)
	}
	return result, nil
}
