package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strconv"
	"sync/atomic"

	"lianzhu/bench/ask"
	"lianzhu/bench/gen"
	"lianzhu/bench/plain"
)

// serveHTTP answers on a loopback address, which it prints, until ctx ends. It
// collects garbage as rarely as lianzhu does.
func serveHTTP(ctx context.Context, h http.Handler, out, errs io.Writer) error {
	if _, chosen := os.LookupEnv("GOGC"); !chosen {
		debug.SetGCPercent(300)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", h)
	mux.HandleFunc("GET /debug/metrics", countAllocations)
	s := &http.Server{Handler: mux}
	stop := context.AfterFunc(ctx, func() { s.Close() })
	defer stop()
	fmt.Fprintf(errs, "counters are at http://%s/debug/\n", listener.Addr())
	fmt.Fprintf(out, "listening on http://%s/\n", listener.Addr())
	if err := s.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// countAllocations tells how many objects the process has allocated, under the
// name that lianzhu gives that figure.
func countAllocations(w http.ResponseWriter, _ *http.Request) {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:objects"}}
	metrics.Read(sample)
	json.NewEncoder(w).Encode(map[string]uint64{sample[0].Name: sample[0].Value.Uint64()}) // a client that has gone is nobody's error
}

// constantCommand serves the files of a directory: each of its directories is a
// question, of which the answers are given in turns.
func constantCommand(ctx context.Context, args []string, out, errs io.Writer) error {
	if len(args) != 1 {
		return errors.New("usage: bench constant DIR")
	}
	questions, err := os.ReadDir(args[0])
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	for _, q := range questions {
		files, err := filepath.Glob(filepath.Join(args[0], q.Name(), "*"))
		if err != nil {
			return err
		}
		var answers [][]byte
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			answers = append(answers, text)
		}
		mux.Handle("POST /"+q.Name(), &constant{answers: answers})
	}
	return serveHTTP(ctx, mux, out, errs)
}

// constant answers the same whatever is asked.
type constant struct {
	answers [][]byte
	next    atomic.Uint64
}

func (c *constant) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return
	}
	writeAnswer(w, c.answers[c.next.Add(1)%uint64(len(c.answers))])
}

func writeAnswer(w http.ResponseWriter, answer []byte) {
	h := w.Header()
	h["Content-Type"] = []string{"application/graphql-response+json"}
	h["Content-Length"] = []string{strconv.Itoa(len(answer))}
	w.Write(answer) // a client that has gone is nobody's error
}

// loopCommand serves plain loops over arrays: to POST /QUESTION/NUMBER the right
// answer to that request.
func loopCommand(ctx context.Context, args []string, out, errs io.Writer) error {
	flags := flag.NewFlagSet("bench loop", flag.ContinueOnError)
	flags.SetOutput(errs)
	scale := flags.Float64("scale", 0.1, "size of the graph")
	seed := flags.Uint64("seed", 1, "seed of the graph")
	if err := flags.Parse(args); err != nil {
		return err
	}
	made, err := gen.New(*scale, *seed)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	graph := plain.New(made)
	for _, q := range ask.New(graph, *seed) {
		if q.Loop {
			mux.Handle("POST /"+q.Name+"/{n}", &loop{q: q})
		}
	}
	return serveHTTP(ctx, mux, out, errs)
}

// loop answers one question with a plain loop.
type loop struct{ q ask.Question }

func (l *loop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(l.q.Asked) {
		http.Error(w, "there is no such request", http.StatusNotFound)
		return
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return
	}
	answer := l.q.Asked[n].Answer(append(make([]byte, 0, 4096), `{"data":`...))
	writeAnswer(w, slices.Concat(answer, []byte("}\n")))
}
