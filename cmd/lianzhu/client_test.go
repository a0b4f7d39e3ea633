package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
)

func TestAnErrorOfAnAnswerIsASentence(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"with its code and its place in the answer", `{"message":"gone","path":["nodes",2,"name"],"locations":[{"line":1,"column":2}],"extensions":{"code":"NOT_FOUND"}}`, "gone (NOT_FOUND, at nodes.2.name)"},
		{"with its place in the query where the answer has none", `{"message":"bad","locations":[{"line":3,"column":9}],"extensions":{"code":"PARSE_FAILED"}}`, "bad (PARSE_FAILED, line 3, column 9 of the query)"},
		{"without anything about it", `{"message":"odd"}`, "odd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var e answerError
			if err := json.Unmarshal([]byte(c.data), &e); err != nil {
				t.Fatal(err)
			}
			if e.String() != c.want {
				t.Errorf("got %q, want %q", e, c.want)
			}
		})
	}
}

func TestAClientTellsWhatIsNoAnswer(t *testing.T) {
	for _, c := range []struct {
		name   string
		handle http.HandlerFunc
		want   string
	}{
		{"a page of another server", func(w http.ResponseWriter, _ *http.Request) { http.NotFound(w, nil) }, "/graphql answers 404 Not Found, but not in GraphQL; check the address"},
		{"JSON that is no answer", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"status":"ok"}`)
		}, "but not in GraphQL"},
		{"a broken connection", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "cannot be reached: EOF; is the server running there?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(c.handle)
			defer server.Close()
			client, err := newClient(server.URL + "/graphql")
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.ask(t.Context(), question{Query: "{ a }"})
			if err == nil || !strings.Contains(sentence(err), c.want) {
				t.Errorf("the error is %v, not %q", err, c.want)
			}
		})
	}
}

func TestAClientHidesAPassword(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	client, err := newClient(strings.Replace(server.URL, "http://", "http://me:secret@", 1))
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.ask(t.Context(), question{Query: "{ a }"})
	if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("the error is %v", err)
	}
}

func TestAQueryIsReadFromWhereTheCommandLineSays(t *testing.T) {
	a := &app{in: strings.NewReader("{ typed }")}
	text, err := a.readQuery("", []string{"-"})
	if err != nil || text != "{ typed }" {
		t.Errorf("got %q, %v", text, err)
	}
	if _, err := a.readQuery("x.graphql", []string{"{ a }"}); exitStatus(err) != statusUsage {
		t.Errorf("two queries are %v", err)
	}
	a.in = strings.NewReader("\xff")
	if _, err := a.readQuery("-", nil); err == nil || err.Error() != "standard input is not UTF-8" {
		t.Errorf("the error is %v", err)
	}
	a.in = iotest.ErrReader(io.ErrUnexpectedEOF)
	if _, err := a.readQuery("-", nil); err == nil {
		t.Error("a broken pipe is no error")
	}
}
