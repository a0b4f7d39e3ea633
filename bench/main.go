package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		os.Exit(1)
	}
}

// command runs a command line: a benchmark, or one of the servers that it starts
// to compare with.
func command(ctx context.Context, args []string, out, errs io.Writer) error {
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		switch args[0] {
		case "constant":
			return constantCommand(ctx, args[1:], out, errs)
		case "loop":
			return loopCommand(ctx, args[1:], out, errs)
		case "yardstick":
			return yardstickCommand(args[1:], out)
		}
		return fmt.Errorf("there is no subcommand %q; run it without one, or as constant, loop or yardstick", args[0])
	}
	o, err := readOptions(args, errs)
	if err != nil {
		return err
	}
	return run(ctx, o, out, errs)
}
