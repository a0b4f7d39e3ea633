package gql_test

import (
	"strings"
	"testing"

	"lianzhu"
	"lianzhu/graph/gql"
)

// One line in the schema is all that a new relation type takes: it is stored,
// checked against the kinds it joins, filtered by, and said in both languages.
func TestOneLineInTheSchemaMakesARelationTypeUsable(t *testing.T) {
	const line = `  TRAINS_WITH @relation(from: [ENTERPRISE], to: [INSTITUTION], zh: "联合培养人才", en: "trains people with", zhSentence: "{source}与{target}联合培养人才")`
	text := strings.Replace(lianzhu.Schema, "enum RelationType {\n", "enum RelationType {\n"+line+"\n", 1)
	c, err := gql.ReadContract(text)
	if err != nil {
		t.Fatal(err)
	}
	handler := serveContract(t, c, loadFacts(t, c.Ontology, []byte(`
source source:test
  title zh 测试

entity enterprise:a ENTERPRISE
  name zh official 甲公司

entity institution:u INSTITUTION
  name zh official 乙大学
  name en official "University B"

relation enterprise:a TRAINS_WITH institution:u
  @ source:test
`)))
	got := string(ask(t, handler, `{
		relations(where: { types: [TRAINS_WITH] }) { nodes { __typename type sentence en: sentence(lang: EN) } }
		entity(ref: { key: "enterprise:a" }) { degree(types: [TRAINS_WITH]) }
		__type(name: "RelationType") { enumValues { name description } }
	}`, nil))
	for _, want := range []string{
		`"__typename": "Link"`, `"sentence": "甲公司与乙大学联合培养人才。"`, `"en": "甲公司 trains people with University B."`,
		`"degree": 1`, `"description": "联合培养人才 / trains people with"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
}
