package text

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"lianzhu/graph"
)

// Few characters and syllables, so that drawn names share parts, repeat
// characters and have several readings.
var (
	drawnText  = rapid.StringOfN(rapid.SampledFrom([]rune("海尔卡奥斯重行长绿青岛abch oi·ー乾")), 1, 9, -1)
	drawnTight = rapid.StringOfN(rapid.SampledFrom([]rune("海尔卡")), 1, 7, -1)
	drawnLatin = rapid.StringOfN(rapid.SampledFrom([]rune("abc ")), 1, 14, -1)
	drawnLong  = rapid.StringOfN(rapid.SampledFrom([]rune("重行长绿卡abho")), 5, 24, -1)
	drawnName  = rapid.OneOf(drawnText, drawnTight, drawnLatin, drawnLong, rapid.SampledFrom([]string{
		"卡奥斯", "卡奥斯工业", "海尔卡奥斯", "Haier Smart Home", "haier", "hai er", "chang hang", "ａｂ", "重庆", "kaaosi", "★", "★★",
		"abcdefghijklm长行", "zxcka Ltd", "郑州", "郑斯州", "郑州州", "changhangchonglv"}))
	drawnQuery = rapid.OneOf(drawnText, drawnTight, drawnLatin, drawnName, rapid.SampledFrom([]string{
		"ka", "kaaosi", "kas", "lvhai", "luhai", "changhangzhong", "chonghangchanglv", "a b", "海 斯", "smart haier", "haeir",
		"ka奥斯", "hai斯", "卡 ab", "abcab", "卡奥斯卡奥", "hai", "er", "zhx", "zhxc", "郑卅", "卅州", "郑 卅", "zhongqing", "changxing", "cxzl", "zxcka", "abcdefghijklmchanghang"}))
)

var drawnEntity = rapid.Custom(func(t *rapid.T) *graph.Entity {
	e := &graph.Entity{Kind: rapid.SampledFrom([]graph.Kind{"A", "B"}).Draw(t, "kind")}
	for range rapid.IntRange(1, 4).Draw(t, "names") {
		n := graph.Name{Text: drawnName.Draw(t, "name")}
		n.Lang = rapid.SampledFrom([]graph.Lang{graph.ZH, graph.ZH, graph.EN, graph.Pinyin}).Draw(t, "lang")
		n.Role = rapid.SampledFrom([]graph.NameRole{graph.Official, graph.Short}).Draw(t, "role")
		n.Reading = rapid.SampledFrom([]string{"", "", "chong", "háng zhǎng", "lü3 ka"}).Draw(t, "reading")
		e.Names = append(e.Names, n)
	}
	for range rapid.IntRange(0, 2).Draw(t, "identifiers") {
		e.Identifiers = append(e.Identifiers, graph.Identifier{Scheme: "S", Value: rapid.OneOf(drawnText, drawnTight, drawnLong).Draw(t, "identifier")})
	}
	return e
})

// TestFindIsAScan: over any entities and for any query the index gives the
// hits, order, total and More of a scan, on every page.
func TestFindIsAScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMemory(rapid.SliceOfN(drawnEntity, 1, 30).Draw(t, "entities")...)
		for range 8 {
			compareWithScan(t, m, drawSearch(t, m))
		}
	})
}

func drawSearch(t *rapid.T, m *memory) graph.SearchQuery {
	s := graph.SearchQuery{Text: drawnQuery.Draw(t, "query"), First: rapid.IntRange(0, 12).Draw(t, "first")}
	if rapid.Bool().Draw(t, "part of a name") {
		s.Text = drawPart(t, m.entities)
	}
	s.Kinds = rapid.SampledFrom([][]graph.Kind{nil, nil, {"A"}, {"A", "B"}, {"C"}}).Draw(t, "kinds")
	if rapid.Bool().Draw(t, "later page") {
		r := rank(rapid.IntRange(0, int(rankNone)).Draw(t, "rank"))
		s.After = &graph.SearchPos{Score: r.score(), Entity: graph.EntityID(rapid.IntRange(0, 30).Draw(t, "id"))}
	}
	return s
}

// drawPart draws a part of what a name may be typed as, perhaps with a slip.
func drawPart(t *rapid.T, entities []*graph.Entity) string {
	e := rapid.SampledFrom(entities).Draw(t, "entity")
	n := rapid.SampledFrom(e.Names).Draw(t, "name")
	if len(e.Identifiers) > 0 && rapid.IntRange(0, 3).Draw(t, "by identifier") == 0 {
		n = graph.Name{Text: e.Identifiers[0].Value}
	}
	typed := []rune(n.Text)
	if list, ok := units(fold(n.Text), n.Reading); ok && rapid.Bool().Draw(t, "by letters") {
		typed = typed[:0]
		initials := rapid.Bool().Draw(t, "initials")
		for _, u := range list {
			spelling := string(u.r)
			if u.spellings != nil {
				spelling = u.spelling(rapid.IntRange(0, len(u.spellings)-1).Draw(t, "spelling"), initials)
			}
			typed = append(typed, []rune(spelling)...)
		}
	}
	begin := rapid.IntRange(0, len(typed)-1).Draw(t, "begin") * rapid.IntRange(0, 1).Draw(t, "inner")
	part := typed[begin:rapid.IntRange(begin+1, len(typed)).Draw(t, "end")]
	if rapid.IntRange(0, 3).Draw(t, "slip") == 0 {
		at := rapid.IntRange(0, len(part)-1).Draw(t, "at")
		part = append(part[:at:at], append([]rune{rapid.SampledFrom([]rune("海ab")).Draw(t, "wrong")}, part[at+rapid.IntRange(0, 1).Draw(t, "gone"):]...)...)
	}
	return string(part)
}

func compareWithScan(t *rapid.T, m *memory, s graph.SearchQuery) {
	t.Helper()
	got, err := Find(context.Background(), m, s)
	want, scanErr := m.scan(s)
	if graph.CodeOf(err) != graph.CodeOf(scanErr) {
		t.Fatalf("%+v: Find says %v, a scan %v", s, err, scanErr)
	}
	if toldByID(got) != toldByID(want) {
		t.Fatalf("%q\n got %s\nwant %s", s.Text, toldByID(got), toldByID(want))
	}
}

func toldByID(r graph.SearchResult) string {
	out := ""
	for _, h := range r.Hits {
		out += fmt.Sprintf("%d %s %q %v; ", h.Entity.ID, h.By, h.Matched, h.Score)
	}
	return fmt.Sprintf("%s%d in all, more %v", out, r.Total, r.More)
}

// TestNamedIsAScan: Named gives who has the name, and else who is read so.
func TestNamedIsAScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMemory(rapid.SliceOfN(drawnEntity, 1, 30).Draw(t, "entities")...)
		name := drawnQuery.Draw(t, "name")
		got, err := Named(m, name)
		if err != nil {
			t.Fatal(err)
		}
		if want := m.named(name); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("Named(%q) = %v, want %v", name, got, want)
		}
	})
}
