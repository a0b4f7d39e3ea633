package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
)

// runGrowth asks the server about a tenth of the graph and about all of it.
func runGrowth(ctx context.Context, o options, out, errs io.Writer) error {
	o.targets = []string{"lianzhu"}
	small := o
	small.scale = o.scale / 10
	var wrong []error
	var runs [2]*bench
	for i, o := range []options{small, o} {
		b, err := runOnce(ctx, o, out, errs)
		if err != nil {
			return err
		}
		wrong = append(wrong, b.wrong...)
		runs[i] = b
	}
	fmt.Fprintln(out, machine(o.root))
	growth(out, runs[0].scale, runs[0].results, runs[1].results)
	return errors.Join(wrong...)
}

// growth prints how figures differ between a graph and one of ten times its size.
func growth(out io.Writer, scale float64, small, large []result) {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "question\tclients\tCPU ms at scale %v\tat %v\tgrowth\tp99 ms\tp99 ms\tgrowth\tbytes\tbytes\t\n", scale, 10*scale)
	for _, r := range small {
		if r.Resident > 0 {
			continue
		}
		if l, ok := find(large, r.Q, r.Target, r.Clients); ok {
			fmt.Fprintf(w, "%s\t%d\t%.4f\t%.4f\t%s\t%.3f\t%.3f\t%s\t%.0f\t%.0f\t\n", r.Q, r.Clients, r.CPU, l.CPU, times(l.CPU, r.CPU),
				r.P99, l.P99, times(l.P99, r.P99), r.Bytes, l.Bytes)
		}
	}
	w.Flush()
}
