package graph_test

import (
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"lianzhu"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/storage/mem"
)

// world is a random hierarchy of regions with random investments in it, some of
// them shared by several places, and what is needed to count them by hand.
type world struct {
	store   graph.Store
	regions []graph.Key
	parent  map[graph.Key]graph.Key
	facts   []graph.Relation
}

func newWorld(t *testing.T, random *rand.Rand) world {
	o, err := gql.ReadOntology(lianzhu.Schema)
	if err != nil {
		t.Fatal(err)
	}
	w := world{store: mem.New(o), parent: map[graph.Key]graph.Key{}}
	t.Cleanup(func() { w.store.Close() })
	source := graph.Key("source:test")
	witness := []graph.Evidence{{Source: source, Start: -1, End: -1}}
	changes := []graph.Change{{Source: &graph.Source{Key: source, Title: "测试"}}}
	entity := func(key graph.Key, kind graph.Kind) {
		changes = append(changes, graph.Change{Entity: &graph.Entity{Key: key, Kind: kind,
			Names: []graph.Name{{Text: string(key), Lang: graph.ZH, Role: graph.Official}}}})
	}
	for i := range 2 + random.IntN(14) {
		key := graph.Key(fmt.Sprintf("region:%02d", i))
		entity(key, graph.KindRegion)
		if i > 0 && random.IntN(8) > 0 {
			w.parent[key] = w.regions[random.IntN(i)]
			changes = append(changes, graph.Change{Relation: &graph.Relation{Type: graph.PartOf, Source: key, Target: w.parent[key], Modality: graph.Asserted, Evidence: witness}})
		}
		w.regions = append(w.regions, key)
	}
	for i := range 3 {
		entity(graph.Key(fmt.Sprintf("enterprise:%d", i)), "ENTERPRISE")
	}
	for i := range random.IntN(30) {
		rel := graph.Relation{Type: "INVESTS_IN", Source: graph.Key(fmt.Sprintf("enterprise:%d", random.IntN(3))), Disc: fmt.Sprint(i),
			Modality: graph.Asserted, Evidence: witness, Amount: randomAmount(random)}
		if rel.Target = w.regions[random.IntN(len(w.regions))]; random.IntN(2) == 0 {
			rel.Target = "enterprise:" + graph.Key(fmt.Sprint(random.IntN(3)))
			if rel.Target == rel.Source {
				rel.Target = w.regions[0]
			}
		}
		for range random.IntN(4) {
			rel.Places = append(rel.Places, w.regions[random.IntN(len(w.regions))])
		}
		w.facts = append(w.facts, rel)
		changes = append(changes, graph.Change{Relation: &rel})
	}
	if _, err := w.store.Apply(context.Background(), graph.Batch{Changes: changes, At: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
	return w
}

func randomAmount(random *rand.Rand) *graph.Quantity {
	q := &graph.Quantity{Raw: "一笔", Unit: []string{"CNY", "wan", "USD"}[random.IntN(3)]}
	switch random.IntN(4) {
	case 0:
		return nil
	case 1:
		q.Min = "0.1"
	default:
		q.Value = graph.Decimal(fmt.Sprint(random.IntN(1000)))
	}
	return q
}

// yuan converts the units of these tests: a wan is ten thousand yuan.
func yuan(d graph.Decimal, from, to string) (*big.Rat, error) {
	factor := map[string]int64{"CNY": 1, "wan": 10_000}[from]
	r, ok := d.Rat()
	if !ok || factor == 0 || to != "CNY" {
		return nil, fmt.Errorf("%s is not %s", from, to)
	}
	return r.Mul(r, big.NewRat(factor, 1)), nil
}

// above are key and all regions above it.
func (w world) above(key graph.Key) []graph.Key {
	var list []graph.Key
	for ; key != ""; key = w.parent[key] {
		list = append(list, key)
	}
	return list
}

// placesOf are the regions in which a fact takes place, counted by hand.
func (w world) placesOf(r graph.Relation) []graph.Key {
	if len(r.Places) == 0 && slices.Contains(w.regions, r.Target) {
		return []graph.Key{r.Target}
	}
	return r.Places
}

// claims tells whether top has every place of a fact at or below it.
func (w world) claims(top graph.Key, r graph.Relation) bool {
	places := w.placesOf(r)
	for _, p := range places {
		if !slices.Contains(w.above(p), top) {
			return false
		}
	}
	return len(places) > 0
}

func TestARollupCountsEveryFactOnce(t *testing.T) {
	for seed := range uint64(400) {
		random := rand.New(rand.NewPCG(seed, 1))
		w := newWorld(t, random)
		err := w.store.View(t.Context(), func(r graph.Reader) error {
			g, err := graph.NewRegions(r)
			if err != nil {
				return err
			}
			for _, key := range w.regions {
				w.checkRollup(t, seed, r, g, key)
			}
			return nil
		})
		if err != nil || t.Failed() {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// checkRollup compares the roll-up of one region with counting by hand.
func (w world) checkRollup(t *testing.T, seed uint64, r graph.Reader, g *graph.Regions, key graph.Key) {
	found, err := r.Resolve([]graph.UID{graph.NewUID(graph.TagEntity, key)})
	if err != nil {
		t.Fatal(err)
	}
	got, err := graph.CountRegion(t.Context(), r, g, graph.RollupQuery{Region: graph.EntityID(found[0]), Unit: "CNY", Convert: yuan})
	if err != nil {
		t.Fatal(err)
	}
	total, own, shared, left := 0, 0, 0, 0
	rows := map[string]int{}
	for _, fact := range w.facts {
		if !w.claims(key, fact) {
			continue
		}
		total++
		if fact.Amount != nil && fact.Amount.Unit == "USD" {
			left++
		}
		child := ""
		for _, below := range w.regions {
			if w.parent[below] == key && w.claims(below, fact) {
				child = string(below)
			}
		}
		switch {
		case child != "":
			rows[child]++
		case slices.Contains(w.placesOf(fact), key):
			own++
		default:
			shared++
		}
	}
	sum := got.Own + len(got.Shared)
	for _, row := range got.Rows {
		sum += row.Count
		if row.Count != rows[row.Key[0]] {
			t.Errorf("seed %d, %s: the row %v counts %d, by hand %d", seed, key, row.Key, row.Count, rows[row.Key[0]])
		}
	}
	if got.Total != total || got.Own != own || len(got.Shared) != shared || sum != got.Total || got.Amount.Left != left {
		t.Errorf("seed %d, %s: total %d own %d shared %d left %d, by hand %d, %d, %d, %d; the parts add up to %d",
			seed, key, got.Total, got.Own, len(got.Shared), got.Amount.Left, total, own, shared, left, sum)
	}
}

func TestGroupsOfOneKeyAddUpToTheWhole(t *testing.T) {
	for seed := range uint64(100) {
		w := newWorld(t, rand.New(rand.NewPCG(seed, 2)))
		err := w.store.View(t.Context(), func(r graph.Reader) error {
			g, err := graph.NewRegions(r)
			if err != nil {
				return err
			}
			for _, key := range []graph.GroupKey{graph.GroupType, graph.GroupSourceKind, graph.GroupTargetKind, graph.GroupProvince,
				graph.GroupPrefecture, graph.GroupChain, graph.GroupYear, graph.GroupGrade, graph.GroupSource, graph.GroupModality} {
				rows, err := graph.GroupRelations(t.Context(), r, g, graph.GroupQuery{Keys: []graph.GroupKey{key}, Unit: "CNY", Convert: yuan})
				if err != nil {
					return err
				}
				n := 0
				for _, row := range rows {
					n += row.Count
				}
				if n != len(w.facts) {
					t.Errorf("seed %d: the groups by %s hold %d of %d relations", seed, key, n, len(w.facts))
				}
			}
			return nil
		})
		if err != nil || t.Failed() {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

func TestASumIsExactAndKeepsItsBoundsOpen(t *testing.T) {
	q := func(value, least, greatest, unit string) *graph.Quantity {
		return &graph.Quantity{Raw: "x", Value: graph.Decimal(value), Min: graph.Decimal(least), Max: graph.Decimal(greatest), Unit: unit}
	}
	for _, c := range []struct {
		name    string
		figures []*graph.Quantity
		want    string
		left    int
	}{
		{"nothing is no figure", nil, "", 0},
		{"decimals add without rounding", []*graph.Quantity{q("0.1", "", "", "CNY"), q("0.2", "", "", "CNY")}, "0.3 CNY", 0},
		{"units convert by their factor", []*graph.Quantity{q("7730", "", "", "wan"), q("1", "", "", "CNY")}, "77300001 CNY", 0},
		{"one open figure leaves the sum open", []*graph.Quantity{q("5", "", "", "CNY"), q("", "6000", "", "CNY"), q("1", "", "", "CNY")}, "6006.. CNY", 0},
		{"a figure known from above only", []*graph.Quantity{q("", "", "9", "CNY"), q("1", "", "", "CNY")}, "..10 CNY", 0},
		{"ranges add at both ends", []*graph.Quantity{q("", "1", "2", "CNY"), q("", "10", "20", "CNY")}, "11..22 CNY", 0},
		{"what does not convert is left out and counted", []*graph.Quantity{q("5", "", "", "USD"), q("", "5", "", "USD"), q("1", "", "", "CNY")}, "1 CNY", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := graph.NewSum("CNY", yuan)
			for _, f := range c.figures {
				s.Add(f)
			}
			got := ""
			if sum := s.Quantity(); sum != nil {
				got = sum.Raw
			}
			if got != c.want || s.Left != c.left {
				t.Errorf("%q with %d left out, want %q with %d", got, s.Left, c.want, c.left)
			}
		})
	}
}
