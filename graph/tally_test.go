package graph_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// counted is what a count says of a row, in values that can be compared.
type counted struct {
	Key                    []string
	Region                 graph.EntityID
	Count, Distinct        int
	Undated, Figures, Left int
	Amount                 string
}

func countedRow(row graph.Row) counted {
	c := counted{Key: row.Key, Region: row.Region, Count: row.Count, Distinct: row.DistinctEntities, Undated: row.Undated,
		Figures: row.Amount.Figures, Left: row.Amount.Left}
	if q := row.Amount.Quantity(); q != nil {
		c.Amount = fmt.Sprintf("%+v", *q)
	}
	return c
}

func countedRows(rows []graph.Row) (list []counted) {
	for _, row := range rows {
		list = append(list, countedRow(row))
	}
	return list
}

// groupKeys are all keys, and some together.
func groupKeys(d *rand.Rand) []graph.GroupKey {
	all := []graph.GroupKey{graph.GroupType, graph.GroupSourceKind, graph.GroupTargetKind, graph.GroupProvince, graph.GroupPrefecture,
		graph.GroupChain, graph.GroupYear, graph.GroupGrade, graph.GroupModality, graph.GroupSource}
	d.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:1+d.IntN(3)]
}

// sameCounts counts from documents and from columns, and wants the same.
func sameCounts(t *testing.T, d *rand.Rand, store, shaped graph.Reader, regions []graph.EntityID, where *graph.RelationFilter) {
	t.Helper()
	g, err := graph.NewRegions(store)
	if err != nil {
		t.Fatal(err)
	}
	groups := graph.GroupQuery{Keys: groupKeys(d), Where: where, Unit: "CNY", Convert: yuan, Distinct: true}
	want, err := graph.GroupRelations(t.Context(), store, g, groups)
	got, gotErr := graph.GroupRelations(t.Context(), shaped, g, groups)
	if graph.CodeOf(err) != graph.CodeOf(gotErr) || !reflect.DeepEqual(countedRows(got), countedRows(want)) {
		t.Fatalf("by %v where %+v:\n%+v %v\nand not\n%+v %v", groups.Keys, where, countedRows(got), gotErr, countedRows(want), err)
	}
	for _, id := range regions {
		q := graph.RollupQuery{Region: id, Where: where, Unit: "CNY", Convert: yuan, Distinct: true}
		want, err := graph.CountRegion(t.Context(), store, g, q)
		got, gotErr := graph.CountRegion(t.Context(), shaped, g, q)
		if graph.CodeOf(err) != graph.CodeOf(gotErr) {
			t.Fatalf("region %d where %+v: %v and not %v", id, where, gotErr, err)
		}
		if err != nil {
			continue
		}
		whole := func(u *graph.Rollup) counted {
			return countedRow(graph.Row{Region: u.Region, Count: u.Total, DistinctEntities: u.Own, Undated: u.Undated, Amount: u.Amount})
		}
		shared := slices.EqualFunc(got.Shared, want.Shared, func(a, b *graph.Relation) bool { return a.ID == b.ID })
		if !shared || !reflect.DeepEqual(whole(got), whole(want)) || !reflect.DeepEqual(countedRows(got.Rows), countedRows(want.Rows)) {
			t.Fatalf("region %d where %+v:\n%+v %+v\nand not\n%+v %+v", id, where, whole(got), countedRows(got.Rows), whole(want), countedRows(want.Rows))
		}
	}
}

func TestAmountsAreCountedFromColumnsAsFromDocuments(t *testing.T) {
	o := schemaOntology(t)
	d := dice(t)
	for range graphs(t, 150) {
		w := newWorld(t, d)
		err := w.store.View(t.Context(), func(r graph.Reader) error {
			snap, err := topology.Build(t.Context(), r, o, nil)
			if err != nil {
				return err
			}
			var regions []graph.EntityID
			for _, key := range w.regions {
				ids, err := r.Resolve([]graph.UID{graph.NewUID(graph.TagEntity, key)})
				if err != nil {
					return err
				}
				regions = append(regions, graph.EntityID(ids[0]))
			}
			for range 3 {
				sameCounts(t, d, r, snap.Reader(t.Context(), r), regions, nil)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestFilteredCountsFromColumnsAreThoseFromDocuments(t *testing.T) {
	eachCrowd(t, graphs(t, 150), func(s *stage, c *crowd, w *twin) {
		var regions []graph.EntityID
		for _, e := range w.entities {
			if e.Kind == graph.KindRegion {
				regions = append(regions, e.ID)
			}
		}
		for range 5 {
			where := newFilters(s, c).relation(1)
			s.view(func(r graph.Reader) { sameCounts(t, c.Rand, r, s.shaped(r), regions, where) })
		}
	})
}
