package graph

import (
	"context"
	"slices"
	"time"
)

// StopReason says why a walk did not see everything.
type StopReason string

// The reasons for which a walk stops.
const (
	StopDepth StopReason = "DEPTH" // Bounds.Depth
	StopNodes StopReason = "NODES" // Bounds.Nodes
	StopEdges StopReason = "EDGES" // Bounds.Edges
	StopPaths StopReason = "PATHS" // Bounds.Paths
	StopTime  StopReason = "TIME"  // Bounds.Budget
	StopHub   StopReason = "HUB"   // an entity was not followed, or not in full
)

// Bounds are how far a walk may go.
//
// Depth is how many relations away from its start. Nodes and Edges are how many
// entities and relations a subgraph shows; a search for paths meets so many
// entities and looks at so many relations; Reachable gives so many items and
// looks at so many relations. Paths is how many paths are given. Degree is how
// many relations of one entity are followed that pass the filter (0: all);
// beyond that the entity is a hub, followed in part and reported. Budget is the
// time after which the walk answers what it has (0: no end).
type Bounds struct {
	Depth, Nodes, Edges, Paths, Degree int
	Budget                             time.Duration
}

// HubSkip tells of a hub that was followed in part, or not at all.
type HubSkip struct {
	Entity           EntityID
	Degree, Followed int
}

// Completeness tells whether a walk saw everything it was asked for, and if
// not, why not. Visited counts what was looked at, not what was returned.
type Completeness struct {
	Complete                   bool
	Reasons                    []StopReason
	DepthReached               int
	VisitedNodes, VisitedEdges int
	SkippedHubs                []HubSkip

	// Resume is the token by which to go on exactly where a bound stopped the
	// walk, where the question had a [Signer]. NoResume says in words why there
	// is none although the walk was stopped.
	Resume, NoResume string
}

// stop notes a reason once.
func (c *Completeness) stop(why StopReason) {
	if !slices.Contains(c.Reasons, why) {
		c.Reasons = append(c.Reasons, why)
	}
	c.Complete = false
}

// clock tells when a walk must end: at its budget, or when the question itself
// is cancelled, which is an error.
type clock struct {
	ctx context.Context
	end time.Time
	now func() time.Time
}

func startClock(ctx context.Context, now func() time.Time, budget time.Duration) clock {
	if now == nil {
		now = time.Now
	}
	c := clock{ctx: ctx, now: now}
	if budget > 0 {
		c.end = now().Add(budget)
	}
	return c
}

// up tells whether the budget is used up.
func (c clock) up() (bool, error) {
	if err := c.ctx.Err(); err != nil {
		return false, err
	}
	return !c.end.IsZero() && !c.now().Before(c.end), nil
}
