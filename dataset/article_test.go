package dataset_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// articleText is the text of the article, which is no part of the project: the
// tests that need it are skipped where it is not at hand.
func articleText(t *testing.T) []rune {
	t.Helper()
	text, err := os.ReadFile("../../shared/seed/article.txt")
	if err != nil {
		t.Skip("the text of the article is not at hand:", err)
	}
	return []rune(string(text))
}

// located are the citations of the article that say where.
func located(d builtIn) []graph.Evidence {
	var all []graph.Evidence
	for _, c := range d.changes {
		for _, e := range citations(c) {
			if e.Source == theArticle && e.Located() {
				all = append(all, e)
			}
		}
	}
	return all
}

func TestEveryPlaceInTheArticleIsVerified(t *testing.T) {
	text := articleText(t)
	d := readBuiltIn(t)
	src := graph.Source{Key: theArticle, SHA256: graph.HashSpan(string(text)), Length: len(text), Editions: 1}
	for _, c := range d.changes {
		for _, e := range citations(c) {
			if e.Source != theArticle {
				continue
			}
			if !e.Located() {
				t.Errorf("%s cites the article without a place", c.Name())
			} else if status, _, _ := e.Check(&src, graph.NewText(string(text))); status != graph.Verified {
				t.Errorf("%s: the place %d-%d is %s", c.Name(), e.Start, e.End, status)
			}
		}
	}
}

// withoutFacts are the paragraphs, by their line, that state nothing about who
// does what.
var withoutFacts = map[int]string{
	5:  "names of the newspaper's own apps",
	7:  "the head of the page",
	9:  "who edited the page",
	17: "the byline",
	56: "a heading that announces the next section in general words",
	74: "a heading that announces the next section in general words",
}

func TestEveryParagraphThatStatesFactsIsCited(t *testing.T) {
	text := articleText(t)
	cited := make([]int, len(text)+1)
	for _, e := range located(readBuiltIn(t)) {
		cited[e.Start]++
	}
	start := 0
	for i, line := range strings.Split(string(text), "\n") {
		n, end := i+1, start+len([]rune(line))
		count := 0
		for _, c := range cited[start:end] {
			count += c
		}
		start = end + 1
		reason, none := withoutFacts[n]
		switch {
		case strings.TrimSpace(line) == "":
		case none && count > 0:
			t.Errorf("line %d is cited %d times though it states no facts: %s", n, count, reason)
		case !none && count == 0:
			t.Errorf("nothing rests on line %d", n)
		default:
			t.Logf("line %d: cited %d times", n, count)
		}
	}
}

func TestEveryFigureOfTheArticleIsCited(t *testing.T) {
	text := articleText(t)
	covered := make([]bool, len(text))
	for _, e := range located(readBuiltIn(t)) {
		for i := e.Start; i < e.End; i++ {
			covered[i] = true
		}
	}
	for i, c := range text {
		if unicode.IsDigit(c) && !covered[i] {
			t.Errorf("no fact rests on %q", string(text[max(i-12, 0):min(i+12, len(text))]))
		}
	}
}

func TestANameThatTheArticleGivesStandsInIt(t *testing.T) {
	text := plain(string(articleText(t)))
	for key, e := range readBuiltIn(t).entities {
		for _, n := range e.Names {
			for _, s := range n.Sources {
				if s == theArticle && !strings.Contains(text, plain(n.Text)) {
					t.Errorf("%s: the article does not have the name %s", key, n.Text)
				}
			}
		}
	}
}

// TestEvidenceNamesBothEnds holds every relation that the article states to the
// rule that a quote names both of its ends, or an attribute says who is meant.
func TestEvidenceNamesBothEnds(t *testing.T) {
	text := articleText(t)
	d := readBuiltIn(t)
	for key, r := range d.relations {
		explained := slices.ContainsFunc(r.Attributes, func(a graph.Attribute) bool { return a.Name == "指代" })
		if r.Derived() || explained || !slices.ContainsFunc(r.Evidence, func(e graph.Evidence) bool { return e.Source == theArticle }) {
			continue
		}
		both := slices.ContainsFunc(r.Evidence, func(e graph.Evidence) bool {
			if e.Source != theArticle {
				return false
			}
			quote := plain(string(text[e.Start:e.End]))
			return named(d.entities[r.Source], quote) && named(d.entities[r.Target], quote)
		})
		if !both {
			t.Errorf("no quote names both ends of %s", key)
		}
	}
}

// named tells whether a quote has a name of e. What has no name in the article,
// only a description in it, is named by any quote.
func named(e *graph.Entity, quote string) bool {
	described := e.Kind != graph.KindRegion
	for _, n := range e.Names {
		if n.Lang == graph.ZH && strings.Contains(quote, plain(n.Text)) {
			return true
		}
		described = described && !slices.Contains(n.Sources, theArticle)
	}
	return described
}

// plain drops blanks and quotation marks.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '“' || r == '”' {
			return -1
		}
		return r
	}, s)
}

// maxRun is how many characters of the article in a row may stand in a file of
// the dataset: names are long, sentences longer.
const maxRun = 24

func TestNoSentenceOfTheArticleIsShipped(t *testing.T) {
	text := []rune(plain(string(articleText(t))))
	runs := map[string]bool{}
	for i := 0; i+maxRun < len(text); i++ {
		runs[string(text[i:i+maxRun+1])] = true
	}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		file, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		content := []rune(plain(string(file)))
		for i := 0; i+maxRun < len(content); i++ {
			if run := string(content[i : i+maxRun+1]); runs[run] {
				t.Errorf("%s holds %q of the article", path, run)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// figure is what the first attribute of that name says.
func figure(t *testing.T, attributes []graph.Attribute, name string) graph.Attribute {
	t.Helper()
	for _, a := range attributes {
		if a.Name == name {
			return a
		}
	}
	t.Fatalf("there is no attribute %s", name)
	return graph.Attribute{}
}

func TestFiguresStandAsTheArticleGivesThem(t *testing.T) {
	d := readBuiltIn(t)
	cases := []struct {
		name      string
		entity    graph.Key
		attribute string
		want      graph.Quantity
	}{
		{"6000余吨 is a lower bound", "project:lihe-longnan-plant", "花椒年协议收购量", graph.Quantity{Raw: "6000余吨", Min: "6000", Unit: "t", Per: "year"}},
		{"7万亩 is exact", "project:dingxi-marigold-base", "面积", graph.Quantity{Raw: "7万亩", Value: "70000", Unit: "mu"}},
		{"1000吨 is exact", "project:dingxi-marigold-base", "叶黄素年加工量", graph.Quantity{Raw: "1000吨", Value: "1000", Unit: "t", Per: "year"}},
		{"4.5亿元 is exact", "project:dingxi-marigold-base", "贡献产值", graph.Quantity{Raw: "4.5亿元", Value: "450000000", Unit: "CNY", Per: "year"}},
		{"95%以上 is a lower bound", "platform:haichuan-yunfu", "德阳规上企业覆盖率", graph.Quantity{Raw: "95%以上", Min: "95", Unit: "%"}},
		{"51.7万平方米 is exact", "project:kaisheng-haofeng-greenhouses", "总面积", graph.Quantity{Raw: "51.7万平方米", Value: "517000", Unit: "m2"}},
		{"2.1万亩 is exact", "project:east-west-forest", "面积", graph.Quantity{Raw: "2.1万亩", Value: "21000", Unit: "mu"}},
		{"1.7万吨 is exact", "project:haier-recycling-factory", "年碳减排量", graph.Quantity{Raw: "1.7万吨", Value: "17000", Unit: "t", Per: "year"}},
		{"10万吨 of tyres", "project:yikesida-runan-plant", "年处理废旧轮胎", graph.Quantity{Raw: "10万吨", Value: "100000", Unit: "t", Per: "year"}},
		{"超过50名 is a lower bound", "program:incubator-staff", "共同培养人才", graph.Quantity{Raw: "超过50名", Min: "50", Unit: "person"}},
		{"4000余项 is a lower bound", "program:cloud-research", "累计发布企业需求", graph.Quantity{Raw: "4000余项", Min: "4000", Unit: "demand"}},
		{"3700场次 is exact", "program:cloud-research", "产学研对接", graph.Quantity{Raw: "3700场次", Value: "3700", Unit: "session"}},
		{"500余家 is a lower bound", "project:xidian-qingdao-base", "企业数字化诊断", graph.Quantity{Raw: "500余家", Min: "500", Unit: "enterprise"}},
		{"five years in a row", "platform:cosmoplat", "连续位列国家级双跨平台榜首", graph.Quantity{Raw: "连续5年", Value: "5", Unit: "year"}},
		{"39 green factories", "region:370200", "国家级绿色工厂", graph.Quantity{Raw: "39家", Value: "39", Unit: "plant"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := figure(t, d.entity(t, c.entity).Attributes, c.attribute)
			if a.Quantity == nil || *a.Quantity != c.want || a.Modality != graph.Asserted {
				t.Errorf("got %+v, %s", a.Quantity, a.Modality)
			}
		})
	}
}

func TestTheForestCostWhatTheArticleSays(t *testing.T) {
	r := readBuiltIn(t).relation(t, "INVESTS_IN|region:370200|project:qingdao-forest")
	if r.Amount == nil || *r.Amount != (graph.Quantity{Raw: "7730万元", Value: "77300000", Unit: "CNY"}) {
		t.Errorf("amount %+v", r.Amount)
	}
	if len(r.Places) != 1 || r.Places[0] != "region:621100" || r.Modality != graph.Asserted {
		t.Errorf("%+v", r)
	}
}

func TestTheSevenBasesAreOneFigureForSeveralProvinces(t *testing.T) {
	d := readBuiltIn(t)
	r := d.relation(t, "OPERATES|enterprise:kaisheng-haofeng|project:kaisheng-haofeng-greenhouses")
	bases := figure(t, r.Attributes, "基地数")
	if !r.OpenEnded || len(r.Places) != 2 || r.Places[0] != "region:610000" || r.Places[1] != "region:640000" {
		t.Errorf("places %v, open %v", r.Places, r.OpenEnded)
	}
	if !bases.Collective || bases.Quantity.Value != "7" {
		t.Errorf("bases %+v", bases)
	}
	if len(r.Evidence) != 2 {
		t.Errorf("the caption is to be a second piece of evidence: %v", r.Evidence)
	}
}

func TestTheChainLeaderIsTheCompanyThatWasGivenTheTitle(t *testing.T) {
	d := readBuiltIn(t)
	r := d.relation(t, "CHAIN_LEADER_OF|enterprise:lihe-weidao-longnan|chain:gansu-sichuan-pepper")
	if r.RecognisedIn != "region:620000" || r.RecognisedBy != "" || r.Modality != graph.Asserted || r.Derived() {
		t.Errorf("%+v", r)
	}
	if d.relations["CHAIN_LEADER_OF|enterprise:lihe-weidao|chain:gansu-sichuan-pepper"] != nil {
		t.Error("the title was given to the parent")
	}
	if parent := d.relation(t, "SUBSIDIARY_OF|enterprise:lihe-weidao-longnan|enterprise:lihe-weidao"); !parent.Derived() || parent.Score() > 0.7 {
		t.Errorf("the parent follows from the name only: %+v", parent)
	}
}

func TestWhatIsKeptApart(t *testing.T) {
	d := readBuiltIn(t)
	if d.relations["SAME_AS_CANDIDATE|enterprise:crrc-sifang|enterprise:crrc-sifang-institute"] != nil {
		t.Error("the maker of trains and the research institute are two firms")
	}
	for _, key := range []graph.Key{
		"SAME_AS_CANDIDATE|enterprise:yutong|enterprise:yutong-bus", "SAME_AS_CANDIDATE|project:east-west-forest|project:qingdao-forest",
	} {
		d.relation(t, key)
	}
	if r := d.relation(t, "SUBSIDIARY_OF|enterprise:yikesida-equipment|enterprise:doublestar-group"); r.Derived() {
		t.Error("that it belongs to the group the article says in words")
	}
}

func TestWhatIsAnnouncedIsPlanned(t *testing.T) {
	text := articleText(t)
	start := len([]rune(strings.Join(strings.Split(string(text), "\n")[:43], "\n")))
	end := len([]rune(strings.Join(strings.Split(string(text), "\n")[:54], "\n")))
	for _, c := range readBuiltIn(t).changes {
		r := c.Relation
		if r == nil || r.Derived() {
			continue
		}
		for _, e := range r.Evidence {
			if e.Source == theArticle && e.Start > start && e.Start < end && r.Modality != graph.Planned {
				t.Errorf("%s rests on what is announced and is %s", r.Key(), r.Modality)
			}
		}
	}
	for _, a := range readBuiltIn(t).entity(t, dataset.RegionKey("370200")).Attributes {
		for _, e := range a.Evidence {
			if e.Source == theArticle && e.Start > start && e.Start < end && a.Modality != graph.Planned {
				t.Errorf("the attribute %s of Qingdao rests on what is announced and is %s", a.Name, a.Modality)
			}
		}
	}
}
