package gql

import (
	"context"
	"errors"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"lianzhu/graph"
)

// inputError is the error of an argument that must be mended.
func inputError(argument, detail string) error {
	return &graph.Error{Code: graph.CodeInvalid, Op: "argument", Key: argument, Detail: detail, Index: -1}
}

// notFound is the error of something that the graph does not have.
func notFound(op, key, detail string, zh ...string) error {
	return &graph.Error{Code: graph.CodeNotFound, Op: op, Key: key, Detail: detail, DetailZH: strings.Join(zh, ""), Index: -1}
}

// Present translates an error for clients; nil where err is none that they may
// read. It is the one place where errors of the graph become errors of GraphQL.
func Present(_ context.Context, err error) *gqlerror.Error {
	var known *graph.Error
	var later *pending
	switch {
	case errors.As(err, &later):
		return &gqlerror.Error{Message: later.Error(), Extensions: later.extensions()}
	case errors.As(err, &known):
		extensions := map[string]any{"code": string(known.Code)}
		if known.Candidates != nil {
			extensions["candidates"] = known.Candidates
		}
		return &gqlerror.Error{Message: known.Error(), Extensions: extensions}
	case errors.Is(err, context.DeadlineExceeded):
		return &gqlerror.Error{Message: "the question took longer than it may; ask for less", Extensions: map[string]any{"code": "TIMEOUT"}}
	case errors.Is(err, context.Canceled):
		return &gqlerror.Error{Message: "the question was cancelled", Extensions: map[string]any{"code": "CANCELLED"}}
	}
	return nil
}
