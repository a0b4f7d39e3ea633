package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newSchema(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "schema",
		Short:   "Show the GraphQL schema",
		Example: "  lianzhu schema print > schema.graphqls",
		Args:    noCommand,
		RunE:    showHelp,
	}
	cmd.AddCommand(&cobra.Command{
		Use:     "print",
		Short:   "Print the GraphQL schema, descriptions included",
		Example: "  lianzhu schema print > schema.graphqls",
		Args:    takes(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			contract, err := readContract()
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(a.out, contract.Print())
			return err
		},
	})
	return cmd
}
