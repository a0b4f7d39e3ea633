package storagetest

import (
	"context"
	"errors"
	"sync/atomic"

	"lianzhu/graph"
)

var viewSentences = []sentence{
	{"a view sees exactly one revision while batches are applied", func(h *harness) {
		h.basis()
		h.view(func(r graph.Reader) {
			before := must(r.Counts())
			h.elsewhere(func() { h.apply(enterprise("e"), invests("a", "b"), invests("a", "e")) })
			equal(h, "revision", r.Rev(), graph.Rev(1))
			equal(h, "counts", must(r.Counts()), before)
			equal(h, "id", entityID(h, r, "e"), graph.EntityID(0))
			equal(h, "degree", must(r.Degree([]graph.EntityID{entityID(h, r, "a")}, nil, graph.Both)), []int{0})
			h.elsewhere(func() { equal(h, "revision meanwhile", h.rev(), graph.Rev(2)) })
		})
	}},
	{"a cancelled context ends every further call of the reader", func(h *harness) {
		h.basis()
		ctx, cancel := context.WithCancel(context.Background())
		err := h.store.View(ctx, func(r graph.Reader) error {
			a := entityID(h, r, "a")
			cancel()
			for name, call := range readerCalls(r, a) {
				if err := call(); !errors.Is(err, context.Canceled) {
					h.Errorf("%s answered %v", name, err)
				}
			}
			return nil
		})
		equal(h, "what view returns", err, nil)
	}},
	{"a context that is cancelled already ends a view before it begins", func(h *harness) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		err := h.store.View(ctx, func(graph.Reader) error { h.Fatal("read was run"); return nil })
		equal(h, "error", errors.Is(err, context.Canceled), true)
	}},
	{"what read returns view returns", func(h *harness) {
		want := errors.New("mine")
		equal(h, "error", h.store.View(context.Background(), func(graph.Reader) error { return want }), want)
	}},
	{"a panic of read is the caller's own", func(h *harness) {
		defer func() { equal(h, "panic", recover(), "mine") }()
		h.store.View(context.Background(), func(graph.Reader) error { panic("mine") })
	}},
	{"what a reader returns may be kept", func(h *harness) {
		h.basis()
		var kept *graph.Entity
		h.view(func(r graph.Reader) { kept = must(r.Entities([]graph.EntityID{entityID(h, r, "a")}))[0] })
		for range 20 {
			h.apply(entity("enterprise:a", "ENTERPRISE", "甲"), enterprise("f"))
			h.apply(enterprise("a"), enterprise("f").UID())
		}
		equal(h, "name", kept.Names[0].Text, "enterprise:a")
	}},
	{"close waits for a read under way, and every later call answers CodeClosed", func(h *harness) {
		h.basis()
		reading, release := make(chan struct{}), make(chan struct{})
		var ended atomic.Bool
		result := make(chan error, 2)
		go func() {
			result <- h.store.View(context.Background(), func(r graph.Reader) error {
				close(reading)
				<-release
				_, err := r.Counts()
				ended.Store(true)
				return err
			})
		}()
		<-reading
		go func() {
			err := h.store.Close()
			if !ended.Load() {
				err = errors.New("close did not wait for the read")
			}
			result <- err
		}()
		close(release)
		for range 2 {
			if err := <-result; err != nil {
				h.Fatal(err)
			}
		}
		h.closedNow()
	}},
}

// closedNow wants every call to answer CodeClosed.
func (h *harness) closedNow() {
	h.Helper()
	ctx := context.Background()
	_, applied := h.store.Apply(ctx, batch(source("t")))
	var changes error
	for _, changes = range h.store.Changes(ctx, 0) {
	}
	for call, err := range map[string]error{
		"apply":   applied,
		"changes": changes,
		"view":    h.store.View(ctx, func(graph.Reader) error { return nil }),
		"close":   h.store.Close(),
	} {
		if graph.CodeOf(err) != graph.CodeClosed {
			h.Errorf("%s answered %v", call, err)
		}
	}
}

// elsewhere runs do on another goroutine and waits for it.
func (h *harness) elsewhere(do func()) {
	h.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer failed(h)
		do()
	}()
	<-done
}

// readerCalls are the calls of a reader that can fail.
func readerCalls(r graph.Reader, a graph.EntityID) map[string]func() error {
	var err error
	return map[string]func() error{
		"Counts":     func() error { _, err = r.Counts(); return err },
		"Resolve":    func() error { _, err = r.Resolve([]graph.UID{enterprise("a").UID()}); return err },
		"Entities":   func() error { _, err = r.Entities([]graph.EntityID{a}); return err },
		"Relations":  func() error { _, err = r.Relations([]graph.RelationID{1}); return err },
		"Sources":    func() error { _, err = r.Sources([]graph.Key{"source:s"}); return err },
		"Text":       func() error { _, _, err = r.Text("source:s"); return err },
		"Evidence":   func() error { _, err = r.Evidence([]graph.UID{cite("s").UID()}); return err },
		"Neighbours": func() error { _, err = r.Neighbours(neighbours(graph.Both, a)); return err },
		"Degree":     func() error { _, err = r.Degree([]graph.EntityID{a}, nil, graph.Both); return err },
		"Named":      func() error { _, err = r.Named("enterprise:a"); return err },
		"Search":     func() error { _, err = r.Search(graph.SearchQuery{Text: "enterprise", First: 5}); return err },
		"History":    func() error { _, _, err = r.History(enterprise("a").UID(), nil, 5); return err },
		"Log":        func() error { _, err = r.Log(graph.LogPos{}, 5); return err },
		"LogLength":  func() error { _, err = r.LogLength(graph.LogPos{}); return err },
		"AllEntities": func() error {
			for _, err = range r.AllEntities(nil, 0) {
			}
			return err
		},
		"AllRelations": func() error {
			for _, err = range r.AllRelations(nil, 0) {
			}
			return err
		},
		"AllSources": func() error {
			for _, err = range r.AllSources() {
			}
			return err
		},
	}
}

func neighbours(dir graph.Direction, ids ...graph.EntityID) graph.NeighbourQuery {
	return graph.NeighbourQuery{IDs: ids, Direction: dir}
}
