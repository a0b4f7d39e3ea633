package endpoint

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/validator/core"

	"lianzhu/graph"
)

// endpoint is the handler.
type endpoint struct {
	Options
	schema    graphql.ExecutableSchema
	rules     []core.Rule
	documents *byteCache[*document]
	persisted *byteCache[string]
	gate      *gate
	live      live
	bodies    sync.Pool // of *bytes.Buffer
	buffers   sync.Pool // of *[]byte
	headers   headers
	recover   graphql.RecoverFunc // recovered
}

// New gives a handler that answers GraphQL requests over schema by POST and, for
// queries, by GET. It is safe for use by many requests at once and starts no
// goroutine.
func New(schema graphql.ExecutableSchema, options Options) http.Handler {
	options = options.withDefaults()
	limits := options.Limits
	e := &endpoint{
		Options:   options,
		schema:    schema,
		rules:     validationRules(),
		documents: newByteCache[*document](limits.CacheBytes),
		persisted: newByteCache[string](limits.PersistedBytes),
		gate:      newGate(limits.Running, limits.Waiting),
		live:      newLive(limits),
		headers:   newHeaders(),
	}
	e.recover = e.recovered
	return e
}

// ServeHTTP answers one request.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case wantsSocket(r):
		e.serveSocket(w, r)
		return
	case wantsEvents(r.Header):
		e.serveEvents(w, r)
		return
	}
	accepted, ok := negotiate(r.Header)
	if !ok {
		ref := refuseHTTP(http.StatusNotAcceptable, "answers are %s or %s in UTF-8; name one in the Accept header", mediaResponse, mediaJSON)
		e.writeRefusal(w, r, mediaJSON, ref)
		return
	}
	body := e.borrowed() // the query stands in it
	defer e.giveBack(body)
	p, ref := e.decode(body, w, r)
	if ref != nil {
		e.writeRefusal(w, r, accepted, ref)
		return
	}
	e.serve(w, r, accepted, p)
}

// serve answers a request that is one of GraphQL.
func (e *endpoint) serve(w http.ResponseWriter, r *http.Request, accepted media, p params) {
	tag := e.validator(r.Context(), p, accepted)
	if has(r.Header, tag) {
		unchanged(w, tag)
		return
	}
	ans, ref := e.admit(r.Context(), p)
	if ref != nil {
		e.writeRefusal(w, r, accepted, ref)
		return
	}
	if tag != "" && len(ans.errors) == 0 && tag == e.validator(r.Context(), p, accepted) {
		ans.tag = tag // the graph stood still meanwhile
	}
	e.writeAnswer(w, r, accepted, ans)
}

// buffer gives an empty buffer to write an answer into; release takes it back,
// unless it has grown so large that keeping it would be a waste.
func (e *endpoint) buffer() *[]byte {
	if b, ok := e.buffers.Get().(*[]byte); ok {
		*b = (*b)[:0]
		return b
	}
	b := make([]byte, 0, 16<<10)
	return &b
}

func (e *endpoint) release(b *[]byte) {
	if b != nil && cap(*b) <= 4<<20 {
		e.buffers.Put(b)
	}
}

// admit runs a request when its turn has come.
func (e *endpoint) admit(ctx context.Context, p params) (answer, *refusal) {
	if err := e.gate.enter(ctx, e.Limits.RunTime); err != nil {
		return answer{}, notAdmitted(err)
	}
	defer e.gate.leave()
	within := withDeadline(ctx, e.Limits.RunTime, errOutOfTime)
	defer within.stop()
	return e.answer(within, p)
}

// notAdmitted refuses a request that the gate did not let in.
func notAdmitted(err error) *refusal {
	if !errors.Is(err, errCrowded) && !errors.Is(err, errTooLong) {
		return refuseWith(clientGone())
	}
	ref := refuse(graph.CodeBusy, "the server is busy: %v; try again shortly", err)
	ref.wellFormed = false
	ref.retryAfter = "1"
	return ref
}

// answer prepares, prices and executes an operation. Whatever panics outside
// the resolvers ends as an internal error too.
func (e *endpoint) answer(ctx context.Context, p params) (ans answer, ref *refusal) {
	defer e.catch(ctx, &ref)
	x, ref := e.ready(ctx, p)
	if ref != nil {
		return answer{}, ref
	}
	return e.execute(ctx, x)
}

// catch ends a panic as a refusal; it is to be deferred.
func (e *endpoint) catch(ctx context.Context, ref **refusal) {
	if v := recover(); v != nil {
		*ref = refuseWith(e.present(ctx, e.recovered(ctx, v)))
	}
}

// ready makes of a request an operation that may be executed.
func (e *endpoint) ready(ctx context.Context, p params) (*execution, *refusal) {
	text, ref := e.resolveText(p)
	if ref != nil {
		return nil, ref
	}
	doc, ref := e.prepare(ctx, text)
	if ref != nil {
		return nil, ref
	}
	e.remember(p)
	op, ref := doc.operation(p)
	if ref != nil {
		return nil, ref
	}
	variables, ref := doc.coerce(e.schema.Schema(), op, p.variables)
	if ref != nil {
		return nil, ref
	}
	cost := doc.cost(e.schema.Schema(), op, variables)
	if cost > e.Limits.Cost {
		return nil, refuseWith(overLimit("cost", e.Limits.Cost, cost, "ask for smaller pages: nested page sizes multiply"))
	}
	return &execution{endpoint: e, doc: doc, op: op, variables: variables, cost: cost}, nil
}
