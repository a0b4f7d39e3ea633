package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/storage/bolt"
)

const checkHelp = `Prove that the stored graph is sound: every checksum, index and counter of the
file, and then the graph itself.

What is wrong is listed on standard output, a line each. The check reads
everything and writes nothing. No server may have the graph open meanwhile.

Exit status: 0 when nothing is wrong, 1 when something is.`

func newCheck(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "check",
		Short:   "Prove that the stored graph is sound",
		Long:    checkHelp,
		Example: "  lianzhu check",
		Args:    takes(0, 0, ""),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.check(cmd.Context()) },
	}
}

// check proves the file and, where that is sound, the graph in it.
func (a *app) check(ctx context.Context) error {
	file, err := a.findGraph(false)
	if err != nil {
		return err
	}
	if file != inMemory {
		if err := a.checkFile(ctx, file); err != nil {
			return err
		}
	}
	return a.withGraph(ctx, false, func(contract *gql.Contract, store graph.Store) error {
		bar := a.progress("checking the graph", "records", 0)
		findings, err := graph.Check(ctx, watchedStore{store, bar}, contract.Ontology)
		bar.end()
		if err == nil {
			err = showFindings(a, findings)
		}
		if err == nil {
			fmt.Fprintln(a.err, "lianzhu: the graph is sound")
		}
		return err
	})
}

func (a *app) checkFile(ctx context.Context, file string) error {
	steps := stepper{app: a}
	findings, err := bolt.Verify(ctx, file, steps.show)
	steps.end()
	if err != nil {
		return err
	}
	return showFindings(a, findings)
}

// showFindings lists what is wrong; nothing is no error.
func showFindings[F fmt.Stringer](a *app, findings []F) error {
	if len(findings) == 0 {
		return nil
	}
	for _, f := range findings {
		fmt.Fprintln(a.out, printable(f.String()))
	}
	fmt.Fprintf(a.err, "lianzhu: the graph is not sound (findings: %d); import the last export into a new data directory\n", len(findings))
	return errTold
}

// stepper shows the progress of something that has several steps.
type stepper struct {
	app  *app
	bar  *progress // of the step at hand
	last bolt.Progress
}

// show tells how far the step at hand is.
func (s *stepper) show(p bolt.Progress) {
	if s.bar == nil || p.Step != s.last.Step {
		s.end()
		s.bar = s.app.progress("checking "+p.Step, "records", int64(p.Of))
		s.last = bolt.Progress{}
	}
	done := int64(p.Done - s.last.Done)
	s.bar.count(done)
	s.bar.advance(done)
	s.last = p
}

// end takes the bar of the last step away.
func (s *stepper) end() {
	if s.bar != nil {
		s.bar.end()
	}
}
