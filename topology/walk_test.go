package topology_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// naive answers walks from a reader, document by document.
type naive struct {
	t     testing.TB
	r     graph.Reader
	where topology.Where
	f     *graph.RelationFilter
	kinds map[graph.EntityID]graph.Kind
}

func newNaive(t testing.TB, r graph.Reader, where topology.Where) *naive {
	n := &naive{t: t, r: r, where: where, kinds: map[graph.EntityID]graph.Kind{}}
	n.f = &graph.RelationFilter{Types: where.Types, Modality: where.Modality, IncludeDerived: where.IncludeDerived, ValidAt: where.ValidAt, MinConfidence: &where.MinScore}
	entities, _ := documentsOf(t, r)
	for _, e := range entities {
		n.kinds[e.ID] = e.Kind
	}
	return n
}

// steps are the edges at id that pass, peers left aside.
func (n *naive) steps(id graph.EntityID, dir graph.Direction) (edges []graph.Edge) {
	m := graph.NewMatcher(n.r)
	found := must(n.r.Neighbours(graph.NeighbourQuery{IDs: []graph.EntityID{id}, Direction: dir, Documents: true}))(n.t)
	for _, e := range found[0].Edges {
		if must(m.Relation(n.f, e.Document, e.Peer))(n.t) {
			edges = append(edges, e)
		}
	}
	return edges
}

func (n *naive) reaches(id graph.EntityID) bool {
	return (n.where.Peers == nil || contains(n.where.Peers, n.kinds[id])) && !contains(n.where.Avoid, id)
}

// distances are how far everything is from the roots, up to depth.
func (n *naive) distances(roots []graph.EntityID, dir graph.Direction, depth int) map[graph.EntityID]int {
	far := map[graph.EntityID]int{}
	for _, id := range roots {
		far[id] = 0
	}
	frontier := slices.Clone(roots)
	for d := 1; d <= depth && len(frontier) > 0; d++ {
		var next []graph.EntityID
		for _, id := range frontier {
			if d > 1 && contains(n.where.NotThrough, n.kinds[id]) {
				continue
			}
			for _, e := range n.steps(id, dir) {
				if _, seen := far[e.Peer]; !seen && n.reaches(e.Peer) {
					far[e.Peer] = d
					next = append(next, e.Peer)
				}
			}
		}
		frontier = next
	}
	return far
}

// walkWhere is a random Where for walks.
func (w *world) walkWhere(s *topology.Snapshot) topology.Where {
	where, _ := topology.WhereOf(question(w.rnd))
	if w.rnd.IntN(3) > 0 {
		where.Types = nil
	}
	if w.rnd.IntN(3) == 0 {
		where.NotThrough = []graph.Kind{graph.KindRegion}
	}
	if w.rnd.IntN(3) == 0 {
		where.Avoid = []graph.EntityID{w.someone(s), w.someone(s)}
	}
	return where
}

func (w *world) someone(s *topology.Snapshot) graph.EntityID {
	for {
		if id := graph.EntityID(1 + w.rnd.IntN(int(s.LastEntity()))); s.Has(id) {
			return id
		}
	}
}

// walks calls test for random snapshots (patched and not, of many entities and
// of few that have very much to do with each other), filters and directions.
func walks(t *testing.T, test func(w *world, r graph.Reader, s *topology.Snapshot, q topology.Query, where topology.Where)) {
	seed := seedOf(t)
	for _, size := range [][2]int{{40, 130}, {9, 700}} {
		w := newWorld(t, seed)
		w.populate(size[0], size[1])
		s := w.build()
		for range 6 {
			for range 4 {
				w.happen()
			}
			s = w.after(s)
			w.view(func(r graph.Reader) { w.walk(r, s, test) })
		}
	}
}

func (w *world) walk(r graph.Reader, s *topology.Snapshot, test func(*world, graph.Reader, *topology.Snapshot, topology.Query, topology.Where)) {
	for range 20 {
		where := w.walkWhere(s)
		f, err := s.Filter(where)
		if err != nil {
			continue // two lists with nothing in common
		}
		test(w, r, s, topology.Query{Direction: pick(w.rnd, directions), Filter: f}, where)
	}
}

func TestReachFindsWhatANaiveSearchFindsLevelByLevel(t *testing.T) {
	walks(t, func(w *world, r graph.Reader, s *topology.Snapshot, q topology.Query, where topology.Where) {
		walk := s.Walk()
		defer walk.Release()
		roots := []graph.EntityID{w.someone(s), w.someone(s)}[:1+w.rnd.IntN(2)]
		q.Bounds.Depth = w.rnd.IntN(4)
		got := must(walk.Reach(context.Background(), q, roots...))(t)
		depth := q.Bounds.Depth
		if depth == 0 {
			depth = math.MaxInt
		}
		want := newNaive(t, r, where).distances(roots, q.Direction, depth)
		if len(got.Entities) != len(want) || got.VisitedNodes != len(want) {
			t.Fatalf("%d reached instead of %d: %+v from %v", len(got.Entities), len(want), where, roots)
		}
		for level := range got.Ends {
			for _, id := range got.Level(level) {
				if d, ok := want[id]; !ok || d != level {
					t.Fatalf("entity %d at level %d instead of %d (%v)", id, level, d, ok)
				}
			}
		}
	})
}

func TestPathIsAsShortAsANaiveSearchFinds(t *testing.T) {
	found := 0
	walks(t, func(w *world, r graph.Reader, s *topology.Snapshot, q topology.Query, where topology.Where) {
		walk := s.Walk()
		defer walk.Release()
		from, to := w.someone(s), w.someone(s)
		n := newNaive(t, r, where)
		want, reachable := n.between(from, to, q.Direction)
		got := must(walk.Path(context.Background(), q, from, to))(t)
		if got.Found != reachable {
			t.Fatalf("%d to %d: found %v, there is one: %v (%+v)", from, to, got.Found, reachable, where)
		}
		if !got.Found {
			return
		}
		found++
		if len(got.Relations) != want {
			t.Fatalf("%d to %d takes %d relations instead of %d", from, to, len(got.Relations), want)
		}
		n.isPath(got, from, to, q.Direction)
		q.Bounds.Depth = want - 1
		if want > 1 && must(walk.Path(context.Background(), q, from, to))(t).Found {
			t.Fatalf("a path of %d relations is found within %d", want, want-1)
		}
	})
	if found < 10 {
		t.Fatalf("only %d paths were found", found)
	}
}

// between is the length of the shortest path.
func (n *naive) between(from, to graph.EntityID, dir graph.Direction) (int, bool) {
	if from == to {
		return 0, true
	}
	if n.where.Peers != nil && !contains(n.where.Peers, n.kinds[to]) {
		return 0, false
	}
	through := *n
	through.where.Avoid = slices.DeleteFunc(slices.Clone(n.where.Avoid), func(id graph.EntityID) bool { return id == to })
	d, ok := through.distances([]graph.EntityID{from}, dir, math.MaxInt)[to]
	return d, ok
}

// isPath proves that a route leads from one end to the other by relations that
// pass, through entities that may be passed.
func (n *naive) isPath(p topology.Route, from, to graph.EntityID, dir graph.Direction) {
	n.t.Helper()
	if len(p.Entities) != len(p.Relations)+1 || p.Entities[0] != from || p.Entities[len(p.Relations)] != to {
		n.t.Fatalf("%v by %v is no path from %d to %d", p.Entities, p.Relations, from, to)
	}
	for i, rel := range p.Relations {
		ok := slices.ContainsFunc(n.steps(p.Entities[i], dir), func(e graph.Edge) bool {
			return e.Relation == rel && e.Peer == p.Entities[i+1]
		})
		if !ok {
			n.t.Fatalf("relation %d does not lead from %d to %d", rel, p.Entities[i], p.Entities[i+1])
		}
		if i > 0 && (!n.reaches(p.Entities[i]) || contains(n.where.NotThrough, n.kinds[p.Entities[i]])) {
			n.t.Fatalf("the path goes through %d", p.Entities[i])
		}
	}
}

func TestCommonIsWhatIsNextToAllOfThem(t *testing.T) {
	some := 0
	walks(t, func(w *world, r graph.Reader, s *topology.Snapshot, q topology.Query, where topology.Where) {
		walk := s.Walk()
		defer walk.Release()
		ends := []graph.EntityID{w.someone(s), w.someone(s), w.someone(s)}[:1+w.rnd.IntN(3)]
		n := newNaive(t, r, where)
		count := map[graph.EntityID]int{}
		for _, id := range compact(ends) {
			for _, peer := range n.peers(id, q.Direction) {
				count[peer]++
			}
		}
		var want []graph.EntityID
		for id, times := range count {
			if times == len(compact(ends)) {
				want = append(want, id)
			}
		}
		slices.Sort(want)
		got, _, err := walk.Common(context.Background(), q, ends...)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%v have %v in common, not %v", ends, got, want)
		}
		some += len(got)
	})
	if some == 0 {
		t.Fatal("nobody had anything in common")
	}
}

func compact(ids []graph.EntityID) []graph.EntityID {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// peers are the entities at the other ends.
func (n *naive) peers(id graph.EntityID, dir graph.Direction) (peers []graph.EntityID) {
	for _, e := range n.steps(id, dir) {
		if n.reaches(e.Peer) {
			peers = append(peers, e.Peer)
		}
	}
	return compact(peers)
}

func TestBelowIsTheSubtreeOfTheMatcher(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(60, 200)
	var above graph.Key
	for range 6 {
		e := w.entity(graph.Key(fmt.Sprintf("region:below-%s", above)))
		w.apply(graph.Change{Entity: e})
		if above != "" {
			r := &graph.Relation{Type: graph.PartOf, Source: e.Key, Target: above}
			w.dress(r)
			r.Modality, r.Derivation = graph.Asserted, nil
			w.apply(graph.Change{Relation: r})
		}
		above = e.Key
	}
	s := w.build()
	below := 0
	w.view(func(r graph.Reader) {
		m := graph.NewMatcher(r)
		walk := s.Walk()
		defer walk.Release()
		for id := graph.EntityID(1); id <= s.LastEntity(); id++ {
			got := must(walk.Below(context.Background(), id))(t)
			if s.Kind(id) != graph.KindRegion {
				if got != nil {
					t.Fatalf("below %d, a %s, there is something", id, s.Kind(id))
				}
				continue
			}
			tree := must(m.Subtree(id))(t)
			if len(got) != tree.Len() {
				t.Fatalf("below region %d are %d, not %d", id, len(got), tree.Len())
			}
			for _, child := range got {
				if !tree.Has(child) {
					t.Fatalf("%d is not below %d", child, id)
				}
			}
			below += len(got) - 1
		}
	})
	if below == 0 {
		t.Fatal("no region is below another")
	}
}
