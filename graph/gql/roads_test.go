package gql_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// bothRoads answers queries by a plan and by the generated executor, and holds
// that the two say the same, byte for byte. What the tests of this package ask,
// they ask both.
type bothRoads struct {
	t              testing.TB
	planned, stock http.Handler
}

func (b bothRoads) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		b.t.Errorf("reading a request: %v", err)
	}
	again := r.Clone(r.Context())
	r.Body, again.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	b.planned.ServeHTTP(answer, r)
	if onlyReads(body) {
		stock := httptest.NewRecorder()
		b.stock.ServeHTTP(stock, again)
		if revisionOf(answer.Body.Bytes()) != revisionOf(stock.Body.Bytes()) {
			b.t.Log("the graph has changed between two answers; they are not compared")
		} else if diff := sameAnswer(answer.Body.Bytes(), stock.Body.Bytes()); diff != "" {
			b.t.Errorf("a plan answers otherwise than the executor (-executor +plan):\n%s\n%s", diff, body)
		}
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes())
}

func revisionOf(answer []byte) int {
	var tells struct{ Extensions struct{ Rev int } }
	if json.Unmarshal(answer, &tells) != nil {
		return -1
	}
	return tells.Extensions.Rev
}

// onlyReads tells whether a request may be answered twice.
func onlyReads(body []byte) bool {
	var request struct{ Query string }
	if json.Unmarshal(body, &request) != nil {
		return true // refused
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: request.Query})
	if err != nil {
		return true // refused
	}
	return !slices.ContainsFunc(doc.Operations, func(op *ast.OperationDefinition) bool { return op.Operation != ast.Query })
}

// sameAnswer tells how two answers differ, "" where they are the same bytes.
// Only the order of errors is free: the executor's fields race each other.
func sameAnswer(plan, stock []byte) string {
	if bytes.Equal(plan, stock) {
		return ""
	}
	a, b := sortedErrors(plan), sortedErrors(stock)
	if a == b {
		return ""
	}
	return gocmp.Diff(b, a)
}

func sortedErrors(answer []byte) string {
	var parts struct {
		Errors           []json.RawMessage
		Data, Extensions json.RawMessage
	}
	if err := json.Unmarshal(answer, &parts); err != nil || len(parts.Errors) < 2 {
		return string(answer)
	}
	lines := make([]string, len(parts.Errors))
	for i, e := range parts.Errors {
		lines[i] = string(e)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n" + string(parts.Data) + "\n" + string(parts.Extensions)
}
