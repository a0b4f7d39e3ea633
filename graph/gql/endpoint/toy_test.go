package endpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// toySDL is a schema with one field for each thing that the tests look at.
const toySDL = `
scalar Stamp
input Bounds { maxNodes: Int! = 200 maxDepth: Int! = 3 }
input Choice @oneOf { id: ID name: String }
input Nested { in: Nested values: [Int!] }
type Query {
  hello: String
  echo(text: String): String
  double(n: Int! = 21): Int
  at(when: Stamp): String
  nest(value: Nested): Int
  pick(of: Choice!): String
  ratio(of: Float): Float
  item(key: ID!): Item
  items(first: Int, last: Int): ItemConnection!
  found(first: Int! = 10): ItemConnection!
  nodes(ids: [ID!]!): [Item]!
  walk(bounds: Bounds): Walk!
  tags: [Tag!]!
  fails: String
  manyFail: [Tag!]
  panics: String
  waits: String
  long(bytes: Int!): String
}
type Mutation { bump: Int long(bytes: Int!): String }
type Subscription { ticks: String fails: String }
type Item { key: String! name: String items(first: Int, last: Int): ItemConnection! peer: Item tags: [Tag!]! }
type ItemConnection { edges: [ItemEdge!]! nodes: [Item!]! total: Int! }
type ItemEdge { node: Item! cursor: String! }
type Tag { text: String fails: String items(first: Int): ItemConnection! }
type Walk { nodes: [Item!]! }
`

// resolver gives the value of a field: a map for an object, a []any for a list.
type resolver func(ctx context.Context, args map[string]any) (any, error)

// toy executes queries over resolvers named "Type.field"; a field that has none
// is looked up in its object.
type toy struct {
	schema    *ast.Schema
	resolvers map[string]resolver
}

func newToy(t testing.TB) *toy {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "toy.graphqls", Input: toySDL})
	if err != nil {
		t.Fatal(err)
	}
	none := func(context.Context, map[string]any) (any, error) { return nil, nil }
	return &toy{schema: schema, resolvers: map[string]resolver{
		"Query.hello":  func(context.Context, map[string]any) (any, error) { return "你好", nil },
		"Query.echo":   func(_ context.Context, args map[string]any) (any, error) { return args["text"], nil },
		"Query.double": func(_ context.Context, args map[string]any) (any, error) { return args["n"], nil },
		"Query.item": func(_ context.Context, args map[string]any) (any, error) {
			return map[string]any{"key": args["key"], "name": "海尔"}, nil
		},
		"Query.fails": func(context.Context, map[string]any) (any, error) {
			return nil, errors.New("dial tcp 10.0.0.7: secret")
		},
		"Tag.fails":      func(context.Context, map[string]any) (any, error) { return nil, errors.New("secret") },
		"Query.manyFail": func(context.Context, map[string]any) (any, error) { return make([]any, 40), nil },
		"Query.panics":   func(context.Context, map[string]any) (any, error) { panic("secret of the house") },
		"Query.long":     longText,
		"Mutation.long":  longText,
		"Mutation.bump":  func(context.Context, map[string]any) (any, error) { return 1, nil },
		"Query.__type":   none,
		"Query.__schema": none,
	}}
}

func longText(_ context.Context, args map[string]any) (any, error) {
	n := args["bytes"]
	if number, ok := n.(json.Number); ok {
		n, _ = number.Int64()
	}
	return strings.Repeat("x", int(n.(int64))), nil
}

func (s *toy) Schema() *ast.Schema { return s.schema }

func (s *toy) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (s *toy) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	return graphql.OneShot(&graphql.Response{Data: s.object(ctx, rootType(s.schema, op.Operation), nil, op.Operation.SelectionSet)})
}

func rootType(schema *ast.Schema, op *ast.OperationDefinition) *ast.Definition {
	switch op.Operation {
	case ast.Mutation:
		return schema.Mutation
	case ast.Subscription:
		return schema.Subscription
	}
	return schema.Query
}

// object writes an object with the fields that a selection set asks for.
func (s *toy) object(ctx context.Context, def *ast.Definition, value map[string]any, set ast.SelectionSet) []byte {
	out := []byte{'{'}
	for i, field := range graphql.CollectFields(graphql.GetOperationContext(ctx), set, []string{def.Name}) {
		if i > 0 {
			out = append(out, ',')
		}
		out = fmt.Appendf(out, "%q:", field.Alias)
		out = append(out, s.field(ctx, def, value, field)...)
	}
	return append(out, '}')
}

func (s *toy) field(ctx context.Context, def *ast.Definition, object map[string]any, field graphql.CollectedField) []byte {
	if field.Name == "__typename" {
		return fmt.Appendf(nil, "%q", def.Name)
	}
	args := field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: def.Name, Field: field, Args: args})
	value := object[field.Name]
	if resolve := s.resolvers[def.Name+"."+field.Name]; resolve != nil {
		var err error
		if value, err = resolve(ctx, args); err != nil {
			graphql.AddError(ctx, err)
			return []byte("null")
		}
	}
	return s.value(ctx, s.schema.Types[field.Definition.Type.Name()], value, field.Selections)
}

func (s *toy) value(ctx context.Context, def *ast.Definition, value any, set ast.SelectionSet) []byte {
	list, isList := value.([]any)
	if !isList {
		return s.single(ctx, def, value, set)
	}
	out := []byte{'['}
	for i, item := range list {
		if i > 0 {
			out = append(out, ',')
		}
		index := graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &i})
		if item == nil {
			item = map[string]any{}
		}
		out = append(out, s.single(index, def, item, set)...)
	}
	return append(out, ']')
}

func (s *toy) single(ctx context.Context, def *ast.Definition, value any, set ast.SelectionSet) []byte {
	if object, ok := value.(map[string]any); ok && def.Kind == ast.Object {
		return s.object(ctx, def, object, set)
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

// response is an answer as a client reads it.
type response struct {
	Status int
	Header http.Header
	Body   string

	Data   json.RawMessage
	Errors []struct {
		Message    string
		Path       []any
		Locations  []struct{ Line, Column int }
		Extensions map[string]any
	}
	Extensions map[string]any
}

// code is the code of the only error, or "" where there is none.
func (r response) code(t testing.TB) string {
	t.Helper()
	switch len(r.Errors) {
	case 0:
		return ""
	case 1:
		code, _ := r.Errors[0].Extensions["code"].(string)
		return code
	}
	t.Fatalf("%d errors, want one at most: %s", len(r.Errors), r.Body)
	return ""
}

// send gives a request to a handler and reads its answer.
func send(t testing.TB, h http.Handler, r *http.Request) response {
	t.Helper()
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, r)
	resp := response{Status: recorder.Code, Header: recorder.Header(), Body: recorder.Body.String()}
	if err := json.Unmarshal([]byte(resp.Body), &resp); err != nil {
		t.Fatalf("answer is not JSON: %v\n%.300s", err, resp.Body)
	}
	return resp
}

// newPost makes a POST with this body.
func newPost(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// post sends a query by POST and asks for the media type that tells most.
func post(t testing.TB, h http.Handler, query string, variables map[string]any) response {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r := newPost(string(body))
	r.Header.Set("Accept", string(mediaResponse))
	return send(t, h, r)
}

// logged is a buffer for a log.
func logged(o *Options) *bytes.Buffer {
	buf := new(bytes.Buffer)
	o.Log = newTextLog(buf)
	return buf
}

// newTextLog logs to buf, without times.
func newTextLog(buf *bytes.Buffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(buf, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// readAll reads the body of r and gives fresh copies of it.
func readAll(t testing.TB, r *http.Request) func() io.ReadCloser {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return func() io.ReadCloser { return io.NopCloser(bytes.NewReader(body)) }
}

// nested is a query of pages within pages, so many fields deep.
func nested(depth int) string {
	query := "key"
	for range (depth - 2) / 2 {
		query = "items { nodes { " + query + " } }"
	}
	if depth%2 == 1 {
		query = "peer { " + query + " }"
	}
	return "{ item(key: 1) { " + query + " } }"
}
