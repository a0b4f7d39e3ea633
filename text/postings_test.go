package text

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lianzhu/graph"
)

// recorder is empty postings that tell which terms are asked for.
type recorder func(term string)

func (r recorder) List(term string) (List, error) {
	r(term)
	return nil, nil
}

func (recorder) Entities([]graph.EntityID) ([]*graph.Entity, error) { return nil, nil }

var drawnIDs = rapid.Custom(func(t *rapid.T) []graph.EntityID {
	ids := rapid.SliceOfNDistinct(rapid.Uint32Range(1, 60), 0, 40, rapid.ID[uint32]).Draw(t, "ids")
	slices.Sort(ids)
	out := make([]graph.EntityID, len(ids))
	for i, id := range ids {
		out[i] = graph.EntityID(id)
	}
	return out
})

// ascending draws where to seek, never falling.
var ascending = rapid.Custom(func(t *rapid.T) []graph.EntityID {
	out := rapid.SliceOf(rapid.Uint32Range(1, 70)).Draw(t, "seeks")
	slices.Sort(out)
	var ids []graph.EntityID
	for _, id := range out {
		ids = append(ids, graph.EntityID(id))
	}
	return ids
})

func TestASliceListSeeks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := drawnIDs.Draw(t, "list")
		list := SliceList(ids)
		for _, from := range ascending.Draw(t, "seeks") {
			want := graph.EntityID(0)
			if i, _ := slices.BinarySearch(ids, from); i < len(ids) {
				want = ids[i]
			}
			if got := list.Seek(from); got != want {
				t.Fatalf("Seek(%d) in %v is %d, want %d", from, ids, got, want)
			}
		}
		if list.Len() != len(ids) {
			t.Fatalf("Len is %d after reading, want %d", list.Len(), len(ids))
		}
	})
}

func unionOf(lists ...[]graph.EntityID) *union {
	u := &union{}
	for i, ids := range lists {
		if len(ids) > 0 {
			u.branches = append(u.branches, branch{list: SliceList(ids), rank: rank(i)})
			u.size += len(ids)
		}
	}
	return u
}

func TestAUnionIsInAnyAndAnIntersectionInAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawnIDs.Draw(t, "a"), drawnIDs.Draw(t, "b"), drawnIDs.Draw(t, "c")
		either := slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
		u := unionOf(a, b)
		in := intersection{unionOf(a, b), unionOf(c)}
		in.rarestFirst()
		for _, from := range ascending.Draw(t, "seeks") {
			if got, want := u.seek(from), firstFrom(either, nil, from); got != want {
				t.Fatalf("union %v of %v and %v: seek(%d) is %d, want %d", either, a, b, from, got, want)
			}
			if got, want := in.seek(from), firstFrom(either, c, from); got != want {
				t.Fatalf("%v and %v: seek(%d) is %d, want %d", either, c, from, got, want)
			}
		}
	})
}

// firstFrom is the first id not below from in a, and in b where that is given.
func firstFrom(a, b []graph.EntityID, from graph.EntityID) graph.EntityID {
	for _, id := range a {
		if id >= from && (b == nil || slices.Contains(b, id)) {
			return id
		}
	}
	return ended
}

func TestARunGoesOnAfterThePosition(t *testing.T) {
	ids := []graph.EntityID{2, 5, 7, ended - 1}
	for _, c := range []struct {
		name  string
		after *graph.SearchPos
		want  []graph.EntityID
	}{
		{"from the start", nil, ids},
		{"after a place within", &graph.SearchPos{Score: rankPart.score(), Entity: 2}, ids[1:]},
		{"after a place that is no more", &graph.SearchPos{Score: rankPart.score(), Entity: 4}, ids[1:]},
		{"after the greatest id there can be", &graph.SearchPos{Score: rankPart.score(), Entity: ended}, nil},
		{"all of it after a better rank", &graph.SearchPos{Score: rankPrefix.score(), Entity: 9}, ids},
		{"nothing after a worse rank", &graph.SearchPos{Score: rankFuzzy.score(), Entity: 1}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newPage(c.after, 10)
			g.run(SliceList(ids), rankPart)
			var got []graph.EntityID
			for _, p := range g.hits {
				got = append(got, p.id)
			}
			if !slices.Equal(got, c.want) || g.total != len(ids) {
				t.Errorf("got %v of %d, want %v", got, g.total, c.want)
			}
		})
	}
}

// failing is postings that fail at the nth call.
type failing struct {
	*memory
	at    int
	calls int
}

var errDisk = errors.New("the disk is gone")

func (f *failing) List(term string) (List, error) {
	if f.calls++; f.calls == f.at {
		return nil, errDisk
	}
	return f.memory.List(term)
}

func (f *failing) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	if f.calls++; f.calls == f.at {
		return nil, errDisk
	}
	return f.memory.Entities(ids)
}

func TestAnErrorOfThePostingsEndsTheSearch(t *testing.T) {
	m := newMemory(someEntities()...)
	for _, typed := range []string{"海", "海尔集团", "kaaosi", "青岛 海尔", "卡奥思", "kaaoxi", "ka奥斯"} {
		for at := 1; ; at++ {
			p := &failing{memory: m, at: at}
			_, err := Find(context.Background(), p, graph.SearchQuery{Text: typed, First: 5, Kinds: []graph.Kind{"PLATFORM", "ENTERPRISE"}})
			if p.calls < at {
				break
			}
			if !errors.Is(err, errDisk) {
				t.Fatalf("%q: call %d failed, Find says %v", typed, at, err)
			}
		}
	}
	if _, err := Named(&failing{memory: m, at: 1}, "海尔"); !errors.Is(err, errDisk) {
		t.Errorf("Named says %v", err)
	}
}

// stale is postings whose entities are not what is listed.
type stale struct {
	*memory
	instead *graph.Entity
}

func (s stale) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	out := make([]*graph.Entity, len(ids))
	for i := range out {
		out[i] = s.instead
	}
	return out, nil
}

func TestPostingsThatDoNotFitTheirEntitiesAreCorrupt(t *testing.T) {
	m := newMemory(someEntities()...)
	for _, instead := range []*graph.Entity{nil, entity("enterprise:other", "ENTERPRISE", "别家/ZH/OFFICIAL")} {
		for _, typed := range []string{"海", "haier"} {
			_, err := Find(context.Background(), stale{m, instead}, graph.SearchQuery{Text: typed, First: 5})
			if graph.CodeOf(err) != graph.CodeCorrupt {
				t.Errorf("%q: Find says %v", typed, err)
			}
		}
	}
	_, err := Find(context.Background(), stale{m, nil}, graph.SearchQuery{Text: "青岛 haier", First: 5})
	if graph.CodeOf(err) != graph.CodeCorrupt {
		t.Errorf("a candidate that is not there: Find says %v", err)
	}
}
