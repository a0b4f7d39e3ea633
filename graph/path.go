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
	Mode        PathMode // empty: Shortest
	From, To    EntityID
	Direction   Direction
	Where       *RelationFilter // applied while searching; a Peer is the end that is nearer to To
	Avoid       []EntityID      // neither From nor To
	ThroughHubs bool
	Bounds      Bounds
	Bare        bool             // without documents
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
	Routes []Route
	Paths  []Path // the same with documents; nil where the question is Bare
	Completeness
}

// ShortestPath finds one path of the fewest relations: of those it met the first
// by the ids of these, which is the first of all unless a bound cut it short. No
// path is an empty list: whether there is none, or none within
// the bounds, Completeness tells. From equal to To is a path without hops. The
// fewest are meant among the relations that may be followed: a hub that was
// followed in part, which Completeness tells as well, may hide a shorter path.
func ShortestPath(ctx context.Context, r Reader, q PathQuery) (*Paths, error) {
	q.Mode = Shortest
	return FindPaths(ctx, r, q)
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
