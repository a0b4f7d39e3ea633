package text_test

import (
	"fmt"
	"strings"
	"testing"

	"lianzhu"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/storage/mem"
)

func theOntology(t testing.TB) *graph.Ontology {
	t.Helper()
	o, err := gql.ReadOntology(lianzhu.Schema)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func called(key graph.Key, kind graph.Kind, names ...string) *graph.Entity {
	e := &graph.Entity{Key: key, Kind: kind}
	for _, name := range names {
		e.Names = append(e.Names, graph.Name{Text: name, Lang: graph.ZH, Role: graph.Official})
	}
	return e
}

func apply(t testing.TB, store graph.Store, changes ...graph.Change) {
	t.Helper()
	if _, err := store.Apply(t.Context(), graph.Batch{Changes: changes}); err != nil {
		t.Fatal(err)
	}
}

func firmsThere(t testing.TB) graph.Store {
	store := mem.New(theOntology(t))
	t.Cleanup(func() { store.Close() })
	coded := called("enterprise:haier", "ENTERPRISE", "青岛海尔智能家电科技有限公司")
	coded.Identifiers = []graph.Identifier{{Scheme: "USCC", Value: "91370200264574251E"}}
	for _, e := range []*graph.Entity{
		coded, called("enterprise:yutong", "ENTERPRISE", "郑州宇通客车股份有限公司"), called("enterprise:haiwan", "ENTERPRISE", "青岛海湾化学有限公司"),
		called("enterprise:songquan-he", "ENTERPRISE", "河南松泉机械有限公司"), called("enterprise:branch", "ENTERPRISE", "北岭车辆有限公司青岛分公司"),
		called("enterprise:limeng", "ENTERPRISE", "黎檬食品有限公司"), called("platform:haichuan", "PLATFORM", "海川云服工业互联网综合服务平台"),
		called("institution:sifang", "INSTITUTION", "青石车辆研究所"), called("enterprise:eastern", "ENTERPRISE", "青岛湾东重工有限公司"),
	} {
		apply(t, store, graph.Change{Entity: e})
	}
	return store
}

// suspected is who e is suspected to be: key, matchedBy and score, with reasons.
func suspected(t testing.TB, store graph.Store, e *graph.Entity) (line, reasons string) {
	t.Helper()
	p := companies(t)
	err := store.View(t.Context(), func(r graph.Reader) error {
		found, err := p.Suspects(r, e)
		for _, s := range found {
			line += fmt.Sprintf("%s %s %.2f;", s.Entity.Key, s.By, s.Score)
			for _, why := range s.Reasons {
				reasons += why.EN + ";" + why.ZH + ";"
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(line, ";"), reasons
}

func TestANewFirmIsSuspectedToBeOneThatIsThere(t *testing.T) {
	store := firmsThere(t)
	coded := called("enterprise:new", "ENTERPRISE", "别名实业有限公司")
	coded.Identifiers = []graph.Identifier{{Scheme: "USCC", Value: "91370200264574251E"}}
	cases := []struct {
		sentence string
		new      *graph.Entity
		want     string
		why      string
	}{
		{"the same name", called("enterprise:new", "ENTERPRISE", "青岛海湾化学有限公司"), "enterprise:haiwan EXACT 0.90", "as well"},
		{"another legal form", called("enterprise:new", "ENTERPRISE", "青岛海湾化学股份有限公司"), "enterprise:haiwan ALIAS 0.85", "but for the legal form"},
		{"no legal form", called("enterprise:new", "ENTERPRISE", "青岛海湾化学"), "enterprise:haiwan ALIAS 0.85", "去掉组织形式"},
		{"no region", called("enterprise:new", "ENTERPRISE", "宇通客车股份有限公司"), "enterprise:yutong ALIAS 0.75", "only one of them names a region"},
		{"the region in full", called("enterprise:new", "ENTERPRISE", "郑州市宇通客车股份有限公司"), "enterprise:yutong ALIAS 0.85", "but for the legal form"},
		{"no trade", called("enterprise:new", "ENTERPRISE", "宇通集团"), "enterprise:yutong PREFIX 0.65", "only one of them names a trade"},
		{"a brand that is read the same", called("enterprise:new", "ENTERPRISE", "梨檬食品有限公司"), "enterprise:limeng PINYIN 0.60", "read like"},
		{"a wrong character", called("enterprise:new", "ENTERPRISE", "青岛海弯化学有限公司"), "enterprise:haiwan PINYIN 0.60", "read like"},
		{"a wrong character that is read otherwise", called("enterprise:new", "ENTERPRISE", "青岛海滨化学有限公司"), "enterprise:haiwan FUZZY 0.50", "one character"},
		{"the same code under another name", coded, "enterprise:haier IDENTIFIER 0.99", "USCC"},
		{"an institute without its region", called("institution:new", "INSTITUTION", "青石车辆研究所有限公司"), "institution:sifang ALIAS 0.85", "legal form"},
		{"another region is another firm", called("enterprise:new", "ENTERPRISE", "河北松泉机械有限公司"), "", ""},
		{"another trade is another firm", called("enterprise:new", "ENTERPRISE", "青岛海湾物流有限公司"), "", ""},
		{"a firm is not its branch", called("enterprise:new", "ENTERPRISE", "北岭车辆有限公司"), "", ""},
		{"another side of the bay is another firm", called("enterprise:new", "ENTERPRISE", "青岛湾西重工有限公司"), "", ""},
		{"a firm is not a platform whose name begins with its brand", called("enterprise:new", "ENTERPRISE", "海川云服科技有限公司"), "", ""},
		{"nothing like it", called("enterprise:new", "ENTERPRISE", "南坪纸业有限公司"), "", ""},
		{"itself", called("enterprise:haiwan", "ENTERPRISE", "海湾化学"), "", ""},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			got, reasons := suspected(t, store, c.new)
			if got != c.want || !strings.Contains(reasons, c.why) {
				t.Errorf("got %q because %s\nwant %q because of %q", got, reasons, c.want, c.why)
			}
		})
	}
}

func TestWhatIsKeptApartIsNeverSuggestedAgain(t *testing.T) {
	store := firmsThere(t)
	like := called("enterprise:new", "ENTERPRISE", "青岛海湾化学股份有限公司")
	apply(t, store, graph.Change{Entity: like})
	if got, _ := suspected(t, store, like); got != "enterprise:haiwan ALIAS 0.85" {
		t.Fatalf("before: %q", got)
	}
	var change graph.Change
	err := store.View(t.Context(), func(r graph.Reader) (err error) {
		change, err = graph.KeepApart(r, theOntology(t), "enterprise:new", "enterprise:haiwan")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	apply(t, store, change)
	for _, names := range [][]string{{"青岛海湾化学股份有限公司"}, {"海湾化学"}, {"青岛海湾化学有限公司"}} {
		like := called("enterprise:new", "ENTERPRISE", names...)
		if got, _ := suspected(t, store, like); got != "" {
			t.Errorf("%v: %q", names, got)
		}
	}
	back := called("enterprise:haiwan", "ENTERPRISE", "青岛海湾化学股份有限公司")
	if got, _ := suspected(t, store, back); got != "" {
		t.Errorf("the other way: %q", got)
	}
}
