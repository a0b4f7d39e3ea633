package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo answers with the request's id and body.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "body: "+err.Error(), http.StatusRequestTimeout)
		return
	}
	io.WriteString(w, RequestID(r.Context())+" "+string(body))
})

var playground = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", "default-src 'self'")
	io.WriteString(w, "page at "+r.URL.Path)
})

// newServer is a server whose log goes to the buffer.
func newServer(config Config) (*Server, *bytes.Buffer) {
	log := new(bytes.Buffer)
	config.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if config.GraphQL == nil {
		config.GraphQL = echo
	}
	config.Playground = playground
	config.NewRequestID = func() string { return "made" }
	return New(config), log
}

// ask sends a request to a server.
func ask(s *Server, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

// request makes a request as a program on the same machine sends it, with these
// names and values as headers.
func request(method, target string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, "http://127.0.0.1:8080"+target, strings.NewReader("body"))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func TestRoutes(t *testing.T) {
	s, _ := newServer(Config{Version: map[string]string{"version": "v1.2.3"}})
	for name, c := range map[string]struct {
		request  *http.Request
		status   int
		body     string
		location string
	}{
		"queries by POST":             {request("POST", "/graphql"), 200, "made body", ""},
		"queries by GET":              {request("GET", "/graphql?query={a}"), 200, "made body", ""},
		"the other name":              {request("POST", "/query"), 200, "made body", ""},
		"the front door":              {request("GET", "/"), 302, "", "/playground/"},
		"the playground's page":       {request("GET", "/playground/"), 200, "page at /playground/", ""},
		"the playground's files":      {request("GET", "/playground/assets/x.js"), 200, "page at /playground/assets/x.js", ""},
		"the playground without dash": {request("GET", "/playground"), 307, "", "/playground/"},
		"life":                        {request("GET", "/healthz"), 200, `{"status":"ok"}` + "\n", ""},
		"readiness":                   {request("GET", "/readyz"), 200, `{"status":"ready"}` + "\n", ""},
		"the version":                 {request("GET", "/version"), 200, `{"version":"v1.2.3"}` + "\n", ""},
		"nowhere":                     {request("GET", "/nowhere"), 404, `{"error":"nothing is here; queries go to /graphql, and /playground/ is for people"}` + "\n", ""},
		"a write to a probe":          {request("DELETE", "/healthz"), 404, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := ask(s, c.request)
			if w.Code != c.status || c.body != "" && w.Body.String() != c.body || w.Header().Get("Location") != c.location {
				t.Errorf("got %d %q %v", w.Code, w.Body, w.Header())
			}
		})
	}
}

func TestReadinessFollowsTheGraphAndHidesWhy(t *testing.T) {
	s, log := newServer(Config{Ready: func(context.Context) error { return errors.New("SECRET") }})
	w := ask(s, request("GET", "/readyz"))
	if w.Code != 503 || strings.Contains(w.Body.String(), "SECRET") || !strings.Contains(log.String(), "SECRET") {
		t.Errorf("got %d %s, logged %s", w.Code, w.Body, log)
	}
}

func TestReadinessTellsOfParts(t *testing.T) {
	s, _ := newServer(Config{Parts: func() map[string]any {
		return map[string]any{"shape": map[string]int{"rev": 7}, "status": "a name that is taken"}
	}})
	if w := ask(s, request("GET", "/readyz")); w.Code != 200 || w.Body.String() != `{"shape":{"rev":7},"status":"ready"}`+"\n" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// TestWhoMayAsk is the table of hosts and origins.
func TestWhoMayAsk(t *testing.T) {
	s, _ := newServer(Config{})
	host := func(host string) *http.Request {
		r := request("POST", "/graphql")
		r.Host = host
		return r
	}
	from := func(method, origin, site, mode string) *http.Request {
		r := request(method, "/graphql")
		for name, value := range map[string]string{"Origin": origin, "Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		return r
	}
	for name, c := range map[string]struct {
		request *http.Request
		status  int
	}{
		"an IPv4 loopback address":                     {host("127.0.0.1:8080"), 200},
		"another IPv4 loopback address":                {host("127.8.9.10:1"), 200},
		"the IPv6 loopback address":                    {host("[::1]:8080"), 200},
		"the IPv6 loopback address without a port":     {host("[::1]"), 200},
		"an IPv4 loopback address in IPv6":             {host("[::ffff:127.0.0.1]:8080"), 200},
		"localhost":                                    {host("localhost:8080"), 200},
		"localhost in capitals and without a port":     {host("LOCALHOST"), 200},
		"a foreign name, as DNS rebinding sends it":    {host("evil.example:8080"), 403},
		"a name that begins like an address":           {host("127.0.0.1.evil.example"), 403},
		"a name that begins like localhost":            {host("localhost.evil.example:8080"), 403},
		"an address of the network":                    {host("192.168.1.5:8080"), 403},
		"the address that means every interface":       {host("0.0.0.0:8080"), 403},
		"no host at all":                               {host(""), 403},
		"a page of this server":                        {from("POST", "http://127.0.0.1:8080", "same-origin", "cors"), 200},
		"a page of another site":                       {from("POST", "https://evil.example", "cross-site", "cors"), 403},
		"a page of another site in an old browser":     {from("POST", "https://evil.example", "", ""), 403},
		"a page of another server on this machine":     {from("POST", "http://127.0.0.1:3000", "same-site", "cors"), 403},
		"a sandboxed page":                             {from("POST", "null", "cross-site", "cors"), 403},
		"a foreign page that reads":                    {from("GET", "https://evil.example", "cross-site", "cors"), 403},
		"a foreign page that asks before it sends":     {from("OPTIONS", "https://evil.example", "cross-site", "cors"), 403},
		"a foreign page that embeds":                   {from("GET", "", "cross-site", "no-cors"), 403},
		"a link followed from another site":            {from("GET", "", "cross-site", "navigate"), 200},
		"an address typed in":                          {from("GET", "", "none", "navigate"), 200},
		"a foreign form, which needs no consent":       {from("POST", "https://evil.example", "cross-site", "navigate"), 403},
		"an origin that is no address":                 {from("GET", "http://[", "", ""), 403},
		"a page of this server under its other scheme": {from("GET", "https://127.0.0.1:8080", "", ""), 200},
	} {
		t.Run(name, func(t *testing.T) {
			w := ask(s, c.request)
			if w.Code != c.status {
				t.Errorf("got %d %s, want %d", w.Code, w.Body, c.status)
			}
			if w.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Error("the answer invites other sites")
			}
		})
	}
}

func TestSecurityHeaders(t *testing.T) {
	s, _ := newServer(Config{})
	for path, policy := range map[string]string{
		"/graphql":     "default-src 'none'; frame-ancestors 'none'",
		"/nowhere":     "default-src 'none'; frame-ancestors 'none'",
		"/playground/": "default-src 'self'",
	} {
		header := ask(s, request("GET", path)).Header()
		if header.Get("Content-Security-Policy") != policy || header.Get("X-Content-Type-Options") != "nosniff" || header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: %v", path, header)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	s, _ := newServer(Config{})
	for name, c := range map[string]struct{ sent, want string }{
		"none is sent":              {"", "made"},
		"a plain one is kept":       {"Ab-3_x.9", "Ab-3_x.9"},
		"as long as is allowed":     {strings.Repeat("a", 64), strings.Repeat("a", 64)},
		"too long":                  {strings.Repeat("a", 65), "made"},
		"one that forges the log":   {"a\" level=ERROR", "made"},
		"one in another script":     {"请求", "made"},
		"one that breaks the lines": {"a\nb", "made"},
	} {
		t.Run(name, func(t *testing.T) {
			w := ask(s, request("POST", "/graphql", "X-Request-ID", c.sent))
			if w.Header().Get("X-Request-ID") != c.want || w.Body.String() != c.want+" body" {
				t.Errorf("got %q and %q, want %q", w.Header().Get("X-Request-ID"), w.Body, c.want)
			}
		})
	}
}

func TestMadeRequestIDsDiffer(t *testing.T) {
	s := New(Config{GraphQL: echo})
	first, second := ask(s, request("GET", "/healthz")), ask(s, request("GET", "/healthz"))
	a, b := first.Header().Get("X-Request-ID"), second.Header().Get("X-Request-ID")
	if a == b || !isPlain(a) || !isPlain(b) {
		t.Errorf("%q and %q", a, b)
	}
}

func TestTheLogTellsTheRequestAndNotTheQuestion(t *testing.T) {
	s, log := newServer(Config{})
	ask(s, request("POST", "/graphql?query=SECRET", "X-Request-ID", "r-1", "Authorization", "SECRET"))
	if strings.Contains(log.String(), "SECRET") {
		t.Errorf("logged %s", log)
	}
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	delete(line, "time")
	duration, _ := line["duration"].(float64)
	delete(line, "duration")
	got, _ := json.Marshal(line)
	want := `{"bytes":8,"level":"DEBUG","method":"POST","msg":"request","path":"/graphql","request_id":"r-1","status":200}`
	if string(got) != want || duration <= 0 {
		t.Errorf("logged %s after %v\nwant   %s", got, duration, want)
	}
}

func TestALongPathIsClippedInTheLog(t *testing.T) {
	s, log := newServer(Config{})
	ask(s, request("GET", "/"+strings.Repeat("河", 3_000)))
	if log.Len() > 500 {
		t.Errorf("logged %d bytes", log.Len())
	}
}

func TestAPanicIsAnsweredAndLogged(t *testing.T) {
	s, log := newServer(Config{GraphQL: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("SECRET") })})
	w := ask(s, request("POST", "/graphql"))
	if w.Code != 500 || strings.Contains(w.Body.String(), "SECRET") || !strings.Contains(w.Body.String(), "made") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "SECRET") || !strings.Contains(log.String(), "server_test.go") || !strings.Contains(log.String(), `"status":500`) {
		t.Errorf("logged %s", log)
	}
}

func TestAPanicAfterTheAnswerHasBegunCutsTheConnection(t *testing.T) {
	s, log := newServer(Config{GraphQL: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "half")
		panic("SECRET")
	})})
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("recovered %v", p)
		}
		if strings.Count(log.String(), "\n") != 2 {
			t.Errorf("logged %s", log)
		}
	}()
	ask(s, request("POST", "/graphql"))
}

func TestAHandlerMayCutItsConnection(t *testing.T) {
	s, log := newServer(Config{GraphQL: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })})
	defer func() {
		if p := recover(); p != http.ErrAbortHandler || strings.Contains(log.String(), "ERROR") {
			t.Errorf("recovered %v, logged %s", p, log)
		}
	}()
	ask(s, request("POST", "/graphql"))
}

func TestAValueThatJSONCannotHoldIsAnInternalError(t *testing.T) {
	s, _ := newServer(Config{Version: make(chan int)})
	if w := ask(s, request("GET", "/version")); w.Code != 500 || !json.Valid(w.Body.Bytes()) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestListen(t *testing.T) {
	for name, c := range map[string]struct {
		addr     string
		loopback bool // refused for not being so, where false
	}{
		"an IPv4 loopback address": {"127.0.0.1:0", true},
		"localhost":                {"localhost:0", true},
		"every interface":          {":8080", false},
		"every IPv4 interface":     {"0.0.0.0:8080", false},
		"every IPv6 interface":     {"[::]:8080", false},
		"an address of a network":  {"192.168.1.5:8080", false},
		"a name":                   {"graph.example:8080", false},
	} {
		t.Run(name, func(t *testing.T) {
			ln, err := Listen(t.Context(), c.addr)
			if err == nil {
				defer ln.Close()
			}
			if c.loopback && err != nil || !c.loopback && !errors.Is(err, ErrNotLoopback) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestListenSaysWhatToDo(t *testing.T) {
	ln, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	for name, c := range map[string]struct{ addr, want string }{
		"an open door":            {"0.0.0.0:8080", "ssh -L"},
		"an address in use":       {ln.Addr().String(), "choose another port"},
		"an address without port": {"127.0.0.1", "such as 127.0.0.1:8080"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Listen(t.Context(), c.addr); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.addr) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestNobodyIsLetInAfterTheEnd(t *testing.T) {
	s, _ := newServer(Config{})
	<-s.answering.disperse()
	if w := ask(s, request("GET", "/healthz")); w.Code != 503 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestAForbiddenQueryIsAnsweredWithAGraphQLErrorToo(t *testing.T) {
	s, _ := newServer(Config{})
	for path, wants := range map[string]bool{"/graphql": true, "/query": true, "/version": false} {
		r := request("POST", path)
		r.Host = "evil.example"
		var body struct {
			Error  string
			Errors []struct {
				Message    string
				Extensions struct{ Code string }
			}
		}
		w := ask(s, r)
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != 403 || body.Error == "" || (len(body.Errors) == 1) != wants {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		if wants && (body.Errors[0].Message != body.Error || body.Errors[0].Extensions.Code != "FORBIDDEN") {
			t.Errorf("%s: %s", path, w.Body)
		}
	}
}
