package topology_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// question is a random filter of relations that columns can answer.
func question(rnd *rand.Rand) *graph.RelationFilter {
	f := &graph.RelationFilter{IncludeDerived: rnd.IntN(2) == 0}
	if rnd.IntN(2) == 0 {
		f.Types = []graph.RelationType{"SUPPLIES", "INVESTS_IN", "CO_DEVELOPS_WITH", "PART_OF", "SUPPORTS"}[rnd.IntN(3):]
	}
	if rnd.IntN(2) == 0 {
		f.Modality = []graph.Modality{graph.Asserted, graph.Planned, graph.Negated, graph.Reported}[rnd.IntN(3):]
	}
	if rnd.IntN(3) == 0 {
		score := pick(rnd, []float64{0, 0.3, 0.5, 0.71, 0.8, 1})
		f.MinConfidence = &score
	}
	if rnd.IntN(3) == 0 {
		f.ValidAt = graph.MustDate(pick(rnd, []string{"2019", "2021-05-31", "2022-06/2023", "2030", "../2020"}))
	}
	if rnd.IntN(4) == 0 {
		f.Peer = &graph.EntityFilter{Kinds: []graph.Kind{"ENTERPRISE", "REGION", "PRODUCT"}[rnd.IntN(2):]}
	}
	if rnd.IntN(3) == 0 {
		g := question(rnd)
		g.ValidAt = graph.Date{}
		f.And = append(f.And, g)
	}
	return f
}

func TestAFilterOfColumnsKeepsWhatTheMatcherKeeps(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(40, 300)
	s := w.build()
	asked := 0
	w.view(func(r graph.Reader) {
		m := graph.NewMatcher(r)
		_, docs := documentsOf(t, r)
		for range 200 {
			f := question(w.rnd)
			if m.CheckRelation(f) != nil {
				continue // nothing could pass it
			}
			where, ok := topology.WhereOf(f)
			if !ok {
				t.Fatalf("columns do not answer %+v", f)
			}
			filter, err := s.Filter(where)
			if err != nil {
				continue // two lists of kinds with nothing in common
			}
			asked++
			for _, doc := range docs {
				want := must(m.Relation(f, doc, doc.TargetID))(t)
				peers := where.Peers == nil || contains(where.Peers, s.Kind(doc.TargetID))
				if got := filter.Pass(s, doc.ID) && peers; got != want {
					t.Fatalf("filter %+v on %+v: %v instead of %v", f, doc, got, want)
				}
			}
		}
	})
	if asked < 50 {
		t.Fatalf("only %d filters were asked", asked)
	}
}

func contains[T comparable](list []T, v T) bool {
	for _, w := range list {
		if v == w {
			return true
		}
	}
	return false
}

func TestWhereOfLeavesToDocumentsWhatColumnsCannotTell(t *testing.T) {
	name := "x"
	for what, f := range map[string]*graph.RelationFilter{
		"or":          {Or: []*graph.RelationFilter{{}}},
		"not":         {Not: &graph.RelationFilter{}},
		"within":      {Within: 1},
		"a name":      {Peer: &graph.EntityFilter{Name: &graph.StringFilter{Eq: &name}}},
		"two dates":   {ValidAt: graph.MustDate("2020"), And: []*graph.RelationFilter{{ValidAt: graph.MustDate("2021")}}},
		"or, deeper":  {And: []*graph.RelationFilter{{Or: []*graph.RelationFilter{{}}}}},
		"no type fit": {Types: []graph.RelationType{"SUPPLIES"}, And: []*graph.RelationFilter{{Types: []graph.RelationType{"PART_OF"}}}},
	} {
		if w, ok := topology.WhereOf(f); ok {
			t.Errorf("%s: columns are to answer %+v", what, w)
		}
	}
	if _, ok := topology.WhereOf(nil); !ok {
		t.Error("columns do not answer no filter at all")
	}
}

func TestFilterRefusesWhatDoesNotExistOrCannotPass(t *testing.T) {
	s := newWorld(t, 5).build()
	for what, w := range map[string]topology.Where{
		"a type":         {Types: []graph.RelationType{"LOVES"}},
		"a kind":         {Peers: []graph.Kind{"PERSON"}},
		"a corridor":     {NotThrough: []graph.Kind{"PERSON"}},
		"a modality":     {Modality: []graph.Modality{"GUESSED"}},
		"no type":        {Types: []graph.RelationType{}},
		"no modality":    {Modality: []graph.Modality{}},
		"no kind":        {Peers: []graph.Kind{}},
		"not a number":   {MinScore: math.NaN()},
		"an empty kind":  {Peers: []graph.Kind{""}},
		"the empty type": {Types: []graph.RelationType{""}},
	} {
		if _, err := s.Filter(w); graph.CodeOf(err) != graph.CodeInvalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	other := graph.NewOntology(nil, []graph.RelationDef{{Type: "LOVES"}})
	var foreign *topology.Snapshot
	w := newWorld(t, 6)
	w.view(func(r graph.Reader) { foreign = must(topology.Build(context.Background(), r, other, nil))(t) })
	f := must(foreign.Filter(topology.Where{}))(t)
	if _, err := s.Walk().Reach(context.Background(), topology.Query{Direction: graph.Both, Filter: f}, 1); graph.CodeOf(err) != graph.CodeInvalid {
		t.Errorf("a filter of another ontology: %v", err)
	}
	again := must(w.build().Filter(topology.Where{}))(t)
	if _, err := s.Walk().Reach(context.Background(), topology.Query{Direction: graph.Both, Filter: again}, 1); err != nil {
		t.Errorf("a filter of another snapshot of the same ontology: %v", err)
	}
	if _, err := s.TypeSet("LOVES"); graph.CodeOf(err) != graph.CodeInvalid {
		t.Errorf("a set of types that do not exist: %v", err)
	}
}

func TestEachRelationYieldsWhatPassesWithBothItsEnds(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(30, 150)
	s := w.build()
	for range 25 {
		w.happen()
	}
	s = w.after(s)
	where := topology.Where{Peers: []graph.Kind{"ENTERPRISE", "INSTITUTION"}, Avoid: []graph.EntityID{2, 5}, ValidAt: graph.MustDate("2022")}
	f := must(s.Filter(where))(t)
	got := map[graph.RelationID]topology.Ends{}
	last := graph.RelationID(0)
	for id, ends := range s.EachRelation(f) {
		if id <= last {
			t.Fatalf("relation %d follows %d", id, last)
		}
		got[id], last = ends, id
	}
	ok := func(id graph.EntityID) bool { return contains(where.Peers, s.Kind(id)) && id != 2 && id != 5 }
	_, docs := w.documents()
	for _, doc := range docs {
		if f.Reaches(s, doc.SourceID) != ok(doc.SourceID) || f.Reaches(s, s.LastEntity()+1) {
			t.Fatalf("entity %d is reached: %v", doc.SourceID, !ok(doc.SourceID))
		}
		want := f.Pass(s, doc.ID) && ok(doc.SourceID) && ok(doc.TargetID)
		if ends, is := got[doc.ID]; is != want || is && ends != (topology.Ends{Source: doc.SourceID, Target: doc.TargetID, Symmetric: w.ontology.Relation(doc.Type).Symmetric}) {
			t.Fatalf("relation %d: %v %v, wanted %v", doc.ID, is, ends, want)
		}
	}
}
