package dataset_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"lianzhu/dataset"
	"lianzhu/graph"
)

const sample = `# What the Qingdao Daily says.
cite source:qd

source source:qd
  title zh “智造”
  title en "Smart manufacturing"   # a comment
  published XXXX-11-21

entity enterprise:lihe ENTERPRISE
  name zh official 利和味道 <- .
  name en translation "Lihe Weidao" <- source:own .
  name zh short 重味 reading "chong wei"
  id USCC 91370200264574251E <- .
  attribute 业务线 / "business lines"
    figure 两条 = 2 line
    @ . 10-12 ` + hash + `
  attribute 年收购量
    figure 6000余吨 = 6000.. t per year approx
    planned
    collective
    from 2022
    to 2023
  @ . 1-5 ` + hash + ` refutes by 王波

relation enterprise:lihe SUPPLIES project:plant disc b
  planned
  confidence 0.7
  from 2022-09
  open
  place region:610000 region:640000
  via platform:p
  product product:pepper
  volume 95%以上 = 95..100 %
  derived "the name says so"
    premise enterprise:lihe OPERATES project:plant
    premise enterprise:lihe OPERATES project:plant disc c
  @ source:qd
`

const hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestAStatementMeansWhatItSays(t *testing.T) {
	var got []graph.Change
	for line, err := range dataset.ReadStatements(strings.NewReader(sample), "f") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, line.Change)
	}
	if len(got) != 3 {
		t.Fatalf("%d statements", len(got))
	}
	at := graph.Evidence{Source: "source:qd", Start: 10, End: 12, SHA256: hash}
	said := graph.Evidence{Source: "source:qd", Start: 1, End: 5, SHA256: hash, Refutes: true, AssertedBy: "王波"}
	want := []graph.Change{
		{Source: &graph.Source{Key: "source:qd", Title: "“智造”", TitleEN: "Smart manufacturing", PublishedOn: graph.MustDate("XXXX-11-21")}},
		{Entity: &graph.Entity{Key: "enterprise:lihe", Kind: "ENTERPRISE",
			Names: []graph.Name{
				{Text: "利和味道", Lang: graph.ZH, Role: graph.Official, Sources: []graph.Key{"source:qd"}},
				{Text: "Lihe Weidao", Lang: graph.EN, Role: graph.Translation, Sources: []graph.Key{"source:own", "source:qd"}},
				{Text: "重味", Lang: graph.ZH, Role: graph.Short, Reading: "chong wei"},
			},
			Identifiers: []graph.Identifier{{Scheme: "USCC", Value: "91370200264574251E", Sources: []graph.Key{"source:qd"}}},
			Attributes: []graph.Attribute{
				{Name: "业务线", NameEN: "business lines", Quantity: &graph.Quantity{Raw: "两条", Value: "2", Unit: "line"}, Modality: graph.Asserted, Evidence: []graph.Evidence{at}},
				{Name: "年收购量", Quantity: &graph.Quantity{Raw: "6000余吨", Min: "6000", Unit: "t", Per: "year", Approx: true}, Modality: graph.Planned,
					Collective: true, ValidFrom: graph.MustDate("2022"), ValidTo: graph.MustDate("2023")},
			},
			Evidence: []graph.Evidence{said}}},
		{Relation: &graph.Relation{Type: "SUPPLIES", Source: "enterprise:lihe", Target: "project:plant", Disc: "b", Modality: graph.Planned,
			Confidence: 0.7, ValidFrom: graph.MustDate("2022-09"), OpenEnded: true, Places: []graph.Key{"region:610000", "region:640000"},
			Via: "platform:p", Product: "product:pepper", Volume: &graph.Quantity{Raw: "95%以上", Min: "95", Max: "100", Unit: "%"},
			Derivation: &graph.Derivation{Rule: "the name says so", Premises: []graph.Key{"OPERATES|enterprise:lihe|project:plant", "OPERATES|enterprise:lihe|project:plant|c"}},
			Evidence:   []graph.Evidence{{Source: "source:qd", Start: -1, End: -1}}}},
	}
	if got, want := asJSON(t, got), asJSON(t, want); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestStatementsReadBackAsTheyWereWritten(t *testing.T) {
	o := theOntology(t)
	for seed := range uint64(200) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			changes := newMaker(seed, o).graph(8)
			for i := range changes {
				changes[i].Text = nil // texts are no part of the format
				if s := changes[i].Source; s != nil && seed%2 == 0 {
					s.SHA256, s.Length, s.Editions = hash, 3896, 2
				}
			}
			roundTrip(t, changes, dataset.FormatStatements, dataset.ReadStatements)
		})
	}
}

func TestAStatementThatCannotBeReadSaysWhereAndWhatToDo(t *testing.T) {
	cases := []struct{ name, file, want string }{
		{"an unknown beginning", "enterprise enterprise:a", `f:1:1: a statement begins with source, entity, relation or cite, not with "enterprise"`},
		{"a field without a statement", "  name zh official 甲", "f:1:3: there is no statement that this could belong to"},
		{"an entity without a kind", "entity enterprise:a", "f:1:1: an entity begins with its key and kind"},
		{"a relation without a target", "relation a:b INVESTS_IN", "f:1:1: a relation begins with its source, type and target"},
		{"an unknown field", "entity a:b ENTERPRISE\n  nmae zh official 甲", `f:2:3: "nmae" cannot stand here; what can is @, attribute, id, name`},
		{"a field of another statement", "source source:a\n  place region:1", `"place" cannot stand here`},
		{"a field given twice", "source source:a\n  url https://a\n  url https://b", "f:3:3: url is given twice"},
		{"two titles in one language", "source source:a\n  title zh a\n  title zh b", "title zh is given twice"},
		{"two modalities", "relation a:b X c:d\n  planned\n  negated", "it is planned already"},
		{"a wrong language", "entity a:b X\n  name de official Haier", `f:2:8: the language "de" is none of`},
		{"a wrong role", "entity a:b X\n  name en nick Haier", `the role "nick" is none of`},
		{"a name with blanks outside quotation marks", "entity a:b X\n  name en official Haier Group", "f:2:3: write it as: name zh official TEXT"},
		{"a quotation mark without counterpart", "entity a:b X\n  name en official \"Haier", "f:2:20: the quotation mark \" has no counterpart"},
		{"a quotation mark inside a word", "entity a:b X\n  name en official Hai\"er", "a quotation mark inside a word"},
		{"no blank after a quotation", "entity a:b X\n  name en official \"Hai\"er", "a blank must follow"},
		{"bytes smuggled in by an escape", "entity a:b X\n  name en official \"\\xff\"", "a character that cannot be stored"},
		{"a NUL in an escape", "entity a:b X\n  name en official \"a\\x00\"", "a character that cannot be stored"},
		{"an indentation of three", "entity a:b X\n   name en official Haier", "here are 3"},
		{"a tab for an indentation", "entity a:b X\n\tname en official Haier", "there is a tab"},
		{"lines below what has none", "entity a:b X\n  id A 1\n    planned", "f:3:5: the line above has nothing below it"},
		{"an arrow without sources", "entity a:b X\n  name en official Haier <-", "f:2:26: after <- stand the keys"},
		{"a point without a source", "entity a:b X\n  @ .", "the point stands for a source"},
		{"evidence without a source", "entity a:b X\n  @", "write it as: @ source:"},
		{"a place that is none", "entity a:b X\n  @ source:a 12 abc", `"12" is no place`},
		{"a negative place", "entity a:b X\n  @ source:a -1-5 abc", `is no place`},
		{"a figure without numbers", "relation a:b X c:d\n  amount 7730万元", "write it as: figure 6000余吨 = 6000.. t per year"},
		{"a figure without a unit", "relation a:b X c:d\n  amount 7730万元 = 77300000", "write it as: figure"},
		{"a figure with a wrong number", "relation a:b X c:d\n  amount 7730万元 = 7.7.3 CNY", "a decimal is digits"},
		{"a bound without a unit", "relation a:b X c:d\n  amount x = 1..2", "write it as: figure"},
		{"words after a figure", "relation a:b X c:d\n  amount x = 1 CNY in all", "write it as: figure"},
		{"a confidence beyond one", "relation a:b X c:d\n  confidence 1.5", "a number from 0 to 1"},
		{"a confidence that is no number", "relation a:b X c:d\n  confidence NaN", "a number from 0 to 1"},
		{"a wrong date", "relation a:b X c:d\n  from 2023-13", "there is no month 13"},
		{"recognised somehow", "relation a:b X c:d\n  recognised at e:f", "recognised in region:620000"},
		{"a premise of two words", "relation a:b X c:d\n  derived rule\n    premise a:b X", "write it as: premise"},
		{"a length that is no number", "source source:a\n  length -1", "is no number"},
		{"a line that is not UTF-8", "entity a:b X\n  name en official \xff", "f:2:20: it is not UTF-8"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var errs []error
			for _, err := range dataset.ReadStatements(strings.NewReader(c.file+"\n\nsource source:next\n  title zh 后\n"), "f") {
				if err != nil {
					errs = append(errs, err)
				}
			}
			var p *dataset.Problem
			if len(errs) != 1 || !errors.As(errs[0], &p) || !strings.Contains(errs[0].Error(), c.want) {
				t.Errorf("got %v, want one error with %q", errs, c.want)
			}
			names, _ := linesOf(dataset.ReadStatements(strings.NewReader(c.file+"\n\nsource source:next\n  title zh 后\n"), "f"))
			if len(names) != 1 || !strings.HasSuffix(names[0], "source:next") {
				t.Errorf("the statements read are %q, want only the one after the error", names)
			}
		})
	}
}

func TestTheExportInStatementsNamesTheTextItLeavesOut(t *testing.T) {
	o := theOntology(t)
	text := "青岛"
	store, _ := loaded(t, o, yielding([]graph.Change{{Source: &graph.Source{Key: "source:a", Title: "t"}, Text: &text}}), dataset.Options{})
	var b bytes.Buffer
	if err := dataset.WriteStatements(t.Context(), &b, store); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"source source:a\n", "  sha256 " + graph.HashSpan(text), "  length 2\n", "# its text (2 characters) is no part of this format"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
}

func FuzzReadStatements(f *testing.F) {
	o := theOntology(f)
	f.Add([]byte(sample))
	for seed := range uint64(4) {
		var b bytes.Buffer
		if err := dataset.FormatStatements(&b, asChanges(newMaker(seed, o).graph(5))); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		changes := accepted(t, o, dataset.ReadStatements(bytes.NewReader(file), "fuzz"))
		roundTrip(t, changes, dataset.FormatStatements, dataset.ReadStatements)
	})
}
