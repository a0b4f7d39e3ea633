package endpoint_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"lianzhu/graph/gql/endpoint"
)

// answering is an endpoint that gives one answer and keeps what it was asked.
func answering(status int, answer string, asked *string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*asked = string(body)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	})
}

func TestAFileIsTheAnswerToAQuestion(t *testing.T) {
	var asked string
	h := endpoint.Export(answering(200, `{"data":{"subgraph":{"completeness":{"complete":false,"reasons":["NODES"]},"export":"甲,乙"}}}`, &asked))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/export/subgraph?"+url.Values{"root": {"enterprise:a", "海尔集团"}, "format": {"csv"}, "depth": {"2"}, "where": {`{"types":["SUPPLIES"]}`}}.Encode(), nil))
	if w.Code != 200 || w.Body.String() != "甲,乙" || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" ||
		w.Header().Get("Lianzhu-Incomplete") != "NODES" || !strings.Contains(w.Header().Get("Content-Disposition"), "lianzhu.csv") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	for _, want := range []string{`{"key":"enterprise:a"}`, `{"name":"海尔集团"}`, `"format":"CSV"`, `"bom":true`, `"depth":2`, `"where":{"types":["SUPPLIES"]}`} {
		if !strings.Contains(asked, want) {
			t.Errorf("%s was not asked: %s", want, asked)
		}
	}
}

func TestAWorkbookIsSentAsItIs(t *testing.T) {
	var asked string
	h := endpoint.Export(answering(200, `{"data":{"subgraph":{"completeness":{"complete":true},"export":"UEsDBA=="}}}`, &asked))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/export/subgraph?root=x&format=xlsx&measures=degree,core-number", nil))
	if w.Code != 200 || w.Body.String() != "PK\x03\x04" || !strings.Contains(asked, `"measures":["DEGREE","CORE_NUMBER"]`) {
		t.Errorf("%d %q %s", w.Code, w.Body, asked)
	}
}

func TestWhatCannotBeExportedIsToldInASentence(t *testing.T) {
	var asked string
	for _, c := range []struct {
		name, query, answer string
		status, want        int
		says                string
	}{
		{"a format that is none", "format=pdf", "", 200, 400, "no format"},
		{"a parameter that is none", "roots=a", "", 200, 400, "no parameter"},
		{"a depth that is no number", "depth=x", "", 200, 400, "must be a number"},
		{"a filter that is no JSON", "where=x", "", 200, 400, "must be JSON"},
		{"an error of the question", "root=x", `{"errors":[{"message":"nothing is called that"}],"data":null}`, 200, 400, "nothing is called that"},
		{"a server that is busy", "root=x", `{"errors":[{"message":"busy"}]}`, 503, 503, "busy"},
		{"an answer that is none", "root=x", `oops`, 500, 500, "cannot be made"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			endpoint.Export(answering(c.status, c.answer, &asked)).ServeHTTP(w, httptest.NewRequest("GET", "/export/subgraph?"+c.query, nil))
			if w.Code != c.want || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}
