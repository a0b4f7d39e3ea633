package server

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// longAnswer is JSON, or events where they are asked for.
var longAnswer = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if r.Header.Get("Accept") == "text/event-stream" {
		w.Header().Set("Content-Type", "text/event-stream")
	}
	io.WriteString(w, strings.Repeat("青岛", 2000))
})

func TestAnswersAreCompressedForThoseWhoAsk(t *testing.T) {
	s := New(Config{GraphQL: longAnswer})
	for _, c := range []struct{ name, accepts, accept, coding string }{
		{"nobody asks", "", "", ""},
		{"gzip", "gzip", "", "gzip"},
		{"a browser", "gzip, deflate, br, zstd", "", "zstd"},
		{"zstd is not wanted", "gzip, zstd;q=0", "", "gzip"},
		{"a stream", "gzip", "text/event-stream", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := ask(s, request("POST", "/graphql", "Accept-Encoding", c.accepts, "Accept", c.accept))
			if got := w.Header().Get("Content-Encoding"); got != c.coding {
				t.Fatalf("it is encoded as %q, not %q", got, c.coding)
			}
			var body io.Reader = w.Body
			var err error
			switch c.coding {
			case "gzip":
				body, err = gzip.NewReader(w.Body)
			case "zstd":
				body, err = zstd.NewReader(w.Body)
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(body); err != nil || string(got) != strings.Repeat("青岛", 2000) {
				t.Errorf("%d bytes come out, %v", len(got), err)
			}
		})
	}
}

func TestAFastAnswerIsNoLineOfTheLogUnlessOneDebugs(t *testing.T) {
	s, log := newServer(Config{})
	ask(s, request("GET", "/nowhere"))
	ask(s, request("GET", "/healthz"))
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], `"INFO"`) || !strings.Contains(lines[1], `"DEBUG"`) {
		t.Errorf("logged %s", log)
	}
}
