package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/graph/gql/endpoint"
	"lianzhu/server"
)

// Bounds of exports of the whole graph: how many may be under way, and how long
// making the file may take.
const (
	exportsAtOnce = 2
	exportTime    = time.Minute
)

// exportRoutes makes the handler below /export/: subgraphs as files of other
// programs, and the whole graph as `lianzhu export` writes it.
func exportRoutes(store graph.Store, graphql http.Handler, log *slog.Logger) http.Handler {
	whole := &wholeExport{store: store, log: log, turns: make(chan struct{}, exportsAtOnce), most: exportTime}
	mux := http.NewServeMux()
	mux.Handle("/export/subgraph", endpoint.Export(graphql))
	mux.Handle("/export/graph.jsonl", whole)
	mux.HandleFunc("/", server.NotFound)
	return mux
}

// wholeExport answers with the whole graph.
type wholeExport struct {
	store graph.Store
	log   *slog.Logger
	turns chan struct{} // holds one for each export under way
	most  time.Duration // for making the file
}

func (x *wholeExport) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case x.turns <- struct{}{}:
		defer func() { <-x.turns }()
	default:
		busy(w, "the whole graph is being exported already, as often as is allowed at once; try again shortly")
		return
	}
	switch err := x.send(w, r); {
	case err == nil:
	case errors.Is(err, context.DeadlineExceeded):
		x.log.WarnContext(r.Context(), "export out of time", "request_id", server.RequestID(r.Context()), "after", x.most)
		busy(w, "the file was not ready in time; try again when the server has less to do, or stop it and run lianzhu export")
	default:
		x.log.ErrorContext(r.Context(), "export", "request_id", server.RequestID(r.Context()), "error", err)
		server.Refuse(w, http.StatusInternalServerError, "the graph cannot be exported now; the log of the server says why")
	}
}

// busy refuses a request that may be sent again.
func busy(w http.ResponseWriter, sentence string) {
	w.Header().Set("Retry-After", "10")
	server.Refuse(w, http.StatusServiceUnavailable, sentence)
}

// send writes the graph into a file of its own first, so that a slow client
// holds no revision of the store. After an error nothing was sent.
func (x *wholeExport) send(w http.ResponseWriter, r *http.Request) error {
	spool, err := os.CreateTemp("", "lianzhu-export-*.jsonl")
	if err != nil {
		return err
	}
	defer os.Remove(spool.Name())
	defer spool.Close()
	if err := x.fill(r.Context(), spool); err != nil {
		return err
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Content-Disposition", `attachment; filename="lianzhu.jsonl"`)
	http.ServeContent(w, r, "", time.Time{}, spool)
	return nil
}

// fill writes the graph into the file within the time for it.
func (x *wholeExport) fill(ctx context.Context, spool io.Writer) error {
	ctx, stop := context.WithTimeout(ctx, x.most)
	defer stop()
	return dataset.Write(ctx, inTime{ctx, spool}, x.store)
}

// inTime is a writer that ends with its context, since no store looks at the
// time between any two records.
type inTime struct {
	ctx context.Context
	w   io.Writer
}

func (t inTime) Write(p []byte) (int, error) {
	if err := t.ctx.Err(); err != nil {
		return 0, err
	}
	return t.w.Write(p)
}
