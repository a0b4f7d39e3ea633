package main

import (
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

// exportRoutes makes the handler below /export/: subgraphs as files of other
// programs, and the whole graph as `lianzhu export` writes it.
func exportRoutes(store graph.Store, graphql http.Handler, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/export/subgraph", endpoint.Export(graphql))
	mux.HandleFunc("/export/graph.jsonl", func(w http.ResponseWriter, r *http.Request) {
		if err := sendGraph(w, r, store); err != nil {
			log.ErrorContext(r.Context(), "export", "request_id", server.RequestID(r.Context()), "error", err)
			http.Error(w, "the graph cannot be exported now; the log of the server says why", http.StatusInternalServerError)
		}
	})
	return mux
}

// sendGraph writes the graph into a file of its own first, so that a slow client
// holds no revision of the store. After an error nothing was sent.
func sendGraph(w http.ResponseWriter, r *http.Request, store graph.Store) error {
	spool, err := os.CreateTemp("", "lianzhu-export-*.jsonl")
	if err != nil {
		return err
	}
	defer os.Remove(spool.Name())
	defer spool.Close()
	if err := dataset.Write(r.Context(), spool, store); err != nil {
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
