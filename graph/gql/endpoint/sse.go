package endpoint

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// mediaEvents is the type of an answer of many results: graphql-sse in the mode
// of distinct connections.
const mediaEvents media = "text/event-stream"

// wantsEvents tells whether a client asks for server-sent events: it names them,
// and no JSON that it likes as well.
func wantsEvents(header http.Header) bool {
	if !slices.ContainsFunc(header["Accept"], namesEvents) {
		return false
	}
	events, json := 0.0, 0.0
	for item := range strings.SplitSeq(strings.Join(header.Values("Accept"), ","), ",") {
		r, ok := parseRange(item)
		switch {
		case !ok:
		case r.name == string(mediaEvents):
			events = max(events, r.quality)
		case r.name == string(mediaJSON) || r.name == string(mediaResponse):
			json = max(json, r.quality)
		}
	}
	return events > 0 && events > json
}

// namesEvents spares those who ask for something else a closer look.
func namesEvents(accept string) bool {
	return strings.Contains(strings.ToLower(accept), "event-stream")
}

// serveEvents answers a request with server-sent events: one result, or those of
// a subscription. What is no GraphQL request is refused by its status.
func (e *endpoint) serveEvents(w http.ResponseWriter, r *http.Request) {
	p, ref := e.decode(new(bytes.Buffer), w, r)
	if ref != nil && !ref.wellFormed {
		e.writeRefusal(w, r, mediaResponse, ref)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	var ans answer
	var sub *subscription
	if ref == nil {
		ans, sub, ref = e.begin(ctx, p)
	}
	if sub != nil {
		defer sub.close()
	}
	if ref != nil && !ref.wellFormed {
		e.writeRefusal(w, r, mediaResponse, ref)
		return
	}
	s := &eventStream{endpoint: e, r: r, w: w, control: http.NewResponseController(w), out: newOutbox(e.Limits)}
	switch {
	case ref != nil:
		s.end(false, func() gqlerror.List { return ref.errors })
	case sub == nil:
		s.out.seal(false, func() []message { return []message{s.next(e.appendResult(nil, r, ans)), s.complete()} })
	default:
		done := make(chan struct{})
		defer func() { cancel(); <-done }()
		go func() { defer close(done); s.produce(ctx, sub) }()
	}
	s.send()
}

// eventStream is one answer of server-sent events.
type eventStream struct {
	endpoint *endpoint
	r        *http.Request
	w        http.ResponseWriter
	control  *http.ResponseController
	out      *outbox
}

// next is the event of an execution result, which is one line of JSON.
func (s *eventStream) next(result []byte) message {
	text := append([]byte("event: next\ndata: "), result...)
	return message{text: append(text, "\n\n"...)}
}

// complete is the event that is the last. It has data, or browsers would not
// show it.
func (s *eventStream) complete() message {
	return message{text: []byte("event: complete\ndata: \n\n")}
}

// produce executes a subscription for its events until it ends.
func (s *eventStream) produce(ctx context.Context, sub *subscription) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { s.out.seal(true, nothing) })
	defer stop()
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-s.endpoint.Stop:
			s.end(false, func() gqlerror.List { return gqlerror.List{sub.stopping()} })
			cancel()
		case <-ended:
		}
	}()
	for {
		text, sent, ref := sub.next(ctx, s.r)
		if ref != nil {
			s.end(false, func() gqlerror.List { return ref.errors })
			return
		}
		m := s.next(text)
		m.sent = sent
		if err := s.out.put(ctx, m); err != nil {
			if errors.Is(err, errSlow) {
				s.endpoint.Log.InfoContext(ctx, "slow reader dropped", "request_id", s.endpoint.RequestID(ctx), "transport", "sse")
				s.end(true, func() gqlerror.List { return gqlerror.List{sub.slow()} })
			}
			return
		}
	}
}

// end ends the answer with errors, which are made when it is certain what the
// client is sent before.
func (s *eventStream) end(drop bool, errs func() gqlerror.List) {
	s.out.seal(drop, func() []message {
		return []message{s.next(s.endpoint.appendFailure(nil, s.r, errs())), s.complete()}
	})
}

// send writes the answer as it comes. A client that has gone is nobody's error.
func (s *eventStream) send() {
	header := s.w.Header()
	header.Set("Content-Type", string(mediaEvents)+"; charset=utf-8")
	header.Set("Cache-Control", "no-store, no-transform")
	header.Set("X-Accel-Buffering", "no")
	header.Set("Vary", "Accept")
	s.w.WriteHeader(http.StatusOK)
	if s.control.Flush() != nil {
		return
	}
	// A comment is a sign of life.
	_ = s.out.drain(s.write, s.endpoint.Limits.KeepAlive, func() error { return s.write([]byte(":\n\n")) })
	s.out.seal(true, nothing)
}

// write sends a piece of the answer at once.
func (s *eventStream) write(text []byte) error {
	// Where there are no deadlines, as in some tests, nobody is slow.
	_ = s.control.SetWriteDeadline(time.Now().Add(s.endpoint.Limits.WriteTime))
	if _, err := s.w.Write(text); err != nil {
		return err
	}
	return s.control.Flush()
}
