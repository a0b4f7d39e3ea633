package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/graph/gql"
)

const exportHelp = `Write the whole graph as JSON Lines, the texts of sources included.

Nothing is lost: importing the file gives the same graph, and exporting that
gives the same bytes. With --out the file appears only when it is complete.`

const exportExample = `  lianzhu export --out backup.jsonl
  lianzhu export | gzip > backup.jsonl.gz`

func newExport(a *app) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:     "export",
		Short:   "Write the whole graph as JSON Lines",
		Long:    exportHelp,
		Example: exportExample,
		Args:    takes(0, 0, ""),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.export(cmd.Context(), out) },
	}
	cmd.Flags().StringVarP(&out, "out", "o", "-", "write to `FILE` instead of standard output")
	return cmd
}

func (a *app) export(ctx context.Context, out string) error {
	return a.withGraph(ctx, false, func(_ *gql.Contract, store graph.Store) error {
		write := func(w io.Writer) error { return a.writeGraph(ctx, store, w) }
		if out == "-" {
			return write(a.out)
		}
		return writeFile(out, write)
	})
}

// writeGraph writes the graph of store in one revision.
func (a *app) writeGraph(ctx context.Context, store graph.Store, w io.Writer) error {
	return store.View(ctx, func(r graph.Reader) error {
		counts, err := r.Counts()
		if err != nil {
			return err
		}
		bar := a.progress("exporting", "lines", int64(counts.Entities+counts.Relations+counts.Sources))
		defer bar.end()
		return dataset.Encode(w, counted(dataset.All(r), bar))
	})
}
