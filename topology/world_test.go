package topology_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lianzhu"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/storage/mem"
	"lianzhu/topology"
)

// ontologyOf is the ontology of the schema.
func ontologyOf(t testing.TB) *graph.Ontology {
	t.Helper()
	o, err := gql.ReadOntology(lianzhu.Schema)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// world is a graph in memory to which random things happen.
type world struct {
	t        testing.TB
	rnd      *rand.Rand
	ontology *graph.Ontology
	store    graph.Store
	made     int
	gone     []graph.Key // entities that were retracted
}

// seedOf gives the seed of a property test, from LIANZHU_SEED where it is set,
// and prints it.
func seedOf(t testing.TB) uint64 {
	seed := rand.Uint64()
	if text := os.Getenv("LIANZHU_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("LIANZHU_SEED: %v", err)
		}
		seed = n
	}
	t.Logf("LIANZHU_SEED=%d", seed)
	return seed
}

func newWorld(t testing.TB, seed uint64) *world {
	t.Helper()
	o := ontologyOf(t)
	w := &world{t: t, rnd: rand.New(rand.NewPCG(seed, 1)), ontology: o, store: mem.New(o)}
	t.Cleanup(func() { w.store.Close() })
	w.apply(graph.Change{Source: &graph.Source{Key: "source:s", Title: "a source"}})
	return w
}

// apply writes changes as one batch and tells whether that could be done.
func (w *world) apply(changes ...graph.Change) bool {
	w.t.Helper()
	for i := range changes {
		if err := w.ontology.Validate(&changes[i]); err != nil {
			w.t.Fatalf("a change is malformed: %v", err)
		}
	}
	b := graph.Batch{Changes: changes, Actor: "tester", At: time.Unix(1_700_000_000, 0)}
	_, err := w.store.Apply(context.Background(), b)
	if code := graph.CodeOf(err); err != nil && code != graph.CodeInvalid && code != graph.CodeNotFound && code != graph.CodeConflict {
		w.t.Fatal(err)
	}
	return err == nil
}

// view reads the newest revision.
func (w *world) view(read func(r graph.Reader)) {
	w.t.Helper()
	err := w.store.View(context.Background(), func(r graph.Reader) error { read(r); return nil })
	if err != nil {
		w.t.Fatal(err)
	}
}

// documents are all entities and relations there are.
func (w *world) documents() (entities []*graph.Entity, relations []*graph.Relation) {
	w.view(func(r graph.Reader) { entities, relations = documentsOf(w.t, r) })
	return entities, relations
}

func documentsOf(t testing.TB, r graph.Reader) (entities []*graph.Entity, relations []*graph.Relation) {
	t.Helper()
	entities = must(r.Entities(slices.Collect(ids(t, r.AllEntities(nil, 0)))))(t)
	relations = must(r.Relations(slices.Collect(ids(t, r.AllRelations(nil, 0)))))(t)
	return entities, relations
}

// ids leaves the errors out of a sequence; one fails the test.
func ids[ID any](t testing.TB, seq func(func(ID, error) bool)) func(func(ID) bool) {
	return func(yield func(ID) bool) {
		for id, err := range seq {
			if err != nil {
				t.Fatal(err)
			}
			if !yield(id) {
				return
			}
		}
	}
}

// must fails the test where there is an error.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// happen applies a random batch.
func (w *world) happen() {
	entities, relations := w.documents()
	var changes []graph.Change
	for range 1 + w.rnd.IntN(6) {
		changes = append(changes, w.change(entities, relations))
	}
	w.apply(changes...)
}

// populate makes a graph of about this size.
func (w *world) populate(entities, relations int) {
	for range entities {
		w.apply(graph.Change{Entity: w.entity(w.newKey())})
	}
	all, _ := w.documents()
	for range relations {
		if r := w.relation(all); r != nil {
			w.apply(graph.Change{Relation: r})
		}
	}
}

func (w *world) change(entities []*graph.Entity, relations []*graph.Relation) graph.Change {
	switch p := w.rnd.IntN(100); {
	case p < 15 || len(entities) < 4:
		return graph.Change{Entity: w.entity(w.newKey())}
	case p < 20 && len(w.gone) > 0:
		return graph.Change{Entity: w.entity(pick(w.rnd, w.gone))}
	case p < 28:
		e := *pick(w.rnd, entities)
		e.Names = append(slices.Clone(e.Names), graph.Name{Text: fmt.Sprint("别名", w.rnd.IntN(1000)), Lang: graph.ZH, Role: graph.Brand})
		e.Names = e.Names[:min(len(e.Names), 8)]
		return graph.Change{Entity: &e}
	case p < 34:
		key := pick(w.rnd, entities).Key
		w.gone = append(w.gone, key)
		return graph.Change{Retract: graph.NewUID(graph.TagEntity, key)}
	case p < 50 && len(relations) > 0:
		return graph.Change{Retract: pick(w.rnd, relations).UID()}
	case p < 62 && len(relations) > 0:
		r := *pick(w.rnd, relations)
		w.dress(&r)
		return graph.Change{Relation: &r}
	}
	if r := w.relation(entities); r != nil {
		return graph.Change{Relation: r}
	}
	return graph.Change{Entity: w.entity(w.newKey())}
}

func pick[T any](rnd *rand.Rand, list []T) T { return list[rnd.IntN(len(list))] }

func (w *world) newKey() graph.Key {
	w.made++
	kinds := []string{"enterprise", "enterprise", "region", "product", "institution", "industry_chain", "project"}
	return graph.Key(fmt.Sprintf("%s:%d", pick(w.rnd, kinds), w.made))
}

// entity makes the entity of a key, whose kind its prefix tells.
func (w *world) entity(key graph.Key) *graph.Entity {
	kinds := map[byte]graph.Kind{'e': "ENTERPRISE", 'r': "REGION", 'p': "PRODUCT", 'i': "INSTITUTION"}
	kind := kinds[key[0]]
	switch string(key[:5]) {
	case "indus":
		kind = "INDUSTRY_CHAIN"
	case "proje":
		kind = "PROJECT"
	}
	e := &graph.Entity{Key: key, Kind: kind, Names: []graph.Name{{Text: string(key), Lang: graph.ZH, Role: graph.Official}}}
	switch w.rnd.IntN(9) {
	case 0:
		e.Names[0].Lang = graph.EN
	case 1:
		e.Names[0].Lang = graph.Pinyin
	case 2, 3:
		e.Names[0].Text = pick(w.rnd, []string{"海尔", "长安", "长城", "ABC", `长"城`})
	case 4:
		e.Names = append(e.Names, graph.Name{Text: "Name of " + string(key), Lang: graph.EN, Role: graph.Translation})
	}
	if kind == "REGION" && w.rnd.IntN(4) > 0 {
		code := fmt.Sprintf("%02d%02d%02d", 11+w.rnd.IntN(50), w.rnd.IntN(3), w.rnd.IntN(3))
		e.Identifiers = []graph.Identifier{{Scheme: topology.CodeScheme, Value: code}}
	}
	return e
}

// relation makes a relation between two of the entities, or nil. Few entities
// get most of the relations.
func (w *world) relation(entities []*graph.Entity) *graph.Relation {
	for range 40 {
		def := pick(w.rnd, w.ontology.Relations())
		from, to := w.popular(entities), w.popular(entities)
		if ok, _ := w.ontology.Joins(def.Type, from.Kind, to.Kind); !ok || from == to {
			continue
		}
		r := &graph.Relation{Type: def.Type, Source: from.Key, Target: to.Key}
		if w.rnd.IntN(3) == 0 {
			r.Disc = fmt.Sprint(w.rnd.IntN(3))
		}
		w.dress(r)
		for range w.rnd.IntN(3) {
			if place := w.popular(entities); place.Kind == graph.KindRegion {
				r.Places = append(r.Places, place.Key)
			}
		}
		return r
	}
	return nil
}

func (w *world) popular(entities []*graph.Entity) *graph.Entity {
	return entities[min(w.rnd.IntN(len(entities)), w.rnd.IntN(len(entities)))]
}

// dress gives r whatever is not its identity.
func (w *world) dress(r *graph.Relation) {
	r.Modality = pick(w.rnd, []graph.Modality{graph.Asserted, graph.Asserted, graph.Planned, graph.Reported, graph.Negated})
	r.Confidence = pick(w.rnd, []float64{0, 0, 0.3, 0.7, 1})
	r.ValidFrom = graph.MustDate(pick(w.rnd, []string{"", "2020", "2021-05", "2022-01-01", "2021~", "../2023"}))
	r.ValidTo = graph.MustDate(pick(w.rnd, []string{"", "", "2022-06", "2024", "2023-11-21/.."}))
	r.OpenEnded = w.rnd.IntN(5) == 0
	r.Derivation, r.Evidence = nil, []graph.Evidence{{Source: "source:s", Start: -1, End: -1}}
	if w.rnd.IntN(6) == 0 {
		r.Derivation = &graph.Derivation{Rule: "a rule"}
	}
	q := &graph.Quantity{Raw: "若干", Unit: pick(w.rnd, []string{"CNY", "t"})}
	q.Value = graph.Decimal(pick(w.rnd, []string{"7730", "-4.5", "0.00001", "123456789012345678901"}))
	q.Raw = pick(w.rnd, []string{"若干", string(q.Value) + "吨", "约" + string(q.Value) + "元以上", `"` + string(q.Value) + `"`, strings.Repeat("很多", 60)})
	if len(q.Value) < 10 && w.rnd.IntN(3) == 0 {
		q.Min, q.Max, q.Per, q.Approx = "-5", "99999", "year", true
	}
	share := *q
	share.Unit = "%"
	switch {
	case w.rnd.IntN(2) == 0:
		r.Amount, r.Volume, r.Share = nil, nil, nil
	case r.Type == "INVESTS_IN":
		r.Amount, r.Share = q, nil
		if w.rnd.IntN(2) == 0 {
			r.Share = &share
		}
	case r.Type == "SUPPLIES":
		r.Volume = q
	}
}
