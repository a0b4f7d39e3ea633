package text_test

import (
	"slices"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"lianzhu/dataset"
	"lianzhu/text"
)

// companies parses names with the built-in regions.
func companies(t testing.TB) *text.Companies {
	t.Helper()
	g, err := dataset.BuiltInGazetteer()
	if err != nil {
		t.Fatal(err)
	}
	return text.NewCompanies(g.Names())
}

func TestACompanyNameIsRegionBrandTradeAndLegalForm(t *testing.T) {
	p := companies(t)
	cases := []struct {
		sentence, name string
		want           text.CompanyName
	}{
		{"all four parts", "青岛海尔智能家电科技有限公司", text.CompanyName{Region: "青岛", Brand: "海尔", Trade: "智能家电科技", LegalForm: "有限公司"}},
		{"a region in full", "山东省中地易采石油技术有限公司", text.CompanyName{Region: "山东省", Brand: "中地易采", Trade: "石油技术", LegalForm: "有限公司"}},
		{"two regions, the second below the first", "山东省济南市松泉机械有限责任公司", text.CompanyName{Region: "山东省济南市", Brand: "松泉", Trade: "机械", LegalForm: "有限责任公司"}},
		{"a region in brackets", "伊克斯达(青岛)控股有限公司", text.CompanyName{Region: "青岛", Brand: "伊克斯达", LegalForm: "控股有限公司"}},
		{"wide brackets", "北岭（甘肃省）新能源有限公司", text.CompanyName{Region: "甘肃省", Brand: "北岭", Trade: "新能源", LegalForm: "有限公司"}},
		{"a company by shares", "中航光电科技股份有限公司", text.CompanyName{Brand: "中航", Trade: "光电科技", LegalForm: "股份有限公司"}},
		{"no region and no trade", "特变电工股份有限公司", text.CompanyName{Brand: "特变", Trade: "电工", LegalForm: "股份有限公司"}},
		{"a group", "双星集团有限责任公司", text.CompanyName{Brand: "双星", LegalForm: "集团有限责任公司"}},
		{"a group, in short", "海尔集团", text.CompanyName{Brand: "海尔", LegalForm: "集团"}},
		{"a group of old law", "海尔集团公司", text.CompanyName{Brand: "海尔", LegalForm: "集团公司"}},
		{"the trade is made of several words", "郑州宇通客车股份有限公司", text.CompanyName{Region: "郑州", Brand: "宇通", Trade: "客车", LegalForm: "股份有限公司"}},
		{"a trade in two words", "青岛双星轮胎工业有限公司", text.CompanyName{Region: "青岛", Brand: "双星", Trade: "轮胎工业", LegalForm: "有限公司"}},
		{"a region in the middle belongs to the brand", "中车青岛四方车辆研究所有限公司", text.CompanyName{Brand: "中车青岛四方", Trade: "车辆研究所", LegalForm: "有限公司"}},
		{"the whole country", "中国石油天然气股份有限公司", text.CompanyName{Region: "中国", Brand: "石油", Trade: "天然气", LegalForm: "股份有限公司"}},
		{"a branch", "松泉机械有限公司青岛分公司", text.CompanyName{Brand: "松泉", Trade: "机械", LegalForm: "有限公司", Branch: "青岛分公司"}},
		{"a partnership", "青岛蓝湾股权投资合伙企业（有限合伙）", text.CompanyName{Region: "青岛", Brand: "蓝湾", Trade: "股权投资", LegalForm: "合伙企业有限合伙"}},
		{"a co-operative", "定西万菊种植农民专业合作社", text.CompanyName{Region: "定西", Brand: "万菊", Trade: "种植", LegalForm: "农民专业合作社"}},
		{"blanks between parts", "青岛 松泉 食品 有限公司", text.CompanyName{Region: "青岛", Brand: "松泉", Trade: "食品", LegalForm: "有限公司"}},
		{"a brand alone", "卡奥斯", text.CompanyName{Brand: "卡奥斯"}},
		{"a region alone is a brand, for there is nothing else", "青岛有限公司", text.CompanyName{Brand: "青岛", LegalForm: "有限公司"}},
		{"a legal form alone is a brand", "有限公司", text.CompanyName{Brand: "有限", LegalForm: "公司"}},
		{"Latin letters", "Songquan Machinery Co., Ltd.", text.CompanyName{Brand: "SongquanMachinery", LegalForm: "Co.,Ltd."}},
		{"nothing", "", text.CompanyName{}},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			if got := p.Parse(c.name); got != c.want {
				t.Errorf("%s is %+v, want %+v", c.name, got, c.want)
			}
		})
	}
}

func FuzzParseKeepsEveryPartOfTheName(f *testing.F) {
	p := text.NewCompanies(slices.Values([]string{"青岛", "青岛市", "山东省", "黄岛区"}))
	for _, s := range []string{"青岛海尔智能家电科技有限公司", "伊克斯达(青岛)控股有限公司", "()", "公司分公司", "İ有限公司", "\xff有限公司"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		c := p.Parse(name)
		left := runeCounts(width.Fold.String(name))
		for r, n := range runeCounts(c.Core() + c.LegalForm + c.Branch) {
			if left[r] -= n; left[r] < 0 && utf8.ValidString(name) {
				t.Errorf("%q has not so many %q: %+v", name, r, c)
			}
		}
		for r, n := range left {
			if n > 0 && unicode.Is(unicode.Han, r) {
				t.Errorf("%q lost %q: %+v", name, r, c)
			}
		}
	})
}

func runeCounts(s string) map[rune]int {
	n := map[rune]int{}
	for _, r := range s {
		n[r]++
	}
	return n
}
