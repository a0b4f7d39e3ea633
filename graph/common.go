package graph

import (
	"cmp"
	"context"
	"slices"
)

// CommonNeighbours are entities that are tied to each of several.
type CommonNeighbours struct {
	Items []CommonNeighbour // by id
	Total int               // how many there are, those beyond the items too
}

// CommonNeighbour is an entity and the relations by which it is tied: Relations
// has one list for each of the entities asked from, by their ids, and Ties the
// hops along these, which lead from that entity to this one. Path leads from the
// first of those asked from through this one to the second, by the first
// relation of each. The documents are nil where the question is for ids alone.
type CommonNeighbour struct {
	ID        EntityID
	Relations [][]RelationID
	Entity    *Entity
	Ties      [][]Hop
	Path      Path
}

// FindCommonNeighbours gives the first so many of the entities that have a
// relation which passes where with every one of the entities of, in whatever
// direction. The filter's Peer is the common neighbour. An entity is no
// neighbour of itself, so none of those asked from is in the answer.
//
// It begins with the entity that has the fewest relations. Of each next one it
// reads all relations or, where they are fewer, those of what is left.
func FindCommonNeighbours(ctx context.Context, r Reader, of []EntityID, where *RelationFilter, first int) (*CommonNeighbours, error) {
	found, err := FindCommonNeighbourIDs(ctx, r, of, where, first)
	if err != nil {
		return nil, err
	}
	return found, found.tell(r, of)
}

// FindCommonNeighbourIDs is FindCommonNeighbours without documents.
func FindCommonNeighbourIDs(ctx context.Context, r Reader, of []EntityID, where *RelationFilter, first int) (*CommonNeighbours, error) {
	m := NewMatcher(r)
	if err := firstError(m.CheckRelation(where), checkCommon(of, first), exist(r, "common neighbours", of...)); err != nil {
		return nil, err
	}
	mem, giveBack := borrow(r)
	defer giveBack()
	c := commonSearch{x: newExpander(r, m, where, Bounds{Edges: -1}, startClock(ctx, nil, 0), mem), of: of}
	if found, ok, err := c.columns(first); ok || err != nil {
		return found, err
	}
	if err := c.run(); err != nil {
		return nil, err
	}
	return c.first(first), nil
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

// commonSearch holds what is tied to the entities looked at so far.
type commonSearch struct {
	x      *expander
	of     []EntityID
	place  idTable           // of each entity that was tied to the first one in found
	found  []commonCandidate // those in the last round are tied to all
	ties   []tied
	rounds int32
}

// commonCandidate is an entity and the last round in which a tie to it was seen.
type commonCandidate struct {
	id    EntityID
	round int32
}

// tied is a relation between a candidate, by its place, and one of those asked
// from.
type tied struct {
	at, of   int32
	relation RelationID
}

// run looks at the entities, that of the fewest relations first.
func (c *commonSearch) run() error {
	degrees, err := c.degrees(c.of)
	if err != nil {
		return err
	}
	for _, i := range byDegree(degrees) {
		if err := c.narrow(i, degrees[i]); err != nil {
			return err
		}
		c.rounds++
	}
	return nil
}

// byDegree are the places of degrees, that of the least first.
func byDegree(degrees []int) []int {
	order := make([]int, len(degrees))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(degrees[a], degrees[b]) })
	return order
}

func (c *commonSearch) degrees(ids []EntityID) ([]int, error) {
	return c.x.r.Degree(ids, TypesOf(c.x.where), Both)
}

// left are the candidates that are tied to all those looked at so far, by id.
func (c *commonSearch) left() (ids []EntityID) {
	for _, f := range c.found {
		if f.round == c.rounds-1 {
			ids = append(ids, f.id)
		}
	}
	slices.Sort(ids)
	return ids
}

// narrow keeps of what is left that which is tied to entity i of the question.
func (c *commonSearch) narrow(i, degree int) error {
	ids, err := c.fewer(degree)
	if err != nil {
		return err
	}
	near := c.of[i]
	f, visit := frontier{ids: []EntityID{near}, dir: Both}, func(_ int, a *Arc) (bool, error) {
		if a.Peer != near {
			c.keep(a.Peer, i, a.Relation)
		}
		return true, nil
	}
	if ids != nil {
		f, visit = frontier{ids: ids, dir: Both, towards: true}, func(at int, a *Arc) (bool, error) {
			if a.Peer == near {
				c.keep(ids[at], i, a.Relation)
			}
			return true, nil
		}
	}
	_, err = c.x.expand(f, spot{}, eachArc(visit))
	return err
}

// keep notes a tie of entity i of the question to what was tied to all before it.
func (c *commonSearch) keep(id EntityID, i int, relation RelationID) {
	at, met := c.place.get(uint32(id))
	switch {
	case !met && c.rounds > 0:
		return
	case !met:
		at = uint32(len(c.found))
		c.place.put(uint32(id), at)
		c.found = append(c.found, commonCandidate{id: id})
	case c.found[at].round < c.rounds-1:
		return
	}
	c.found[at].round = c.rounds
	c.ties = append(c.ties, tied{int32(at), int32(i), relation})
}

// probeFactor is how many relations an entity may be thought to have: only where
// there are as few of these is it worth asking.
const probeFactor = 8

// fewer gives what is left, where there are fewer relations at that than degree.
func (c *commonSearch) fewer(degree int) ([]EntityID, error) {
	if c.rounds == 0 {
		return nil, nil
	}
	ids := c.left()
	if len(ids)*probeFactor >= degree {
		return nil, nil
	}
	degrees, err := c.degrees(ids)
	for _, n := range degrees {
		degree -= n
	}
	if degree <= 0 {
		return nil, err
	}
	return append([]EntityID{}, ids...), err
}

// first gives the first of what is left.
func (c *commonSearch) first(n int) *CommonNeighbours {
	ids := c.left()
	found := &CommonNeighbours{Total: len(ids)}
	shown := idTable{}
	for i, id := range ids[:min(n, len(ids))] {
		at, _ := c.place.get(uint32(id))
		shown.put(at+1, uint32(i))
		found.Items = append(found.Items, CommonNeighbour{ID: id, Relations: make([][]RelationID, len(c.of))})
	}
	for _, t := range c.ties {
		if i, is := shown.get(uint32(t.at) + 1); is {
			list := &found.Items[i].Relations[t.of]
			*list = append(*list, t.relation)
		}
	}
	for _, item := range found.Items {
		for _, list := range item.Relations {
			slices.Sort(list)
		}
	}
	return found
}

// tell fetches the documents of the items.
func (f *CommonNeighbours) tell(r Reader, of []EntityID) error {
	var routes []Route
	for _, item := range f.Items {
		routes = append(routes, Route{[]EntityID{of[0], item.ID, of[1]}, []RelationID{item.Relations[0][0], item.Relations[1][0]}})
		for i, list := range item.Relations {
			for _, relation := range list {
				routes = append(routes, Route{[]EntityID{of[i], item.ID}, []RelationID{relation}})
			}
		}
	}
	paths, err := TellRoutes(r, routes)
	if err != nil {
		return err
	}
	for k := range f.Items {
		item := &f.Items[k]
		item.Entity, item.Path, item.Ties = paths[0][0].To, paths[0], make([][]Hop, len(of))
		paths = paths[1:]
		for i, list := range item.Relations {
			for range list {
				item.Ties[i] = append(item.Ties[i], paths[0][0])
				paths = paths[1:]
			}
		}
	}
	return nil
}
