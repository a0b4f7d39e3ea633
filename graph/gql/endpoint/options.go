package endpoint

import (
	"cmp"
	"context"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Options is what an endpoint is told. The zero value works: default limits, no
// translation of errors (all are INTERNAL) and no log.
type Options struct {
	Limits Limits

	// Around stands around the execution of every operation, so that the caller
	// can open one view of its store for all of it. It calls run at most once,
	// with a context derived from ctx; when run comes back the answer is in
	// memory and what Around lent to the resolvers may be taken away. What it
	// returns stands in the answer's extensions; an error takes the place of the
	// whole answer. Where run was not called there must be an error.
	Around func(ctx context.Context, op Operation, run func(ctx context.Context)) (extensions map[string]any, err error)

	// Subscribe opens a subscription: it calls run at most once, with a context
	// derived from ctx, to have the executor call the resolver of the root field
	// with its arguments, and gives the stream of events. An error of the
	// resolver is reported to the client, and the stream not used. Nil: there are
	// no subscriptions.
	Subscribe func(ctx context.Context, op Operation, run func(ctx context.Context)) (Stream, error)

	// Stop, when it is closed, ends subscriptions and sockets, whose clients are
	// told to come back. Nil: they last as long as their clients.
	Stop <-chan struct{}

	// Field stands around each root field of a mutation, which run one after
	// another; nil: nothing does.
	Field func(ctx context.Context, next func(context.Context) graphql.Marshaler) graphql.Marshaler

	// Present translates an error of a resolver or of Around into what a client
	// may read, with extensions.code set; nil where it does not know the error.
	// Path and locations are filled in where it leaves them out.
	Present func(ctx context.Context, err error) *gqlerror.Error

	// RequestID names the request of a context, or "" where it has no name.
	RequestID func(ctx context.Context) string

	// Revision names the state of everything beside a request that answers
	// depend on: where two are the same, the same query has the same answer. nil:
	// answers are not to be kept.
	Revision func(ctx context.Context) (string, error)

	// Stock has every query answered by the generated executor, field by field,
	// also where a plan could do it: for comparison.
	Stock bool

	// Log hears of internal errors and panics, with their stack.
	Log *slog.Logger
}

// Operation is the one operation of a document that is about to run.
type Operation struct {
	Name string        // "" where it has none
	Kind ast.Operation // ast.Query, ast.Mutation or ast.Subscription
	Cost int           // as told in extensions.cost

	// Memo belongs to the parsed document and lives as long as it stays in the
	// query cache: the place for what is compiled from its selections, keyed by
	// a pointer into the document. It may be used by several operations at once.
	Memo *sync.Map
}

// Stream gives the events of a subscription. It is used by one goroutine at a
// time.
type Stream interface {
	// Next waits for the next event. Its error ends the subscription.
	Next(ctx context.Context) error

	// Around stands around the execution of the operation for the event that
	// Next has found, as Options.Around does around other operations.
	Around(ctx context.Context, run func(ctx context.Context)) (extensions map[string]any, err error)

	// Resume tells how a client can go on behind the event that Next found last:
	// it stands in the extensions of the error that ends a subscription.
	Resume() map[string]any
}

// Writes tells whether op is a mutation.
func (op Operation) Writes() bool { return op.Kind == ast.Mutation }

// Limits bounds a request. A zero field means its default, so that no limit can
// be left out by accident; to lift one, set it high.
type Limits struct {
	BodyBytes      int // of a POST; default 1 MiB
	VariableDepth  int // nesting of the variables' JSON; 32
	VariableValues int // values in the variables' JSON; 20,000

	QueryBytes int // text of the document; 32 KiB
	Tokens     int // of the document, comments counted; 2,000
	Operations int // definitions in a document; 10
	Fragments  int // definitions in a document; 50
	Variables  int // definitions of one operation; 50
	Directives int // uses in a document; 20
	Aliases    int // fields with an alias in a document, as written; 30

	Depth              int // fields within fields; 12
	IntrospectionDepth int // the same below __schema and __type; 20
	RootFields         int // of one operation, fragments followed; 20
	Fields             int // of one operation, fragments followed; 500
	RepeatedKey        int // times one response key stands in one selection set, fragments followed; 20

	Cost int // records that the page sizes multiply to; 50,000

	RunTime     time.Duration // of one operation, and of its waiting for its turn; 10 s
	AnswerBytes int           // of the data; 16 MiB
	Errors      int           // listed in an answer; 10

	CacheBytes     int // memory of the query cache, roughly; 32 MiB
	CacheTextBytes int // longest query text that is cached; 8 KiB
	PersistedBytes int // texts of automatic persisted queries; 4 MiB

	Running int // operations at once; 4 for each core, and 32 at least: writes wait for the disk together
	Waiting int // operations that wait for their turn; 200

	Subscriptions    int           // at once, over all transports; 2,000
	Sockets          int           // WebSockets at once; 1,000
	SocketOperations int           // at once on one WebSocket; 50
	Events           int           // events of subscriptions that are executed at once; 1 for each core
	MessageBytes     int           // of a WebSocket message from a client; 256 KiB
	InitTime         time.Duration // between opening a WebSocket and connection_init; 5 s
	KeepAlive        time.Duration // between two signs of life to an idle client; 15 s
	QueueMessages    int           // that wait for a client to read; 256
	QueueBytes       int           // of such messages; 1 MiB
	Patience         time.Duration // that a full queue has with its client to read anything; 10 s
	WriteTime        time.Duration // for one message to be taken by the network; 30 s
	CloseTime        time.Duration // for a client to answer the close of a WebSocket; 1 s
}

// withDefaults gives l with its zero fields filled in.
func (l Limits) withDefaults() Limits {
	def := func(field *int, value int) { *field = cmp.Or(*field, value) }
	def(&l.BodyBytes, 1<<20)
	def(&l.VariableDepth, 32)
	def(&l.VariableValues, 20_000)

	def(&l.QueryBytes, 32<<10)
	def(&l.Tokens, 2_000)
	def(&l.Operations, 10)
	def(&l.Fragments, 50)
	def(&l.Variables, 50)
	def(&l.Directives, 20)
	def(&l.Aliases, 30)

	def(&l.Depth, 12)
	def(&l.IntrospectionDepth, 20)
	def(&l.RootFields, 20)
	def(&l.Fields, 500)
	def(&l.RepeatedKey, 20)

	def(&l.Cost, 50_000)

	l.RunTime = cmp.Or(l.RunTime, 10*time.Second)
	def(&l.AnswerBytes, 16<<20)
	def(&l.Errors, 10)

	def(&l.CacheBytes, 32<<20)
	def(&l.CacheTextBytes, 8<<10)
	def(&l.PersistedBytes, 4<<20)

	def(&l.Running, max(32, 4*runtime.GOMAXPROCS(0)))
	def(&l.Waiting, 200)

	def(&l.Subscriptions, 2_000)
	def(&l.Sockets, 1_000)
	def(&l.SocketOperations, 50)
	def(&l.Events, runtime.GOMAXPROCS(0))
	def(&l.MessageBytes, 256<<10)
	l.InitTime = cmp.Or(l.InitTime, 5*time.Second)
	l.KeepAlive = cmp.Or(l.KeepAlive, 15*time.Second)
	def(&l.QueueMessages, 256)
	def(&l.QueueBytes, 1<<20)
	l.Patience = cmp.Or(l.Patience, 10*time.Second)
	l.WriteTime = cmp.Or(l.WriteTime, 30*time.Second)
	l.CloseTime = cmp.Or(l.CloseTime, time.Second)
	return l
}

// withDefaults gives o with every function in its place.
func (o Options) withDefaults() Options {
	o.Limits = o.Limits.withDefaults()
	if o.Around == nil {
		o.Around = func(ctx context.Context, _ Operation, run func(context.Context)) (map[string]any, error) {
			run(ctx)
			return nil, nil
		}
	}
	if o.Present == nil {
		o.Present = func(context.Context, error) *gqlerror.Error { return nil }
	}
	if o.RequestID == nil {
		o.RequestID = func(context.Context) string { return "" }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
