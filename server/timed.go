package server

import (
	"io"
	"net/http"
	"time"
)

// timed bounds the time in which a request's body arrives. http.Server's own
// ReadTimeout would go on after the body was read and end a request that is
// being answered.
func (s *Server) timed(next step) step {
	return func(x *exchange, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			// A connection without deadlines, as in some tests, cannot be slow.
			conn, ok := x.ResponseWriter.(readDeadliner)
			if ok && conn.SetReadDeadline(time.Now().Add(s.config.BodyTimeout)) == nil {
				x.body = timedBody{r.Body, conn}
				r.Body = &x.body
			}
		}
		next(x, r)
	}
}

// readDeadliner is what net/http gives handlers as a ResponseWriter.
type readDeadliner interface{ SetReadDeadline(time.Time) error }

// timedBody lifts the deadline when the body has ended.
type timedBody struct {
	io.ReadCloser
	conn readDeadliner
}

func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		// It was set on this connection before, so it can be lifted.
		_ = b.conn.SetReadDeadline(time.Time{})
	}
	return n, err
}
