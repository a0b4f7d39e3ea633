package formats_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/storage/bolt"
)

// directory is a table as offices publish it: several values in a cell, figures
// and dates in words, an address, and a constant that the mapping says.
const directory = `序号,企业名称,曾用名,地址,产品,投资额,年产量,签约时间,投资方
1,松泉机械有限公司,"松泉厂、旧松泉",山东省青岛市崂山区海尔路1号,"泵,阀",7730万元,6000余吨,2019年11月,乙公司
2,"北岭 ""车辆"" 有限公司",,青岛市黄岛区,车,约3亿元,约2万吨,2019-11/2020-03,乙公司
3,青石有限公司,,无此地,,近1.2亿元,,约2019年,乙公司
4,灰岩有限公司,,,,近1.2亿元,,约2019年,乙公司
`

const directoryMapping = `lianzhu-mapping: 1
source: {title: "企业名录（{file}）", publisher: 某局}
tables:
  - encoding: ENCODING
    entities:
      - as: firm
        key: "enterprise:d{序号|pad:3}"
        kind: ENTERPRISE
        names:
          - {text: "{企业名称}"}
          - {each: 曾用名, separator: "、", text: "{item}", role: former}
        attributes:
          - {name: 名录, text: 第一批}
          - {name: 年产量, quantity: {value: "{年产量}"}, evidence: 年产量}
      - {as: good, each: 产品, separator: ",", key: "product:{item|key}", kind: PRODUCT, name: "{item}", write: make}
    relations:
      - {type: LOCATED_IN, from: {as: firm}, to: {key: "{地址|region}"}, evidence: 地址, optional: true}
      - {type: SUPPLIES, from: {as: firm}, to: {as: good}, optional: true}
      - {type: INVESTS_IN, from: {name: "{投资方}"}, to: {as: firm}, amount: {value: "{投资额}"}, validFrom: "{签约时间}", evidence: 投资额}
`

const places = world + `
entity region:370212 REGION
  name zh official 崂山区

entity region:370211 REGION
  name zh official 黄岛区
`

// A table goes into a store whole, whatever its encoding, and each fact of it
// cites the cell that says so.
func TestATableOfAnOfficeIsImportedWhateverItsEncoding(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(directory)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(directory)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, encoding, file string }{
		{"UTF-8", "utf-8", directory},
		{"UTF-8 with a byte order mark, as Excel writes it", "utf-8", "\ufeff" + strings.ReplaceAll(directory, "\n", "\r\n")},
		{"GB18030", "gb18030", gb},
		{"UTF-16", "utf-16", wide},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := ontologyOfTheSchema(t)
			store, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), o, bolt.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			if _, err := dataset.Load(t.Context(), store, o, dataset.ReadStatements(strings.NewReader(places), "world"), dataset.Options{Strict: true}); err != nil {
				t.Fatal(err)
			}
			n := flawed{name: "名录.csv", format: "csv", mapping: strings.Replace(directoryMapping, "ENCODING", c.encoding, 1)}
			problems, _ := n.load(t, store, o, n.name, c.file)
			if len(problems) != 1 || !strings.Contains(problems[0].Error(), "名录.csv:4:") || !strings.Contains(problems[0].Error(), "无此地") {
				t.Errorf("it says %v", problems)
			}
			said := citedIn(t, store)
			for _, want := range []string{
				`enterprise:d001 松泉机械有限公司 OFFICIAL`, `enterprise:d001 松泉厂 FORMER`, `enterprise:d001 旧松泉 FORMER`, `enterprise:d002 北岭 "车辆" 有限公司 OFFICIAL`,
				`enterprise:d001 年产量 6000余吨 = 6000.. t  cites 6000余吨`, `enterprise:d002 年产量 约2万吨 = 20000 t approx cites 约2万吨`,
				`enterprise:d001 名录 第一批`,
				`LOCATED_IN|enterprise:d001|region:370212 cites 山东省青岛市崂山区海尔路1号`, `LOCATED_IN|enterprise:d002|region:370211 cites 青岛市黄岛区`,
				`SUPPLIES|enterprise:d001|product:泵`, `SUPPLIES|enterprise:d001|product:阀`, `SUPPLIES|enterprise:d002|product:车`,
				`INVESTS_IN|enterprise:b|enterprise:d001 from 2019-11 7730万元 = 77300000 CNY  cites 7730万元`,
				`INVESTS_IN|enterprise:b|enterprise:d002 from 2019-11/2020-03 约3亿元 = 300000000 CNY approx cites 约3亿元`,
				`INVESTS_IN|enterprise:b|enterprise:d004 from 2019~ 近1.2亿元 = `,
			} {
				if !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, want) }) {
					t.Errorf("nothing says %s; there is\n%s", want, strings.Join(said, "\n"))
				}
			}
		})
	}
}

// citedIn is what a store says, a line a fact, each with what it cites: the span
// of the text that the store holds.
func citedIn(t *testing.T, store graph.Store) (said []string) {
	t.Helper()
	texts := map[graph.Key][]rune{}
	cites := func(list []graph.Evidence) string {
		var spans []string
		for _, e := range list {
			if e.Located() {
				span := string(texts[e.Source][e.Start:e.End])
				if graph.HashSpan(span) != e.SHA256 {
					t.Errorf("%q is not what is cited", span)
				}
				spans = append(spans, " cites "+span)
			}
		}
		return strings.Join(spans, "")
	}
	figure := func(q *graph.Quantity) string {
		if q == nil {
			return ""
		}
		approx := ""
		if q.Approx && q.Value != "" {
			approx = "approx"
		}
		bounds := string(q.Value)
		if q.Min != "" {
			bounds = string(q.Min) + ".."
		}
		return " " + q.Raw + " = " + bounds + " " + q.Unit + " " + approx
	}
	err := store.View(t.Context(), func(r graph.Reader) error {
		for c, err := range dataset.All(r) {
			switch {
			case err != nil:
				return err
			case c.Text != nil:
				texts[c.Source.Key] = []rune(*c.Text)
			case c.Entity != nil:
				for _, n := range c.Entity.Names {
					said = append(said, string(c.Entity.Key)+" "+n.Text+" "+string(n.Role))
				}
				for _, a := range c.Entity.Attributes {
					said = append(said, string(c.Entity.Key)+" "+a.Name+strings.TrimRight(" "+a.Text, " ")+figure(a.Quantity)+cites(a.Evidence))
				}
			case c.Relation != nil:
				from := ""
				if !c.Relation.ValidFrom.IsZero() {
					from = " from " + c.Relation.ValidFrom.String()
				}
				said = append(said, string(c.Relation.Key())+from+figure(c.Relation.Amount)+cites(c.Relation.Evidence))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return said
}
