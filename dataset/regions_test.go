package dataset_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// containers of the list are no places.
var containers = map[string]bool{"110100": true, "120100": true, "310100": true, "500100": true, "500200": true}

// parentOf gives for each region of the list the code of what it is part of.
func parentOf(d builtIn) map[string]string {
	parents := map[string]string{}
	for _, r := range d.relations {
		if r.Type == graph.PartOf && r.Target != "region:yellow-river-basin" && strings.HasPrefix(string(r.Source), "region:") {
			parents[strings.TrimPrefix(string(r.Source), "region:")] = strings.TrimPrefix(string(r.Target), "region:")
		}
	}
	return parents
}

func TestTheRegionsAreThoseOfTheList(t *testing.T) {
	f, err := os.Open("../../shared/data/regions/regions.csv")
	if err != nil {
		t.Skip("the independent list is not at hand:", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	d := readBuiltIn(t)
	parents := parentOf(d)
	places := 0
	for _, row := range rows[1:] {
		code, level, parent, short, full := row[0], row[1], row[2], row[3], row[4]
		if containers[code] {
			if d.entities[dataset.RegionKey(code)] != nil {
				t.Errorf("%s is a container and no place", code)
			}
			continue
		}
		places++
		e := d.entity(t, dataset.RegionKey(code))
		if containers[parent] {
			parent = code[:2] + "0000"
		}
		if got := levelOf(code); got != level || e.Identifier("GB/T 2260") != code || parents[code] != parent {
			t.Errorf("%s: level %s, part of %s; want %s, %s", code, got, parents[code], level, parent)
		}
		if e.Name(graph.ZH) != full || code != "520203" && !hasName(e, short, graph.ZH) {
			t.Errorf("%s is called %v; want %s and %s", code, e.Names, full, short)
		}
	}
	if places != 3591 || len(parents) != places-34 {
		t.Errorf("%d places, %d of them part of another", places, len(parents))
	}
}

// levelOf is the level that a code tells.
func levelOf(code string) string {
	switch {
	case strings.HasSuffix(code, "0000"):
		return "province"
	case strings.HasSuffix(code, "00"):
		return "prefecture"
	}
	return "county"
}

func hasName(e *graph.Entity, text string, lang graph.Lang) bool {
	for _, n := range e.Names {
		if n.Text == text && n.Lang == lang {
			return true
		}
	}
	return false
}

func TestARegionHasItsNamesInEveryLanguage(t *testing.T) {
	d := readBuiltIn(t)
	cases := []struct{ code, zh, short, en, pinyin, reading string }{
		{"621200", "陇南市", "陇南", "Longnan", "long nan", "long nan shi"},
		{"360783", "龙南市", "龙南", "Longnan", "long nan", "long nan shi"},
		{"140000", "山西省", "山西", "Shanxi", "shan xi", "shan xi sheng"},
		{"610000", "陕西省", "陕西", "Shaanxi", "shan xi", "shan xi sheng"},
		{"150000", "内蒙古自治区", "内蒙古", "Inner Mongolia", "nei meng gu", "nei meng gu zi zhi qu"},
		{"540000", "西藏自治区", "西藏", "Tibet", "xi zang", "xi zang zi zhi qu"},
		{"810000", "香港特别行政区", "香港", "Hong Kong", "xiang gang", "xiang gang te bie xing zheng qu"},
		{"500000", "重庆市", "重庆", "Chongqing", "chong qing", "chong qing shi"},
		{"610100", "西安市", "西安", "Xi'an", "xi an", "xi an shi"},
		{"370900", "泰安市", "泰安", "Tai'an", "tai an", "tai an shi"},
		{"141100", "吕梁市", "吕梁", "Lüliang", "lv liang", "lv liang shi"},
		{"632800", "海西蒙古族藏族自治州", "海西", "Haixi", "hai xi", "hai xi meng gu zu zang zu zi zhi zhou"},
		{"520203", "六枝特区", "六枝", "Liuzhi", "liu zhi", "liu zhi te qu"},
	}
	for _, c := range cases {
		e := d.entity(t, dataset.RegionKey(c.code))
		if e.Name(graph.ZH) != c.zh || !hasName(e, c.short, graph.ZH) || e.Name(graph.EN) != c.en || e.Name(graph.Pinyin) != c.pinyin || e.Names[0].Reading != c.reading {
			t.Errorf("%s: %+v", c.code, e.Names)
		}
	}
}

func TestEnglishNamesAreEnglish(t *testing.T) {
	want := map[string]string{"region:650200": "Karamay", "region:653101": "Kashgar City", "region:370502": "Dongying District",
		"region:652301": "Changji City", "region:540200": "Shigatse", "region:150000": "Inner Mongolia", "region:610000": "Shaanxi", "region:621200": "Longnan"}
	for line, err := range dataset.YellowRiver() {
		if err != nil {
			t.Fatal(err)
		}
		if e := line.Change.Entity; e != nil && want[string(e.Key)] != "" {
			if got := e.Name(graph.EN); got != want[string(e.Key)] {
				t.Errorf("%s is %s, want %s", e.Key, got, want[string(e.Key)])
			}
			delete(want, string(e.Key))
		}
	}
	if len(want) > 0 {
		t.Errorf("regions that are not there: %v", want)
	}
}
