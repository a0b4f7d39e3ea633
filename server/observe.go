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
func (s *Server) observed(next step) step {
	return func(x *exchange, r *http.Request) {
		if !s.answering.enter() {
			Refuse(x, http.StatusServiceUnavailable, "the server is stopping; try again shortly")
			return
		}
		defer s.answering.leave()
		defer s.logRequest(r, x, time.Now())
		defer s.stopPanic(x, r)
		next(x, r)
	}
}

// stopPanic answers for a handler that has panicked, or cuts the connection
// where the handler's own answer has begun. http.ErrAbortHandler is meant for
// net/http and goes on.
func (s *Server) stopPanic(x *exchange, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	s.config.Log.ErrorContext(r.Context(), "panic in a handler", "request_id", x.id, "panic", p, "stack", string(debug.Stack()))
	if x.status != 0 {
		panic(http.ErrAbortHandler)
	}
	Refuse(x, http.StatusInternalServerError, "internal error; the server's log says more under request id "+x.id)
}

// slow is how long a request may take without a line in the log.
const slow = time.Second

// logRequest writes the line of a request. Those that went well and fast are
// many, and of interest when debugging only.
func (s *Server) logRequest(r *http.Request, x *exchange, began time.Time) {
	took := time.Since(began)
	level := slog.LevelDebug
	if x.statusSent() >= 400 || took >= slow {
		level = slog.LevelInfo
	}
	if !s.config.Log.Enabled(r.Context(), level) {
		return
	}
	s.config.Log.LogAttrs(r.Context(), level, "request",
		slog.String("method", clip(r.Method)),
		slog.String("path", clip(r.URL.Path)),
		slog.Int("status", x.statusSent()),
		slog.Int64("bytes", x.bytes),
		slog.Duration("duration", took),
		slog.String("request_id", x.id))
}

// clip shortens a text of the client's choice.
func clip(text string) string {
	const most = 128
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
