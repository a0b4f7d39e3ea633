package gql

import (
	"context"
	"fmt"
	"time"

	"lianzhu/graph"
)

// Bounds are how far a walk may go, as clients write it.
type Bounds struct {
	MaxDepth, MaxNodes, MaxEdges, MaxPaths, MaxDegree, BudgetMs int
}

// defaultBounds are those of the schema.
var defaultBounds = Bounds{MaxDepth: 3, MaxNodes: 200, MaxEdges: 500, MaxPaths: 10, MaxDegree: 200, BudgetMs: 1000}

// bounds checks what a client wants against what the server allows.
func (s *session) bounds(b *Bounds) (graph.Bounds, error) {
	if b == nil {
		b = &defaultBounds
	}
	most := s.Maxima.Bounds
	for _, c := range []struct {
		name      string
		n, atMost int
	}{
		{"maxDepth", b.MaxDepth, most.Depth}, {"maxNodes", b.MaxNodes, most.Nodes}, {"maxEdges", b.MaxEdges, most.Edges},
		{"maxPaths", b.MaxPaths, most.Paths},
		{"maxDegree", b.MaxDegree, most.Degree}, {"budgetMs", b.BudgetMs, int(most.Budget / time.Millisecond)},
	} {
		if c.n < 1 || c.n > c.atMost {
			code := graph.CodeLimit
			if c.n < 1 {
				code = graph.CodeInvalid
			}
			return graph.Bounds{}, &graph.Error{Code: code, Op: "bounds", Key: c.name, Index: -1,
				Detail: fmt.Sprintf("it must be between 1 and %d; it is %d", c.atMost, c.n)}
		}
	}
	return graph.Bounds{Depth: b.MaxDepth, Nodes: b.MaxNodes, Edges: b.MaxEdges, Paths: b.MaxPaths, Degree: b.MaxDegree,
		Budget: time.Duration(b.BudgetMs) * time.Millisecond}, nil
}

// Completeness tells whether a walk saw everything.
type Completeness struct {
	Complete                                 bool
	Reasons                                  []graph.StopReason
	DepthReached, VisitedNodes, VisitedEdges int
	SkippedHubs                              []*HubSkip
	Resume, NoResume                         *string
}

// HubSkip is a hub that was not followed in full.
type HubSkip struct {
	Node             Entity
	Degree, Followed int
}

// nothingLeft says why a walk that was not stopped in its course gives no token.
const nothingLeft = "within the bounds everything was seen; raise maxDepth or maxDegree, or set throughHubs, to see what lies beyond"

func (s *session) completeness(c graph.Completeness) (*Completeness, error) {
	to := &Completeness{Complete: c.Complete, Reasons: append([]graph.StopReason{}, c.Reasons...), DepthReached: c.DepthReached,
		VisitedNodes: c.VisitedNodes, VisitedEdges: c.VisitedEdges, SkippedHubs: []*HubSkip{}, Resume: optional(c.Resume), NoResume: optional(c.NoResume)}
	if !c.Complete && c.Resume == "" && c.NoResume == "" {
		to.NoResume = optional(nothingLeft)
	}
	for _, hub := range c.SkippedHubs {
		noun, err := s.end(hub.Entity)
		if err != nil {
			return nil, err
		}
		to.SkippedHubs = append(to.SkippedHubs, &HubSkip{noun, hub.Degree, hub.Followed})
	}
	return to, nil
}

// Subgraph is flat and closed. Its nouns are read when they are asked for.
type Subgraph struct {
	s            *session
	found        *graph.Subgraph
	counted      bool                 // what the nodes hide; guarded by the session
	heads        []graph.EntityHeader // of the nodes, once they were asked for; likewise
	Completeness *Completeness
	Rev          int
}

// SubgraphNode is an entity of a subgraph.
type SubgraphNode struct {
	Node  Entity
	Depth int
	g     *Subgraph
	at    int
}

// Hidden is how many relations at it the subgraph does not show. They are counted
// for all nodes when the first is asked for.
func (n SubgraphNode) Hidden() (int, error) {
	return read(n.g.s, func(r graph.Reader) (int, error) {
		if !n.g.counted {
			if err := n.g.found.CountHidden(r); err != nil {
				return 0, err
			}
			n.g.counted = true
		}
		return n.g.found.Nodes[n.at].Hidden, nil
	})
}

// Nodes are the entities, nearest to the roots first.
func (g *Subgraph) Nodes() ([]SubgraphNode, error) {
	nouns, err := read(g.s, func(r graph.Reader) ([]Entity, error) { return g.s.nouns(r, g.entityIDs()) })
	if err != nil {
		return nil, err
	}
	nodes := make([]SubgraphNode, len(nouns))
	for i, n := range g.found.Nodes {
		nodes[i] = SubgraphNode{nouns[i], n.Depth, g, i}
	}
	return nodes, nil
}

func (g *Subgraph) entityIDs() []graph.EntityID {
	ids := make([]graph.EntityID, len(g.found.Nodes))
	for i, n := range g.found.Nodes {
		ids[i] = n.ID
	}
	return ids
}

// Relations are the relations between them.
func (g *Subgraph) Relations() ([]Relation, error) {
	return read(g.s, func(r graph.Reader) ([]Relation, error) {
		_, ties, err := g.s.headed(r, g.found.RelationIDs)
		return ties, err
	})
}

// fill reads the documents of a subgraph that has none. The session is locked by
// its caller.
func (s *session) fill(r graph.Reader, g *graph.Subgraph) (err error) {
	ids := make([]graph.EntityID, len(g.Nodes))
	for i, n := range g.Nodes {
		ids[i] = n.ID
	}
	docs, err := s.fetch(r, ids)
	for i, doc := range docs {
		if g.Nodes[i].Entity = doc; doc == nil {
			return missing("entity", fmt.Sprint(ids[i]))
		}
	}
	if err == nil {
		g.Relations, err = r.Relations(g.RelationIDs)
	}
	for i, doc := range g.Relations {
		if doc == nil {
			return missing("relation", fmt.Sprint(g.RelationIDs[i]))
		}
	}
	return err
}

// Subgraph answers Query.subgraph.
func (Query) Subgraph(ctx context.Context, roots []*EntityRef, depth int, direction graph.Direction, where *RelationFilter, bounds *Bounds, asOf *graph.Date, resume *string) (*Subgraph, error) {
	s := sessionOf(ctx)
	limits, err := s.bounds(bounds)
	if err != nil {
		return nil, err
	}
	if len(roots) == 0 {
		return nil, inputError("roots", "it needs at least one entity to start from")
	}
	if depth < 1 || depth > s.Maxima.Depth {
		code := graph.CodeLimit
		if depth < 1 {
			code = graph.CodeInvalid
		}
		return nil, &graph.Error{Code: code, Op: "argument", Key: "depth", Index: -1,
			Detail: fmt.Sprintf("it must be between 1 and %d; it is %d", s.Maxima.Depth, depth)}
	}
	found, rev, err := s.walk(roots, direction, where, asOf, limits, depth, resume)
	if err != nil {
		return nil, err
	}
	g := &Subgraph{s: s, found: found, Rev: int(rev)}
	g.Completeness, err = s.completeness(found.Completeness)
	return g, err
}

// walk walks a subgraph. A depth beyond the client's own bound is cut there,
// and the answer says so.
func (s *session) walk(roots []*EntityRef, direction graph.Direction, where *RelationFilter, asOf *graph.Date, limits graph.Bounds, depth int, resume *string) (*graph.Subgraph, graph.Rev, error) {
	var rev graph.Rev
	found, err := read(s, func(r graph.Reader) (*graph.Subgraph, error) {
		rev = r.Rev()
		ids, err := s.findAll(r, "roots", roots)
		if err != nil {
			return nil, err
		}
		filter, err := s.relationFilter(r, where, asOf)
		if err != nil {
			return nil, err
		}
		cut := depth > limits.Depth
		limits.Depth = min(depth, limits.Depth)
		found, err := graph.WalkSubgraph(s.ctx, r, graph.SubgraphQuery{Roots: ids, Direction: direction, Where: filter, Bounds: limits, Bare: true, Resume: orEmpty(resume), Signer: s.Signer, Now: s.now})
		if err == nil && cut {
			found.Complete, found.Reasons = false, append(found.Reasons, graph.StopDepth)
		}
		return found, err
	})
	return found, rev, err
}

// orEmpty is what s points to, or "".
func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// PathResult are the paths that were found.
type PathResult struct {
	t            *trail
	paths        []Path
	Completeness *Completeness
	Rev          int
}

// Paths are the paths, in order.
func (r *PathResult) Paths() []*Path {
	paths := make([]*Path, len(r.paths))
	for i := range r.paths {
		paths[i] = &r.paths[i]
	}
	return paths
}

// Paths answers Query.paths.
func (Query) Paths(ctx context.Context, from, to EntityRef, mode graph.PathMode, direction graph.Direction, where *RelationFilter, avoid []*EntityRef, throughHubs bool, bounds *Bounds, asOf *graph.Date, resume *string) (*PathResult, error) {
	s := sessionOf(ctx)
	limits, err := s.bounds(bounds)
	if err != nil {
		return nil, err
	}
	var rev graph.Rev
	found, err := read(s, func(r graph.Reader) (*graph.Paths, error) {
		rev = r.Rev()
		q, err := s.pathQuery(r, from, to, where, avoid, asOf)
		if err != nil {
			return nil, err
		}
		q.Mode, q.Direction, q.ThroughHubs, q.Bounds = mode, direction, throughHubs, limits
		q.Bare, q.Resume, q.Signer, q.Now = true, orEmpty(resume), s.Signer, s.now
		return graph.FindPaths(s.ctx, r, q)
	})
	if err != nil {
		return nil, err
	}
	result := &PathResult{t: &trail{s: s, shared: true}, Rev: int(rev)}
	for _, route := range found.Routes {
		result.paths = append(result.paths, Path{result.t, result.t.append(route), len(route.Relations)})
	}
	result.Completeness, err = s.completeness(found.Completeness)
	return result, err
}

func (s *session) pathQuery(r graph.Reader, from, to EntityRef, where *RelationFilter, avoid []*EntityRef, asOf *graph.Date) (graph.PathQuery, error) {
	var q graph.PathQuery
	var err error
	if q.From, err = s.locate(r, from); err != nil {
		return q, err
	}
	if q.To, err = s.locate(r, to); err != nil {
		return q, err
	}
	if q.Avoid, err = s.findAll(r, "avoid", avoid); err != nil {
		return q, err
	}
	for _, id := range q.Avoid {
		if id == q.From || id == q.To {
			return q, inputError("avoid", "an end of the path cannot be avoided")
		}
	}
	q.Where, err = s.relationFilter(r, where, asOf)
	return q, err
}
