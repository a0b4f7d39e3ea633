package text

import (
	"fmt"
	"slices"
	"testing"

	"lianzhu/graph"
)

// placesOfManyReadings are places with stored readings, stored pinyin names or
// neither, and others that are read almost so.
func placesOfManyReadings() []*graph.Entity {
	return []*graph.Entity{
		entity("region:leqing", "REGION", "乐清/ZH/OFFICIAL/yue qing", "yue qing/PINYIN/TRANSLITERATION"),
		entity("region:xiamen", "REGION", "厦门/ZH/OFFICIAL/xia men"),
		entity("region:luan", "REGION", "六安/ZH/OFFICIAL", "lu'an/PINYIN/TRANSLITERATION"),
		entity("region:chongqing", "REGION", "重庆/ZH/OFFICIAL/chong qing"),
		entity("region:shanxi", "REGION", "山西/ZH/OFFICIAL/shan xi", "shan xi/PINYIN/TRANSLITERATION", "Shanxi/EN/OFFICIAL"),
		entity("region:shaanxi", "REGION", "陕西/ZH/OFFICIAL/shan xi", "shan xi/PINYIN/TRANSLITERATION", "Shaanxi/EN/OFFICIAL"),
		entity("region:longnan", "REGION", "陇南/ZH/OFFICIAL", "Longnan/EN/OFFICIAL", "long nan/PINYIN/TRANSLITERATION"),
		entity("region:longnan-jx", "REGION", "龙南/ZH/OFFICIAL", "Longnan/EN/OFFICIAL"),
		entity("firm:longnan", "ENTERPRISE", "隆楠/ZH/OFFICIAL"),
		entity("firm:liudan", "ENTERPRISE", "刘旦/ZH/OFFICIAL"),
		entity("firm:lejing", "ENTERPRISE", "了京/ZH/OFFICIAL"),
	}
}

func TestPolyphonesAreFoundByEachReading(t *testing.T) {
	m := newMemory(placesOfManyReadings()...)
	for _, c := range []struct {
		name, typed string
		first       graph.Key
		at          rank
	}{
		{"a usual reading beside a stored one is below it", "leqing", "region:leqing", rankPinyinOther},
		{"the stored one", "yueqing", "region:leqing", rankPinyin},
		{"a reading beside that of a stored name", "shamen", "region:xiamen", rankPinyinOther},
		{"the known one", "xiamen", "region:xiamen", rankPinyin},
		{"a reading beside that of a known word, before slips of others", "liuan", "region:luan", rankPinyinOther},
		{"the known one with an apostrophe", "lu'an", "region:luan", rankPinyin},
		{"the other one of a great city", "zhongqing", "region:chongqing", rankPinyinOther},
		{"its beginning", "zhongq", "region:chongqing", rankPinyinOther},
		{"its initials", "zq", "region:chongqing", rankInitialsOther},
		{"its own one", "chongqing", "region:chongqing", rankPinyin},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := find(t, m, graph.SearchQuery{Text: c.typed})
			if len(got.Hits) == 0 || got.Hits[0].Entity.Key != c.first || got.Hits[0].Score != c.at.score() || got.Hits[0].By != c.at.kind() {
				t.Errorf("%q finds %s", c.typed, told(got))
			}
		})
	}
}

func TestOtherReadingsLeaveKnownWordsAlone(t *testing.T) {
	for range 2 {
		list, _ := units(fold("重庆"), "zhong qing")
		if got := fmt.Sprint(list[0].spellings, list[0].usual); got != "[zhong chong tong] 1" {
			t.Errorf("with a stored reading 重 is read %s", got)
		}
		list, _ = units(fold("重庆"), "")
		if got := fmt.Sprint(list[0].spellings, list[0].usual); got != "[chong zhong tong] 1" {
			t.Errorf("as a known word 重 is read %s", got)
		}
	}
}

func TestNamed(t *testing.T) {
	m := newMemory(placesOfManyReadings()...)
	for _, c := range []struct {
		name, typed string
		want        []graph.Key
	}{
		{"stored pinyin names are names, beside an English one", "shan xi", []graph.Key{"region:shanxi", "region:shaanxi"}},
		{"the English spelling of one", "Shaanxi", []graph.Key{"region:shaanxi"}},
		{"an English name and a pinyin name, but none who is only read so", "Longnan", []graph.Key{"region:longnan", "region:longnan-jx"}},
		{"a reading where nobody has the name", "chong qing", []graph.Key{"region:chongqing"}},
		{"an unusual reading is nobody's name", "zhong qing", nil},
		{"a blank name is nobody's", " ", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			ids, err := Named(m, c.typed)
			if err != nil {
				t.Fatal(err)
			}
			var got []graph.Key
			for _, id := range ids {
				got = append(got, m.entities[id-1].Key)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q names %v", c.typed, got)
			}
		})
	}
}

func TestTwoCharactersWithASlip(t *testing.T) {
	m := newMemory(
		entity("region:beijing", "REGION", "北京市/ZH/OFFICIAL", "北京/ZH/SHORT"),
		entity("region:zhengzhou", "REGION", "郑州/ZH/OFFICIAL"),
		entity("firm:kaxi", "ENTERPRISE", "卡西/ZH/OFFICIAL"),
		entity("platform:cosmoplat", "PLATFORM", "卡奥斯工业互联网平台/ZH/OFFICIAL", "卡奥斯/ZH/SHORT"),
		entity("firm:long", "ENTERPRISE", "郑山机械/ZH/OFFICIAL"))
	for _, c := range []struct {
		name, typed string
		kinds       []graph.Kind
		want        []graph.Key
	}{
		{"the second is wrong", "北亰", nil, []graph.Key{"region:beijing"}},
		{"the first is wrong", "背京", nil, []graph.Key{"region:beijing"}},
		{"a longer name is none", "郑卅", nil, []graph.Key{"region:zhengzhou"}},
		{"a name of three that lacks its middle, before one of two", "卡斯", nil, []graph.Key{"platform:cosmoplat", "firm:kaxi"}},
		{"of one kind only", "卡斯", []graph.Kind{"ENTERPRISE"}, []graph.Key{"firm:kaxi"}},
		{"a part of a name is enough to seek no slip", "郑山", nil, []graph.Key{"firm:long"}},
		{"a hit of another kind is none", "郑山", []graph.Kind{"REGION"}, []graph.Key{"region:zhengzhou"}},
		{"both are wrong", "南亰", nil, nil},
		{"one character has no slip", "亰", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := find(t, m, graph.SearchQuery{Text: c.typed, Kinds: c.kinds})
			if !slices.Equal(keys(got), c.want) || got.Total != len(c.want) {
				t.Errorf("%q finds %s", c.typed, told(got))
			}
			for size := range len(c.want) {
				find(t, m, graph.SearchQuery{Text: c.typed, Kinds: c.kinds, First: size + 1})
			}
		})
	}
}
