package library

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"lianzhu"
	"lianzhu/bench/gen"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/storage/bolt"
	"lianzhu/text"
	"lianzhu/topology"
)

// searchable is documents with the lists of their terms.
type searchable struct {
	documents
	places map[graph.UID]uint32
}

// termUse is that an entity has a term.
type termUse struct {
	term string
	id   graph.EntityID
}

func (u termUse) compare(v termUse) int {
	return cmp.Or(cmp.Compare(len(u.term), len(v.term)), strings.Compare(u.term, v.term), cmp.Compare(u.id, v.id))
}

// Terms: see [text.Listed].
func (d searchable) Terms(yield func(string, []graph.EntityID) error) error {
	var uses []termUse
	for i := range d.g.Entities() {
		for _, term := range text.Terms(d.g.Entity(uint32(i))) {
			uses = append(uses, termUse{term, graph.EntityID(i + 1)})
		}
	}
	slices.SortFunc(uses, termUse.compare)
	var ids []graph.EntityID
	for i, u := range uses {
		if ids = append(ids, u.id); i+1 < len(uses) && uses[i+1].term == u.term {
			continue
		}
		if err := yield(u.term, ids); err != nil {
			return err
		}
		ids = ids[:0]
	}
	return nil
}

// Resolve finds places alone: whoever else is asked about is new.
func (d searchable) Resolve(uids []graph.UID) ([]uint32, error) {
	ids := make([]uint32, len(uids))
	for i, uid := range uids {
		ids[i] = d.places[uid]
	}
	return ids, nil
}

func (d searchable) Neighbours(q graph.NeighbourQuery) ([]graph.Adjacency, error) {
	return make([]graph.Adjacency, len(q.IDs)), nil
}

// searched is a graph of 100,000 entities to search in, made once.
var searched = sync.OnceValues(func() (graph.Reader, error) {
	g, err := gen.New(0.1, 1)
	if err != nil {
		return nil, err
	}
	o, err := gql.ReadOntology(lianzhu.Schema)
	if err != nil {
		return nil, err
	}
	r := searchable{documents{g: g}, map[graph.UID]uint32{}}
	for from, to := g.Span(gen.Region); from < to; from++ {
		r.places[graph.NewUID(graph.TagEntity, g.Key(from))] = from + 1
	}
	snap, err := topology.Build(context.Background(), r, o, nil)
	if err != nil {
		return nil, err
	}
	return snap.Reader(context.Background(), r), nil
})

// inSearched runs use with a reader of [searched], or of the data directory that
// LIANZHU_BENCH_DATA names: one that was served, is not in use, and may be written
// to.
func inSearched(b *testing.B, use func(r graph.Reader)) {
	b.Helper()
	dir := os.Getenv("LIANZHU_BENCH_DATA")
	if dir == "" {
		r, err := searched()
		if err != nil {
			b.Fatal(err)
		}
		use(r)
		return
	}
	o, err := gql.ReadOntology(lianzhu.Schema)
	if err != nil {
		b.Fatal(err)
	}
	snap, err := topology.Open(filepath.Join(dir, "graph.shape"), o)
	if err != nil {
		b.Fatal(err)
	}
	store, err := bolt.Open(b.Context(), filepath.Join(dir, "graph.db"), o, bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	err = store.View(b.Context(), func(r graph.Reader) error {
		if r.Rev() != snap.Rev() {
			b.Fatalf("the shape is of revision %d and the store of %d; serve it once", snap.Rev(), r.Rev())
		}
		use(snap.Reader(b.Context(), r))
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSuspects is what a new entity pays for being held against those there.
func BenchmarkSuspects(b *testing.B) {
	places := text.NewCompanies(slices.Values([]string{"青岛", "青岛市", "云川", "山东省"}))
	firm := func(kind graph.Kind, names ...string) *graph.Entity {
		e := &graph.Entity{Key: "enterprise:not-yet-there-2026", Kind: kind}
		for _, name := range names {
			e.Names = append(e.Names, graph.Name{Text: name, Lang: graph.ZH, Role: graph.Official})
		}
		return e
	}
	coded := firm("ENTERPRISE", "青岛海檬机械有限公司")
	coded.Identifiers = []graph.Identifier{{Scheme: "USCC", Value: "91370200264574251E"}}
	for _, c := range []struct {
		name string
		e    *graph.Entity
	}{
		{"a firm like no other", firm("ENTERPRISE", "青岛海檬机械有限公司")},
		{"a firm whose brand others have", firm("ENTERPRISE", "青岛瑞恒电子有限公司")},
		{"a firm of two names", firm("ENTERPRISE", "云川瑞晟电子股份公司", "瑞晟电子")},
		{"a firm with a code", coded},
		{"a firm with an English name", firm("ENTERPRISE", "Qingdao Ruiheng Electronics Co., Ltd.")},
		{"a product", firm("PRODUCT", "瑞恒电子制品")},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			inSearched(b, func(r graph.Reader) {
				found := 0
				for b.Loop() {
					list, err := places.Suspects(r, c.e)
					if err != nil {
						b.Fatal(err)
					}
					found = len(list)
				}
				b.ReportMetric(float64(found), "suspects")
			})
		})
	}
}
