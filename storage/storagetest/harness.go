package storagetest

import (
	"context"
	"iter"
	"reflect"
	"testing"

	"lianzhu/graph"
)

// harness is a fresh store and short ways to use it that fail the test where
// something goes wrong.
type harness struct {
	*testing.T
	store graph.Store
}

// basis is what most tests begin with: a source s, enterprises a to d, regions
// x to z.
func (h *harness) basis() {
	h.Helper()
	h.apply(source("s"), enterprise("a"), enterprise("b"), enterprise("c"), enterprise("d"), region("x"), region("y"), region("z"))
}

func (h *harness) apply(things ...any) graph.Receipt {
	h.Helper()
	return h.applyBatch(batch(things...))
}

func (h *harness) applyBatch(b graph.Batch) graph.Receipt {
	h.Helper()
	receipt, err := h.store.Apply(context.Background(), b)
	if err != nil {
		h.Fatalf("apply: %v", err)
	}
	return receipt
}

// refuse applies things and wants it refused with code, and nothing changed.
func (h *harness) refuse(code graph.Code, things ...any) *graph.Error {
	h.Helper()
	return h.refuseBatch(code, batch(things...))
}

func (h *harness) refuseBatch(code graph.Code, b graph.Batch) *graph.Error {
	h.Helper()
	before := h.rev()
	_, err := h.store.Apply(context.Background(), b)
	e, ok := err.(*graph.Error)
	if !ok || e.Code != code {
		h.Fatalf("apply answered %v, want %s", err, code)
	}
	if h.rev() != before {
		h.Fatalf("a refused batch made revision %d", h.rev())
	}
	return e
}

func (h *harness) view(read func(graph.Reader)) {
	h.Helper()
	err := h.store.View(context.Background(), func(r graph.Reader) error {
		read(r)
		return nil
	})
	if err != nil {
		h.Fatalf("view: %v", err)
	}
}

func (h *harness) rev() (rev graph.Rev) {
	h.Helper()
	h.view(func(r graph.Reader) { rev = r.Rev() })
	return rev
}

// must gives v. Where there is an error it ends the test by a panic that prove
// turns into a failure, because a call with two results leaves no room for the
// test beside them.
func must[V any](v V, err error) V {
	if err != nil {
		panic(failure{err})
	}
	return v
}

type failure struct{ error }

// failed is to be deferred where must is used.
func failed(t testing.TB) {
	switch p := recover().(type) {
	case nil:
	case failure:
		t.Helper()
		t.Error(p.error)
	default:
		panic(p)
	}
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s\n got: %+v\nwant: %+v", what, got, want)
	}
}

// id is the dense id of the entity or relation with this uid.
func id(t testing.TB, r graph.Reader, uid graph.UID) uint32 {
	t.Helper()
	ids, err := r.Resolve([]graph.UID{uid})
	if err != nil {
		t.Fatal(err)
	}
	return ids[0]
}

func entityID(t testing.TB, r graph.Reader, name string) graph.EntityID {
	t.Helper()
	return graph.EntityID(id(t, r, enterprise(name).UID()))
}

func relationID(t testing.TB, r graph.Reader, rel *graph.Relation) graph.RelationID {
	t.Helper()
	return graph.RelationID(id(t, r, rel.UID()))
}

// collect is all that a list yields.
func collect[V any](list iter.Seq2[V, error]) []V {
	var all []V
	for v, err := range list {
		all = append(all, must(v, err))
	}
	return all
}

// sound proves the graph in s sound.
func sound(t testing.TB, s graph.Store) {
	t.Helper()
	findings, err := graph.Check(context.Background(), s, Ontology())
	if err != nil {
		t.Errorf("the check ended with %v", err)
	}
	for _, f := range findings {
		t.Errorf("the graph is not sound: %s", f)
	}
}

// changes is the log after since.
func (h *harness) changes(since graph.Rev) []graph.Entry {
	h.Helper()
	var entries []graph.Entry
	for e, err := range h.store.Changes(context.Background(), since) {
		if err != nil {
			h.Fatalf("changes: %v", err)
		}
		entries = append(entries, e)
	}
	return entries
}
