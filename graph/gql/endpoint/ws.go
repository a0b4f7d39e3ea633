package endpoint

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"
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
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{subprotocol}})
	if err != nil {
		return // Accept has answered
	}
	conn.SetReadLimit(int64(e.Limits.MessageBytes))
	// The context of a request whose connection was taken over means nothing.
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	s := &socket{endpoint: e, r: r, conn: conn, ctx: ctx, cancel: cancel, out: newOutbox(e.Limits), operations: map[string]*socketOperation{}, ended: make(chan struct{})}
	s.serve()
}

// socket is a client at the other end of a WebSocket.
type socket struct {
	endpoint *endpoint
	r        *http.Request
	conn     *websocket.Conn
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

// socketOperation is an operation of a client.
type socketOperation struct {
	id     string
	cancel context.CancelFunc
	sub    *subscription // where it is one and is open
}

// serve answers until the connection is closed, and all that it has begun has
// ended.
func (s *socket) serve() {
	if s.conn.Subprotocol() != subprotocol {
		s.conn.Close(closeSubprotocol, "Subprotocol not acceptable")
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
func (s *socket) end(code websocket.StatusCode, reason string) { s.endWith(code, reason, false) }

// endWith is end; where drop is set, last is sent instead of what waits.
func (s *socket) endWith(code websocket.StatusCode, reason string, drop bool, last ...message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.ended:
		return
	default:
	}
	s.verdict = websocket.CloseError{Code: code, Reason: clipReason(reason)}
	close(s.ended)
	s.out.seal(drop, last...)
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
	s.conn.Close(s.verdict.Code, s.verdict.Reason)
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
		kind, text, err := s.conn.Read(context.Background())
		if err != nil {
			return
		}
		if s.ctx.Err() != nil {
			continue // it is being closed
		}
		if kind != websocket.MessageText || !utf8.Valid(text) {
			s.end(closeBadRequest, "messages are text in UTF-8")
			continue
		}
		s.handle(text)
	}
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

// subscribe begins an operation.
func (s *socket) subscribe(m incoming) {
	switch {
	case !s.ready.Load():
		s.end(closeUnauthorized, "Unauthorized")
		return
	case m.ID == "":
		s.end(closeBadRequest, "a subscribe message needs an id, a text that is not empty")
		return
	case len(m.Payload) == 0:
		s.end(closeBadRequest, "a subscribe message needs a payload with a query")
		return
	}
	p, ref := s.endpoint.decodeBody(m.Payload)
	if ref != nil && !ref.wellFormed {
		s.end(closeBadRequest, ref.errors[0].Message)
		return
	}
	op, ctx, full := s.enter(m.ID)
	switch {
	case op == nil && full:
		most := s.endpoint.Limits.SocketOperations
		s.put(s.ctx, s.failure(m.ID, overLimit("socketOperations", most, most+1, "complete one that is not needed, or open another socket")))
	case op == nil:
		s.end(closeDuplicate, "Subscriber for "+m.ID+" already exists")
	case ref != nil:
		s.leave(op)
		s.put(s.ctx, s.failure(m.ID, ref.errors...))
	default:
		s.running.Go(func() { s.run(ctx, op, p) })
	}
}

// enter takes a place for an operation; there is none where its id is in use, or
// where so many run already.
func (s *socket) enter(id string) (op *socketOperation, ctx context.Context, full bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.operations[id] != nil {
		return nil, nil, false
	}
	if len(s.operations) >= s.endpoint.Limits.SocketOperations {
		return nil, nil, true
	}
	ctx, cancel := context.WithCancel(s.ctx)
	op = &socketOperation{id: id, cancel: cancel}
	s.operations[id] = op
	return op, ctx, false
}

// leave gives up the place of an operation, whose id is free again.
func (s *socket) leave(op *socketOperation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	op.cancel()
	if s.operations[op.id] == op {
		delete(s.operations, op.id)
	}
}

// complete ends an operation because the client asks for it. One that has ended
// is no error.
func (s *socket) complete(id string) {
	s.mu.Lock()
	op := s.operations[id]
	s.mu.Unlock()
	if op != nil {
		s.leave(op)
	}
}

// run executes an operation to its end. What the client has completed is
// answered no more.
func (s *socket) run(ctx context.Context, op *socketOperation, p params) {
	defer s.leave(op)
	ans, sub, ref := s.endpoint.begin(ctx, p)
	if sub != nil {
		defer sub.close()
	}
	switch {
	case ctx.Err() != nil:
	case ref != nil:
		s.finish(ctx, op, s.failure(op.id, ref.errors...))
	case sub == nil:
		s.put(ctx, outgoing(op.id, "next", s.endpoint.appendResult(nil, s.r, ans)))
		s.finish(ctx, op, outgoing(op.id, "complete", nil))
	default:
		s.follow(ctx, op, sub)
	}
}

// finish sends the last message of an operation, whose id may be used again by
// then.
func (s *socket) finish(ctx context.Context, op *socketOperation, m message) {
	if ctx.Err() != nil {
		return
	}
	s.leave(op)
	s.put(s.ctx, m)
}

// follow sends the events of a subscription until it ends.
func (s *socket) follow(ctx context.Context, op *socketOperation, sub *subscription) {
	s.mu.Lock()
	op.sub = sub
	s.mu.Unlock()
	for {
		text, sent, ref := sub.next(ctx, s.r)
		if ctx.Err() != nil {
			return
		}
		if ref != nil {
			s.finish(ctx, op, s.failure(op.id, ref.errors...))
			return
		}
		m := outgoing(op.id, "next", text)
		m.sent = sent
		s.put(ctx, m)
	}
}

// put sends a message when there is room for it. A client that does not read is
// told so, in case it ever reads on, and dropped.
func (s *socket) put(ctx context.Context, m message) {
	if s.out.put(ctx, m) != errSlow {
		return
	}
	s.endpoint.Log.InfoContext(s.ctx, "slow reader dropped", "request_id", s.endpoint.RequestID(s.ctx), "transport", "websocket")
	s.endWith(websocket.StatusTryAgainLater, "slow reader: see the errors of the subscriptions, which tell where to go on", true, s.farewells()...)
}

// farewells are the errors of all subscriptions of a client that does not read.
func (s *socket) farewells() []message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var last []message
	for _, op := range s.operations {
		if op.sub != nil {
			last = append(last, s.failure(op.id, op.sub.slow()))
		}
	}
	return last
}

// failure is the message that ends an operation with errors.
func (s *socket) failure(id string, errs ...*gqlerror.Error) message {
	if request := s.endpoint.RequestID(s.ctx); request != "" {
		for _, err := range errs {
			err.Extensions["requestId"] = request
		}
	}
	text, err := json.Marshal(errs)
	if err != nil {
		text = []byte(`[{"message":"internal error","extensions":{"code":"` + string(CodeInternal) + `"}}]`)
	}
	return outgoing(id, "error", text)
}

// outgoing is a message to a client; payload is JSON, or nothing.
func outgoing(id, kind string, payload []byte) message {
	b := make([]byte, 0, len(id)+len(kind)+len(payload)+40)
	b = append(b, '{')
	if id != "" {
		b = append(appendMember(b, "id", id), ',')
	}
	b = appendMember(b, "type", kind)
	if len(payload) > 0 {
		b = append(append(b, `,"payload":`...), payload...)
	}
	return message{text: append(b, '}')}
}
