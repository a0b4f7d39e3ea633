package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/storage/mem"
)

func TestASpoolIsReadWhileItIsWritten(t *testing.T) {
	s, err := newSpool()
	if err != nil {
		t.Fatal(err)
	}
	defer s.remove()
	goOn := make(chan struct{})
	go s.fill(func(w io.Writer) error {
		fmt.Fprint(w, "first ")
		<-goOn
		_, err := fmt.Fprint(w, "second")
		return err
	})
	size, ended, err := s.wait(t.Context(), 0)
	if size != 6 || ended || err != nil {
		t.Fatalf("%d %v %v", size, ended, err)
	}
	if text, _ := io.ReadAll(s.part(0, size)); string(text) != "first " {
		t.Errorf("%s", text)
	}
	gone, stop := context.WithCancel(t.Context())
	stop()
	if _, _, err := s.wait(gone, 6); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits any more: %v", err)
	}
	close(goOn)
	size, ended, err = s.wait(t.Context(), 1000)
	if size != 12 || !ended || err != nil {
		t.Fatalf("%d %v %v", size, ended, err)
	}
}

func TestWhatGoesWrongWhileASpoolIsFilledIsItsError(t *testing.T) {
	for name, fill := range map[string]func(io.Writer) error{
		"an error": func(io.Writer) error { return errors.New("the disk is full") },
		"a panic":  func(io.Writer) error { panic("the disk is full") },
	} {
		t.Run(name, func(t *testing.T) {
			s, err := newSpool()
			if err != nil {
				t.Fatal(err)
			}
			defer s.remove()
			s.fill(fill)
			if _, ended, err := s.wait(t.Context(), 10); !ended || err == nil || !strings.Contains(err.Error(), "disk is full") {
				t.Errorf("%v %v", ended, err)
			}
		})
	}
}

// crowded is an export handler of so many enterprises, each supplying the next.
func crowded(t *testing.T, n int) *fileExport {
	t.Helper()
	contract, err := readContract()
	if err != nil {
		t.Fatal(err)
	}
	store := mem.New(contract.Ontology)
	t.Cleanup(func() { store.Close() })
	b := graph.Batch{Changes: []graph.Change{{Source: &graph.Source{Key: "source:s", Title: "来源"}}}}
	key := func(i int) graph.Key { return graph.Key(fmt.Sprintf("enterprise:%06d", i)) }
	for i := range n {
		b.Changes = append(b.Changes, graph.Change{Entity: &graph.Entity{Key: key(i), Kind: "ENTERPRISE",
			Names: []graph.Name{{Text: fmt.Sprintf("第%d家企业%s", i, strings.Repeat("长", 100)), Lang: graph.ZH, Role: graph.Official}}}})
	}
	for i := range n - 1 {
		b.Changes = append(b.Changes, graph.Change{Relation: &graph.Relation{Type: "SUPPLIES", Source: key(i), Target: key(i + 1), Modality: graph.Asserted,
			Evidence: []graph.Evidence{{Source: "source:s", Start: -1, End: -1}}}})
	}
	if _, err := store.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return &fileExport{gateway: newGateway(contract, store, nil), log: slog.New(slog.DiscardHandler), turns: make(chan struct{}, exportsAtOnce), most: time.Minute}
}

func TestALargeFileIsSentWhileItIsMadeAndIsWhole(t *testing.T) {
	x := crowded(t, 3000)
	server := httptest.NewServer(x)
	defer server.Close()
	for _, format := range []string{"jsonl", "node-link-json"} {
		response, err := http.Get(server.URL + "/export/graph?format=" + format)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != 200 || len(got) < exportPiece {
			t.Fatalf("%s: %s, %d bytes, %v", format, response.Status, len(got), err)
		}
		if format == "jsonl" {
			var want bytes.Buffer
			if err := dataset.Write(t.Context(), &want, x.gateway.Store); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want.Bytes()) {
				t.Errorf("%d bytes were sent of %d", len(got), want.Len())
			}
			continue
		}
		var file struct{ Nodes, Edges []json.RawMessage }
		if err := json.Unmarshal(got, &file); err != nil || len(file.Nodes) != 3000 || len(file.Edges) != 2999 {
			t.Errorf("%d nodes, %d edges, %v", len(file.Nodes), len(file.Edges), err)
		}
	}
}

// A client that goes away frees its turn, because making the file ends.
func TestAClientThatGoesAwayStopsTheWork(t *testing.T) {
	x := crowded(t, 3000)
	server := httptest.NewServer(x)
	defer server.Close()
	for range 2 * exportsAtOnce {
		ctx, leave := context.WithCancel(t.Context())
		request, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/export/graph?format=graphml", nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := response.Body.Read(make([]byte, 10)); err != nil && response.StatusCode == 200 {
			t.Fatal(err)
		}
		leave()
		response.Body.Close()
		x.turns <- struct{}{} // once it is free again
		<-x.turns
	}
}

func TestAFileOfAPartIsAskedForInTheURL(t *testing.T) {
	x := crowded(t, 4)
	for _, c := range []struct {
		name, query string
		status      int
		says        string
	}{
		{"types", "types=SUPPLIES&format=csv", 200, "enterprise:000003"},
		{"a filter in JSON", "format=csv&where=" + `%7B%22types%22%3A%5B%22INVESTS_IN%22%5D%7D`, 200, "sourceName"},
		{"measures", "format=csv-nodes&measures=degree,core-number", 200, "coreNumber"},
		{"a byte order mark, as browsers hand tables to spreadsheets", "format=csv", 200, "\ufeffid"},
		{"none if it is not wanted", "format=csv&bom=false", 200, "id,source"},
		{"a parameter that is none", "formats=csv", 400, "no parameter"},
		{"a format that is none", "format=pdf", 400, "no format"},
		{"a type that is none", "types=EATS", 400, "no \\\"EATS\\\""},
		{"a kind that is none", "kinds=DOG", 400, "no \\\"DOG\\\""},
		{"a measure that is none", "measures=beauty", 400, "no \\\"beauty\\\""},
		{"a filter that is none", "where=x", 400, "a filter in JSON"},
		{"a filter the schema does not know", "where=" + `%7B%22type%22%3A1%7D`, 400, "unknown field"},
		{"a date that is none", "asOf=yesterday", 400, "yesterday"},
		{"a language that is none", "lang=fr", 400, "no language"},
		{"a region that is none", "within=nowhere", 400, "nowhere"},
		{"an entity that is no region", "within=enterprise:000001", 400, "no region"},
		{"a mark that is none", "bom=maybe", 400, "true or false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := answerOf(t, x, "/export/graph?"+c.query)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("%d %.300s", w.Code, w.Body)
			}
		})
	}
}
