package main

import (
	"io"
	"net/http"
	"os"
	"time"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/graph/gql/endpoint"
)

// exportRoutes makes the handler below /export/: subgraphs as files of other
// programs, and the whole graph as `lianzhu export` writes it.
func exportRoutes(store graph.Store, graphql http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/export/subgraph", endpoint.Export(graphql))
	mux.HandleFunc("/export/graph.jsonl", func(w http.ResponseWriter, r *http.Request) { sendGraph(w, r, store) })
	return mux
}

// sendGraph writes the graph into a file of its own first, so that a slow client
// holds no revision of the store.
func sendGraph(w http.ResponseWriter, r *http.Request, store graph.Store) {
	spool, err := os.CreateTemp("", "lianzhu-export-*.jsonl")
	if err != nil {
		http.Error(w, "there is no room for the export", http.StatusInsufficientStorage)
		return
	}
	defer os.Remove(spool.Name())
	defer spool.Close()
	if err := dataset.Write(r.Context(), spool, store); err != nil {
		http.Error(w, "the graph cannot be exported", http.StatusInternalServerError)
		return
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		http.Error(w, "the graph cannot be exported", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Content-Disposition", `attachment; filename="lianzhu.jsonl"`)
	http.ServeContent(w, r, "", time.Time{}, spool)
}
