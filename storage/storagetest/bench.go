package storagetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"lianzhu/graph"
)

// Bench measures the stores that open makes: single durable writes by one and
// by sixteen writers, an import in batches, and reading.
func Bench(b *testing.B, open func(b *testing.B) graph.Store) {
	for _, writers := range []int{1, 16} {
		b.Run(fmt.Sprintf("single writes of %d goroutines", writers), func(b *testing.B) { benchWrites(b, open(b), writers) })
	}
	for _, size := range []int{1000, 5000} {
		b.Run(fmt.Sprintf("import in batches of %d", size), func(b *testing.B) { benchImport(b, open(b), size) })
	}
	b.Run("read", func(b *testing.B) { benchRead(b, open(b)) })
}

// benchWrites writes one relation a batch.
func benchWrites(b *testing.B, s graph.Store, writers int) {
	defer s.Close()
	write, err := SingleWrites(s)
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	Writers(b, writers, write)
}

// SingleWrites puts firms into an empty store and gives what writes one more
// relation between two of them, as a batch of its own.
func SingleWrites(s graph.Store) (write func() error, err error) {
	const firms = 1000
	var next atomic.Int64
	return func() error {
		i := int(next.Add(1))
		r := relation("INVESTS_IN", key("enterprise", i%firms), key("enterprise", (i+1+i/firms)%firms))
		r.Disc = fmt.Sprint(i)
		_, err := s.Apply(context.Background(), graph.Batch{Changes: []graph.Change{{Relation: r}}, At: noon})
		return err
	}, Load(s, firms, 0, 1000)
}

// Writers runs write b.N times on so many goroutines, and reports how often a
// second.
func Writers(b *testing.B, writers int, write func() error) {
	b.Helper()
	left := atomic.Int64{}
	left.Store(int64(b.N))
	done := make(chan error, writers)
	for range writers {
		go func() {
			var err error
			for err == nil && left.Add(-1) >= 0 {
				err = write()
			}
			done <- err
		}()
	}
	for range writers {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
}

func load(b *testing.B, s graph.Store, firms, relations, size int) {
	b.Helper()
	if err := Load(s, firms, relations, size); err != nil {
		b.Fatal(err)
	}
}

// Load puts firms and relations between them into a store, in batches. Half of
// the relations are at a hundredth of the firms.
func Load(s graph.Filling, firms, relations, size int) (err error) {
	batch := graph.Batch{At: noon}
	flush := func(least int) {
		if err != nil || len(batch.Changes) < least {
			return
		}
		_, err = s.Apply(context.Background(), batch)
		batch.Changes = batch.Changes[:0]
	}
	batch.Changes = append(batch.Changes, graph.Change{Source: source("s")})
	for i := range firms {
		e := &graph.Entity{Key: key("enterprise", i), Kind: "ENTERPRISE", Names: []graph.Name{{Text: firmName(i), Lang: graph.ZH, Role: graph.Official}}}
		batch.Changes = append(batch.Changes, graph.Change{Entity: e})
		flush(size)
	}
	r := rand.New(rand.NewPCG(7, 7))
	for i := range relations {
		from, to := r.IntN(firms), r.IntN(firms)
		if i%2 == 0 {
			to = r.IntN(firms/100 + 1)
		}
		if from == to {
			from = (from + 1) % firms
		}
		rel := relation(pick(r, "INVESTS_IN", "SUPPLIES", graph.RelationType("CO_DEVELOPS_WITH")), key("enterprise", from), key("enterprise", to))
		rel.Disc = fmt.Sprint(i)
		batch.Changes = append(batch.Changes, graph.Change{Relation: rel})
		flush(size)
	}
	flush(1)
	return err
}

// firmName is the i-th of many names of firms.
func firmName(i int) string {
	places := []rune("青济烟潍淄临德聊滨菏莱泰日威枣")
	trades := []rune("电钢药化纺食机车船矿茶酒纸盐油")
	return fmt.Sprintf("%c%c%c%c有限公司", places[i%15], trades[i/15%15], rune(0x5000+i/225%4000), rune(0x6000+i/225/4000))
}

func benchImport(b *testing.B, s graph.Store, size int) {
	defer s.Close()
	b.ResetTimer()
	load(b, s, b.N/5+100, b.N, size)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "relations/s")
}

func benchRead(b *testing.B, s graph.Store) {
	defer s.Close()
	load(b, s, 2000, 40000, 4000)
	view := func(name string, read func(b *testing.B, r graph.Reader, hub graph.EntityID)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			err := s.View(context.Background(), func(r graph.Reader) error {
				read(b, r, graph.EntityID(id(b, r, graph.NewUID(graph.TagEntity, key("enterprise", 1)))))
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
	for _, documents := range []bool{false, true} {
		view(fmt.Sprintf("500 neighbours of a hub, documents %v", documents), func(b *testing.B, r graph.Reader, hub graph.EntityID) {
			q := neighbours(graph.Both, hub)
			q.Limit, q.Documents = 500, documents
			for b.Loop() {
				if list, err := r.Neighbours(q); err != nil || len(list[0].Edges) != 500 {
					b.Fatal(len(list[0].Edges), err)
				}
			}
		})
	}
	view("neighbours of 500 entities", func(b *testing.B, r graph.Reader, _ graph.EntityID) {
		q := neighbours(graph.Both)
		for i := range 500 {
			q.IDs = append(q.IDs, graph.EntityID(200+3*i))
		}
		for b.Loop() {
			if _, err := r.Neighbours(q); err != nil {
				b.Fatal(err)
			}
		}
	})
	view("one entity by key", func(b *testing.B, r graph.Reader, _ graph.EntityID) {
		uid := graph.NewUID(graph.TagEntity, key("enterprise", 777))
		for b.Loop() {
			if list, err := r.Entities([]graph.EntityID{graph.EntityID(id(b, r, uid))}); err != nil || list[0] == nil {
				b.Fatal(err)
			}
		}
	})
	view("search of two characters", func(b *testing.B, r graph.Reader, _ graph.EntityID) {
		for b.Loop() {
			if found, err := r.Search(graph.SearchQuery{Text: "青电", First: 20}); err != nil || found.Total == 0 {
				b.Fatal(found.Total, err)
			}
		}
	})
	b.Run("an empty view", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := s.View(context.Background(), func(graph.Reader) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
}
