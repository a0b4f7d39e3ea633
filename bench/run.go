package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"lianzhu/bench/ask"
	"lianzhu/bench/gen"
	"lianzhu/bench/plain"
)

// bench is one run.
type bench struct {
	options
	ctx       context.Context
	out, errs io.Writer
	work      string // a directory that is gone afterwards
	data      string // a data directory with the graph, not to be written to
	graph     *plain.Graph
	questions []ask.Question
	results   []result
	wrong     []error
}

// run makes the graph, starts the servers, asks, and reports.
func run(ctx context.Context, o options, out, errs io.Writer) (err error) {
	b := &bench{options: o, ctx: ctx, out: out, errs: errs}
	if b.work, err = os.MkdirTemp("", "lianzhu-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.work)
	made, err := gen.New(o.scale, o.seed)
	if err != nil {
		return err
	}
	if err := b.build(); err != nil {
		return err
	}
	if err := b.load(made); err != nil {
		return err
	}
	fmt.Fprintln(out, machine(b.root)+"; "+size(made))
	b.tell("laying out the graph for comparison")
	b.graph = plain.New(made)
	b.questions = ask.New(b.graph, o.seed)
	if err := b.measure(); err != nil {
		return err
	}
	b.table()
	return errors.Join(append(b.wrong, b.write())...)
}

func size(g *gen.Graph) string {
	return fmt.Sprintf("scale %v, seed %d: %d entities, %d relations", g.Scale, g.Seed, g.Entities(), g.Relations())
}

// tell tells what is going on.
func (b *bench) tell(format string, args ...any) {
	fmt.Fprintf(b.errs, "bench: "+format+"\n", args...)
}
