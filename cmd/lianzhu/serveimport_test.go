package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lianzhu"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/server"
	"lianzhu/storage/mem"
)

const supplyMapping = "lianzhu-mapping: 1\ntables:\n  - entities: [{key: \"enterprise:{id}\", kind: 企业, name: \"{name}\"}]\n"

// importServer serves imports into an empty store; others are the times that other
// requests have for their bodies and answers.
func importServer(t *testing.T, idle, others time.Duration) (*httptest.Server, graph.Store) {
	o, err := gql.ReadOntology(lianzhu.Schema)
	if err != nil {
		t.Fatal(err)
	}
	store := mem.New(o)
	x := newHTTPImport(store, o, slog.New(slog.DiscardHandler), func() time.Time { return time.UnixMilli(1) })
	x.idle = idle
	s := httptest.NewUnstartedServer(server.New(server.Config{
		GraphQL: http.NotFoundHandler(), Import: x, BodyTimeout: others,
	}).Handler())
	s.Config.WriteTimeout = others
	s.Start()
	t.Cleanup(func() { s.Close(); store.Close() })
	return s, store
}

// posted sends a body and gives the lines of the report.
func posted(t *testing.T, address, contentType string, body io.Reader) (status int, lines []string) {
	response, err := http.Post(address, contentType, body)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	in := bufio.NewScanner(response.Body)
	for in.Scan() {
		lines = append(lines, in.Text())
	}
	return response.StatusCode, lines
}

func TestABodyIsImportedAndReported(t *testing.T) {
	s, store := importServer(t, time.Minute, time.Minute)
	q := url.Values{"format": {"csv"}, "name": {"firms.csv"}, "mapping": {supplyMapping}}
	status, lines := posted(t, s.URL+"/import?"+q.Encode(), "text/csv", strings.NewReader("id,name\na,甲\nb\nc,丙\n"))
	want := []string{
		`{"rejected":{"file":"firms.csv","line":3,"column":2,"reason":"the row has 1 cells, and there are 2 columns","head":"id,name","record":"b","source":"source:firms.csv-16be19f7189e"}}`,
		`{"done":{"read":4,"created":3,"changed":0,"unchanged":0,"rejected":1,"rev":1}}`,
	}
	if got := strings.Join(lines, "\n"); status != http.StatusOK || got != strings.Join(want, "\n") {
		t.Errorf("%d:\n%s", status, got)
	}
	q.Set("dryRun", "true")
	status, lines = posted(t, s.URL+"/import?"+q.Encode(), "text/csv", strings.NewReader("id,name\nd,丁\n"))
	if status != http.StatusOK || !strings.Contains(lines[0], `"created":2`) {
		t.Errorf("%d: %q", status, lines)
	}
	q.Del("dryRun")
	q.Set("strict", "true")
	status, lines = posted(t, s.URL+"/import?"+q.Encode(), "text/csv", strings.NewReader("id,name\ne,戊\nf\n"))
	if status != http.StatusUnprocessableEntity || !strings.Contains(lines[1], `"error":"stopped: firms.csv:3:2: the row has 1 cells`) {
		t.Errorf("%d: %q", status, lines)
	}
	err := store.View(t.Context(), func(r graph.Reader) error {
		c, err := r.Counts()
		if c.Entities != 2 {
			t.Errorf("there are %d entities", c.Entities)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFormOfSeveralFilesIsImported(t *testing.T) {
	s, _ := importServer(t, time.Minute, time.Minute)
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, part := range []struct{ field, file, text string }{
		{"mapping", "m.yaml", "lianzhu-mapping: 1\nlabels: {Company: ENTERPRISE}\ntypes: {feeds: SUPPLIES}\n"},
		{"file", "feeds.csv", ":START_ID(A),:END_ID(A),:TYPE\n1,2,feeds\n1,3,feeds\n"},
		{"file", "nodes.csv", ":ID(A),name,:LABEL\n1,甲,Company\n2,乙,Company\n"},
	} {
		w, err := form.CreateFormFile(part.field, part.file)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, part.text)
	}
	form.Close()
	status, lines := posted(t, s.URL+"/import", form.FormDataContentType(), &b)
	want := []string{
		`{"rejected":{"file":"feeds.csv","line":3,"reason":"SUPPLIES|a:1|a:3: its end a:3 is not in the graph; import it too, or mend the reference","head":":START_ID(A),:END_ID(A),:TYPE","record":"1,3,feeds","source":"source:feeds.csv-2dced2971a05"}}`,
		`{"done":{"read":6,"created":5,"changed":0,"unchanged":0,"rejected":1,"rev":`,
	}
	if len(lines) != 2 || status != http.StatusOK || lines[0] != want[0] || !strings.HasPrefix(lines[1], want[1]) {
		t.Errorf("%d:\n%s", status, strings.Join(lines, "\n"))
	}
}

func TestAnImportThatCannotBeIsRefused(t *testing.T) {
	s, _ := importServer(t, time.Minute, time.Minute)
	for _, c := range []struct {
		name, query, origin string
		status              int
		says                string
	}{
		{"a format that there is not", "format=doc", "", 400, `there is no format \"doc\"`},
		{"a parameter that there is not", "formt=csv", "", 400, `there is no parameter \"formt\"`},
		{"no format at all", "name=data", "", 400, "the format of the file is not told"},
		{"a word for true", "format=csv&dryRun=maybe", "", 400, "dryRun is true or false"},
		{"a page of another site", "format=jsonl", "https://elsewhere.example", 403, "by a page of another site"},
	} {
		t.Run(c.name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/import?"+c.query, strings.NewReader("x"))
			if err != nil {
				t.Fatal(err)
			}
			if c.origin != "" {
				request.Header.Set("Origin", c.origin)
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			text, _ := io.ReadAll(response.Body)
			if response.StatusCode != c.status || !strings.Contains(string(text), c.says) {
				t.Errorf("%d: %s", response.StatusCode, text)
			}
		})
	}
	response, err := http.Get(s.URL + "/import")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode == http.StatusOK {
		t.Error("a GET imports")
	}
}

// The times for ordinary bodies and answers do not hold for an import; one of
// which nothing comes any more is not waited for.
func TestAnImportMayTakeItsTimeAsLongAsSomethingComes(t *testing.T) {
	s, _ := importServer(t, time.Minute, time.Nanosecond)
	in, out := io.Pipe()
	go func() {
		fmt.Fprintln(out, `{"lianzhu":{"format":1}}`)
		for i := range 10 {
			fmt.Fprintf(out, `{"entity":{"key":"enterprise:e%d","kind":"ENTERPRISE","names":[{"text":"E%d","lang":"EN","role":"OFFICIAL"}]}}`+"\n", i, i)
		}
		out.Close()
	}()
	status, lines := posted(t, s.URL+"/import?format=jsonl", "application/x-ndjson", in)
	var last reportedLine
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || status != 200 || last.Done.Created != 10 {
		t.Errorf("%d: %q, %v", status, lines, err)
	}
	slow, _ := importServer(t, time.Millisecond, time.Minute)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(slow.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /import?format=jsonl HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{")
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != http.StatusRequestTimeout || !strings.Contains(string(text), "did not come to its end") {
		t.Errorf("%s: %s", answer.Status, text)
	}
}

func TestOneImportAtATime(t *testing.T) {
	s, _ := importServer(t, time.Minute, time.Minute)
	in, out := io.Pipe()
	first := streamed(t, s.URL+"/import?format=jsonl", "application/x-ndjson", in)
	defer first.Body.Close()
	status, lines := posted(t, s.URL+"/import?format=jsonl", "application/x-ndjson", strings.NewReader(`{"lianzhu":{"format":1}}`+"\n"))
	if status != http.StatusServiceUnavailable || !strings.Contains(lines[0], "an import is under way") {
		t.Errorf("a second import is answered %d: %q", status, lines)
	}
	out.Close()
	if _, err := io.Copy(io.Discard, first.Body); err != nil {
		t.Error(err)
	}
}
