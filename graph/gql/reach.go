package gql

import (
	"context"

	"lianzhu/graph"
)

// ReachableItem is an entity that is reached, and how.
type ReachableItem struct{ path *Path }

// Node is the entity.
func (i ReachableItem) Node() (Entity, error) { return i.path.t.entity(i.path.last) }

// Depth is how many relations it is away.
func (i ReachableItem) Depth() int { return i.path.length }

// Path leads to it.
func (i ReachableItem) Path() *Path { return i.path }

// ReachableResult is a page of what is reached.
type ReachableResult struct {
	t            *trail
	paths        []Path // to the items
	Completeness *Completeness
	Rev          int
}

// Items are what is reached, nearest first.
func (r *ReachableResult) Items() []ReachableItem {
	items := make([]ReachableItem, len(r.paths))
	for i := range r.paths {
		items[i] = ReachableItem{&r.paths[i]}
	}
	return items
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
	result := &ReachableResult{}
	found, err := read(s, func(r graph.Reader) (*graph.Reach, error) {
		result.Rev = int(r.Rev())
		start, err := s.locate(r, from)
		if err != nil {
			return nil, err
		}
		filter, err := s.relationFilter(r, where, asOf)
		if err != nil {
			return nil, err
		}
		return graph.Reachable(ctx, r, graph.ReachQuery{From: start, TargetKinds: targetKinds, Direction: direction, Where: filter,
			ThroughHubs: throughHubs, Bounds: limits, Bare: true, Resume: orEmpty(resume), Signer: s.Signer, Now: s.now})
	})
	if err != nil {
		return nil, err
	}
	result.t = &trail{s: s, steps: found.Steps}
	result.paths = make([]Path, len(found.Items))
	for i := range found.Items {
		result.paths[i] = Path{result.t, found.Items[i].At, found.Items[i].Depth}
	}
	result.Completeness, err = s.completeness(found.Completeness)
	return result, err
}

// CommonNeighbour is an entity that is tied to each of several.
type CommonNeighbour struct {
	t    *trail
	ties []Tie
}

// Node is the entity.
func (n CommonNeighbour) Node() (Entity, error) { return n.t.entity(n.ties[0].begin) }

// Ties are its relations with each of them.
func (n CommonNeighbour) Ties() []Tie { return n.ties }

// Tie is the relations between two entities: the steps from one place on up to
// another, each of which leads from the same one.
type Tie struct {
	t          *trail
	begin, end int32
}

// With is the entity that was asked from.
func (t Tie) With() (Entity, error) { return t.t.entity(t.t.steps[t.begin].Before) }

// Hops lead from it.
func (t Tie) Hops() []Hop {
	hops := make([]Hop, t.end-t.begin)
	for i := range hops {
		hops[i] = Hop{t.t, t.begin + int32(i)}
	}
	return hops
}

// CommonNeighboursResult are the first so many common neighbours.
type CommonNeighboursResult struct {
	t          *trail
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
	t := &trail{s: s, shared: true}
	result.t = t
	for _, id := range ids {
		t.append(graph.Route{Entities: []graph.EntityID{id}})
	}
	for _, n := range found.Items {
		result.Items = append(result.Items, t.shares(n))
	}
	return result, nil
}

// shares adds what ties an entity to those with which the trail begins.
func (t *trail) shares(n graph.CommonNeighbour) CommonNeighbour {
	ties := make([]Tie, len(n.Relations))
	for i, relations := range n.Relations {
		begin := int32(len(t.steps))
		for _, relation := range relations {
			t.steps = append(t.steps, graph.Step{Entity: n.ID, Relation: relation, Before: int32(i)})
		}
		ties[i] = Tie{t, begin, int32(len(t.steps))}
	}
	return CommonNeighbour{t, ties}
}
