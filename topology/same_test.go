package topology_test

import (
	"bytes"
	"math/big"
	"slices"
	"strings"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// everything is a filter that leaves nothing out.
var everything = topology.Where{
	Modality: []graph.Modality{graph.Asserted, graph.Planned, graph.Reported, graph.Negated}, IncludeDerived: true,
}

// same proves that s shows what r shows.
func (w *world) same(s *topology.Snapshot, r graph.Reader) {
	t := w.t
	t.Helper()
	counts := must(r.Counts())(t)
	if s.Rev() != r.Rev() || s.Entities() != counts.Entities || s.Relations() != counts.Relations {
		t.Fatalf("the snapshot has revision %d, %d entities and %d relations, the store %d, %d and %d",
			s.Rev(), s.Entities(), s.Relations(), r.Rev(), counts.Entities, counts.Relations)
	}
	sameEntities(t, s, r)
	w.sameRelations(s, r)
	sameEdges(t, s, r)
}

func sameEntities(t testing.TB, s *topology.Snapshot, r graph.Reader) {
	t.Helper()
	for id := graph.EntityID(0); id <= s.LastEntity()+3; id++ {
		doc := must(r.Entities([]graph.EntityID{id}))(t)[0]
		if s.Has(id) != (doc != nil) {
			t.Fatalf("entity %d: there %v, in the store %v", id, s.Has(id), doc != nil)
		}
		if doc != nil && s.Kind(id) != doc.Kind {
			t.Fatalf("entity %d is a %s, not a %s", id, s.Kind(id), doc.Kind)
		}
		if doc != nil && s.Region(id) != number(doc.Identifier(topology.CodeScheme)) {
			t.Fatalf("entity %d has region code %d, not %s", id, s.Region(id), doc.Identifier(topology.CodeScheme))
		}
		want := graph.EntityHeader{}
		if doc != nil {
			want = doc.Header()
		}
		got := s.EntityHeader(id)
		if got.Clean && !isClean(got.Key, got.ZH, got.EN) {
			t.Fatalf("%+v is said to be clean", got)
		}
		if got.Clean = false; got != want {
			t.Fatalf("entity %d has the header\n%+v and not\n%+v", id, got, want)
		}
	}
}

// isClean tells whether JSON writes the texts as they are.
func isClean(texts ...string) bool {
	return !strings.ContainsFunc(strings.Join(texts, ""), func(c rune) bool { return c < ' ' || c == '"' || c == '\\' })
}

func number(code string) (n uint32) {
	for _, c := range code {
		n = n*10 + uint32(c-'0')
	}
	return n
}

func (w *world) sameRelations(s *topology.Snapshot, r graph.Reader) {
	t := w.t
	t.Helper()
	for id := graph.RelationID(0); id <= s.LastRelation()+3; id++ {
		doc := must(r.Relations([]graph.RelationID{id}))(t)[0]
		got, ok := s.Relation(id)
		if ok != (doc != nil) {
			t.Fatalf("relation %d: there %v, in the store %v", id, ok, doc != nil)
		}
		if doc == nil {
			continue
		}
		want := topology.Relation{
			Source: doc.SourceID, Target: doc.TargetID, Type: doc.Type, Hot: doc.Hot(),
			Symmetric: w.ontology.Relation(doc.Type).Symmetric, OpenEnded: doc.OpenEnded, Placed: len(doc.Places) > 0, Rev: doc.Rev,
		}
		if got != want {
			t.Fatalf("relation %d is\n%+v and not\n%+v", id, got, want)
		}
		if got, want := s.RelationHeader(id), doc.Header(); got != want {
			t.Fatalf("relation %d has the header\n%+v and not\n%+v", id, got, want)
		}
		sameFigure(t, s, id, doc)
		sameAsWritten(t, s, r, id, doc)
		var places []graph.EntityID
		for _, key := range doc.Places {
			ids := must(r.Resolve([]graph.UID{graph.NewUID(graph.TagEntity, key)}))(t)
			places = append(places, graph.EntityID(ids[0]))
		}
		if !slices.Equal(s.Places(id), places) {
			t.Fatalf("relation %d takes place at %v and not at %v", id, s.Places(id), places)
		}
	}
}

func sameFigure(t testing.TB, s *topology.Snapshot, id graph.RelationID, doc *graph.Relation) {
	t.Helper()
	q := doc.Amount
	if q == nil {
		q = doc.Volume
	}
	f, ok := s.Figure(id)
	if ok != (q != nil) {
		t.Fatalf("relation %d has a figure: %v", id, ok)
	}
	if q == nil {
		return
	}
	if f.Unit != q.Unit || f.HasValue != (q.Value != "") {
		t.Fatalf("relation %d has the figure %+v", id, f)
	}
	value, _ := q.Value.Rat()
	if f.Exact && value.Cmp(big.NewRat(f.Value, 10_000)) != 0 {
		t.Fatalf("relation %d: %s is kept as %d", id, q.Value, f.Value)
	}
	if !f.Exact && (q.Value == "7730" || q.Value == "-4.5") {
		t.Fatalf("relation %d: %s is not exact", id, q.Value)
	}
}

// sameAsWritten holds that the figures of a relation are told as its document has
// them, all but those whose texts are too long.
func sameAsWritten(t testing.TB, s *topology.Snapshot, r graph.Reader, id graph.RelationID, doc *graph.Relation) {
	t.Helper()
	reader := s.Reader(t.Context(), r).(graph.Figures)
	for _, field := range []graph.FigureField{graph.FigureAmount, graph.FigureShare, graph.FigureVolume} {
		var got [1]graph.FigureHeader
		if err := reader.RelationFigures(field, []graph.RelationID{id}, got[:]); err != nil {
			t.Fatal(err)
		}
		want := graph.FigureHeader{Known: true}
		if q := field.Of(doc); q != nil {
			want.Given, want.Quantity = true, *q
		}
		if !got[0].Known && isLong(doc) {
			continue
		}
		if got[0].Clean && !isClean(got[0].Raw, string(got[0].Value), got[0].Unit, got[0].Per) {
			t.Fatalf("%+v is said to be clean", got[0])
		}
		if got[0].Clean = false; got[0] != want {
			t.Fatalf("figure %d of relation %d is %+v and not %+v", field, id, got[0], want)
		}
	}
}

// isLong tells whether a figure of r has more text than is kept beside it.
func isLong(r *graph.Relation) bool {
	for _, q := range []*graph.Quantity{r.Amount, r.Share, r.Volume} {
		if q != nil && len(q.Raw) > 200 {
			return true
		}
	}
	return false
}

var directions = []graph.Direction{graph.Out, graph.In, graph.Both}

// sameEdges compares the edges at all entities, those of all types and those of
// a few, and their degrees.
func sameEdges(t testing.TB, s *topology.Snapshot, r graph.Reader) {
	t.Helper()
	for _, types := range [][]graph.RelationType{nil, {"SUPPLIES"}, {"CO_DEVELOPS_WITH", "INVESTS_IN"}} {
		where := everything
		where.Types = types
		f := must(s.Filter(where))(t)
		set := must(s.TypeSet(types...))(t)
		for _, dir := range directions {
			for id := graph.EntityID(1); id <= s.LastEntity(); id++ {
				want := must(r.Neighbours(graph.NeighbourQuery{IDs: []graph.EntityID{id}, Direction: dir, Types: types}))(t)[0].Edges
				got := slices.Collect(s.Edges(id, dir, f))
				if !slices.Equal(got, want) {
					t.Fatalf("edges of %d, %s, %v:\n%v and not\n%v", id, dir, types, got, want)
				}
				if n := s.Degree(id, dir, set); n != len(want) {
					t.Fatalf("degree of %d, %s, %v: %d instead of %d", id, dir, types, n, len(want))
				}
				sameRuns(t, s, id, dir, set, want)
			}
		}
	}
}

// sameRuns compares the runs at an entity with its edges, as sets.
func sameRuns(t testing.TB, s *topology.Snapshot, id graph.EntityID, dir graph.Direction, types topology.TypeSet, want []graph.Edge) {
	t.Helper()
	type end struct {
		typ  graph.RelationType
		rel  graph.RelationID
		peer graph.EntityID
	}
	left := map[end]int{}
	for _, e := range want {
		left[end{e.Type, e.Relation, e.Peer}]++
	}
	for typ, run := range s.Adjacent(id, dir, types) {
		for i, r := range run.Relations {
			left[end{typ, r, run.Peers[i]}]--
		}
	}
	for e, n := range left {
		if n != 0 {
			t.Fatalf("the runs of %d, %s, miss %v by %d", id, dir, e, n)
		}
	}
}

// fileOf is s as a file.
func fileOf(t testing.TB, s *topology.Snapshot) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
