package endpoint

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"lianzhu/graph"
)

// live bounds what lasts longer than a request. None of it holds a place at the
// gate.
type live struct {
	subscriptions *room
	sockets       *room
	events        chan struct{} // holds one for each event that is executed
	audiences     *audiences
}

func newLive(l Limits) live {
	return live{
		subscriptions: &room{limit: "subscriptions", most: int64(l.Subscriptions)},
		sockets:       &room{limit: "sockets", most: int64(l.Sockets)},
		events:        make(chan struct{}, l.Events),
		audiences:     &audiences{},
	}
}

// room is a number of places, each of which somebody takes for a while.
type room struct {
	limit string
	most  int64
	taken atomic.Int64
}

// enter takes a place, if there is one. Who has entered must leave.
func (r *room) enter() bool {
	if r.taken.Add(1) > r.most {
		r.taken.Add(-1)
		return false
	}
	return true
}

func (r *room) leave() { r.taken.Add(-1) }

// full is the error of somebody who finds no place.
func (r *room) full() *gqlerror.Error {
	return overLimit(r.limit, int(r.most), int(r.most)+1, "end one that is not needed, or try again later")
}

// subscription is an operation whose answer goes on.
type subscription struct {
	endpoint *endpoint
	opened   *execution
	stream   Stream
	audience *audience // those who ask the same; nil: that cannot be told

	// resume tells where to go on behind what the client was sent.
	resume atomic.Pointer[map[string]any]
}

// begin runs a request when its turn has come: an operation with one result to
// its end, a subscription until it is open. A subscription must be closed.
func (e *endpoint) begin(ctx context.Context, p params) (ans answer, sub *subscription, ref *refusal) {
	if err := e.gate.enter(ctx, e.Limits.RunTime); err != nil {
		return answer{}, nil, notAdmitted(err)
	}
	defer e.gate.leave()
	within := withDeadline(ctx, e.Limits.RunTime, errOutOfTime)
	defer within.stop()
	ctx = within
	defer e.catch(ctx, &ref)
	p.streams = true
	x, ref := e.ready(ctx, p)
	if ref != nil {
		return answer{}, nil, ref
	}
	if x.op.Operation == ast.Subscription {
		sub, ref = e.subscribe(ctx, x)
		return answer{}, sub, ref
	}
	ans, ref = e.execute(ctx, x)
	return ans, nil, ref
}

// subscribe opens a subscription.
func (e *endpoint) subscribe(ctx context.Context, x *execution) (*subscription, *refusal) {
	if e.Subscribe == nil {
		return nil, refuse(CodeValidationFailed, "subscriptions are not offered here")
	}
	if ref := e.checkStream(x); ref != nil {
		return nil, ref
	}
	if !e.live.subscriptions.enter() {
		return nil, refuseWith(e.live.subscriptions.full())
	}
	s := &subscription{endpoint: e, opened: x}
	if ref := s.open(ctx); ref != nil {
		s.close()
		return nil, ref
	}
	return s, nil
}

// checkStream wants one field with events, which validation does not: it counts
// a field twice under two names as one.
func (e *endpoint) checkStream(x *execution) *refusal {
	fields := graphql.CollectFields(x.operationContext(), x.op.SelectionSet, []string{e.schema.Schema().Subscription.Name})
	if len(fields) != 1 {
		return refuse(CodeValidationFailed, "a subscription has one root field, and this one has %d", len(fields))
	}
	if strings.HasPrefix(fields[0].Name, "__") {
		return refuse(CodeValidationFailed, "subscribe to a field of the type %s; %s has no events", e.schema.Schema().Subscription.Name, fields[0].Name)
	}
	return nil
}

func (s *subscription) open(ctx context.Context) *refusal {
	x := s.opened
	stream, err := s.endpoint.Subscribe(ctx, x.operation(), x.run)
	if err == nil && !x.ran {
		err = errors.New("the hook Subscribe has not run the operation")
	}
	if err != nil {
		return refuseWith(s.endpoint.present(ctx, err))
	}
	if len(x.answer.errors) > 0 {
		return refuseWith(x.answer.errors...)
	}
	s.stream, s.audience = stream, s.endpoint.live.audiences.join(x, stream)
	s.note(stream.Resume())
	return nil
}

// close gives up the place of s.
func (s *subscription) close() {
	s.endpoint.live.subscriptions.leave()
	s.endpoint.live.audiences.leave(s.audience)
}

// note keeps where to go on behind what the client was sent.
func (s *subscription) note(resume map[string]any) { s.resume.Store(&resume) }

// next waits for an event and gives what the operation comes to for it, as the
// text of an execution result. A refusal ends the subscription.
func (s *subscription) next(ctx context.Context, r *http.Request) (text []byte, sent func(), ref *refusal) {
	e := s.endpoint
	defer e.catch(ctx, &ref)
	if err := s.stream.Next(ctx); err != nil {
		return nil, nil, refuseWith(e.present(ctx, err))
	}
	ans, failed := s.told(ctx)
	if failed != nil && ctx.Err() != nil {
		return nil, nil, failed
	}
	if failed != nil {
		ans = answer{errors: failed.errors, data: json.RawMessage("null")}
	}
	resume := s.stream.Resume()
	return e.appendResult(nil, r, ans), func() { s.note(resume) }, nil
}

// event executes the operation for the event that was found last, when its turn
// has come.
func (s *subscription) event(ctx context.Context) (ans answer, ref *refusal) {
	e := s.endpoint
	select {
	case e.live.events <- struct{}{}:
		defer func() { <-e.live.events }()
	case <-ctx.Done():
		return answer{}, refuseWith(clientGone())
	}
	within := withDeadline(ctx, e.Limits.RunTime, errOutOfTime)
	defer within.stop()
	ctx = within
	defer e.catch(ctx, &ref)
	x := &execution{endpoint: e, doc: s.opened.doc, op: s.opened.op, variables: s.opened.variables, cost: s.opened.cost}
	return e.executeWithin(ctx, x, s.stream.Around)
}

// dropped is the error by which a client learns that the server has ended its
// subscription, and where it can go on.
func (s *subscription) dropped(code graph.Code, format string, args ...any) *gqlerror.Error {
	err := newError(code, format, args...)
	if resume := s.resume.Load(); resume != nil {
		maps.Copy(err.Extensions, *resume)
	}
	return err
}

// slow is dropped for a client that does not read.
func (s *subscription) slow() *gqlerror.Error {
	l := s.endpoint.Limits
	err := s.dropped(CodeSlow, "patience: the client has read nothing for %v while %d messages or %d bytes waited for it; go on with the arguments in the extensions, and read faster or ask for less",
		l.Patience, l.QueueMessages, l.QueueBytes)
	err.Extensions["limit"] = "patience"
	err.Extensions["max"] = l.Patience.Seconds()
	return err
}

// stopping is dropped for a server that ends.
func (s *subscription) stopping() *gqlerror.Error {
	return s.dropped(graph.CodeClosed, "the server is stopping; go on with the arguments in the extensions when it is back")
}

// appendResult appends an execution result: errors, data and extensions.
func (e *endpoint) appendResult(b []byte, r *http.Request, ans answer) []byte {
	b = append(b, '{')
	if len(ans.errors) > 0 {
		b = append(e.appendErrors(b, r, ans.errors), ',')
	}
	b = append(b, `"data":`...)
	b = append(b, ans.data...)
	b = append(b, ',')
	b = e.appendExtensions(b, r, ans.extensions)
	e.release(ans.buffer)
	return append(b, '}')
}

// appendFailure appends an execution result without data.
func (e *endpoint) appendFailure(b []byte, r *http.Request, errs gqlerror.List) []byte {
	return append(e.appendErrors(append(b, '{'), r, errs), '}')
}
