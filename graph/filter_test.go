package graph_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"strings"
	"testing"

	"lianzhu/graph"
)

// passingEntities are the entities of r that pass f.
func passingEntities(t testing.TB, r graph.Reader, f *graph.EntityFilter) entitySet {
	t.Helper()
	page, err := graph.ListEntities(context.Background(), r, graph.EntityQuery{Where: f, Window: graph.Window{Limit: 1 << 20}})
	if err != nil {
		t.Fatal(err)
	}
	set := entitySet{}
	for _, e := range page.Items {
		set[e.ID] = true
	}
	return set
}

// passingTies are the relations of r that pass f.
func passingTies(t testing.TB, r graph.Reader, f *graph.RelationFilter) map[graph.RelationID]bool {
	t.Helper()
	page, err := graph.ListRelations(context.Background(), r, graph.RelationQuery{Where: f, Window: graph.Window{Limit: 1 << 20}})
	if err != nil {
		t.Fatal(err)
	}
	set := map[graph.RelationID]bool{}
	for _, e := range page.Items {
		set[e.Relation] = true
	}
	return set
}

// deep nests n filters in each other.
func deep(n int) *graph.EntityFilter {
	f := &graph.EntityFilter{Kinds: []graph.Kind{"REGION"}}
	for range n {
		f = &graph.EntityFilter{Not: f}
	}
	return f
}

func TestAFilterOfEntitiesThatCannotBeAppliedIsRefused(t *testing.T) {
	s := newStage(t)
	s.write(thing("enterprise:a"), thing("region:a"))
	firm, blank, text := s.id("enterprise:a"), " ", "x"
	type E = graph.EntityFilter
	type R = graph.RelationFilter
	regions, firms := []graph.Kind{"REGION"}, []graph.Kind{"ENTERPRISE"}
	for _, c := range []struct {
		name string
		f    *E
		path string
		says string
	}{
		{"no kinds", &E{Kinds: []graph.Kind{}}, "where.kinds", "empty"},
		{"no keys", &E{Keys: []graph.Key{}}, "where.keys", "empty"},
		{"an and of nothing", &E{And: []*E{}}, "where.and", "empty"},
		{"an or of nothing", &E{Or: []*E{}}, "where.or", "empty"},
		{"an and with a hole", &E{And: []*E{{Kinds: regions}, nil}}, "where.and[1]", "missing"},
		{"an or with a hole", &E{Or: []*E{nil}}, "where.or[0]", "missing"},
		{"a name compared with nothing", &E{Name: &graph.StringFilter{}}, "where.name", "exactly one"},
		{"a name compared in two ways", &E{Name: &graph.StringFilter{Eq: &text, Prefix: &text}}, "where.name", "exactly one"},
		{"a name equal to one and in many", &E{Name: &graph.StringFilter{Eq: &text, In: []string{text}}}, "where.name", "exactly one"},
		{"a name equal to a blank", &E{Name: &graph.StringFilter{Eq: &blank}}, "where.name", "empty"},
		{"a name that contains a blank", &E{Name: &graph.StringFilter{Contains: &blank}}, "where.name", "empty"},
		{"a name among none", &E{Name: &graph.StringFilter{In: []string{}}}, "where.name.in", "empty"},
		{"a name among blanks", &E{Name: &graph.StringFilter{In: []string{text, blank}}}, "where.name.in", "empty"},
		{"within an enterprise", &E{Within: firm}, "where.within", "region"},
		{"within what is not there", &E{Within: 9999}, "where.within", "region"},
		{"within an enterprise, where nothing asks", &E{Keys: []graph.Key{"enterprise:none"}, Or: []*E{{Kinds: regions}, {Within: firm}}}, "where.or[1].within", "region"},
		{"related in no way", &E{RelatedTo: &graph.RelatedFilter{}}, "where.relatedTo", "some, none or every"},
		{"related sideways", &E{RelatedTo: &graph.RelatedFilter{Some: &R{}, Direction: "UP"}}, "where.relatedTo.direction", "OUT, IN and BOTH"},
		{"related by a bad filter", &E{RelatedTo: &graph.RelatedFilter{None: &R{Types: []graph.RelationType{}}}}, "where.relatedTo.none.types", "empty"},
		{"related by a bad peer", &E{RelatedTo: &graph.RelatedFilter{Every: &R{Peer: &E{Within: firm}}}}, "where.relatedTo.every.peer.within", "region"},
		{"two kinds at once", &E{Kinds: regions, And: []*E{{Kinds: firms}}}, "where", "different kinds"},
		{"two kinds at once, deeper", &E{Or: []*E{{And: []*E{{Kinds: regions}, {And: []*E{{Kinds: firms}}}}}}}, "where.or[0]", "different kinds"},
		{"two keys at once", &E{And: []*E{{Keys: []graph.Key{"a:a", "a:b"}}, {Keys: []graph.Key{"a:c"}}}}, "where", "different keys"},
		{"three lists of kinds of which only pairs meet", &E{And: []*E{
			{Kinds: []graph.Kind{"REGION", "ENTERPRISE"}}, {Kinds: []graph.Kind{"ENTERPRISE", "PROGRAM"}}, {Kinds: []graph.Kind{"PROGRAM", "REGION"}}}}, "where", "different kinds"},
		{"a not of a bad filter", &E{Not: &E{Kinds: []graph.Kind{}}}, "where.not.kinds", "empty"},
		{"nine filters in each other", deep(9), "where" + strings.Repeat(".not", 9), "more than 8 deep"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.view(func(r graph.Reader) {
				page, err := graph.ListEntities(context.Background(), r, graph.EntityQuery{Where: c.f, Window: graph.Window{Limit: 10}})
				checkFilterError(t, err, c.path, c.says)
				if page.Items != nil {
					t.Errorf("it has %d items all the same", len(page.Items))
				}
			})
		})
	}
}

// checkFilterError wants err to refuse the part of a filter at path.
func checkFilterError(t *testing.T, err error, path, says string) {
	t.Helper()
	var e *graph.Error
	if !errors.As(err, &e) || e.Code != graph.CodeInvalid {
		t.Fatalf("it is let through: %v", err)
	}
	if e.Key != path || !strings.Contains(e.Detail, says) {
		t.Errorf("it is refused at %q: %s; want %q to be told %q", e.Key, e, path, says)
	}
}

func TestAFilterOfRelationsThatCannotBeAppliedIsRefused(t *testing.T) {
	s := newStage(t)
	s.write(thing("enterprise:a"))
	firm := s.id("enterprise:a")
	type R = graph.RelationFilter
	type E = graph.EntityFilter
	for _, c := range []struct {
		name string
		f    *R
		path string
		says string
	}{
		{"no types", &R{Types: []graph.RelationType{}}, "where.types", "empty"},
		{"no modality", &R{Modality: []graph.Modality{}}, "where.modality", "empty"},
		{"a modality there is not", &R{Modality: []graph.Modality{"HOPED"}}, "where.modality", "HOPED"},
		{"trusted less than not at all", &R{MinConfidence: ptr(-0.1)}, "where.minConfidence", "between 0 and 1"},
		{"trusted more than wholly", &R{MinConfidence: ptr(1.1)}, "where.minConfidence", "between 0 and 1"},
		{"trusted in no number", &R{MinConfidence: ptr(math.NaN())}, "where.minConfidence", "between 0 and 1"},
		{"an and of nothing", &R{And: []*R{}}, "where.and", "empty"},
		{"an or with a hole", &R{Or: []*R{{}, nil}}, "where.or[1]", "missing"},
		{"within an enterprise", &R{Within: firm}, "where.within", "region"},
		{"a peer within an enterprise", &R{Peer: &E{Within: firm}}, "where.peer.within", "region"},
		{"a bad part of an or", &R{Or: []*R{{}, {MinConfidence: ptr(2.0)}}}, "where.or[1].minConfidence", "between"},
		{"a bad part of a not", &R{Not: &R{Peer: &E{Kinds: []graph.Kind{}}}}, "where.not.peer.kinds", "empty"},
		{"two types at once", &R{Types: []graph.RelationType{"SUPPLIES"}, And: []*R{{Types: []graph.RelationType{"PART_OF"}}}}, "where", "different types"},
		{"two modalities at once", &R{And: []*R{{Modality: []graph.Modality{"PLANNED"}}, {Modality: []graph.Modality{"NEGATED"}}}}, "where", "different modality"},
		{"nine filters in each other", &R{Peer: deep(8)}, "where.peer" + strings.Repeat(".not", 8), "more than 8 deep"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.view(func(r graph.Reader) {
				_, err := graph.ListRelations(context.Background(), r, graph.RelationQuery{Where: c.f, Window: graph.Window{Limit: 10}})
				checkFilterError(t, err, c.path, c.says)
				_, err = graph.WalkSubgraph(context.Background(), r, graph.SubgraphQuery{Where: c.f})
				checkFilterError(t, err, c.path, c.says)
				_, err = graph.ShortestPath(context.Background(), r, graph.PathQuery{From: firm, To: firm, Where: c.f})
				checkFilterError(t, err, c.path, c.says)
			})
		})
	}
}

func TestFiltersMayNestEightDeep(t *testing.T) {
	s := newStage(t)
	s.write(thing("enterprise:a"), thing("region:a"))
	s.view(func(r graph.Reader) {
		if got := passingEntities(t, r, deep(8)); len(got) != 1 || !got[s.id("region:a")] {
			t.Errorf("eight times not a region is %v", got)
		}
	})
}

// TestEveryPartOfAFilterTells builds a graph in which each field of a filter
// lets some pass and some not, and says which.
func TestEveryPartOfAFilterTells(t *testing.T) {
	s := newStage(t)
	s.write(thing("region:p"), thing("region:c"), thing("region:other"), thing("region:denied"), thing("enterprise:a", "海尔集团", "Haier"), thing("enterprise:b", "海信"), thing("program:p", "黄河"))
	s.write(tie("region:c", "PART_OF", "region:p"), tie("region:denied", "PART_OF", "region:p", negated), tie("enterprise:a", "LOCATED_IN", "region:c"),
		tie("enterprise:b", "LOCATED_IN", "region:c", planned), tie("enterprise:b", "LOCATED_IN", "region:other"),
		tie("enterprise:a", "SUPPLIES", "enterprise:b", trusted(0.5), during("2020", "2021")), tie("enterprise:a", "SUPPORTS", "program:p", placed("region:c"), during("2022", "")),
		tie("enterprise:a", "INVESTS_IN", "enterprise:b", planned), tie("enterprise:b", "PARTICIPATES_IN", "program:p", derived),
		tie("enterprise:a", "PARTICIPATES_IN", "program:p", func(r *graph.Relation) { r.Modality = graph.Reported }))
	type E = graph.EntityFilter
	type R = graph.RelationFilter
	type Q = graph.RelatedFilter
	supplies := &R{Types: []graph.RelationType{"SUPPLIES"}}
	located := &R{Types: []graph.RelationType{"LOCATED_IN"}}
	inOther := &R{Types: located.Types, Peer: &E{Keys: []graph.Key{"region:other"}}}
	for _, c := range []struct {
		name string
		f    *E
		want string
	}{
		{"nothing asked", nil, "enterprise:a enterprise:b program:p region:c region:denied region:other region:p"},
		{"kinds", &E{Kinds: []graph.Kind{"PROGRAM", "ENTERPRISE"}}, "enterprise:a enterprise:b program:p"},
		{"keys, of which one is not there", &E{Keys: []graph.Key{"enterprise:a", "enterprise:none"}}, "enterprise:a"},
		{"a key that is not of the kind", &E{Keys: []graph.Key{"enterprise:a"}, Kinds: []graph.Kind{"REGION"}}, ""},
		{"a name as it is", &E{Name: &graph.StringFilter{Eq: ptr("海尔集团")}}, "enterprise:a"},
		{"a name in other letters", &E{Name: &graph.StringFilter{Eq: ptr("haier")}}, ""},
		{"half a name", &E{Name: &graph.StringFilter{Eq: ptr("海")}}, ""},
		{"the beginning of a name", &E{Name: &graph.StringFilter{Prefix: ptr("海")}}, "enterprise:a enterprise:b"},
		{"the middle of a name", &E{Name: &graph.StringFilter{Contains: ptr("尔集")}}, "enterprise:a"},
		{"the second name", &E{Name: &graph.StringFilter{In: []string{"Haier", "黄河"}}}, "enterprise:a program:p"},
		{"within a region, by the region below it", &E{Within: s.id("region:p")}, "enterprise:a region:c region:p"},
		{"within a region, planned places left out", &E{Within: s.id("region:c")}, "enterprise:a region:c"},
		{"some relation", &E{RelatedTo: &Q{Some: supplies}}, "enterprise:a enterprise:b"},
		{"some relation out", &E{RelatedTo: &Q{Some: supplies, Direction: graph.Out}}, "enterprise:a"},
		{"some relation in", &E{RelatedTo: &Q{Some: supplies, Direction: graph.In}}, "enterprise:b"},
		{"no relation", &E{Kinds: []graph.Kind{"ENTERPRISE", "PROGRAM"}, RelatedTo: &Q{None: supplies}}, "program:p"},
		{"some that is derived, which is not looked at", &E{Keys: []graph.Key{"enterprise:b"}, RelatedTo: &Q{Some: &R{Types: []graph.RelationType{"PARTICIPATES_IN"}}}}, ""},
		{"some that is derived", &E{Keys: []graph.Key{"enterprise:b"}, RelatedTo: &Q{Some: &R{Types: []graph.RelationType{"PARTICIPATES_IN"}, IncludeDerived: true}}}, "enterprise:b"},
		{"every place is the other region; the planned one does not count", &E{Kinds: []graph.Kind{"ENTERPRISE"}, RelatedTo: &Q{Every: inOther}}, "enterprise:b"},
		{"every place is the other region, asked in an and", &E{Kinds: []graph.Kind{"ENTERPRISE"}, RelatedTo: &Q{Every: &R{And: []*R{located, {Peer: inOther.Peer}}}}}, "enterprise:b"},
		{"every place is the other region, asked in an or", &E{Kinds: []graph.Kind{"ENTERPRISE"}, RelatedTo: &Q{Every: &R{Or: []*R{inOther}}}}, "enterprise:b"},
		{"every place, planned ones counted", &E{Kinds: []graph.Kind{"ENTERPRISE"}, RelatedTo: &Q{Every: &R{Types: located.Types, Modality: []graph.Modality{"ASSERTED"}}}}, "enterprise:a"},
		{"every relation of a type there is nothing of", &E{Kinds: []graph.Kind{"ENTERPRISE"}, RelatedTo: &Q{Every: &R{Types: []graph.RelationType{"MEMBER_OF"}, MinConfidence: ptr(1.0)}}}, "enterprise:a enterprise:b"},
		{"every relation of types that no part agrees on", &E{Kinds: []graph.Kind{"ENTERPRISE"}, RelatedTo: &Q{Every: &R{Types: located.Types, Or: []*R{supplies}}}}, "enterprise:a enterprise:b"},
		{"one of two", &E{Or: []*E{{Keys: []graph.Key{"enterprise:a"}}, {Kinds: []graph.Kind{"PROGRAM"}}}}, "enterprise:a program:p"},
		{"not", &E{Not: &E{Kinds: []graph.Kind{"REGION"}}}, "enterprise:a enterprise:b program:p"},
	} {
		t.Run(c.name, func(t *testing.T) { s.wantEntities(c.f, c.want) })
	}
	for _, c := range []struct {
		name string
		f    *R
		want int
	}{
		{"nothing asked: neither planned nor negated nor derived", nil, 6},
		{"types", &R{Types: []graph.RelationType{"SUPPLIES", "INVESTS_IN"}}, 1},
		{"types, planned ones as well", &R{Types: []graph.RelationType{"SUPPLIES", "INVESTS_IN"}, Modality: []graph.Modality{"ASSERTED", "PLANNED"}}, 2},
		{"planned", &R{Modality: []graph.Modality{"PLANNED"}}, 2},
		{"negated", &R{Modality: []graph.Modality{"NEGATED"}}, 1},
		{"derived as well", &R{IncludeDerived: true}, 7},
		{"derived as well, asked within an or", &R{Or: []*R{{IncludeDerived: true}, {Types: []graph.RelationType{"SUPPLIES"}}}}, 7},
		{"trusted wholly", &R{MinConfidence: ptr(1.0)}, 4},
		{"trusted a little", &R{MinConfidence: ptr(0.8)}, 5},
		{"trusted half", &R{MinConfidence: ptr(0.5)}, 6},
		{"holding before the program", &R{Types: []graph.RelationType{"SUPPLIES", "SUPPORTS"}, ValidAt: graph.MustDate("2021-12-31")}, 1},
		{"holding after the supply", &R{Types: []graph.RelationType{"SUPPLIES", "SUPPORTS"}, ValidAt: graph.MustDate("2022")}, 1},
		{"holding whenever", &R{Types: []graph.RelationType{"SUPPLIES", "SUPPORTS"}, ValidAt: graph.MustDate("2021/2022")}, 2},
		{"within a region, by an end or a place", &R{Within: s.id("region:p")}, 3},
		{"within a region, by an end", &R{Within: s.id("region:other")}, 1},
		{"either end is a program", &R{Peer: &E{Kinds: []graph.Kind{"PROGRAM"}}}, 2},
		{"either end is b", &R{Peer: &E{Keys: []graph.Key{"enterprise:b"}}}, 2},
		{"neither end is a region", &R{Not: &R{Peer: &E{Kinds: []graph.Kind{"REGION"}}}}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.view(func(r graph.Reader) {
				if got := passingTies(t, r, c.f); len(got) != c.want {
					t.Errorf("%d relations pass, want %d: %v", len(got), c.want, got)
				}
			})
		})
	}
}

// wantEntities wants f to be passed by the entities with these keys.
func (s *stage) wantEntities(f *graph.EntityFilter, keys string) {
	s.Helper()
	s.view(func(r graph.Reader) {
		want := entitySet{}
		for _, k := range strings.Fields(keys) {
			want[s.id(graph.Key(k))] = true
		}
		if got := passingEntities(s, r, f); !maps.Equal(got, want) {
			s.Errorf("%v pass, want %v (%s)", got, want, keys)
		}
	})
}

// TestFiltersObeyTheLawsOfLogic combines filters made at random.
func TestFiltersObeyTheLawsOfLogic(t *testing.T) {
	d := dice(t)
	s := newStage(t)
	f := newFilters(s, newCrowdedStage(s, d, 120, 500))
	tried := 0
	s.view(func(r graph.Reader) {
		m := graph.NewMatcher(r)
		for range 150 {
			a, b := f.entity(2), f.entity(2)
			if m.Check(&graph.EntityFilter{And: []*graph.EntityFilter{a, b}}) != nil {
				continue
			}
			tried++
			if err := entityLaws(t, r, a, b); err != nil {
				t.Fatal(err)
			}
			x, y := f.relation(2), f.relation(2)
			if m.CheckRelation(&graph.RelationFilter{And: []*graph.RelationFilter{x, y}}) != nil {
				continue
			}
			if err := relationLaws(t, r, x, y); err != nil {
				t.Fatal(err)
			}
		}
	})
	if tried < 20 {
		t.Errorf("only %d filters did not contradict themselves", tried)
	}
}

func entityLaws(t *testing.T, r graph.Reader, a, b *graph.EntityFilter) error {
	type E = graph.EntityFilter
	pass := func(f *E) entitySet { return passingEntities(t, r, f) }
	all, inA, inB := pass(nil), pass(a), pass(b)
	both, either := pass(&E{And: []*E{a, b}}), pass(&E{Or: []*E{a, b}})
	inverse := pass(&E{Not: a})
	switch {
	case !maps.Equal(pass(&E{Not: &E{Not: a}}), inA):
		return fmt.Errorf("not not differs")
	case !maps.Equal(pass(&E{And: []*E{a}}), inA) || !maps.Equal(pass(&E{Or: []*E{a}}), inA):
		return fmt.Errorf("an and or an or of one differs from it")
	case !maps.Equal(both, pass(&E{Not: &E{Or: []*E{{Not: a}, {Not: b}}}})):
		return fmt.Errorf("both differs from not either not")
	}
	for id := range all {
		if both[id] != (inA[id] && inB[id]) || either[id] != (inA[id] || inB[id]) || inverse[id] == inA[id] {
			return fmt.Errorf("entity %d: a %v, b %v, both %v, either %v, not a %v", id, inA[id], inB[id], both[id], either[id], inverse[id])
		}
	}
	return nil
}

// relationLaws asks for every modality and for what is derived everywhere, so
// that all questions look at the same relations.
func relationLaws(t *testing.T, r graph.Reader, a, b *graph.RelationFilter) error {
	type R = graph.RelationFilter
	type E = graph.EntityFilter
	open := func(f *R) *R {
		return &R{Modality: []graph.Modality{graph.Asserted, graph.Reported, graph.Planned, graph.Negated}, IncludeDerived: true, And: []*R{f}}
	}
	pass := func(f *R) map[graph.RelationID]bool { return passingTies(t, r, open(f)) }
	all, inA, inB := pass(&R{}), pass(a), pass(b)
	both, either, inverse := pass(&R{And: []*R{a, b}}), pass(&R{Or: []*R{a, b}}), pass(&R{Not: a})
	if !maps.Equal(pass(&R{Not: &R{Not: a}}), inA) {
		return fmt.Errorf("not not differs")
	}
	for id := range all {
		if both[id] != (inA[id] && inB[id]) || either[id] != (inA[id] || inB[id]) || inverse[id] == inA[id] {
			return fmt.Errorf("relation %d: a %v, b %v, both %v, either %v, not a %v", id, inA[id], inB[id], both[id], either[id], inverse[id])
		}
	}
	for _, dir := range []graph.Direction{graph.Out, graph.In, graph.Both} {
		related := func(f graph.RelatedFilter) entitySet {
			f.Direction = dir
			return passingEntities(t, r, &E{RelatedTo: &f})
		}
		ids := passingEntities(t, r, nil)
		some, none := related(graph.RelatedFilter{Some: open(a)}), related(graph.RelatedFilter{None: open(a)})
		every, unless := related(graph.RelatedFilter{Every: open(a)}), related(graph.RelatedFilter{None: open(&R{Not: a})})
		one := related(graph.RelatedFilter{Every: &R{And: []*R{open(a)}}})
		for id := range ids {
			if some[id] == none[id] {
				return fmt.Errorf("%s: entity %d has some and none", dir, id)
			}
			if unless[id] && !every[id] {
				return fmt.Errorf("%s: entity %d has none that fails, and not every one passes", dir, id)
			}
			if one[id] != every[id] {
				return fmt.Errorf("%s: entity %d: an and of one differs from it", dir, id)
			}
		}
	}
	return nil
}

// TestWhatIsAddedToAFilterNeverLetsMorePass leaves one part out of a filter at
// a time.
func TestWhatIsAddedToAFilterNeverLetsMorePass(t *testing.T) {
	d := dice(t)
	s := newStage(t)
	f := newFilters(s, newCrowdedStage(s, d, 120, 500))
	s.view(func(r graph.Reader) {
		m := graph.NewMatcher(r)
		for range 150 {
			parts := []*graph.EntityFilter{f.entity(2), f.entity(2), f.entity(2)}
			if m.Check(&graph.EntityFilter{And: parts}) != nil {
				continue
			}
			whole := passingEntities(t, r, &graph.EntityFilter{And: parts})
			fewer := passingEntities(t, r, &graph.EntityFilter{And: parts[:2]})
			for id := range whole {
				if !fewer[id] {
					t.Fatalf("entity %d passes three parts and not two of them", id)
				}
			}
		}
	})
}
