package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/graph/gql"
)

const importHelp = `Write the sources, entities and relations of files into the graph.

A file is JSON Lines as "lianzhu export" writes it or, where its name ends in
.facts, statements in the readable format; "-" is JSON Lines on standard input.
A line replaces the whole record of its key: names, identifiers and evidence
that the line lacks are gone afterwards, and the report counts the record as
changed. A line that says what is there already changes nothing, so an import
that was broken off is simply run again. What no line names stays.

A line that cannot be used is rejected with its reason, and the rest is
written. Lines are written in batches of 1000. With --strict the import stops at
the first line that is rejected: the batches before it stay written, its own is
not. The report accounts for every line that was read.

Exit status: 0 when everything was taken, 1 when something was rejected or failed.`

const importExample = `  lianzhu import backup.jsonl
  lianzhu import --dry-run mine.facts
  lianzhu import --dataset yellow-river
  zcat backup.jsonl.gz | lianzhu import --strict -`

// yellowRiver is the name of the built-in dataset.
const yellowRiver = "yellow-river"

type importFlags struct {
	dataset, rejects string
	strict, dryRun   bool
}

func newImport(a *app) *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:     "import [FILE...]",
		Short:   "Write files into the graph",
		Long:    importHelp,
		Example: importExample,
		Args:    takes(0, -1, "files"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.importFiles(cmd.Context(), f, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.dataset, "dataset", "", "import the built-in dataset of this `NAME`: "+yellowRiver)
	completes(cmd, "dataset", yellowRiver)
	flags.StringVar(&f.rejects, "rejects", "", "write every rejection to `FILE`, a line each")
	flags.BoolVar(&f.strict, "strict", false, "stop at the first line that is rejected; the batches before it stay written")
	flags.BoolVar(&f.dryRun, "dry-run", false, "check everything and write nothing")
	return cmd
}

// importFiles loads what the command line names and reports what came of it.
func (a *app) importFiles(ctx context.Context, f importFlags, files []string) error {
	if err := checkImport(f, files); err != nil {
		return err
	}
	load := func(contract *gql.Contract, store graph.Store) error {
		bar := a.progress("importing", "lines", sizeOf(files))
		report, err := dataset.Load(ctx, store, contract.Ontology, counted(a.importLines(f.dataset, files, bar), bar), dataset.Options{
			Actor: "import", Reason: importReason(f.dataset, files), At: a.at(), DryRun: f.dryRun, Strict: f.strict,
		})
		bar.end()
		return a.importDone(f, report, err)
	}
	if f.dryRun {
		return a.rehearse(ctx, load)
	}
	return a.withGraph(ctx, true, load)
}

// rehearse runs load against the graph or, where there is none, against an
// empty one in memory, so that nothing is made.
func (a *app) rehearse(ctx context.Context, load func(*gql.Contract, graph.Store) error) error {
	err := a.withGraph(ctx, false, load)
	var none *noGraph
	if !errors.As(err, &none) {
		return err
	}
	nowhere := *a
	nowhere.data = inMemory
	return nowhere.withGraph(ctx, true, load)
}

// checkImport refuses a command line that cannot be carried out, before
// anything is written.
func checkImport(f importFlags, files []string) error {
	if len(files) == 0 && f.dataset == "" {
		return &usageError{"there is nothing to import; name a file, - for standard input, or --dataset " + yellowRiver, "lianzhu import"}
	}
	if f.dataset != "" && f.dataset != yellowRiver {
		return usage("there is no built-in dataset %q; there is %s", f.dataset, yellowRiver)
	}
	for _, name := range files {
		if name == "-" {
			continue
		}
		info, err := os.Stat(name)
		if err == nil && info.IsDir() {
			err = &os.PathError{Op: "open", Path: name, Err: syscall.EISDIR}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// importReason is what the history says of an import. It names no folders, since
// it is for everybody who reads the graph.
func importReason(builtIn string, files []string) string {
	switch {
	case len(files) == 0:
		return "built-in dataset " + builtIn
	case len(files) == 1:
		return "import of " + filepath.Base(nameOf(files[0]))
	}
	return fmt.Sprintf("import of %d files", len(files))
}

// sizeOf is the size of all files together in bytes, or 0 where one of them
// has none that is known.
func sizeOf(files []string) int64 {
	var total int64
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			return 0
		}
		total += info.Size()
	}
	return total
}

// importLines yields the lines of the built-in dataset, if it is named, and
// then of the files.
func (a *app) importLines(builtIn string, files []string, bar *progress) iter.Seq2[dataset.Line, error] {
	return func(yield func(dataset.Line, error) bool) {
		if builtIn != "" && !forward(dataset.YellowRiver(), yield) {
			return
		}
		for _, name := range files {
			if !a.fileLines(name, bar, yield) {
				return
			}
		}
	}
}

// fileLines yields the lines of one file; it tells whether to go on.
func (a *app) fileLines(name string, bar *progress, yield func(dataset.Line, error) bool) bool {
	in := a.in
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return yield(dataset.Line{}, err)
		}
		defer file.Close()
		in = file
	}
	read := dataset.Read
	if filepath.Ext(name) == ".facts" {
		read = dataset.ReadStatements
	}
	return forward(read(bar.reading(in), nameOf(name)), yield)
}

// forward yields what lines yield; it tells whether to go on.
func forward(lines iter.Seq2[dataset.Line, error], yield func(dataset.Line, error) bool) bool {
	for line, err := range lines {
		if !yield(line, err) {
			return false
		}
	}
	return true
}

// counted counts on bar what seq yields.
func counted[T any](seq iter.Seq2[T, error], bar *progress) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range seq {
			bar.count(1)
			if !yield(v, err) {
				return
			}
		}
	}
}

// maxShown bounds the rejections that are shown; --rejects has them all.
const maxShown = 20

// importDone tells what an import did, and ends with what went wrong.
func (a *app) importDone(f importFlags, report dataset.Report, failed error) error {
	a.showReport(f.dryRun, report)
	if f.rejects != "" {
		if err := writeRejects(f.rejects, report.Rejected); err != nil {
			return err
		}
	}
	var refused *dataset.Problem
	switch {
	case f.strict && errors.As(failed, &refused):
		return errors.New("stopped at the first line that was rejected; what was written before it stays: mend the line and run the import again, or leave out --strict")
	case failed != nil:
		return failed
	case len(report.Rejected) > 0:
		return errTold
	}
	return nil
}

// showReport lists the first rejections and tells how many lines became what.
func (a *app) showReport(dryRun bool, report dataset.Report) {
	rejected := report.Rejected
	for _, p := range rejected[:min(maxShown, len(rejected))] {
		fmt.Fprintln(a.err, printable(p.Error()))
	}
	if more := len(rejected) - maxShown; more > 0 {
		fmt.Fprintf(a.err, "and %d more; --rejects FILE writes them all\n", more)
	}
	fmt.Fprintln(a.err, account(dryRun, report))
}

// account tells what became of every line that was read. Those that are neither
// written nor rejected stood in the batch in which a load ended early.
func account(dryRun bool, report dataset.Report) string {
	what, left := "imported", "not written"
	if dryRun {
		what, left = "dry run, nothing was written", "not tried"
	}
	text := fmt.Sprintf("%s: %d read, %d created, %d changed, %d unchanged, %d rejected",
		what, report.Read, report.Created, report.Changed, report.Unchanged, len(report.Rejected))
	if n := report.Read - report.Applied - len(report.Rejected); n > 0 {
		text += fmt.Sprintf(", %d %s", n, left)
	}
	return text
}

func writeRejects(name string, rejected []*dataset.Problem) error {
	return writeFile(name, func(w io.Writer) error {
		for _, p := range rejected {
			if _, err := fmt.Fprintln(w, p); err != nil {
				return err
			}
		}
		return nil
	})
}
