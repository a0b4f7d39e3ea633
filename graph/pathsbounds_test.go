package graph_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"lianzhu/graph"
)

// TestAPathThatIsGivenIsAPathWhateverStoppedTheSearch asks with small bounds of
// every sort.
func TestAPathThatIsGivenIsAPathWhateverStoppedTheSearch(t *testing.T) {
	reasons := map[graph.StopReason]int{}
	eachMaze(t, graphs(t, 600), func(s *stage, d *rand.Rand, w *twin) {
		for range 8 {
			q := pathQuery(d, w.ids())
			q.Bounds.Nodes, q.Bounds.Edges, q.Bounds.Degree = 2+d.IntN(len(w.entities)), d.IntN(40), d.IntN(4)
			if d.IntN(3) == 0 {
				q.Bounds.Budget, q.Now = time.Minute, ticking(d.IntN(8))
			}
			got := s.findPaths(q)
			for _, why := range got.Reasons {
				reasons[why]++
			}
			s.asGoodAs(q, got, w.roads(nil, q.Direction), w)
		}
	})
	for _, why := range []graph.StopReason{graph.StopDepth, graph.StopNodes, graph.StopEdges, graph.StopPaths, graph.StopTime, graph.StopHub} {
		if reasons[why] == 0 {
			t.Errorf("no search was stopped by %s: %v", why, reasons)
		}
	}
}

// asGoodAs wants an answer that may be cut to be right as far as it goes.
func (s *stage) asGoodAs(q graph.PathQuery, got *graph.Paths, g roads, w *twin) {
	s.Helper()
	all := g.simplePaths(w, q, q.Bounds.Depth)
	var given [][]graph.RelationID
	for _, p := range got.Paths {
		given = append(given, hopIDs(p))
	}
	there := relationIDsOf(all)
	for i, ids := range given {
		if !slices.ContainsFunc(there, func(other []graph.RelationID) bool { return slices.Equal(ids, other) }) {
			s.Fatalf("%s\n%v is no path of %v", told(q), ids, there)
		}
		if i > 0 && (len(given[i-1]) > len(ids) || len(given[i-1]) == len(ids) && slices.Compare(given[i-1], ids) >= 0) {
			s.Fatalf("%s\n%v is not in order", told(q), given)
		}
	}
	has := func(why graph.StopReason) bool { return slices.Contains(got.Reasons, why) }
	if got.Complete {
		want, more := g.expected(w, q)
		same := sameRoads(got.Paths, want)
		if q.Mode == graph.Shortest { // which of them it is depends on what was met
			same = len(got.Paths) == len(want) && (len(want) == 0 || len(got.Paths[0]) == len(want[0]))
		}
		if !same || more {
			s.Fatalf("%s\nis not complete: %s\nthere are %v", told(q), told(got), there)
		}
	}
	if got.Complete != (got.Reasons == nil) || has(graph.StopHub) != (got.SkippedHubs != nil) || has(graph.StopHub) && q.ThroughHubs {
		s.Fatalf("%s\nsays two things at once: %s", told(q), told(got))
	}
	for i, hub := range got.SkippedHubs {
		if slices.ContainsFunc(got.SkippedHubs[:i], func(h graph.HubSkip) bool { return h.Entity == hub.Entity }) {
			s.Fatalf("%s\nreports a hub twice: %s", told(q), told(got))
		}
	}
	if found := q.Mode == graph.Shortest && len(got.Paths) > 0; found && (has(graph.StopNodes) || has(graph.StopEdges) || has(graph.StopTime)) {
		s.Fatalf("%s\nno bound can have hidden a shorter path: %s", told(q), told(got))
	}
	if has(graph.StopPaths) && (len(got.Paths) != q.Bounds.Paths || len(all) <= q.Bounds.Paths) {
		s.Fatalf("%s\nPATHS is no reason: %s\nthere are %v", told(q), told(got), there)
	}
	if has(graph.StopNodes) && q.Bounds.Nodes >= len(w.entities) || got.VisitedEdges > q.Bounds.Edges || got.VisitedNodes > max(q.Bounds.Nodes, 2) || got.DepthReached > q.Bounds.Depth {
		s.Fatalf("%s\na bound was not heeded: %s", told(q), told(got))
	}
	if n := len(given); n > 0 && !has(graph.StopHub) && q.Mode != graph.Strongest {
		shorter := len(slices.DeleteFunc(there, func(ids []graph.RelationID) bool { return len(ids) >= len(given[n-1]) }))
		if mine := len(slices.DeleteFunc(given, func(ids []graph.RelationID) bool { return len(ids) >= len(got.Paths[n-1]) })); mine != shorter {
			s.Fatalf("%s\n%d shorter paths were left out: %s", told(q), shorter-mine, told(got))
		}
	}
}

// TestPathsInPages lists in pages of every size, some of them ended by the
// clock, and wants what a single answer holds.
func TestPathsInPages(t *testing.T) {
	pages, late := 0, 0
	eachMaze(t, graphs(t, 600), func(s *stage, d *rand.Rand, w *twin) {
		for range 4 {
			q := pathQuery(d, w.ids())
			q.Signer = signer
			if q.Mode = pick(d, graph.AllShortest, graph.KShortest, graph.AllSimple); d.IntN(3) == 0 {
				q.Bounds.Degree = 1 + d.IntN(4)
			}
			q.Bounds.Paths = 1 << 20
			whole := s.findPaths(q)
			var paths []graph.Path
			for {
				q.Bounds.Paths, q.Bounds.Budget = 1+d.IntN(4), 0
				if d.IntN(4) == 0 {
					q.Bounds.Budget, q.Now = time.Minute, ticking(d.IntN(30))
				}
				page := s.findPaths(q)
				if pages++; pages > 1<<20 {
					t.Fatal("it never ends")
				}
				if page.NoResume != "" { // no time to go as far as the page before
					late++
					q.Now = nil
					continue
				}
				if paths = append(paths, page.Paths...); page.Resume == "" {
					break
				}
				q.Resume = page.Resume
			}
			// what comes to light behind a hub comes later than what is longer
			if slices.ContainsFunc(whole.SkippedHubs, func(h graph.HubSkip) bool { return h.Followed > 0 }) {
				slices.SortStableFunc(paths, func(a, b graph.Path) int {
					if len(a) != len(b) {
						return len(a) - len(b)
					}
					return slices.Compare(hopIDs(a), hopIDs(b))
				})
			}
			if !reflect.DeepEqual(paths, whole.Paths) {
				t.Fatalf("%s\nin pages: %s\n   whole: %s", told(q), told(&graph.Paths{Paths: paths}), told(whole))
			}
		}
	})
	t.Logf("%d pages, %d of them without time", pages, late)
}

// TestPathsListedLate is stopped by the clock within the list, again and again,
// at other places each time.
func TestPathsListedLate(t *testing.T) {
	s := newStageOf(t, corridors())
	s.write(append(clique("e", 9), layers(4, 5)...)...)
	for _, c := range []struct {
		mode     graph.PathMode
		from, to graph.Key
		paths    int
	}{{graph.AllSimple, "e:0", "e:1", 3620}, {graph.AllShortest, "e:first", "e:last", 625}} {
		q := graph.PathQuery{Mode: c.mode, From: s.id(c.from), To: s.id(c.to), Direction: graph.Both, Bounds: wide(6), Signer: signer}
		q.Bounds.Paths = 1 << 20
		whole := s.findPaths(q)
		if len(whole.Paths) != c.paths || !whole.Complete {
			t.Fatalf("%s: %d paths, %+v", c.mode, len(whole.Paths), whole.Completeness)
		}
		for looks := 15; looks < 40; looks++ {
			var paths []graph.Path
			q.Resume, q.Bounds.Budget = "", time.Minute
			for {
				q.Now = ticking(looks)
				page := s.findPaths(q)
				paths = append(paths, page.Paths...)
				if page.Resume == "" {
					if !page.Complete {
						t.Fatalf("%s, %d looks: at last %+v", c.mode, looks, page.Completeness)
					}
					break
				}
				if !slices.Equal(page.Reasons, []graph.StopReason{graph.StopTime}) {
					t.Fatalf("%s, %d looks: %+v", c.mode, looks, page.Completeness)
				}
				q.Resume = page.Resume
			}
			if !reflect.DeepEqual(paths, whole.Paths) {
				t.Errorf("%s, %d looks: %d paths in pages, %d at once", c.mode, looks, len(paths), len(whole.Paths))
			}
		}
	}
}

// layers puts rows of n entities between e:first and e:last, each row tied to
// the next, and a way round them that is longer by one.
func layers(rows, n int) (docs []any) {
	last := []graph.Key{"e:first"}
	docs = append(docs, thing("e:first"), thing("e:last"))
	way := graph.Key("e:first")
	for row := range rows + 1 {
		next := graph.Key(fmt.Sprintf("e:way-%d", row))
		docs = append(docs, thing(next), tie(way, "TOUCHES", next))
		way = next
		var keys []graph.Key
		for i := range n {
			if row < rows {
				keys = append(keys, graph.Key(fmt.Sprintf("e:row-%d-%d", row, i)))
				docs = append(docs, thing(keys[i]))
			}
		}
		if row == rows {
			keys = []graph.Key{"e:last"}
		}
		for _, from := range last {
			for _, to := range keys {
				docs = append(docs, tie(from, "TOUCHES", to))
			}
		}
		last = keys
	}
	return append(docs, tie(way, "TOUCHES", "e:last"))
}

// clique ties n entities to each other.
func clique(letter string, n int) (docs []any) {
	for i := range n {
		key := graph.Key(fmt.Sprintf("%s:%d", letter, i))
		docs = append(docs, thing(key))
		for j := range i {
			docs = append(docs, tie(graph.Key(fmt.Sprintf("%s:%d", letter, j)), "TOUCHES", key))
		}
	}
	return docs
}

// TestPathsDoNotLoseThemselvesInDeadEnds hangs a clique on an entity that every
// path passes: from within it no path leads back, and it has billions of ways.
func TestPathsDoNotLoseThemselvesInDeadEnds(t *testing.T) {
	s := newStageOf(t, corridors())
	s.write(append(clique("e", 40), thing("e:from"), thing("e:to"), thing("e:a"), thing("e:b"),
		tie("e:from", "TOUCHES", "e:0"), tie("e:0", "TOUCHES", "e:to"), tie("e:0", "TOUCHES", "e:a"), tie("e:a", "TOUCHES", "e:b"), tie("e:b", "TOUCHES", "e:to"))...)
	for _, mode := range []graph.PathMode{graph.KShortest, graph.AllSimple} {
		asked := 0
		q := graph.PathQuery{Mode: mode, From: s.id("e:from"), To: s.id("e:to"), Direction: graph.Both, Bounds: wide(10),
			Now: func() time.Time { asked++; return time.Time{} }}
		q.Bounds.Budget = time.Minute
		got := s.findPaths(q)
		if len(got.Paths) != 2 || !got.Complete {
			t.Errorf("%s: %s", mode, told(got))
		}
		if asked > 1000 { // each is 256 steps
			t.Errorf("%s: the clock was asked %d times", mode, asked)
		}
	}
}

// TestTheOrderOfWritingChangesNoPath writes the same graph in another order,
// under other ids: the paths are as long, as sure, and the same ones where all
// of them are given.
func TestTheOrderOfWritingChangesNoPath(t *testing.T) {
	d := dice(t)
	for range graphs(t, 200) {
		docs := maze(d)
		there, shuffled := newStageOf(t, corridors()), newStageOf(t, corridors())
		there.write(docs...)
		d.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
		slices.SortStableFunc(docs, func(a, b any) int { return entitiesFirst(a) - entitiesFirst(b) })
		shuffled.write(append(docs, thing("e:apart"), thing("e:far"), tie("e:apart", "TOUCHES", "e:far"))...)
		w := there.twinOfWays()
		for range 8 {
			q := pathQuery(d, w.ids())
			a := there.findPaths(q)
			for _, id := range []*graph.EntityID{&q.From, &q.To} {
				*id = shuffled.id(w.byID[*id].Key)
			}
			for i, id := range q.Avoid {
				q.Avoid[i] = shuffled.id(w.byID[id].Key)
			}
			b := shuffled.findPaths(q)
			if !sameMeasures(q.Mode, a, b) {
				t.Fatalf("%s\n%s\n%s", told(q), told(a), told(b))
			}
		}
	}
}

func entitiesFirst(doc any) int {
	if _, ok := doc.(*graph.Entity); ok {
		return 0
	}
	return 1
}

// sameMeasures compares answers from graphs whose ids differ.
func sameMeasures(mode graph.PathMode, a, b *graph.Paths) bool {
	if len(a.Paths) != len(b.Paths) || a.Complete != b.Complete || !slices.Equal(a.Reasons, b.Reasons) {
		return false
	}
	keys := [2][]string{}
	for i := range a.Paths {
		if len(a.Paths[i]) != len(b.Paths[i]) || mode == graph.Strongest && fmt.Sprintf("%.9f", a.Paths[i].Cost()) != fmt.Sprintf("%.9f", b.Paths[i].Cost()) {
			return false
		}
		keys[0], keys[1] = append(keys[0], keysAlong(a.Paths[i])), append(keys[1], keysAlong(b.Paths[i]))
	}
	if mode == graph.Strongest || mode == graph.Shortest || slices.Contains(a.Reasons, graph.StopPaths) {
		return true
	}
	slices.Sort(keys[0])
	slices.Sort(keys[1])
	return slices.Equal(keys[0], keys[1])
}

func keysAlong(p graph.Path) (text string) {
	for _, hop := range p {
		text += string(hop.From.Key + " " + hop.Relation.Key() + " " + hop.To.Key + ";")
	}
	return text
}

// TestFromTheOtherEndThePathsAreTheSame asks each question from its far end, in
// the opposite direction.
func TestFromTheOtherEndThePathsAreTheSame(t *testing.T) {
	eachMaze(t, graphs(t, 300), func(s *stage, d *rand.Rand, w *twin) {
		for range 8 {
			q := pathQuery(d, w.ids())
			a := s.findPaths(q)
			q.From, q.To = q.To, q.From
			q.Direction = map[graph.Direction]graph.Direction{graph.Out: graph.In, graph.In: graph.Out, graph.Both: graph.Both}[q.Direction]
			b := s.findPaths(q)
			for _, p := range b.Paths {
				slices.Reverse(p)
				for i := range p {
					p[i].From, p[i].To = p[i].To, p[i].From
				}
			}
			onlyPaths(a) // which regions are met and what goes on beyond the depth depends on the side
			onlyPaths(b)
			if !sameMeasures(q.Mode, a, b) {
				t.Fatalf("%s\n%s\n%s", told(q), told(a), told(b))
			}
		}
	})
}

// onlyPaths forgets all reasons but PATHS.
func onlyPaths(found *graph.Paths) {
	found.Reasons = slices.DeleteFunc(found.Reasons, func(why graph.StopReason) bool { return why != graph.StopPaths })
	found.Complete = len(found.Reasons) == 0
}
