package endpoint

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
)

// subprotocol is what is spoken over a WebSocket.
const subprotocol = "graphql-transport-ws"

// The codes with which a WebSocket is closed, beside those of the WebSocket
// protocol itself.
const (
	closeBadRequest   websocket.StatusCode = 4400
	closeUnauthorized websocket.StatusCode = 4401
	closeSubprotocol  websocket.StatusCode = 4406
	closeInitTimeout  websocket.StatusCode = 4408
	closeDuplicate    websocket.StatusCode = 4409
	closeInitTwice    websocket.StatusCode = 4429
)

// wantsSocket tells whether a client asks for a WebSocket.
func wantsSocket(r *http.Request) bool {
	for _, value := range r.Header.Values("Upgrade") {
		if strings.EqualFold(strings.TrimSpace(value), "websocket") {
			return true
		}
	}
	return false
}

// serveSocket opens a WebSocket and serves it until it ends.
func (e *endpoint) serveSocket(w http.ResponseWriter, r *http.Request) {
	if !e.live.sockets.enter() {
		ref := refuseWith(e.live.sockets.full())
		ref.status, ref.wellFormed, ref.retryAfter = http.StatusServiceUnavailable, false, "10"
		e.writeRefusal(w, r, mediaResponse, ref)
		return
	}
	defer e.live.sockets.leave()
	below := &taken{ResponseWriter: w}
	conn, err := websocket.Accept(below, r, &websocket.AcceptOptions{Subprotocols: []string{subprotocol}})
	if err != nil {
		return // Accept has answered
	}
	conn.SetReadLimit(-1) // read has its own, which is told by its name
	// The context of a request whose connection was taken over means nothing.
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	s := &socket{endpoint: e, r: r, conn: conn, below: below.conn, ctx: ctx, cancel: cancel, out: newOutbox(e.Limits), operations: map[string]*socketOperation{}, ended: make(chan struct{})}
	s.serve()
}

// socket is a client at the other end of a WebSocket.
type socket struct {
	endpoint *endpoint
	r        *http.Request
	conn     *websocket.Conn
	below    net.Conn // over which conn speaks
	out      *outbox
	ctx      context.Context // of its operations
	cancel   context.CancelFunc
	running  sync.WaitGroup
	ready    atomic.Bool // connection_init has come

	mu         sync.Mutex
	operations map[string]*socketOperation
	ended      chan struct{} // closed when verdict is known
	verdict    websocket.CloseError
}

// serve answers until the connection is closed, and all that it has begun has
// ended.
func (s *socket) serve() {
	if s.conn.Subprotocol() != subprotocol {
		s.close(closeSubprotocol, "Subprotocol not acceptable")
		return
	}
	s.running.Go(s.send)
	s.running.Go(s.watch)
	s.running.Go(s.keepAlive)
	s.receive()
	s.end(websocket.StatusNormalClosure, "")
	s.running.Wait()
}

// end closes the connection when what waits has been sent. Only the first
// verdict counts.
func (s *socket) end(code websocket.StatusCode, reason string) {
	s.endWith(code, reason, false, nothing)
}

// endWith is end; where drop is set, last is sent instead of what waits.
func (s *socket) endWith(code websocket.StatusCode, reason string, drop bool, last func() []message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.ended:
		return
	default:
	}
	s.verdict = websocket.CloseError{Code: code, Reason: clipReason(reason)}
	close(s.ended)
	s.out.seal(drop, last)
	s.cancel()
}

// clipReason shortens a text to what a close frame can hold.
func clipReason(reason string) string {
	const most = 123
	if len(reason) <= most {
		return reason
	}
	return strings.ToValidUTF8(reason[:most-len("…")], "") + "…"
}

// send writes what waits, and closes the connection when that has ended.
func (s *socket) send() {
	write := func(text []byte) error {
		ctx, stop := context.WithTimeout(context.Background(), s.endpoint.Limits.WriteTime)
		defer stop()
		return s.conn.Write(ctx, websocket.MessageText, text)
	}
	if err := s.out.drain(write, 0, nil); err != nil {
		s.conn.CloseNow() // it cannot be told any more
		s.end(websocket.StatusAbnormalClosure, "")
		return
	}
	s.close(s.verdict.Code, s.verdict.Reason)
}

// close tells the client that this is the end, and waits for its answer as long as
// Limits.CloseTime, not the five seconds of the library: a client that never
// answers would hold up the exit of the server for nothing.
func (s *socket) close(code websocket.StatusCode, reason string) {
	cut := time.AfterFunc(s.endpoint.Limits.CloseTime, func() { s.below.Close() })
	defer cut.Stop()
	s.conn.Close(code, reason)
}

// taken keeps the connection that a handler takes over.
type taken struct {
	http.ResponseWriter
	conn net.Conn
}

// Hijack is that of [http.Hijacker].
func (t *taken) Hijack() (conn net.Conn, buffered *bufio.ReadWriter, err error) {
	conn, buffered, err = http.NewResponseController(t.ResponseWriter).Hijack()
	t.conn = conn
	return conn, buffered, err
}

// keepAlive asks the client for a sign of life every so often, and gives up a
// connection on which none comes.
func (s *socket) keepAlive() {
	ticker := time.NewTicker(s.endpoint.Limits.KeepAlive)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if err := s.ping(); err != nil {
				s.conn.CloseNow()
				return
			}
		case <-s.ended:
			return
		}
	}
}

// ping does not use the context of the socket: the library would cut the
// connection when that ends.
func (s *socket) ping() error {
	ctx, stop := context.WithTimeout(context.Background(), s.endpoint.Limits.WriteTime)
	defer stop()
	return s.conn.Ping(ctx)
}

// watch ends the connection of a client that does not begin, and of all clients
// when the server stops.
func (s *socket) watch() {
	timer := time.NewTimer(s.endpoint.Limits.InitTime)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			if !s.ready.Load() {
				s.end(closeInitTimeout, "Connection initialisation timeout")
			}
		case <-s.endpoint.Stop:
			s.end(websocket.StatusGoingAway, "the server is stopping; come back soon")
			return
		case <-s.ended:
			return
		}
	}
}

// receive reads messages until the connection is closed.
func (s *socket) receive() {
	for {
		kind, text, err := s.read()
		most := s.endpoint.Limits.MessageBytes
		switch {
		case err != nil:
			return
		case s.ctx.Err() != nil: // it is being closed
		case len(text) > most:
			s.end(websocket.StatusMessageTooBig, fmt.Sprintf("messageBytes: more than %d bytes sent, %d allowed; send less in one message", most, most))
			return
		case kind != websocket.MessageText || !utf8.Valid(text):
			s.end(closeBadRequest, "messages are text in UTF-8")
		default:
			s.handle(text)
		}
	}
}

// read reads a message, and of one that is too long a byte more than is allowed.
func (s *socket) read() (websocket.MessageType, []byte, error) {
	kind, r, err := s.conn.Reader(context.Background())
	if err != nil {
		return kind, nil, err
	}
	text, err := io.ReadAll(io.LimitReader(r, int64(s.endpoint.Limits.MessageBytes)+1))
	return kind, text, err
}

// incoming is a message from a client.
type incoming struct {
	ID      string          `json:"id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// handle does what a message asks for.
func (s *socket) handle(text []byte) {
	var m incoming
	if err := json.Unmarshal(text, &m); err != nil {
		s.end(closeBadRequest, "messages are JSON objects with a type and, where they belong to an operation, an id")
		return
	}
	switch m.Type {
	case "connection_init":
		s.initialise()
	case "ping":
		s.put(s.ctx, outgoing("", "pong", m.Payload))
	case "pong":
	case "subscribe":
		s.subscribe(m)
	case "complete":
		s.complete(m.ID)
	default:
		s.end(closeBadRequest, "there is no message of this type from a client to a server")
	}
}

// initialise acknowledges the connection.
func (s *socket) initialise() {
	if s.ready.Swap(true) {
		s.end(closeInitTwice, "Too many initialisation requests")
		return
	}
	s.put(s.ctx, outgoing("", "connection_ack", nil))
}
