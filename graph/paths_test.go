package graph_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"lianzhu/graph"
)

var pathModes = []graph.PathMode{graph.Shortest, graph.AllShortest, graph.KShortest, graph.AllSimple, graph.Strongest}

// wide are bounds that cut nothing short.
func wide(depth int) graph.Bounds {
	return graph.Bounds{Depth: depth, Nodes: 1000, Edges: 100_000, Paths: 1000}
}

// findPaths asks on the newest revision.
func (s *stage) findPaths(q graph.PathQuery) *graph.Paths {
	s.Helper()
	found, err := asked(s, q.Now == nil, func(r graph.Reader) (*graph.Paths, error) { return graph.FindPaths(context.Background(), r, q) })
	if err != nil {
		s.Fatalf("%+v: %v", q, err)
	}
	return found
}

// eachCrowd plays on n graphs at random.
func eachCrowd(t *testing.T, n int, play func(s *stage, c *crowd, w *twin)) {
	t.Helper()
	d := dice(t)
	for range n {
		s := newStage(t)
		c := newCrowdedStage(s, d, 5+d.IntN(6), 4+d.IntN(20))
		play(s, c, s.twinOf())
		if t.Failed() {
			return
		}
	}
	t.Logf("%d graphs", n)
}

// pathQuery is a question at random that nothing but its depth and its number
// of paths bounds.
func (c *crowd) pathQuery(s *stage) graph.PathQuery {
	q := pathQuery(c.Rand, s.ids(c.keys...))
	if c.IntN(3) == 0 {
		q.Where = newFilters(s, c).relation(1)
	}
	return q
}

func pathQuery(d *rand.Rand, ids []graph.EntityID) graph.PathQuery {
	q := graph.PathQuery{Mode: pick(d, pathModes...), From: pick(d, ids...), To: pick(d, ids...),
		Direction: pick(d, graph.Out, graph.In, graph.Both, graph.Both), ThroughHubs: d.IntN(2) == 0, Bounds: wide(1 + d.IntN(5))}
	q.Bounds.Paths = 1 + d.IntN(8)
	if d.IntN(3) == 0 {
		q.Avoid = slices.DeleteFunc(some(d, ids...), func(id graph.EntityID) bool { return id == q.From || id == q.To })
	}
	return q
}

// eachMaze plays on n graphs at random that are small and dense: many paths are
// as long as each other, and many as sure.
func eachMaze(t *testing.T, n int, play func(s *stage, d *rand.Rand, w *twin)) {
	t.Helper()
	d := dice(t)
	for range n {
		s := newStageOf(t, corridors())
		s.write(maze(d)...)
		play(s, d, s.twinOfWays())
		if t.Failed() {
			return
		}
	}
	t.Logf("%d graphs", n)
}

// maze are the documents of such a graph.
func maze(d *rand.Rand) (docs []any) {
	var keys []graph.Key
	for i := range 3 + d.IntN(5) {
		keys = append(keys, graph.Key(fmt.Sprintf("%c:%d", "eeeeer"[d.IntN(6)], i)))
		docs = append(docs, thing(keys[i]))
	}
	for i := range 3 + d.IntN(18) {
		from, to := pick(d, keys...), pick(d, keys...)
		if from != to {
			docs = append(docs, tie(from, pick(d, graph.RelationType("LEADS_TO"), "LEADS_TO", "TOUCHES"), to,
				parallel(fmt.Sprint(i)), trusted(pick(d, 0, 0, 0.9, 0.8, 0.72, 0.5))))
		}
	}
	return docs
}

// graphs is how many graphs a test plays on: n, or LIANZHU_GRAPHS where that is
// set, to look longer.
func graphs(t *testing.T, n int) int {
	t.Helper()
	text := os.Getenv("LIANZHU_GRAPHS")
	if text == "" {
		return n
	}
	given, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("LIANZHU_GRAPHS is no number: %v", err)
	}
	return given
}

func TestFindPathsIsWhatLookingAtEverythingFinds(t *testing.T) {
	eachCrowd(t, graphs(t, 400), func(s *stage, c *crowd, w *twin) {
		for range 8 {
			q := c.pathQuery(s)
			if !s.accepts(q.Where) {
				continue
			}
			s.asExpected(q, w)
		}
	})
}

func TestFindPathsInMazes(t *testing.T) {
	eachMaze(t, graphs(t, 600), func(s *stage, d *rand.Rand, w *twin) {
		for range 8 {
			s.asExpected(pathQuery(d, w.ids()), w)
		}
	})
}

// ids are the entities there are.
func (w *twin) ids() (ids []graph.EntityID) {
	for _, e := range w.entities {
		ids = append(ids, e.ID)
	}
	return ids
}

// asExpected asks q and holds the answer against all there is.
func (s *stage) asExpected(q graph.PathQuery, w *twin) {
	s.Helper()
	got := s.findPaths(q)
	g := w.roads(q.Where, q.Direction)
	want, more := g.expected(w, q)
	if !sameRoads(got.Paths, want) {
		s.Fatalf("%s\n got: %v\nwant: %v", told(q), told(got), relationIDsOf(want))
	}
	s.honest(q, got, g, w, more)
}

// accepts tells whether a filter made at random is one that can pass something.
func (s *stage) accepts(f *graph.RelationFilter) (ok bool) {
	s.view(func(r graph.Reader) { ok = graph.NewMatcher(r).CheckRelation(f) == nil })
	return ok
}

func sameRoads(got []graph.Path, want [][]road) bool {
	return slices.EqualFunc(got, want, func(p graph.Path, r []road) bool {
		return slices.EqualFunc(p, r, func(h graph.Hop, r road) bool {
			return h.From.ID == r.from && h.To.ID == r.to && reflect.DeepEqual(h.Relation, r.rel)
		})
	})
}

func relationIDsOf(paths [][]road) (ids [][]graph.RelationID) {
	for _, p := range paths {
		ids = append(ids, relationIDs(p))
	}
	return ids
}

// told is a question or an answer in a line.
func told(v any) string {
	switch v := v.(type) {
	case graph.PathQuery:
		v.Now, v.Signer = nil, nil
		return fmt.Sprintf("%+v where %+v", v, v.Where)
	case *graph.Paths:
		var ids [][]graph.RelationID
		for _, p := range v.Paths {
			ids = append(ids, hopIDs(p))
		}
		return fmt.Sprintf("%v %+v", ids, v.Completeness)
	}
	return fmt.Sprintf("%+v", v)
}

// honest holds the completeness of an answer against all there is. The answer
// is complete where it would be the same with regions open, with any number of
// paths and, unless the mode bounds it, at any depth.
func (s *stage) honest(q graph.PathQuery, got *graph.Paths, g roads, w *twin, more bool) {
	s.Helper()
	if got.Complete != (len(got.Reasons) == 0) {
		s.Fatalf("%s\nis complete and has reasons, or neither: %s", told(q), told(got))
	}
	if q.From == q.To {
		if !got.Complete {
			s.Fatalf("%s\n%s", told(q), told(got))
		}
		return
	}
	has := func(why graph.StopReason) bool { return slices.Contains(got.Reasons, why) }
	if has(graph.StopPaths) != more {
		s.Fatalf("%s\nthere are more paths: %t, but %s", told(q), more, told(got))
	}
	for _, why := range got.Reasons {
		if why != graph.StopPaths && why != graph.StopDepth && why != graph.StopHub {
			s.Fatalf("%s\nno bound was met for %s", told(q), told(got))
		}
	}
	if got.Complete {
		open := q
		open.ThroughHubs = true
		if q.Mode != graph.AllSimple {
			open.Bounds.Depth = len(w.entities)
		}
		if q.Mode == graph.KShortest {
			open.Bounds.Paths++
		}
		want, _ := g.expected(w, open)
		same := sameRoads(got.Paths, want)
		if q.Mode == graph.Shortest { // a region may be as short
			same = len(got.Paths) == len(want) && (len(want) == 0 || len(got.Paths[0]) == len(want[0]))
		}
		if !same {
			s.Fatalf("%s\nis not complete: %s\nthere are %v", told(q), told(got), relationIDsOf(want))
		}
	}
	if has(graph.StopDepth) {
		s.cutByDepth(q, got, g, w)
	}
	if has(graph.StopHub) != (len(got.SkippedHubs) > 0) || has(graph.StopHub) && q.ThroughHubs {
		s.Fatalf("%s\nreports hubs wrongly: %s", told(q), told(got))
	}
	for _, hub := range got.SkippedHubs {
		if w.byID[hub.Entity].Kind != "REGION" || hub.Degree < 1 || q.Direction == graph.Both && hub.Degree < 2 || hub.Followed != 0 {
			s.Fatalf("%s\nno hub: %+v", told(q), hub)
		}
	}
}

// cutByDepth wants that DEPTH is said only where something goes on beyond it.
func (s *stage) cutByDepth(q graph.PathQuery, got *graph.Paths, g roads, w *twin) {
	s.Helper()
	cut := false
	switch q.Mode {
	case graph.Strongest:
		cut = g.surerBeyond(w, q)
	case graph.KShortest:
		cut = len(g.simplePaths(w, q, len(w.entities))) > len(got.Paths)
		fallthrough
	case graph.Shortest, graph.AllShortest:
		reach := g.farthest(w, q, q.From, q.To) + g.turned().farthest(w, q, q.To, q.From)
		cut = (cut || reach > q.Bounds.Depth) && (q.Mode == graph.KShortest || len(got.Paths) == 0)
	}
	if !cut {
		s.Fatalf("%s\nnothing was cut by depth: %s", told(q), told(got))
	}
}
