package gql_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lianzhu"
	"lianzhu/graph"
	"lianzhu/graph/gql"
)

// day is today as sentences count days.
var day = int32(today.Unix() / 86400)

// thing is an entity with a Chinese name and, unless it is "", an English one
// of some role.
func thing(key graph.Key, kind graph.Kind, zh, en string, role graph.NameRole) *graph.Entity {
	e := &graph.Entity{Key: key, Kind: kind, Names: []graph.Name{{Text: zh, Lang: graph.ZH, Role: graph.Official}}}
	if en != "" {
		e.Names = append(e.Names, graph.Name{Text: en, Lang: graph.EN, Role: role})
	}
	return e
}

// investment is a fact between a firm and a plant, as edit makes it.
func investment(edit func(*graph.Relation)) gql.Fact {
	f := gql.Fact{
		Relation: &graph.Relation{Type: "INVESTS_IN", Source: "enterprise:a", Target: "project:b", Modality: graph.Asserted},
		Source:   thing("enterprise:a", "ENTERPRISE", "甲公司", "Alpha", graph.Official),
		Target:   thing("project:b", "PROJECT", "乙厂", "Beta Works plant", graph.Translation),
		Today:    day,
	}
	edit(f.Relation)
	return f
}

func check(t *testing.T, s *gql.Sentences, f gql.Fact, zh, en string) {
	t.Helper()
	if got := s.Say(f, graph.ZH); got != zh {
		t.Errorf("in Chinese it says\n  %s\nnot\n  %s", got, zh)
	}
	if got := s.Say(f, graph.EN); got != en {
		t.Errorf("in English it says\n  %s\nnot\n  %s", got, en)
	}
}

func TestADateIsSaidInWords(t *testing.T) {
	s := contract(t).Sentences
	for _, c := range []struct{ from, to, zh, en string }{
		{"2022-10", "", "甲公司自2022年10月起投资乙厂。", "Alpha has invested in the Beta Works plant since October 2022."},
		{"2023", "2023", "甲公司在2023年投资乙厂。", "Alpha invested in the Beta Works plant in 2023."},
		{"2023-11-21", "2023-11-21", "甲公司在2023年11月21日投资乙厂。", "Alpha invested in the Beta Works plant on 21 November 2023."},
		{"XXXX-11-21", "XXXX-11-21", "甲公司在年份不详的11月21日投资乙厂。", "Alpha invested in the Beta Works plant on 21 November of an unknown year."},
		{"XXXX-11", "", "甲公司自年份不详的11月起投资乙厂。", "Alpha has invested in the Beta Works plant since November of an unknown year."},
		{"", "2024", "甲公司至2024年止投资乙厂。", "Alpha invested in the Beta Works plant until 2024."},
		{"", "2030", "甲公司至2030年止投资乙厂。", "Alpha invests in the Beta Works plant until 2030."},
		{"2030", "", "甲公司自2030年起投资乙厂。", "Alpha invests in the Beta Works plant from 2030."},
		{"2020", "2022-05", "甲公司自2020年至2022年5月投资乙厂。", "Alpha invested in the Beta Works plant from 2020 to May 2022."},
		{"2023?", "2023?", "甲公司可能在2023年投资乙厂。", "Alpha invested in the Beta Works plant perhaps in 2023."},
		{"2019~", "", "甲公司自约2019年起投资乙厂。", "Alpha has invested in the Beta Works plant since about 2019."},
		{"2019%", "", "甲公司可能自约2019年起投资乙厂。", "Alpha has invested in the Beta Works plant perhaps since about 2019."},
		{"202X", "202X", "甲公司在2020年代投资乙厂。", "Alpha invests in the Beta Works plant in the 2020s."},
		{"201X", "", "甲公司自2010年代起投资乙厂。", "Alpha has invested in the Beta Works plant since the 2010s."},
		{"19XX", "19XX", "甲公司在1900年至1999年之间投资乙厂。", "Alpha invested in the Beta Works plant between 1900 and 1999."},
		{"2023-21", "2023-21", "甲公司在2023年春季投资乙厂。", "Alpha invested in the Beta Works plant in spring 2023."},
		{"2023-11-XX", "", "甲公司自2023年11月起投资乙厂。", "Alpha has invested in the Beta Works plant since November 2023."},
		{"2023-11-2X", "2023-11-2X", "甲公司在2023年11月20日至2023年11月29日之间投资乙厂。", "Alpha invested in the Beta Works plant between 20 November 2023 and 29 November 2023."},
		{"../2021", "", "甲公司自2021年或更早起投资乙厂。", "Alpha has invested in the Beta Works plant since 2021 or earlier."},
		{"2021/..", "2021/..", "甲公司在2021年或更晚投资乙厂。", "Alpha invests in the Beta Works plant in 2021 or later."},
		{"2020-09/2021", "", "甲公司自2020年9月至2021年之间起投资乙厂。", "Alpha has invested in the Beta Works plant since some time between September 2020 and 2021."},
		{"-0099", "", "甲公司自公元前100年起投资乙厂。", "Alpha has invested in the Beta Works plant since 100 BC."},
	} {
		t.Run(c.from+" to "+c.to, func(t *testing.T) {
			check(t, s, investment(func(r *graph.Relation) {
				r.ValidFrom, r.ValidTo = graph.MustDate(c.from), graph.MustDate(c.to)
			}), c.zh, c.en)
		})
	}
}

func TestAFigureIsSaidAsWrittenOrAsNumberAndUnit(t *testing.T) {
	s := contract(t).Sentences
	for _, c := range []struct {
		name   string
		q      graph.Quantity
		zh, en string
	}{
		{"a point", graph.Quantity{Raw: "7730万元", Value: "77300000", Unit: "CNY"}, "7730万元", "77,300,000 yuan"},
		{"about", graph.Quantity{Raw: "约6亿元", Value: "600000000", Unit: "CNY", Approx: true}, "约6亿元", "about 600,000,000 yuan"},
		{"余 is more than", graph.Quantity{Raw: "6000余万元", Min: "60000000", Unit: "CNY"}, "6000余万元", "more than 60,000,000 yuan"},
		{"以上 is at least", graph.Quantity{Raw: "90%以上", Min: "90", Unit: "%"}, "90%以上", "at least 90%"},
		{"近 is nearly", graph.Quantity{Raw: "近150公顷", Max: "150", Unit: "ha", Approx: true}, "近150公顷", "nearly 150 hectares"},
		{"不足 is less than", graph.Quantity{Raw: "不足5吨", Max: "5", Unit: "t"}, "不足5吨", "less than 5 tonnes"},
		{"a most", graph.Quantity{Raw: "至多5吨", Max: "5", Unit: "t"}, "至多5吨", "at most 5 tonnes"},
		{"a range", graph.Quantity{Raw: "9200万至9300万美元", Min: "92000000", Max: "93000000", Unit: "USD"}, "9200万至9300万美元", "92,000,000 to 93,000,000 US dollars"},
		{"one is singular", graph.Quantity{Raw: "1座", Value: "1", Unit: "plant"}, "1座", "1 plant"},
		{"by the year", graph.Quantity{Raw: "1000吨", Value: "1000", Unit: "t", Per: "year"}, "每年1000吨", "1,000 tonnes a year"},
		{"by the year, as written", graph.Quantity{Raw: "每年1000吨", Value: "1000", Unit: "t", Per: "year"}, "每年1000吨", "1,000 tonnes a year"},
		{"by something else", graph.Quantity{Raw: "500千克", Value: "500", Unit: "kg", Per: "mu"}, "500千克/mu", "500 kilograms per mu"},
		{"decimals", graph.Quantity{Raw: "1234.50公顷", Value: "1234.50", Unit: "ha"}, "1234.50公顷", "1,234.50 hectares"},
		{"a loss", graph.Quantity{Raw: "-1500元", Value: "-1500", Unit: "CNY"}, "-1500元", "-1,500 yuan"},
		{"people", graph.Quantity{Raw: "超过50名", Min: "50", Unit: "person"}, "超过50名", "more than 50 people"},
		{"parties", graph.Quantity{Raw: "3方", Value: "3", Unit: "party"}, "3方", "3 parties"},
		{"an unknown code", graph.Quantity{Raw: "3台套", Value: "3", Unit: "SET2"}, "3台套", "3 SET2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			check(t, s, investment(func(r *graph.Relation) { r.Amount = &c.q }),
				"甲公司投资乙厂，金额"+c.zh+"。", "Alpha invests "+c.en+" in the Beta Works plant.")
		})
	}
}

func TestTheWayAFactIsStatedIsSaid(t *testing.T) {
	s := contract(t).Sentences
	for _, c := range []struct {
		name   string
		edit   func(*graph.Relation)
		zh, en string
	}{
		{"planned", func(r *graph.Relation) { r.Modality = graph.Planned }, "甲公司计划投资乙厂。", "Alpha plans to invest in the Beta Works plant."},
		{"planned for a year", func(r *graph.Relation) {
			r.Modality, r.ValidFrom, r.ValidTo = graph.Planned, graph.MustDate("2027"), graph.MustDate("2027")
		}, "甲公司计划在2027年投资乙厂。", "Alpha plans to invest in the Beta Works plant in 2027."},
		{"reported", func(r *graph.Relation) { r.Modality = graph.Reported }, "据报道，甲公司投资乙厂。", "Reportedly, Alpha invests in the Beta Works plant."},
		{"denied", func(r *graph.Relation) { r.Modality = graph.Negated }, "以下说法被否认：甲公司投资乙厂。", "It is denied that Alpha invests in the Beta Works plant."},
		{"derived", func(r *graph.Relation) { r.Derivation = &graph.Derivation{Rule: "名称相同 / the names are equal"} },
			"甲公司投资乙厂（推断依据：名称相同）。", "Alpha invests in the Beta Works plant (inferred: the names are equal)."},
		{"open", func(r *graph.Relation) { r.OpenEnded = true }, "甲公司等投资乙厂。", "Alpha and others invest in the Beta Works plant."},
		{"attributes of one language and of both", func(r *graph.Relation) {
			r.Attributes = []graph.Attribute{
				{Name: "方式", NameEN: "how", Text: "联合（两方） / together (two parties)", Modality: graph.Asserted},
				{Name: "份数", Text: "只有中文。", Modality: graph.Planned},
			}
		}, "甲公司投资乙厂（方式：联合，两方；份数：只有中文，尚属计划）。", "Alpha invests in the Beta Works plant (how: together, two parties; 份数: 只有中文, as planned)."},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, s, investment(c.edit), c.zh, c.en) })
	}
}

func TestMarksNumberThePiecesOfEvidence(t *testing.T) {
	f := investment(func(r *graph.Relation) {
		r.Evidence = []graph.Evidence{{Source: "source:a", Start: -1, End: -1}, {Source: "source:b", Start: -1, End: -1}}
	})
	f.FirstMark = 3
	check(t, contract(t).Sentences, f, "甲公司投资乙厂[3][4]。", "Alpha invests in the Beta Works plant [3][4].")
}

func TestATypeWithoutASentenceTellsAllTheSame(t *testing.T) {
	const line = `  LENDS_TO @relation(from: [ENTERPRISE], to: [PROJECT], zh: "贷款给", en: "lends to", zhInverse: "贷款自", enInverse: "borrows from")`
	c, err := gql.ReadContract(strings.Replace(lianzhu.Schema, "enum RelationType {\n", "enum RelationType {\n"+line+"\n", 1))
	if err != nil {
		t.Fatal(err)
	}
	f := investment(func(r *graph.Relation) {
		r.Type, r.Modality, r.Places, r.Via = "LENDS_TO", graph.Planned, []graph.Key{"region:1", "region:2"}, "platform:p"
		r.ValidFrom = graph.MustDate("2027")
	})
	f.Named = map[graph.Key]*graph.Entity{
		"region:1": thing("region:1", "REGION", "丙市", "Gamma", graph.Translation), "region:2": thing("region:2", "REGION", "丁市", "", ""),
		"platform:p": thing("platform:p", "PLATFORM", "戊平台", "Epsilon platform", graph.Translation),
	}
	check(t, c.Sentences, f, "按计划，甲公司贷款给乙厂（时间：自2027年起；地点：丙市、丁市；经由：戊平台）。",
		"It is planned that Alpha lends to the Beta Works plant (when: from 2027; where: Gamma and 丁市; through: the Epsilon platform).")
	f.Backwards = true
	f.Relation.Modality, f.Relation.Places, f.Relation.Via, f.Relation.ValidFrom = graph.Asserted, nil, "", graph.Date{}
	check(t, c.Sentences, f, "乙厂贷款自甲公司。", "The Beta Works plant borrows from Alpha.")
}

func TestABrokenSentenceIsRefused(t *testing.T) {
	for name, sentence := range map[string]string{
		"an end is missing":            "{source}投资",
		"an unknown slot":              "{source}{how}投资{target}",
		"a brace is not closed":        "{source}投资{target",
		"a bracket is not closed":      "{source}投资{target}[，{amount}",
		"a bracket too many":           "{source}投资{target}]",
		"brackets without a slot":      "{source}投资{target}[可选]",
		"a verb with two forms":        "{source}{invests|invest}{target}",
		"a second group is not closed": "{source}投资{target}[，{amount}|无",
	} {
		t.Run(name, func(t *testing.T) {
			line := `  LENDS_TO @relation(from: [ENTERPRISE], to: [PROJECT], zh: "贷款给", en: "lends to", zhSentence: "` + sentence + `")`
			_, err := gql.ReadContract(strings.Replace(lianzhu.Schema, "enum RelationType {\n", "enum RelationType {\n"+line+"\n", 1))
			if err == nil || !strings.Contains(err.Error(), "LENDS_TO") {
				t.Errorf("the answer is %v", err)
			}
		})
	}
}

// Whatever parts a relation has, its sentence is whole.
func TestASentenceIsWholeWhateverTheRelationSays(t *testing.T) {
	c := contract(t)
	seed := uint64(time.Now().UnixNano())
	d := &drawer{rand.New(rand.NewPCG(seed, 0)), c.Ontology}
	for range 4_000 {
		f := d.fact()
		for _, lang := range []graph.Lang{graph.ZH, graph.EN} {
			said := c.Sentences.Say(f, lang)
			problems := problemsOf(said, lang)
			for _, e := range []*graph.Entity{f.Source, f.Target} {
				if !strings.Contains(strings.ToLower(said), strings.ToLower(wanted(e, lang))) {
					problems = append(problems, "the name "+wanted(e, lang)+" is missing")
				}
			}
			if problems != nil {
				t.Fatalf("seed %d: %s: %v\n%s", seed, lang, problems, said)
			}
		}
	}
}

// wanted is the name that a sentence must have: in English the Chinese one
// where there is no other, never a reading.
func wanted(e *graph.Entity, lang graph.Lang) string {
	name := ""
	for _, n := range e.Names {
		if n.Lang == lang || n.Lang == graph.ZH && name == "" {
			name = n.Text
		}
	}
	return name
}

// drawer draws facts.
type drawer struct {
	*rand.Rand
	ontology *graph.Ontology
}

func draw[T any](d *drawer, from ...T) T { return from[d.IntN(len(from))] }

func (d *drawer) maybe() bool { return d.IntN(2) == 0 }

// fact is one of any type that may have every optional part.
func (d *drawer) fact() gql.Fact {
	def := draw(d, d.ontology.Relations()...)
	f := gql.Fact{Named: map[graph.Key]*graph.Entity{}, Backwards: d.maybe(), Today: day, FirstMark: d.IntN(3)}
	f.Source, f.Target = d.entity("s", draw(d, def.From...)), d.entity("t", draw(d, def.To...))
	r := &graph.Relation{Type: def.Type, Source: f.Source.Key, Target: f.Target.Key, OpenEnded: d.maybe(),
		Modality: draw(d, graph.Asserted, graph.Planned, graph.Reported, graph.Negated), ValidFrom: d.date(), ValidTo: d.date()}
	for _, n := range []string{"x", "y", "z"}[:d.IntN(4)] {
		r.Places = append(r.Places, d.name(f, "place-"+n, "REGION"))
	}
	r.Via, r.Product = d.name(f, "via", "PLATFORM"), d.name(f, "product", "PRODUCT")
	r.RecognisedIn, r.RecognisedBy = d.name(f, "in", "REGION"), d.name(f, "by", "INSTITUTION")
	r.Amount, r.Share, r.Volume = d.quantity(), d.quantity(), d.quantity()
	r.Subject, r.SubjectEN = draw(d, "", "新材料", "新材料；电池等"), draw(d, "", "new materials", "new materials; batteries, and others")
	for range d.IntN(9) {
		r.Attributes = append(r.Attributes, d.attribute())
	}
	if d.maybe() {
		r.Derivation = &graph.Derivation{Rule: draw(d, "名称相同 / the names are equal", "名称相同。", "the names are equal.")}
	}
	for range d.IntN(3) {
		r.Evidence = append(r.Evidence, graph.Evidence{Source: "source:a", Start: -1, End: -1})
	}
	f.Relation = r
	return f
}

func (d *drawer) entity(key string, kind graph.Kind) *graph.Entity {
	e := thing(graph.Key("e:"+key), kind, draw(d, "甲公司", "乙“特”厂", "Acme Ltd", "5G中心")+key, "", "")
	e.Names[0].Text = strings.NewReplacer("“", "", "”", "").Replace(e.Names[0].Text)
	if d.maybe() {
		e.Names = append(e.Names, graph.Name{Text: "yi ge du yin", Lang: graph.Pinyin, Role: graph.Transliteration})
	}
	if d.maybe() {
		name := draw(d, "Alpha Co., Ltd.", "water heaters", "Institute of Physics, Academy of Sciences", "Haier's plant in Beta", "iPhone", "Delta (maker of cars)", "Works of art") + draw(d, "", " "+key)
		e.Names = append(e.Names, graph.Name{Text: name, Lang: graph.EN, Role: draw(d, graph.Official, graph.Translation)})
	}
	return e
}

// name is the key of a new entity that the relation names, or "".
func (d *drawer) name(f gql.Fact, key string, kind graph.Kind) graph.Key {
	if d.maybe() {
		return ""
	}
	e := d.entity(key, kind)
	if d.IntN(5) > 0 {
		f.Named[e.Key] = e
	}
	return e.Key
}

func (d *drawer) date() graph.Date {
	return graph.MustDate(draw(d, "", "", "2023", "2023-11", "2023-11-21", "2023~", "2023?", "2023%", "202X", "XXXX-11-21", "XXXX", "../2024", "2022-09/2023", "2023-24", "2031", "-0001", "2023-1X", "XXXX-XX-21"))
}

func (d *drawer) quantity() *graph.Quantity {
	if d.maybe() {
		return nil
	}
	q := graph.Quantity{Raw: draw(d, "7730万元", "6000余吨", "近150公顷", "90%以上", "1984年"), Unit: draw(d, "CNY", "t", "ha", "%", "year", "person", "套"), Per: draw(d, "", "", "year", "mu"), Approx: d.maybe()}
	switch d.IntN(4) {
	case 0:
		q.Value = draw[graph.Decimal](d, "1", "77300000", "-4.50", "1984")
	case 1:
		q.Min = "6000"
	case 2:
		q.Max = "150"
	default:
		q.Min, q.Max = "92000000", "93000000"
	}
	return &q
}

func (d *drawer) attribute() graph.Attribute {
	return graph.Attribute{Name: draw(d, "方式", "环节", "总面积", "年产量"), NameEN: draw(d, "", "how", "output a year"), Quantity: d.quantity(),
		Text:     draw(d, "", "共建 / built together", "只有中文。", "甲（乙） / a (b)", "共7730万元 / 77 million in all", "。"),
		Modality: draw(d, graph.Asserted, graph.Planned, graph.Reported, graph.Negated), Collective: d.maybe(), ValidFrom: d.date(), ValidTo: d.date()}
}

// Any date that can be written down can be said.
func FuzzDatesAreSaid(f *testing.F) {
	for _, s := range []string{"2023", "2023-11-2X", "-0044", "../2024", "XXXX-1X-21", "2023-24", "2X23", "-20XX", "0000-02-29"} {
		f.Add(s)
	}
	c, err := gql.ReadContract(lianzhu.Schema)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		date, err := graph.ParseDate(text)
		if err != nil {
			t.Skip("no date")
		}
		for _, end := range []graph.Date{{}, date} {
			said := investment(func(r *graph.Relation) { r.ValidFrom, r.ValidTo = date, end })
			for _, lang := range []graph.Lang{graph.ZH, graph.EN} {
				sentence := c.Sentences.Say(said, lang)
				if problems := problemsOf(sentence, lang); problems != nil || strings.ContainsAny(sentence, "X?~%/") {
					t.Errorf("%s is said as %s: %v", text, sentence, problems)
				}
			}
		}
	})
}
