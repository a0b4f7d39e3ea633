package dataset_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"lianzhu/dataset"
	"lianzhu/graph"
)

func gazetteer(t testing.TB) *dataset.Gazetteer {
	g, err := dataset.BuiltInGazetteer()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestAnAddressLiesInTheSmallestRegionThatItsBeginningNames(t *testing.T) {
	g := gazetteer(t)
	for _, c := range []struct{ name, address, code string }{
		{"province, city and county", "山东省青岛市崂山区海尔路1号海尔信息产业园", "370212"},
		{"without the province", "青岛市崂山区海尔路1号", "370212"},
		{"without the city", "山东省崂山区海尔路1号", "370212"},
		{"short names", "山东青岛崂山海尔路1号", "370212"},
		{"a short name, and a county below it", "青岛市南区香港中路", "370202"},
		{"the country before, and signs between", "中国 山东省, 青岛市, 城阳区", "370214"},
		{"wide digits and signs", "中国（山东）青岛市城阳区１号", "370214"},
		{"a city only", "甘肃省陇南市", "621200"},
		{"a county directly below its province", "河南省济源市", "419001"},
		{"a municipality and its district", "北京市朝阳区建国路88号", "110105"},
		{"the same district name below another city", "吉林省长春市朝阳区", "220104"},
		{"a city and a district of the same name", "山东省东营市东营区", "370502"},
		{"a province and a city of the same name", "吉林省吉林市", "220200"},
		{"a name that several have, told apart by what follows", "吉林长春", "220100"},
		{"a district whose name is that of a city elsewhere", "辽宁省朝阳市双塔区", "211302"},
		{"a street that is called as a district", "郑州市金水路", "410100"},
		{"a city with a character that streets have", "河南新乡", "410700"},
		{"a street that is called as a city", "青岛市南京路100号", "370200"},
		{"an autonomous prefecture by its short name", "青海海西", "632800"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := g.Find(c.address); err != nil || got != dataset.RegionKey(c.code) {
				t.Errorf("%s lies in %s, %v; want %s", c.address, got, err, c.code)
			}
		})
	}
}

func TestANameThatSeveralRegionsHaveIsToldNotGuessed(t *testing.T) {
	g := gazetteer(t)
	for _, c := range []struct {
		address string
		among   []string
		says    string
	}{
		{"朝阳区建国路88号", []string{"110105", "220104"}, "北京市朝阳区"},
		{"鼓楼区", []string{"320106", "350102", "410204"}, "江苏省南京市鼓楼区"},
	} {
		_, err := g.Find(c.address)
		var e *graph.Error
		if !errors.As(err, &e) || e.Code != graph.CodeAmbiguous || !strings.Contains(err.Error(), c.says) {
			t.Fatalf("%s: %v", c.address, err)
		}
		for _, code := range c.among {
			if !slices.Contains(e.Candidates, dataset.RegionKey(code)) {
				t.Errorf("%s may be %v, not %s", c.address, e.Candidates, code)
			}
		}
	}
	for _, address := range []string{"", "海尔路1号", "山东路1号", "Qingdao", "月球"} {
		if key, err := g.Find(address); graph.CodeOf(err) != graph.CodeNotFound {
			t.Errorf("%q lies in %q, %v", address, key, err)
		}
	}
}

// The full path of every built-in region leads to it.
func TestEveryRegionIsFoundByItsPath(t *testing.T) {
	g := gazetteer(t)
	name, parent := map[graph.Key]string{}, map[graph.Key]graph.Key{}
	for line, err := range dataset.YellowRiver() {
		if err != nil {
			t.Fatal(err)
		}
		if e := line.Change.Entity; e != nil && e.Identifier("GB/T 2260") != "" {
			name[e.Key] = e.Name(graph.ZH)
		}
		if r := line.Change.Relation; r != nil && r.Type == graph.PartOf && name[r.Source] != "" && name[r.Target] != "" {
			parent[r.Source] = r.Target
		}
	}
	for key := range name {
		path := ""
		for k := key; k != ""; k = parent[k] {
			path = name[k] + path
		}
		if got, err := g.Find(path + "人民路1号"); err != nil || got != key {
			t.Errorf("%s is %s, found as %s, %v", path, key, got, err)
		}
	}
	if len(name) < 3000 {
		t.Errorf("only %d regions", len(name))
	}
}

func FuzzAnAddressIsFoundOrToldWhyNot(f *testing.F) {
	g := gazetteer(f)
	for _, seed := range []string{"山东省青岛市崂山区", "朝阳区", "", "中国中国", "青岛市南京路", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		key, err := g.Find(address)
		if code := graph.CodeOf(err); (key == "") != (code == graph.CodeNotFound || code == graph.CodeAmbiguous) {
			t.Errorf("%q, %v", key, err)
		}
	})
}
