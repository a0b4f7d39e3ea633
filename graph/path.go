package graph

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// PathQuery asks how From and To are tied. Regions are ends of a path, not
// corridors: everything in a city would otherwise be two steps from everything
// else. ThroughHubs lifts that, and the bound on degree with it.
type PathQuery struct {
	Mode        PathMode // empty: Shortest
	From, To    EntityID
	Direction   Direction
	Where       *RelationFilter // applied while searching; a Peer is the end that is nearer to To
	Avoid       []EntityID      // neither From nor To
	ThroughHubs bool
	Bounds      Bounds
	Resume      string           // a token of an earlier answer to the same question
	Signer      *Signer          // nil: no tokens
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
	Paths []Path
	Completeness
}

// ShortestPath finds one path of the fewest relations, searching from both ends
// at once; among equals the same one whenever it is asked. No path is an empty
// list: whether there is none, or none within the bounds, Completeness tells.
// From equal to To is a path without hops. The fewest are meant among the
// relations that may be followed: a hub that was followed in part, which
// Completeness tells as well, may hide a shorter path.
func ShortestPath(ctx context.Context, r Reader, q PathQuery) (*Paths, error) {
	m := NewMatcher(r)
	if err := firstError(m.CheckRelation(q.Where), exist(r, "path", q.From, q.To), q.checkAvoid()); err != nil {
		return nil, err
	}
	s := pathSearch{r: r, m: m, q: q, clock: startClock(ctx, q.Now, q.Bounds.Budget)}
	s.done.Complete = true
	s.sides = [2]*pathSide{newPathSide(q.From, q.Direction), newPathSide(q.To, opposite(q.Direction))}
	if q.From == q.To {
		s.done.VisitedNodes = 1
		return &Paths{Paths: []Path{{}}, Completeness: s.done}, nil
	}
	meet, err := s.run()
	if err != nil {
		return nil, err
	}
	return s.finish(meet)
}

func (q *PathQuery) checkAvoid() error {
	if slices.Contains(q.Avoid, q.From) || slices.Contains(q.Avoid, q.To) {
		return invalid("path", "avoid", "an end of the path cannot be avoided")
	}
	return nil
}

func opposite(d Direction) Direction {
	switch d {
	case Out:
		return In
	case In:
		return Out
	}
	return d
}

// pathStep tells by which edge, seen from which entity, an entity was reached,
// and how many steps from the side's end it is.
type pathStep struct {
	from  EntityID
	edge  Edge
	depth int
}

// pathSide is the search from one end.
type pathSide struct {
	end      EntityID
	dir      Direction
	reached  map[EntityID]pathStep
	frontier []EntityID
	depth    int
}

func newPathSide(end EntityID, dir Direction) *pathSide {
	return &pathSide{end: end, dir: dir, reached: map[EntityID]pathStep{end: {}}, frontier: []EntityID{end}}
}

type pathSearch struct {
	r     Reader
	m     *Matcher
	q     PathQuery
	clock clock
	sides [2]*pathSide
	done  Completeness
	full  StopReason // the bound that was met, if one was
}

// run grows the side with the smaller frontier, level by level, until the sides
// meet; 0 says that they do not. A level is searched for a meeting even where a
// bound cuts it short: until then the sides did not meet, so that all meetings
// in one level are equally near.
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
		if err := s.grow(side); err != nil {
			return 0, err
		}
		if meet, err := s.meeting(side, other); meet != 0 || err != nil {
			return meet, err
		}
		if s.full != "" {
			s.done.stop(s.full)
			return 0, nil
		}
	}
}

// pathBatch is how many entities are followed at a time, hubPage how many
// relations of each are read at a time where there is no bound on degree.
const (
	pathBatch = 64
	hubPage   = 1024
)

// grow follows the frontier of side by one level, or until a bound is met.
func (s *pathSearch) grow(side *pathSide) error {
	if err := s.bounds(); err != nil || s.full != "" {
		return err
	}
	frontier := side.frontier
	slices.Sort(frontier)
	side.frontier = nil
	side.depth++
	for batch := range slices.Chunk(frontier, pathBatch) {
		through, closed, err := s.passable(batch)
		if err == nil {
			err = s.skip(closed)
		}
		if err == nil {
			err = s.followAll(side, through)
		}
		if err != nil || s.full != "" {
			return err
		}
	}
	return nil
}

// meeting is the entity at which the sides met when side grew, or 0. Where hubs
// were followed in part the sides need not have met as early as they could, so
// the nearest is chosen; among equals the least id, so that the answer does not
// depend on the order of reading. A region is no corridor here either.
func (s *pathSearch) meeting(side, other *pathSide) (EntityID, error) {
	var met []EntityID
	for _, id := range side.frontier {
		if _, ok := other.reached[id]; ok {
			met = append(met, id)
		}
	}
	slices.SortFunc(met, func(a, b EntityID) int {
		return cmp.Or(cmp.Compare(other.reached[a].depth, other.reached[b].depth), cmp.Compare(a, b))
	})
	through, closed, err := s.passable(met)
	if err != nil {
		return 0, err
	}
	if len(through) == 0 {
		return 0, s.skip(closed)
	}
	return through[0], nil
}

// passable parts ids into those through which a path may go, or at which it
// may end, and the regions that are closed to it.
func (s *pathSearch) passable(ids []EntityID) (through, closed []EntityID, err error) {
	if s.q.ThroughHubs || len(ids) == 0 {
		return ids, nil, nil
	}
	docs, err := s.r.Entities(ids)
	if err != nil {
		return nil, nil, err
	}
	for i, id := range ids {
		switch {
		case docs[i] == nil:
			return nil, nil, dangling()
		case docs[i].Kind != KindRegion || id == s.q.From || id == s.q.To:
			through = append(through, id)
		default:
			closed = append(closed, id)
		}
	}
	return through, closed, nil
}

// skip reports the regions that the search does not follow, each once.
func (s *pathSearch) skip(closed []EntityID) error {
	if len(closed) == 0 {
		return nil
	}
	degrees, err := s.r.Degree(closed, TypesOf(s.q.Where), Both)
	if err != nil {
		return err
	}
	for i, id := range closed {
		s.hub(HubSkip{id, degrees[i], 0})
	}
	return nil
}

func (s *pathSearch) hub(skip HubSkip) {
	if !slices.ContainsFunc(s.done.SkippedHubs, func(h HubSkip) bool { return h.Entity == skip.Entity }) {
		s.done.SkippedHubs = append(s.done.SkippedHubs, skip)
	}
	s.done.stop(StopHub)
}

// followAll follows the relations at ids: as many as the bound on degree
// allows, or, where it is lifted, all of them, a page at a time.
func (s *pathSearch) followAll(side *pathSide, ids []EntityID) error {
	q := NeighbourQuery{IDs: ids, Direction: side.dir, Types: TypesOf(s.q.Where), Limit: s.q.Bounds.Degree}
	if s.q.ThroughHubs {
		q.Limit = hubPage
	}
	for len(q.IDs) > 0 {
		if err := s.bounds(); err != nil || s.full != "" {
			return err
		}
		found, err := s.r.Neighbours(q)
		if err != nil {
			return err
		}
		q.IDs, q.After = nil, nil
		for _, adjacency := range found {
			if err := s.follow(side, adjacency); err != nil {
				return err
			}
			if n := len(adjacency.Edges); adjacency.More && s.q.ThroughHubs {
				q.IDs = append(q.IDs, adjacency.Entity)
				q.After = append(q.After, adjacency.Edges[n-1].Cursor())
			}
		}
	}
	return nil
}

// bounds notes the bound that is met, if one is. It is asked while there is
// something left to follow.
func (s *pathSearch) bounds() error {
	late, err := s.clock.up()
	switch {
	case err != nil:
		return err
	case late:
		s.full = StopTime
	case len(s.sides[0].reached)+len(s.sides[1].reached) > s.q.Bounds.Nodes:
		s.full = StopNodes
	case s.done.VisitedEdges > s.q.Bounds.Edges:
		s.full = StopEdges
	}
	return nil
}

// follow takes in the relations at one entity.
func (s *pathSearch) follow(side *pathSide, adjacency Adjacency) error {
	if adjacency.More && !s.q.ThroughHubs {
		skip, err := hubSkip(s.r, adjacency, s.q.Where, side.dir)
		if err != nil {
			return err
		}
		s.hub(skip)
	}
	for _, edge := range adjacency.Edges {
		s.done.VisitedEdges++
		_, seen := side.reached[edge.Peer]
		if seen || slices.Contains(s.q.Avoid, edge.Peer) {
			continue
		}
		towards := edge
		if side.end == s.q.To {
			towards.Peer = adjacency.Entity
		}
		ok, err := s.m.Edge(s.q.Where, &towards)
		if err != nil {
			return err
		}
		if ok {
			side.reached[edge.Peer] = pathStep{adjacency.Entity, edge, side.depth}
			side.frontier = append(side.frontier, edge.Peer)
		}
	}
	return nil
}

// finish tells the path through meet, if there is one.
func (s *pathSearch) finish(meet EntityID) (*Paths, error) {
	from, to := s.sides[0], s.sides[1]
	s.done.DepthReached = from.depth + to.depth
	s.done.VisitedNodes = len(from.reached)
	for id := range to.reached {
		if _, both := from.reached[id]; !both {
			s.done.VisitedNodes++
		}
	}
	if meet == 0 {
		return &Paths{Completeness: s.done}, nil
	}
	ids := []EntityID{meet}
	var edges []Edge
	for at := meet; at != s.q.From; at = from.reached[at].from {
		ids = append(ids, from.reached[at].from)
		edges = append(edges, from.reached[at].edge)
	}
	slices.Reverse(ids)
	slices.Reverse(edges)
	for at := meet; at != s.q.To; at = to.reached[at].from {
		ids = append(ids, to.reached[at].from)
		edges = append(edges, to.reached[at].edge)
	}
	hops, err := s.hops(ids, edges)
	if err != nil {
		return nil, err
	}
	return &Paths{Paths: []Path{hops}, Completeness: s.done}, nil
}

// hops tells a path whose entities and relations are known. Half of the edges
// were seen from their far end, so each is looked at again from its near one.
func (s *pathSearch) hops(ids []EntityID, edges []Edge) ([]Hop, error) {
	entities, err := s.r.Entities(ids)
	if err != nil {
		return nil, err
	}
	q := NeighbourQuery{IDs: ids[:len(edges)], Direction: Both, Limit: 1, Documents: true}
	for _, edge := range edges {
		q.After = append(q.After, EdgeCursor{edge.Type, edge.Relation - 1})
	}
	found, err := s.r.Neighbours(q)
	if err != nil {
		return nil, err
	}
	hops := make([]Hop, len(edges))
	for i, adjacency := range found {
		if len(adjacency.Edges) != 1 || adjacency.Edges[0].Relation != edges[i].Relation || entities[i] == nil {
			return nil, dangling()
		}
		edge := adjacency.Edges[0]
		hops[i] = Hop{From: entities[i], To: entities[i+1], Relation: edge.Document, Forward: edge.Forward}
	}
	return hops, nil
}
