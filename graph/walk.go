package graph

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"
)

// SubgraphQuery asks for everything within Bounds.Depth relations of the roots.
type SubgraphQuery struct {
	Roots     []EntityID
	Direction Direction
	Where     *RelationFilter // applied while walking
	Bounds    Bounds
	Now       func() time.Time // nil: time.Now
}

// SubgraphNode is an entity of a subgraph, how many relations it is away from
// the nearest root, and how many relations at it (of every type and modality)
// the subgraph does not show.
type SubgraphNode struct {
	Entity *Entity
	Depth  int
	Hidden int
}

// Subgraph is flat and closed: both ends of every relation are among the nodes.
// Nodes are ordered by depth and then by id, relations by id.
type Subgraph struct {
	Nodes     []SubgraphNode
	Relations []*Relation
	Completeness
}

// WalkSubgraph answers q from the revision of r, level by level. Reaching
// Bounds.Depth is what was asked for and no reason to be incomplete; each other
// bound is.
func WalkSubgraph(ctx context.Context, r Reader, q SubgraphQuery) (*Subgraph, error) {
	m := NewMatcher(r)
	if err := firstError(m.CheckRelation(q.Where), exist(r, "subgraph", q.Roots...)); err != nil {
		return nil, err
	}
	w := subgraphWalk{
		r: r, m: m, q: q, clock: startClock(ctx, q.Now, q.Bounds.Budget),
		depth: map[EntityID]int{}, relations: map[RelationID]struct{}{},
	}
	w.done.Complete = true
	frontier := w.start()
	for level := 1; level <= q.Bounds.Depth && len(frontier) > 0 && !w.full; level++ {
		next, err := w.level(frontier, level)
		if err != nil {
			return nil, err
		}
		frontier = next
	}
	return w.finish()
}

// subgraphWalk is the state of one walk.
type subgraphWalk struct {
	r         Reader
	m         *Matcher
	q         SubgraphQuery
	clock     clock
	depth     map[EntityID]int // every node and its level
	relations map[RelationID]struct{}
	done      Completeness
	full      bool // a bound was met that ends the walk
}

// start puts the roots in, as many as may be.
func (w *subgraphWalk) start() []EntityID {
	var frontier []EntityID
	for _, id := range w.q.Roots {
		if _, seen := w.depth[id]; seen {
			continue
		}
		if len(w.depth) >= w.q.Bounds.Nodes {
			w.stop(StopNodes)
			break
		}
		w.depth[id] = 0
		frontier = append(frontier, id)
	}
	return frontier
}

func (w *subgraphWalk) stop(why StopReason) {
	w.done.stop(why)
	w.full = true
}

// level follows the relations of the frontier and gives the entities that are
// new.
func (w *subgraphWalk) level(frontier []EntityID, level int) ([]EntityID, error) {
	var next []EntityID
	slices.Sort(frontier)
	for batch := range slices.Chunk(frontier, 32) {
		if late, err := w.clock.up(); err != nil {
			return nil, err
		} else if late {
			w.stop(StopTime)
			return next, nil
		}
		found, err := neighbours(w.r, w.q.Where, batch, w.q.Direction, w.q.Bounds.Degree)
		if err != nil {
			return nil, err
		}
		for _, adjacency := range found {
			fresh, err := w.follow(adjacency, level)
			if err != nil {
				return nil, err
			}
			next = append(next, fresh...)
			if w.full {
				return next, nil
			}
		}
	}
	return next, nil
}

// exist refuses a walk from an entity that is not there.
func exist(r Reader, op string, ids ...EntityID) error {
	found, err := r.Entities(ids)
	if err != nil {
		return err
	}
	if slices.Contains(found, nil) {
		return &Error{Code: CodeNotFound, Op: op, Index: -1, Detail: "an entity to start from is not in the graph"}
	}
	return nil
}

// dangling is the error of a graph whose parts do not fit together.
func dangling() error {
	return &Error{Code: CodeCorrupt, Op: "relation", Index: -1, Detail: "an edge leads to what is not there; run lianzhu check"}
}

// neighbours asks for the relations of a filter's types at each of ids, at most
// limit for each.
func neighbours(r Reader, where *RelationFilter, ids []EntityID, dir Direction, limit int) ([]Adjacency, error) {
	return r.Neighbours(NeighbourQuery{IDs: ids, Direction: dir, Types: TypesOf(where), Limit: limit})
}

// follow takes in the relations at one entity.
func (w *subgraphWalk) follow(adjacency Adjacency, level int) ([]EntityID, error) {
	var fresh []EntityID
	if adjacency.More {
		skip, err := hubSkip(w.r, adjacency, w.q.Where, w.q.Direction)
		if err != nil {
			return nil, err
		}
		w.done.SkippedHubs = append(w.done.SkippedHubs, skip)
		w.done.stop(StopHub)
	}
	for i := range adjacency.Edges {
		edge := &adjacency.Edges[i]
		w.done.VisitedEdges++
		ok, err := w.m.Edge(w.q.Where, edge)
		if err != nil {
			return nil, err
		}
		if _, seen := w.relations[edge.Relation]; !ok || seen {
			continue
		}
		isNew, room := w.take(edge, level)
		if !room {
			return fresh, nil
		}
		if isNew {
			fresh = append(fresh, edge.Peer)
		}
	}
	return fresh, nil
}

// take adds a relation and the entity at its other end, if there is room.
func (w *subgraphWalk) take(edge *Edge, level int) (isNew, room bool) {
	if len(w.relations) >= w.q.Bounds.Edges {
		w.stop(StopEdges)
		return false, false
	}
	if _, seen := w.depth[edge.Peer]; !seen {
		if len(w.depth) >= w.q.Bounds.Nodes {
			w.stop(StopNodes)
			return false, false
		}
		w.depth[edge.Peer] = level
		w.done.DepthReached = level
		isNew = true
	}
	w.relations[edge.Relation] = struct{}{}
	return isNew, true
}

// hubSkip reports an entity whose relations were cut.
func hubSkip(r Reader, adjacency Adjacency, where *RelationFilter, dir Direction) (HubSkip, error) {
	degree, err := r.Degree([]EntityID{adjacency.Entity}, TypesOf(where), dir)
	if err != nil {
		return HubSkip{}, err
	}
	return HubSkip{adjacency.Entity, degree[0], len(adjacency.Edges)}, nil
}

// finish fetches what was found and puts it in order.
func (w *subgraphWalk) finish() (*Subgraph, error) {
	ids := slices.SortedFunc(maps.Keys(w.depth), func(a, b EntityID) int {
		return cmp.Or(cmp.Compare(w.depth[a], w.depth[b]), cmp.Compare(a, b))
	})
	entities, err := w.r.Entities(ids)
	if err != nil {
		return nil, err
	}
	relations, err := w.r.Relations(slices.Sorted(maps.Keys(w.relations)))
	if err != nil {
		return nil, err
	}
	degrees, err := w.r.Degree(ids, nil, Both)
	if err != nil {
		return nil, err
	}
	if slices.Contains(entities, nil) || slices.Contains(relations, nil) {
		return nil, dangling()
	}
	shown := map[EntityID]int{}
	for _, rel := range relations {
		shown[rel.SourceID]++
		shown[rel.TargetID]++
	}
	s := &Subgraph{Relations: relations, Completeness: w.done}
	for i, id := range ids {
		s.Nodes = append(s.Nodes, SubgraphNode{entities[i], w.depth[id], degrees[i] - shown[id]})
	}
	s.VisitedNodes = len(ids)
	return s, nil
}
