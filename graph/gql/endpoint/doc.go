// Package endpoint answers GraphQL over HTTP. It takes any executable schema
// and gives an [net/http.Handler]; it has never heard of an enterprise, of a
// store or of a route.
//
// # The way of a request
//
// A request is refused as early and as cheaply as it can be, and every refusal
// names the limit, its value and what was asked:
//
//  1. negotiate: which of the two media types the client wants, with which
//     status codes (application/json answers 200 to every well-formed request,
//     application/graphql-response+json says by its status what happened).
//  2. decode: a body of bounded size, or the parameters of a GET. Variables are
//     counted before they are built.
//  3. the gate: so many operations run, so many wait, the rest get 503.
//  4. prepare: look the query up in the cache, or count its tokens, parse it,
//     measure its shape (depth, fields after fragments, aliases and so on) and
//     only then validate it, because validation is quadratic and cannot be
//     interrupted.
//  5. coerce the variables and price the operation: the product of its page
//     sizes, told in extensions.cost.
//  6. execute, within [Options.Around] and a deadline, into memory.
//  7. write: one status, one Content-Length, the data as the executor made them.
//
// Nothing goes to the network before the operation is over, so a slow client
// never holds a transaction open.
//
// # What goes on
//
// A subscription comes over a WebSocket (ws.go, graphql-transport-ws) or is
// answered with server-sent events (sse.go, graphql-sse). It is prepared like any
// operation and then leaves the gate: its [Stream] waits for events, and each is
// one execution within one view. What a client has yet to read waits in its
// outbox, which is bounded; who does not read is dropped with the place from
// which to go on.
//
// # Errors
//
// Every error has extensions.code, one of [Codes]. What a resolver returns is
// shown to [Options.Present]; what that does not know becomes INTERNAL with the
// request's id, and its text goes to the log only.
package endpoint
