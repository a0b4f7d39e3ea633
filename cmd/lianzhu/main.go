package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"
)

// app is what the subcommands know of the process they run in, and the global
// settings.
type app struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
	home     func() (string, error) // the user's home directory
	now      func() time.Time
	live     bool // err is a terminal that can redraw a line

	data   string // --data, or "" where it is not set
	config string // --config, or "" where it is not set
}

func main() {
	tuneMemory(os.ReadFile)
	a := &app{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		getenv: os.Getenv, home: os.UserHomeDir, now: time.Now,
		live: term.IsTerminal(int(os.Stderr.Fd())) && os.Getenv("TERM") != "dumb",
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal finds the default behaviour and ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(a.run(ctx, os.Args[1:]))
}

// run runs a command line and gives the exit status.
func (a *app) run(ctx context.Context, args []string) int {
	root := newRoot(a)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	a.report(err)
	return exitStatus(err)
}

// at is the time at which the graph learns something.
func (a *app) at() time.Time { return a.now().UTC().Truncate(time.Millisecond) }
