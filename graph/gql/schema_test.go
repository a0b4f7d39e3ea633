package gql_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"lianzhu"
	"lianzhu/graph"
	"lianzhu/graph/gql"
)

func TestEveryRootFieldSaysWhoMayCallIt(t *testing.T) {
	schema := contract(t).Schema
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation, schema.Subscription} {
		if root == nil {
			continue
		}
		for _, field := range root.Fields {
			if !strings.HasPrefix(field.Name, "__") && field.Directives.ForName("auth") == nil {
				t.Errorf("%s.%s lacks @auth", root.Name, field.Name)
			}
		}
	}
}

func TestEverythingIsDescribedInBothLanguages(t *testing.T) {
	described := func(what, text string) {
		t.Helper()
		han := strings.ContainsFunc(text, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff })
		latin := strings.ContainsFunc(text, func(r rune) bool { return r >= 'a' && r <= 'z' })
		if !han || !latin {
			t.Errorf("%s is not described in Chinese and English: %q", what, text)
		}
	}
	for name, def := range contract(t).Schema.Types {
		if def.BuiltIn {
			continue
		}
		described(name, def.Description)
		for _, v := range def.EnumValues {
			described(name+"."+v.Name, v.Description)
		}
		for _, f := range def.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			described(name+"."+f.Name, f.Description)
			for _, a := range f.Arguments {
				described(name+"."+f.Name+"("+a.Name+")", a.Description)
			}
		}
	}
}

func TestAPrintedSchemaIsTheSameContract(t *testing.T) {
	first := contract(t)
	again, err := gql.ReadContract(first.Print())
	if err != nil {
		t.Fatalf("the printed schema cannot be read: %v", err)
	}
	if again.Print() != first.Print() {
		t.Error("printing a printed schema changes it")
	}
	if len(again.Ontology.Relations()) != len(first.Ontology.Relations()) {
		t.Error("the printed schema has lost relation types")
	}
}

func TestASchemaWithABrokenOntologyIsRefused(t *testing.T) {
	for name, edit := range map[string][2]string{
		"a kind without a name":                 {`PRODUCT @kind(zh: "产品", en: "product")`, "PRODUCT"},
		"a relation type that joins no kind":    {"SUPPLIES @relation(from: [ENTERPRISE,", "SUPPLIES @relation(from: [FACTORY,"},
		"a relation type without its directive": {"  SUPPLIES @relation(", "  LENDS_TO\n  SUPPLIES @relation("},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(lianzhu.Schema, edit[0], edit[1], 1)
			if text == lianzhu.Schema {
				t.Fatal("the edit does not apply any more")
			}
			if _, err := gql.ReadContract(text); err == nil {
				t.Error("it was accepted")
			}
		})
	}
}

func TestTheOntologyIsThatOfTheDirectives(t *testing.T) {
	o := contract(t).Ontology
	def := o.Relation("CO_DEVELOPS_WITH")
	if def == nil || !def.Symmetric || def.ZH != "共同研发" || def.EN != "co-develops with" {
		t.Errorf("CO_DEVELOPS_WITH reads as %+v", def)
	}
	if k := o.Kind("INDUSTRY_CHAIN"); k == nil || k.ZH != "产业链" {
		t.Errorf("INDUSTRY_CHAIN reads as %+v", k)
	}
	if ok, _ := o.Joins("CHAIN_LEADER_OF", "REGION", "INDUSTRY_CHAIN"); ok {
		t.Error("a region may lead a chain")
	}
}

// Every kind and relation type of the ontology must come out of the server as a
// type of the schema, with all fields of its interface.
func TestEveryKindAndRelationTypeHasANoun(t *testing.T) {
	c := contract(t)
	facts, names := everyKindAndType(c.Ontology)
	handler := serve(t, openFacts(t, []byte(facts)))
	var answer struct {
		Data struct {
			Entities  struct{ Nodes []map[string]any }
			Relations struct{ Nodes []map[string]any }
		}
		Errors []any
	}
	got := ask(t, handler, `{
		entities(first: 100) { nodes { __typename kind name names { text } degree relations { totalCount } evidence { totalCount } rev } }
		relations(first: 100) { nodes { __typename type sentence sentenceEN: sentence(lang: EN) source { key } target { key } confidence { grade } validity { current } rev } }
	}`, nil)
	if err := json.Unmarshal(got, &answer); err != nil || answer.Errors != nil {
		t.Fatalf("%v\n%s", err, got)
	}
	for _, e := range answer.Data.Entities.Nodes {
		kind := e["kind"].(string)
		if want := camel(kind); e["__typename"] != want {
			t.Errorf("a %s comes out as %s", kind, e["__typename"])
		}
	}
	if n := len(answer.Data.Entities.Nodes); n != len(names) {
		t.Errorf("%d of %d entities came out", n, len(names))
	}
	own := map[string]bool{"INVESTS_IN": true, "CO_DEVELOPS_WITH": true, "SUPPLIES": true, "CHAIN_LEADER_OF": true}
	for _, r := range answer.Data.Relations.Nodes {
		typ := r["type"].(string)
		want := "Link"
		if own[typ] {
			want = camel(typ)
		}
		if r["__typename"] != want {
			t.Errorf("a relation %s comes out as %s", typ, r["__typename"])
		}
		if strings.ContainsAny(r["sentence"].(string)+r["sentenceEN"].(string), "{}") {
			t.Errorf("the sentence of %s has a hole: %s", typ, r["sentence"])
		}
	}
	if n := len(answer.Data.Relations.Nodes); n != len(c.Ontology.Relations()) {
		t.Errorf("%d relations came out for %d types", n, len(c.Ontology.Relations()))
	}
}

// everyKindAndType are statements with two entities of each kind and one
// relation of each type.
func everyKindAndType(o *graph.Ontology) (facts string, keys []string) {
	var b strings.Builder
	b.WriteString("source source:test\n  title zh 测试\n\n")
	key := func(k graph.Kind, n string) string { return strings.ToLower(string(k)) + ":" + n }
	for _, def := range o.Kinds() {
		for _, n := range []string{"a", "b"} {
			keys = append(keys, key(def.Kind, n))
			b.WriteString("entity " + key(def.Kind, n) + " " + string(def.Kind) + "\n  name zh official " + def.ZH + n + "\n\n")
		}
	}
	for _, def := range o.Relations() {
		b.WriteString("relation " + key(def.From[0], "a") + " " + string(def.Type) + " " + key(def.To[0], "b") + "\n  @ source:test\n\n")
	}
	return b.String(), keys
}

// camel turns INDUSTRY_CHAIN into IndustryChain.
func camel(s string) string {
	var b strings.Builder
	for _, word := range strings.Split(s, "_") {
		b.WriteString(word[:1] + strings.ToLower(word[1:]))
	}
	return b.String()
}
