package server

import (
	"io"
	"net/http"
	"time"
)

// timed bounds the time in which a request's body arrives. http.Server's own
// ReadTimeout would go on after the body was read and end a request that is
// being answered.
func (s *Server) timed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			control := http.NewResponseController(w)
			// A connection without deadlines, as in some tests, cannot be slow.
			if control.SetReadDeadline(time.Now().Add(s.config.BodyTimeout)) == nil {
				r.Body = &timedBody{r.Body, control}
			}
		}
		next.ServeHTTP(w, r)
	})
}

// timedBody lifts the deadline when the body has ended.
type timedBody struct {
	io.ReadCloser
	control *http.ResponseController
}

func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		// It was set on this connection before, so it can be lifted.
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}
