package topology

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"lianzhu/graph"
	"lianzhu/storage/mem"
)

// driven is a Live whose follower has ended, so that a test can be it.
func driven(t *testing.T) (*Live, func(name string)) {
	o := fuzzOntology()
	store := mem.New(o)
	t.Cleanup(func() { store.Close() })
	l, err := Follow(context.Background(), store, o, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	l.life = context.Background()
	add := func(name string) {
		e := &graph.Entity{Key: graph.Key("enterprise:" + name), Kind: "ENTERPRISE", Names: []graph.Name{{Text: name, Lang: graph.ZH, Role: graph.Official}}}
		if _, err := store.Apply(context.Background(), graph.Batch{Changes: []graph.Change{{Entity: e}}}); err != nil {
			t.Fatal(err)
		}
	}
	return l, add
}

func TestAMergeTakesInWhatCameMeanwhile(t *testing.T) {
	l, add := driven(t)
	ctx := context.Background()
	for i := range 3 {
		add(fmt.Sprint("before-", i))
	}
	if err := l.catchUp(ctx); err != nil {
		t.Fatal(err)
	}
	l.options.MergeAt = 1
	add("first")
	if err := l.catchUp(ctx); err != nil {
		t.Fatal(err)
	}
	l.options.MergeAt = 0
	add("second")
	if err := l.catchUp(ctx); err != nil {
		t.Fatal(err)
	}
	patches := l.Pin().patches
	if err := l.adopt(ctx, <-l.merged); err != nil {
		t.Fatal(err)
	}
	s := l.Pin()
	if s.patches >= patches || s.Entities() != 5 || s.Rev() != 5 || l.merging {
		t.Fatalf("%d of %d patches, %d entities at revision %d", s.patches, patches, s.Entities(), s.Rev())
	}
}

func TestAMergeThatAReadingAnewHasOvertakenIsDropped(t *testing.T) {
	l, add := driven(t)
	ctx := context.Background()
	old := l.Pin()
	l.merging = true
	add("new")
	if err := l.rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	anew := l.Pin()
	if err := l.adopt(ctx, mergeResult{snap: old}); err != nil {
		t.Fatal(err)
	}
	if l.Pin() != anew || l.merging || anew.Entities() != 1 {
		t.Fatal("an old merge was taken over")
	}
}

func TestAMergeThatFailsMeansReadingAnew(t *testing.T) {
	l, add := driven(t)
	l.merging = true
	add("new")
	if err := l.adopt(context.Background(), mergeResult{err: errors.New("it failed")}); err != nil {
		t.Fatal(err)
	}
	if s := l.Pin(); s.Entities() != 1 || s.patches != 0 {
		t.Fatalf("%d entities, %d patches", s.Entities(), s.patches)
	}
}

func TestALogThatDoesNotFitMeansReadingAnew(t *testing.T) {
	l, add := driven(t)
	add("new")
	broken := *l.Pin()
	broken.rev, broken.lastEntity = 1, 0 // claims to know what it does not have
	l.publish(&broken)
	add("new")
	e := &graph.Entity{Key: "enterprise:new", Kind: graph.KindRegion, Names: []graph.Name{{Text: "另一个", Lang: graph.ZH, Role: graph.Official}}}
	if _, err := l.store.Apply(context.Background(), graph.Batch{Changes: []graph.Change{{Entity: e}}}); err != nil {
		t.Fatal(err)
	}
	if err := l.catchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	if s := l.Pin(); s.Entities() != 1 || s.Kind(1) != graph.KindRegion || s.patches != 0 {
		t.Fatalf("%d entities, %s, %d patches", s.Entities(), s.Kind(1), s.patches)
	}
}
