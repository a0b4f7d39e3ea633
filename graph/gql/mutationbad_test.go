package gql_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"lianzhu/dataset"
	"lianzhu/graph"
)

const world = `
source source:a
  title zh 甲报

entity enterprise:a ENTERPRISE
  name zh official 甲公司

entity enterprise:b ENTERPRISE
  name zh official 乙公司

entity region:x REGION
  name zh official 甲省

entity region:y REGION
  name zh official 乙市

relation region:y PART_OF region:x
  @ source:a

relation enterprise:a SUPPLIES enterprise:b
  @ source:a
`

const applyOne = `mutation($operations: [Operation!]!) { apply(operations: $operations) {
  __typename ... on ApplyFailed { problems { index problem { __typename code zh: message en: message(lang: EN) path } } }
} }`

type failures struct {
	Data struct {
		Apply struct {
			Typename string `json:"__typename"`
			Problems []struct {
				Index   int
				Problem struct {
					Typename string `json:"__typename"`
					Code     string
					ZH, EN   string
					Path     []string
				}
			}
		}
	}
	Errors []any
}

// relationWith is an operation that writes a relation with more fields.
func relationWith(more string) string {
	return `{"upsertRelation": {"type": "INVESTS_IN", "source": {"key": "enterprise:a"}, "target": {"key": "enterprise:b"}, "evidence": [{"source": "source:a"}]` + more + `}}`
}

func entityWith(more string) string {
	return `{"upsertEntity": {"key": "enterprise:new", "kind": "ENTERPRISE", "names": [{"text": "新公司", "lang": "ZH"}]` + more + `}}`
}

func TestBadInputIsAProblemWithItsPlaceAndChangesNothing(t *testing.T) {
	store := openFacts(t, []byte(world))
	handler := serve(t, store)
	before, rev := exported(t, store), revision(t, store)
	long := strings.Repeat("长", 2000)
	for _, c := range []struct{ name, operation, code, path string }{
		{"a relation to oneself", `{"upsertRelation": {"type": "SUPPLIES", "source": {"key": "enterprise:a"}, "target": {"key": "enterprise:a"}, "evidence": [{"source": "source:a"}]}}`, "INVALID", "upsertRelation target"},
		{"a relation without evidence", `{"upsertRelation": {"type": "INVESTS_IN", "source": {"key": "enterprise:a"}, "target": {"key": "enterprise:b"}, "evidence": []}}`, "INVALID", "upsertRelation evidence"},
		{"a target that the ontology forbids", `{"upsertRelation": {"type": "LOCATED_IN", "source": {"key": "enterprise:a"}, "target": {"key": "enterprise:b"}, "evidence": [{"source": "source:a"}]}}`, "INVALID", "upsertRelation target"},
		{"a source that the ontology forbids", `{"upsertRelation": {"type": "LOCATED_IN", "source": {"key": "region:x"}, "target": {"key": "region:y"}, "evidence": [{"source": "source:a"}]}}`, "INVALID", "upsertRelation source"},
		{"regions that would contain each other", `{"upsertRelation": {"type": "PART_OF", "source": {"key": "region:x"}, "target": {"key": "region:y"}, "evidence": [{"source": "source:a"}]}}`, "INVALID", "upsertRelation target"},
		{"a date that does not exist", relationWith(`, "validFrom": "2023-02-30"`), "INVALID", "upsertRelation validFrom"},
		{"a date that is none", relationWith(`, "validTo": "soon"`), "INVALID", "upsertRelation validTo"},
		{"an empty date", relationWith(`, "validTo": ""`), "INVALID", "upsertRelation validTo"},
		{"an end before the beginning", relationWith(`, "validFrom": "2023", "validTo": "2020"`), "INVALID", "upsertRelation validTo"},
		{"an amount without unit", relationWith(`, "amount": {"raw": "3亿", "value": "300000000", "unit": ""}`), "INVALID", "upsertRelation amount unit"},
		{"an amount without number", relationWith(`, "amount": {"raw": "3亿", "unit": "CNY"}`), "INVALID", "upsertRelation amount value"},
		{"an amount that is no number", relationWith(`, "amount": {"raw": "3亿", "value": "3e8", "unit": "CNY"}`), "INVALID", "upsertRelation amount value"},
		{"bounds the wrong way round", relationWith(`, "amount": {"raw": "3亿", "min": "9", "max": "3", "unit": "CNY"}`), "INVALID", "upsertRelation amount min"},
		{"a figure of another type", relationWith(`, "volume": {"raw": "3吨", "value": "3", "unit": "t"}`), "INVALID", "upsertRelation volume"},
		{"a place that is no region", relationWith(`, "places": [{"key": "region:x"}, {"key": "enterprise:b"}]`), "INVALID", "upsertRelation places 1"},
		{"a place that is not there", relationWith(`, "places": [{"name": "丙县"}]`), "NOT_FOUND", "upsertRelation places 0 name"},
		{"a confidence above one", relationWith(`, "confidence": 1.5`), "INVALID", "upsertRelation confidence"},
		{"a NUL in a subject", `{"upsertRelation": {"type": "CO_DEVELOPS_WITH", "subject": "电\u0000池", "source": {"key": "enterprise:a"}, "target": {"key": "enterprise:b"}, "evidence": [{"source": "source:a"}]}}`, "INVALID", "upsertRelation subject"},
		{"a subject that is too long", `{"upsertRelation": {"type": "CO_DEVELOPS_WITH", "subject": "` + long + `", "source": {"key": "enterprise:a"}, "target": {"key": "enterprise:b"}, "evidence": [{"source": "source:a"}]}}`, "INVALID", "upsertRelation subject"},
		{"a key that cannot be printed", relationWith(`, "key": "a|b"`), "INVALID", "upsertRelation key"},
		{"an end that is not there", `{"upsertRelation": {"type": "SUPPLIES", "source": {"key": "enterprise:a"}, "target": {"key": "enterprise:nobody"}, "evidence": [{"source": "source:a"}]}}`, "NOT_FOUND", "upsertRelation target key"},
		{"evidence in a source that is not there", `{"upsertRelation": {"type": "SUPPLIES", "source": {"key": "enterprise:b"}, "target": {"key": "enterprise:a"}, "evidence": [{"source": "source:a"}, {"source": "source:none"}]}}`, "NOT_FOUND", "upsertRelation evidence 1 source"},
		{"a quote from a source without text", `{"upsertRelation": {"type": "SUPPLIES", "source": {"key": "enterprise:b"}, "target": {"key": "enterprise:a"}, "evidence": [{"source": "source:a", "quote": "乙供甲"}]}}`, "EVIDENCE_NOT_FOUND", "upsertRelation evidence 0 quote"},
		{"a quote of punctuation", `{"upsertRelation": {"type": "SUPPLIES", "source": {"key": "enterprise:b"}, "target": {"key": "enterprise:a"}, "evidence": [{"source": "source:a", "quote": "，。"}]}}`, "INVALID", "upsertRelation evidence 0 quote"},
		{"offsets without a hash while there is no text", `{"upsertRelation": {"type": "SUPPLIES", "source": {"key": "enterprise:b"}, "target": {"key": "enterprise:a"}, "evidence": [{"source": "source:a", "start": 0, "end": 3}]}}`, "INVALID", "upsertRelation evidence 0 quoteSha256"},
		{"offsets the wrong way round", `{"upsertRelation": {"type": "SUPPLIES", "source": {"key": "enterprise:b"}, "target": {"key": "enterprise:a"}, "evidence": [{"source": "source:a", "start": 5, "end": 3}]}}`, "INVALID", "upsertRelation evidence 0 end"},
		{"a hash that is none", `{"upsertRelation": {"type": "SUPPLIES", "source": {"key": "enterprise:b"}, "target": {"key": "enterprise:a"}, "evidence": [{"source": "source:a", "start": 0, "end": 3, "quoteSha256": "abc"}]}}`, "INVALID", "upsertRelation evidence 0 quoteSha256"},
		{"a blank name", `{"upsertEntity": {"key": "enterprise:new", "kind": "ENTERPRISE", "names": [{"text": "新公司", "lang": "ZH"}, {"text": "  ", "lang": "EN"}]}}`, "INVALID", "upsertEntity names 1 text"},
		{"a NUL in a name", `{"upsertEntity": {"key": "enterprise:new", "kind": "ENTERPRISE", "names": [{"text": "新\u0000公司", "lang": "ZH"}]}}`, "INVALID", "upsertEntity names 0 text"},
		{"no name", `{"upsertEntity": {"key": "enterprise:new", "kind": "ENTERPRISE"}}`, "INVALID", "upsertEntity names"},
		{"a key without prefix", `{"upsertEntity": {"key": "new", "kind": "ENTERPRISE", "names": [{"text": "新公司", "lang": "ZH"}]}}`, "INVALID", "upsertEntity key"},
		{"an identifier without value", entityWith(`, "identifiers": [{"scheme": "LEI", "value": ""}]`), "INVALID", "upsertEntity identifiers 0 value"},
		{"an attribute that says nothing", entityWith(`, "attributes": [{"name": "员工"}]`), "INVALID", "upsertEntity attributes 0"},
		{"an attribute without unit", entityWith(`, "attributes": [{"name": "员工", "quantity": {"raw": "千人", "value": "1000", "unit": " "}}]`), "INVALID", "upsertEntity attributes 0 quantity unit"},
		{"an attribute of a day that is none", entityWith(`, "attributes": [{"name": "员工", "text": "多", "validFrom": "2023-13"}]`), "INVALID", "upsertEntity attributes 0 validFrom"},
		{"a name from a source that is not there", `{"upsertEntity": {"key": "enterprise:new", "kind": "ENTERPRISE", "names": [{"text": "新公司", "lang": "ZH", "sources": ["source:none"]}]}}`, "NOT_FOUND", "upsertEntity names 0 sources 0"},
		{"another revision", `{"upsertEntity": {"key": "enterprise:a", "kind": "ENTERPRISE", "ifRev": 7}}`, "CONFLICT", "upsertEntity ifRev"},
		{"a negative revision", `{"upsertEntity": {"key": "enterprise:a", "kind": "ENTERPRISE", "ifRev": -7}}`, "INVALID", "upsertEntity ifRev"},
		{"another kind than relations allow", `{"upsertEntity": {"key": "enterprise:a", "kind": "PROGRAM"}}`, "CONFLICT", "upsertEntity kind"},
		{"an entity like one that is there", `{"upsertEntity": {"key": "enterprise:new", "kind": "ENTERPRISE", "names": [{"text": "甲公司", "lang": "ZH"}]}}`, "DUPLICATE_SUSPECTED", "upsertEntity"},
		{"a url that is none", `{"addSource": {"key": "source:new", "title": "新", "url": "javascript:alert(1)"}}`, "INVALID", "addSource url"},
		{"a source without title", `{"addSource": {"key": "source:new", "title": " "}}`, "INVALID", "addSource title"},
		{"a NUL in a text", `{"addSource": {"key": "source:new", "title": "新", "text": "甲\u0000乙"}}`, "INVALID", "addSource text"},
		{"a day that does not exist", `{"addSource": {"key": "source:new", "title": "新", "publishedOn": "2023-11-31"}}`, "INVALID", "addSource publishedOn"},
		{"what is no id", `{"retract": "x"}`, "INVALID", "retract"},
		{"what is not there", `{"retract": "` + graph.NewUID(graph.TagEntity, "enterprise:nobody").String() + `"}`, "NOT_FOUND", "retract"},
		{"an entity that relations name", `{"retract": "` + graph.NewUID(graph.TagEntity, "enterprise:a").String() + `"}`, "CONFLICT", "retract"},
		{"a source that is cited", `{"retract": "` + graph.NewUID(graph.TagSource, "source:a").String() + `"}`, "CONFLICT", "retract"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sound := entityWith("")
			variables := fmt.Sprintf(`{"operations": [%s, %s]}`, strings.Replace(sound, "enterprise:new", "enterprise:sound", 1), c.operation)
			if strings.Contains(c.operation, "新公司") {
				variables = strings.Replace(variables, "新公司", "别的公司", 1)
			}
			var got failures
			answer := ask(t, handler, applyOne, []byte(variables))
			if err := json.Unmarshal(answer, &got); err != nil || got.Errors != nil || len(got.Data.Apply.Problems) != 1 {
				t.Fatalf("%v\n%s", err, answer)
			}
			p := got.Data.Apply.Problems[0]
			path := strings.Join(p.Problem.Path, " ")
			if p.Index != 1 || p.Problem.Code != c.code || path != "operations 1 "+c.path {
				t.Errorf("operation %d is %s at %q: %s", p.Index, p.Problem.Code, path, p.Problem.EN)
			}
			if !strings.ContainsFunc(p.Problem.ZH, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }) || p.Problem.EN == p.Problem.ZH {
				t.Errorf("it is not said in Chinese: %s", p.Problem.ZH)
			}
			if after := exported(t, store); after != before || revision(t, store) != rev {
				t.Errorf("the store has changed: revision %d became %d", rev, revision(t, store))
			}
		})
	}
}

func revision(t *testing.T, store graph.Store) (rev graph.Rev) {
	t.Helper()
	if err := store.View(t.Context(), func(r graph.Reader) error { rev = r.Rev(); return nil }); err != nil {
		t.Fatal(err)
	}
	return rev
}

func exported(t *testing.T, store graph.Store) string {
	t.Helper()
	var b bytes.Buffer
	if err := dataset.Write(t.Context(), &b, store); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAllProblemsOfAListAreTold(t *testing.T) {
	handler := serve(t, openFacts(t, []byte(world)))
	var got failures
	answer := ask(t, handler, applyOne, []byte(`{"operations": [{"retract": "x"}, `+entityWith("")+`, {"retract": "y"}]}`))
	if err := json.Unmarshal(answer, &got); err != nil {
		t.Fatal(err)
	}
	if p := got.Data.Apply.Problems; len(p) != 2 || p[0].Index != 0 || p[1].Index != 2 {
		t.Errorf("%s", answer)
	}
}

func TestAListHasABound(t *testing.T) {
	handler := serve(t, openFacts(t, []byte(world)))
	operations := strings.TrimSuffix(strings.Repeat(`{"retract": "x"},`, 2001), ",")
	answer := string(ask(t, handler, applyOne, []byte(`{"operations": [`+operations+`]}`)))
	if !strings.Contains(answer, `"code": "LIMIT"`) || !strings.Contains(answer, "2000") {
		t.Errorf("%.2000s", answer)
	}
	if answer := string(ask(t, handler, applyOne, []byte(`{"operations": []}`))); !strings.Contains(answer, `"code": "INVALID"`) {
		t.Errorf("%s", answer)
	}
}
