package graph_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"lianzhu/graph"
)

// boundless are bounds that no graph of these tests meets.
var boundless = graph.Bounds{Depth: 50, Nodes: 1 << 20, Edges: 1 << 20, Degree: 1 << 20}

// walk answers q from the newest revision.
func (s *stage) walk(q graph.SubgraphQuery) (*graph.Subgraph, error) {
	s.Helper()
	return asked(s, q.Now == nil, func(r graph.Reader) (*graph.Subgraph, error) { return graph.WalkSubgraph(context.Background(), r, q) })
}

// mustWalk is walk where no error is due.
func (s *stage) mustWalk(q graph.SubgraphQuery) *graph.Subgraph {
	s.Helper()
	g, err := s.walk(q)
	if err != nil {
		s.Fatal(err)
	}
	return g
}

// unclear tells whether err says that a filter made at random contradicts
// itself.
func unclear(err error) bool {
	return graph.CodeOf(err) == graph.CodeInvalid && strings.Contains(err.Error(), "nothing could pass")
}

// subgraph is what a walk should find: entities with their depth, relations.
type subgraph struct {
	depth     map[graph.EntityID]int
	relations map[*graph.Relation]bool
}

// subgraph goes level by level over everything.
func (w *twin) subgraph(q graph.SubgraphQuery) subgraph {
	g := subgraph{map[graph.EntityID]int{}, map[*graph.Relation]bool{}}
	for _, id := range q.Roots {
		g.depth[id] = 0
	}
	for level := range q.Bounds.Depth {
		for id, depth := range g.depth {
			if depth != level {
				continue
			}
			for v := range w.passing(q.Where, w.around(id, q.Direction)) {
				g.relations[v.rel] = true
				if _, seen := g.depth[v.peer]; !seen {
					g.depth[v.peer] = level + 1
				}
			}
		}
	}
	return g
}

// hidden counts the relations at id that g does not show.
func (w *twin) hidden(g subgraph, id graph.EntityID) int {
	n := 0
	for _, r := range w.relations {
		if !g.relations[r] && (r.SourceID == id || r.TargetID == id) {
			n++
		}
	}
	return n
}

// randomWalk asks for a subgraph at random, without bounds but of depth.
func randomWalk(d *rand.Rand, w *twin, f filters) graph.SubgraphQuery {
	q := graph.SubgraphQuery{Direction: pick(d, graph.Out, graph.In, graph.Both), Bounds: boundless}
	q.Bounds.Depth = d.IntN(4)
	for range 1 + d.IntN(3) {
		q.Roots = append(q.Roots, w.entities[d.IntN(len(w.entities))].ID)
	}
	if d.IntN(3) > 0 {
		q.Where = f.relation(2)
	}
	return q
}

// randomStage is a stage with a sparse graph, its filters and its twin.
func randomStage(t *testing.T, d *rand.Rand) (*stage, filters, *twin) {
	s := newStage(t)
	c := newCrowdedStage(s, d, 60, 60+d.IntN(120))
	return s, newFilters(s, c), s.twinOf()
}

func TestASubgraphHoldsWhatIsWithinSoManyRelations(t *testing.T) {
	d := dice(t)
	for range 8 {
		s, f, w := randomStage(t, d)
		for range 40 {
			q := randomWalk(d, w, f)
			g, err := s.walk(q)
			if unclear(err) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			want := w.subgraph(q)
			if !g.Complete || g.Reasons != nil || g.SkippedHubs != nil {
				t.Fatalf("it stopped for %v", g.Reasons)
			}
			w.compare(t, g, want)
			if len(g.Nodes) != len(want.depth) || len(g.Relations) != len(want.relations) || g.VisitedNodes != len(g.Nodes) || g.VisitedEdges < len(g.Relations) {
				t.Fatalf("%d of %d entities, %d of %d relations, visited %d and %d",
					len(g.Nodes), len(want.depth), len(g.Relations), len(want.relations), g.VisitedNodes, g.VisitedEdges)
			}
			if again := s.mustWalk(q); !reflect.DeepEqual(again, g) {
				t.Fatal("asked again, the answer is another")
			}
			slices.Reverse(q.Roots)
			q.Roots = append(q.Roots, q.Roots[0])
			if again := s.mustWalk(q); !reflect.DeepEqual(again.Nodes, g.Nodes) || !reflect.DeepEqual(again.Relations, g.Relations) {
				t.Fatal("with the roots in another order, one of them twice, the answer is another")
			}
		}
	}
}

// compare wants g to be closed, in order and true as far as it goes.
func (w *twin) compare(t *testing.T, g *graph.Subgraph, want subgraph) {
	t.Helper()
	shown := subgraph{map[graph.EntityID]int{}, map[*graph.Relation]bool{}}
	for i, r := range g.Relations {
		shown.relations[r] = true
		if !want.relations[r] {
			t.Fatalf("%s is not within the depth", r.Key())
		}
		if i > 0 && g.Relations[i-1].ID >= r.ID {
			t.Fatalf("relation %d stands before %d", g.Relations[i-1].ID, r.ID)
		}
	}
	deepest := 0
	for i, n := range g.Nodes {
		shown.depth[n.Entity.ID] = n.Depth
		deepest = max(deepest, n.Depth)
		if at, ok := want.depth[n.Entity.ID]; !ok || at != n.Depth {
			t.Fatalf("%s is %d away, not %d", n.Entity.Key, at, n.Depth)
		}
		if hidden := w.hidden(shown, n.Entity.ID); n.Hidden != hidden {
			t.Fatalf("%s hides %d, not %d", n.Entity.Key, hidden, n.Hidden)
		}
		if i > 0 {
			if before := g.Nodes[i-1]; before.Depth > n.Depth || before.Depth == n.Depth && before.Entity.ID >= n.Entity.ID {
				t.Fatalf("%d at %d stands before %d at %d", before.Entity.ID, before.Depth, n.Entity.ID, n.Depth)
			}
		}
	}
	for _, r := range g.Relations {
		_, from := shown.depth[r.SourceID]
		_, to := shown.depth[r.TargetID]
		if !from || !to {
			t.Fatalf("%s has an end that is not shown", r.Key())
		}
	}
	if g.DepthReached != deepest {
		t.Fatalf("the depth reached is %d, not %d", deepest, g.DepthReached)
	}
}

func TestABoundOfASubgraphIsReportedWhenItIsMetAndOnlyThen(t *testing.T) {
	d := dice(t)
	for range 6 {
		s, f, w := randomStage(t, d)
		for range 60 {
			q := randomWalk(d, w, f)
			want := w.subgraph(q)
			q.Bounds.Nodes, q.Bounds.Edges = 1+d.IntN(len(want.depth)+2), 1+d.IntN(len(want.relations)+2)
			if d.IntN(3) == 0 {
				q.Bounds.Nodes, q.Bounds.Edges = len(want.depth), max(1, len(want.relations))
			}
			g, err := s.walk(q)
			if unclear(err) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			w.compare(t, g, want)
			tooMany := len(want.depth) > q.Bounds.Nodes
			tooTied := len(want.relations) > q.Bounds.Edges
			if g.Complete != !(tooMany || tooTied) || g.Complete != (len(g.Reasons) == 0) {
				t.Fatalf("complete %v with %d of %d entities and %d of %d relations, bounds %d and %d, reasons %v", g.Complete,
					len(g.Nodes), len(want.depth), len(g.Relations), len(want.relations), q.Bounds.Nodes, q.Bounds.Edges, g.Reasons)
			}
			if len(g.Nodes) > q.Bounds.Nodes || len(g.Relations) > q.Bounds.Edges {
				t.Fatalf("%d entities, %d relations are beyond %d, %d", len(g.Nodes), len(g.Relations), q.Bounds.Nodes, q.Bounds.Edges)
			}
			for why, due := range map[graph.StopReason]bool{graph.StopNodes: tooMany, graph.StopEdges: tooTied, graph.StopDepth: false, graph.StopTime: false, graph.StopHub: false} {
				if slices.Contains(g.Reasons, why) && !due {
					t.Fatalf("%s is no reason among %v", why, g.Reasons)
				}
			}
		}
	}
}

// star ties the hub enterprise:0 to n enterprises, and the last of these to
// enterprise:far.
func star(t *testing.T, n int) *stage {
	s := newStage(t)
	docs := []any{thing("enterprise:0"), thing("enterprise:far")}
	for i := range n {
		leaf := graph.Key(fmt.Sprintf("enterprise:%d", i+1))
		docs = append(docs, thing(leaf), tie("enterprise:0", "SUPPLIES", leaf))
	}
	s.write(append(docs, tie(graph.Key(fmt.Sprintf("enterprise:%d", n)), "SUPPLIES", "enterprise:far"))...)
	return s
}

func TestAHubIsFollowedInPartAndReported(t *testing.T) {
	s := star(t, 5)
	hub := s.id("enterprise:0")
	for _, c := range []struct {
		name             string
		degree, depth    int
		nodes, relations int
		hubs             []graph.HubSkip
	}{
		{"all of its relations may be followed", 5, 1, 6, 5, nil},
		{"no bound at all", 0, 1, 6, 5, nil},
		{"three of its relations may be followed", 3, 1, 4, 3, []graph.HubSkip{{Entity: hub, Degree: 5, Followed: 3}}},
		{"it is not reached", 3, 0, 1, 0, nil},
		{"what lies behind the rest is not seen", 4, 2, 5, 4, []graph.HubSkip{{Entity: hub, Degree: 5, Followed: 4}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := boundless
			b.Degree, b.Depth = c.degree, c.depth
			g := s.mustWalk(graph.SubgraphQuery{Roots: []graph.EntityID{hub}, Direction: graph.Out, Bounds: b})
			if len(g.Nodes) != c.nodes || len(g.Relations) != c.relations || !slices.Equal(g.SkippedHubs, c.hubs) {
				t.Errorf("%d entities, %d relations, hubs %v", len(g.Nodes), len(g.Relations), g.SkippedHubs)
			}
			var want []graph.StopReason
			if c.hubs != nil {
				want = []graph.StopReason{graph.StopHub}
			}
			if g.Complete != (c.hubs == nil) || !slices.Equal(g.Reasons, want) {
				t.Errorf("complete %v for %v", g.Complete, g.Reasons)
			}
			if n := g.Nodes[0]; n.Hidden != 5-c.relations {
				t.Errorf("it hides %d", n.Hidden)
			}
		})
	}
}

// ticking is a clock that stands still until it was asked n times and then
// shows an hour later.
func ticking(n int) func() time.Time {
	at := time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)
	return func() time.Time {
		if n--; n < 0 {
			return at.Add(time.Hour)
		}
		return at
	}
}

func TestAWalkEndsWithItsTime(t *testing.T) {
	s := star(t, 40)
	root := s.ids("enterprise:0")
	cases := []struct {
		name     string
		budget   time.Duration
		asked    int
		nodes    int
		complete bool
	}{
		{"before the first step", time.Minute, 1, 1, false},
		{"after the first step", time.Minute, 2, 41, false},
		{"within the second step, before the far end is found", time.Minute, 3, 41, false},
		{"after the last step", time.Minute, 4, 42, true},
		{"never, for there is no bound on time", 0, 0, 42, true},
		{"never, for there is time enough", 2 * time.Hour, 0, 42, true},
	}
	s.bothRoads(func(t *testing.T, r graph.Reader) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				b := boundless
				b.Depth, b.Budget = 2, c.budget
				g, err := graph.WalkSubgraph(t.Context(), r, graph.SubgraphQuery{Roots: root, Direction: graph.Out, Bounds: b, Now: ticking(c.asked)})
				if err != nil {
					t.Fatal(err)
				}
				if len(g.Nodes) != c.nodes || g.Complete != c.complete || slices.Contains(g.Reasons, graph.StopTime) == c.complete || len(g.Reasons) > 1 {
					t.Errorf("%d entities, complete %v for %v", len(g.Nodes), g.Complete, g.Reasons)
				}
			})
		}
	})
}

func TestAWalkThatIsCancelledIsAnError(t *testing.T) {
	s := star(t, 40)
	ids := s.ids("enterprise:0", "enterprise:far")
	s.bothRoads(func(t *testing.T, r graph.Reader) {
		ctx, cancel := context.WithCancel(context.Background())
		b := boundless
		b.Budget = time.Hour
		asked := 0
		now := func() time.Time { // cancels while the walk is under way
			if asked++; asked == 3 {
				cancel()
			}
			return time.Time{}
		}
		if g, err := graph.WalkSubgraph(ctx, r, graph.SubgraphQuery{Roots: ids[:1], Direction: graph.Out, Bounds: b, Now: now}); !errors.Is(err, context.Canceled) || g != nil {
			t.Errorf("%v, %v", g, err)
		}
		if _, err := graph.ShortestPath(ctx, r, graph.PathQuery{From: ids[0], To: ids[1], Direction: graph.Out, Bounds: boundless}); !errors.Is(err, context.Canceled) {
			t.Errorf("a path: %v", err)
		}
		if _, err := graph.FindCommonNeighbourIDs(ctx, r, ids, nil, 10); !errors.Is(err, context.Canceled) {
			t.Errorf("common neighbours: %v", err)
		}
	})
}

// frugal is a reader that refuses when so much was read from a shape.
type frugal struct {
	countingReader
	most int
}

var errSpent = errors.New("too much was read")

func (r *frugal) Spend(n int) error {
	if err := r.countingReader.Spend(n); err != nil || r.edges > r.most {
		return errors.Join(err, errSpent)
	}
	return nil
}

// TestWhatIsReadFromAShapeCounts spends what walks look at in memory on the
// budget of their reader, which ends them.
func TestWhatIsReadFromAShapeCounts(t *testing.T) {
	s := star(t, 600)
	ids := s.ids("enterprise:0", "enterprise:1", "enterprise:far", "enterprise:2")
	for name, walk := range map[string]func(r graph.Reader) (int, error){
		"a subgraph": func(r graph.Reader) (int, error) {
			g, err := graph.WalkSubgraph(t.Context(), r, graph.SubgraphQuery{Roots: ids[:1], Direction: graph.Both, Bounds: boundless, Bare: true})
			if err != nil {
				return 0, err
			}
			return g.VisitedEdges, nil
		},
		"what is reached": func(r graph.Reader) (int, error) {
			found, err := graph.Reachable(t.Context(), r, graph.ReachQuery{From: ids[1], Direction: graph.Both, ThroughHubs: true, Bounds: boundless, Bare: true})
			if err != nil {
				return 0, err
			}
			return found.VisitedEdges, nil
		},
		"a shortest path": func(r graph.Reader) (int, error) {
			found, err := graph.FindPaths(t.Context(), r, graph.PathQuery{From: ids[1], To: ids[3], Direction: graph.Both, ThroughHubs: true, Bounds: boundless, Bare: true})
			if err != nil {
				return 0, err
			}
			return found.VisitedEdges, nil
		},
		"the strongest path": func(r graph.Reader) (int, error) {
			found, err := graph.FindPaths(t.Context(), r, graph.PathQuery{Mode: graph.Strongest, From: ids[1], To: ids[3], Direction: graph.Both, ThroughHubs: true, Bounds: boundless, Bare: true})
			if err != nil {
				return 0, err
			}
			return found.VisitedEdges, nil
		},
		"common neighbours": func(r graph.Reader) (int, error) {
			found, err := graph.FindCommonNeighbourIDs(t.Context(), r, []graph.EntityID{ids[0], ids[2]}, nil, 10)
			if err != nil {
				return 0, err
			}
			return found.Total, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			s.view(func(r graph.Reader) {
				open := &frugal{countingReader{Reader: s.shaped(r)}, math.MaxInt}
				looked, err := walk(open)
				if err != nil || looked == 0 || open.edges < looked {
					t.Fatalf("%d were looked at, %d spent: %v", looked, open.edges, err)
				}
				if _, err := walk(&frugal{countingReader{Reader: s.shaped(r)}, open.edges}); err != nil {
					t.Errorf("what it takes is not enough: %v", err)
				}
				if _, err := walk(&frugal{countingReader{Reader: s.shaped(r)}, open.edges - 1}); !errors.Is(err, errSpent) {
					t.Errorf("with less than it takes: %v", err)
				}
			})
		})
	}
}

func TestAWalkStartsFromWhatIsThere(t *testing.T) {
	s := star(t, 2)
	_, err := s.walk(graph.SubgraphQuery{Roots: []graph.EntityID{1, 999}, Direction: graph.Both, Bounds: boundless})
	if graph.CodeOf(err) != graph.CodeNotFound {
		t.Errorf("a root that is not there: %v", err)
	}
	_, err = s.walk(graph.SubgraphQuery{Roots: s.ids("enterprise:0"), Direction: "UP", Bounds: boundless})
	if graph.CodeOf(err) != graph.CodeInvalid {
		t.Errorf("a direction that there is not: %v", err)
	}
	g := s.mustWalk(graph.SubgraphQuery{Direction: graph.Both, Bounds: boundless})
	if len(g.Nodes) != 0 || !g.Complete {
		t.Errorf("from nothing: %v", g)
	}
	b := boundless
	b.Nodes = 2
	g = s.mustWalk(graph.SubgraphQuery{Roots: s.ids("enterprise:0", "enterprise:1", "enterprise:2"), Direction: graph.Both, Bounds: b})
	if len(g.Nodes) != 2 || g.Complete || !slices.Equal(g.Reasons, []graph.StopReason{graph.StopNodes}) {
		t.Errorf("more roots than entities: %v", g)
	}
}
