package gql_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/graph/gql/endpoint"
)

// patient is an endpoint whose questions wait so long for measures, and its
// gateway.
func patient(t testing.TB, store graph.Store, change func(*gql.Maxima)) (http.Handler, *gql.Gateway) {
	t.Helper()
	maxima := gql.DefaultMaxima()
	change(&maxima)
	gateway := &gql.Gateway{Contract: contract(t), Store: store, Maxima: maxima}
	t.Cleanup(gateway.Close)
	return endpoint.New(endpoint.Schema(gateway.Contract), endpoint.Options{
		Around: func(ctx context.Context, _ endpoint.Operation, run func(context.Context)) (map[string]any, error) {
			return gateway.Around(ctx, run)
		},
		Present: gql.Present,
	}), gateway
}

// answered is the data of an answer, or its first error with its extensions.
func answered(t testing.TB, answer []byte) (data map[string]json.RawMessage, message string, extensions map[string]any) {
	t.Helper()
	var got struct {
		Data   map[string]json.RawMessage
		Errors []struct {
			Message    string
			Extensions map[string]any
		}
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Errors) > 0 {
		return nil, got.Errors[0].Message, got.Errors[0].Extensions
	}
	return got.Data, "", nil
}

func TestAMeasureThatIsNotReadyGoesOnAndIsFoundByTheNextQuestion(t *testing.T) {
	handler, gateway := patient(t, openFacts(t, []byte(smallFacts)), func(m *gql.Maxima) { m.Measure = -1 })
	const question = `{ ranking(measure: BETWEENNESS) { score node { key } } }`
	data, message, extensions := answered(t, post(t, handler, question, nil))
	if data == nil { // it was not ready at once
		progress, ok := extensions["progress"].(map[string]any)
		if extensions["code"] != "PENDING" || !ok || progress["stage"] == "" || !strings.Contains(message, "ask the same again") {
			t.Errorf("%s %v", message, extensions)
		}
	}
	gateway.Settle()
	if data, message, _ := answered(t, post(t, handler, question, nil)); data == nil {
		t.Errorf("the second question was refused: %s", message)
	}
}

func TestAMeasureIsTakenOnceARevision(t *testing.T) {
	store := openFacts(t, []byte(smallFacts))
	handler, gateway := patient(t, store, func(m *gql.Maxima) {})
	const question = `{ components { total rev items { size } } }`
	for range 2 {
		if data, message, _ := answered(t, post(t, handler, question, nil)); data == nil || string(data["components"]) != `{"total":2,"rev":1,"items":[{"size":3},{"size":1}]}` {
			t.Fatalf("%s %s", data["components"], message)
		}
	}
	load(t, store, contract(t).Ontology, []byte("entity enterprise:d ENTERPRISE\n  name zh official 丁公司\n"), dataset.Options{At: today.AddDate(0, 0, 1)})
	if data, message, _ := answered(t, post(t, handler, question, nil)); string(data["components"]) != `{"total":3,"rev":2,"items":[{"size":3},{"size":1},{"size":1}]}` {
		t.Errorf("after a write: %s %s", data["components"], message)
	}
	gateway.Close()
	if data, message, _ := answered(t, post(t, handler, question, nil)); data == nil {
		t.Errorf("a gateway that was closed measures for itself: %s", message)
	}
}

// What columns answer and what documents answer is the same measure: "and" with
// a filter that everything passes makes no difference to the result, only to
// how it is found.
func TestMeasuresByDocumentsEqualMeasuresByColumns(t *testing.T) {
	handler := openBuiltIn(t)
	for _, where := range []string{
		`types: [INVESTS_IN, CO_DEVELOPS_WITH, SUPPLIES]`,
		`types: [INVESTS_IN, SUPPLIES], peer: { kinds: [ENTERPRISE, PROJECT, PRODUCT] }`,
		`modality: [PLANNED, ASSERTED], includeDerived: true, types: [INVESTS_IN, OPERATES, SUPPORTS]`,
	} {
		for _, question := range []string{
			`{ ranking(measure: PAGERANK, where: { %s }, first: 40) { rank score node { key } } }`,
			`{ ranking(measure: BETWEENNESS, where: { %s }, first: 40) { rank score node { key } } }`,
			`{ ranking(measure: CORE_NUMBER, where: { %s }, first: 40) { rank score node { key } } }`,
			`{ communities(where: { %s }, first: 10) { size members(first: 5) { nodes { key } } } }`,
			`{ components(where: { %s }, first: 10) { total items { size members(first: 5) { nodes { key } } } } }`,
		} {
			always := where + `, or: [{ minConfidence: 0 }]`
			columns := string(ask(t, handler, fmt.Sprintf(question, where), nil))
			documents := string(ask(t, handler, fmt.Sprintf(question, always), nil))
			if columns != documents || strings.Contains(columns, `"errors"`) {
				t.Errorf("%s\nby columns %s\nby documents %s", fmt.Sprintf(question, where), columns, documents)
			}
		}
	}
}

func TestAMeasureOfWhatNeedsDocumentsCountsOnlyThat(t *testing.T) {
	handler := serve(t, openFacts(t, []byte(smallFacts)))
	data, message, _ := answered(t, post(t, handler, `{ ranking(measure: DEGREE, where: { within: { key: "region:620000" } }) { score node { key } } }`, nil))
	want := `[{"score":1,"node":{"key":"region:620000"}},{"score":1,"node":{"key":"enterprise:a"}},{"score":0,"node":{"key":"enterprise:b"}},{"score":0,"node":{"key":"enterprise:c"}}]`
	if got := string(data["ranking"]); got != want {
		t.Errorf("%s %s", got, message)
	}
}
