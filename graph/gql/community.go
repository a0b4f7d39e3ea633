package gql

import (
	"context"
	"slices"

	"lianzhu/analytics"
	"lianzhu/graph"
)

// Community is a set of entities with more ties among themselves than to others.
type Community struct{ members }

// Component is a set of entities that are tied to each other, however far, and
// to no others.
type Component struct{ members }

// members are the entities of a part of the graph.
type members struct {
	s    *session
	list list
	ids  []graph.EntityID
}

// Size is how many members there are.
func (m *members) Size() int { return len(m.ids) }

// Members are the members, by id.
func (m *members) Members(first int, after *string) (*EntityConnection, error) {
	return m.s.listIDs(m.list, m.ids, first, after)
}

// Communities answers Query.communities.
func (Query) Communities(ctx context.Context, where *RelationFilter, first int, asOf *graph.Date) ([]*Community, error) {
	s := sessionOf(ctx)
	parts, _, err := s.parts("COMMUNITIES", where, first, asOf, takeCommunities)
	list := []*Community{}
	for _, p := range parts {
		list = append(list, &Community{p})
	}
	return list, err
}

// ComponentsResult is the first so many components.
type ComponentsResult struct {
	Items      []*Component
	Total, Rev int
}

// Components answers Query.components.
func (Query) Components(ctx context.Context, where *RelationFilter, first int, asOf *graph.Date) (*ComponentsResult, error) {
	s := sessionOf(ctx)
	parts, result, err := s.parts("COMPONENTS", where, first, asOf, takeComponents)
	if err != nil {
		return nil, err
	}
	list := []*Component{}
	for _, p := range parts {
		list = append(list, &Component{p})
	}
	return &ComponentsResult{list, result.total, int(result.rev)}, nil
}

// parted is how many parts there are, and of which revision.
type parted struct {
	total int
	rev   graph.Rev
}

// parts gives the first so many parts into which take parts the graph.
func (s *session) parts(name string, where *RelationFilter, first int, asOf *graph.Date, take take[[][]graph.EntityID]) ([]members, parted, error) {
	if err := s.checkSize("first", first); err != nil {
		return nil, parted{}, err
	}
	var of parted
	list, err := read(s, func(r graph.Reader) ([]members, error) {
		filter, err := s.checkedFilter(r, where, asOf)
		if err != nil {
			return nil, err
		}
		parts, err := measure(s, r, measurement{name, filter}, take)
		if err != nil {
			return nil, err
		}
		of = parted{len(parts), r.Rev()}
		var list []members
		for i, ids := range parts[:min(first, len(parts))] {
			list = append(list, members{s, newList(0, name, filter, i, r.Rev()), ids})
		}
		return list, nil
	})
	return list, of, err
}

// takeCommunities parts the graph, and leaves out who is tied to nobody.
func takeCommunities(ctx context.Context, f *field, progress analytics.Progress) ([][]graph.EntityID, error) {
	net, err := f.net(ctx, analytics.Undirected)
	if err != nil {
		return nil, err
	}
	result, err := analytics.Communities(ctx, net, analytics.CommunitiesOptions{Progress: progress})
	if err != nil {
		return nil, err
	}
	parts := dealt(result.Of, len(result.Sizes))
	return slices.DeleteFunc(parts, func(ids []graph.EntityID) bool { return len(ids) < 2 }), nil
}

// takeComponents parts the graph where no relation joins it.
func takeComponents(ctx context.Context, f *field, _ analytics.Progress) ([][]graph.EntityID, error) {
	net, err := f.net(ctx, analytics.Undirected)
	if err != nil {
		return nil, err
	}
	of, sizes := analytics.Numbered(net)
	return dealt(of, len(sizes))[min(1, len(sizes)):], ctx.Err()
}

// dealt are the entities of each part, by the number of the part of each.
func dealt(of []int, parts int) [][]graph.EntityID {
	dealt := make([][]graph.EntityID, parts)
	for id, part := range of {
		if part > 0 {
			dealt[part] = append(dealt[part], graph.EntityID(id))
		}
	}
	return dealt
}
