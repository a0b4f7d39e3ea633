package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"lianzhu/dataset"
	"lianzhu/dataset/formats"
	"lianzhu/graph"
	"lianzhu/graph/gql"
)

const importHelp = `Write the sources, entities and relations of files into the graph.

The ending of its name, or --format, tells the format of a file; what neither
tells is JSON Lines as "lianzhu export" writes it, and so is "-", standard input.
What the columns of a table mean is said by a mapping (--mapping) or, in the
bulk files of graph databases, by their header; docs/import.md tells how.

A line replaces the whole record of its key: names, identifiers and evidence
that the line lacks are gone afterwards, and the report counts the record as
changed. A line that says what is there already changes nothing, so an import
that was broken off is simply run again. What no line names stays.

A line that cannot be used is rejected with its reason, and the rest is
written. What a line refers to may come later, in another file too. With
--rejects the rejected lines are written in the format of their file, each with
its reason, so that they can be mended and imported again; for several files
--rejects names a folder. Lines are written in batches of 1000. With --strict
the import stops at the first line that is rejected: the batches before it stay
written, its own is not. The report accounts for every line that was read. A
graph that is empty is filled at once, which is faster: nothing of it is there
before the end, and nothing at all where the import is broken off.

Exit status: 0 when everything was taken, 1 when something was rejected or failed.`

const importExample = `  lianzhu import backup.jsonl
  lianzhu import --dry-run mine.facts
  lianzhu import --dataset yellow-river
  lianzhu import nodes.csv relationships.csv
  lianzhu import --mapping firms.yaml --rejects rejected.xlsx firms.xlsx
  zcat backup.jsonl.gz | lianzhu import --strict -`

// yellowRiver is the name of the built-in dataset.
const yellowRiver = "yellow-river"

type importFlags struct {
	dataset, rejects string
	format, mapping  string
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
	flags.StringVar(&f.format, "format", "", "the `FORMAT` of all files: "+strings.Join(formats.Names(), ", "))
	completes(cmd, "format", formats.Names()...)
	flags.StringVar(&f.mapping, "mapping", "", "a `FILE` that says how columns become entities and relations")
	flags.StringVar(&f.rejects, "rejects", "", "write what is rejected, with its reasons, to `FILE`; a folder where there are several files")
	flags.BoolVar(&f.strict, "strict", false, "stop at the first line that is rejected; the batches before it stay written")
	flags.BoolVar(&f.dryRun, "dry-run", false, "check everything and write nothing")
	return cmd
}

// importFiles loads what the command line names and reports what came of it.
func (a *app) importFiles(ctx context.Context, f importFlags, files []string) error {
	inputs, err := importInputs(f, files)
	if err != nil {
		return err
	}
	sinks, err := newRejectSinks(f.rejects, inputs)
	if err != nil {
		return err
	}
	defer sinks.discard()
	load := func(contract *gql.Contract, store graph.Store) error {
		heap := a.boundHeap()
		defer heap.end()
		bar := a.progress("importing", "lines", sizeOf(files))
		filling := a.progressAfter(bar, "writing", "entries")
		source := importSource{app: a, builtIn: f.dataset, inputs: inputs, ontology: contract.Ontology, records: f.rejects != "", bar: bar}
		report, err := dataset.Load(ctx, store, contract.Ontology, counted(source.lines(), bar), dataset.Options{
			Actor: "import", Reason: importReason(f.dataset, files), At: a.at(), DryRun: f.dryRun, Strict: f.strict,
			Rejected: sinks.take, MaxRejected: f.most(), Progress: func(int) { heap.follow() },
			Finishing: func(done, of int) { heap.follow(); filling.reach(done, of) },
		})
		bar.end()
		filling.end()
		return a.importDone(f, sinks, report, err)
	}
	if f.dryRun {
		return a.rehearse(ctx, load)
	}
	return a.withGraph(ctx, true, load)
}

// most is how many lines may be rejected: any number where they are written to
// a file, since a person can then go through them.
func (f importFlags) most() int {
	if f.rejects != "" {
		return -1
	}
	return 0
}

// rehearse runs load against the graph or, where there is none, against an
// empty one among the temporary files, so that nothing is left.
func (a *app) rehearse(ctx context.Context, load func(*gql.Contract, graph.Store) error) error {
	err := a.withGraph(ctx, false, load)
	var none *noGraph
	if !errors.As(err, &none) {
		return err
	}
	dir, err := os.MkdirTemp("", "lianzhu-dry-run-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	nowhere := *a
	nowhere.data = dir
	return nowhere.withGraph(ctx, true, load)
}

// importInput is a file to be imported and how it is read.
type importInput struct {
	path    string // "-": standard input
	name    string
	format  dataset.Format
	mapping dataset.Text
}

// importInputs refuses a command line that cannot be carried out, before
// anything is written.
func importInputs(f importFlags, files []string) ([]importInput, error) {
	if len(files) == 0 && f.dataset == "" {
		return nil, &usageError{"there is nothing to import; name a file, - for standard input, or --dataset " + yellowRiver, "lianzhu import"}
	}
	if f.dataset != "" && f.dataset != yellowRiver {
		return nil, usage("there is no built-in dataset %q; there is %s", f.dataset, yellowRiver)
	}
	mapping, err := readMapping(f.mapping)
	if err != nil {
		return nil, err
	}
	var inputs []importInput
	for _, path := range files {
		if err := checkFile(path); err != nil {
			return nil, err
		}
		format, err := formatOf(f.format, path)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, importInput{path, nameOf(path), format, mapping})
	}
	return inputs, nil
}

// formatOf is the format that a flag names or else a file's ending tells; what
// neither tells is JSON Lines.
func formatOf(flag, path string) (dataset.Format, error) {
	if flag != "" {
		format, ok := formats.Named(flag)
		if !ok {
			return format, usage("there is no format %q; there are %s", flag, strings.Join(formats.Names(), ", "))
		}
		return format, nil
	}
	if format, ok := formats.OfFile(path); ok {
		return format, nil
	}
	return dataset.JSONLines(), nil
}

// maxMapping bounds a mapping file, in bytes.
const maxMapping = 1 << 20

func readMapping(path string) (dataset.Text, error) {
	if path == "" {
		return dataset.Text{}, nil
	}
	if err := checkFile(path); err != nil {
		return dataset.Text{}, err
	}
	data, err := os.ReadFile(path)
	if err == nil && len(data) > maxMapping {
		err = usage("%s is longer than %d MiB, so it is no mapping", path, maxMapping>>20)
	}
	return dataset.Text{Name: path, Data: data}, err
}

func checkFile(path string) error {
	if path == "-" {
		return nil
	}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		err = &os.PathError{Op: "open", Path: path, Err: syscall.EISDIR}
	}
	return err
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

// importSource is what is imported: the built-in dataset, if it is named, and
// then the files.
type importSource struct {
	app      *app
	builtIn  string
	inputs   []importInput
	ontology *graph.Ontology
	records  bool
	bar      *progress
}

func (s *importSource) lines() iter.Seq2[dataset.Line, error] {
	return func(yield func(dataset.Line, error) bool) {
		if s.builtIn != "" && !forward(dataset.YellowRiver(), yield) {
			return
		}
		for _, input := range s.inputs {
			if !s.file(input, yield) {
				return
			}
		}
	}
}

// file yields the lines of one file; it tells whether to go on.
func (s *importSource) file(input importInput, yield func(dataset.Line, error) bool) bool {
	in := s.app.in
	if input.path != "-" {
		file, err := os.Open(input.path)
		if err != nil {
			return yield(dataset.Line{}, err)
		}
		defer file.Close()
		in = file
	}
	return forward(input.format.Read(dataset.Input{
		Name: input.name, Reader: s.bar.reading(in), Ontology: s.ontology, Mapping: input.mapping, Records: s.records,
	}), yield)
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
func (a *app) importDone(f importFlags, sinks *rejectSinks, report dataset.Report, failed error) error {
	a.showReport(f.dryRun, report)
	if err := sinks.finish(); err != nil {
		return err
	}
	var refused *dataset.Problem
	switch {
	case f.strict && errors.As(failed, &refused):
		return errors.New("stopped at the first line that was rejected; what was written before it stays: mend the line and run the import again, or leave out --strict")
	case failed != nil:
		return failed
	case report.Refused > 0:
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
	if more := report.Refused - maxShown; more > 0 {
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
		what, report.Read, report.Created, report.Changed, report.Unchanged, report.Refused)
	if n := report.Read - report.Applied - report.Refused; n > 0 {
		text += fmt.Sprintf(", %d %s", n, left)
	}
	return text
}
