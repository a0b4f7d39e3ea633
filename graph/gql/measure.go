package gql

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"lianzhu/analytics"
	"lianzhu/graph"
	"lianzhu/topology"
)

// Measure is how central an entity is.
type Measure string

// The measures.
const (
	Degree      Measure = "DEGREE"
	PageRank    Measure = "PAGERANK"
	Betweenness Measure = "BETWEENNESS"
	Closeness   Measure = "CLOSENESS"
	CoreNumber  Measure = "CORE_NUMBER"
)

// measured keeps the shape of one revision and what was measured of it, so that
// a measure of the whole graph is taken once a revision.
type measured struct {
	mu       sync.Mutex
	snapshot *topology.Snapshot
	results  map[string]any
}

// maxResults bounds how many measures of a revision are kept.
const maxResults = 32

// measure gives what take makes of the shape of the revision of r, or what it
// made of it before under the same name. Questions for measures wait for each
// other: two at once would only take twice the memory.
func measure[T any](s *session, r graph.Reader, name string, where topology.Where, take func(*topology.Snapshot, *topology.Filter) (T, error)) (T, error) {
	var none T
	m := &s.shape
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.snapshot == nil || m.snapshot.Rev() != r.Rev() {
		snapshot, err := s.shapeOf(r)
		if err != nil {
			return none, err
		}
		m.snapshot, m.results = snapshot, map[string]any{}
	}
	key, err := json.Marshal([]any{name, where})
	if err != nil {
		return none, err
	}
	if kept, ok := m.results[string(key)].(T); ok {
		return kept, nil
	}
	filter, err := m.snapshot.Filter(where)
	if err != nil {
		return none, err
	}
	result, err := take(m.snapshot, filter)
	if err == nil && len(m.results) < maxResults {
		m.results[string(key)] = result
	}
	return result, err
}

// shapeOf is the shape that the operation was lent, or else is read for it.
func (s *session) shapeOf(r graph.Reader) (*topology.Snapshot, error) {
	if s.snapshot != nil {
		return s.snapshot, nil
	}
	return topology.Build(s.ctx, unmetered(r), s.Contract.Ontology, nil)
}

// unmetered is the reader beneath the meter: a measure reads the whole graph,
// once a revision, and is bounded by its time.
func unmetered(r graph.Reader) graph.Reader {
	if m, ok := r.(*meter); ok {
		return m.Reader
	}
	return r
}

// columns gives the filter of a measure to the columns, which cannot answer
// where a relation takes place or what stands at its ends.
func (s *session) columns(r graph.Reader, where *RelationFilter, asOf *graph.Date) (topology.Where, error) {
	filter, err := s.relationFilter(r, where, asOf)
	if err != nil {
		return topology.Where{}, err
	}
	if err := graph.NewMatcher(r).CheckRelation(filter); err != nil {
		return topology.Where{}, err
	}
	columns, ok := topology.WhereOf(filter)
	if !ok {
		return columns, inputError("where", "a measure of the whole graph takes types, modality, minConfidence, validAt and includeDerived, and no other part of a filter")
	}
	return columns, nil
}

// scores are the values of a measure and the entities that have one, best first.
type scores struct {
	snapshot *topology.Snapshot
	ranked   []analytics.Ranked[float64]
}

// takeMeasure measures every entity.
func takeMeasure(ctx context.Context, m Measure, snapshot *topology.Snapshot, f *topology.Filter) (*scores, error) {
	shape := analytics.Undirected
	if m == PageRank {
		shape = analytics.Directed
	}
	net, err := analytics.Project(ctx, snapshot, f, shape)
	if err != nil {
		return nil, err
	}
	values, err := valuesOf(ctx, m, net, nil)
	if err != nil {
		return nil, err
	}
	return &scores{snapshot, analytics.Rank(net, values, -1)}, nil
}

func valuesOf(ctx context.Context, m Measure, net *analytics.Net, progress analytics.Progress) ([]float64, error) {
	switch m {
	case PageRank:
		result, err := analytics.PageRank(ctx, net, analytics.PageRankOptions{Progress: progress})
		if err != nil {
			return nil, err
		}
		return result.Scores, nil
	case Betweenness:
		result, err := analytics.Betweenness(ctx, net, analytics.BetweennessOptions{Progress: progress})
		if err != nil {
			return nil, err
		}
		return result.Values, nil
	case Closeness:
		return analytics.Closeness(ctx, net, analytics.ClosenessOptions{Progress: progress})
	case CoreNumber:
		cores, err := analytics.Cores(ctx, net, progress)
		return floats(cores), err
	}
	degrees, _ := analytics.Degrees(net)
	return floats(degrees), nil
}

func floats(list []int) []float64 {
	values := make([]float64, len(list))
	for i, v := range list {
		values[i] = float64(v)
	}
	return values
}

// RankedEntity is an entity in a ranking.
type RankedEntity struct {
	Node  Entity
	Score float64
	Rank  int
}

// Ranking answers Query.ranking.
func (Query) Ranking(ctx context.Context, of Measure, kinds []graph.Kind, where *RelationFilter, first int, asOf *graph.Date) ([]*RankedEntity, error) {
	s := sessionOf(ctx)
	if err := s.checkSize("first", first); err != nil {
		return nil, err
	}
	if kinds != nil && len(kinds) == 0 {
		return nil, inputError("kinds", "the list is empty, so nothing could pass; leave it out to mean everything")
	}
	return read(s, func(r graph.Reader) ([]*RankedEntity, error) {
		columns, err := s.columns(r, where, asOf)
		if err != nil {
			return nil, err
		}
		all, err := measure(s, r, string(of), columns, func(snapshot *topology.Snapshot, f *topology.Filter) (*scores, error) {
			return takeMeasure(ctx, of, snapshot, f)
		})
		if err != nil {
			return nil, err
		}
		return s.firstRanked(r, all, kinds, first)
	})
}

// firstRanked are the first so many of the kinds wanted, with their ranks among
// these.
func (s *session) firstRanked(r graph.Reader, all *scores, kinds []graph.Kind, first int) ([]*RankedEntity, error) {
	list := []*RankedEntity{}
	counted := 0
	for _, item := range all.ranked {
		if len(list) == first {
			break
		}
		if kinds != nil && !slices.Contains(kinds, all.snapshot.Kind(item.Entity)) {
			continue
		}
		docs, err := s.fetch(r, []graph.EntityID{item.Entity})
		if err != nil {
			return nil, err
		}
		counted++
		rank := counted
		if n := len(list); n > 0 && list[n-1].Score == item.Value {
			rank = list[n-1].Rank
		}
		list = append(list, &RankedEntity{s.wrap(docs[0]), item.Value, rank})
	}
	return list, nil
}

// Community is a set of entities with more ties among themselves than to others.
type Community struct {
	s       *session
	list    list
	members []graph.EntityID
}

// Size is how many members there are.
func (c *Community) Size() int { return len(c.members) }

// Members are the members, by id.
func (c *Community) Members(first int, after *string) (*EntityConnection, error) {
	return c.s.listIDs(c.list, c.members, first, after)
}

// Communities answers Query.communities.
func (Query) Communities(ctx context.Context, where *RelationFilter, first int, asOf *graph.Date) ([]*Community, error) {
	s := sessionOf(ctx)
	if err := s.checkSize("first", first); err != nil {
		return nil, err
	}
	return read(s, func(r graph.Reader) ([]*Community, error) {
		columns, err := s.columns(r, where, asOf)
		if err != nil {
			return nil, err
		}
		parts, err := measure(s, r, "COMMUNITIES", columns, func(snapshot *topology.Snapshot, f *topology.Filter) ([][]graph.EntityID, error) {
			return takeCommunities(ctx, snapshot, f)
		})
		if err != nil {
			return nil, err
		}
		list := []*Community{}
		for i, members := range parts[:min(first, len(parts))] {
			list = append(list, &Community{s, newList(0, "community", columns, i, r.Rev()), members})
		}
		return list, nil
	})
}

// takeCommunities parts the graph, and leaves out who is tied to nobody.
func takeCommunities(ctx context.Context, snapshot *topology.Snapshot, f *topology.Filter) ([][]graph.EntityID, error) {
	net, err := analytics.Project(ctx, snapshot, f, analytics.Undirected)
	if err != nil {
		return nil, err
	}
	result, err := analytics.Communities(ctx, net, analytics.CommunitiesOptions{})
	if err != nil {
		return nil, err
	}
	parts := make([][]graph.EntityID, len(result.Sizes))
	for id, of := range result.Of {
		if of > 0 {
			parts[of] = append(parts[of], graph.EntityID(id))
		}
	}
	return slices.DeleteFunc(parts, func(members []graph.EntityID) bool { return len(members) < 2 }), nil
}
