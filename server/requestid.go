package server

import (
	"context"
	"math/rand/v2"
	"net/http"
)

// requestIDHeader carries a request's name, both ways. It is X-Request-ID as
// net/http writes names.
const requestIDHeader = "X-Request-Id"

type requestIDKey struct{}

// RequestID is the name of the request that ctx belongs to, or "".
func RequestID(ctx context.Context) string {
	if x, ok := ctx.(*exchange); ok {
		return x.id
	}
	x, _ := ctx.Value(requestIDKey{}).(*exchange)
	if x == nil {
		return ""
	}
	return x.id
}

// named gives each request a name: the client's where it is short and plain, a
// fresh one otherwise.
func (s *Server) named(next step) step {
	return func(x *exchange, r *http.Request) {
		x.id = r.Header.Get(requestIDHeader)
		if !isPlain(x.id) {
			x.id = s.config.NewRequestID()
		}
		x.idHeader[0] = x.id
		x.Header()[requestIDHeader] = x.idHeader[:]
		next(x, r)
	}
}

// newRequestID is 26 random letters and digits: 130 bits, so that no two
// requests have one name. A name is no secret, and need not be made as one.
func newRequestID() string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	var id [26]byte
	for half := range 2 {
		bits := rand.Uint64() // and again for the 13th: 12 take 60 bits
		for i := range 12 {
			id[13*half+i] = alphabet[bits&31]
			bits >>= 5
		}
		id[13*half+12] = alphabet[rand.Uint32()&31]
	}
	return string(id[:])
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
