package bolt_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"lianzhu/graph"
)

// A hub of more relations than sixteen bits count, made by one batch.
func TestAHubOfOneBatchKeepsAllItsRelations(t *testing.T) {
	if testing.Short() {
		t.Skip("70,000 relations take a few seconds")
	}
	const many = 70_000
	path := filepath.Join(t.TempDir(), "graph.lianzhu")
	s := open(t, path)
	changes := []graph.Change{{Source: &graph.Source{Key: "source:s", Title: "s"}}}
	entity := func(key graph.Key) graph.Change {
		return graph.Change{Entity: &graph.Entity{Key: key, Kind: "ENTERPRISE", Names: []graph.Name{{Text: string(key), Lang: graph.ZH, Role: graph.Official}}}}
	}
	changes = append(changes, entity("enterprise:hub"))
	for i := range many {
		customer := graph.Key(fmt.Sprintf("enterprise:%d", i))
		changes = append(changes, entity(customer), graph.Change{Relation: &graph.Relation{Type: "SUPPLIES", Source: "enterprise:hub", Target: customer,
			Modality: graph.Asserted, Evidence: []graph.Evidence{{Source: "source:s", Start: -1, End: -1}}}})
	}
	if _, err := s.Apply(context.Background(), graph.Batch{Changes: changes}); err != nil {
		t.Fatal(err)
	}
	err := s.View(context.Background(), func(r graph.Reader) error {
		ids, err := r.Resolve([]graph.UID{graph.NewUID(graph.TagEntity, "enterprise:hub")})
		if err != nil {
			return err
		}
		hub := []graph.EntityID{graph.EntityID(ids[0])}
		found, err := r.Neighbours(graph.NeighbourQuery{IDs: hub, Direction: graph.Out})
		if err != nil {
			return err
		}
		degree, err := r.Degree(hub, nil, graph.Both)
		if err != nil {
			return err
		}
		if len(found[0].Edges) != many || degree[0] != many {
			t.Errorf("the hub shows %d edges and a degree of %d", len(found[0].Edges), degree[0])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	verify(t, path)
}
