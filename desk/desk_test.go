package desk_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"lianzhu/dataset"
	"lianzhu/desk"
	"lianzhu/graph"
	"lianzhu/storage/mem"
)

const facts = `source source:known
  title zh 已有的一篇

entity enterprise:songquan ENTERPRISE
  name zh official 松泉机械厂
  name zh short 松泉
  name en translation Songquan

entity enterprise:beiling ENTERPRISE
  name zh official 北岭车辆厂

entity institution:qingshi INSTITUTION
  name zh official 青石大学

entity project:park PROJECT
  name zh official 零碳园

entity program:grid PROGRAM
  name zh official 电网计划

entity product:gear PRODUCT
  name zh official 齿轮

entity chain:gear INDUSTRY_CHAIN
  name zh official 齿轮产业链

entity region:620000 REGION
  name zh official 甘肃省
  name zh short 甘肃
  id "GB/T 2260" 620000

entity region:620102 REGION
  name zh official 城关区
  name zh short 城关
  id "GB/T 2260" 620102

entity region:460100 REGION
  name zh official 海口市
  id "GB/T 2260" 460100

relation enterprise:songquan SUPPLIES product:gear
  from 2023
  @ source:known
`

func small(t testing.TB, o *graph.Ontology) graph.Store {
	t.Helper()
	store := mem.New(o)
	t.Cleanup(func() { store.Close() })
	if _, err := dataset.Load(t.Context(), store, o, dataset.ReadStatements(strings.NewReader(facts), "facts"), dataset.Options{Strict: true}); err != nil {
		t.Fatal(err)
	}
	return store
}

func TestWhatASentenceTells(t *testing.T) {
	o := theOntology(t)
	store := small(t, o)
	cases := []struct{ sentence, article, want string }{
		{"an investment 在 a region, and where the project stands", "松泉机械厂在甘肃省投资建设零碳园。",
			"INVESTS_IN|enterprise:songquan|project:park ASSERTED; LOCATED_IN|project:park|region:620000 ASSERTED"},
		{"what is to be done is planned", "松泉机械厂将在甘肃投资建设零碳园。",
			"INVESTS_IN|enterprise:songquan|project:park PLANNED; LOCATED_IN|project:park|region:620000 PLANNED"},
		{"what is denied is negated", "松泉机械厂否认投资零碳园。", "INVESTS_IN|enterprise:songquan|project:park NEGATED"},
		{"two parties, in the order of the ontology", "松泉机械厂与北岭车辆厂联合研发变速箱。", "CO_DEVELOPS_WITH|enterprise:beiling|enterprise:songquan ASSERTED"},
		{"an open list of parties", "松泉机械厂与青石大学等合作。", "CO_DEVELOPS_WITH|enterprise:songquan|institution:qingshi ASSERTED open"},
		{"what two make together both support", "松泉机械厂与青石大学共建零碳园。",
			"CO_DEVELOPS_WITH|enterprise:songquan|institution:qingshi ASSERTED; SUPPORTS|enterprise:songquan|project:park ASSERTED; SUPPORTS|institution:qingshi|project:park ASSERTED"},
		{"several who settle", "松泉机械厂、北岭车辆厂落户甘肃省。",
			"LOCATED_IN|enterprise:beiling|region:620000 ASSERTED; LOCATED_IN|enterprise:songquan|region:620000 ASSERTED"},
		{"a supply", "松泉机械厂生产齿轮。", "SUPPLIES|enterprise:songquan|product:gear ASSERTED"},
		{"the title of chain leader", "松泉机械厂被认定为齿轮产业链“链主”企业。", "CHAIN_LEADER_OF|enterprise:songquan|chain:gear ASSERTED"},
		{"who belongs to whom", "松泉机械厂旗下的北岭车辆厂已投产。", "SUBSIDIARY_OF|enterprise:beiling|enterprise:songquan ASSERTED"},
		{"a part in a program", "松泉参与电网计划。", "PARTICIPATES_IN|enterprise:songquan|program:grid ASSERTED"},
		{"a name across the end of a page", "松泉\n\n机械厂投资零碳园。", ""},
		{"a name across the end of a line", "松泉\n机械厂投资零碳园。", "INVESTS_IN|enterprise:songquan|project:park ASSERTED"},
		{"an English name", "Songquan 参与电网计划。", "PARTICIPATES_IN|enterprise:songquan|program:grid ASSERTED"},
		{"a part of an English word is no name", "Songquans 参与电网计划。", ""},
		{"a cue without ends", "今后将加大投资。", ""},
		{"ends that the ontology forbids", "齿轮投资甘肃省。", ""},
		{"a county needs its full name", "松泉机械厂落户城关。", ""},
		{"a county by its full name", "松泉机械厂落户城关区。", "LOCATED_IN|enterprise:songquan|region:620102 ASSERTED"},
		{"a new firm", "松泉机械厂与甘肃蓝湾新能源有限公司合作。", "CO_DEVELOPS_WITH|enterprise:gan-su-lan-wan-xin-neng-yuan|enterprise:songquan ASSERTED"},
		{"what has no full stop is cut", "松泉机械厂" + strings.Repeat("的", 700) + "投资零碳园", ""},
		{"no relation to oneself", "松泉机械厂与松泉合作。", ""},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			got := read(t, o, store, "source:a", c.article)
			var told []string
			for change := range got.Changes() {
				if err := o.Validate(&change); err != nil {
					t.Error(err)
				}
				if r := change.Relation; r != nil {
					told = append(told, fmt.Sprintf("%s %s%s", r.Key(), r.Modality, map[bool]string{true: " open"}[r.OpenEnded]))
				}
			}
			if got := strings.Join(told, "; "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestWhatIsReadIsImportedAndVerified(t *testing.T) {
	o := theOntology(t)
	store := small(t, o)
	const article = "松泉机械厂生产齿轮。\n它与甘肃蓝湾新能源有限公司合作。松泉机械厂与甘肃蓝湾新能源有限公司共建零碳园。\n"
	var file bytes.Buffer
	if err := dataset.Encode(&file, read(t, o, store, "source:a", article).Changes()); err != nil {
		t.Fatal(err)
	}
	report, err := dataset.Load(t.Context(), store, o, dataset.Read(&file, "proposed"), dataset.Options{Strict: true})
	if err != nil || len(report.Rejected) > 0 {
		t.Fatal(err, report.Rejected)
	}
	err = store.View(t.Context(), func(r graph.Reader) error {
		verifier, places := graph.NewVerifier(r), 0
		for change, err := range dataset.All(r) {
			if err != nil {
				return err
			}
			if change.Relation == nil && change.Entity == nil {
				continue
			}
			if rel := change.Relation; rel != nil && rel.Type == "SUPPLIES" && (rel.ValidFrom.IsZero() || len(rel.Evidence) != 2) {
				t.Errorf("what was known is gone: %+v", rel)
			}
			for _, e := range evidence(change) {
				if e.Source != "source:a" {
					continue
				}
				places++
				if standing, err := verifier.Check(e); err != nil || standing.Status != graph.Verified {
					t.Errorf("%s: %+v %v", change.Name(), standing, err)
				}
			}
		}
		if places < 5 {
			t.Errorf("only %d places", places)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	again := slices.Collect(func(yield func(graph.Change) bool) {
		for c := range read(t, o, store, "source:a", article).Changes() {
			if !yield(c) {
				return
			}
		}
	})
	if len(again) != 0 {
		t.Errorf("what was imported is proposed again: %v", again)
	}
}

func evidence(c graph.Change) []graph.Evidence {
	if c.Entity != nil {
		return c.Entity.Evidence
	}
	return c.Relation.Evidence
}

func TestWhatIsNoArticleIsRefused(t *testing.T) {
	cases := []struct {
		sentence string
		article  []byte
		want     string
	}{
		{"invalid UTF-8", []byte("松\xff"), "not UTF-8 from byte 3 on"},
		{"NUL", []byte("a\x00b"), "byte 1 is NUL"},
		{"nothing", nil, "it is empty"},
		{"blanks", []byte(" \n\t　"), "it is empty"},
		{"too long", bytes.Repeat([]byte("a"), desk.MaxArticle+1), "longer than 1024 KiB"},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			if _, err := desk.CheckArticle(c.article); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestALongSentenceSaysThatItIsCut(t *testing.T) {
	o := theOntology(t)
	store := small(t, o)
	long := strings.Repeat("松泉机械厂与北岭车辆厂，", 60) + "共建。松泉机械厂投产。"
	got := read(t, o, store, "source:a", long)
	var goesOn []bool
	var whole strings.Builder
	for _, s := range got.Sentences {
		goesOn = append(goesOn, s.GoesOn)
		whole.WriteString(s.Text)
	}
	if want := []bool{true, false, false}; !slices.Equal(goesOn, want) {
		t.Errorf("goes on: %v, want %v", goesOn, want)
	}
	if whole.String() != long {
		t.Error("something was left out at the cut")
	}
}

func FuzzReadGivesChangesThatPassTheOntology(f *testing.F) {
	o := theOntology(f)
	store := small(f, o)
	for _, s := range []string{"松泉机械厂将在甘肃省投资零碳园。", "“”。。\n\n公司公司", "有限公司集团大学", "A有限公司与B合作"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, article string) {
		checked, err := desk.CheckArticle([]byte(article))
		if err != nil || len(article) > 4000 {
			return
		}
		got := read(t, o, store, "source:a", checked)
		for _, s := range got.Sentences {
			if s.At.End > utf8.RuneCountInString(article) || s.At.Start >= s.At.End {
				t.Errorf("sentence %v", s.At)
			}
		}
		for c := range got.Changes() {
			if err := o.Validate(&c); err != nil {
				t.Errorf("%q: %v", article, err)
			}
		}
	})
}
