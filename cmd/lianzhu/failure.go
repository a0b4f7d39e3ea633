package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"

	"lianzhu/graph"
)

// The exit statuses.
const (
	statusOK     = 0
	statusFailed = 1 // something failed, or something was found wrong
	statusUsage  = 2 // the command line, the environment or the configuration is wrong
)

// errTold ends a command that has said already what is wrong.
var errTold = errors.New("told already")

// usageError is a mistake in how the command was called. Command, where it is
// set, is the command whose help says more.
type usageError struct {
	sentence string
	command  string
}

func (e *usageError) Error() string { return e.sentence }

// usage makes a mistake in how the command was called.
func usage(format string, args ...any) error {
	return &usageError{sentence: fmt.Sprintf(format, args...)}
}

// exitStatus is what the process ends with after err.
func exitStatus(err error) int {
	var wrong *usageError
	switch {
	case err == nil:
		return statusOK
	case errors.As(err, &wrong):
		return statusUsage
	}
	return statusFailed
}

// report says on standard error what went wrong, if anything.
func (a *app) report(err error) {
	if err == nil || errors.Is(err, errTold) {
		return
	}
	fmt.Fprintf(a.err, "lianzhu: %s\n", printable(sentence(err)))
	var wrong *usageError
	if errors.As(err, &wrong) && wrong.command != "" {
		fmt.Fprintf(a.err, "Run '%s --help' for its usage.\n", wrong.command)
	}
}

// sentence tells an error to a person: without the chain that led to it and
// without paths that the person did not type.
func sentence(err error) string {
	var known *graph.Error
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.As(err, &known):
		return err.Error() + advice(known.Code)
	case errors.As(err, &path):
		return fmt.Sprintf("cannot %s %s: %s", path.Op, path.Path, reason(path.Err))
	case errors.As(err, &link):
		return fmt.Sprintf("cannot write %s: %s", link.New, reason(link.Err))
	}
	return err.Error()
}

// advice says what to do about an error of the graph where that is for the
// command line to know.
func advice(code graph.Code) string {
	if code == graph.CodeBusy {
		return " (lianzhu query --url URL)"
	}
	return ""
}

// reason is the innermost cause of an error of the system, in plain words.
func reason(err error) string {
	var number syscall.Errno
	var op *net.OpError
	var request *url.Error
	switch {
	case errors.As(err, &number):
		return number.Error()
	case errors.As(err, &op):
		return reason(op.Err)
	case errors.As(err, &request):
		return reason(request.Err)
	}
	return err.Error()
}

// printable replaces what could make a terminal do something.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, s)
}
