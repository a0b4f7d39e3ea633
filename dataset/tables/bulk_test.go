package tables_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"lianzhu/dataset"
	"lianzhu/dataset/tables"
	"lianzhu/graph"
)

// ontology is a small one with the names that labels and types are looked up by.
func ontology() *graph.Ontology {
	return graph.NewOntology(
		[]graph.KindDef{{Kind: "ENTERPRISE", ZH: "企业", EN: "enterprise"}, {Kind: "INDUSTRY_CHAIN", ZH: "产业链", EN: "industry chain"}, {Kind: "REGION", ZH: "地区", EN: "region"},
			{Kind: "PRODUCT", ZH: "产品", EN: "product"}, {Kind: "GROUP", ZH: "群组", EN: "group"}},
		[]graph.RelationDef{
			{Type: "SUPPLIES", ZH: "供应", EN: "supplies", From: []graph.Kind{"ENTERPRISE", "PRODUCT"}, To: []graph.Kind{"ENTERPRISE", "PRODUCT"}},
			{Type: "INVESTS_IN", ZH: "投资", EN: "invests in", From: []graph.Kind{"ENTERPRISE"}, To: []graph.Kind{"ENTERPRISE"}},
			{Type: "OCCUPIES_SEGMENT", ZH: "处于环节", EN: "occupies a segment of", From: []graph.Kind{"ENTERPRISE"}, To: []graph.Kind{"INDUSTRY_CHAIN"}},
			{Type: "LOCATED_IN", ZH: "位于", EN: "is located in", From: []graph.Kind{"ENTERPRISE"}, To: []graph.Kind{"REGION"}},
			{Type: "PART_OF", ZH: "属于", EN: "is part of", From: []graph.Kind{"REGION"}, To: []graph.Kind{"REGION"}},
			{Type: "MEMBER_OF", ZH: "成员", EN: "is a member of", From: []graph.Kind{"ENTERPRISE"}, To: []graph.Kind{"GROUP"}}})
}

// read gives what a table yields: its lines without that of the source, and its
// problems.
func read(t testing.TB, in dataset.Input) (source *graph.Source, text string, lines []dataset.Line, problems []string) {
	in.Ontology = ontology()
	if in.Name == "" {
		in.Name = "t.csv"
	}
	for line, err := range tables.CSV().Read(in) {
		switch {
		case err != nil:
			problems = append(problems, err.Error())
		case line.Change.Source != nil:
			source = line.Change.Source
			if line.Change.Text != nil {
				text = *line.Change.Text
			}
		default:
			lines = append(lines, line)
		}
	}
	return source, text, lines, problems
}

func bulk(text string) dataset.Input { return dataset.Input{Reader: strings.NewReader(text)} }

func mapped(mapping, text string) dataset.Input {
	return dataset.Input{Reader: strings.NewReader(text), Mapping: dataset.Text{Name: "m.yaml", Data: []byte("lianzhu-mapping: 1\n" + mapping)}}
}

// said writes a line in short: its key, its names and its attributes.
func said(line dataset.Line) string {
	if e := line.Change.Entity; e != nil {
		s := fmt.Sprintf("%s %s", e.Kind, e.Key)
		for _, n := range e.Names {
			s += fmt.Sprintf(" %s:%s:%s", n.Lang, n.Role, n.Text)
		}
		for _, id := range e.Identifiers {
			s += fmt.Sprintf(" %s=%s", id.Scheme, id.Value)
		}
		return s + attributed(e.Attributes)
	}
	r := line.Change.Relation
	s := string(r.Key())
	if !r.ValidFrom.IsZero() || !r.ValidTo.IsZero() {
		s += fmt.Sprintf(" %s..%s", r.ValidFrom, r.ValidTo)
	}
	if r.Amount != nil {
		s += fmt.Sprintf(" %s=%s%s%s", r.Amount.Raw, r.Amount.Value, r.Amount.Min, r.Amount.Unit)
	}
	for _, p := range r.Places {
		s += " in " + string(p)
	}
	return s + attributed(r.Attributes)
}

func attributed(list []graph.Attribute) (s string) {
	for _, a := range list {
		s += fmt.Sprintf(" [%s %s", a.Name, a.Text)
		if a.Quantity != nil {
			s += string(a.Quantity.Value) + a.Quantity.Unit
		}
		s += "]"
	}
	return s
}

func saidAll(lines []dataset.Line) (all []string) {
	for _, line := range lines {
		all = append(all, said(line))
	}
	return all
}

// equal compares lists of short lines.
func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("%s are\n%s\nwant\n%s", what, g, w)
	}
}

func TestBulkFilesAreReadAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		name, text  string
		want, wrong []string
	}{
		{"nodes of a group, with properties and an array",
			"id:ID(Stock),name,name_en:string,alias:string[],staff:int,listed:date,note:IGNORE,:LABEL\n600690,海尔智家,Haier,青岛海尔;海尔,1000,1993-11-19,x,Listed;Enterprise\n",
			[]string{"ENTERPRISE stock:600690 ZH:OFFICIAL:海尔智家 EN:TRANSLATION:Haier ZH:SHORT:青岛海尔 ZH:SHORT:海尔 [staff 1000] [listed 1993-11-19]"}, nil},
		{"labels in Chinese and in several words", ":ID,name,:LABEL\nc1,轮胎,产业链\nc2,橡胶,industry chain\nc3,Tyres,IndustryChain\n",
			[]string{"INDUSTRY_CHAIN node:c1 ZH:OFFICIAL:轮胎", "INDUSTRY_CHAIN node:c2 ZH:OFFICIAL:橡胶", "INDUSTRY_CHAIN node:c3 EN:OFFICIAL:Tyres"}, nil},
		{"ids that are keys already, and a node without a name", ":ID,:LABEL\nenterprise:a,ENTERPRISE\n", []string{"ENTERPRISE enterprise:a EN:OFFICIAL:enterprise:a"}, nil},
		{"relationships of groups, with properties", ":START_ID(Stock),:END_ID(Industry),:TYPE,validFrom,weight:double\n600690,i1,处于环节,2019年11月,0.5\n",
			[]string{"OCCUPIES_SEGMENT|stock:600690|industry:i1 2019-11.. [weight 0.5]"}, nil},
		{"what cannot be used, each with its column and reason", ":ID(S),name,n:int,:LABEL\n1,甲,x,Enterprise\n2,乙,,Company\n,丙,,Enterprise\n4,丁,,\n5,戊\n6,己,7,Enterprise\n",
			[]string{"ENTERPRISE s:6 ZH:OFFICIAL:己 [n 7]"},
			[]string{`t.csv:2:5: n: "x" is no int`, `t.csv:3:6: :LABEL: there is no kind "Company"; a mapping can say which is meant, such as labels: {Company: ENTERPRISE}`,
				`t.csv:4:1: :ID: the id is empty`, `t.csv:5:6: there is no :LABEL`, `t.csv:6:4: the row has 2 cells, the header 4`}},
		{"a type that is not known", ":START_ID,:END_ID,:TYPE\na:1,a:2,industry_of\n", nil,
			[]string{`t.csv:2:9: :TYPE: there is no relation type "industry_of"; a mapping can say which is meant, such as types: {industry_of: SUPPLIES}`}},
		{"a header with a type that there is not", ":ID,x:number,:LABEL\n1,2,Enterprise\n", nil, []string{`t.csv:1: the column "x:number" has the type "number", which is none of ID LABEL TYPE START_ID END_ID IGNORE int long float double byte short boolean string char date time localtime datetime localdatetime duration point`}},
		{"a header of neither", ":START_ID,name,:TYPE\n", nil, []string{"t.csv:1: the header is neither that of nodes (one :ID, and :LABEL) nor that of relationships (one :START_ID, one :END_ID, and :TYPE)"}},
		{"a header that says nothing", "name,code\n甲,1\n", nil, []string{"t.csv:1: what its columns mean is not known: name a mapping that says it (--mapping FILE), or give it the header of a bulk file, such as :ID,name,:LABEL"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, lines, problems := read(t, bulk(c.text))
			equal(t, "lines", saidAll(lines), c.want)
			equal(t, "problems", problems, c.wrong)
		})
	}
}

func TestAMappingTranslatesLabelsTypesAndGroups(t *testing.T) {
	mapping := "labels: {Company: ENTERPRISE}\ntypes: {feeds: 供应}\ngroups: {Stock: enterprise, '': 'x:y-'}\n"
	_, _, lines, problems := read(t, mapped(mapping, ":ID(Stock),name,:LABEL\n1,甲,Company\n"))
	_, _, more, problems2 := read(t, mapped(mapping, ":START_ID(Stock),:END_ID,:TYPE\n1,2,feeds\n"))
	equal(t, "lines", saidAll(append(lines, more...)), []string{"ENTERPRISE enterprise:1 ZH:OFFICIAL:甲", "SUPPLIES|enterprise:1|x:y-2"})
	equal(t, "problems", append(problems, problems2...), nil)
}

// Whatever a line cites stands in the text of the source where it says.
func cited(t testing.TB, text string, evidence ...graph.Evidence) (quotes []string) {
	runes := []rune(text)
	for _, e := range evidence {
		if !e.Located() || e.End > len(runes) || graph.HashSpan(string(runes[e.Start:e.End])) != e.SHA256 {
			t.Errorf("%+v does not stand in the text", e)
			continue
		}
		quotes = append(quotes, string(runes[e.Start:e.End]))
	}
	return quotes
}

func TestAFactOfABulkFileCitesItsRow(t *testing.T) {
	source, text, lines, _ := read(t, bulk("\ufeff:ID,name,:LABEL\r\nn:1,\"甲,乙\",企业\r\nn:2,丙,企业"))
	if source.Key == "" || !strings.HasPrefix(string(source.Key), "source:t.csv-") || source.Title != "t.csv" {
		t.Errorf("the source is %+v", source)
	}
	var quotes []string
	for _, line := range lines {
		quotes = append(quotes, cited(t, text, line.Change.Entity.Evidence...)...)
	}
	equal(t, "quotes", quotes, []string{`n:1,"甲,乙",企业`, `n:2,丙,企业`})
}

func FuzzABulkHeaderIsReadOrToldWhyNot(f *testing.F) {
	for _, seed := range []string{"id:ID(Group),name:string,:LABEL", ":START_ID(A),:END_ID(B),:TYPE,w:int[]", "a:b:c", ":ID{x:1}", "::::", ":ID(,:LABEL"} {
		f.Add(seed, "1,2,3")
	}
	f.Fuzz(func(t *testing.T, head, row string) {
		_, _, lines, problems := read(t, bulk(head+"\n"+row+"\n"))
		if len(lines)+len(problems) > 1+strings.Count(row, "\n")*2+len(row) {
			t.Errorf("%d lines and %d problems", len(lines), len(problems))
		}
	})
}

// bulkRows makes n rows of relationships as they are read.
func bulkRows(n int) io.Reader {
	next := 0
	var rest []byte
	return readerFunc(func(p []byte) (int, error) {
		for len(rest) < len(p) && next <= n {
			if next == 0 {
				rest = append(rest, ":START_ID(Stock),:END_ID(Stock),:TYPE\n"...)
			} else {
				rest = fmt.Appendf(rest, "%d,%d,SUPPLIES\n", 600000+next%1000, 700000+next)
			}
			next++
		}
		if len(rest) == 0 {
			return 0, io.EOF
		}
		c := copy(p, rest)
		rest = rest[c:]
		return c, nil
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func BenchmarkReadingRelationships(b *testing.B) {
	b.ReportAllocs()
	n := 0
	for _, err := range tables.CSV().Read(dataset.Input{Name: "t.csv", Reader: bulkRows(b.N), Ontology: ontology()}) {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	if n != b.N+1 {
		b.Fatalf("%d lines", n)
	}
}
