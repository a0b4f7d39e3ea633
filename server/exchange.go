package server

import (
	"context"
	"net/http"
)

// exchange is a request on its way through the server: its context, which knows
// the request's name, and the answer, of which it notes what was sent. They are
// one value because every request needs all of it.
type exchange struct {
	context.Context
	http.ResponseWriter
	id       string
	idHeader [1]string // the value of the header that tells id
	status   int       // 0: nothing was sent
	bytes    int64     // of the body that were sent
	body     timedBody // where the body's time is bounded
}

// step is a part of the way. It goes on with next or answers itself.
type step func(x *exchange, r *http.Request)

// begin is the way's beginning, for net/http.
func (s *Server) begin(next step) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &exchange{Context: r.Context(), ResponseWriter: w}
		next(x, r.WithContext(x))
	})
}

// Value is that of [context.Context].
func (x *exchange) Value(key any) any {
	if key == (requestIDKey{}) {
		return x
	}
	return x.Context.Value(key)
}

func (x *exchange) WriteHeader(status int) {
	if x.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		x.status = status
	}
	x.ResponseWriter.WriteHeader(status)
}

func (x *exchange) Write(b []byte) (int, error) {
	if x.status == 0 {
		x.status = http.StatusOK
	}
	n, err := x.ResponseWriter.Write(b)
	x.bytes += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// statusSent is the status that net/http sends, also where no handler wrote.
func (x *exchange) statusSent() int {
	if x.status == 0 {
		return http.StatusOK
	}
	return x.status
}
