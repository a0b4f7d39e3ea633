package topology_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// heard collects the events of a Live.
type heard struct {
	mu     sync.Mutex
	events []topology.Event
	came   chan struct{}
}

func hearing() *heard { return &heard{came: make(chan struct{}, 1)} }

func (h *heard) told(e topology.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, e)
	select {
	case h.came <- struct{}{}:
	default:
	}
}

// count is how often something was heard.
func (h *heard) count(what topology.What) (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range h.events {
		if e.What == what {
			n++
		}
	}
	return n
}

// until waits until what was heard n times.
func (h *heard) until(t testing.TB, what topology.What, n int) {
	t.Helper()
	ctx := patience(t)
	for h.count(what) < n {
		select {
		case <-h.came:
		case <-ctx.Done():
			t.Fatalf("%s was not heard %d times: %+v", what, n, h.events)
		}
	}
}

// begun begins to follow the store of w with a file.
func (w *world) begun(file string, options topology.Options) (*topology.Live, *heard) {
	w.t.Helper()
	h := hearing()
	options.File, options.Told = file, h.told
	l := topology.Begin(w.store, w.ontology, options)
	w.t.Cleanup(func() { l.Close() })
	return l, h
}

func (w *world) sameAs(l *topology.Live) {
	w.t.Helper()
	l.Wake()
	s := must(l.At(patience(w.t), w.rev()))(w.t)
	w.view(func(r graph.Reader) { w.same(s, r) })
}

// held is a store whose Views wait.
type held struct {
	graph.Store
	free chan struct{}
}

func (h held) View(ctx context.Context, read func(graph.Reader) error) error {
	select {
	case <-h.free:
	case <-ctx.Done():
		return ctx.Err()
	}
	return h.Store.View(ctx, read)
}

func TestBeginDoesNotWaitForTheSnapshotNorDoesWhoAsksForOne(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(20, 40)
	h := held{w.store, make(chan struct{})}
	l := topology.Begin(h, w.ontology, topology.Options{})
	t.Cleanup(func() { l.Close() })
	if l.Pin() != nil {
		t.Fatal("there is a snapshot already")
	}
	if _, ok := l.Lend(context.Background(), w.rev()); ok {
		t.Fatal("one was lent already")
	}
	close(h.free)
	w.sameAs(l)
	if _, ok := l.Lend(context.Background(), w.rev()); !ok {
		t.Fatal("it is not lent")
	}
}

func TestCloseEndsABeginningThatIsUnderWay(t *testing.T) {
	w := newWorld(t, 1)
	h := held{w.store, make(chan struct{})}
	l := topology.Begin(h, w.ontology, topology.Options{File: filepath.Join(t.TempDir(), "shape")})
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.At(context.Background(), 1); graph.CodeOf(err) != graph.CodeClosed {
		t.Fatal(err)
	}
}

func TestAFileIsMadeAfterTheFirstReadingAndUsedFromThenOn(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(20, 40)
	file := filepath.Join(t.TempDir(), "shape")
	l, h := w.begun(file, topology.Options{})
	h.until(t, topology.Saved, 1)
	w.sameAs(l)
	if m := l.Pin().Memory(); m.Mapped == 0 {
		t.Fatal("the arrays are not those of the file")
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l, h = w.begun(file, topology.Options{})
	h.until(t, topology.Ready, 1)
	w.sameAs(l)
	if h.count(topology.Building) != 0 {
		t.Fatal("the graph was read again")
	}
}

func TestPagesThatWereGivenBackAreReadAgain(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(20, 40)
	l, h := w.begun(filepath.Join(t.TempDir(), "shape"), topology.Options{})
	h.until(t, topology.Saved, 1)
	w.sameAs(l)
	trim := func() {
		if err := l.Trim(); err != nil {
			t.Fatal(err)
		}
	}
	trim()
	w.sameAs(l)
	w.populate(5, 10) // now there are changes over the file
	trim()
	w.sameAs(l)

	memory := topology.Begin(w.store, w.ontology, topology.Options{})
	t.Cleanup(func() { memory.Close() })
	w.sameAs(memory)
	if err := memory.Trim(); err != nil {
		t.Fatal("nothing is mapped, so there is nothing to give back:", err)
	}
	w.sameAs(memory)
}

func TestAFileThatIsNoGoodIsToldAndMadeAnewWhileTheStoreIsWritten(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(20, 40)
	folder := t.TempDir()
	file := filepath.Join(folder, "shape")
	if err := w.build().Save(file); err != nil {
		t.Fatal(err)
	}
	good := must(os.ReadFile(file))(t)
	damaged := bytes.Clone(good)
	damaged[len(damaged)-1] ^= 1
	later := newWorld(t, 7)
	later.populate(30, 80)
	for range 200 {
		later.happen()
	}
	for what, bytes := range map[string][]byte{
		"damaged": damaged, "cut short": good[:len(good)/2], "empty": nil, "of a later revision": fileOf(t, later.build()),
	} {
		t.Run(what, func(t *testing.T) {
			if err := os.WriteFile(file, bytes, 0o600); err != nil {
				t.Fatal(err)
			}
			l, h := w.begun(file, topology.Options{})
			for range 20 {
				w.happen()
				l.Wake()
			}
			h.until(t, topology.Saved, 1)
			if h.count(topology.Refused) != 1 || h.count(topology.Building) != 1 {
				t.Errorf("heard %+v", h.events)
			}
			w.sameAs(l)
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := topology.Open(file, w.ontology); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestCloseSavesWhatTheLogWouldTellMoreSlowly(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(20, 40)
	file := filepath.Join(t.TempDir(), "shape")
	l, h := w.begun(file, topology.Options{})
	h.until(t, topology.Saved, 1)
	for range 20 {
		w.happen()
	}
	w.sameAs(l)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if s := must(topology.Open(file, w.ontology))(t); s.Rev() != w.rev() {
		t.Fatalf("the file is of revision %d, the store of %d", s.Rev(), w.rev())
	}
}

func TestAFolderThatCannotBeWrittenIsToldAndTheSnapshotServes(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(10, 20)
	l, h := w.begun(filepath.Join(t.TempDir(), "nowhere", "shape"), topology.Options{})
	h.until(t, topology.Unsaved, 1)
	w.sameAs(l)
	w.happen()
	w.sameAs(l)
	if err := l.Close(); err == nil {
		t.Fatal("Close is silent about it")
	}
}

func TestAGraphThatDoesNotFitTheOntologyIsToldOnce(t *testing.T) {
	w := newWorld(t, seedOf(t))
	w.populate(20, 40)
	h := hearing()
	less := graph.NewOntology(w.ontology.Kinds()[:1], nil)
	l := topology.Begin(w.store, less, topology.Options{Told: h.told})
	t.Cleanup(func() { l.Close() })
	h.until(t, topology.Failed, 1)
	if _, err := l.At(patience(t), w.rev()); err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
}
