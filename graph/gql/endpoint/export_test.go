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
	h := endpoint.Export(answering(200, `{"data":{"answer":{"completeness":{"complete":false,"reasons":["NODES"],"resume":"further"},"export":"甲,乙"}}}`, &asked))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/export/subgraph?"+url.Values{"root": {"enterprise:a", "海尔集团"}, "format": {"csv"}, "depth": {"2"}, "where": {`{"types":["SUPPLIES"]}`}}.Encode(), nil))
	if w.Code != 200 || w.Body.String() != "甲,乙" || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" ||
		w.Header().Get("Lianzhu-Incomplete") != "NODES" || w.Header().Get("Lianzhu-Resume") != "further" || !strings.Contains(w.Header().Get("Content-Disposition"), "lianzhu.csv") {
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
	h := endpoint.Export(answering(200, `{"data":{"answer":{"completeness":{"complete":true},"export":"UEsDBA=="}}}`, &asked))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/export/subgraph?root=x&format=xlsx&measures=degree,core-number", nil))
	if w.Code != 200 || w.Body.String() != "PK\x03\x04" || !strings.Contains(asked, `"measures":["DEGREE","CORE_NUMBER"]`) {
		t.Errorf("%d %q %s", w.Code, w.Body, asked)
	}
}

func TestEveryAnswerOfWaysIsAFileToo(t *testing.T) {
	for _, c := range []struct{ name, url, answer, incomplete, field, asks string }{
		{"the ways between two", "paths?from=region:621200&to=卡奥斯&mode=all-simple&throughHubs=true&avoid=青岛市&resume=x", `{"completeness":{"complete":true},"export":"f"}`, "",
			"paths(avoid: $avoid, from: $from, mode: $mode, resume: $resume, throughHubs: $throughHubs, to: $to)",
			`"avoid":[{"name":"青岛市"}],"bom":false,"format":"CYTOSCAPE_JSON","from":{"key":"region:621200"},"lang":"ZH","measures":[],"mode":"ALL_SIMPLE","resume":"x","throughHubs":true,"to":{"name":"卡奥斯"}`},
		{"what is reached", "reachable?from=甲&targetKinds=region,product&direction=in&bounds={}", `{"completeness":{"complete":false,"reasons":["HUB","TIME"]},"export":"f"}`, "HUB, TIME",
			"reachable(bounds: $bounds, direction: $direction, from: $from, targetKinds: $targetKinds)",
			`"bom":false,"bounds":{},"direction":"IN","format":"CYTOSCAPE_JSON","from":{"name":"甲"},"lang":"ZH","measures":[],"targetKinds":["REGION","PRODUCT"]`},
		{"what several share", "commonNeighbours?of=甲&of=乙&first=1&asOf=2020&lang=en", `{"total":3,"items":[{}],"export":"f"}`, "the first 1 of 3",
			"commonNeighbours(asOf: $asOf, first: $first, of: $of)",
			`"asOf":"2020","bom":false,"first":1,"format":"CYTOSCAPE_JSON","lang":"EN","measures":[],"of":[{"name":"甲"},{"name":"乙"}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked string
			w := httptest.NewRecorder()
			endpoint.Export(answering(200, `{"data":{"answer":`+c.answer+`}}`, &asked)).ServeHTTP(w, httptest.NewRequest("GET", "/export/"+c.url, nil))
			if w.Code != 200 || w.Body.String() != "f" || w.Header().Get("Lianzhu-Incomplete") != c.incomplete {
				t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
			}
			if !strings.Contains(asked, c.field) || !strings.Contains(asked, c.asks) {
				t.Errorf("asked %s", asked)
			}
		})
	}
}

func TestWhatCannotBeExportedIsToldInASentence(t *testing.T) {
	var asked string
	for _, c := range []struct {
		name, query, answer string
		status, want        int
		says                string
	}{
		{"no root", "depth=2", "", 200, 400, "root is missing"},
		{"two depths", "root=x&depth=1&depth=2", "", 200, 400, "depth is given 2 times"},
		{"a byte order mark that is neither there nor not", "root=x&bom=perhaps", "", 200, 400, "bom is true or false"},
		{"a format that is none", "root=x&format=pdf", "", 200, 400, "no format"},
		{"a parameter that is none", "roots=a", "", 200, 400, "no parameter"},
		{"a depth that is no number", "root=x&depth=x", "", 200, 400, "must be a number"},
		{"a filter that is no JSON", "root=x&where=x", "", 200, 400, "must be JSON"},
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
