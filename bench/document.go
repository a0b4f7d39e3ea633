package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// The lines of a page between which recorded results stand.
const (
	resultsBegin = "<!-- results -->"
	resultsEnd   = "<!-- end of results -->"
)

// documentCommand writes recorded results into a page, between two marks, so
// that no figure there is typed by hand.
func documentCommand(args []string, out io.Writer) error {
	if len(args) != 2 {
		return errors.New("usage: bench document RESULTS PAGE, where RESULTS.jsonl and RESULTS.txt were recorded")
	}
	results, err := readLines(args[0] + ".jsonl")
	if err != nil {
		return err
	}
	told, err := os.ReadFile(args[0] + ".txt")
	if err != nil {
		return err
	}
	page, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	where, _, _ := strings.Cut(string(told), "\n")
	page, err = between(page, inMarkdown(where, results))
	if err != nil {
		return fmt.Errorf("%s: %w", args[1], err)
	}
	fmt.Fprintf(out, "%d lines of results stand in %s\n", len(results), args[1])
	return os.WriteFile(args[1], page, 0o666)
}

// readLines reads what writeLines wrote.
func readLines(name string) ([]result, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var results []result
	for line := range bytes.Lines(text) {
		var r result
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		results = append(results, r)
	}
	return results, nil
}

// between puts text between the marks of a page.
func between(page, text []byte) ([]byte, error) {
	before, rest, ok1 := bytes.Cut(page, []byte(resultsBegin+"\n"))
	_, after, ok2 := bytes.Cut(rest, []byte(resultsEnd))
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("it lacks the lines %s and %s", resultsBegin, resultsEnd)
	}
	return bytes.Join([][]byte{before, []byte(resultsBegin + "\n"), text, []byte(resultsEnd), after}, nil), nil
}

// inMarkdown writes results as two tables: what a user waits for and what the
// server spends, and the goals.
func inMarkdown(where string, results []result) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s.\n\n", where)
	b.WriteString("| question | clients | requests/s | p50 ms | p99 ms | CPU ms | bytes | allocations | constant: CPU ms | loop: CPU ms | stock: CPU ms |\n")
	b.WriteString("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range results {
		if r.Target != "lianzhu" || r.Resident > 0 {
			continue
		}
		fmt.Fprintf(&b, "| %s | %d | %.0f | %.2f | %.2f | %.4f | %.0f | %.0f |", r.Q, r.Clients, r.PerSecond, r.P50, r.P99, r.CPU, r.Bytes, r.Allocs)
		for _, target := range []string{"constant", "loop", "stock"} {
			if other, ok := find(results, r.Q, target, r.Clients); ok {
				fmt.Fprintf(&b, " %.4f |", other.CPU)
			} else {
				b.WriteString(" |")
			}
		}
		b.WriteString("\n")
	}
	b.WriteString("\n| goal | measured | wanted | |\n|---|--:|--:|---|\n")
	for _, g := range goals(results) {
		fmt.Fprintf(&b, "| %s | %.2f%s | %s | %s |\n", g.what, g.value, g.unit, g.wants(), map[bool]string{true: "met", false: "not met"}[g.met()])
	}
	return b.Bytes()
}
