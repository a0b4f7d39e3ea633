package main

import (
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"
)

// table prints all results for people.
func (b *bench) table() {
	w := tabwriter.NewWriter(b.out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "question\ttarget\tclients\trequests/s\tp50 ms\tp99 ms\tCPU ms\tCPU p99 ms\tbytes\tallocations\t")
	for _, r := range b.results {
		p99 := ""
		if r.CPUP99 > 0 {
			p99 = fmt.Sprintf("%.3f", r.CPUP99)
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%.0f\t%.3f\t%.3f\t%.4f\t%s\t%.0f\t%.0f\t\n", r.Q, r.Target, r.Clients, r.PerSecond, r.P50, r.P99, r.CPU, p99, r.Bytes, r.Allocs)
	}
	w.Flush()
}

// write writes the results as JSON lines.
func (b *bench) write() error {
	if b.options.out == "" {
		return nil
	}
	f, err := os.Create(b.options.out)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(f)
	for _, r := range b.results {
		if err := enc.Encode(r); err != nil {
			f.Close()
			return err
		}
	}
	return f.Close()
}
