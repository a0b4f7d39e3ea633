package server

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// observed writes a line to the log for each request, and stops panics. The
// line holds neither the query string nor anything of the body.
func (s *Server) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.answering.enter() {
			Refuse(w, http.StatusServiceUnavailable, "the server is stopping; try again shortly")
			return
		}
		defer s.answering.leave()
		start := time.Now()
		recorder := &recorder{ResponseWriter: w}
		defer func() { s.logRequest(r, recorder, time.Since(start)) }()
		defer s.stopPanic(recorder, r)
		next.ServeHTTP(recorder, r)
	})
}

// stopPanic answers for a handler that has panicked, or cuts the connection
// where the handler's own answer has begun. http.ErrAbortHandler is meant for
// net/http and goes on.
func (s *Server) stopPanic(w *recorder, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	s.config.Log.ErrorContext(r.Context(), "panic in a handler", "request_id", RequestID(r.Context()), "panic", p, "stack", string(debug.Stack()))
	if w.status != 0 {
		panic(http.ErrAbortHandler)
	}
	Refuse(w, http.StatusInternalServerError, "internal error; the server's log says more under request id "+RequestID(r.Context()))
}

// slow is how long a request may take without a line in the log.
const slow = time.Second

// logRequest writes the line of a request. Those that went well and fast are
// many, and of interest when debugging only.
func (s *Server) logRequest(r *http.Request, w *recorder, took time.Duration) {
	level := slog.LevelDebug
	if w.statusSent() >= 400 || took >= slow {
		level = slog.LevelInfo
	}
	if !s.config.Log.Enabled(r.Context(), level) {
		return
	}
	s.config.Log.LogAttrs(r.Context(), level, "request",
		slog.String("method", clip(r.Method)),
		slog.String("path", clip(r.URL.Path)),
		slog.Int("status", w.statusSent()),
		slog.Int64("bytes", w.bytes),
		slog.Duration("duration", took),
		slog.String("request_id", RequestID(r.Context())))
}

// clip shortens a text of the client's choice.
func clip(text string) string {
	const most = 128
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// recorder notes what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// statusSent is the status that net/http sends, also where no handler wrote.
func (w *recorder) statusSent() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}
