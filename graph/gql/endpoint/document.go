package endpoint

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// document is a query that was parsed and found valid. It is shared between
// requests and never changed, but for its memo.
type document struct {
	text      string
	tokens    int
	ast       *ast.QueryDocument
	fragments map[string]*ast.FragmentDefinition
	notes     notes
	memo      sync.Map
}

// weight estimates the memory that a document takes, from above: parsed
// documents were measured at 120 to 240 bytes a token beside their text, and
// what is compiled into the memo comes on top.
func (d *document) weight() int { return 1_024 + len(d.text) + 320*d.tokens }

// prepare gives the document of a query text, from the cache where it can.
func (e *endpoint) prepare(ctx context.Context, text string) (*document, *refusal) {
	if doc, ok := e.documents.get(text); ok {
		return doc, nil
	}
	text = strings.Clone(text) // it may stand in the buffer of a body
	doc, errs := e.parse(ctx, text)
	if len(errs) > 0 {
		return nil, refuseWith(errs...)
	}
	if len(text) > e.Limits.CacheTextBytes {
		return doc, nil
	}
	return e.documents.add(text, doc, doc.weight()), nil
}

// parse makes a document of a text, refusing it as cheaply as it can.
func (e *endpoint) parse(ctx context.Context, text string) (*document, gqlerror.List) {
	tokens, limit := checkText(text, e.Limits)
	if limit != nil {
		return nil, gqlerror.List{limit}
	}
	parsed, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		return nil, gqlerror.List{parseError(err)}
	}
	if len(parsed.Operations) == 0 {
		return nil, gqlerror.List{newError(CodeValidationFailed, "the document holds no operation, only fragments; add one such as { __typename }")}
	}
	if err := checkShape(parsed, e.Limits); err != nil {
		return nil, gqlerror.List{err}
	}
	notes, errs := validate(ctx, e.schema.Schema(), parsed, e.rules, e.Limits.Errors)
	if ctx.Err() != nil {
		return nil, gqlerror.List{interrupted(ctx, e.Limits)}
	}
	if len(errs) > 0 {
		return nil, errs
	}
	dropDefer(parsed)
	return &document{text: text, tokens: tokens, ast: parsed, fragments: fragmentsByName(parsed), notes: notes}, nil
}

// checkText bounds a document before it is parsed, and counts its tokens.
func checkText(text string, limits Limits) (tokens int, refused *gqlerror.Error) {
	const advice = "send a shorter document; values belong in variables"
	if n := len(text); n > limits.QueryBytes {
		return 0, overLimit("queryBytes", limits.QueryBytes, n, advice)
	}
	lex := lexer.New(&ast.Source{Input: text})
	for {
		token, err := lex.ReadToken()
		if err != nil {
			return 0, parseError(err)
		}
		if token.Kind == lexer.EOF {
			break
		}
		tokens++
	}
	if tokens > limits.Tokens {
		return 0, overLimit("tokens", limits.Tokens, tokens, advice)
	}
	return tokens, nil
}

// parseError gives the parser's own error its code; it knows the place.
func parseError(err error) *gqlerror.Error {
	if e := new(gqlerror.Error); errors.As(err, &e) {
		return withCode(e, CodeParseFailed)
	}
	return newError(CodeParseFailed, "the document is not valid GraphQL")
}

// dropDefer takes @defer out of a valid document. Answers are sent whole, which
// the directive allows.
func dropDefer(doc *ast.QueryDocument) {
	for _, op := range doc.Operations {
		dropDeferFrom(op.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		dropDeferFrom(fragment.SelectionSet)
	}
}

func dropDeferFrom(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			dropDeferFrom(s.SelectionSet)
		case *ast.InlineFragment:
			s.Directives = without(s.Directives, "defer")
			dropDeferFrom(s.SelectionSet)
		case *ast.FragmentSpread:
			s.Directives = without(s.Directives, "defer")
		}
	}
}

// without gives a list of directives that lacks those of one name.
func without(directives ast.DirectiveList, name string) ast.DirectiveList {
	if directives.ForName(name) == nil {
		return directives
	}
	var rest ast.DirectiveList
	for _, directive := range directives {
		if directive.Name != name {
			rest = append(rest, directive)
		}
	}
	return rest
}

// operation chooses the operation to run.
func (d *document) operation(p params) (*ast.OperationDefinition, *refusal) {
	op := d.ast.Operations.ForName(p.operationName)
	switch {
	case op == nil && p.operationName == "":
		return nil, refuse(CodeValidationFailed, "the document holds %d operations; name one in operationName", len(d.ast.Operations))
	case op == nil:
		return nil, refuse(CodeValidationFailed, "the document holds no operation of the name given in operationName")
	case op.Operation == ast.Subscription && !p.streams:
		return nil, refuse(CodeValidationFailed, "an answer of this kind has one result: subscribe over WebSocket (%s), or with the header Accept: %s", subprotocol, mediaEvents)
	case p.readOnly && op.Operation == ast.Mutation:
		ref := refuse(CodeBadRequest, "a mutation must be sent by POST")
		ref.status, ref.wellFormed, ref.allow = http.StatusMethodNotAllowed, false, "POST"
		return nil, ref
	}
	return op, nil
}

// coerce fits the variables of a request to what an operation declares.
func (d *document) coerce(schema *ast.Schema, op *ast.OperationDefinition, given map[string]any) (map[string]any, *refusal) {
	if values, ok := plainVariables(op, given); ok {
		return values, nil
	}
	values, ok := fit(schema, op, given)
	var err error
	if !ok {
		values, err = validator.VariableValues(schema, op, given)
	}
	if err != nil {
		e := new(gqlerror.Error)
		if !errors.As(err, &e) {
			return nil, refuse(CodeValidationFailed, "a variable does not fit its type")
		}
		return nil, refuseWith(withCode(variableError(e, given), CodeValidationFailed))
	}
	for _, name := range d.notes.notNull[op] {
		if value, set := values[name]; set && value == nil {
			return nil, refuse(CodeValidationFailed, "variable $%s must not be null where it is used; leave it out or give a value", name)
		}
	}
	return values, nil
}

// plainVariables spares the library what most requests send: texts where texts
// are declared. It leaves the rest to it.
func plainVariables(op *ast.OperationDefinition, given map[string]any) (values map[string]any, ok bool) {
	for _, v := range op.VariableDefinitions {
		if _, text := given[v.Variable].(string); !text || v.Type.Elem != nil || v.Type.NamedType != "String" && v.Type.NamedType != "ID" {
			return nil, false
		}
	}
	if len(given) == len(op.VariableDefinitions) {
		return given, true
	}
	values = make(map[string]any, len(op.VariableDefinitions))
	for _, v := range op.VariableDefinitions {
		values[v.Variable] = given[v.Variable]
	}
	return values, true
}

// interrupted is the error of an operation whose context has ended.
func interrupted(ctx context.Context, limits Limits) *gqlerror.Error {
	if errors.Is(context.Cause(ctx), context.Canceled) {
		return clientGone()
	}
	err := newError(CodeTimeout, "runTime: the operation did not finish within %v; ask for less", limits.RunTime)
	err.Extensions["limit"] = "runTime"
	err.Extensions["max"] = limits.RunTime.Seconds()
	return err
}

// clientGone is for the log rather than for the client.
func clientGone() *gqlerror.Error {
	return newError(CodeCancelled, "the client has gone")
}
