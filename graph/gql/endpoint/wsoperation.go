package endpoint

import (
	"context"
	"encoding/json"

	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// socketOperation is an operation of a client.
type socketOperation struct {
	id     string
	cancel context.CancelFunc
	sub    *subscription // where it is one and is open
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
	s.endWith(websocket.StatusTryAgainLater, "slow reader: see the errors of the subscriptions, which tell where to go on", true, s.farewells)
}

// farewells are the errors of all subscriptions of a client that does not read.
// The socket must be locked.
func (s *socket) farewells() []message {
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
