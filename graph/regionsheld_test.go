package graph_test

import (
	"context"
	"fmt"
	"testing"

	"lianzhu/graph"
)

func TestAHierarchyIsHeldUntilARegionIsWritten(t *testing.T) {
	named := func(key graph.Key, kind graph.Kind, name string) *graph.Entity {
		return &graph.Entity{Key: key, Kind: kind, Names: []graph.Name{{Text: name, Lang: graph.ZH, Role: graph.Official}}}
	}
	joined := func(typ graph.RelationType, from, to graph.Key) *graph.Relation {
		return &graph.Relation{Type: typ, Source: from, Target: to, Modality: graph.Asserted, Evidence: []graph.Evidence{{Source: "source:s", Start: -1, End: -1}}}
	}
	part := joined(graph.PartOf, "region:b", "region:a")
	for _, c := range []struct {
		name  string
		write []any
		held  bool
	}{
		{"a firm is written", []any{named("enterprise:c", "ENTERPRISE", "丙")}, true},
		{"a firm is located in a region", []any{named("enterprise:c", "ENTERPRISE", "丙"), joined(graph.LocatedIn, "enterprise:c", "region:b")}, true},
		{"a region is named otherwise", []any{named("region:b", graph.KindRegion, "新名")}, false},
		{"a region is added", []any{named("region:c", graph.KindRegion, "丙地")}, false},
		{"a region leaves its parent", []any{part.UID()}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			s.write(named("region:a", graph.KindRegion, "甲地"), named("region:b", graph.KindRegion, "乙地"), part)
			var regions *graph.Regions
			var since graph.Rev
			look := func(read func(r graph.Reader) error) {
				if err := s.store.View(context.Background(), read); err != nil {
					t.Fatal(err)
				}
			}
			look(func(r graph.Reader) (err error) {
				since = r.Rev()
				regions, err = graph.NewRegions(r)
				return err
			})
			s.write(c.write...)
			look(func(r graph.Reader) error {
				held, err := regions.HeldSince(r, since)
				if err == nil && held != c.held {
					err = fmt.Errorf("held is %v", held)
				}
				return err
			})
		})
	}
}
