package graph_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"lianzhu/graph"
)

// path answers q from the newest revision.
func (s *stage) path(q graph.PathQuery) (*graph.Paths, error) {
	s.Helper()
	return asked(s, q.Now == nil, func(r graph.Reader) (*graph.Paths, error) { return graph.ShortestPath(context.Background(), r, q) })
}

// mustPath is path where no error is due.
func (s *stage) mustPath(q graph.PathQuery) *graph.Paths {
	s.Helper()
	p, err := s.path(q)
	if err != nil {
		s.Fatal(err)
	}
	return p
}

// distance is the number of relations of the shortest path that q allows, or
// -1, found by going level by level from one end.
func (w *twin) distance(q graph.PathQuery) int {
	reached := entitySet{q.From: true}
	for level := 0; ; level++ {
		if reached[q.To] {
			return level
		}
		next := cloned(reached)
		for id := range reached {
			if id != q.From && w.byID[id].Kind == "REGION" && !q.ThroughHubs {
				continue
			}
			for v := range w.passing(q.Where, w.around(id, q.Direction)) {
				if !slices.Contains(q.Avoid, v.peer) {
					next[v.peer] = true
				}
			}
		}
		if len(next) == len(reached) {
			return -1
		}
		reached = next
	}
}

// checkPath wants hops to be a chain of relations from one end to the other
// that q allows.
func (w *twin) checkPath(t *testing.T, q graph.PathQuery, hops []graph.Hop) {
	t.Helper()
	at := q.From
	passed := entitySet{q.From: true}
	for i, hop := range hops {
		if hop.From.ID != at || passed[hop.To.ID] {
			t.Fatalf("hop %d goes from %s to %s, which is no way on", i, hop.From.Key, hop.To.Key)
		}
		seen := sight{hop.Relation, hop.To.ID}
		if !w.around(at, q.Direction)[seen] {
			t.Fatalf("hop %d: %s does not lead from %s to %s", i, hop.Relation.Key(), hop.From.Key, hop.To.Key)
		}
		if len(w.passing(q.Where, sightSet{seen: true})) == 0 {
			t.Fatalf("hop %d: %s does not pass the filter", i, hop.Relation.Key())
		}
		if forward := hop.Relation.SourceID == at || w.symmetric[hop.Relation.Type]; hop.Forward != forward {
			t.Fatalf("hop %d along %s from %s is forward %v", i, hop.Relation.Key(), hop.From.Key, hop.Forward)
		}
		at = hop.To.ID
		passed[at] = true
		if slices.Contains(q.Avoid, at) || at != q.To && hop.To.Kind == "REGION" && !q.ThroughHubs {
			t.Fatalf("hop %d goes through %s", i, hop.To.Key)
		}
	}
	if at != q.To {
		t.Fatalf("it ends at %d", at)
	}
}

// randomPath asks for a path at random.
func randomPath(d *rand.Rand, w *twin, f filters) graph.PathQuery {
	someone := func() graph.EntityID { return w.entities[d.IntN(len(w.entities))].ID }
	q := graph.PathQuery{From: someone(), To: someone(), Direction: pick(d, graph.Out, graph.In, graph.Both, graph.Both), ThroughHubs: d.IntN(3) == 0, Bounds: boundless}
	if d.IntN(2) == 0 {
		q.Where = f.relation(2)
	}
	for range d.IntN(6) {
		if id := someone(); id != q.From && id != q.To {
			q.Avoid = append(q.Avoid, id)
		}
	}
	return q
}

func TestAPathIsAsShortAsAPathCanBe(t *testing.T) {
	d := dice(t)
	for range 8 {
		s, f, w := randomStage(t, d)
		for range 120 {
			q := randomPath(d, w, f)
			if d.IntN(3) == 0 {
				q.Bounds.Depth = 1 + d.IntN(4)
			}
			p, err := s.path(q)
			if unclear(err) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			want := w.distance(q)
			if want > q.Bounds.Depth {
				if !slices.Contains(p.Reasons, graph.StopDepth) {
					t.Fatalf("a path of %d is beyond %d, but the reasons are %v", want, q.Bounds.Depth, p.Reasons)
				}
				want = -1
			}
			w.checkFound(t, q, p, want)
			if again := s.mustPath(q); !reflect.DeepEqual(again, p) {
				t.Fatal("asked again, the answer is another")
			}
		}
	}
}

// checkFound wants p to be one path of that length, or none where it is -1, and
// to say rightly whether it saw everything.
func (w *twin) checkFound(t *testing.T, q graph.PathQuery, p *graph.Paths, length int) {
	t.Helper()
	if length < 0 {
		if len(p.Paths) != 0 {
			t.Fatalf("a path of %d where there is none", len(p.Paths[0]))
		}
	} else {
		if len(p.Paths) != 1 || len(p.Paths[0]) != length {
			t.Fatalf("from %d to %d: %v, want a path of %d, reasons %v", q.From, q.To, p.Paths, length, p.Reasons)
		}
		w.checkPath(t, q, p.Paths[0])
	}
	if p.Complete != (len(p.Reasons) == 0) || slices.Contains(p.Reasons, graph.StopHub) != (p.SkippedHubs != nil) {
		t.Fatalf("complete %v for %v with the hubs %v", p.Complete, p.Reasons, p.SkippedHubs)
	}
	for _, hub := range p.SkippedHubs {
		if q.ThroughHubs || w.byID[hub.Entity].Kind != "REGION" || hub.Followed != 0 {
			t.Fatalf("%s is no hub that was left out", w.byID[hub.Entity].Key)
		}
	}
	for _, why := range p.Reasons {
		if why != graph.StopHub && (why != graph.StopDepth || length >= 0) {
			t.Fatalf("%s is no reason for a path of %d", why, length)
		}
	}
}

// corridors is a graph for questions about ways: a one-way type and a symmetric
// one between anything.
func corridors() *graph.Ontology {
	kinds := []graph.Kind{"ENTERPRISE", "REGION"}
	return graph.NewOntology([]graph.KindDef{{Kind: "ENTERPRISE"}, {Kind: "REGION"}},
		[]graph.RelationDef{{Type: "LEADS_TO", From: kinds, To: kinds}, {Type: "TOUCHES", From: kinds, To: kinds, Symmetric: true}})
}

// ways builds a graph of ways such as "e:a>e:b e:b-r:c": one-way and symmetric.
func ways(t *testing.T, pairs ...string) *stage {
	s := newStageOf(t, corridors())
	there := map[graph.Key]bool{}
	var docs []any
	for _, pair := range pairs {
		for i := range pair {
			if pair[i] != '>' && pair[i] != '-' {
				continue
			}
			from, to := graph.Key(pair[:i]), graph.Key(pair[i+1:])
			for _, k := range []graph.Key{from, to} {
				if !there[k] {
					there[k] = true
					docs = append(docs, thing(k))
				}
			}
			docs = append(docs, tie(from, map[byte]graph.RelationType{'>': "LEADS_TO", '-': "TOUCHES"}[pair[i]], to))
		}
	}
	s.write(docs...)
	return s
}

// TestAPathGoesThroughNoRegion tells what a region does to a path wherever it
// stands on it: the two sides of the search may meet there, or on either side.
func TestAPathGoesThroughNoRegion(t *testing.T) {
	for _, c := range []struct {
		name     string
		ways     []string
		from, to graph.Key
		length   int // -1: no path
		through  int // the length where hubs are corridors
		complete bool
	}{
		{"a region between two", []string{"e:a-r:x", "r:x-e:b"}, "e:a", "e:b", -1, 2, false},
		{"a region in the middle of four", []string{"e:a-e:m", "e:m-r:x", "r:x-e:n", "e:n-e:b"}, "e:a", "e:b", -1, 4, false},
		{"a region after the first step", []string{"e:a-r:x", "r:x-e:m", "e:m-e:n", "e:n-e:b"}, "e:a", "e:b", -1, 4, false},
		{"a region before the last step", []string{"e:a-e:m", "e:m-e:n", "e:n-r:x", "r:x-e:b"}, "e:a", "e:b", -1, 4, false},
		{"a region is shorter than the way round", []string{"e:a-r:x", "r:x-e:b", "e:a-e:m", "e:m-e:n", "e:n-e:b"}, "e:a", "e:b", 3, 2, false},
		{"a region in the middle is shorter than the way round",
			[]string{"e:a-e:m", "e:m-r:x", "r:x-e:n", "e:n-e:b", "e:m-e:o", "e:o-e:p", "e:p-e:n"}, "e:a", "e:b", 5, 4, false},
		{"a region is as short as the other way, and of a lesser id", []string{"e:a-r:x", "r:x-e:b", "e:a-e:m", "e:m-e:b"}, "e:a", "e:b", 2, 2, true},
		{"two regions in a row", []string{"e:a-r:x", "r:x-r:y", "r:y-e:b"}, "e:a", "e:b", -1, 3, false},
		{"a region is the beginning", []string{"r:x-e:m", "e:m-e:b"}, "r:x", "e:b", 2, 2, true},
		{"a region is the end", []string{"e:a-e:m", "e:m-r:x"}, "e:a", "r:x", 2, 2, true},
		{"regions are both ends", []string{"r:x-e:m", "e:m-r:y"}, "r:x", "r:y", 2, 2, true},
		{"regions are both ends and touch", []string{"r:x-r:y"}, "r:x", "r:y", 1, 1, true},
		{"a region that leads nowhere lies aside", []string{"e:a-e:m", "e:m-e:b", "e:m-r:x"}, "e:a", "e:b", 2, 2, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := ways(t, c.ways...)
			w := s.twinOfWays()
			q := graph.PathQuery{From: s.id(c.from), To: s.id(c.to), Direction: graph.Both, Bounds: boundless}
			p := s.mustPath(q)
			w.checkFound(t, q, p, c.length)
			if p.Complete != c.complete {
				t.Errorf("complete %v: %v", p.Complete, p.SkippedHubs)
			}
			q.From, q.To = q.To, q.From
			w.checkFound(t, q, s.mustPath(q), c.length)
			q.ThroughHubs = true
			if p := s.mustPath(q); !p.Complete || len(p.Paths) != 1 || len(p.Paths[0]) != c.through {
				t.Errorf("through hubs: %v", p)
			}
		})
	}
}

// twinOfWays is twinOf for the ontology of corridors.
func (s *stage) twinOfWays() *twin {
	w := s.twinOf()
	w.symmetric = map[graph.RelationType]bool{"TOUCHES": true}
	return w
}

func TestARegionAtWhichTheSidesMeetIsReportedOnce(t *testing.T) {
	s := ways(t, "e:a-e:m", "e:m-r:x", "r:x-e:n", "e:n-e:b")
	b := boundless
	for _, depth := range []int{4, 50} {
		b.Depth = depth
		p := s.mustPath(graph.PathQuery{From: s.id("e:a"), To: s.id("e:b"), Direction: graph.Both, Bounds: b})
		want := []graph.HubSkip{{Entity: s.id("r:x"), Degree: 2, Followed: 0}}
		if !slices.Equal(p.SkippedHubs, want) || !slices.Contains(p.Reasons, graph.StopHub) {
			t.Errorf("within %d: %v, %v", depth, p.SkippedHubs, p.Reasons)
		}
	}
}

func TestTheEndsOfAPath(t *testing.T) {
	s := ways(t, "e:a>e:b", "e:b>e:c", "e:x-r:x")
	id := s.id
	for _, c := range []struct {
		name     string
		q        graph.PathQuery
		length   int
		complete bool
	}{
		{"the same", graph.PathQuery{From: id("e:a"), To: id("e:a"), Direction: graph.Out, Bounds: boundless}, 0, true},
		{"the same region", graph.PathQuery{From: id("r:x"), To: id("r:x"), Direction: graph.Out, Bounds: boundless}, 0, true},
		{"neighbours", graph.PathQuery{From: id("e:a"), To: id("e:b"), Direction: graph.Out, Bounds: graph.Bounds{Depth: 1, Nodes: 9, Edges: 9, Degree: 9}}, 1, true},
		{"neighbours the other way", graph.PathQuery{From: id("e:b"), To: id("e:a"), Direction: graph.In, Bounds: boundless}, 1, true},
		{"against the direction", graph.PathQuery{From: id("e:c"), To: id("e:a"), Direction: graph.Out, Bounds: boundless}, -1, true},
		{"in any direction", graph.PathQuery{From: id("e:c"), To: id("e:a"), Direction: graph.Both, Bounds: boundless}, 2, true},
		{"in different parts of the graph", graph.PathQuery{From: id("e:a"), To: id("e:x"), Direction: graph.Both, Bounds: boundless}, -1, true},
		{"as far as the bound", graph.PathQuery{From: id("e:a"), To: id("e:c"), Direction: graph.Out, Bounds: graph.Bounds{Depth: 2, Nodes: 9, Edges: 9, Degree: 9}}, 2, true},
		{"farther than the bound", graph.PathQuery{From: id("e:a"), To: id("e:c"), Direction: graph.Out, Bounds: graph.Bounds{Depth: 1, Nodes: 9, Edges: 9, Degree: 9}}, -1, false},
		{"round what is avoided", graph.PathQuery{From: id("e:a"), To: id("e:c"), Direction: graph.Out, Bounds: boundless, Avoid: []graph.EntityID{id("e:b")}}, -1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := s.mustPath(c.q)
			if c.length < 0 && p.Paths != nil || c.length >= 0 && (len(p.Paths) != 1 || len(p.Paths[0]) != c.length) {
				t.Errorf("%v", p.Paths)
			}
			want := []graph.StopReason{graph.StopDepth}
			if c.complete {
				want = nil
			}
			if p.Complete != c.complete || !slices.Equal(p.Reasons, want) {
				t.Errorf("complete %v for %v", p.Complete, p.Reasons)
			}
		})
	}
	for _, c := range []struct {
		name string
		q    graph.PathQuery
		code graph.Code
	}{
		{"the beginning is not there", graph.PathQuery{From: 999, To: 1, Direction: graph.Both, Bounds: boundless}, graph.CodeNotFound},
		{"the end is not there", graph.PathQuery{From: 1, To: 999, Direction: graph.Both, Bounds: boundless}, graph.CodeNotFound},
		{"both are not there", graph.PathQuery{From: 999, To: 999, Direction: graph.Both, Bounds: boundless}, graph.CodeNotFound},
		{"the beginning is avoided", graph.PathQuery{From: 1, To: 2, Avoid: []graph.EntityID{1}, Direction: graph.Both, Bounds: boundless}, graph.CodeInvalid},
		{"the end is avoided", graph.PathQuery{From: 1, To: 2, Avoid: []graph.EntityID{2}, Direction: graph.Both, Bounds: boundless}, graph.CodeInvalid},
		{"a direction there is not", graph.PathQuery{From: 1, To: 2, Direction: "UP", Bounds: boundless}, graph.CodeInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			if p, err := s.path(c.q); graph.CodeOf(err) != c.code || p != nil {
				t.Errorf("%v, %v", p, err)
			}
		})
	}
}

// TestReversingEveryRelationAndTheDirectionChangesNoLength turns a graph round.
func TestReversingEveryRelationAndTheDirectionChangesNoLength(t *testing.T) {
	d := dice(t)
	for range 10 {
		there, back := newStageOf(t, corridors()), newStageOf(t, corridors())
		var docs, turned []any
		var keys []graph.Key
		for i := range 30 {
			key := graph.Key(fmt.Sprintf("%c:%d", "eeer"[d.IntN(4)], i))
			keys = append(keys, key)
			docs, turned = append(docs, thing(key)), append(turned, thing(key))
		}
		for range 45 {
			from, to, typ := pick(d, keys...), pick(d, keys...), pick(d, graph.RelationType("LEADS_TO"), "LEADS_TO", "TOUCHES")
			if from != to {
				docs, turned = append(docs, tie(from, typ, to)), append(turned, tie(to, typ, from))
			}
		}
		there.write(docs...)
		back.write(turned...)
		for range 60 {
			q := graph.PathQuery{From: there.id(pick(d, keys...)), To: there.id(pick(d, keys...)), Direction: graph.Out, ThroughHubs: d.IntN(3) == 0, Bounds: boundless}
			p := there.mustPath(q)
			q.Direction = graph.In
			if other := back.mustPath(q); !sameLength(p, other) || other.Complete != p.Complete {
				t.Fatalf("%v, turned round %v", p.Paths, other.Paths)
			}
			q.From, q.To = q.To, q.From
			if other := there.mustPath(q); !sameLength(p, other) {
				t.Fatalf("%v, from the other end %v", p.Paths, other.Paths)
			}
		}
	}
}

func sameLength(a, b *graph.Paths) bool {
	return len(a.Paths) == len(b.Paths) && (len(a.Paths) == 0 || len(a.Paths[0]) == len(b.Paths[0]))
}

func TestABoundOfAPathIsReportedWhenItCostsThePath(t *testing.T) {
	d := dice(t)
	for range 6 {
		s, f, w := randomStage(t, d)
		for range 80 {
			q := randomPath(d, w, f)
			want := w.distance(q)
			q.Bounds = graph.Bounds{Depth: 6, Nodes: 2 + d.IntN(60), Edges: 1 + d.IntN(120), Degree: 1 + d.IntN(12)}
			p, err := s.path(q)
			if unclear(err) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Paths) == 1 {
				w.checkPath(t, q, p.Paths[0])
			}
			switch cut := slices.Contains(p.Reasons, graph.StopHub); {
			case p.Complete != (len(p.Reasons) == 0):
				t.Fatalf("complete %v for %v", p.Complete, p.Reasons)
			case len(p.Paths) == 1 && len(p.Paths[0]) != want && !cut:
				t.Fatalf("a path of %d where %d is enough, reasons %v", len(p.Paths[0]), want, p.Reasons)
			case len(p.Paths) == 0 && want >= 0 && p.Complete:
				t.Fatalf("there is a path of %d", want)
			case q.ThroughHubs && cut:
				t.Fatalf("hubs %v were left out", p.SkippedHubs)
			}
		}
	}
}

func TestAPathThroughAHubIsFoundAsFarAsTheHubIsFollowed(t *testing.T) {
	s := star(t, 5)
	hub, to := s.id("enterprise:0"), s.id("enterprise:far")
	for _, c := range []struct {
		name        string
		degree      int
		throughHubs bool
		avoid       []graph.EntityID
		length      int
		hub         bool
	}{
		{"all of it is followed", 5, false, nil, 2, false},
		{"a part of it would be followed, so the search comes from the other end", 4, false, nil, 2, false},
		{"it is no hub when it may be passed", 1, true, nil, 2, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := boundless
			b.Degree = c.degree
			q := graph.PathQuery{From: hub, To: to, Direction: graph.Out, ThroughHubs: c.throughHubs, Bounds: b}
			p := s.mustPath(q)
			if len(p.Paths) != 1 || len(p.Paths[0]) != c.length || slices.Contains(p.Reasons, graph.StopHub) != c.hub {
				t.Errorf("%v, %v", p.Paths, p.Reasons)
			}
		})
	}
}

// TestAHubBetweenHubsHidesAPath leaves the search no end to come from.
func TestAHubBetweenHubsHidesAPath(t *testing.T) {
	var pairs []string
	for i := range 6 {
		pairs = append(pairs, fmt.Sprintf("e:a>e:from%d", i), fmt.Sprintf("e:to%d>e:b", i))
	}
	s := ways(t, append(pairs, "e:a>e:m", "e:m>e:b")...)
	a, b := s.id("e:a"), s.id("e:b")
	q := graph.PathQuery{From: a, To: b, Direction: graph.Out, Bounds: boundless}
	q.Bounds.Degree = 4
	p := s.mustPath(q)
	want := []graph.HubSkip{{Entity: a, Degree: 7, Followed: 4}, {Entity: b, Degree: 7, Followed: 4}}
	if len(p.Paths) != 0 || p.Complete || !slices.Equal(p.SkippedHubs, want) {
		t.Errorf("%v, %+v", p.Paths, p.Completeness)
	}
	q.ThroughHubs = true
	if p = s.mustPath(q); len(p.Paths) != 1 || len(p.Paths[0]) != 2 || !p.Complete {
		t.Errorf("through hubs: %v, %+v", p.Paths, p.Completeness)
	}
}

func TestASearchThatWouldBecomeTooLargeIsGivenUp(t *testing.T) {
	var pairs []string
	for i := range 40 {
		pairs = append(pairs, fmt.Sprintf("e:a>e:from%d", i), fmt.Sprintf("e:to%d>e:b", i))
	}
	s := ways(t, append(pairs, "e:from0>e:m", "e:m>e:n", "e:n>e:to0")...)
	for _, c := range []struct {
		name         string
		nodes, edges int
		want         []graph.StopReason
	}{
		{"it may be as large as it must", 200, 200, nil},
		{"too many entities", 30, 200, []graph.StopReason{graph.StopNodes}},
		{"too many relations", 200, 30, []graph.StopReason{graph.StopEdges}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := boundless
			b.Nodes, b.Edges = c.nodes, c.edges
			p := s.mustPath(graph.PathQuery{From: s.id("e:a"), To: s.id("e:b"), Direction: graph.Out, Bounds: b})
			if !slices.Equal(p.Reasons, c.want) || p.Complete != (c.want == nil) || len(p.Paths) == 1 != p.Complete {
				t.Errorf("%v, %v", p.Paths, p.Completeness)
			}
		})
	}
}

// TestTheNearestOfSeveralMeetingsIsTaken cuts the end short, so that one side of
// the search misses a way that the other finds.
func TestTheNearestOfSeveralMeetingsIsTaken(t *testing.T) {
	s := ways(t, "e:y-e:t", "e:t-e:x", "e:a-e:w", "e:w-e:y", "e:a-e:z", "e:z-e:t")
	b := boundless
	b.Degree = 2
	p := s.mustPath(graph.PathQuery{From: s.id("e:a"), To: s.id("e:t"), Direction: graph.Both, Bounds: b})
	if len(p.Paths) != 1 || len(p.Paths[0]) != 2 {
		t.Errorf("%v, %v", p.Paths, p.Completeness)
	}
}

// TestAGreatHubIsPassedPageByPage goes through more relations than are read at
// a time.
func TestAGreatHubIsPassedPageByPage(t *testing.T) {
	s := star(t, 2500)
	q := graph.PathQuery{From: s.id("enterprise:0"), To: s.id("enterprise:far"), Direction: graph.Out, ThroughHubs: true, Bounds: boundless}
	if p := s.mustPath(q); len(p.Paths) != 1 || len(p.Paths[0]) != 2 || !p.Complete {
		t.Errorf("%v", p.Completeness)
	}
}

func TestAPathEndsWithItsTime(t *testing.T) {
	s := ways(t, "e:a>e:b", "e:b>e:c", "e:c>e:d")
	q := graph.PathQuery{From: s.id("e:a"), To: s.id("e:d"), Direction: graph.Out, Bounds: boundless}
	q.Bounds.Budget = time.Minute
	found := false
	for asked := 1; !found; asked++ {
		q.Now = ticking(asked)
		p := s.mustPath(q)
		found = len(p.Paths) == 1
		if !found && !slices.Equal(p.Reasons, []graph.StopReason{graph.StopTime}) || p.Complete != found {
			t.Fatalf("asked %d times: complete %v for %v", asked, p.Complete, p.Reasons)
		}
		if asked > 100 {
			t.Fatal("there is always too little time")
		}
	}
	q.Bounds.Budget, q.Now = 0, ticking(0)
	if p := s.mustPath(q); !p.Complete || len(p.Paths) != 1 {
		t.Errorf("without a bound on time: %v", p.Completeness)
	}
}
