package endpoint

import (
	"context"
	"encoding/json"
	"errors"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"lianzhu/graph"
)

// errOutOfTime is the cause with which an operation's context ends at its
// deadline.
var errOutOfTime = errors.New("operation out of time")

// errPanicked stands for a panic that was logged where it was caught.
var errPanicked = errors.New("panic in a resolver")

// answer is what an operation came to. data is nil where there is none; where a
// plan wrote it, it stands in buffer, behind dataHead.
type answer struct {
	errors     gqlerror.List
	data       json.RawMessage
	extensions extensions
	buffer     *[]byte
	tag        string // by which a client may ask whether it has changed; "": none
}

// execution is one operation on its way.
type execution struct {
	endpoint  *endpoint
	doc       *document
	op        *ast.OperationDefinition
	variables map[string]any
	cost      int

	answer answer
	ran    bool
	oc     graphql.OperationContext
	listed atomic.Int64 // errors reported so far, those left out included
}

// execute runs an operation to its end and gives its answer.
func (e *endpoint) execute(ctx context.Context, x *execution) (answer, *refusal) {
	return e.executeWithin(ctx, x, func(ctx context.Context, run func(context.Context)) (map[string]any, error) {
		return e.Around(ctx, x.operation(), run)
	})
}

// operation is what hooks are told of x.
func (x *execution) operation() Operation {
	return Operation{Name: x.op.Name, Kind: x.op.Operation, Cost: x.cost, Memo: &x.doc.memo}
}

// executeWithin is execute with what stands around the operation.
func (e *endpoint) executeWithin(ctx context.Context, x *execution, around func(context.Context, func(context.Context)) (map[string]any, error)) (answer, *refusal) {
	told, err := around(ctx, x.run)
	if err == nil && !x.ran {
		err = errors.New("the hook Around has not run the operation")
	}
	if err != nil {
		return answer{}, refuseWith(e.present(ctx, err))
	}
	if errs := x.checkAnswer(ctx); len(errs) > 0 {
		return answer{}, refuseWith(errs...)
	}
	x.answer.extensions = extensions{x.cost, x.listed.Load() > int64(e.Limits.Errors), told}
	return x.answer, nil
}

// run executes the operation within ctx and keeps the answer. A panic ends in
// an error of the answer, not in the caller, whose transaction must close.
func (x *execution) run(ctx context.Context) {
	x.ran = true
	ctx = graphql.WithOperationContext(ctx, x.operationContext())
	if x.byPlan(ctx) {
		return
	}
	ctx = graphql.WithResponseContext(ctx, x.report, x.endpoint.recover)
	defer func() {
		if p := recover(); p != nil {
			graphql.AddError(ctx, x.endpoint.recovered(ctx, p))
			x.answer = answer{errors: graphql.GetErrors(ctx), data: json.RawMessage("null")}
		}
	}()
	handler := x.endpoint.schema.Exec(ctx)
	if x.answer.errors = graphql.GetErrors(ctx); x.op.Operation == ast.Subscription && len(x.answer.errors) > 0 {
		return // it could not be opened, and has no events
	}
	if resp := handler(ctx); resp != nil {
		x.answer.data = resp.Data
		for _, err := range resp.Errors {
			graphql.AddError(ctx, err)
		}
	}
	x.answer.errors = graphql.GetErrors(ctx)
}

// planned is a schema that can answer queries and mutations by plans, which append
// to one buffer and are kept in the memo of the document. Where it cannot answer
// one so, it says so and has done nothing.
type planned interface {
	Answer(ctx context.Context, memo *sync.Map, b []byte) (answer []byte, planned bool)
}

// byPlan answers a query or a mutation by a plan, if there is one for it. What
// panics in the plan of a query is left to the executor, which knows how far around
// it an answer is lost; a mutation is never run again.
func (x *execution) byPlan(ctx context.Context) (done bool) {
	schema, ok := x.endpoint.schema.(planned)
	if !ok || x.endpoint.Stock || x.op.Operation == ast.Subscription {
		return false
	}
	buffer := x.endpoint.buffer()
	defer func() {
		p := recover()
		switch {
		case p == nil:
		case x.op.Operation == ast.Mutation:
			panic(p)
		default:
			x.listed.Store(0)
			done = false
		}
	}()
	ctx = graphql.WithResponseContext(ctx, x.report, x.endpoint.recover)
	b, ok := schema.Answer(ctx, &x.doc.memo, append(*buffer, dataHead...))
	*buffer = b
	if !ok {
		x.endpoint.release(buffer)
		return false
	}
	x.answer = answer{errors: graphql.GetErrors(ctx), data: b[len(dataHead):], buffer: buffer}
	return true
}

// operationContext is the operation as the executor wants it.
func (x *execution) operationContext() *graphql.OperationContext {
	x.oc = graphql.OperationContext{
		RawQuery:               x.doc.text,
		Variables:              x.variables,
		OperationName:          x.op.Name,
		Doc:                    x.doc.ast,
		Operation:              x.op,
		RecoverFunc:            x.endpoint.recover,
		ResolverMiddleware:     resolve,
		RootResolverMiddleware: resolveRoot,
	}
	if x.op.Operation == ast.Mutation && x.endpoint.Field != nil {
		x.oc.RootResolverMiddleware = func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
			return x.endpoint.Field(ctx, next)
		}
	}
	return &x.oc
}

// Nothing stands around resolvers, but around those of mutations.
func resolve(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) }

func resolveRoot(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) }

// checkAnswer finds what is wrong with an answer as a whole: that it is too
// long, or that there is none.
func (x *execution) checkAnswer(ctx context.Context) gqlerror.List {
	most := x.endpoint.Limits.AnswerBytes
	switch n := len(x.answer.data); {
	case n > most && x.op.Operation == ast.Mutation:
		return gqlerror.List{overLimit("answerBytes", most, n, "the changes were made; read them with a smaller selection")}
	case n > most:
		return gqlerror.List{overLimit("answerBytes", most, n, "ask for smaller pages or fewer fields")}
	case n == 0 && len(x.answer.errors) == 0:
		return gqlerror.List{x.endpoint.present(ctx, errors.New("the executor gave no answer"))}
	case n == 0:
		return x.answer.errors
	}
	return nil
}

// report is the executor's error presenter: it lets through as many errors as
// an answer lists.
func (x *execution) report(ctx context.Context, err error) *gqlerror.Error {
	if x.listed.Add(1) > int64(x.endpoint.Limits.Errors) {
		return nil
	}
	return x.endpoint.present(ctx, err)
}

// recovered logs a panic with its stack; the client reads the request's id.
func (e *endpoint) recovered(ctx context.Context, p any) error {
	e.Log.ErrorContext(ctx, "panic in an operation", "request_id", e.RequestID(ctx), "panic", p, "stack", string(debug.Stack()))
	return errPanicked
}

// present makes of an error what a client may read.
func (e *endpoint) present(ctx context.Context, err error) *gqlerror.Error {
	shown := e.translate(ctx, err)
	where := new(gqlerror.Error)
	if errors.As(err, &where) {
		if shown.Path == nil {
			shown.Path = where.Path
		}
		if shown.Locations == nil {
			shown.Locations = where.Locations
		}
	}
	if shown.Path == nil {
		shown.Path = graphql.GetPath(ctx)
	}
	return shown
}

// translate finds the sentence and the code for an error.
func (e *endpoint) translate(ctx context.Context, err error) *gqlerror.Error {
	if stoppedBy(ctx, err) {
		return interrupted(ctx, e.Limits)
	}
	if shown := e.Present(ctx, err); shown != nil {
		return withCode(shown, CodeInternal)
	}
	if errors.Is(err, errPanicked) {
		return e.internal(ctx)
	}
	if inArguments(ctx) {
		return newError(graph.CodeInvalid, "an argument's value cannot be used: it is out of range or malformed")
	}
	e.Log.ErrorContext(ctx, "internal error", "request_id", e.RequestID(ctx), "error", err, "path", graphql.GetPath(ctx).String())
	return e.internal(ctx)
}

// stoppedBy reports whether err only says that ctx has ended.
func stoppedBy(ctx context.Context, err error) bool {
	if ctx.Err() == nil {
		return false
	}
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Cause(ctx))
}

// internal is all that a client reads of a fault of the server.
func (e *endpoint) internal(ctx context.Context) *gqlerror.Error {
	id := e.RequestID(ctx)
	if id == "" {
		return newError(CodeInternal, "internal error; the server's log says more")
	}
	return newError(CodeInternal, "internal error; the server's log says more under request id %s", id)
}

// inArguments reports whether an error arose while a field's arguments were
// read, before its resolver ran.
func inArguments(ctx context.Context) bool {
	field := graphql.GetFieldContext(ctx)
	if field == nil || field.Field.Field == nil || field.Field.Definition == nil {
		return false
	}
	return field.Args == nil && len(field.Field.Definition.Arguments) > 0
}
