package text_test

import (
	"slices"
	"testing"

	"lianzhu/graph"
	"lianzhu/text"
)

// regionIn is the region that f reads out of a name in the graph as it is.
func regionIn(t testing.TB, f *text.Firms, store graph.Store, name string) (region string) {
	t.Helper()
	err := store.View(t.Context(), func(r graph.Reader) error {
		p, err := f.Companies(r)
		if err == nil {
			region = p.Parse(name).Region
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return region
}

func TestRegionsOfTheGraphAreKnownInNamesOfFirms(t *testing.T) {
	const name = "新湾特区瑞海机械有限公司"
	store := firmsThere(t)
	f := text.NewFirms(slices.Values([]string{"青岛"}))
	want := func(what, region string) {
		t.Helper()
		if got := regionIn(t, f, store, name); got != region {
			t.Errorf("%s: the region is %q, want %q", what, got, region)
		}
		if got := regionIn(t, f, store, "青岛瑞海机械有限公司"); got != "青岛" {
			t.Errorf("%s: 青岛 is %q", what, got)
		}
	}
	want("nobody has written it", "")
	apply(t, store, graph.Change{Entity: called("region:new", graph.KindRegion, "新湾特区")})
	want("it was written", "新湾特区")
	apply(t, store, graph.Change{Entity: called("enterprise:x", "ENTERPRISE", "新湾食品有限公司")})
	want("a firm was written", "新湾特区")
	apply(t, store, graph.Change{Entity: called("region:new", graph.KindRegion, "新湾特区", "新湾")})
	want("it has another name", "新湾特区")
	apply(t, store, graph.Change{Entity: called("region:new", graph.KindRegion, "新湾")})
	want("it has lost a name", "新湾")
	apply(t, store, graph.Change{Retract: graph.NewUID(graph.TagEntity, "region:new")})
	want("it was retracted", "")
}

func TestAFirmThatNamesARegionOfTheGraphIsSuspected(t *testing.T) {
	store := firmsThere(t)
	apply(t, store, graph.Change{Entity: called("region:new", graph.KindRegion, "新湾特区")}, graph.Change{Entity: called("enterprise:ruihai", "ENTERPRISE", "新湾特区瑞海机械有限公司")})
	f := text.NewFirms(slices.Values([]string{"青岛"}))
	err := store.View(t.Context(), func(r graph.Reader) error {
		found, err := f.Suspects(r, called("enterprise:other", "ENTERPRISE", "瑞海机械有限公司"))
		if len(found) != 1 || found[0].Entity.Key != "enterprise:ruihai" || found[0].Score != 0.75 {
			t.Errorf("%+v", found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
