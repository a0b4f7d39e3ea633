package text

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lianzhu/graph"
)

// indexed is an index of the lists of m.
func indexed(t interface{ Fatal(...any) }, m *memory) *Index {
	x := &Index{Most: graph.EntityID(len(m.entities) * m.stride)}
	terms := slices.SortedFunc(maps.Keys(m.lists), func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) })
	for _, term := range terms {
		if err := x.Add(term, m.lists[term]); err != nil {
			t.Fatal(err)
		}
	}
	x.Seal()
	return x
}

func (m *memory) sketch(id graph.EntityID) string { return Sketch(m.entities[int(id-1)/m.stride]) }

func compareOver(t *rapid.T, m *memory, p Postings, s graph.SearchQuery) {
	t.Helper()
	got, err := Find(context.Background(), p, s)
	want, scanErr := m.scan(s)
	if graph.CodeOf(err) != graph.CodeOf(scanErr) {
		t.Fatalf("%+v: Find says %v, a scan %v", s, err, scanErr)
	}
	if toldByID(got) != toldByID(want) {
		t.Fatalf("%q\n got %s\nwant %s", s.Text, toldByID(got), toldByID(want))
	}
}

// Whatever was changed since an index was made, and however often, searches over
// it find what a scan of the entities as they are finds; and so they do over the
// index into which the changes were worked.
func TestFindOverAnIndexIsAScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stride := rapid.SampledFrom([]int{1, 1, 70, 9001, 40_000}).Draw(t, "stride")
		entities := rapid.SliceOfN(drawnEntity, 1, 30).Draw(t, "entities")
		x := indexed(t, newSpread(stride, entities...))
		var changes *Changes
		for range rapid.IntRange(0, 3).Draw(t, "batches") {
			var list []Change
			for range rapid.IntRange(1, 4).Draw(t, "changes") {
				e := drawnEntity.Draw(t, "entity")
				at := rapid.IntRange(0, len(entities)).Draw(t, "at")
				if at == len(entities) {
					entities = append(entities, e)
				}
				entities[at] = e
				list = append(list, Change{graph.EntityID(at*stride + 1), nil})
			}
			for i := range list {
				list[i].Entity = entities[int(list[i].ID-1)/stride]
			}
			slices.SortFunc(list, func(a, b Change) int { return cmp.Compare(a.ID, b.ID) })
			list = slices.CompactFunc(list, func(a, b Change) bool { return a.ID == b.ID })
			changes = changes.With(list)
		}
		m := newSpread(stride, entities...)
		next := &Index{Most: graph.EntityID(len(entities) * stride)}
		if err := x.With(changes, next); err != nil {
			t.Fatal(err)
		}
		for range 8 {
			s := drawSearch(t, m)
			compareOver(t, m, x.Over(changes, m.Entities, nil), s)
			compareOver(t, m, next.Over(nil, m.Entities, m.sketch), s)
			compareOver(t, m, x.Over(changes, m.Entities, m.sketch), s)
		}
		name := drawnQuery.Draw(t, "name")
		if got, _ := Named(x.Over(changes, m.Entities, nil), name); !slices.Equal(got, m.named(name)) {
			t.Fatalf("Named(%q) = %v, want %v", name, got, m.named(name))
		}
	})
}

func TestWhatIsGoneIsFoundNoMore(t *testing.T) {
	m := newMemory(generatedNames(600)...)
	x := indexed(t, m)
	var changes *Changes
	for id := graph.EntityID(1); id <= 500; id++ {
		changes = changes.With([]Change{{ID: id}})
	}
	r, err := Find(context.Background(), x.Over(changes, m.Entities, nil), graph.SearchQuery{Text: "公司", First: 200})
	if err != nil || r.Total != 100 || r.Hits[0].Entity.ID <= 500 {
		t.Fatalf("%d are found, %v", r.Total, err)
	}
	if changes.Len() != 500 {
		t.Fatalf("%d have changed", changes.Len())
	}
}

// All terms of an index with bitmaps come back as they were added.
func TestAnIndexHoldsItsLists(t *testing.T) {
	m := newMemory(generatedNames(3000)...)
	x := indexed(t, m)
	if len(x.Bits) == 0 || len(x.IDs) == 0 {
		t.Fatal("there are not both sorts of lists")
	}
	n := 0
	err := x.All(func(term []byte, ids []graph.EntityID) error {
		if n++; !slices.Equal(ids, m.lists[string(term)]) {
			t.Fatalf("%q has %v and not %v", term, ids, m.lists[string(term)])
		}
		return nil
	})
	if err != nil || n != len(m.lists) {
		t.Fatalf("%d terms of %d, %v", n, len(m.lists), err)
	}
	if err := x.Add("a", []graph.EntityID{1}); graph.CodeOf(err) != graph.CodeCorrupt {
		t.Fatalf("a term out of order: %v", err)
	}
}

// FuzzSketch reads any bytes as a sketch.
func FuzzSketch(f *testing.F) {
	f.Add(Sketch(&graph.Entity{Names: []graph.Name{{Text: "海尔", Role: graph.Official}, {Text: "重庆", Reading: "chong qing"}},
		Identifiers: []graph.Identifier{{Value: "91370200"}}}))
	wide, _ := parse("search", "海尔卡奥斯")
	narrow, _ := parse("search", "chongqing")
	f.Fuzz(func(t *testing.T, s string) {
		for _, q := range []query{wide, narrow} {
			if m, ok := q.matchesSketch(s, true); !ok && m.rank != rankNone {
				t.Errorf("%q is no sketch and has rank %d", s, m.rank)
			}
		}
	})
}

// FuzzIndex reads any bytes as an index.
func FuzzIndex(f *testing.F) {
	x := indexed(f, newMemory(generatedNames(40)...))
	f.Add(x.Keys, uint32(3))
	f.Fuzz(func(t *testing.T, keys []byte, at uint32) {
		y := &Index{Keys: keys, Blocks: []uint32{0, 0, 0, at, 5, 1}, IDs: x.IDs, Ranks: x.Ranks, Bits: x.Bits, Most: x.Most}
		y.All(func([]byte, []graph.EntityID) error { return nil })
		for _, typed := range []string{"海", "海尔", "qingdao", "青岛海尔机"} {
			Find(context.Background(), y.Over(nil, func(ids []graph.EntityID) ([]*graph.Entity, error) { return make([]*graph.Entity, len(ids)), nil }, nil), graph.SearchQuery{Text: typed, First: 5})
		}
	})
}

// A short name is a part of the whole one, so what the lists tell of pieces is
// sure; only those on the page are looked at for their rank.
func TestOnlyThePageIsLookedAtWhereShortNamesArePartsOfWholeOnes(t *testing.T) {
	var entities []*graph.Entity
	for i := range 400 {
		brand := string([]rune{'一' + rune(i), '丁'})
		entities = append(entities, &graph.Entity{Kind: "A", Names: []graph.Name{
			{Text: "青岛" + brand + "食品集团", Role: graph.Official}, {Text: brand + "食品", Role: graph.Short}}})
	}
	m := newMemory(entities...)
	looked := 0
	r, err := Find(context.Background(), indexed(t, m).Over(nil, m.Entities, func(id graph.EntityID) string {
		looked++
		return m.sketch(id)
	}), graph.SearchQuery{Text: "食品集团", First: 5, Lean: true})
	if err != nil || r.Total != 400 || len(r.Hits) != 5 || looked != 5 || m.reads != 0 {
		t.Fatalf("%d of %d hits, %d sketches and %d entities are looked at: %v", len(r.Hits), r.Total, looked, m.reads, err)
	}
}
