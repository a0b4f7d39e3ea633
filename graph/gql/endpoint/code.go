package endpoint

import (
	"fmt"
	"net/http"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"lianzhu/graph"
)

// The codes of errors that the endpoint itself makes; the others are the
// graph's.
const (
	CodeBadRequest        graph.Code = "BAD_REQUEST"               // not a GraphQL request over HTTP
	CodeParseFailed       graph.Code = "PARSE_FAILED"              // the document is not GraphQL
	CodeValidationFailed  graph.Code = "VALIDATION_FAILED"         // the document or a variable does not fit the schema
	CodePersistedNotFound graph.Code = "PERSISTED_QUERY_NOT_FOUND" // send the text along with its hash
	CodeTimeout           graph.Code = "TIMEOUT"                   // out of time; ask for less
	CodeCancelled         graph.Code = "CANCELLED"                 // the client has gone
	CodeSlow              graph.Code = "SLOW_READER"               // the client does not read what it subscribed to
	CodeInternal          graph.Code = "INTERNAL"                  // a fault of the server; the log knows the request id
)

// Codes is the closed list of values that extensions.code can have.
func Codes() []graph.Code {
	return []graph.Code{
		CodeBadRequest, CodeParseFailed, CodeValidationFailed, CodePersistedNotFound,
		graph.CodeLimit, CodeTimeout, CodeCancelled, graph.CodeBusy, CodeSlow, CodeInternal,
		graph.CodeInvalid, graph.CodeNotFound, graph.CodeAmbiguous, graph.CodeConflict,
		graph.CodeFull, graph.CodeCorrupt, graph.CodeClosed, graph.CodePending, graph.CodeUnknown,
	}
}

// statusClientGone is what an access log shows for a client that did not wait.
const statusClientGone = 499

// statusOf is the HTTP status of an answer that has this error and no data.
func statusOf(code graph.Code) int {
	switch code {
	case CodeInternal, graph.CodeCorrupt, graph.CodeUnknown:
		return http.StatusInternalServerError
	case CodeTimeout, graph.CodeBusy, graph.CodeClosed, graph.CodeFull, graph.CodePending:
		return http.StatusServiceUnavailable
	case CodeCancelled:
		return statusClientGone
	case graph.CodeConflict:
		return http.StatusConflict
	default:
		return http.StatusBadRequest
	}
}

// refusal is an answer without data: the request was not executed, or not to
// its end.
type refusal struct {
	errors gqlerror.List
	status int

	// wellFormed says that the request was a GraphQL request in good order, so
	// that an application/json client gets 200 whatever came of it.
	wellFormed bool

	allow      string // the Allow header of a 405
	retryAfter string // the Retry-After header of a 503
}

// refuse makes the refusal of a well-formed request.
func refuse(code graph.Code, format string, args ...any) *refusal {
	return refuseWith(newError(code, format, args...))
}

// refuseWith makes the refusal of a well-formed request from errors that have
// their codes.
func refuseWith(errs ...*gqlerror.Error) *refusal {
	return &refusal{errors: errs, status: statusOf(codeOf(errs[0])), wellFormed: true}
}

// refuseHTTP makes the refusal of a request that is none of GraphQL.
func refuseHTTP(status int, format string, args ...any) *refusal {
	return &refusal{errors: gqlerror.List{newError(CodeBadRequest, format, args...)}, status: status}
}

// newError makes an error with a code and a sentence.
func newError(code graph.Code, format string, args ...any) *gqlerror.Error {
	return &gqlerror.Error{
		Message:    fmt.Sprintf(format, args...),
		Extensions: map[string]any{"code": code},
	}
}

// codeOf is the code of an error, or "" where it has none.
func codeOf(err *gqlerror.Error) graph.Code {
	switch code := err.Extensions["code"].(type) {
	case graph.Code:
		return code
	case string:
		return graph.Code(code)
	}
	return ""
}

// withCode sets the code of an error that has none.
func withCode(err *gqlerror.Error, code graph.Code) *gqlerror.Error {
	if codeOf(err) != "" {
		return err
	}
	if err.Extensions == nil {
		err.Extensions = map[string]any{}
	}
	err.Extensions["code"] = code
	return err
}

// overLimit makes the error of somebody who asks for more than a limit allows:
// the limit's name, its value, what was asked, and a sentence on what to do.
func overLimit(limit string, most, asked int, advice string) *gqlerror.Error {
	atLeast := ""
	if asked >= countless {
		atLeast = "at least "
	}
	err := newError(graph.CodeLimit, "%s: %s%d asked, %d allowed; %s", limit, atLeast, asked, most, advice)
	err.Extensions["limit"] = limit
	err.Extensions["max"] = most
	err.Extensions["asked"] = asked
	return err
}

// countless is where counting stops: sums and products saturate here.
const countless = 1_000_000_000

// plus is a + b, neither negative, or countless.
func plus(a, b int) int { return min(a+b, countless) }

// times is a * b, neither negative nor above countless, or countless.
func times(a, b int) int {
	if a != 0 && b > countless/a {
		return countless
	}
	return a * b
}
