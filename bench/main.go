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

// command runs a command line: a benchmark, one of the processes that it starts
// to compare with, or what writes recorded results into a page.
func command(ctx context.Context, args []string, out, errs io.Writer) error {
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		switch args[0] {
		case "constant":
			return constantCommand(ctx, args[1:], out, errs)
		case "loop":
			return loopCommand(ctx, args[1:], out, errs)
		case "yardstick":
			return yardstickCommand(args[1:], out)
		case "document":
			return documentCommand(args[1:], out)
		}
		return fmt.Errorf("there is no subcommand %q; run it without one, or as document; constant, loop and yardstick are for itself", args[0])
	}
	o, err := readOptions(args, errs)
	if err != nil {
		return err
	}
	return run(ctx, o, out, errs)
}
