package gql

import (
	"bytes"
	"context"
	"io"
	"runtime"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"lianzhu/graph"
)

// A mutation reads, writes and reads again: its resolver takes views of its own
// and writes between them, because a store must not be written to by whoever is
// reading from it. What is selected of its result is read by the generated code
// after the resolver has come back; for that a view is opened when the first
// thing is read, of the revision that was made or a later one, and left open until
// the field has been written out. A write that tells only of itself needs none.

// lease is a view that another goroutine holds open.
type lease struct {
	done  chan struct{}
	ended chan error
}

// open makes s read the newest revision until it is closed.
func (s *session) open() error {
	l := &lease{make(chan struct{}), make(chan error, 1)}
	lent := make(chan graph.Reader, 1)
	go func() {
		l.ended <- s.Store.View(s.ctx, func(r graph.Reader) error {
			lent <- r
			<-l.done
			return nil
		})
	}()
	select {
	case r := <-lent:
		s.lease = l
		s.entities.forget()
		s.use(r)
		return nil
	case err := <-l.ended:
		return err
	}
}

// close ends the view that open began, if any.
func (s *session) close() {
	if s.lease == nil {
		return
	}
	close(s.lease.done)
	<-s.lease.ended
	runtime.KeepAlive(s.snapshot) // what it lends must last as long
	s.lease, s.reader, s.snapshot = nil, nil, nil
}

// AroundMutation runs a mutation. Its root fields run one after another, each
// around [Gateway.Field].
func (g *Gateway) AroundMutation(ctx context.Context, run func(context.Context)) (map[string]any, error) {
	m := &mutation{}
	run(context.WithValue(ctx, mutationKey{}, m))
	return map[string]any{"rev": m.rev}, nil
}

// mutation is what the root fields of one operation have in common.
type mutation struct{ rev graph.Rev }

type mutationKey struct{}

// Field runs one root field of a mutation and writes its value out while the
// view that its resolver has left open is there to be read.
func (g *Gateway) Field(ctx context.Context, next func(context.Context) graphql.Marshaler) graphql.Marshaler {
	m, ok := ctx.Value(mutationKey{}).(*mutation)
	if !ok {
		return next(ctx)
	}
	s := &session{Gateway: g, ctx: ctx, mu: new(sync.Mutex)}
	defer s.close()
	value := next(context.WithValue(ctx, sessionKey{}, s))
	m.rev = s.wrote
	if s.reader != nil {
		m.rev = s.reader.Rev()
	}
	if value == graphql.Null || value == nil {
		return value
	}
	var out bytes.Buffer
	value.MarshalGQL(&out)
	return graphql.WriterFunc(func(w io.Writer) { w.Write(out.Bytes()) })
}
