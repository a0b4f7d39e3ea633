package library

import (
	"bytes"
	"context"
	"net/http"
	"testing"

	"lianzhu"
	"lianzhu/bench/ask"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/graph/gql/endpoint"
	"lianzhu/text"
	"lianzhu/topology"
)

// Pages are answered as over HTTP, but without a network: the question goes in as a
// body, and the answer goes nowhere. Each turn asks about another enterprise. The
// plain loop appends the same bytes from arrays, and the copy copies them.

func BenchmarkPageOfEntity(b *testing.B)   { benchmarkPage(b, "Q1") }
func BenchmarkPageOfSupplies(b *testing.B) { benchmarkPage(b, "Q2") }
func BenchmarkPageOfHub(b *testing.B)      { benchmarkPage(b, "Q9") }

func benchmarkPage(b *testing.B, name string) {
	w := theWorld(b)
	for _, q := range ask.New(w.plain, 1) {
		if q.Name == name {
			askPages(b, w, &q)
		}
	}
}

func askPages(b *testing.B, w *world, q *ask.Question) {
	handler := w.handler(b)
	bodies, answers := make([][]byte, len(q.Asked)), make([][]byte, len(q.Asked))
	for i := range bodies {
		bodies[i], answers[i] = q.Body(i), q.Asked[i].Answer(nil)
		if err := q.Check(i, answer(b, handler, bodies[i], true)); err != nil {
			b.Fatal(err)
		}
	}
	var into []byte
	both(b, len(bodies), func(i int) error {
		answer(b, handler, bodies[i], false)
		return nil
	}, func(i int) error {
		into = q.Asked[i].Answer(into[:0])
		return nil
	})
	b.Run("copy", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			into = append(into[:0], answers[i%len(answers)]...)
		}
	})
}

// answer asks the handler, and gives the body of its answer where it is wanted.
func answer(b *testing.B, handler http.Handler, question []byte, wanted bool) []byte {
	r, err := http.NewRequest("POST", "/graphql", bytes.NewReader(question))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	w := writer{header: http.Header{}, wanted: wanted}
	if handler.ServeHTTP(&w, r); w.bytes < 100 {
		b.Fatal("there is no answer")
	}
	return w.body
}

// writer keeps what is written to it, or only counts it.
type writer struct {
	header http.Header
	body   []byte
	bytes  int
	wanted bool
}

func (w *writer) Header() http.Header { return w.header }
func (w *writer) WriteHeader(int)     {}
func (w *writer) Write(p []byte) (int, error) {
	if w.bytes += len(p); w.wanted {
		w.body = append(w.body, p...)
	}
	return len(p), nil
}

// handler answers questions about the world.
func (w *world) handler(b *testing.B) http.Handler {
	c, err := gql.ReadContract(lianzhu.Schema)
	if err != nil {
		b.Fatal(err)
	}
	g := &gql.Gateway{Contract: c, Store: newShelf(w), Maxima: gql.DefaultMaxima(), Collate: text.Collate, Reading: text.Pinyin,
		Valid:    func(_, _ string) bool { return true },
		Topology: func(context.Context, graph.Rev) (*topology.Snapshot, bool) { return w.snap, true }}
	return endpoint.New(endpoint.Schema(c), endpoint.Options{Present: gql.Present,
		Around: func(ctx context.Context, _ endpoint.Operation, run func(context.Context)) (map[string]any, error) {
			return g.Around(ctx, run)
		}})
}

// shelf is a store of a made graph, as far as pages are read from it. Documents
// are made once.
type shelf struct {
	graph.Store
	documents
	ids  map[graph.UID]uint32
	made map[graph.EntityID]*graph.Entity
}

func newShelf(w *world) *shelf {
	s := &shelf{documents: documents{g: w.plain.G}, ids: map[graph.UID]uint32{}, made: map[graph.EntityID]*graph.Entity{}}
	for i := range w.plain.G.Entities() {
		s.ids[graph.NewUID(graph.TagEntity, w.plain.G.Key(uint32(i)))] = uint32(i + 1)
	}
	return s
}

func (s *shelf) View(_ context.Context, read func(graph.Reader) error) error {
	return read(shelfReader{s.documents, s})
}

type shelfReader struct {
	documents
	s *shelf
}

func (r shelfReader) Resolve(uids []graph.UID) ([]uint32, error) {
	ids := make([]uint32, len(uids))
	for i, uid := range uids {
		ids[i] = r.s.ids[uid]
	}
	return ids, nil
}

func (r shelfReader) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	docs := make([]*graph.Entity, len(ids))
	for i, id := range ids {
		if docs[i] = r.s.made[id]; docs[i] == nil {
			made, err := r.documents.Entities([]graph.EntityID{id})
			if err != nil {
				return nil, err
			}
			docs[i], r.s.made[id] = made[0], made[0]
		}
	}
	return docs, nil
}
