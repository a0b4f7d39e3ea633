package tables_test

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"lianzhu/dataset"
	"lianzhu/dataset/tables"
	"lianzhu/graph"
)

func TestAMappingSaysWhatColumnsMean(t *testing.T) {
	for _, c := range []struct {
		name, mapping, text string
		want                []string
	}{
		{"an entity with names, identifiers and attributes", `
tables:
  - entities:
      - key: enterprise:{code|pad:6}
        kind: 企业
        name: "{名称}"
        names:
          - {text: "{英文}", lang: en, role: translation}
          - {each: 别名, separator: "、", text: "{item}", role: former}
        identifiers: [{scheme: SSE, value: "{code|pad:6}"}]
        attributes:
          - {name: 年产能, quantity: {value: "{产能}"}}
          - {name: 类型, text: "{类型|in:types}"}
vocabularies: {types: {A: 上市公司}}
`, "code,名称,英文,别名,产能,类型\n599,双星,Doublestar,青岛双星、双星集团,6000余吨,A\n600,无,,,,\n",
			[]string{"ENTERPRISE enterprise:000599 ZH:OFFICIAL:双星 EN:TRANSLATION:Doublestar ZH:FORMER:青岛双星 ZH:FORMER:双星集团 SSE=000599 [年产能 t] [类型 上市公司]",
				"ENTERPRISE enterprise:000600 ZH:OFFICIAL:无 SSE=000600"}},
		{"several entities and relations of a row, one for each item of a cell", `
tables:
  - entities:
      - {as: firm, key: "enterprise:{id}", kind: ENTERPRISE, name: "{id}"}
      - {as: made, each: products, separator: ",", key: "product:{item|key}", kind: PRODUCT, name: "{item}", write: make}
      - {as: whole, each: products, separator: ",", optional: true, key: "product:{item|parent:-}", kind: PRODUCT, name: "{item|parent:-}", write: make}
    relations:
      - {type: SUPPLIES, from: {as: firm}, to: {as: made}, attributes: [{name: 品名, text: "{item}"}]}
`, "id,products\na,\"轮胎-斜交 轮胎, 橡胶\"\nb,\n",
			[]string{"ENTERPRISE enterprise:a EN:OFFICIAL:a", "PRODUCT product:轮胎-斜交-轮胎 ZH:OFFICIAL:轮胎-斜交 轮胎", "PRODUCT product:橡胶 ZH:OFFICIAL:橡胶", "PRODUCT product:轮胎 ZH:OFFICIAL:轮胎",
				"SUPPLIES|enterprise:a|product:轮胎-斜交-轮胎 [品名 轮胎-斜交 轮胎]", "SUPPLIES|enterprise:a|product:橡胶 [品名 橡胶]", "ENTERPRISE enterprise:b EN:OFFICIAL:b"}},
		{"dates, amounts with a unit in a column of their own, and the region of an address", `
tables:
  - relations:
      - type: 投资
        from: {key: "enterprise:{a}"}
        to: {key: "enterprise:{b}"}
        validFrom: "{日期}"
        amount: {value: "{金额}", unit: "{单位}"}
        places: ["{地址|region}"]
        disc: "{no}"
`, "no,a,b,日期,金额,单位,地址\n1,x,y,2019年11月,7730,万元,山东省青岛市崂山区海尔路1号\n2,x,y,,约3亿元,万元,\n",
			[]string{"INVESTS_IN|enterprise:x|enterprise:y|1 2019-11.. 7730=77300000CNY in region:370212", "INVESTS_IN|enterprise:x|enterprise:y|2 约3亿元=300000000CNY"}},
		{"rows by condition, and kinds by column", `
labels: {公司: ENTERPRISE}
tables:
  - where: [{column: state, not: [注销]}, {column: id, matches: "^[0-9]+$"}]
    entities:
      - {key: "x:{id}", kind: "{kind}", name: "{name|or:无名}", when: [{column: name, empty: false}]}
`, "id,name,kind,state\n1,甲,公司,存续\n2,乙,产品,\n3,丙,公司,注销\n4,,公司,存续\n合计,丁,公司,存续\n", []string{"ENTERPRISE x:1 ZH:OFFICIAL:甲", "PRODUCT x:2 ZH:OFFICIAL:乙"}},
		{"a file without a header, with another separator, after a preamble", `
tables:
  - skip: 1
    delimiter: ";"
    columns: [id, name]
    entities: [{key: "x:{id}", kind: ENTERPRISE, name: "{name}"}]
`, "导出于 2024 年\n1;甲\n\n2;乙\n", []string{"ENTERPRISE x:1 ZH:OFFICIAL:甲", "ENTERPRISE x:2 ZH:OFFICIAL:乙"}},
		{"braces, functions and parts of a cell", `
tables:
  - entities: [{key: "x:{code|before:.|lower}", kind: ENTERPRISE, name: "{{{code|after:.}} {code|last:.} {code|first:2}"}]
`, "code\nAB.sh.x\n", []string{"ENTERPRISE x:ab EN:OFFICIAL:{sh.x} x AB"}},
		{"the table for this file among several", `
tables:
  - {file: "other*.csv", entities: [{key: "o:{id}", kind: PRODUCT, name: "{id}"}]}
  - {file: "t.csv", entities: [{key: "t:{id}", kind: PRODUCT, name: "{id}"}]}
`, "id\n1\n", []string{"PRODUCT t:1 EN:OFFICIAL:1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, text, lines, problems := read(t, mapped(c.mapping, c.text))
			equal(t, "lines", saidAll(lines), c.want)
			equal(t, "problems", problems, nil)
			for _, line := range lines {
				if e := line.Change.Entity; e != nil {
					cited(t, text, e.Evidence...)
				} else {
					cited(t, text, line.Change.Relation.Evidence...)
				}
			}
		})
	}
}

func TestAFactCitesItsCellItsItemOrItsRow(t *testing.T) {
	_, text, lines, _ := read(t, mapped(`
tables:
  - entities:
      - {as: a, key: "x:{id}", kind: ENTERPRISE, name: "{id}", evidence: id}
      - {as: b, each: list, separator: ",", key: "x:{item}", kind: ENTERPRISE, name: "{item}"}
    relations:
      - {type: SUPPLIES, from: {as: a}, to: {as: b}}
      - {type: SUPPLIES, from: {as: a}, to: {as: b}, disc: "1", evidence: amount}
      - {type: SUPPLIES, from: {key: "x:{id}"}, to: {key: "x:y"}}
`, "id,list,amount\r\n甲,\" 乙 ,\"\"丙\"\"\",1\r\n"))
	var quotes []string
	for _, line := range lines {
		if e := line.Change.Entity; e != nil {
			quotes = append(quotes, cited(t, text, e.Evidence...)...)
		} else {
			quotes = append(quotes, cited(t, text, line.Change.Relation.Evidence...)...)
		}
	}
	equal(t, "quotes", quotes, []string{"甲", "乙", `""丙""`, "乙", `""丙""`, "1", "1", `甲," 乙 ,""丙""",1`})
}

func TestARowThatCannotBeUsedSaysWhereAndWhatToDo(t *testing.T) {
	_, _, lines, problems := read(t, mapped(`
vocabularies: {types: {A: SUPPLIES}}
tables:
  - entities:
      - {key: "enterprise:{id}", kind: "{kind}", name: "{name}"}
    relations:
      - type: "{type|in:types}"
        from: {key: "enterprise:{id}"}
        to: {key: "enterprise:{to}"}
        validFrom: "{date}"
        volume: {value: "{volume}"}
        places: ["{address|region}"]
`, strings.Join([]string{
		"id,kind,name,type,to,date,volume,address",
		"1,企业,甲,A,2,2019-02-30,,",
		"2,企业,甲,A,2,,约3亿,",
		"3,企业,甲,A,2,,,朝阳区建国路",
		"4,工厂,甲,A,2,,,",
		"5,企业,甲,B,2,,,",
		",企业,甲,A,2,,,",
		"7,企业,,A,2,,,",
		"8,企业,甲,A,,,,",
		"9,企业,甲,A",
		"10,企业,甲,A,2,,6000余吨,青岛市城阳区",
	}, "\n")))
	equal(t, "lines", saidAll(lines), []string{"ENTERPRISE enterprise:10 ZH:OFFICIAL:甲", "SUPPLIES|enterprise:10|enterprise:2 in region:370214"})
	for i, want := range []string{
		"t.csv:2:12: date: 2019-02-30 is no date: date 2019-02-30: there is no day 30 in month 02 of 2019",
		`t.csv:3:13: volume: "约3亿": there is a number without a unit; write one behind it, such as 万元 or 吨`,
		"t.csv:4:14: address: address 朝阳区建国路: several regions are called so: 北京市朝阳区",
		`t.csv:5:3: kind: there is no kind "工厂"`,
		`t.csv:6:8: type: "B" is not in the vocabulary types`,
		"t.csv:7:1: id: it is empty, so there is no key",
		"t.csv:8:6: name: enterprise:7 gets no name, since the cells for it are empty",
		"t.csv:9:10: to: it is empty, so the relation lacks an end",
		"t.csv:10:9: the row has 4 cells, and there are 8 columns",
	} {
		if i >= len(problems) || !strings.HasPrefix(problems[i], want) {
			t.Errorf("problem %d of %d is not %s:\n%s", i, len(problems), want, strings.Join(problems, "\n"))
		}
	}
}

func TestAllBadCellsOfARowAreToldAtOnce(t *testing.T) {
	mapping := `
vocabularies: {types: {A: SUPPLIES}}
tables:
  - entities:
      - as: firm
        key: "enterprise:{id}"
        kind: "{kind}"
        name: "{name}"
        attributes: [{name: 产能, quantity: {value: "{volume}"}, validFrom: "{date}"}]
    relations:
      - type: "{type|in:types}"
        from: {as: firm}
        to: {key: "enterprise:{to}"}
        validFrom: "{date}"
        volume: {value: "{volume}"}
`
	_, _, lines, problems := read(t, mapped(mapping, "id,kind,name,type,to,date,volume\n1,工厂,甲,B,,2019-02-30,约3亿\n2,企业,乙,A,3,2019-02-28,3吨\n"))
	equal(t, "lines", saidAll(lines)[1:], []string{"SUPPLIES|enterprise:2|enterprise:3 2019-02-28.."})
	if len(problems) != 1 || !strings.HasPrefix(problems[0], `t.csv:2:3: kind: there is no kind "工厂"; `) {
		t.Fatalf("got %q", problems)
	}
	for _, want := range []string{
		`volume: "约3亿": there is a number without a unit`, "date: 2019-02-30 is no date", "to: it is empty, so the relation lacks an end",
	} {
		if strings.Count(problems[0], want) != 1 {
			t.Errorf("%q is not told once in %s", want, problems[0])
		}
	}
}

func TestAMappingThatIsWrongSaysWhere(t *testing.T) {
	for _, c := range []struct{ name, mapping, want string }{
		{"a field that there is not", "tables:\n  - entitys: []\n", `m.yaml:3:5: unknown field "entitys"`},
		{"what is no YAML", "tables: [", "m.yaml:2:9: "},
		{"a text for a list", "tables: x\n", "m.yaml:2:9: "},
		{"an alias", "about: &a x\nlabels: {b: *a}\n", "m.yaml:2:8: anchors and aliases are not used in mappings; write it out"},
		{"a column that there is not", "tables: [{entities: [{key: \"x:{no}\", kind: A, name: x}]}]\n", `t.csv:1: entities, number 1: in "x:{no}": there is no column "no"; the table has id, name`},
		{"a function that there is not", "tables: [{entities: [{key: \"x:{id|big}\", kind: A, name: x}]}]\n", `t.csv:1: entities, number 1: in "x:{id|big}": there is no function "big"; there are lower, upper, pad`},
		{"a brace that is open", "tables: [{entities: [{key: \"x:{id\", kind: A, name: x}]}]\n", `t.csv:1: entities, number 1: the brace in "x:{id" is not closed`},
		{"an item where nothing is repeated", "tables: [{entities: [{key: \"x:{item}\", kind: A, name: x}]}]\n", `t.csv:1: entities, number 1: in "x:{item}": there is no column "item"`},
		{"an entity without a kind", "tables: [{entities: [{key: \"x:{id}\", name: x}]}]\n", "t.csv:1: entities, number 1: the kind is missing"},
		{"an end that is named twice", "tables: [{relations: [{type: A, from: {as: x, key: \"x:{id}\"}, to: {key: \"x:{id}\"}}]}]\n", "t.csv:1: relations, number 1: from: an end is named by one of as, key, name and identifier"},
		{"an end that no entity is", "tables: [{relations: [{type: A, from: {as: x}, to: {key: \"x:{id}\"}}]}]\n", `t.csv:1: relations, number 1: from: no entity of this table is called "x" (as)`},
		{"a table that makes nothing", "tables: [{file: t.csv}]\n", "t.csv:1: the table of the mapping makes neither entities nor relations"},
		{"no table for the file", "tables: [{file: u.csv}]\n", "t.csv:1: no table of the mapping m.yaml is for this file; its pattern is told by file:"},
		{"a delimiter of two characters", "tables: [{delimiter: ab}]\n", "m.yaml: tables, number 1: the delimiter is one character of ASCII"},
		{"an encoding that there is not", "tables: [{encoding: big9}]\n", `m.yaml: tables, number 1: there is no encoding "big9"; there are utf-8, gb18030 and utf-16`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, lines, problems := read(t, mapped(c.mapping, "id,name\n1,甲\n"))
			if len(lines) > 0 || len(problems) != 1 || !strings.HasPrefix(problems[0], c.want) {
				t.Errorf("got %q, want %q", problems, c.want)
			}
		})
	}
	if _, err := tables.ParseMapping(dataset.Text{Name: "m.yaml", Data: []byte("tables: []\n")}); err == nil || err.Error() != `m.yaml: a mapping begins with "lianzhu-mapping: 1"` {
		t.Error(err)
	}
}

func TestATextIsReadInItsEncoding(t *testing.T) {
	const text = "id,name\n1,海尔智家\n"
	const plain = "tables: [{entities: [{key: \"x:{id}\", kind: ENTERPRISE, name: \"{name}\"}]}]\n"
	named := func(encoding string) string {
		return strings.Replace(plain, "[{entities", "[{encoding: "+encoding+", entities", 1)
	}
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String(text)
	utf16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	for _, c := range []struct{ name, mapping, text string }{
		{"UTF-8", plain, text},
		{"UTF-8 with a byte order mark", plain, "\ufeff" + text},
		{"GB18030 by name", named("gb18030"), gb},
		{"GBK by name", named("GBK"), gb},
		{"a byte order mark wins over a name", named("gb18030"), "\ufeff" + text},
		{"UTF-16 by its mark", plain, utf16},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, kept, lines, problems := read(t, mapped(c.mapping, c.text))
			equal(t, "problems", problems, nil)
			equal(t, "lines", saidAll(lines), []string{"ENTERPRISE x:1 ZH:OFFICIAL:海尔智家"})
			if kept != text {
				t.Errorf("the source's text is %q", kept)
			}
		})
	}
	_, _, _, problems := read(t, mapped(plain, gb))
	equal(t, "problems", problems, []string{"t.csv:2:3: it is not UTF-8; save the file as UTF-8, or name its encoding in the mapping, such as encoding: gb18030"})
}

func TestOnlyTheTextOfASmallFileIsKept(t *testing.T) {
	const mapping = "tables: [{entities: [{key: \"x:{id}\", kind: ENTERPRISE, name: \"{id}\"}]}]\n"
	row := strings.Repeat("甲", 300) + "\n"
	in := mapped(mapping, "")
	in.Reader = io.MultiReader(strings.NewReader("id\n"), strings.NewReader(strings.Repeat(row, 20000)))
	source, text, lines, _ := read(t, in)
	if text != "" || len(lines) != 20000 || source.Key == "" {
		t.Fatalf("%d lines, and a text of %d bytes", len(lines), len(text))
	}
	last := lines[len(lines)-1].Change.Entity.Evidence[0]
	if want := 3 + 301*19999; last.Start != want || last.End != want+300 || last.SHA256 != graph.HashSpan(strings.TrimSpace(row)) {
		t.Errorf("the last row is cited as %+v", last)
	}
}

func TestWhatIsNoTextIsReplacedInTheTextThatIsKept(t *testing.T) {
	_, text, lines, problems := read(t, mapped("tables: [{entities: [{key: \"x:{id}\", kind: ENTERPRISE, name: \"{id}\"}]}]\n", "id\n甲\x00\n乙\xff\xfe\n丙\n"))
	if len(problems) != 2 || len(lines) != 1 {
		t.Fatalf("%q and %q", problems, saidAll(lines))
	}
	equal(t, "quotes", cited(t, text, lines[0].Change.Entity.Evidence...), []string{"丙"})
}

// refused reads a table and gives the file of what was refused.
func refused(t *testing.T, in dataset.Input) (text string, n int) {
	in.Records, in.Ontology, in.Name = true, ontology(), "t.csv"
	var b bytes.Buffer
	r := tables.CSV().Rejects(&b)
	for _, err := range tables.CSV().Read(in) {
		var p *dataset.Problem
		if err == nil {
			continue
		}
		if !errors.As(err, &p) {
			t.Fatal(err)
		}
		n++
		if err := r.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), n
}

func TestRefusedRowsAreWrittenAsTheyStandAndReadAgain(t *testing.T) {
	const mapping = "tables:\n  - {skip: 1, encoding: gb18030, delimiter: \";\", entities: [{key: \"x:{id}\", kind: ENTERPRISE, name: \"{name}\", attributes: [{name: a, quantity: {value: \"{n}\"}}]}]}\n"
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String("preamble\nid;name;n\n1;甲;3\n2;\"乙;\"\"丙\"\"\";5吨\n3;\"丁;\n4;戊;6;\n5;己;\"7\"\n")
	first, n := refused(t, mapped(mapping, gb))
	source := regexp.MustCompile(`source:t\.csv-[0-9a-f]{12}`).FindString(first)
	want := "\ufeffpreamble\nid;name;n;rejected_line:IGNORE;rejected_column:IGNORE;rejected_reason:IGNORE;rejected_source:IGNORE\n" +
		"1;甲;3;3;5;\"n: \"\"3\"\": there is a number without a unit; write one behind it, such as 万元 or 吨\";" + source + "\n" +
		"3;\"丁;;5;3;the quotation mark is not closed;" + source + "\n" +
		"4;戊;6;;6;7;the row has 4 cells, and there are 3 columns;" + source + "\n" +
		"5;己;\"7\";7;6;\"n: \"\"7\"\": there is a number without a unit; write one behind it, such as 万元 or 吨\";" + source + "\n"
	if n != 4 || source == "" || first != want {
		t.Fatalf("%d refused:\n%s\nwant\n%s", n, first, want)
	}
	second, n := refused(t, mapped(mapping, strings.Replace(first, "甲;3;", "甲;3吨;", 1)))
	if n != 3 || strings.Contains(second, "甲") || strings.Count(second, "rejected_line") != 1 {
		t.Errorf("after one was mended %d are refused:\n%s", n, second)
	}
	mended := strings.NewReplacer("甲;3;", "甲;3吨;", "\"丁;;5;3", "丁;1吨;5;3", "戊;6;;", "戊;6吨;", "己;\"7\"", "己;7吨").Replace(first)
	if third, n := refused(t, mapped(mapping, mended)); n != 0 || third != "" {
		t.Errorf("after all were mended %d are refused:\n%s", n, third)
	}
}

func FuzzAMappingIsReadOrToldWhyNot(f *testing.F) {
	f.Add("tables: [{entities: [{key: \"x:{id|pad:3}\", kind: ENTERPRISE, name: \"{name}\"}]}]\n", "id,name\n1,甲\n")
	f.Add("tables: [{relations: [{type: SUPPLIES, each: id, separator: \",\", from: {key: \"x:{item}\"}, to: {key: \"x:y\"}, volume: {value: \"{name}\"}}]}]\n", "id,name\n\"1,2\",3吨\n")
	f.Add("tables: [{where: [{column: id, matches: \"(\"}], columns: [a], skip: 3}]\nvocabularies: {a: {b: c}}\n", "x")
	f.Add("source: {key: \"{hash}\", published: 2019-02-30}\nlabels: {a: b}\n", ":ID,:LABEL\n1,a\n")
	f.Fuzz(func(t *testing.T, mapping, text string) {
		_, kept, lines, _ := read(t, mapped(mapping, text))
		for _, line := range lines {
			if line.Change.Relation != nil {
				cited(t, kept, line.Change.Relation.Evidence...)
			}
		}
	})
}
