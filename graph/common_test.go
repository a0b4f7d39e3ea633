package graph_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"lianzhu/graph"
)

// commonNeighbours asks on the newest revision.
func (s *stage) commonNeighbours(of []graph.EntityID, where *graph.RelationFilter, first int) *graph.CommonNeighbours {
	s.Helper()
	found, err := asked(s, true, func(r graph.Reader) (*graph.CommonNeighbours, error) {
		return graph.FindCommonNeighbours(context.Background(), r, of, where, first)
	})
	if err != nil {
		s.Fatalf("%v: %v", of, err)
	}
	return found
}

func TestCommonNeighboursAreWhatLookingAtEverythingFinds(t *testing.T) {
	total := 0
	eachCrowd(t, graphs(t, 300), func(s *stage, c *crowd, w *twin) {
		for range 6 {
			of := s.ids(c.keys...)
			c.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
			of = of[:2+c.IntN(2)]
			var where *graph.RelationFilter
			if c.IntN(3) == 0 {
				where = newFilters(s, c).relation(1)
			}
			if !s.accepts(where) {
				continue
			}
			got := s.commonNeighbours(of, where, 1+c.IntN(4))
			total += got.Total
			s.sameNeighbours(of, got, w.roads(where, graph.Both), w)
		}
	})
	if total == 0 {
		t.Error("nothing was found in any graph")
	}
}

// sameNeighbours holds an answer against all roads.
func (s *stage) sameNeighbours(of []graph.EntityID, got *graph.CommonNeighbours, g roads, w *twin) {
	s.Helper()
	n := 0
	for _, e := range w.entities {
		ties := make([][]road, len(of))
		all := true
		for i, id := range of {
			for _, r := range g[id] {
				if r.to == e.ID {
					ties[i] = append(ties[i], r)
				}
			}
			all = all && ties[i] != nil
		}
		if !all {
			continue
		}
		if n++; n > len(got.Items) {
			continue
		}
		item := got.Items[n-1]
		if item.Entity != e {
			s.Fatalf("neighbours of %v: %v where %v was due", of, item.Entity.Key, e.Key)
		}
		for i, list := range ties {
			var paths []graph.Path
			for _, hop := range item.Ties[i] {
				paths = append(paths, graph.Path{hop})
			}
			var want [][]road
			for _, r := range list {
				want = append(want, []road{r})
			}
			if !sameRoads(paths, want) {
				s.Fatalf("ties of %v to %d: %v", e.Key, of[i], item.Ties[i])
			}
		}
		there, back := ties[0][0], ties[1][0]
		if !sameRoads([]graph.Path{item.Path}, [][]road{{there, {back.rel, e.ID, back.from}}}) {
			s.Fatalf("the path through %v is %v", e.Key, item.Path)
		}
	}
	if got.Total != n {
		s.Fatalf("neighbours of %v: %d, and there are %d", of, got.Total, n)
	}
}

// TestCommonNeighboursOfAHub asks from both ends of the work: what a small
// entity is tied to is looked up there, and not among the relations of a hub.
func TestCommonNeighboursOfAHub(t *testing.T) {
	s := newStage(t)
	docs := []any{thing("e:small"), thing("e:hub")}
	for i := range 3000 {
		key := graph.Key(fmt.Sprintf("e:%04d", i))
		docs = append(docs, thing(key), tie("e:hub", "SUPPLIES", key))
	}
	s.write(append(docs, tie("e:small", "SUPPLIES", "e:0007"), tie("e:0042", "INVESTS_IN", "e:small"), tie("e:0042", "CO_DEVELOPS_WITH", "e:small"))...)
	var read int
	s.view(func(r graph.Reader) {
		counted := &countingReader{Reader: r}
		found, err := graph.FindCommonNeighbours(context.Background(), counted, s.ids("e:hub", "e:small"), nil, 10)
		if err != nil {
			t.Fatal(err)
		}
		var keys []graph.Key
		for _, item := range found.Items {
			keys = append(keys, item.Entity.Key)
		}
		if want := []graph.Key{"e:0007", "e:0042"}; !reflect.DeepEqual(keys, want) || found.Total != 2 {
			t.Errorf("got %v of %d, want %v", keys, found.Total, want)
		}
		if ties := found.Items[1].Ties; len(ties[0]) != 1 || len(ties[1]) != 2 || ties[1][0].Forward || !ties[1][1].Forward {
			t.Errorf("ties of e:0042: %+v", ties)
		}
		read = counted.edges
		only := &graph.RelationFilter{Peer: &graph.EntityFilter{Keys: []graph.Key{"e:0042"}}}
		found, err = graph.FindCommonNeighbours(context.Background(), r, s.ids("e:hub", "e:small"), only, 10)
		if err != nil || found.Total != 1 || found.Items[0].Entity.Key != "e:0042" {
			t.Errorf("only e:0042: %+v, %v", found, err)
		}
	})
	if read > 50 {
		t.Errorf("%d relations were read", read)
	}
}

// countingReader counts the relations that are read, and tells read, where it
// is set, of every page.
type countingReader struct {
	graph.Reader
	edges int
	read  func(n int)
}

func (r *countingReader) Neighbours(q graph.NeighbourQuery) ([]graph.Adjacency, error) {
	found, err := r.Reader.Neighbours(q)
	n := 0
	for _, a := range found {
		n += len(a.Edges)
	}
	r.edges += n
	if r.read != nil {
		r.read(n)
	}
	return found, err
}

// Shape is that of the reader beneath.
func (r *countingReader) Shape() graph.Shape {
	if shaped, ok := r.Reader.(graph.Shaped); ok {
		return shaped.Shape()
	}
	return nil
}

// Spend counts what is read from a shape.
func (r *countingReader) Spend(n int) error {
	r.edges += n
	if r.read != nil {
		r.read(n)
	}
	return nil
}

func TestCommonNeighboursRefuse(t *testing.T) {
	s := newStage(t)
	s.write(thing("e:a"), thing("e:b"))
	a, b := s.id("e:a"), s.id("e:b")
	for name, c := range map[string]struct {
		of    []graph.EntityID
		where *graph.RelationFilter
		first int
		code  graph.Code
	}{
		"a single entity":             {[]graph.EntityID{a}, nil, 1, graph.CodeInvalid},
		"an entity twice":             {[]graph.EntityID{a, b, a}, nil, 1, graph.CodeInvalid},
		"an entity that is not there": {[]graph.EntityID{a, 99}, nil, 1, graph.CodeNotFound},
		"a page of nothing":           {[]graph.EntityID{a, b}, nil, 0, graph.CodeInvalid},
		"a filter nothing can pass":   {[]graph.EntityID{a, b}, &graph.RelationFilter{Types: []graph.RelationType{}}, 1, graph.CodeInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			s.view(func(r graph.Reader) {
				_, err := graph.FindCommonNeighbours(context.Background(), r, c.of, c.where, c.first)
				if graph.CodeOf(err) != c.code {
					t.Errorf("answered %v", err)
				}
			})
		})
	}
}
