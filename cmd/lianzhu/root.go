package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const rootHelp = `Lianzhu keeps a knowledge graph of enterprises, the regions they work in and
what they have to do with each other, and answers GraphQL about it.

Settings come from flags, then environment variables, then the configuration
file, then defaults. Each flag names its variable in brackets. The configuration
file is ~/.config/lianzhu/config unless --config says otherwise; its lines read
"key = value", where key is the name of a flag without its dashes:

  # a comment
  data = /srv/lianzhu
  addr = 127.0.0.1:9000

It may set %s.

Data goes to standard output; progress, reports and errors go to standard error.

Exit status:
  0  all went well
  1  something failed, or something was found wrong
  2  the command line, an environment variable or the configuration is wrong`

// newRoot makes the command with all its subcommands.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:               "lianzhu",
		Short:             "A knowledge graph server that speaks GraphQL",
		Example:           "  lianzhu serve\n  lianzhu query '{ stats { entities relations } }'",
		Args:              noCommand,
		RunE:              showHelp,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.settle(cmd) },
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetFlagErrorFunc(flagError)
	root.PersistentFlags().StringVar(&a.data, "data", "", "`DIR` where the graph is kept (default ~/.local/share/lianzhu)")
	root.PersistentFlags().StringVar(&a.config, "config", "", "configuration `FILE` (default ~/.config/lianzhu/config)")
	configurable(root.PersistentFlags(), "data")
	root.AddCommand(newServe(a), newQuery(a), newImport(a), newExport(a), newRead(a), newSource(a), newCheck(a), newSchema(a),
		newVersion(a), newCompletion(a), newMan(a))
	root.Long = fmt.Sprintf(rootHelp, strings.Join(configKeys(root), ", "))
	everyCommand(root, func(cmd *cobra.Command) {
		cmd.DisableFlagsInUseLine = true
		cmd.SuggestionsMinimumDistance = 2
		nameVariables(cmd)
	})
	return root
}

// everyCommand visits cmd and all below it.
func everyCommand(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, sub := range cmd.Commands() {
		everyCommand(sub, visit)
	}
}

func showHelp(cmd *cobra.Command, _ []string) error { return cmd.Help() }

// noCommand refuses what should have been a subcommand.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	meant := ""
	if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
		meant = "; did you mean " + strings.Join(like, " or ") + "?"
	}
	return &usageError{fmt.Sprintf("there is no command %q%s", args[0], meant), cmd.CommandPath()}
}

// takes makes a check of the arguments: between least and most of them (most
// -1: any number). What says what they are, as in the usage line.
func takes(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= least && (most < 0 || len(args) <= most) {
			return nil
		}
		if what == "" {
			return &usageError{fmt.Sprintf("the command takes no arguments; %q is one too many", args[0]), cmd.CommandPath()}
		}
		given := fmt.Sprintf("%d arguments were given", len(args))
		if len(args) == 1 {
			given = "only one argument was given"
		}
		return &usageError{fmt.Sprintf("the command takes %s; %s", what, given), cmd.CommandPath()}
	}
}

// flagError says in our words what is wrong with a flag.
func flagError(cmd *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	var unknown *pflag.NotExistError
	said := err.Error()
	switch {
	case errors.As(err, &value):
		said = wrongValue("--"+value.GetFlag().Name, value.GetValue(), value.Unwrap())
	case errors.As(err, &missing):
		said = fmt.Sprintf("--%s needs a value", missing.GetFlag().Name)
	case errors.As(err, &unknown):
		said = fmt.Sprintf("there is no flag %s", dashed(unknown.GetSpecifiedName()))
	}
	return &usageError{said, cmd.CommandPath()}
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}
