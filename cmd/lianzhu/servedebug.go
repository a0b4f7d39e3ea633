package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"runtime/metrics"
	"time"

	"lianzhu/server"
)

// serveDebug serves profiles and the counters of the Go runtime at addr, a
// loopback address of its own, until what it gives is called. It is for those
// who look into the program: nothing of it stands at the address of the graph.
func (a *app) serveDebug(ctx context.Context, addr string) (stop func(), err error) {
	if addr == "" {
		return func() {}, nil
	}
	listener, err := server.Listen(ctx, addr)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /debug/metrics", runtimeMetrics)
	s := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	go s.Serve(listener) // ends when it is closed
	fmt.Fprintf(a.err, "lianzhu: profiles and counters are at http://%s/debug/\n", listener.Addr())
	return func() { s.Close() }, nil
}

// runtimeMetrics writes the single figures of package runtime/metrics as one
// JSON object by their names.
func runtimeMetrics(w http.ResponseWriter, _ *http.Request) {
	var samples []metrics.Sample
	for _, d := range metrics.All() {
		if d.Kind == metrics.KindUint64 || d.Kind == metrics.KindFloat64 {
			samples = append(samples, metrics.Sample{Name: d.Name})
		}
	}
	metrics.Read(samples)
	figures := map[string]float64{}
	for _, s := range samples {
		switch s.Value.Kind() {
		case metrics.KindUint64:
			figures[s.Name] = float64(s.Value.Uint64())
		case metrics.KindFloat64:
			figures[s.Name] = s.Value.Float64()
		}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(figures) // a client that has gone is nobody's error
}
