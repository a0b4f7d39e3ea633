package graph

import (
	"context"
	"slices"
	"time"
)

// PathQuery asks how From and To are tied. Regions are ends of a path, not
// corridors: everything in a city would otherwise be two steps from everything
// else. ThroughHubs lifts that, and the bound on degree with it.
type PathQuery struct {
	From, To    EntityID
	Direction   Direction
	Where       *RelationFilter // applied while searching
	Avoid       []EntityID
	ThroughHubs bool
	Bounds      Bounds
	Now         func() time.Time // nil: time.Now
}

// Hop is one step of a path. Forward says that it goes from the relation's
// source to its target, or that the relation is symmetric.
type Hop struct {
	From, To *Entity
	Relation *Relation
	Forward  bool
}

// Paths are the paths that were found, and what the search saw.
type Paths struct {
	Paths [][]Hop
	Completeness
}

// ShortestPath finds one path of the fewest relations, searching from both ends
// at once; among equals the one that it meets first in id order. No path is an
// empty list: whether there is none, or none within the bounds, Completeness
// tells. From equal to To is a path without hops.
func ShortestPath(ctx context.Context, r Reader, q PathQuery) (*Paths, error) {
	m := NewMatcher(r)
	if err := m.CheckRelation(q.Where); err != nil {
		return nil, err
	}
	s := pathSearch{r: r, m: m, q: q, clock: startClock(ctx, q.Now, q.Bounds.Budget)}
	s.done.Complete = true
	s.sides = [2]*pathSide{
		{dir: q.Direction, reached: map[EntityID]pathStep{q.From: {}}, frontier: []EntityID{q.From}},
		{dir: opposite(q.Direction), reached: map[EntityID]pathStep{q.To: {}}, frontier: []EntityID{q.To}},
	}
	if q.From == q.To {
		return &Paths{Paths: [][]Hop{{}}, Completeness: s.done}, nil
	}
	meet, err := s.run()
	if err != nil {
		return nil, err
	}
	return s.finish(meet)
}

func opposite(d Direction) Direction {
	switch d {
	case Out:
		return In
	case In:
		return Out
	}
	return Both
}

// pathStep tells by which edge an entity was reached from the side's end.
type pathStep struct {
	from EntityID
	edge Edge
}

// pathSide is the search from one end.
type pathSide struct {
	dir      Direction
	reached  map[EntityID]pathStep
	frontier []EntityID
	depth    int
}

type pathSearch struct {
	r     Reader
	m     *Matcher
	q     PathQuery
	clock clock
	sides [2]*pathSide
	done  Completeness
}

// run grows the side with the smaller frontier, level by level, until the sides
// meet; 0 says that they do not.
func (s *pathSearch) run() (EntityID, error) {
	for {
		side, other := s.sides[0], s.sides[1]
		if len(other.frontier) < len(side.frontier) {
			side, other = other, side
		}
		if len(side.frontier) == 0 {
			return 0, nil
		}
		if side.depth+other.depth >= s.q.Bounds.Depth {
			s.done.stop(StopDepth)
			return 0, nil
		}
		meet, err := s.grow(side, other)
		if meet != 0 || err != nil || len(s.done.Reasons) > 0 && s.done.Reasons[len(s.done.Reasons)-1] == StopTime {
			return meet, err
		}
		if len(s.sides[0].reached)+len(s.sides[1].reached) > s.q.Bounds.Nodes {
			s.done.stop(StopNodes)
			return 0, nil
		}
	}
}

// grow follows the frontier of side by one level. Of the entities at which the
// sides meet in this level any is as near; the least id is taken, so that the
// answer does not depend on the order of reading.
func (s *pathSearch) grow(side, other *pathSide) (meet EntityID, err error) {
	var next []EntityID
	side.depth++
	slices.Sort(side.frontier)
	for batch := range slices.Chunk(side.frontier, 64) {
		if late, err := s.clock.up(); err != nil || late {
			if late {
				s.done.stop(StopTime)
			}
			return 0, err
		}
		corridors, err := s.corridors(batch)
		if err != nil {
			return 0, err
		}
		found, err := neighbours(s.r, s.q.Where, corridors, side.dir, s.degreeBound())
		if err != nil {
			return 0, err
		}
		for _, adjacency := range found {
			if next, err = s.follow(side, adjacency, next); err != nil {
				return 0, err
			}
		}
	}
	side.frontier = next
	for _, id := range next {
		if _, ok := other.reached[id]; ok && (meet == 0 || id < meet) {
			meet = id
		}
	}
	return meet, nil
}

func (s *pathSearch) degreeBound() int {
	if s.q.ThroughHubs {
		return 0
	}
	return s.q.Bounds.Degree
}

// corridors leaves out of ids the regions through which a path may not go, and
// reports them.
func (s *pathSearch) corridors(ids []EntityID) ([]EntityID, error) {
	if s.q.ThroughHubs {
		return ids, nil
	}
	docs, err := s.r.Entities(ids)
	if err != nil {
		return nil, err
	}
	var through []EntityID
	for i, e := range docs {
		if e == nil {
			continue
		}
		isEnd := ids[i] == s.q.From || ids[i] == s.q.To
		if e.Kind != KindRegion || isEnd {
			through = append(through, ids[i])
			continue
		}
		degree, err := s.r.Degree(ids[i:i+1], TypesOf(s.q.Where), Both)
		if err != nil {
			return nil, err
		}
		s.done.SkippedHubs = append(s.done.SkippedHubs, HubSkip{ids[i], degree[0], 0})
		s.done.stop(StopHub)
	}
	return through, nil
}

// follow takes in the relations at one entity and adds what is new to next.
func (s *pathSearch) follow(side *pathSide, adjacency Adjacency, next []EntityID) ([]EntityID, error) {
	if adjacency.More {
		skip, err := hubSkip(s.r, adjacency, s.q.Where, side.dir)
		if err != nil {
			return nil, err
		}
		s.done.SkippedHubs = append(s.done.SkippedHubs, skip)
		s.done.stop(StopHub)
	}
	for _, edge := range adjacency.Edges {
		s.done.VisitedEdges++
		_, seen := side.reached[edge.Peer]
		if seen || slices.Contains(s.q.Avoid, edge.Peer) {
			continue
		}
		ok, err := s.m.Edge(s.q.Where, &edge)
		if err != nil {
			return nil, err
		}
		if ok {
			side.reached[edge.Peer] = pathStep{adjacency.Entity, edge}
			next = append(next, edge.Peer)
		}
	}
	return next, nil
}

// finish tells the path through meet, if there is one.
func (s *pathSearch) finish(meet EntityID) (*Paths, error) {
	from, to := s.sides[0], s.sides[1]
	s.done.DepthReached = from.depth + to.depth
	s.done.VisitedNodes = len(from.reached) + len(to.reached)
	if meet == 0 {
		return &Paths{Completeness: s.done}, nil
	}
	s.done.VisitedNodes-- // the meeting point was reached from both sides
	ids := []EntityID{meet}
	var edges []Edge
	for at := meet; at != s.q.From; at = ids[0] {
		step := from.reached[at]
		ids = slices.Insert(ids, 0, step.from)
		edges = slices.Insert(edges, 0, step.edge)
	}
	for at := meet; at != s.q.To; at = ids[len(ids)-1] {
		step := to.reached[at]
		ids = append(ids, step.from)
		edges = append(edges, step.edge)
	}
	hops, err := s.hops(ids, edges)
	return &Paths{Paths: [][]Hop{hops}, Completeness: s.done}, err
}

// hops tells a path whose entities and edges are known. An edge that was found
// from the far end is turned round.
func (s *pathSearch) hops(ids []EntityID, edges []Edge) ([]Hop, error) {
	entities, err := s.r.Entities(ids)
	if err != nil {
		return nil, err
	}
	hops := make([]Hop, len(edges))
	for i, edge := range edges {
		if err := s.m.Document(&edge); err != nil {
			return nil, err
		}
		hops[i] = Hop{From: entities[i], To: entities[i+1], Relation: edge.Document, Forward: edge.Document.SourceID == ids[i]}
	}
	return hops, nil
}
