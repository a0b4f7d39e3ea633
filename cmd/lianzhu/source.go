package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"lianzhu/graph"
	"lianzhu/graph/gql"
)

func newSource(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "source",
		Short:   "Add the text of a source, or list the sources",
		Example: "  lianzhu source list\n  lianzhu source add source:qingdao-daily-yellow-river article.txt",
		Args:    noCommand,
		RunE:    showHelp,
	}
	cmd.AddCommand(newSourceAdd(a), newSourceList(a))
	return cmd
}

func newSourceList(a *app) *cobra.Command {
	var output *choice
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the sources",
		Long:    "List the sources of the graph: what they are, and how many characters of text were added.",
		Example: "  lianzhu source list --output json",
		Args:    takes(0, 0, ""),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.listSources(cmd.Context(), output.value) },
	}
	output = choiceFlag(cmd, "output", "how to show them", "table", "json")
	return cmd
}

func (a *app) listSources(ctx context.Context, output string) error {
	sources, err := a.readSources(ctx)
	if err != nil {
		return err
	}
	if output == "json" {
		return printJSON(a.out, sources)
	}
	t := table{columns: []string{"key", "title", "publisher", "published", "characters"}}
	for _, s := range sources {
		length := "-"
		if s.SHA256 != "" {
			length = strconv.Itoa(s.Length)
		}
		t.rows = append(t.rows, []string{string(s.Key), s.Title, s.Publisher, s.PublishedOn.String(), length})
	}
	return t.write(a.out)
}

// readSources are all sources of the graph, by key.
func (a *app) readSources(ctx context.Context) ([]*graph.Source, error) {
	sources := []*graph.Source{}
	err := a.withGraph(ctx, false, func(_ *gql.Contract, store graph.Store) error {
		return store.View(ctx, func(r graph.Reader) error {
			for key, err := range r.AllSources() {
				if err != nil {
					return err
				}
				found, err := r.Sources([]graph.Key{key})
				if err != nil {
					return err
				}
				sources = append(sources, found...)
			}
			return nil
		})
	})
	return sources, err
}
