package server

import (
	"encoding/json"
	"maps"
	"net/http"
	"sync/atomic"
)

// Server answers HTTP requests. It is made by [New] and runs once.
type Server struct {
	config    Config
	way       step
	handler   http.Handler
	origins   *http.CrossOriginProtection
	draining  atomic.Bool
	answering crowd
	security  securityHeaders
}

// New makes a server that does not listen yet.
func New(config Config) *Server {
	s := &Server{config: config.withDefaults(), origins: http.NewCrossOriginProtection(), security: newSecurityHeaders()}
	s.way = s.named(s.observed(s.guarded(s.timed(s.routed()))))
	s.handler = s.begin(s.way)
	return s
}

// Handler is the server without its connections, for tests and for embedding.
func (s *Server) Handler() http.Handler { return s.handler }

// routed is the end of the way: the handler of the address. Queries, which are
// most requests, need no search for theirs.
func (s *Server) routed() step {
	answers, others := compressed(s.config.GraphQL), s.routes()
	return func(x *exchange, r *http.Request) {
		if isForQueries(r.URL.Path) {
			answers.ServeHTTP(x, r)
			return
		}
		others.ServeHTTP(x, r)
	}
}

// routes is the table of the package comment, but for the addresses of queries.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	if s.config.Playground != nil {
		mux.Handle("/playground/", s.config.Playground)
		mux.Handle("GET /{$}", http.RedirectHandler("/playground/", http.StatusFound))
	}
	if s.config.Export != nil {
		mux.Handle("GET /export/", s.config.Export)
	}
	if s.config.Import != nil {
		mux.Handle("POST /import", s.config.Import)
	}
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /readyz", s.ready)
	if s.config.Version != nil {
		mux.HandleFunc("GET /version", s.version)
	}
	mux.HandleFunc("/", NotFound)
	return mux
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"status": "ok"})
}

// ready tells balancers and scripts whether to send requests. Why the server is
// not ready stands in the log only.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		writeJSON(w, http.StatusServiceUnavailable, map[string]any{"status": "stopping"})
		return
	}
	if err := s.config.Ready(r.Context()); err != nil {
		s.config.Log.WarnContext(r.Context(), "not ready", "request_id", RequestID(r.Context()), "error", err)
		writeJSON(w, http.StatusServiceUnavailable, map[string]any{"status": "not ready"})
		return
	}
	told := map[string]any{}
	if s.config.Parts != nil {
		maps.Copy(told, s.config.Parts())
	}
	told["status"] = "ready"
	writeJSON(w, http.StatusOK, told)
}

func (s *Server) version(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.config.Version)
}

// NotFound answers that nothing is at the address.
func NotFound(w http.ResponseWriter, _ *http.Request) {
	Refuse(w, http.StatusNotFound, "nothing is here; queries go to /graphql, and /playground/ is for people")
}

// Refuse answers with a status and a sentence for the person who reads it.
func Refuse(w http.ResponseWriter, status int, sentence string) {
	writeJSON(w, status, map[string]any{"error": sentence})
}

// writeJSON answers with a value.
func writeJSON(w http.ResponseWriter, status int, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"error":"internal error"}`)
	}
	header := w.Header()
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(append(text, '\n')) // a client that has gone is nobody's error
}
