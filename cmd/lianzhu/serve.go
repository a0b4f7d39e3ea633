package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"

	"github.com/spf13/cobra"

	"lianzhu/dataset"
	"lianzhu/feed"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/server"
	"lianzhu/web"
)

const serveHelp = `Serve the graph in the data directory.

Where there is none it is made, and the built-in Yellow River dataset is loaded
unless --empty is given. With --data mem: the graph is kept in memory only and
is gone when the server ends.

When the server is ready, one line on standard output says where it listens:
/playground/ is for people, /graphql for programs, /export/ gives files and
/import takes them, and /healthz, /readyz and /version are for those who look after it. There is no
sign-in yet, so it listens on this computer only. An address without a host,
such as :9000, means 127.0.0.1; port 0 means any free one. The variable PORT sets
the port where LIANZHU_ADDR is not set.

SIGTERM or SIGINT (Ctrl-C) ends it in order: questions under way are answered,
the store is closed last, and the exit status is 0.`

const serveExample = `  lianzhu serve
  lianzhu serve --addr :9000 --data ./data
  PORT=9000 lianzhu serve --empty`

type serveFlags struct {
	addr      address
	empty     bool
	records   int // that one question may look at
	level     *choice
	execution *choice // plan, or stock to compare with
	debug     string
}

func newServe(a *app) *cobra.Command {
	f := serveFlags{addr: address{"127.0.0.1", "8080"}}
	cmd := &cobra.Command{
		Use:     "serve",
		Short:   "Serve the graph: GraphQL and a playground",
		Long:    serveHelp,
		Example: serveExample,
		Args:    takes(0, 0, ""),
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.Var(&f.addr, "addr", "`ADDR` to listen at")
	flags.BoolVar(&f.empty, "empty", false, "do not load the built-in dataset into a new graph")
	flags.IntVar(&f.records, "max-records", gql.DefaultMaxima().Records, "refuse questions that look at more than so many records, `N`")
	annotate(flags, "addr", portToo, "true")
	f.level = choiceFlag(cmd, "log-level", "the least important lines that are logged", "info", "debug", "warn", "error")
	flags.StringVar(&f.debug, "debug-addr", "", "serve profiles and counters at this loopback `ADDR`, too")
	f.execution = &choice{"plan", []string{"plan", "stock"}}
	flags.Var(f.execution, "execution", "how queries are answered")
	for _, name := range []string{"debug-addr", "execution"} {
		flags.MarkHidden(name) // for those who look into the program
	}
	configurable(flags, "addr", "empty", "max-records")
	return cmd
}

// serve listens first, so that an address that cannot be had is told before the
// store is touched.
func (a *app) serve(ctx context.Context, f serveFlags) error {
	if f.records < 1 {
		return usage("--max-records must be at least 1; it is %d", f.records)
	}
	listener, err := server.Listen(ctx, f.addr.String())
	switch {
	case errors.Is(err, server.ErrNotLoopback):
		return usage("%s", err)
	case err != nil:
		return err
	}
	defer listener.Close()
	stop, err := a.serveDebug(ctx, f.debug)
	if err != nil {
		return err
	}
	defer stop()
	err = a.withGraph(ctx, true, func(contract *gql.Contract, store graph.Store) error {
		if err := a.loadBuiltIn(ctx, f.empty, contract.Ontology, store); err != nil {
			return err
		}
		return a.serveGraph(ctx, f, contract, store, listener)
	})
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // told to stop while it was still starting
	}
	return err
}

// serveGraph answers until ctx ends.
func (a *app) serveGraph(ctx context.Context, f serveFlags, contract *gql.Contract, store graph.Store, listener net.Listener) (err error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(f.level.value)); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: level}))
	playground, err := web.Playground("/playground/")
	if err != nil {
		return err
	}
	live, err := a.followShape(store, contract.Ontology, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, live.Close()) }()
	defer keepMappedSmall(store, live, log)()
	changes, stop := feed.New(store), make(chan struct{})
	store = graph.Announce(live.Store(), changes.Wake)
	gateway := newGateway(contract, store, live.Lend)
	defer gateway.Close() // before what it reads from
	gateway.Feed, gateway.Maxima.Records = changes, f.records
	answers := newEndpoint(gateway, wiring{log: log, requestID: server.RequestID, stop: stop, stock: f.execution.value == "stock"})
	s := server.New(server.Config{
		GraphQL:    answers,
		Playground: playground,
		Export:     exportRoutes(gateway, answers, log),
		Import:     newHTTPImport(store, contract.Ontology, log, a.at),
		Ready:      func(ctx context.Context) error { return store.View(ctx, func(graph.Reader) error { return nil }) },
		Parts:      func() map[string]any { return map[string]any{"shape": live.Status()} },
		Stopping:   func() { close(stop) },
		Version:    readBuild(),
		Log:        log,
	})
	fmt.Fprintf(a.out, "Lianzhu is listening on http://%s/ — open it in a browser\n", listener.Addr())
	return s.Run(ctx, listener)
}

// loadBuiltIn writes the built-in dataset into a store that nothing was ever
// written to, unless that is to stay empty. It is one batch, so that a start that
// is broken off leaves none of it behind.
func (a *app) loadBuiltIn(ctx context.Context, empty bool, o *graph.Ontology, store graph.Store) error {
	fresh, err := isFresh(ctx, store)
	if err != nil || empty || !fresh {
		return err
	}
	bar := a.progress("loading the built-in data", "facts", 0)
	report, err := dataset.Load(ctx, store, o, counted(dataset.YellowRiver(), bar), dataset.Options{
		Actor: "lianzhu", Reason: "built-in dataset", At: a.at(), BatchSize: math.MaxInt, Strict: true,
	})
	bar.end()
	if err != nil {
		return fmt.Errorf("the built-in dataset cannot be loaded: %w", err)
	}
	fmt.Fprintf(a.err, "lianzhu: loaded the built-in dataset: %d facts\n", report.Created)
	return nil
}

// isFresh tells whether nothing was ever written to store.
func isFresh(ctx context.Context, store graph.Store) (bool, error) {
	var rev graph.Rev
	err := store.View(ctx, func(r graph.Reader) error {
		rev = r.Rev()
		return nil
	})
	return rev == 0, err
}
