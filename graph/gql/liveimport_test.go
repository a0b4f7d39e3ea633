package gql_test

import (
	"fmt"
	"iter"
	"net/http"
	"strings"
	"testing"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/storage/mem"
)

// TestAnImportStallsNobody imports 10,000 lines while one subscriber listens and
// others ask: the subscriber is told every one in order, and each question is
// answered from a whole revision.
func TestAnImportStallsNobody(t *testing.T) {
	const lines = 10_000
	store := mem.New(contract(t).Ontology)
	t.Cleanup(func() { store.Close() })
	handler, announced := liveServer(t, store)
	imported := make(chan error, 1)
	go func() {
		_, err := dataset.Load(t.Context(), announced, contract(t).Ontology, firms(lines), dataset.Options{At: today, BatchSize: 500})
		imported <- err
	}()
	done, asked := make(chan struct{}), make(chan int, 1)
	go func() { asked <- askUntil(t, handler, done) }()
	told, code := told(t, handler, `(sinceRev: 0, kinds: [ENTERPRISE])`, fmt.Sprintf("enterprise:n%05d", lines-1))
	if code != "" || len(told) != lines {
		t.Fatalf("it is told of %d changes, %s", len(told), code)
	}
	for i, change := range told {
		if want := fmt.Sprintf("enterprise:n%05d CREATE 第%d", i, i); change != want {
			t.Fatalf("change %d is %q, not %q", i, change, want)
		}
	}
	if err := <-imported; err != nil {
		t.Fatal(err)
	}
	close(done)
	if n := <-asked; n == 0 {
		t.Error("no question was answered meanwhile")
	}
}

// askUntil asks how large the graph is, again and again, and counts the answers.
func askUntil(t *testing.T, handler http.Handler, done <-chan struct{}) (answered int) {
	for {
		select {
		case <-done:
			return answered
		default:
		}
		if answer := string(post(t, handler, "{ stats { entities rev } }", nil)); strings.Contains(answer, `"errors"`) {
			t.Errorf("it is answered %s", answer)
			return answered
		}
		answered++
	}
}

// firms are the lines of so many enterprises.
func firms(n int) iter.Seq2[dataset.Line, error] {
	return func(yield func(dataset.Line, error) bool) {
		for i := range n {
			c := firm(graph.Key(fmt.Sprintf("enterprise:n%05d", i)), fmt.Sprintf("第%d", i))
			if !yield(dataset.Line{File: "firms", Number: i + 1, Change: c}, nil) {
				return
			}
		}
	}
}
