package text

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lianzhu/graph"
)

// entity makes an entity from names written "text/LANG/ROLE" or
// "text/LANG/ROLE/reading" and identifiers written "scheme=value".
func entity(key graph.Key, kind graph.Kind, words ...string) *graph.Entity {
	e := &graph.Entity{Key: key, Kind: kind}
	for _, w := range words {
		if scheme, value, ok := strings.Cut(w, "="); ok {
			e.Identifiers = append(e.Identifiers, graph.Identifier{Scheme: scheme, Value: value})
			continue
		}
		part := append(strings.Split(w, "/"), "", "", "")
		e.Names = append(e.Names, graph.Name{Text: part[0], Lang: graph.Lang(part[1]), Role: graph.NameRole(part[2]), Reading: part[3]})
	}
	return e
}

// someEntities are what the cases below search.
func someEntities() []*graph.Entity {
	return []*graph.Entity{
		entity("enterprise:haier-kaos", "ENTERPRISE", "海尔卡奥斯物联科技有限公司/ZH/OFFICIAL", "卡奥斯物联/ZH/SHORT", "Haier COSMOPlat IoT Technology Co., Ltd./EN/TRANSLATION"),
		entity("enterprise:haier", "ENTERPRISE", "海尔集团公司/ZH/OFFICIAL", "海尔集团/ZH/SHORT", "海尔/ZH/BRAND", "Haier Group/EN/OFFICIAL"),
		entity("enterprise:haier-smart-home", "ENTERPRISE", "海尔智家股份有限公司/ZH/OFFICIAL", "青岛海尔股份有限公司/ZH/FORMER", "Haier Smart Home Co., Ltd./EN/OFFICIAL", "SSE=600690", "USCC=91370200264574251E"),
		entity("region:kashi", "REGION", "喀什地区/ZH/OFFICIAL", "喀什/ZH/SHORT", "Kashgar/EN/TRANSLATION"),
		entity("enterprise:kaian", "ENTERPRISE", "开安塑胶有限公司/ZH/OFFICIAL", "开安塑胶/ZH/SHORT"),
		entity("platform:cosmoplat", "PLATFORM", "卡奥斯工业互联网平台/ZH/OFFICIAL", "卡奥斯/ZH/SHORT", "COSMOPlat/EN/BRAND", "Kaos/EN/TRANSLATION"),
		entity("enterprise:haiwan", "ENTERPRISE", "青岛海湾化学有限公司/ZH/OFFICIAL", "海湾化学/ZH/SHORT"),
		entity("region:621200", "REGION", "陇南市/ZH/OFFICIAL", "陇南/ZH/SHORT", "Longnan/EN/OFFICIAL", "GB/T 2260=621200"),
		entity("region:360783", "REGION", "龙南市/ZH/OFFICIAL", "龙南/ZH/SHORT", "Longnan/EN/OFFICIAL", "GB/T 2260=360783"),
		entity("region:500000", "REGION", "重庆市/ZH/OFFICIAL/chong qing shi", "重庆/ZH/SHORT/chong qing"),
		entity("enterprise:zhongqing", "ENTERPRISE", "中青旅控股股份有限公司/ZH/OFFICIAL", "中青旅/ZH/SHORT"),
		entity("region:140000", "REGION", "山西省/ZH/OFFICIAL", "山西/ZH/SHORT", "Shanxi/PINYIN/TRANSLITERATION"),
		entity("region:610000", "REGION", "陕西省/ZH/OFFICIAL", "陕西/ZH/SHORT", "Shaanxi/EN/OFFICIAL"),
		entity("enterprise:avic-jonhon", "ENTERPRISE", "中航光电科技股份有限公司/ZH/OFFICIAL", "中航光电/ZH/SHORT", "AVIC Jonhon Optronic Technology Co., Ltd./EN/OFFICIAL", "SZSE=002179"),
		entity("enterprise:jonhon-canteen", "ENTERPRISE", "洛阳光电中航餐饮/ZH/OFFICIAL"),
	}
}

func find(t *testing.T, m *memory, s graph.SearchQuery) graph.SearchResult {
	t.Helper()
	if s.First == 0 {
		s.First = 20
	}
	got, err := Find(context.Background(), m, s)
	if err != nil {
		t.Fatalf("Find(%q): %v", s.Text, err)
	}
	want, err := m.scan(s)
	if err != nil {
		t.Fatalf("scan(%q): %v", s.Text, err)
	}
	if told(got) != told(want) {
		t.Fatalf("Find(%q) is not what a scan finds\n got %s\nwant %s", s.Text, told(got), told(want))
	}
	return got
}

// told writes a result on a line.
func told(r graph.SearchResult) string {
	var b strings.Builder
	for _, h := range r.Hits {
		fmt.Fprintf(&b, "%s %s by %q %v; ", h.Entity.Key, h.By, h.Matched, h.Score)
	}
	fmt.Fprintf(&b, "%d in all, more %v", r.Total, r.More)
	return b.String()
}

func keys(r graph.SearchResult) []graph.Key {
	var out []graph.Key
	for _, h := range r.Hits {
		out = append(out, h.Entity.Key)
	}
	return out
}

func TestWhatIsFoundFirst(t *testing.T) {
	m := newMemory(someEntities()...)
	for _, c := range []struct {
		name, typed string
		first       graph.Key
		by          graph.MatchKind
		matched     string
	}{
		{"a Chinese short name finds the platform that has it before the firm that contains it", "卡奥斯", "platform:cosmoplat", graph.MatchAlias, "卡奥斯"},
		{"traditional characters find the simplified name", "卡奧斯", "platform:cosmoplat", graph.MatchAlias, "卡奥斯"},
		{"a Latin brand is found as written", "COSMOPlat", "platform:cosmoplat", graph.MatchAlias, "COSMOPlat"},
		{"a Latin brand is found in lower case", "cosmoplat", "platform:cosmoplat", graph.MatchAlias, "COSMOPlat"},
		{"full-width letters with a blank among them find the brand", "ＣＯＳＭＯ Ｐlat", "platform:cosmoplat", graph.MatchAlias, "COSMOPlat"},
		{"the beginning of a Latin brand finds it", "cosm", "platform:cosmoplat", graph.MatchPrefix, "COSMOPlat"},
		{"pinyin in one word finds the Chinese name", "kaaosi", "platform:cosmoplat", graph.MatchPinyin, "卡奥斯"},
		{"pinyin in syllables finds the Chinese name", "ka ao si", "platform:cosmoplat", graph.MatchPinyin, "卡奥斯"},
		{"pinyin with tone marks finds the Chinese name", "kǎ ào sī", "platform:cosmoplat", graph.MatchPinyin, "卡奥斯"},
		{"pinyin and characters may be mixed", "ka奥斯", "platform:cosmoplat", graph.MatchPinyin, "卡奥斯"},
		{"characters and pinyin may be mixed", "卡aosi", "platform:cosmoplat", graph.MatchPinyin, "卡奥斯"},
		{"the initials of a whole name come before a name that begins with these letters", "kas", "platform:cosmoplat", graph.MatchInitials, "卡奥斯"},
		{"a translation finds its platform", "Kaos", "platform:cosmoplat", graph.MatchAlias, "Kaos"},
		{"an official name is an exact match", "海尔集团公司", "enterprise:haier", graph.MatchExact, "海尔集团公司"},
		{"a stock code finds its enterprise", "600690", "enterprise:haier-smart-home", graph.MatchIdentifier, "600690"},
		{"a credit code finds its enterprise in any case", "91370200264574251e", "enterprise:haier-smart-home", graph.MatchIdentifier, "91370200264574251E"},
		{"the beginning of a code finds its enterprise", "9137020026", "enterprise:haier-smart-home", graph.MatchPrefix, "91370200264574251E"},
		{"the stored reading finds a name with several", "chongqing", "region:500000", graph.MatchPinyin, "重庆"},
		{"another reading finds those who are read so", "zhongqing", "enterprise:zhongqing", graph.MatchPinyin, "中青旅"},
		{"the English spelling tells one province from the other", "Shaanxi", "region:610000", graph.MatchExact, "Shaanxi"},
		{"a part within a Chinese name finds it", "智家", "enterprise:haier-smart-home", graph.MatchFullText, "海尔智家股份有限公司"},
		{"a long part within a Chinese name finds it", "工业互联网", "platform:cosmoplat", graph.MatchFullText, "卡奥斯工业互联网平台"},
		{"a word within an English name finds it", "smart", "enterprise:haier-smart-home", graph.MatchFullText, "Haier Smart Home Co., Ltd."},
		{"two letters within an English name find it", "jo", "enterprise:avic-jonhon", graph.MatchFullText, "AVIC Jonhon Optronic Technology Co., Ltd."},
		{"all words in any order find a name", "home haier", "enterprise:haier-smart-home", graph.MatchFullText, "Haier Smart Home Co., Ltd."},
		{"words of two languages find the one that has both", "卡奥斯 COSMOPlat", "platform:cosmoplat", graph.MatchFullText, "卡奥斯"},
		{"a former name finds the enterprise", "青岛海尔股份有限公司", "enterprise:haier-smart-home", graph.MatchAlias, "青岛海尔股份有限公司"},
		{"one wrong character is forgiven", "卡奥思", "platform:cosmoplat", graph.MatchFuzzy, "卡奥斯"},
		{"one missing character is forgiven", "中航电", "enterprise:avic-jonhon", graph.MatchFuzzy, "中航光电"},
		{"one additional character is forgiven", "海湾与化学", "enterprise:haiwan", graph.MatchFuzzy, "海湾化学"},
		{"two swapped characters are forgiven", "卡斯奥", "platform:cosmoplat", graph.MatchFuzzy, "卡奥斯"},
		{"a slip within a long name is forgiven", "工业互连网", "platform:cosmoplat", graph.MatchFuzzy, "卡奥斯工业互联网平台"},
		{"a wrong letter is forgiven", "cosmaplat", "platform:cosmoplat", graph.MatchFuzzy, "COSMOPlat"},
		{"two swapped letters are forgiven", "cosmpolat", "platform:cosmoplat", graph.MatchFuzzy, "COSMOPlat"},
		{"a wrong letter in pinyin is forgiven", "kaaoxi", "platform:cosmoplat", graph.MatchFuzzy, "卡奥斯"},
		{"a wrong letter in a word of a name is forgiven", "jonhom", "enterprise:avic-jonhon", graph.MatchFuzzy, "AVIC Jonhon Optronic Technology Co., Ltd."},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := find(t, m, graph.SearchQuery{Text: c.typed})
			if len(got.Hits) == 0 {
				t.Fatalf("%q finds nothing", c.typed)
			}
			if h := got.Hits[0]; h.Entity.Key != c.first || h.By != c.by || h.Matched != c.matched {
				t.Errorf("%q finds %s", c.typed, told(got))
			}
		})
	}
}

func TestWhatIsFoundInAll(t *testing.T) {
	m := newMemory(someEntities()...)
	for _, c := range []struct {
		name, typed string
		kinds       []graph.Kind
		want        []graph.Key
	}{
		{"a Latin name of two places lists both", "Longnan", nil, []graph.Key{"region:621200", "region:360783"}},
		{"pinyin of two provinces lists both", "shanxi", nil, []graph.Key{"region:140000", "region:610000"}},
		{"one character lists whoever has it, short names first", "湾", nil, []graph.Key{"enterprise:haiwan"}},
		{"one character lists beginnings before the rest", "海", nil, []graph.Key{"enterprise:haier", "enterprise:haiwan", "enterprise:haier-smart-home", "enterprise:haier-kaos"}},
		{"kinds that are not wanted are left out", "卡奥斯", []graph.Kind{"PLATFORM"}, []graph.Key{"platform:cosmoplat"}},
		{"one character of one kind", "市", []graph.Kind{"REGION"}, []graph.Key{"region:621200", "region:360783", "region:500000"}},
		{"another reading than the stored one comes after those who are read so", "zhongqing", nil, []graph.Key{"enterprise:zhongqing", "region:500000"}},
		{"letters that mean nothing find nothing", "hezw", nil, nil},
		{"characters that nobody has find nothing", "鑫淼焱垚", nil, nil},
		{"a symbol finds nothing", "★", nil, nil},
		{"one Latin letter finds whole names only", "k", nil, nil},
		{"two characters find the name whose middle they lack", "卡斯", nil, []graph.Key{"platform:cosmoplat"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := find(t, m, graph.SearchQuery{Text: c.typed, Kinds: c.kinds})
			if !slices.Equal(keys(got), c.want) || got.Total != len(c.want) {
				t.Errorf("%q finds %s", c.typed, told(got))
			}
		})
	}
}

func TestAnotherReadingComesAfterThoseReadSo(t *testing.T) {
	m := newMemory(
		entity("region:chongqing", "REGION", "重庆/ZH/OFFICIAL"),
		entity("enterprise:zhongqing", "ENTERPRISE", "中青基业投资有限公司/ZH/OFFICIAL"),
		entity("enterprise:chongren", "ENTERPRISE", "重仁/ZH/OFFICIAL"),
		entity("enterprise:chongyi", "ENTERPRISE", "崇仁义投资集团有限公司/ZH/OFFICIAL"))
	got := find(t, m, graph.SearchQuery{Text: "chongren"})
	if want := []graph.Key{"enterprise:chongyi", "enterprise:chongren"}; !slices.Equal(keys(got), want) {
		t.Errorf("got %s", told(got))
	}
	got = find(t, m, graph.SearchQuery{Text: "zhongqing"})
	if want := []graph.Key{"enterprise:zhongqing", "region:chongqing"}; !slices.Equal(keys(got), want) {
		t.Errorf("got %s", told(got))
	}
}

func TestTheBestWayIsToldWhereThereAreSeveral(t *testing.T) {
	m := newMemory(
		entity("a:latin", "A", "安步财务咨询有限公司/ZH/OFFICIAL", "AB CD Ltd/EN/TRANSLATION"),
		entity("a:mixed", "A", "海ab公司/ZH/OFFICIAL", "S=海ab99"),
		entity("a:code", "A", "青岛/ZH/OFFICIAL", "S=鲁B"),
		entity("a:long", "A", "济南海尔物联科技股份有限公司/ZH/OFFICIAL"),
		entity("a:short", "A", "济南物联海尔/ZH/OFFICIAL"),
		entity("a:begins", "A", "海尔智能物联装备集团股份有限公司/ZH/OFFICIAL"))
	for _, c := range []struct {
		name, typed string
		want        []string
	}{
		{"the beginning of a Latin name before initials that begin so", "ab c", []string{"a:latin PREFIX AB CD Ltd"}},
		{"the beginning of a name before that of an identifier", "海ab", []string{"a:mixed PREFIX 海ab公司"}},
		{"a short identifier", "鲁b", []string{"a:code IDENTIFIER 鲁B"}},
		{"a name with the words in one piece, then those with all of them, shorter ones first", "海尔 物联",
			[]string{"a:long FULLTEXT 济南海尔物联科技股份有限公司", "a:short FULLTEXT 济南物联海尔", "a:begins FULLTEXT 海尔智能物联装备集团股份有限公司"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, h := range find(t, m, graph.SearchQuery{Text: c.typed}).Hits {
				got = append(got, fmt.Sprintf("%s %s %s", h.Entity.Key, h.By, h.Matched))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q finds %q", c.typed, got)
			}
		})
	}
}

func TestSlipsAreSoughtWhereLittleIsFound(t *testing.T) {
	var entities []*graph.Entity
	for i := range fewHits {
		entities = append(entities, entity(graph.Key(fmt.Sprintf("a:%d", i)), "A", fmt.Sprintf("海尔卡%c/ZH/OFFICIAL", '一'+i)))
	}
	slip := entity("a:slip", "A", "海尔咔/ZH/OFFICIAL")
	if r := find(t, newMemory(append(entities[:fewHits:fewHits], slip)...), graph.SearchQuery{Text: "海尔卡"}); r.Total != fewHits {
		t.Errorf("with enough hits: %s", told(r))
	}
	if r := find(t, newMemory(append(entities[:fewHits-1:fewHits-1], slip)...), graph.SearchQuery{Text: "海尔卡"}); r.Total != fewHits || r.Hits[fewHits-1].By != graph.MatchFuzzy {
		t.Errorf("with one less: %s", told(r))
	}
	whole := entity("a:whole", "A", "海尔卡/ZH/SHORT")
	if r := find(t, newMemory(whole, slip), graph.SearchQuery{Text: "海尔卡"}); r.Total != 1 {
		t.Errorf("with a whole name: %s", told(r))
	}
}

func TestWhatCannotBeSearched(t *testing.T) {
	m := newMemory(someEntities()...)
	for _, c := range []struct {
		name   string
		query  graph.SearchQuery
		code   graph.Code
		detail string
	}{
		{"an empty text", graph.SearchQuery{Text: "", First: 5}, graph.CodeInvalid, "blank"},
		{"a text of blanks", graph.SearchQuery{Text: " \t　", First: 5}, graph.CodeInvalid, "blank"},
		{"a text that is broken", graph.SearchQuery{Text: "海\xff", First: 5}, graph.CodeInvalid, "UTF-8"},
		{"a text that is too long names the limit", graph.SearchQuery{Text: strings.Repeat("海", 201), First: 5}, graph.CodeLimit, "the limit is 200"},
		{"a negative page", graph.SearchQuery{Text: "海", First: -1}, graph.CodeInvalid, "negative"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Find(context.Background(), m, c.query)
			if graph.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.detail) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := Find(context.Background(), m, graph.SearchQuery{Text: strings.Repeat("海", 200), First: 5}); err != nil {
		t.Errorf("200 characters: %v", err)
	}
}

func TestASearchEndsWithItsContext(t *testing.T) {
	m := newMemory(someEntities()...)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, typed := range []string{"海", "海尔集团", "haier", "卡奥斯 COSMOPlat"} {
		if _, err := Find(ctx, m, graph.SearchQuery{Text: typed, First: 5}); !errors.Is(err, context.Canceled) {
			t.Errorf("%q: got %v", typed, err)
		}
	}
}

// patience is a context that ends after it was asked a number of times.
type patience struct {
	context.Context
	left *int
}

func (p patience) Err() error {
	if *p.left--; *p.left < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

func TestALongSearchAsksItsContextNowAndThen(t *testing.T) {
	m := newMemory(generatedNames(3000)...)
	for _, typed := range []string{"有限公司", "海尔 机械", "qi", "化学品有限公司", "co ltd"} {
		asked := 1 << 30
		r, err := Find(patience{context.Background(), &asked}, m, graph.SearchQuery{Text: typed, First: 5})
		if err != nil {
			t.Fatal(err)
		}
		times := 1<<30 - asked
		for left := range times {
			if _, err := Find(patience{context.Background(), &left}, m, graph.SearchQuery{Text: typed, First: 5}); !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("%q: ended at question %d of %d, Find says %v", typed, left, times, err)
			}
		}
		if times <= r.Total/lookAt {
			t.Errorf("%q: asked %d times for %d hits", typed, times, r.Total)
		}
	}
}

func TestPagesTogetherAreTheWhole(t *testing.T) {
	m := newMemory(someEntities()...)
	for _, typed := range []string{"海", "海尔", "有限公司", "haier", "co", "卡奥思"} {
		whole := find(t, m, graph.SearchQuery{Text: typed, First: 100})
		for size := 1; size <= 3; size++ {
			var after *graph.SearchPos
			var got []graph.Hit
			for {
				r := find(t, m, graph.SearchQuery{Text: typed, First: size, After: after})
				got = append(got, r.Hits...)
				if r.Total != whole.Total {
					t.Fatalf("%q: a page counts %d, the whole %d", typed, r.Total, whole.Total)
				}
				if !r.More {
					break
				}
				last := r.Hits[len(r.Hits)-1]
				after = &graph.SearchPos{Score: last.Score, Entity: last.Entity.ID}
			}
			if told(graph.SearchResult{Hits: got}) != told(graph.SearchResult{Hits: whole.Hits}) {
				t.Errorf("%q in pages of %d: %v, whole %v", typed, size, got, whole.Hits)
			}
		}
	}
}
