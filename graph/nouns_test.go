package graph_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"lianzhu/graph"
)

func TestAnEntityIsCalledByANameThatIsThere(t *testing.T) {
	both := &graph.Entity{Key: "enterprise:a", Names: []graph.Name{{Text: "Haier", Lang: graph.EN}, {Text: "海尔", Lang: graph.ZH}, {Text: "海尔集团", Lang: graph.ZH}}}
	for _, c := range []struct {
		name string
		e    *graph.Entity
		lang graph.Lang
		want string
		has  bool
	}{
		{"the first of its language", both, graph.ZH, "海尔", true},
		{"another language", both, graph.EN, "Haier", true},
		{"a language it has no name in, so the first of all", both, graph.Pinyin, "Haier", false},
		{"no name at all, so the key", &graph.Entity{Key: "enterprise:a"}, graph.ZH, "enterprise:a", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.e.Name(c.lang); got != c.want || c.e.Has(c.lang) != c.has {
				t.Errorf("%q, has one %v", got, c.e.Has(c.lang))
			}
		})
	}
}

func TestAnIdentifierIsFoundByItsScheme(t *testing.T) {
	e := &graph.Entity{Identifiers: []graph.Identifier{{Scheme: "LEI", Value: "1"}, {Scheme: "SSE", Value: "600690"}, {Scheme: "SSE", Value: "2"}}}
	if e.Identifier("SSE") != "600690" || e.Identifier("USCC") != "" {
		t.Errorf("%q, %q", e.Identifier("SSE"), e.Identifier("USCC"))
	}
}

func TestARelationIsTrustedAsItSaysOrAsIsLikely(t *testing.T) {
	for _, c := range []struct {
		name  string
		tweak func(*graph.Relation)
		want  float64
	}{
		{"what happened", func(*graph.Relation) {}, 1},
		{"what is planned", planned, 0.8},
		{"what is denied", negated, 0.8},
		{"what is derived", derived, 0.5},
		{"what is derived and denied", func(r *graph.Relation) { derived(r); negated(r) }, 0.5},
		{"what says so itself", trusted(0.25), 0.25},
		{"what is derived and says so itself", func(r *graph.Relation) { derived(r); r.Confidence = 0.75 }, 0.75},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := tie("enterprise:a", "SUPPLIES", "enterprise:b", c.tweak)
			if hot := r.Hot(); r.Score() != c.want || hot.Score != float32(c.want) || hot.Modality != r.Modality || hot.Derived != r.Derived() {
				t.Errorf("%v, %v", r.Score(), hot)
			}
		})
	}
}

func TestThePeerIsTheOtherEnd(t *testing.T) {
	r := &graph.Relation{SourceID: 1, TargetID: 2}
	if r.Peer(1) != 2 || r.Peer(2) != 1 {
		t.Errorf("%d, %d", r.Peer(1), r.Peer(2))
	}
}

func TestAChangeIsCalledByWhatItWrites(t *testing.T) {
	e, s, r := thing("enterprise:a"), &graph.Source{Key: "source:s"}, tie("enterprise:a", "SUPPLIES", "enterprise:b")
	for _, c := range []struct {
		change graph.Change
		name   string
		uid    graph.UID
	}{
		{graph.Change{Entity: e}, "enterprise:a", e.UID()},
		{graph.Change{Source: s}, "source:s", s.UID()},
		{graph.Change{Relation: r}, "SUPPLIES|enterprise:a|enterprise:b", r.UID()},
		{graph.Change{Retract: e.UID()}, e.UID().String(), e.UID()},
	} {
		if c.change.Name() != c.name || c.change.Subject() != c.uid {
			t.Errorf("%s, %s; want %s", c.change.Name(), c.change.Subject(), c.name)
		}
	}
}

func TestAnErrorIsOneSentence(t *testing.T) {
	beneath := errors.New("beneath")
	full := &graph.Error{Code: graph.CodeInvalid, Op: "entity", Key: "enterprise:a", Detail: "it has no name", Err: beneath}
	for _, c := range []struct {
		err  error
		want string
		code graph.Code
	}{
		{full, "entity enterprise:a: it has no name", graph.CodeInvalid},
		{&graph.Error{Code: graph.CodeClosed, Op: "view"}, "view: closed", graph.CodeClosed},
		{fmt.Errorf("line 7: %w", full), "line 7: entity enterprise:a: it has no name", graph.CodeInvalid},
		{beneath, "beneath", ""},
	} {
		if c.err.Error() != c.want || graph.CodeOf(c.err) != c.code {
			t.Errorf("%q of %q", c.err, graph.CodeOf(c.err))
		}
	}
	if !errors.Is(full, beneath) || graph.CodeOf(nil) != "" {
		t.Error("what is beneath is not found")
	}
}

func TestTheOntologyIsThatOfTheSchema(t *testing.T) {
	o := schemaOntology(t)
	if n := len(o.Kinds()); n == 0 || o.Kind("REGION") == nil || o.Kind("PLANET") != nil {
		t.Errorf("%d kinds", n)
	}
	for _, def := range o.Kinds() {
		if got := o.Kind(def.Kind); got == nil || got.ZH != def.ZH {
			t.Errorf("%s is %v", def.Kind, got)
		}
	}
	for _, def := range o.Relations() {
		if got := o.Relation(def.Type); got == nil || got.EN != def.EN || o.Relation("LOVES") != nil {
			t.Errorf("%s is %v", def.Type, got)
		}
	}
}

// keysOf are the keys of entities, in their order.
func keysOf(entities []*graph.Entity) []graph.Key {
	var keys []graph.Key
	for _, e := range entities {
		keys = append(keys, e.Key)
	}
	return keys
}

func TestTheRegionsAboveComeNearestFirst(t *testing.T) {
	s := newStage(t)
	s.write(thing("region:basin"), thing("region:province"), thing("region:city"), thing("region:county"), thing("region:denied"), thing("program:p"), thing("program:q"),
		tie("region:county", "PART_OF", "region:city"), tie("region:city", "PART_OF", "region:province"), tie("region:province", "PART_OF", "region:basin"),
		tie("region:county", "PART_OF", "region:denied", negated), tie("region:city", "PART_OF", "program:p"), tie("program:p", "PART_OF", "program:q"))
	s.view(func(r graph.Reader) {
		for _, c := range []struct {
			of      graph.Key
			parents []graph.Key
			above   []graph.Key
			below   int
		}{
			{"region:county", []graph.Key{"region:city"}, []graph.Key{"region:city", "region:province", "region:basin"}, 1},
			{"region:city", []graph.Key{"region:province"}, []graph.Key{"region:province", "region:basin"}, 2},
			{"region:basin", nil, nil, 4},
			{"region:denied", nil, nil, 1},
		} {
			parents, err := graph.Parents(r, s.id(c.of))
			if err != nil || !slices.Equal(keysOf(parents), c.parents) {
				t.Errorf("directly above %s: %v, %v", c.of, keysOf(parents), err)
			}
			above, err := graph.Ancestors(r, s.id(c.of))
			if err != nil || !slices.Equal(keysOf(above), c.above) {
				t.Errorf("above %s: %v, %v", c.of, keysOf(above), err)
			}
			tree, err := graph.NewMatcher(r).Subtree(s.id(c.of))
			if err != nil || tree.Len() != c.below || !tree.Has(s.id(c.of)) || !tree.HasKey(c.of) || tree.HasKey("region:none") {
				t.Errorf("below %s: %v, %v", c.of, tree, err)
			}
		}
		if _, err := graph.NewMatcher(r).Subtree(s.id("program:q")); graph.CodeOf(err) != graph.CodeInvalid {
			t.Errorf("a program has regions below it: %v", err)
		}
	})
}

// ringed is a reader of a damaged graph in which regions contain each other.
type ringed struct{ graph.Reader }

func (r ringed) Neighbours(q graph.NeighbourQuery) ([]graph.Adjacency, error) {
	found := make([]graph.Adjacency, len(q.IDs))
	for i, id := range q.IDs {
		found[i] = graph.Adjacency{Entity: id, Edges: []graph.Edge{{Peer: id%3 + 1, Type: graph.PartOf}}}
	}
	return found, nil
}

func TestARingOfRegionsHangsNothing(t *testing.T) {
	s := newStage(t)
	s.write(thing("region:a"), thing("region:b"), thing("region:c"))
	s.view(func(r graph.Reader) {
		above, err := graph.Ancestors(ringed{r}, 1)
		if err != nil || !slices.Equal(keysOf(above), []graph.Key{"region:b", "region:c"}) {
			t.Errorf("%v, %v", keysOf(above), err)
		}
		if tree, err := graph.NewMatcher(ringed{r}).Subtree(1); err != nil || tree.Len() != 3 {
			t.Errorf("%v, %v", tree, err)
		}
	})
}

func TestAListThatCannotBeOrderedSoIsRefused(t *testing.T) {
	s := newStage(t)
	s.write(thing("enterprise:a"))
	one := graph.Window{Limit: 1}
	place := &graph.Place{Sort: []graph.SortValue{{Num: 1}}, ID: 1}
	for _, c := range []struct {
		name      string
		entities  graph.EntityQuery
		relations graph.RelationQuery
	}{
		{"no items at all",
			graph.EntityQuery{}, graph.RelationQuery{}},
		{"fewer than no items",
			graph.EntityQuery{Window: graph.Window{Limit: -1}}, graph.RelationQuery{Window: graph.Window{Limit: -1}}},
		{"by a field there is not",
			graph.EntityQuery{Order: []graph.EntityOrder{{Field: "AGE"}}, Window: one}, graph.RelationQuery{Order: []graph.RelationOrder{{Field: ""}}, Window: one}},
		{"by names that nobody can order",
			graph.EntityQuery{Order: []graph.EntityOrder{{Field: graph.ByNamePinyin}}, Window: one}, graph.RelationQuery{Order: []graph.RelationOrder{{Field: graph.ByPeerName}}, Window: one}},
		{"after a place of a list in another order",
			graph.EntityQuery{Window: graph.Window{Limit: 1, After: place}}, graph.RelationQuery{Window: graph.Window{Limit: 1, After: place}}},
		{"before a place of a list in no order",
			graph.EntityQuery{Order: []graph.EntityOrder{{Field: graph.ByDegree}}, Window: graph.Window{Limit: 1, Before: &graph.Place{ID: 1}}},
			graph.RelationQuery{At: 1, Direction: graph.Both, Window: graph.Window{Limit: 1, Before: &graph.Place{ID: 1}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.view(func(r graph.Reader) {
				if _, err := graph.ListEntities(context.Background(), r, c.entities); graph.CodeOf(err) != graph.CodeInvalid {
					t.Errorf("entities: %v", err)
				}
				if _, err := graph.ListRelations(context.Background(), r, c.relations); graph.CodeOf(err) != graph.CodeInvalid {
					t.Errorf("relations: %v", err)
				}
			})
		})
	}
}
