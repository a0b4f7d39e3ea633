package library

import (
	"context"
	"iter"
	"os"
	"strconv"
	"sync"
	"testing"

	"lianzhu"
	"lianzhu/bench/gen"
	"lianzhu/bench/plain"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/topology"
)

// world is a made graph in both forms.
type world struct {
	plain   *plain.Graph
	snap    *topology.Snapshot
	reader  graph.Reader
	regions *graph.Regions
}

// made is the world of the benchmarks, made once.
var made = sync.OnceValues(func() (*world, error) {
	scale := 0.1
	if text := os.Getenv("LIANZHU_BENCH_SCALE"); text != "" {
		var err error
		if scale, err = strconv.ParseFloat(text, 64); err != nil {
			return nil, err
		}
	}
	return newWorld(scale)
})

func newWorld(scale float64) (*world, error) {
	g, err := gen.New(scale, 1)
	if err != nil {
		return nil, err
	}
	o, err := gql.ReadOntology(lianzhu.Schema)
	if err != nil {
		return nil, err
	}
	w := &world{plain: plain.New(g)}
	r := documents{g: g}
	if w.snap, err = topology.Build(context.Background(), r, o, nil); err != nil {
		return nil, err
	}
	w.reader = w.snap.Reader(context.Background(), r)
	w.regions, err = graph.NewRegions(w.reader)
	return w, err
}

func theWorld(b *testing.B) *world {
	b.Helper()
	w, err := made()
	if err != nil {
		b.Fatal(err)
	}
	return w
}

// documents is a Reader of a made graph as far as a shape is built from it.
type documents struct {
	graph.Reader
	g *gen.Graph
}

func (d documents) Rev() graph.Rev { return 1 }

func (d documents) Counts() (graph.Counts, error) {
	return graph.Counts{Entities: d.g.Entities(), Relations: d.g.Relations()}, nil
}

func upTo[ID ~uint32](n int, after ID, keep func(ID) bool) iter.Seq2[ID, error] {
	return func(yield func(ID, error) bool) {
		for id := after + 1; id <= ID(n); id++ {
			if keep(id) && !yield(id, nil) {
				return
			}
		}
	}
}

func (d documents) AllEntities(kinds []graph.Kind, after graph.EntityID) iter.Seq2[graph.EntityID, error] {
	return upTo(d.g.Entities(), after, func(id graph.EntityID) bool {
		return kinds == nil || d.g.ClassOf(uint32(id-1)).Kind() == kinds[0]
	})
}

func (d documents) AllRelations(types []graph.RelationType, after graph.RelationID) iter.Seq2[graph.RelationID, error] {
	return upTo(d.g.Relations(), after, func(id graph.RelationID) bool { return types == nil || d.g.Types[id-1].Name() == types[0] })
}

func (d documents) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	docs := make([]*graph.Entity, len(ids))
	for i, id := range ids {
		docs[i] = d.g.Entity(uint32(id - 1))
		docs[i].ID, docs[i].Rev = id, 1
	}
	return docs, nil
}

func (d documents) Relations(ids []graph.RelationID) ([]*graph.Relation, error) {
	docs := make([]*graph.Relation, len(ids))
	for i, id := range ids {
		docs[i] = d.g.Relation(uint32(id - 1))
		docs[i].ID, docs[i].Rev = id, 1
		docs[i].SourceID, docs[i].TargetID = graph.EntityID(d.g.From[id-1]+1), graph.EntityID(d.g.To[id-1]+1)
	}
	return docs, nil
}

// Resolve finds what a shape looks up while it is built: places by their keys.
func (d documents) Resolve(uids []graph.UID) ([]uint32, error) {
	_, regions := d.g.Span(gen.Region)
	ids := make([]uint32, len(uids))
	for i, uid := range uids {
		for r := range regions {
			if graph.NewUID(graph.TagEntity, d.g.Key(r)) == uid {
				ids[i] = r + 1
			}
		}
	}
	return ids, nil
}
