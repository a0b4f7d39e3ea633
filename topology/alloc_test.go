package topology_test

import (
	"context"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

func TestWalksAllocateNothingOnceTheyAreWarm(t *testing.T) {
	w := newWorld(t, 61)
	w.populate(60, 400)
	base := w.build()
	for range 20 {
		w.happen()
	}
	for what, s := range map[string]*topology.Snapshot{"arrays alone": base, "arrays and patches": w.after(base)} {
		f := must(s.Filter(topology.Where{MinScore: 0.4, ValidAt: graph.MustDate("2022"), NotThrough: []graph.Kind{graph.KindRegion}}))(t)
		q := topology.Query{Direction: graph.Both, Filter: f, Bounds: graph.Bounds{Degree: 10}}
		walk := s.Walk()
		all := must(s.TypeSet())(t)
		ctx := context.Background()
		edges := 0
		for name, kernel := range map[string]func(id graph.EntityID) error{
			"reach":     func(id graph.EntityID) error { _, err := walk.Reach(ctx, q, id); return err },
			"path":      func(id graph.EntityID) error { _, err := walk.Path(ctx, q, id, s.LastEntity()-id); return err },
			"reachable": func(id graph.EntityID) error { _, _, err := walk.Reachable(ctx, q, id, 3); return err },
			"common":    func(id graph.EntityID) error { _, _, err := walk.Common(ctx, q, id, 1, 2); return err },
			"subgraph":  func(id graph.EntityID) error { _, err := walk.Subgraph(ctx, q, id); return err },
			"below":     func(id graph.EntityID) error { _, err := walk.Below(ctx, id); return err },
			"edges": func(id graph.EntityID) error {
				for range s.Edges(id, graph.Both, f) {
					edges++
				}
				return nil
			},
			"adjacent": func(id graph.EntityID) error {
				for _, run := range s.Adjacent(id, graph.Both, all) {
					edges += run.Len()
				}
				return nil
			},
			"relations": func(graph.EntityID) error {
				for range s.EachRelation(f) {
					edges++
				}
				return nil
			},
		} {
			everywhere := func() {
				for id := graph.EntityID(1); id < 60; id++ {
					if err := kernel(id); err != nil {
						t.Fatal(err)
					}
				}
			}
			everywhere()
			if n := testing.AllocsPerRun(5, everywhere); n != 0 {
				t.Errorf("%s over %s: %.0f allocations for 59 calls", name, what, n)
			}
		}
		walk.Release()
		if edges == 0 {
			t.Errorf("over %s there are no edges", what)
		}
	}
}
