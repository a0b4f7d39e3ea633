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
	subject   build  // what is measured
	before    build  // another revision, where one is compared with
	where     string // the machine and the checkout
	graph     *plain.Graph
	questions []ask.Question
	results   []result
	remarks   []string // what does not fit a line of the results
	wrong     []error
}

// run measures what the options ask for, and reports.
func run(ctx context.Context, o options, out, errs io.Writer) error {
	if o.growth {
		return runGrowth(ctx, o, out, errs)
	}
	b, err := runOnce(ctx, o, out, errs)
	if err != nil {
		return err
	}
	return errors.Join(append(b.wrong, b.report())...)
}

// runOnce makes the graph, starts the servers and asks.
func runOnce(ctx context.Context, o options, out, errs io.Writer) (b *bench, err error) {
	b = &bench{options: o, ctx: ctx, out: out, errs: errs, where: machine(o.root),
		subject: build{name: "lianzhu", root: o.root, binary: o.binary}}
	if b.work, err = os.MkdirTemp("", "lianzhu-bench-"); err != nil {
		return b, err
	}
	defer os.RemoveAll(b.work)
	made, err := gen.New(o.scale, o.seed)
	if err != nil {
		return b, err
	}
	if err := b.prepare(&b.subject, made); err != nil {
		return b, err
	}
	if o.base != "" {
		remove, err := b.checkOut()
		if err != nil {
			return b, err
		}
		defer remove()
		if err := b.prepare(&b.before, made); err != nil {
			return b, err
		}
	}
	b.tell("laying out the graph for comparison")
	b.graph = plain.New(made)
	b.questions = ask.New(b.graph, o.seed)
	return b, b.measure()
}

func size(g *gen.Graph) string {
	return fmt.Sprintf("scale %v, seed %d: %d entities, %d relations", g.Scale, g.Seed, g.Entities(), g.Relations())
}

// tell tells what is going on.
func (b *bench) tell(format string, args ...any) {
	fmt.Fprintf(b.errs, "bench: "+format+"\n", args...)
}

// remark tells something that belongs to the report as well.
func (b *bench) remark(format string, args ...any) {
	b.tell(format, args...)
	b.remarks = append(b.remarks, fmt.Sprintf(format, args...))
}
