package topology_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// groupsOf is what a count says, in values that can be compared.
func groupsOf(rows []graph.Row) (list []string) {
	for _, row := range rows {
		amount := graph.Quantity{}
		if q := row.Amount.Quantity(); q != nil {
			amount = *q
		}
		list = append(list, fmt.Sprintf("%q %d %d %d %d %d %d %+v", row.Key, row.Region, row.Count, row.DistinctEntities, row.Undated, row.Amount.Figures, row.Amount.Left, amount))
	}
	return list
}

// countWhere is a random filter that columns can answer.
func (w *world) countWhere(regions []graph.EntityID) *graph.RelationFilter {
	if w.rnd.IntN(4) == 0 {
		return nil
	}
	f := &graph.RelationFilter{IncludeDerived: w.rnd.IntN(2) == 0}
	if w.rnd.IntN(2) == 0 {
		f.Types = []graph.RelationType{pick(w.rnd, w.ontology.Relations()).Type, "INVESTS_IN"}
	}
	if w.rnd.IntN(3) == 0 {
		f.Modality = []graph.Modality{graph.Planned, graph.Asserted}
	}
	if w.rnd.IntN(3) == 0 {
		least := pick(w.rnd, []float64{0.4, 0.75, 0.9})
		f.MinConfidence = &least
	}
	if w.rnd.IntN(3) == 0 {
		f.ValidAt = graph.MustDate(pick(w.rnd, []string{"2021", "2022-03-01", "2023-12"}))
	}
	if w.rnd.IntN(3) == 0 {
		f.Peer = &graph.EntityFilter{Kinds: []graph.Kind{pick(w.rnd, []graph.Kind{"REGION", "ENTERPRISE", "PRODUCT"})}}
	}
	if w.rnd.IntN(3) == 0 && len(regions) > 0 {
		f.Within = pick(w.rnd, regions)
	}
	return f
}

var allGroupKeys = []graph.GroupKey{graph.GroupType, graph.GroupSourceKind, graph.GroupTargetKind, graph.GroupProvince, graph.GroupPrefecture,
	graph.GroupChain, graph.GroupYear, graph.GroupGrade, graph.GroupModality}

// counts proves that s counts as the documents of r do.
func (w *world) counts(s *topology.Snapshot, r graph.Reader, rounds int) {
	w.t.Helper()
	g := must(graph.NewRegions(r))(w.t)
	regions := slices.Collect(ids(w.t, r.AllEntities([]graph.Kind{graph.KindRegion}, 0)))
	shaped := s.Reader(context.Background(), r)
	for range rounds {
		keys := slices.Clone(allGroupKeys)
		w.rnd.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		q := graph.GroupQuery{Keys: keys[:1+w.rnd.IntN(4)], Where: w.countWhere(regions), Unit: "CNY", Convert: yuan, Distinct: true}
		want := groupsOf(must(graph.GroupRelations(context.Background(), r, g, q))(w.t))
		if got := groupsOf(must(graph.GroupRelations(context.Background(), shaped, g, q))(w.t)); !reflect.DeepEqual(got, want) {
			w.t.Fatalf("by %v where %+v:\n%q and not\n%q", q.Keys, q.Where, got, want)
		}
		if len(regions) == 0 {
			continue
		}
		up := graph.RollupQuery{Region: pick(w.rnd, regions), Where: q.Where, Unit: "CNY", Convert: yuan, Distinct: true}
		whole := must(graph.CountRegion(context.Background(), r, g, up))(w.t)
		got := must(graph.CountRegion(context.Background(), shaped, g, up))(w.t)
		if got.Total != whole.Total || got.Own != whole.Own || len(got.Shared) != len(whole.Shared) || !reflect.DeepEqual(groupsOf(got.Rows), groupsOf(whole.Rows)) {
			w.t.Fatalf("region %d where %+v:\n%d %d %q and not\n%d %d %q", up.Region, up.Where, got.Total, got.Own, groupsOf(got.Rows), whole.Total, whole.Own, groupsOf(whole.Rows))
		}
	}
}

func TestCountsOverChangesAreThoseOfDocuments(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(60, 300)
	s := w.build()
	for range 12 {
		for range 8 {
			w.happen()
		}
		s = w.after(s)
		w.view(func(r graph.Reader) { w.counts(s, r, 40) })
	}
	s = must(s.Compact(context.Background()))(t)
	w.view(func(r graph.Reader) { w.counts(s, r, 40) })
}

// The years of a count that no code holds, and more of them than one.
func TestYearsFarOffAreCounted(t *testing.T) {
	w := newWorld(t, 5)
	w.populate(40, 200)
	_, relations := w.documents()
	for i, year := range []string{"0044", "1850", "1899", "1900", "2922", "2923", "9999", "-0100"} {
		r := *relations[i]
		r.ValidFrom, r.ValidTo = graph.MustDate(year), graph.Date{}
		w.apply(graph.Change{Relation: &r})
	}
	s := w.build()
	w.view(func(r graph.Reader) {
		g := must(graph.NewRegions(r))(t)
		for _, keys := range [][]graph.GroupKey{{graph.GroupYear}, {graph.GroupYear, graph.GroupProvince, graph.GroupModality}} {
			q := graph.GroupQuery{Keys: keys, Where: &graph.RelationFilter{IncludeDerived: true}, Unit: "CNY", Convert: yuan, Distinct: true}
			want := groupsOf(must(graph.GroupRelations(context.Background(), r, g, q))(t))
			if got := groupsOf(must(graph.GroupRelations(context.Background(), s.Reader(context.Background(), r), g, q))(t)); !reflect.DeepEqual(got, want) {
				t.Errorf("by %v:\n%q and not\n%q", keys, got, want)
			}
		}
	})
}

// What the base says of places is of no use where a region of it is gone.
func TestCountsAreRightWhereARegionIsGone(t *testing.T) {
	w := newWorld(t, 6)
	w.populate(40, 200)
	w.apply(graph.Change{Entity: w.entity("region:lonely")})
	s := w.build()
	if !w.apply(graph.Change{Retract: graph.NewUID(graph.TagEntity, "region:lonely")}) {
		t.Fatal("the region stays")
	}
	s = w.after(s)
	w.view(func(r graph.Reader) { w.counts(s, r, 60) })
}

// spender bounds what a count may look at.
type spender struct {
	graph.Reader
	left int
}

func (s *spender) Shape() graph.Shape { return s.Reader.(graph.Shaped).Shape() }

func (s *spender) SpendColumns(relations int) error {
	if s.left -= relations; s.left < 0 {
		return &graph.Error{Code: graph.CodeLimit, Op: "read", Index: -1}
	}
	return nil
}

func TestACountTellsBeforehandWhatItLooksAt(t *testing.T) {
	w := newWorld(t, 7)
	w.populate(40, 200)
	s := w.build()
	w.view(func(r graph.Reader) {
		g := must(graph.NewRegions(r))(t)
		q := graph.GroupQuery{Keys: []graph.GroupKey{graph.GroupType}, Where: &graph.RelationFilter{Types: []graph.RelationType{"INVESTS_IN"}}, Unit: "CNY", Convert: yuan}
		investments := len(slices.Collect(ids(t, r.AllRelations(q.Where.Types, 0))))
		for left, code := range map[int]graph.Code{investments: "", investments - 1: graph.CodeLimit} {
			meter := &spender{s.Reader(context.Background(), r), left}
			if _, err := graph.GroupRelations(context.Background(), meter, g, q); graph.CodeOf(err) != code {
				t.Errorf("where %d of %d may be looked at: %v", left, investments, err)
			}
			if _, err := graph.CountRegion(context.Background(), &spender{meter.Reader, left}, g, graph.RollupQuery{Region: firstRegion(t, r), Where: q.Where, Unit: "CNY", Convert: yuan}); graph.CodeOf(err) != code {
				t.Errorf("a roll-up where %d of %d may be looked at: %v", left, investments, err)
			}
		}
	})
}

func firstRegion(t testing.TB, r graph.Reader) graph.EntityID {
	for id := range ids(t, r.AllEntities([]graph.Kind{graph.KindRegion}, 0)) {
		return id
	}
	t.Fatal("there is no region")
	return 0
}
