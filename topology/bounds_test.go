package topology_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"lianzhu/graph"
	"lianzhu/topology"
)

func TestWalksEndWithTheirContextTheirTimeAndTheirBounds(t *testing.T) {
	w := newWorld(t, 21)
	w.populate(50, 400)
	s := w.build()
	walk := s.Walk()
	defer walk.Release()
	f := must(s.Filter(everything))(t)
	ask := func(ctx context.Context, q topology.Query) (topology.Reached, error) {
		q.Direction, q.Filter = graph.Both, f
		return walk.Reach(ctx, q, 1, 2)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ask(cancelled, topology.Query{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled walk answers %v", err)
	}
	if _, err := walk.Reach(context.Background(), topology.Query{Direction: "UP"}, 1); graph.CodeOf(err) != graph.CodeInvalid {
		t.Errorf("a direction that does not exist: %v", err)
	}
	full := must(ask(context.Background(), topology.Query{}))(t)
	if !full.Complete || full.VisitedEdges == 0 {
		t.Errorf("a walk without bounds: %+v", full.Completeness)
	}
	all := len(full.Entities)
	few := must(ask(context.Background(), topology.Query{Bounds: graph.Bounds{Nodes: 10}}))(t)
	if len(few.Entities) != 10 || few.Complete || !slices.Equal(few.Reasons, []graph.StopReason{graph.StopNodes}) {
		t.Errorf("ten of %d: %+v", all, few)
	}
	short := must(ask(context.Background(), topology.Query{Bounds: graph.Bounds{Edges: 5}}))(t)
	if len(short.Entities) >= all || !slices.Equal(short.Reasons, []graph.StopReason{graph.StopEdges}) {
		t.Errorf("five edges: %+v", short)
	}
	now := time.Unix(0, 0)
	clock := func() time.Time { now = now.Add(time.Second); return now }
	if late := must(ask(context.Background(), topology.Query{Now: clock, Bounds: graph.Bounds{Budget: time.Hour}}))(t); !late.Complete {
		t.Errorf("an hour was not enough: %+v", late.Completeness)
	}
}

func TestAHubIsFollowedInPartAndReported(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(30, 300)
	s := w.build()
	f := must(s.Filter(topology.Where{}))(t)
	walk := s.Walk()
	defer walk.Release()
	w.view(func(r graph.Reader) {
		n := newNaive(t, r, topology.Where{})
		for id := graph.EntityID(1); id <= s.LastEntity(); id++ {
			for _, dir := range directions {
				edges := n.steps(id, dir)
				q := topology.Query{Direction: dir, Filter: f, Bounds: graph.Bounds{Depth: 1, Degree: 3}}
				got := must(walk.Reach(context.Background(), q, id))(t)
				var want []graph.EntityID
				for _, e := range edges[:min(3, len(edges))] {
					want = append(want, e.Peer)
				}
				if hub := len(edges) > 3; hub == got.Complete {
					t.Fatalf("entity %d with %d edges: %+v", id, len(edges), got.Completeness)
				}
				if !slices.Equal(compact(append(want, id)), compact(got.Entities)) {
					t.Fatalf("entity %d leads to %v, not %v", id, got.Entities[1:], want)
				}
				if len(edges) > 3 && (got.SkippedHubs[0].Entity != id || got.SkippedHubs[0].Followed != 3) {
					t.Fatalf("entity %d is reported as %+v", id, got.SkippedHubs)
				}
			}
		}
	})
}

func TestALargeWalkLooksAtItsClockOnTheWay(t *testing.T) {
	law := newPowerLaw(3_000, 40_000)
	s := must(topology.Build(context.Background(), law, ontologyOf(t), nil))(t)
	walk := s.Walk()
	defer walk.Release()
	now := time.Unix(0, 0)
	clock := func() time.Time { now = now.Add(time.Second); return now }
	q := topology.Query{Direction: graph.Both, Now: clock, Bounds: graph.Bounds{Budget: time.Second}}
	got := must(walk.Reach(context.Background(), q, 1))(t)
	if got.Complete || !slices.Equal(got.Reasons, []graph.StopReason{graph.StopTime}) || got.VisitedEdges >= 72_000 {
		t.Errorf("with a second for all: %+v", got.Completeness)
	}
	ctx, cancel := context.WithCancel(context.Background())
	q.Now, q.Bounds.Budget = func() time.Time { cancel(); return now }, time.Hour
	_, err := walk.Reach(ctx, q, 1)
	q.Bounds.Budget = 0
	if _, again := walk.Reach(ctx, q, 1); !errors.Is(err, context.Canceled) || !errors.Is(again, context.Canceled) {
		t.Errorf("cancelled on the way: %v and %v", err, again)
	}
	q.Bounds = graph.Bounds{Nodes: 3}
	route := must(walk.Path(context.Background(), q, 1, 2))(t)
	if route.Found || !slices.Equal(route.Reasons, []graph.StopReason{graph.StopNodes}) {
		t.Errorf("a path among three: %+v", route)
	}
}
