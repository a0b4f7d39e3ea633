package topology_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"lianzhu/graph"
	"lianzhu/topology"
)

// follow follows the store of w until the test ends.
func (w *world) follow(options topology.Options) *topology.Live {
	w.t.Helper()
	l := must(topology.Follow(context.Background(), w.store, w.ontology, options))(w.t)
	w.t.Cleanup(func() { l.Close() })
	return l
}

// patience bounds waiting for what must come.
func patience(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func (w *world) rev() (rev graph.Rev) {
	w.view(func(r graph.Reader) { rev = r.Rev() })
	return rev
}

func TestALiveSnapshotFollowsTheStoreAndMergesOnTheWay(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(30, 80)
	l := w.follow(topology.Options{MergeAt: 40})
	merges, last := 0, 0
	for step := range 400 {
		w.happen()
		l.Wake()
		s := must(l.At(patience(t), w.rev()))(t)
		if s.Memory().Patches < last {
			merges++
		}
		last = s.Memory().Patches
		if step%40 == 0 {
			w.view(func(r graph.Reader) { w.same(s, r) })
		}
	}
	if merges == 0 {
		t.Fatal("nothing was merged")
	}
	s := l.Pin()
	w.view(func(r graph.Reader) { w.same(s, r) })
	sameShape(t, s, w.build())
}

// Readers take the snapshot of just the revision that their View shows while
// somebody writes.
func TestAViewGetsTheSnapshotOfItsRevisionWhileTheStoreIsWritten(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(30, 80)
	l := w.follow(topology.Options{MergeAt: 60, Keep: 100})
	var wait sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		wait.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := w.store.View(context.Background(), func(r graph.Reader) error { return w.agrees(l, r) }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 300 {
		w.happen()
		l.Wake()
	}
	close(stop)
	wait.Wait()
}

// agrees compares a snapshot with the reader of its revision in passing. A
// revision that is not kept, because a merge has let it go or because the store
// went on too fast, is no fault.
func (w *world) agrees(l *topology.Live, r graph.Reader) error {
	s, err := l.At(patience(w.t), r.Rev())
	if graph.CodeOf(err) == graph.CodeNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	counts, err := r.Counts()
	if err != nil {
		return err
	}
	if s.Rev() != r.Rev() || s.Relations() != counts.Relations || s.Entities() != counts.Entities {
		return errors.New("the snapshot differs from the reader")
	}
	id := graph.EntityID(1 + int(r.Rev())%20)
	all, _ := s.TypeSet()
	degree, err := r.Degree([]graph.EntityID{id}, nil, graph.Both)
	if err == nil && s.Degree(id, graph.Both, all) != degree[0] {
		err = errors.New("a degree differs from the reader")
	}
	return err
}

func TestAtGivesRevisionsThatWerePassedOverAndNoneThatAreForgotten(t *testing.T) {
	w := newWorld(t, 31)
	w.populate(10, 20)
	l := w.follow(topology.Options{Keep: 3})
	first := l.Pin()
	var want []*topology.Snapshot
	for range 5 {
		w.apply(graph.Change{Entity: w.entity(w.newKey())})
		want = append(want, w.build())
	}
	must(l.At(patience(t), w.rev()))(t)
	for _, s := range want {
		sameShape(t, must(l.At(patience(t), s.Rev()))(t), s)
	}
	for range 4 {
		w.apply(graph.Change{Entity: w.entity(w.newKey())})
		must(l.At(patience(t), w.rev()))(t)
	}
	if _, err := l.At(patience(t), first.Rev()); graph.CodeOf(err) != graph.CodeNotFound {
		t.Fatalf("a forgotten revision: %v", err)
	}
}

func TestAtWaitsForARevisionThatIsYetToCome(t *testing.T) {
	w := newWorld(t, 32)
	l := w.follow(topology.Options{})
	short, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.At(short, w.rev()+1); !errors.Is(err, context.Canceled) {
		t.Fatalf("a cancelled wait: %v", err)
	}
	came := make(chan error, 1)
	rev := w.rev() + 1
	go func() {
		s, err := l.At(patience(t), rev)
		if err == nil && s.Rev() != rev {
			err = errors.New("another revision")
		}
		came <- err
	}()
	w.apply(graph.Change{Entity: w.entity(w.newKey())})
	l.Wake()
	if err := <-came; err != nil {
		t.Fatal(err)
	}
}

func TestALiveThatIsClosedKeepsItsLastSnapshotAndRefusesToWait(t *testing.T) {
	w := newWorld(t, 33)
	w.populate(5, 5)
	l := w.follow(topology.Options{})
	s := l.Pin()
	l.Close()
	if _, err := l.At(patience(t), s.Rev()+1); graph.CodeOf(err) != graph.CodeClosed {
		t.Fatalf("after Close: %v", err)
	}
	if l.Pin() != s || s.Entities() != 5 {
		t.Fatal("the snapshot is gone")
	}
}

func TestALiveEndsWithItsStore(t *testing.T) {
	w := newWorld(t, 34)
	l := w.follow(topology.Options{})
	rev := w.rev()
	w.store.Close()
	if _, err := l.At(patience(t), rev+1); graph.CodeOf(err) != graph.CodeClosed {
		t.Fatalf("after the store was closed: %v", err)
	}
}

func TestALogLongerThanIsReadMeansReadingTheGraphAnew(t *testing.T) {
	w := newWorld(t, seedOf(t))
	l := w.follow(topology.Options{RereadAt: 20})
	w.populate(30, 60)
	s := must(l.At(patience(t), w.rev()))(t)
	w.view(func(r graph.Reader) { w.same(s, r) })
	if s.Memory().Patches != 0 {
		t.Fatal("the log was applied")
	}
}

func TestALiveStartsFromItsFileAndCatchesUp(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(20, 50)
	file := filepath.Join(t.TempDir(), "shape")
	l := w.follow(topology.Options{File: file, Told: refusals(func(err error) { t.Errorf("no file is no reason: %v", err) })})
	if err := l.Pin().Save(file); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		w.happen()
	}
	again := w.follow(topology.Options{File: file, Told: refusals(func(err error) { t.Errorf("a good file: %v", err) })})
	s := again.Pin()
	w.view(func(r graph.Reader) { w.same(s, r) })
	if m := s.Memory(); m.Mapped == 0 || m.Patches == 0 {
		t.Fatalf("it does not come from the file: %+v", m)
	}
}

func TestALiveRefusesTheFileOfAnotherGraphAndBuildsAnew(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shape")
	other := newWorld(t, 41)
	other.populate(20, 50)
	if err := other.follow(topology.Options{}).Pin().Save(file); err != nil {
		t.Fatal(err)
	}
	longer := newWorld(t, 42)
	longer.populate(40, 100)
	shorter := newWorld(t, 43)
	shorter.populate(3, 3)
	damaged := filepath.Join(t.TempDir(), "damaged")
	if err := os.WriteFile(damaged, []byte("lianzhu"), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		w    *world
		file string
		code graph.Code
	}{
		"of another graph": {longer, file, graph.CodeConflict},
		"of a longer one":  {shorter, file, graph.CodeConflict},
		"that is none":     {longer, damaged, graph.CodeCorrupt},
		"that is a folder": {longer, t.TempDir(), graph.CodeCorrupt},
	} {
		var why error
		l := c.w.follow(topology.Options{File: c.file, Told: refusals(func(err error) { why = err })})
		if graph.CodeOf(why) != c.code {
			t.Errorf("a file %s: %v", what, why)
		}
		s := l.Pin()
		c.w.view(func(r graph.Reader) { c.w.same(s, r) })
	}
}

// refusals hears why a file was refused.
func refusals(hear func(error)) func(topology.Event) {
	return func(e topology.Event) {
		if e.What == topology.Refused {
			hear(e.Err)
		}
	}
}
