package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/interchange"
)

const exportHelp = `Write the graph, or a part of it, as a file.

As JSON Lines nothing is lost, the texts of sources included: importing the file
gives the same graph, and exporting that gives the same bytes. The other formats
are for other programs; docs/export.md tells what each of them keeps.

--types, --within and --where choose relations: what they name comes along, and
nothing else. --kinds keeps entities of these kinds and the relations between
them, again with what these name. --where is a filter in JSON as variables of GraphQL are, and means what it
means there: what is planned, denied or derived is left out unless it asks for
it. Without a filter everything is in the file.

--measures gives each entity figures, taken of what the file holds: degree,
pagerank, betweenness, closeness, core-number, component, community.

With --out the file appears only when it is complete.`

const exportExample = `  lianzhu export --out backup.jsonl
  lianzhu export | gzip > backup.jsonl.gz
  lianzhu export --format graphml --types SUPPLIES,INVESTS_IN --measures pagerank -o chain.graphml
  lianzhu export --format xlsx --within 甘肃省 -o gansu.xlsx
  lianzhu export --format csv --where '{"types":["SUPPLIES"],"peer":{"kinds":["PRODUCT"]}}'`

func newExport(a *app) *cobra.Command {
	var out string
	var q gql.FileQuery
	cmd := &cobra.Command{
		Use:     "export",
		Short:   "Write the graph, or a part of it, as a file",
		Long:    exportHelp,
		Example: exportExample,
		Args:    takes(0, 0, ""),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.export(cmd.Context(), q, out) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&out, "out", "o", "-", "write to `FILE` instead of standard output")
	flags.StringVarP(&q.Format, "format", "f", "jsonl", "`FORMAT` of the file")
	completes(cmd, "format", gql.FileFormats()...)
	flags.StringSliceVar(&q.Types, "types", nil, "only relations of these `TYPES`, such as SUPPLIES,INVESTS_IN")
	flags.StringSliceVar(&q.Kinds, "kinds", nil, "only entities of these `KINDS`, such as ENTERPRISE,REGION")
	flags.StringVar(&q.Within, "within", "", "only relations that take place in this `REGION` or below it, by key or name")
	flags.StringVar(&q.Where, "where", "", "only relations that pass this `FILTER` in JSON")
	flags.StringVar(&q.AsOf, "as-of", "", "only relations that may hold at this `DATE`, such as 2023-11")
	flags.StringVar(&q.Lang, "lang", "zh", "`LANGUAGE` of labels: zh or en")
	flags.StringSliceVar(&q.Measures, "measures", nil, "figures to give each entity, such as `pagerank,community`")
	flags.BoolVar(&q.BOM, "bom", false, "begin CSV and TSV with a byte order mark, which Excel needs for Chinese")
	return cmd
}

// export writes the file that q asks for.
func (a *app) export(ctx context.Context, q gql.FileQuery, out string) error {
	return a.withGraph(ctx, false, func(contract *gql.Contract, store graph.Store) error {
		gateway := newGateway(contract, store, nil)
		if err := gateway.Check(q); err != nil {
			return usage("%s", err)
		}
		write := func(w io.Writer) error { return a.writeFile(ctx, gateway, q, w) }
		if out == "-" {
			return write(a.out)
		}
		return writeFile(out, write)
	})
}

// writeFile writes what q asks for; of the whole graph as JSON Lines, how far it
// has come is known.
func (a *app) writeFile(ctx context.Context, gateway *gql.Gateway, q gql.FileQuery, w io.Writer) error {
	if format, _, _ := gql.FileFormat(q.Format); format == interchange.JSONLines && q.Where+q.Within+q.AsOf == "" && q.Types == nil && q.Kinds == nil {
		return a.writeGraph(ctx, gateway.Store, w)
	}
	bar := a.progress("exporting", "bytes", 0)
	defer bar.end()
	return gateway.WriteFile(ctx, inTime{ctx, tally{w, bar}}, q)
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

// tally is a writer that counts bytes on a progress bar.
type tally struct {
	w   io.Writer
	bar *progress
}

func (t tally) Write(p []byte) (int, error) {
	n, err := t.w.Write(p)
	t.bar.count(int64(n))
	return n, err
}
