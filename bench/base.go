package main

import (
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"text/tabwriter"
)

// checkOut puts the other revision into a worktree of its own, until remove is
// called.
func (b *bench) checkOut() (remove func(), err error) {
	dir := filepath.Join(b.work, "base")
	git := func(args ...string) error {
		cmd := exec.Command("git", args...)
		cmd.Dir = b.root
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("git %s: %w: %s", args[0], err, out)
		}
		return nil
	}
	if err := git("worktree", "add", "--detach", dir, b.base); err != nil {
		return nil, err
	}
	b.before = build{name: "base", root: dir}
	return func() {
		if err := git("worktree", "remove", "--force", dir); err != nil {
			b.tell("%v", err)
		}
	}, nil
}

// ratios prints how what is measured compares with the other revision.
func ratios(out io.Writer, base string, results []result) {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\nagainst %s\tclients\trequests/s\tp99\tCPU\tallocations\t\n", base)
	for _, r := range results {
		if r.Target != "lianzhu" {
			continue
		}
		if old, ok := find(results, r.Q, "base", r.Clients); ok {
			fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\t\n", r.Q, r.Clients, times(r.PerSecond, old.PerSecond), times(r.P99, old.P99),
				times(r.CPU, old.CPU), times(r.Allocs, old.Allocs))
		}
	}
	w.Flush()
}

// times is a ratio in words of a table.
func times(now, before float64) string {
	if before == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2fx", now/before)
}

// find finds a line of the results.
func find(results []result, q, target string, clients int) (result, bool) {
	for _, r := range results {
		if r.Q == q && r.Target == target && r.Clients == clients {
			return r, true
		}
	}
	return result{}, false
}
