package graph_test

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"lianzhu/graph"
)

var signer = graph.NewSigner([32]byte{1, 2, 3})

// reachable asks on the newest revision.
func (s *stage) reachable(q graph.ReachQuery) *graph.Reach {
	s.Helper()
	found, err := asked(s, q.Now == nil, func(r graph.Reader) (*graph.Reach, error) { return graph.Reachable(context.Background(), r, q) })
	if err != nil {
		s.Fatalf("%+v: %v", q, err)
	}
	return found
}

// reach is what is reached from an entity: to each the first of the shortest
// paths, by the ids of their relations.
func (g roads) reach(w *twin, q graph.ReachQuery) (paths [][]road) {
	best := map[graph.EntityID][]road{q.From: {}}
	closed := graph.PathQuery{From: q.From, ThroughHubs: q.ThroughHubs}
	for range q.Bounds.Depth {
		for _, e := range w.entities {
			way, met := best[e.ID]
			if !met || w.closed(closed, e.ID) || len(way) >= q.Bounds.Depth {
				continue
			}
			for _, r := range g[e.ID] {
				longer := append(slices.Clone(way), r)
				known, met := best[r.to]
				if !met || cmp.Or(cmp.Compare(len(longer), len(known)), slices.Compare(relationIDs(longer), relationIDs(known))) < 0 {
					best[r.to] = longer
				}
			}
		}
	}
	delete(best, q.From)
	for id, way := range best {
		if q.TargetKinds == nil || slices.Contains(q.TargetKinds, w.byID[id].Kind) {
			paths = append(paths, way)
		}
	}
	slices.SortFunc(paths, func(a, b []road) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a[len(a)-1].to, b[len(b)-1].to))
	})
	return paths
}

func (c *crowd) reachQuery(s *stage) graph.ReachQuery {
	q := graph.ReachQuery{From: pick(c.Rand, s.ids(c.keys...)...), Direction: pick(c.Rand, graph.Out, graph.In, graph.Both),
		ThroughHubs: c.IntN(2) == 0, Bounds: wide(1 + c.IntN(5))}
	if c.IntN(3) == 0 {
		q.Where = newFilters(s, c).relation(1)
	}
	if c.IntN(2) == 0 {
		q.TargetKinds = some(c.Rand, graph.Kind("ENTERPRISE"), "REGION", "PROGRAM", "INSTITUTION", "PLATFORM")
	}
	return q
}

func TestReachableIsWhatLookingAtEverythingFinds(t *testing.T) {
	eachCrowd(t, graphs(t, 300), func(s *stage, c *crowd, w *twin) {
		for range 6 {
			q := c.reachQuery(s)
			if !s.accepts(q.Where) {
				continue
			}
			got := s.reachable(q)
			want := w.roads(q.Where, q.Direction).reach(w, q)
			s.sameReach(q, got.Items, want)
			if onlyHubs := slices.Equal(got.Reasons, []graph.StopReason{graph.StopHub}); !got.Complete && (!onlyHubs || q.ThroughHubs) {
				s.Fatalf("%+v\nnothing was cut: %+v", q, got.Completeness)
			}
			if open := q; got.Complete {
				open.ThroughHubs = true
				s.sameReach(q, got.Items, w.roads(q.Where, q.Direction).reach(w, open))
			}
		}
	})
}

func (s *stage) sameReach(q graph.ReachQuery, items []graph.ReachItem, want [][]road) {
	s.Helper()
	var paths []graph.Path
	for _, item := range items {
		paths = append(paths, item.Path)
		if last := item.Path[len(item.Path)-1].To; item.Entity != last || item.Depth != len(item.Path) {
			s.Fatalf("%+v\nthe path does not lead to the item: %+v", q, item)
		}
	}
	if !sameRoads(paths, want) {
		s.Fatalf("%+v\n got: %v\nwant: %v", q, told(&graph.Paths{Paths: paths}), relationIDsOf(want))
	}
}

// TestReachableInPages walks in pages of every size: what bounds stop goes on
// exactly there.
func TestReachableInPages(t *testing.T) {
	eachCrowd(t, graphs(t, 300), func(s *stage, c *crowd, w *twin) {
		for range 4 {
			q := c.reachQuery(s)
			if !s.accepts(q.Where) {
				continue
			}
			if q.Signer = signer; c.IntN(2) == 0 {
				q.Bounds.Degree = 1 + c.IntN(4)
			}
			whole := s.reachable(q)
			var items []graph.ReachItem
			var visited, edges int
			for pages := 0; ; pages++ {
				q.Bounds.Nodes, q.Bounds.Edges = 1+c.IntN(6), 1+c.IntN(12)
				page := s.reachable(q)
				if len(page.Items) > q.Bounds.Nodes || page.VisitedEdges > q.Bounds.Edges || page.NoResume != "" || pages > 1000 {
					s.Fatalf("%+v\na page of %d items: %+v", q, len(page.Items), page.Completeness)
				}
				items = append(items, page.Items...)
				visited += page.VisitedNodes
				edges += page.VisitedEdges
				if q.Resume = page.Resume; q.Resume == "" {
					break
				}
				if page.Complete {
					s.Fatalf("%+v\ngoes on and is complete: %+v", q, page.Completeness)
				}
			}
			if !slices.EqualFunc(items, whole.Items, func(a, b graph.ReachItem) bool {
				return a.Entity == b.Entity && slices.Equal(hopIDs(a.Path), hopIDs(b.Path))
			}) {
				s.Fatalf("%+v\nin pages: %v\n   whole: %v", q, items, whole.Items)
			}
			if visited != whole.VisitedNodes || edges != whole.VisitedEdges {
				s.Fatalf("%+v\nlooks at things twice: %d entities and %d relations, and %+v at once", q, visited, edges, whole.Completeness)
			}
		}
	})
}
