package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"lianzhu/storage/mem"
)

// answerOf is the answer of a handler, which must be JSON where it is an error.
func answerOf(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	var body struct{ Error string }
	if err := json.Unmarshal(w.Body.Bytes(), &body); w.Code != 200 && (err != nil || body.Error == "") {
		t.Errorf("%s: %d %s", path, w.Code, w.Body)
	}
	return w
}

func newExports(t *testing.T, most time.Duration) *fileExport {
	t.Helper()
	contract, err := readContract()
	if err != nil {
		t.Fatal(err)
	}
	return &fileExport{gateway: newGateway(contract, mem.New(contract.Ontology), nil), log: slog.New(slog.DiscardHandler), turns: make(chan struct{}, exportsAtOnce), most: most}
}

func TestTheWholeGraphIsExportedTwiceAtOnceAndNoMore(t *testing.T) {
	x := newExports(t, time.Minute)
	for range exportsAtOnce {
		if w := answerOf(t, x, "/export/graph.jsonl"); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	x.turns <- struct{}{}
	if w := answerOf(t, x, "/export/graph.jsonl"); w.Code != 200 {
		t.Errorf("the second at once: %d %s", w.Code, w.Body)
	}
	x.turns <- struct{}{}
	if w := answerOf(t, x, "/export/graph.jsonl"); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("the third at once: %d %s", w.Code, w.Body)
	}
	<-x.turns
	if w := answerOf(t, x, "/export/graph.jsonl"); w.Code != 200 {
		t.Errorf("after one has ended: %d %s", w.Code, w.Body)
	}
}

func TestAnExportThatTakesTooLongIsRefused(t *testing.T) {
	w := answerOf(t, newExports(t, -1), "/export/graph.jsonl")
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || w.Header().Get("Content-Disposition") != "" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestAnExportThatFailsSaysSoWithoutReasons(t *testing.T) {
	x := newExports(t, time.Minute)
	x.gateway.Store.Close()
	if w := answerOf(t, x, "/export/graph.jsonl"); w.Code != 500 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestAnUnknownExportIsAnsweredAsOtherUnknownAddresses(t *testing.T) {
	h := exportRoutes(newExports(t, time.Minute).gateway, http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	for _, path := range []string{"/export/", "/export/graph.xml", "/export/subgraph/more"} {
		if w := answerOf(t, h, path); w.Code != 404 {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
