package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
)

// report prints what was measured, and writes it where it is wanted.
func (b *bench) report() error {
	var text bytes.Buffer
	fmt.Fprintln(&text, b.where+"; "+size(b.graph.G)+fmt.Sprintf("; %v a question", b.each))
	table(&text, b.results)
	for _, r := range b.remarks {
		fmt.Fprintln(&text, r)
	}
	printGoals(&text, goals(b.results))
	if b.base != "" {
		ratios(&text, b.base, b.results)
	}
	if _, err := b.out.Write(text.Bytes()); err != nil {
		return err
	}
	if b.options.out != "" {
		if err := writeLines(b.options.out, b.results); err != nil {
			return err
		}
	}
	if b.record == "" {
		return nil
	}
	name := filepath.Join(b.root, "bench", "results", b.record)
	if err := os.WriteFile(name+".txt", text.Bytes(), 0o666); err != nil {
		return err
	}
	return writeLines(name+".jsonl", b.results)
}

// table prints all results for people.
func table(out io.Writer, results []result) {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "question\ttarget\tclients\trequests/s\tp50 ms\tp99 ms\tCPU ms\tCPU p99 ms\tbytes\tallocations\t")
	for _, r := range results {
		if r.Resident > 0 {
			continue // a remark tells it
		}
		p99 := ""
		if r.CPUP99 > 0 {
			p99 = fmt.Sprintf("%.3f", r.CPUP99)
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%.0f\t%.3f\t%.3f\t%.4f\t%s\t%.0f\t%.0f\t\n", r.Q, r.Target, r.Clients, r.PerSecond, r.P50, r.P99, r.CPU, p99, r.Bytes, r.Allocs)
	}
	w.Flush()
}

// writeLines writes the results as JSON lines.
func writeLines(name string, results []result) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	for _, r := range results {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return os.WriteFile(name, text.Bytes(), 0o666)
}
