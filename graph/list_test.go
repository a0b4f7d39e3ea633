package graph_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lianzhu/graph"
)

// collation is how the tests order names: by the first one.
func collation(e *graph.Entity) string { return e.Names[0].Text }

// question is a list: how to read a page of it, and all of it in order.
type question struct {
	what string
	page func(graph.Reader, graph.Window) (graph.Page[uint32], error)
	want []uint32 // the ids of all items
}

// ids makes a page of things a page of their ids.
func idsOf[T any](page graph.Page[T], err error, id func(T) uint32) (graph.Page[uint32], error) {
	p := graph.Page[uint32]{Places: page.Places, HasNext: page.HasNext, HasPrior: page.HasPrior, Total: page.Total}
	for _, item := range page.Items {
		p.Items = append(p.Items, id(item))
	}
	return p, err
}

// ask makes a list of entities at random.
func (w *twin) ask(d *rand.Rand, f filters) question {
	q := graph.EntityQuery{Collate: collation}
	if d.IntN(4) > 0 {
		q.Where = f.entity(3)
	}
	for _, field := range some(d, graph.ByNamePinyin, graph.ByDegree, graph.ByRecordedAt) {
		if d.IntN(3) > 0 {
			q.Order = append(q.Order, graph.EntityOrder{Field: field, Desc: d.IntN(2) == 0})
		}
	}
	page := func(r graph.Reader, win graph.Window) (graph.Page[uint32], error) {
		q.Window = win
		p, err := graph.ListEntities(context.Background(), r, q)
		return idsOf(p, err, func(e *graph.Entity) uint32 { return uint32(e.ID) })
	}
	passing := w.entitiesOf(q.Where)
	var items []*graph.Entity
	for _, e := range w.entities {
		if passing[e.ID] {
			items = append(items, e)
		}
	}
	var want []uint32
	for _, e := range ordered(items, w.entityColumns(q.Order)) {
		want = append(want, uint32(e.ID))
	}
	return question{fmt.Sprintf("entities, ordered by %v", q.Order), page, want}
}

func (w *twin) entityColumns(order []graph.EntityOrder) []column[*graph.Entity] {
	degree := map[graph.EntityID]int{}
	for _, r := range w.relations {
		degree[r.SourceID]++
		degree[r.TargetID]++
	}
	less := map[graph.EntityOrderField]func(a, b *graph.Entity) bool{
		graph.ByNamePinyin: func(a, b *graph.Entity) bool { return a.Names[0].Text < b.Names[0].Text },
		graph.ByDegree:     func(a, b *graph.Entity) bool { return degree[a.ID] < degree[b.ID] },
		graph.ByRecordedAt: func(a, b *graph.Entity) bool { return a.Rev < b.Rev },
	}
	var columns []column[*graph.Entity]
	for _, o := range order {
		columns = append(columns, column[*graph.Entity]{less[o.Field], o.Desc})
	}
	return columns
}

// askTies makes a list of relations at random: of all, or of those at an entity.
func (w *twin) askTies(d *rand.Rand, f filters) question {
	q := graph.RelationQuery{Collate: collation}
	if d.IntN(4) > 0 {
		q.Where = f.relation(3)
	}
	for _, field := range some(d, graph.ByValidFrom, graph.ByConfidence, graph.ByType, graph.ByPeerName, graph.ByRecorded) {
		if d.IntN(3) > 0 {
			q.Order = append(q.Order, graph.RelationOrder{Field: field, Desc: d.IntN(2) == 0})
		}
	}
	all := w.everything()
	if d.IntN(3) > 0 {
		q.At, q.Direction = w.entities[d.IntN(8)].ID, pick(d, graph.Out, graph.In, graph.Both)
		all = w.around(q.At, q.Direction)
	}
	page := func(r graph.Reader, win graph.Window) (graph.Page[uint32], error) {
		q.Window = win
		p, err := graph.ListRelations(context.Background(), r, q)
		return idsOf(p, err, func(e graph.Edge) uint32 { return uint32(e.Document.ID) })
	}
	var want []uint32
	for _, v := range w.inOrder(w.passing(q.Where, all), q) {
		want = append(want, uint32(v.rel.ID))
	}
	return question{fmt.Sprintf("relations at %d %s, ordered by %v", q.At, q.Direction, q.Order), page, want}
}

// inOrder are the sights as q wants them.
func (w *twin) inOrder(set sightSet, q graph.RelationQuery) []sight {
	var items []sight
	for _, r := range w.relations {
		for v := range set {
			if v.rel == r {
				items = append(items, v)
			}
		}
	}
	peer := func(v sight) string {
		if v.peer == 0 {
			return w.byID[v.rel.TargetID].Names[0].Text
		}
		return w.byID[v.peer].Names[0].Text
	}
	less := map[graph.RelationOrderField]func(a, b sight) bool{
		graph.ByConfidence: func(a, b sight) bool { return confidence(a.rel) < confidence(b.rel) },
		graph.ByType:       func(a, b sight) bool { return a.rel.Type < b.rel.Type },
		graph.ByPeerName:   func(a, b sight) bool { return peer(a) < peer(b) },
		graph.ByRecorded:   func(a, b sight) bool { return a.rel.Rev < b.rel.Rev },
		graph.ByValidFrom:  func(a, b sight) bool { return a.rel.ValidFrom.Earliest() < b.rel.ValidFrom.Earliest() },
	}
	var columns []column[sight]
	for _, o := range q.Order {
		if o.Field == graph.ByValidFrom { // what has no date stands last either way
			columns = append(columns, column[sight]{func(a, b sight) bool { return !a.rel.ValidFrom.IsZero() && b.rel.ValidFrom.IsZero() }, false})
		}
		columns = append(columns, column[sight]{less[o.Field], o.Desc})
	}
	if q.At != 0 {
		columns = append(columns, column[sight]{less[graph.ByType], false})
	}
	return ordered(items, columns)
}

// TestPagesMakeUpTheWholeList reads lists page by page, forward and backward,
// and compares them with all documents filtered and sorted by hand.
func TestPagesMakeUpTheWholeList(t *testing.T) {
	d := dice(t)
	for range 3 {
		s := newStage(t)
		c := newCrowdedStage(s, d, 150+d.IntN(300), 700)
		s.write(c.named(c.keys[3]), c.named(c.keys[9]), c.tie()) // another revision to order by
		f, w := newFilters(s, c), s.twinOf()
		checked := 0
		s.view(func(r graph.Reader) {
			for range 50 {
				for _, q := range []question{w.ask(d, f), w.askTies(d, f)} {
					if q.isClear(t, r) {
						q.check(t, r, d)
						checked++
					}
				}
			}
		})
		if checked < 50 {
			t.Errorf("most of the questions contradicted themselves: %d did not", checked)
		}
	}
}

// isClear tells whether the filter, made at random, does not contradict itself.
func (q *question) isClear(t *testing.T, r graph.Reader) bool {
	t.Helper()
	_, err := q.page(r, graph.Window{Limit: 1})
	if err != nil && (graph.CodeOf(err) != graph.CodeInvalid || !strings.Contains(err.Error(), "nothing could pass")) {
		t.Fatalf("%s: %v", q.what, err)
	}
	return err == nil
}

func (q *question) check(t *testing.T, r graph.Reader, d *rand.Rand) {
	t.Helper()
	size := pick(d, 1, 2, 3, 7, 50, 1000)
	if len(q.want) > 40*size {
		size = 41
	}
	q.forward(t, r, size)
	q.backward(t, r, size)
	for range 4 {
		q.within(t, r, d)
	}
}

// forward pages to the end.
func (q *question) forward(t *testing.T, r graph.Reader, size int) {
	t.Helper()
	win := graph.Window{Limit: size, Total: true}
	for at := 0; ; {
		page := q.read(t, r, win)
		end := min(at+size, len(q.want))
		q.compare(t, "forward", page, at, end)
		if page.Total != len(q.want) {
			t.Fatalf("%s: the total is %d, want %d", q.what, page.Total, len(q.want))
		}
		if !page.HasNext {
			return
		}
		win.After, at = &page.Places[len(page.Places)-1], end
	}
}

// backward pages to the beginning.
func (q *question) backward(t *testing.T, r graph.Reader, size int) {
	t.Helper()
	win := graph.Window{Limit: size, Backward: true}
	for end := len(q.want); ; {
		page := q.read(t, r, win)
		at := max(0, end-size)
		q.compare(t, "backward", page, at, end)
		if page.Total != -1 {
			t.Fatalf("%s: a total of %d that nobody asked for", q.what, page.Total)
		}
		if !page.HasPrior {
			return
		}
		win.Before, end = &page.Places[0], at
	}
}

// within reads a page between two places of the list, in whatever order they
// stand.
func (q *question) within(t *testing.T, r graph.Reader, d *rand.Rand) {
	t.Helper()
	if len(q.want) == 0 {
		return
	}
	whole := q.read(t, r, graph.Window{Limit: len(q.want)})
	win := graph.Window{Limit: 1 + d.IntN(20), Backward: d.IntN(2) == 0, Total: d.IntN(2) == 0}
	at, end := 0, len(q.want)
	if d.IntN(4) > 0 {
		at = d.IntN(len(q.want))
		win.After = &whole.Places[at]
		at++
	}
	if d.IntN(4) > 0 {
		end = d.IntN(len(q.want))
		win.Before = &whole.Places[end]
	}
	end = max(at, end)
	if win.Backward {
		at = max(at, end-win.Limit)
	} else {
		end = min(end, at+win.Limit)
	}
	page := q.read(t, r, win)
	q.compare(t, fmt.Sprintf("a window of %d", win.Limit), page, at, end)
	if win.Total && page.Total != len(q.want) {
		t.Fatalf("%s: the total of a window is %d, want %d", q.what, page.Total, len(q.want))
	}
}

func (q *question) read(t *testing.T, r graph.Reader, win graph.Window) graph.Page[uint32] {
	t.Helper()
	page, err := q.page(r, win)
	if err != nil {
		t.Fatalf("%s: %v", q.what, err)
	}
	if len(page.Places) != len(page.Items) {
		t.Fatalf("%s: %d items at %d places", q.what, len(page.Items), len(page.Places))
	}
	return page
}

// compare wants the page to hold the items at to end, and to know what else
// there is.
func (q *question) compare(t *testing.T, how string, page graph.Page[uint32], at, end int) {
	t.Helper()
	if !slices.Equal(page.Items, q.want[at:end]) {
		t.Fatalf("%s, %s: items %d to %d of %d are\n%v, want\n%v", q.what, how, at, end, len(q.want), page.Items, q.want[at:end])
	}
	if page.HasNext != (end < len(q.want)) || page.HasPrior != (at > 0) {
		t.Fatalf("%s, %s: items %d to %d of %d: next %v, prior %v", q.what, how, at, end, len(q.want), page.HasNext, page.HasPrior)
	}
}

// TestWritesBetweenPagesNeitherHideNorRepeatWhatDidNotChange pages through
// lists while the graph changes.
func TestWritesBetweenPagesNeitherHideNorRepeatWhatDidNotChange(t *testing.T) {
	d := dice(t)
	for range 20 {
		s := newStage(t)
		c := newCrowdedStage(s, d, 120, 300)
		q := graph.EntityQuery{Collate: collation, Window: graph.Window{Limit: 5 + d.IntN(20), Backward: d.IntN(2) == 0}}
		if d.IntN(2) == 0 {
			q.Where = &graph.EntityFilter{Kinds: []graph.Kind{"ENTERPRISE", "INSTITUTION"}}
		}
		if d.IntN(5) > 0 {
			q.Order = []graph.EntityOrder{{Field: pick(d, graph.ByNamePinyin, graph.ByDegree, graph.ByRecordedAt), Desc: d.IntN(2) == 0}}
		}
		stayed := s.placesOf(q)
		seen := map[graph.EntityID]int{}
		for more := true; more; {
			s.view(func(r graph.Reader) {
				page, err := graph.ListEntities(context.Background(), r, q)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range page.Items {
					seen[e.ID]++
				}
				if q.Window.Backward {
					q.Window.Before, more = first(page.Places), page.HasPrior
				} else {
					q.Window.After, more = first(backwards(page.Places)), page.HasNext
				}
			})
			c.disturb(s)
			now := s.placesOf(q)
			maps.DeleteFunc(stayed, func(id graph.EntityID, p graph.Place) bool { return !reflect.DeepEqual(now[id], p) })
		}
		for id, place := range stayed {
			if seen[id] != 1 {
				t.Fatalf("entity %d stood at %v all the time and was seen %d times, ordered by %v", id, place, seen[id], q.Order)
			}
		}
		if len(stayed) == 0 {
			t.Fatal("everything was moved: the test shows nothing")
		}
	}
}

// placesOf reads where each item of a list stands.
func (s *stage) placesOf(q graph.EntityQuery) map[graph.EntityID]graph.Place {
	s.Helper()
	q.Window = graph.Window{Limit: 10000}
	places := map[graph.EntityID]graph.Place{}
	s.view(func(r graph.Reader) {
		page, err := graph.ListEntities(context.Background(), r, q)
		if err != nil {
			s.Fatal(err)
		}
		for i, e := range page.Items {
			places[e.ID] = page.Places[i]
		}
	})
	return places
}

// disturb writes a few things.
func (c *crowd) disturb(s *stage) {
	s.Helper()
	docs := []any{c.named(pick(c.Rand, c.keys...)), c.entity()}
	for range c.IntN(4) {
		docs = append(docs, c.tie())
	}
	s.write(docs...)
	w := s.twinOf()
	s.write(w.relations[c.IntN(len(w.relations))].UID())
}

// TestAHubIsListedInFull pages through more relations than are read at a time.
func TestAHubIsListedInFull(t *testing.T) {
	s := star(t, 600)
	s.view(func(r graph.Reader) {
		for _, c := range []struct {
			name  string
			where *graph.RelationFilter
			want  int
		}{
			{"all", nil, 600},
			{"of a type", &graph.RelationFilter{Types: []graph.RelationType{"SUPPLIES"}}, 600},
			{"whose peer supplies somebody", &graph.RelationFilter{Peer: &graph.EntityFilter{RelatedTo: &graph.RelatedFilter{
				Some: &graph.RelationFilter{}, Direction: graph.Out}}}, 1},
		} {
			q := graph.RelationQuery{At: s.id("enterprise:0"), Direction: graph.Both, Where: c.where, Window: graph.Window{Limit: 1000, Total: true}}
			page, err := graph.ListRelations(context.Background(), r, q)
			if err != nil || len(page.Items) != c.want || page.Total != c.want {
				t.Errorf("%s: %d items, %d in all, %v", c.name, len(page.Items), page.Total, err)
			}
		}
	})
}

func TestAKindNamedTwiceIsCountedOnce(t *testing.T) {
	s := star(t, 3)
	s.write(thing("region:a"))
	s.view(func(r graph.Reader) {
		for _, c := range []struct {
			where *graph.EntityFilter
			want  int
		}{
			{nil, 6}, {&graph.EntityFilter{}, 6}, {&graph.EntityFilter{Kinds: []graph.Kind{"ENTERPRISE", "ENTERPRISE"}}, 5},
			{&graph.EntityFilter{Kinds: []graph.Kind{"ENTERPRISE", "REGION"}}, 6}, {&graph.EntityFilter{Kinds: []graph.Kind{"PROGRAM"}}, 0},
		} {
			page, err := graph.ListEntities(context.Background(), r, graph.EntityQuery{Where: c.where, Window: graph.Window{Limit: 1, Total: true}})
			if err != nil || page.Total != c.want || len(page.Items) != min(1, c.want) {
				t.Errorf("%d in all, want %d: %v", page.Total, c.want, err)
			}
		}
	})
}

func first[T any](list []T) *T {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

func backwards[T any](list []T) []T {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}
