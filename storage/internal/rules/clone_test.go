package rules

import (
	"reflect"
	"testing"

	"lianzhu/graph"
)

func TestAKeptDocumentIsTheOneThatACloneWouldBe(t *testing.T) {
	said := []graph.Evidence{{Source: "source:a", End: 3}}
	for name, c := range map[string]graph.Change{
		"an entity":                                  {Entity: &graph.Entity{ID: 3, Rev: 4, Key: "enterprise:a", Names: []graph.Name{{Text: "甲", Sources: []graph.Key{"source:a"}}}, Evidence: said}},
		"an entity with empty lists":                 {Entity: &graph.Entity{Key: "enterprise:a", Names: []graph.Name{}, Identifiers: []graph.Identifier{}}},
		"an entity with a name of no sources":        {Entity: &graph.Entity{Key: "enterprise:a", Names: []graph.Name{{Text: "甲", Sources: []graph.Key{}}}}},
		"a relation":                                 {Relation: &graph.Relation{ID: 3, SourceID: 4, TargetID: 5, Rev: 6, Type: "SUPPLIES", Evidence: said}},
		"a relation with an attribute of no grounds": {Relation: &graph.Relation{Type: "SUPPLIES", Attributes: []graph.Attribute{{Name: "量", Evidence: []graph.Evidence{}}}}},
		"a derived relation without premises":        {Relation: &graph.Relation{Type: "SUPPLIES", Derivation: &graph.Derivation{Premises: []graph.Key{}}}},
		"a retraction":                               {Retract: graph.NewUID(graph.TagEntity, "enterprise:a")},
	} {
		t.Run(name, func(t *testing.T) {
			before := cloneChange(c)
			ids := func(c graph.Change) [2]uint64 {
				switch {
				case c.Entity != nil:
					return [2]uint64{uint64(c.Entity.ID), uint64(c.Entity.Rev)}
				case c.Relation != nil:
					return [2]uint64{uint64(c.Relation.ID), uint64(c.Relation.Rev)}
				}
				return [2]uint64{}
			}
			was := ids(c)
			if got := keep(c); !reflect.DeepEqual(got, before) {
				t.Errorf("kept is %+v, a clone %+v", got, before)
			}
			if ids(c) != was {
				t.Error("the document of the batch was written to")
			}
		})
	}
}
