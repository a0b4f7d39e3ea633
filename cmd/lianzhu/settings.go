package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Annotations of flags.
const (
	inConfig = "lianzhu-config"   // the configuration file may set it
	variable = "lianzhu-variable" // its environment variable, where the name of the flag is not enough
	portToo  = "lianzhu-port"     // after its own variable, PORT may set it
)

// configurable lets the configuration file set these flags.
func configurable(flags *pflag.FlagSet, names ...string) {
	for _, name := range names {
		annotate(flags, name, inConfig, "true")
	}
}

func annotate(flags *pflag.FlagSet, name, key, value string) {
	if err := flags.SetAnnotation(name, key, []string{value}); err != nil {
		panic(err) // a flag that the program itself has not declared
	}
}

// variableOf is the environment variable of a flag: LIANZHU_ and its name.
func variableOf(f *pflag.Flag) string {
	if name := f.Annotations[variable]; name != nil {
		return name[0]
	}
	return "LIANZHU_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
}

// nameVariables puts the environment variable of every flag of cmd into its
// description.
func nameVariables(cmd *cobra.Command) {
	cmd.LocalNonPersistentFlags().VisitAll(nameVariable)
	cmd.PersistentFlags().VisitAll(nameVariable)
}

func nameVariable(f *pflag.Flag) {
	if f.Name != "help" {
		f.Usage += " [" + variableOf(f) + "]"
	}
}

// configKeys are the names that a configuration file may set, in order.
func configKeys(root *cobra.Command) []string {
	keys := map[string]bool{}
	collect := func(f *pflag.Flag) {
		if f.Annotations[inConfig] != nil {
			keys[f.Name] = true
		}
	}
	everyCommand(root, func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(collect)
	})
	return slices.Sorted(maps.Keys(keys))
}

// settle gives every flag that the command line left out its value from the
// environment or the configuration file; the default stands where neither has
// one. An empty variable counts as none.
func (a *app) settle(cmd *cobra.Command) error {
	flags := cmd.Flags()
	if a.data == "" && flags.Changed("data") {
		return usage("--data names no directory; name one, or leave --data out")
	}
	if err := a.fromEnvironment(flags, flags.Lookup("config")); err != nil {
		return err
	}
	settings, err := a.readConfig(configKeys(cmd.Root()))
	if err != nil {
		return err
	}
	var failed error
	flags.VisitAll(func(f *pflag.Flag) {
		if failed == nil {
			failed = a.fromEnvironment(flags, f)
		}
		if s, ok := settings[f.Name]; ok && failed == nil && !f.Changed && f.Annotations[inConfig] != nil {
			failed = set(flags, f, s.origin, s.value)
		}
	})
	return failed
}

// fromEnvironment sets a flag that is not set yet from its variable, or from
// PORT where that may set it.
func (a *app) fromEnvironment(flags *pflag.FlagSet, f *pflag.Flag) error {
	if f.Changed || f.Name == "help" {
		return nil
	}
	if value := a.getenv(variableOf(f)); value != "" {
		return set(flags, f, variableOf(f), value)
	}
	if port := a.getenv("PORT"); port != "" && f.Annotations[portToo] != nil {
		if err := set(flags, f, "PORT", ":"+port); err != nil {
			return usage("%s", wrongValue("PORT", port, errors.New("it must be a number from 0 to 65535")))
		}
	}
	return nil
}

// set sets a flag to a value that came from origin.
func set(flags *pflag.FlagSet, f *pflag.Flag, origin, value string) error {
	err := flags.Set(f.Name, value)
	if err == nil {
		return nil
	}
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		err = invalid.Unwrap()
	}
	return usage("%s", wrongValue(origin, value, err))
}

// wrongValue says that a setting cannot have a value.
func wrongValue(origin, value string, err error) string {
	var number *strconv.NumError
	why := err.Error()
	if errors.As(err, &number) {
		why = "it must be true or false"
		if number.Func != "ParseBool" {
			why = "it must be a whole number"
		}
	}
	return fmt.Sprintf("%s cannot be %q: %s", origin, value, why)
}

// choice is a flag that has one of a few values, the first of which is the
// default.
type choice struct {
	value   string
	allowed []string
}

// choiceFlag gives cmd a flag that has one of a few values, and which the
// configuration file may set.
func choiceFlag(cmd *cobra.Command, name, usage string, allowed ...string) *choice {
	c := &choice{allowed[0], allowed}
	cmd.Flags().Var(c, name, usage)
	configurable(cmd.Flags(), name)
	completes(cmd, name, allowed...)
	return c
}

// completes lets shells complete the values of a flag.
func completes(cmd *cobra.Command, flag string, values ...string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // a flag that the program itself has not declared
	}
}

// String, Set and Type make a choice a [pflag.Value].
func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return strings.Join(c.allowed, "|") }

func (c *choice) Set(value string) error {
	if !slices.Contains(c.allowed, value) {
		return fmt.Errorf("it must be one of %s", strings.Join(c.allowed, ", "))
	}
	c.value = value
	return nil
}
