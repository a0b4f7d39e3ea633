package graph_test

import (
	"context"
	"math/rand/v2"
	"os"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"

	"lianzhu"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/storage/mem"
	"lianzhu/topology"
)

// stage is a graph in memory on which a test plays.
type stage struct {
	testing.TB
	store    graph.Store
	ontology *graph.Ontology
	snap     *topology.Snapshot // the shape that was looked at last
}

// newStage makes a graph that holds the source source:s and nothing else.
func newStage(t testing.TB) *stage {
	t.Helper()
	return newStageOf(t, schemaOntology(t))
}

// newStageOf is newStage with another ontology.
func newStageOf(t testing.TB, o *graph.Ontology) *stage {
	t.Helper()
	s := &stage{TB: t, store: mem.New(o), ontology: o}
	t.Cleanup(func() {
		if err := s.store.Close(); err != nil {
			t.Error(err)
		}
	})
	s.write(&graph.Source{Key: "source:s", Title: "A source"})
	return s
}

// schemaOntology is the ontology of the schema.
func schemaOntology(t testing.TB) *graph.Ontology {
	t.Helper()
	o, err := readSchema()
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// readSchema reads it once for all tests: it takes longer than most of them.
var readSchema = sync.OnceValues(func() (*graph.Ontology, error) { return gql.ReadOntology(lianzhu.Schema) })

// write applies documents as one batch; a [graph.UID] is a retraction.
func (s *stage) write(things ...any) {
	s.Helper()
	b := graph.Batch{Actor: "tester", At: time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)}
	for _, thing := range things {
		var c graph.Change
		switch v := thing.(type) {
		case *graph.Entity:
			c.Entity = v
		case *graph.Relation:
			c.Relation = v
		case *graph.Source:
			c.Source = v
		case graph.UID:
			c.Retract = v
		}
		b.Changes = append(b.Changes, c)
	}
	if _, err := s.store.Apply(context.Background(), b); err != nil {
		s.Fatal(err)
	}
}

// view lends the newest revision.
func (s *stage) view(read func(graph.Reader)) {
	s.Helper()
	err := s.store.View(context.Background(), func(r graph.Reader) error {
		read(r)
		return nil
	})
	if err != nil {
		s.Fatal(err)
	}
}

// asked gives the answer of ask on the newest revision. Where again is set it
// asks a second time, with the shape of the revision in memory, and wants the
// same answer.
func asked[T any](s *stage, again bool, ask func(r graph.Reader) (T, error)) (answer T, err error) {
	s.Helper()
	s.view(func(r graph.Reader) {
		if answer, err = ask(r); !again {
			return
		}
		other, otherErr := ask(s.shaped(r))
		if !reflect.DeepEqual(answer, other) || graph.CodeOf(err) != graph.CodeOf(otherErr) {
			s.Fatalf("the store alone answers\n%+v %v\nand with the shape in memory\n%+v %v", answer, err, other, otherErr)
		}
	})
	return answer, err
}

// bothRoads runs a test on the newest revision, by the store alone and with the
// shape of the revision in memory.
func (s *stage) bothRoads(test func(t *testing.T, r graph.Reader)) {
	s.Helper()
	t, ok := s.TB.(*testing.T)
	if !ok {
		s.Fatal("no test")
	}
	s.view(func(r graph.Reader) {
		t.Run("by the store alone", func(t *testing.T) { test(t, r) })
		t.Run("with the shape in memory", func(t *testing.T) { test(t, s.shaped(r)) })
	})
}

// shaped is r with the shape of its revision in memory.
func (s *stage) shaped(r graph.Reader) graph.Reader {
	s.Helper()
	if s.snap == nil || s.snap.Rev() != r.Rev() {
		var err error
		if s.snap, err = topology.Build(context.Background(), r, s.ontology, nil); err != nil {
			s.Fatal(err)
		}
	}
	return s.snap.Reader(context.Background(), r)
}

// id is the dense id of the entity named key.
func (s *stage) id(key graph.Key) (id graph.EntityID) {
	s.Helper()
	s.view(func(r graph.Reader) {
		ids, err := r.Resolve([]graph.UID{graph.NewUID(graph.TagEntity, key)})
		if err != nil || ids[0] == 0 {
			s.Fatalf("there is no %s: %v", key, err)
		}
		id = graph.EntityID(ids[0])
	})
	return id
}

func (s *stage) ids(keys ...graph.Key) []graph.EntityID {
	ids := make([]graph.EntityID, len(keys))
	for i, k := range keys {
		ids[i] = s.id(k)
	}
	return ids
}

// thing is an entity whose kind is told by the beginning of its key.
func thing(key graph.Key, names ...string) *graph.Entity {
	kinds := map[byte]graph.Kind{'e': "ENTERPRISE", 'r': "REGION", 'p': "PROGRAM", 'i': "INSTITUTION", 'f': "PLATFORM"}
	e := &graph.Entity{Key: key, Kind: kinds[key[0]]}
	if len(names) == 0 {
		names = []string{string(key)}
	}
	for _, n := range names {
		e.Names = append(e.Names, graph.Name{Text: n, Lang: graph.ZH, Role: graph.Official})
	}
	return e
}

// tie is a relation that a source asserts; tweaks make it something else.
func tie(from graph.Key, typ graph.RelationType, to graph.Key, tweaks ...func(*graph.Relation)) *graph.Relation {
	r := &graph.Relation{Type: typ, Source: from, Target: to, Modality: graph.Asserted,
		Evidence: []graph.Evidence{{Source: "source:s", Start: -1, End: -1}}}
	for _, tweak := range tweaks {
		tweak(r)
	}
	return r
}

func planned(r *graph.Relation) { r.Modality = graph.Planned }
func negated(r *graph.Relation) { r.Modality = graph.Negated }
func derived(r *graph.Relation) { r.Derivation = &graph.Derivation{Rule: "a rule"} }

func trusted(c float64) func(*graph.Relation) { return func(r *graph.Relation) { r.Confidence = c } }
func parallel(disc string) func(*graph.Relation) {
	return func(r *graph.Relation) { r.Disc = disc }
}
func placed(keys ...graph.Key) func(*graph.Relation) {
	return func(r *graph.Relation) { r.Places = keys }
}
func during(from, to string) func(*graph.Relation) {
	return func(r *graph.Relation) { r.ValidFrom, r.ValidTo = graph.MustDate(from), graph.MustDate(to) }
}

// seedOf is the seed of a test that plays at random: LIANZHU_SEED where it is
// set, so that what went wrong can be seen again. It is printed when the test
// fails.
func seedOf(t testing.TB) uint64 {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("LIANZHU_SEED"); text != "" {
		given, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("LIANZHU_SEED is no number: %v", err)
		}
		seed = given
	}
	t.Logf("LIANZHU_SEED=%d", seed)
	return seed
}

// dice is the randomness of a test; see seedOf.
func dice(t testing.TB) *rand.Rand {
	t.Helper()
	return rand.New(rand.NewPCG(seedOf(t), 1))
}

// pick is one of list.
func pick[T any](d *rand.Rand, list ...T) T { return list[d.IntN(len(list))] }

// some is a few of list, at least one.
func some[T any](d *rand.Rand, list ...T) []T {
	var few []T
	for _, v := range list {
		if d.IntN(3) == 0 {
			few = append(few, v)
		}
	}
	if few == nil {
		few = []T{pick(d, list...)}
	}
	return few
}

func ptr[T any](v T) *T { return &v }
