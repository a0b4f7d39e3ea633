package endpoint

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"lianzhu/graph/gql"
)

// newContract is an endpoint over the schema of the product, without a store.
func newContract(t testing.TB) http.Handler {
	t.Helper()
	text, err := os.ReadFile("../../../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	contract, err := gql.ReadContract(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return New(Schema(contract), Options{})
}

func TestTheContractAnswersTheQuestionsOfTools(t *testing.T) {
	resp := post(t, newContract(t), introspection, nil)
	if len(resp.Errors) > 0 || !strings.Contains(string(resp.Data), `"IndustryChain"`) {
		t.Fatalf("got %.500s", resp.Body)
	}
	if resp.Extensions["cost"] != float64(introspectionCost) {
		t.Errorf("cost is %v", resp.Extensions["cost"])
	}
}

func TestTheMostIntrospectionThatIsAllowedIsBearable(t *testing.T) {
	h := newContract(t)
	query := "{" + counted(10, "a%d:__schema{...S}") + "} fragment S on __Schema{types{name description fields{name description args{name type{name}} type{fields{name}}}}}"
	start := time.Now()
	resp := post(t, h, query, nil)
	took := time.Since(start)
	t.Logf("%d bytes took %v", len(resp.Body), took)
	if took > 5*time.Second || len(resp.Errors) > 1 {
		t.Errorf("took %v: %.300s", took, resp.Body)
	}
}
