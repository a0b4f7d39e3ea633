package server

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Config is what a server is told. GraphQL is needed; a zero field otherwise
// means its default.
type Config struct {
	GraphQL    http.Handler // at /graphql and /query
	Playground http.Handler // below /playground/, paths not stripped; nil: 404

	Export http.Handler // below /export/, paths not stripped; nil: 404
	Import http.Handler // POST /import; it sets its own deadlines; nil: 404

	// Ready says whether requests can be answered; its error goes to the log.
	// Nil: always.
	Ready func(ctx context.Context) error

	// Parts tells of parts of the server that it can do without, by their names;
	// /readyz shows them as JSON while the server is ready. Nil: there are none.
	Parts func() map[string]any

	// Stopping is called when the server begins to end, so that answers that go
	// on for ever (subscriptions) can come to theirs. Nil: there are none.
	Stopping func()

	// Version is what /version answers, as JSON. Nil: 404.
	Version any

	// Log hears of every request (never of its query or variables), of what
	// net/http complains about, and of panics. Nil: nobody.
	Log *slog.Logger

	// NewRequestID names a request that came without a name of its own. Nil: 26
	// random letters and digits.
	NewRequestID func() string

	HeaderTimeout time.Duration // to receive a request's header; 5 s
	BodyTimeout   time.Duration // to receive a request's body; 30 s
	WriteTimeout  time.Duration // from the header to the last byte of the answer; 2 min
	IdleTimeout   time.Duration // between two requests of a connection; 60 s
	HeaderBytes   int           // of a request's header, with its URL; 64 KiB

	// Drain is how long /readyz says 503 before the server stops listening, for
	// balancers that look now and then. Zero: not at all.
	Drain time.Duration

	// Grace is how long requests may go on after the server has stopped
	// listening; 15 s.
	Grace time.Duration
}

// withDefaults gives c with its zero fields filled in.
func (c Config) withDefaults() Config {
	if c.Ready == nil {
		c.Ready = func(context.Context) error { return nil }
	}
	if c.Stopping == nil {
		c.Stopping = func() {}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.NewRequestID == nil {
		c.NewRequestID = newRequestID
	}
	c.HeaderTimeout = cmp.Or(c.HeaderTimeout, 5*time.Second)
	c.BodyTimeout = cmp.Or(c.BodyTimeout, 30*time.Second)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, 2*time.Minute)
	c.IdleTimeout = cmp.Or(c.IdleTimeout, time.Minute)
	c.HeaderBytes = cmp.Or(c.HeaderBytes, 64<<10)
	c.Grace = cmp.Or(c.Grace, 15*time.Second)
	return c
}
