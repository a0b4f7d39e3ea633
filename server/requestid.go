package server

import (
	"context"
	"net/http"
)

// requestIDHeader carries a request's name, both ways.
const requestIDHeader = "X-Request-ID"

type requestIDKey struct{}

// RequestID is the name of the request that ctx belongs to, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// named gives each request a name: the client's where it is short and plain, a
// fresh one otherwise.
func (s *Server) named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(requestIDHeader)
		if !isPlain(id) {
			id = s.config.NewRequestID()
		}
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

// isPlain reports whether id has 1 to 64 letters, digits, dots, dashes and
// underscores.
func isPlain(id string) bool {
	if len(id) == 0 || len(id) > 64 {
		return false
	}
	for _, c := range []byte(id) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		digit := '0' <= c && c <= '9'
		if !letter && !digit && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
