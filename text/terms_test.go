package text

import (
	"context"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"lianzhu/graph"
)

func TestTermsOfANameInWords(t *testing.T) {
	e := entity("region:621200", "REGION", "陇南/ZH/SHORT/long nan", "Longnan/EN/OFFICIAL", "GB/T 2260=621200")
	got := Terms(e)
	for _, c := range []struct {
		name, term string
		there      bool
	}{
		{"a character that begins the name", rankedTerm(classGram, "陇", rankPrefix), true},
		{"a character within", rankedTerm(classGram, "南", rankPart), true},
		{"two characters that are the first name", rankedTerm(classGram, "陇南", rankExact), true},
		{"two letters", rankedTerm(classGram, "ng", rankPart+bucket(4)), true},
		{"three letters at the beginning", rankedTerm(classGram, "lon", rankPrefix+bucket(4)), true},
		{"four letters are a beginning only", rankedTerm(classGram, "long", rankPrefix+bucket(4)), false},
		{"the whole first name", termOf(classExact, "陇南"), true},
		{"the whole official name", termOf(classExact, "longnan"), true},
		{"no name is an alias here", termOf(classAlias, "longnan"), false},
		{"the whole reading", termOf(classReading, "longnan"), true},
		{"the beginning of a name in letters, before that of a reading", rankedTerm(classPinyin, "longn", rankPrefix+bucket(4)), true},
		{"the shortest beginning that is no gram", rankedTerm(classPinyin, "long", rankPrefix+bucket(4)), true},
		{"a key is there under its best rank only", rankedTerm(classPinyin, "longn", rankPinyinPrefix), false},
		{"the whole reading among the beginnings", rankedTerm(classPinyin, "longnan", rankPinyin), true},
		{"initials", rankedTerm(classInitials, "ln", rankInitialsPrefix), true},
		{"the identifier", termOf(classCode, "621200"), true},
		{"the beginning of the identifier", termOf(classCodeStart, "621"), true},
		{"the kind", termOf(classKind, "REGION"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if slices.Contains(got, c.term) != c.there {
				t.Errorf("%q there: %v, in %q", c.term, !c.there, got)
			}
		})
	}
}

// TestTermsAreWellFormed: ascending, each once, short, one rank a key, and no
// more of them than the names are long.
func TestTermsAreWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkTerms(t, drawnEntity.Draw(t, "entity"))
	})
}

func checkTerms(t interface {
	Helper()
	Fatalf(string, ...any)
}, e *graph.Entity) {
	t.Helper()
	terms := Terms(e)
	for i, term := range terms {
		if i > 0 && terms[i-1] >= term {
			t.Fatalf("%q does not come after %q", term, terms[i-1])
		}
		if i > 0 && sameKey([]byte(terms[i-1]), []byte(term)) {
			t.Fatalf("%q and %q are of one key", terms[i-1], term)
		}
		if len(term) < 2 || len(term) > 64 {
			t.Fatalf("%q has %d bytes", term, len(term))
		}
		if !strings.ContainsRune("gmxyieanrdp<>k", rune(term[0])) {
			t.Fatalf("%q is of no class", term)
		}
	}
	characters := 0
	for _, n := range e.Names {
		characters += len(fold(n.Text).runes)
	}
	if most := 400*len(e.Names) + 8*len(e.Identifiers) + 6*characters + 1; len(terms) > most {
		t.Fatalf("%d terms for %d characters", len(terms), characters)
	}
}

func TestTheLongestEntityHasBoundedTerms(t *testing.T) {
	e := &graph.Entity{Kind: "ENTERPRISE"}
	for range 64 {
		e.Names = append(e.Names, graph.Name{Text: strings.Repeat("行重长单参", 34), Lang: graph.ZH, Role: graph.Official},
			graph.Name{Text: strings.Repeat("q7 Zx-", 85), Lang: graph.EN, Role: graph.Official})
	}
	if got := len(Terms(e)); got > 2000 {
		t.Errorf("%d terms", got)
	}
}

func TestALongNameIsFoundAsAWhole(t *testing.T) {
	long := strings.Repeat("海尔卡奥斯物联", 20)
	m := newMemory(entity("a:1", "A", long+"甲/ZH/OFFICIAL"), entity("a:2", "A", long+"乙/ZH/OFFICIAL"), entity("a:3", "A", strings.Repeat("Haier ", 30)+"/EN/OFFICIAL"))
	r := find(t, m, graph.SearchQuery{Text: long + "乙"})
	if len(r.Hits) == 0 || r.Hits[0].Entity.Key != "a:2" || r.Hits[0].By != graph.MatchExact {
		t.Errorf("found %s", told(r))
	}
	if ids, err := Named(m, long+"甲"); err != nil || !slices.Equal(ids, []graph.EntityID{1}) {
		t.Errorf("Named: %v, %v", ids, err)
	}
	if ids, err := Named(m, strings.Repeat("haier", 30)); err != nil || !slices.Equal(ids, []graph.EntityID{3}) {
		t.Errorf("Named: %v, %v", ids, err)
	}
}

func TestRanksHaveKindsAndScoresInOrder(t *testing.T) {
	order := []graph.MatchKind{}
	for r := rank(0); r < rankNone; r++ {
		if s := r.score(); s <= 0 || s > 1 || r > 0 && s >= (r-1).score() {
			t.Errorf("the score of rank %d is %v", r, s)
		}
		if k := r.kind(); len(order) == 0 || order[len(order)-1] != k {
			order = append(order, k)
		}
	}
	want := []graph.MatchKind{"EXACT", "IDENTIFIER", "ALIAS", "PINYIN", "INITIALS", "PREFIX", "PINYIN", "INITIALS", "FULLTEXT", "FUZZY"}
	if !slices.Equal(order, want) {
		t.Errorf("kinds come in the order %v", order)
	}
	if rankNone > 64 {
		t.Errorf("%d ranks do not fit into scores and terms", rankNone)
	}
}

func FuzzTerms(f *testing.F) {
	f.Add("海尔卡奥斯", "ZH", "hai er ka ao si", "600690")
	f.Add("COSMOPlat 平台", "EN", "", "鲁B")
	f.Add("行\xff长", "PINYIN", "háng ?", "★")
	f.Fuzz(func(t *testing.T, name, lang, reading, id string) {
		if len(name)+len(reading)+len(id) > 600 {
			return
		}
		checkTerms(t, &graph.Entity{Kind: "K", Names: []graph.Name{{Text: name, Lang: graph.Lang(lang), Reading: reading}, {Text: reading, Lang: graph.ZH}},
			Identifiers: []graph.Identifier{{Value: id}}})
	})
}

func FuzzFind(f *testing.F) {
	m := newMemory(append(someEntities(), generatedNames(300)...)...)
	for _, s := range []string{"海", "卡奥斯", "ka奥斯", "kas", "qingdao", "青岛 机械", "haier smart", "卡斯", "陇卅", "zhongqing", "有限公司", "工业互连网", "600", "\xff", "", "q x z"} {
		f.Add(s, uint8(3))
	}
	f.Fuzz(func(t *testing.T, typed string, first uint8) {
		s := graph.SearchQuery{Text: typed, First: int(first)}
		got, err := Find(context.Background(), m, s)
		want, scanErr := m.scan(s)
		if graph.CodeOf(err) != graph.CodeOf(scanErr) || told(got) != told(want) {
			t.Fatalf("%q: Find %s (%v), a scan %s (%v)", typed, told(got), err, told(want), scanErr)
		}
		for _, h := range got.Hits {
			if !utf8.ValidString(h.Matched) {
				t.Fatalf("%q: matched %q", typed, h.Matched)
			}
		}
	})
}
