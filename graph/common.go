package graph

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// CommonNeighbours are entities that are tied to each of several.
type CommonNeighbours struct {
	Items []CommonNeighbour // by id
	Total int               // how many there are, those beyond the items too
}

// CommonNeighbour is an entity and the relations by which it is tied: Ties has
// one list for each of the entities asked from, of the hops that lead from that
// one to Entity, by the ids of their relations. Path leads from the first of
// those asked from through Entity to the second, by the first relation of each.
type CommonNeighbour struct {
	Entity *Entity
	Ties   [][]Hop
	Path   Path
}

// FindCommonNeighbours gives the first so many of the entities that have a
// relation which passes where with every one of the entities of, in whatever
// direction. The filter's Peer is the common neighbour. An entity is no
// neighbour of itself, so none of those asked from is in the answer.
//
// It begins with the entity that has the fewest relations. Of each next one it
// reads all relations or, where they are fewer, those of what is left.
func FindCommonNeighbours(ctx context.Context, r Reader, of []EntityID, where *RelationFilter, first int) (*CommonNeighbours, error) {
	m := NewMatcher(r)
	if err := firstError(m.CheckRelation(where), checkCommon(of, first), exist(r, "common neighbours", of...)); err != nil {
		return nil, err
	}
	c := commonSearch{x: newExpander(r, m, where, Bounds{Edges: -1}, startClock(ctx, nil, 0)), of: of}
	if err := c.run(); err != nil {
		return nil, err
	}
	return c.tell(first)
}

func checkCommon(of []EntityID, first int) error {
	distinct := slices.Clone(of)
	slices.Sort(distinct)
	if len(of) < 2 || len(slices.Compact(distinct)) < len(of) {
		return invalid("common neighbours", "of", "it needs two entities at least, all of them different")
	}
	if first < 1 {
		return invalid("common neighbours", "first", "it must be at least 1")
	}
	return nil
}

// commonSearch holds what is tied to all the entities looked at so far.
type commonSearch struct {
	x    *expander
	of   []EntityID
	left map[EntityID][]tied // nil: none was looked at yet
}

// tied is a relation between a common neighbour and one of those asked from.
type tied struct {
	of       int // which of them
	relation RelationID
}

// run looks at the entities, that of the fewest relations first.
func (c *commonSearch) run() error {
	degrees, err := c.degrees(c.of)
	if err != nil {
		return err
	}
	order := make([]int, len(c.of))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(degrees[a], degrees[b]) })
	for _, i := range order {
		if err := c.narrow(i, degrees[i]); err != nil || len(c.left) == 0 {
			return err
		}
	}
	return nil
}

func (c *commonSearch) degrees(ids []EntityID) ([]int, error) {
	return c.x.r.Degree(ids, TypesOf(c.x.where), Both)
}

// narrow keeps of what is left that which is tied to entity i of the question.
func (c *commonSearch) narrow(i, degree int) error {
	kept := map[EntityID][]tied{}
	keep := func(id EntityID, a *Arc) {
		ties, again := kept[id]
		if !again {
			ties = c.left[id]
		}
		if again || ties != nil || c.left == nil {
			kept[id] = append(ties, tied{i, a.Relation})
		}
	}
	ids, err := c.fewer(degree)
	if err != nil {
		return err
	}
	f, visit := frontier{ids: []EntityID{c.of[i]}, dir: Both}, func(_ int, a *Arc) (bool, error) {
		if a.Peer != c.of[i] {
			keep(a.Peer, a)
		}
		return true, nil
	}
	if ids != nil {
		f, visit = frontier{ids: ids, dir: Both, towards: true}, func(at int, a *Arc) (bool, error) {
			if a.Peer == c.of[i] {
				keep(ids[at], a)
			}
			return true, nil
		}
	}
	_, err = c.x.expand(f, spot{}, visit)
	c.left = kept
	return err
}

// fewer gives what is left, where there are fewer relations at that than degree.
func (c *commonSearch) fewer(degree int) ([]EntityID, error) {
	if c.left == nil {
		return nil, nil
	}
	ids := slices.Sorted(maps.Keys(c.left))
	degrees, err := c.degrees(ids)
	for _, n := range degrees {
		degree -= n
	}
	if degree <= 0 {
		return nil, err
	}
	return ids, err
}

// tell fetches the first of what is left.
func (c *commonSearch) tell(first int) (*CommonNeighbours, error) {
	found := &CommonNeighbours{Total: len(c.left)}
	ids := slices.Sorted(maps.Keys(c.left))
	ids = ids[:min(first, len(ids))]
	var routes []Route
	for _, id := range ids {
		ties := c.left[id]
		slices.SortFunc(ties, func(a, b tied) int { return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(a.relation, b.relation)) })
		second := slices.IndexFunc(ties, func(t tied) bool { return t.of == 1 })
		routes = append(routes, Route{[]EntityID{c.of[0], id, c.of[1]}, []RelationID{ties[0].relation, ties[second].relation}})
		for _, t := range ties {
			routes = append(routes, Route{[]EntityID{c.of[t.of], id}, []RelationID{t.relation}})
		}
	}
	paths, err := TellRoutes(c.x.r, routes)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		item := CommonNeighbour{Entity: paths[0][0].To, Path: paths[0], Ties: make([][]Hop, len(c.of))}
		for i, t := range c.left[id] {
			item.Ties[t.of] = append(item.Ties[t.of], paths[1+i][0])
		}
		paths = paths[1+len(c.left[id]):]
		found.Items = append(found.Items, item)
	}
	return found, nil
}
