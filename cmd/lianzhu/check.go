package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"lianzhu/graph"
	"lianzhu/graph/gql"
)

const checkHelp = `Prove that the stored graph is sound.

What is wrong is listed on standard output, a line each. The check reads
everything and writes nothing.

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

func (a *app) check(ctx context.Context) error {
	return a.withGraph(ctx, false, func(contract *gql.Contract, store graph.Store) error {
		bar := a.progress("checking", "records", 0)
		findings, err := graph.Check(ctx, watchedStore{store, bar}, contract.Ontology)
		bar.end()
		if err != nil {
			return err
		}
		return a.showFindings(findings)
	})
}

func (a *app) showFindings(findings []graph.Finding) error {
	for _, f := range findings {
		fmt.Fprintln(a.out, printable(f.String()))
	}
	if len(findings) > 0 {
		fmt.Fprintf(a.err, "lianzhu: %d findings\n", len(findings))
		return errTold
	}
	fmt.Fprintln(a.err, "lianzhu: the graph is sound")
	return nil
}
