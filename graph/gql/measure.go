package gql

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

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

// measurement is a question for a measure: of what passes where.
type measurement struct {
	name  string
	where *graph.RelationFilter
}

// field is what a measure is taken of.
type field struct {
	snapshot *topology.Snapshot
	filter   *topology.Filter // nil: entities and relations were chosen by their documents
	ids      []graph.EntityID
	ends     []topology.Ends
}

// net is the field as a net.
func (f *field) net(ctx context.Context, shape analytics.Shape) (*analytics.Net, error) {
	if f.filter != nil {
		return analytics.Project(ctx, f.snapshot, f.filter, shape)
	}
	return analytics.Gather(ctx, f.ids, f.ends, shape)
}

// take is how a measure is taken of a field.
type take[T any] func(context.Context, *field, analytics.Progress) (T, error)

// measure gives what take makes of the graph of the revision of r, or what it
// made of it before. It is worked out in the background, and waited for as long
// as a question may; a question that reads another revision than the store has
// by now works it out for itself.
func measure[T any](s *session, r graph.Reader, q measurement, take take[T]) (T, error) {
	var none T
	key, err := json.Marshal([]any{q.name, q.where})
	if err != nil {
		return none, err
	}
	rev, g, lent := r.Rev(), s.Gateway, s.snapshot
	job := s.shape.find(rev, string(key), func(ctx context.Context, j *job) (any, error) {
		f, err := g.fieldAt(ctx, rev, lent, q.where, j.during)
		if err != nil {
			return nil, err
		}
		return take(ctx, f, j.during(q.name))
	})
	if job != nil {
		result, err := job.wait(s.ctx, s.Maxima.Measure, q.name)
		if err == nil {
			return result.(T), nil
		}
		if !errors.Is(err, errMoved) && !(errors.Is(err, context.Canceled) && s.ctx.Err() == nil) {
			return none, err
		}
	}
	f, err := g.fieldOf(s.ctx, unmetered(r), lent, q.where, func(string) analytics.Progress { return nil })
	if err != nil {
		return none, err
	}
	return take(s.ctx, f, nil)
}

// fieldAt is fieldOf for a revision that nobody lends a reader of. It reads the
// store only where it must.
func (g *Gateway) fieldAt(ctx context.Context, rev graph.Rev, lent *topology.Snapshot, where *graph.RelationFilter, during func(string) analytics.Progress) (f *field, err error) {
	if _, ok := topology.WhereOf(where); ok && lent != nil {
		return g.fieldOf(ctx, nil, lent, where, during)
	}
	err = g.Store.View(ctx, func(r graph.Reader) error {
		if r.Rev() != rev {
			return errMoved
		}
		var err error
		f, err = g.fieldOf(ctx, r, lent, where, during)
		return err
	})
	return f, err
}

// errMoved is the error of a measure that was begun when the graph had been
// written to since it was asked for.
var errMoved = errors.New("the graph was written to")

// unmetered is the reader beneath the meter: a measure reads the whole graph,
// once a revision, and is bounded by its time.
func unmetered(r graph.Reader) graph.Reader {
	switch m := r.(type) {
	case *meter:
		return m.Reader
	case *headerMeter:
		return m.Reader
	}
	return r
}

// fieldOf finds what a measure is taken of: by the columns of the shape that was
// lent, or else is read, and where they cannot answer the filter by documents.
func (g *Gateway) fieldOf(ctx context.Context, r graph.Reader, lent *topology.Snapshot, where *graph.RelationFilter, during func(string) analytics.Progress) (f *field, err error) {
	f = &field{snapshot: lent}
	if f.snapshot == nil {
		if f.snapshot, err = topology.Build(ctx, r, g.Contract.Ontology, during("reading the graph")); err != nil {
			return nil, err
		}
	}
	if columns, ok := topology.WhereOf(where); ok {
		f.filter, err = f.snapshot.Filter(columns)
		return f, err
	}
	c := chooser{ctx: ctx, r: r, m: graph.NewMatcher(r), where: where, o: g.Contract.Ontology, progress: during("applying the filter")}
	f.ids, f.ends, err = c.choose()
	return f, err
}

// checkedFilter is a filter of relations that can be applied.
func (s *session) checkedFilter(r graph.Reader, where *RelationFilter, asOf *graph.Date) (*graph.RelationFilter, error) {
	filter, err := s.relationFilter(r, where, asOf)
	if err != nil {
		return nil, err
	}
	return filter, graph.NewMatcher(r).CheckRelation(filter)
}

// scores are the values of a measure and the entities that have one, best first.
type scores struct {
	snapshot *topology.Snapshot
	ranked   []analytics.Ranked[float64]
}

// takeMeasure measures every entity.
func takeMeasure(ctx context.Context, m Measure, f *field, progress analytics.Progress) (*scores, error) {
	shape := analytics.Undirected
	if m == PageRank {
		shape = analytics.Directed
	}
	net, err := f.net(ctx, shape)
	if err != nil {
		return nil, err
	}
	values, err := valuesOf(ctx, m, net, progress)
	if err != nil {
		return nil, err
	}
	return &scores{f.snapshot, analytics.Rank(net, values, -1)}, nil
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
		filter, err := s.checkedFilter(r, where, asOf)
		if err != nil {
			return nil, err
		}
		all, err := measure(s, r, measurement{string(of), filter}, func(ctx context.Context, f *field, progress analytics.Progress) (*scores, error) {
			return takeMeasure(ctx, of, f, progress)
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
