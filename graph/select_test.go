package graph_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"lianzhu/graph"
)

// parted is what a selection holds, by the sequences that it gives.
func parted(t *testing.T, r graph.Reader, s *graph.Selection) (entities, relations map[graph.Key]bool) {
	t.Helper()
	entities, relations = map[graph.Key]bool{}, map[graph.Key]bool{}
	for range 2 { // they can be gone through again
		clear(entities)
		clear(relations)
		for e, err := range s.Entities(context.Background(), r) {
			if err != nil {
				t.Fatal(err)
			}
			entities[e.Key] = s.HasEntity(e.ID)
		}
		for rel, err := range s.Relations(context.Background(), r) {
			if err != nil {
				t.Fatal(err)
			}
			relations[rel.Key()] = s.HasRelation(rel.ID)
		}
	}
	return entities, relations
}

// TestASelectionIsClosedAndHoldsWhatPasses compares selections by filters at
// random with every relation looked at by itself.
func TestASelectionIsClosedAndHoldsWhatPasses(t *testing.T) {
	d := dice(t)
	s := newStage(t)
	c := newCrowdedStage(s, d, 120, 500)
	f := newFilters(s, c)
	s.view(func(r graph.Reader) {
		for range 60 {
			part := graph.Part{Where: f.relation(2)}
			if d.IntN(3) == 0 {
				part.Kinds = []graph.Kind{"REGION", "ENTERPRISE"}
			}
			got, err := graph.Select(context.Background(), r, part)
			if graph.CodeOf(err) == graph.CodeInvalid {
				continue // nothing could pass
			}
			if err != nil {
				t.Fatal(err)
			}
			entities, relations := parted(t, r, got)
			m := graph.NewMatcher(r)
			all, _ := graph.Select(context.Background(), r, graph.Part{})
			for rel, err := range all.Relations(context.Background(), r) {
				if err != nil {
					t.Fatal(err)
				}
				ok, err := m.Relation(part.Where, rel, 0)
				if err != nil {
					t.Fatal(err)
				}
				ends, _ := r.Entities([]graph.EntityID{rel.SourceID, rel.TargetID})
				for _, end := range ends {
					ok = ok && (part.Kinds == nil || slices.Contains(part.Kinds, end.Kind))
				}
				if ok && !relations[rel.Key()] {
					t.Fatalf("%s passes %+v and is left out", rel.Key(), part)
				}
				if !relations[rel.Key()] {
					continue
				}
				if !ok && rel.Derivation == nil && !isPremise(t, r, got, rel.Key()) {
					t.Fatalf("%s does not pass %+v and is in", rel.Key(), part)
				}
				for _, key := range append([]graph.Key{rel.Source, rel.Target}, rel.Places...) {
					if !entities[key] {
						t.Fatalf("%s names %s, which is left out", rel.Key(), key)
					}
				}
			}
		}
	})
}

// isPremise tells whether something in a selection was derived from a relation.
func isPremise(t *testing.T, r graph.Reader, s *graph.Selection, key graph.Key) bool {
	t.Helper()
	for rel, err := range s.Relations(context.Background(), r) {
		if err != nil {
			t.Fatal(err)
		}
		if rel.Derivation != nil && slices.Contains(rel.Derivation.Premises, key) {
			return true
		}
	}
	return false
}

func TestKindsAloneSelectEntitiesAndWhatJoinsThem(t *testing.T) {
	s := newStage(t)
	s.write(thing("region:a", "甲地"), thing("enterprise:b", "乙"), thing("enterprise:c", "丙"), thing("enterprise:d", "丁"),
		tie("enterprise:b", "LOCATED_IN", "region:a"), tie("enterprise:b", "SUPPLIES", "enterprise:c", planned))
	s.view(func(r graph.Reader) {
		got, err := graph.Select(context.Background(), r, graph.Part{Kinds: []graph.Kind{"ENTERPRISE"}})
		if err != nil {
			t.Fatal(err)
		}
		entities, relations := parted(t, r, got)
		if len(entities) != 3 || entities["region:a"] || len(relations) != 1 || got.Whole() {
			t.Errorf("%v %v", entities, relations)
		}
	})
}

func TestASelectionIsRefusedOrEndsWithItsContext(t *testing.T) {
	s := newStage(t)
	newCrowdedStage(s, dice(t), 20, 40)
	gone, stop := context.WithCancel(context.Background())
	stop()
	s.view(func(r graph.Reader) {
		if _, err := graph.Select(context.Background(), r, graph.Part{Kinds: []graph.Kind{}}); graph.CodeOf(err) != graph.CodeInvalid {
			t.Errorf("no kinds: %v", err)
		}
		if _, err := graph.Select(gone, r, graph.Part{Where: graph.Everything()}); !errors.Is(err, context.Canceled) {
			t.Errorf("a context that has ended: %v", err)
		}
		all, err := graph.Select(gone, r, graph.Part{})
		if err != nil || !all.Whole() {
			t.Fatalf("everything: %v", err)
		}
		for _, err := range all.Entities(gone, r) {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("it goes on: %v", err)
			}
		}
	})
}
