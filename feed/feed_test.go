package feed_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"lianzhu/feed"
	"lianzhu/graph"
	"lianzhu/storage/mem"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func newStore(t testing.TB) *mem.Store {
	store := mem.New(graph.NewOntology([]graph.KindDef{{Kind: "ENTERPRISE", ZH: "企业", EN: "enterprise"}}, nil))
	t.Cleanup(func() { store.Close() })
	return store
}

// write applies a batch of n changes, each of a new entity.
func write(t testing.TB, store graph.Store, batch, n int) {
	t.Helper()
	b := graph.Batch{At: noon}
	for i := range n {
		key := graph.Key(fmt.Sprintf("enterprise:%d-%d", batch, i))
		b.Changes = append(b.Changes, graph.Change{Entity: &graph.Entity{Key: key, Kind: "ENTERPRISE",
			Names: []graph.Name{{Text: string(key), Lang: graph.ZH, Role: graph.Official}}}})
	}
	if _, err := store.Apply(context.Background(), b); err != nil {
		t.Error(err)
	}
}

// heard is what a listener got until it had so many changes.
func heard(l *feed.Listener, want int) ([]graph.LogPos, error) {
	var got []graph.LogPos
	for len(got) < want {
		entries, err := l.Next(context.Background())
		if err != nil {
			return got, err
		}
		for _, e := range entries {
			got = append(got, e.Pos())
		}
	}
	return got, nil
}

func log(t testing.TB, store graph.Store, from graph.LogPos) []graph.LogPos {
	t.Helper()
	var all []graph.LogPos
	for e, err := range store.Changes(context.Background(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if !e.Pos().Before(from) {
			all = append(all, e.Pos())
		}
	}
	return all
}

// Listeners come before, while and after batches are written, begin anywhere,
// and each gets the log from its place on, whole and in order.
func TestEveryListenerGetsEveryChangeAfterItsPlaceOnce(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	sizes := make([]int, 60)
	total := 0
	for i := range sizes {
		sizes[i] = []int{1, 1, 2, 40, 300, 1300}[random.IntN(6)]
		total += sizes[i]
	}
	store := newStore(t)
	f := feed.New(store)
	announced := graph.Announce(store, f.Wake)

	type result struct {
		from graph.LogPos
		got  []graph.LogPos
		err  error
	}
	results := make(chan result)
	listeners := 0
	listen := func(from graph.LogPos, want int) {
		listeners++
		l := f.Listen(from)
		go func() {
			got, err := heard(l, want)
			results <- result{from, got, err}
		}()
	}
	behind := func(from graph.LogPos) (n int) { // how many changes there will be from a place on
		for i, size := range sizes {
			switch rev := graph.Rev(i + 1); {
			case rev > from.Rev:
				n += size
			case rev == from.Rev:
				n += max(0, size-from.Index)
			}
		}
		return n
	}
	for i, size := range sizes {
		for range random.IntN(3) {
			from := graph.LogPos{Rev: graph.Rev(random.IntN(i + 2)), Index: random.IntN(3) * random.IntN(400)}
			listen(from, behind(from))
		}
		write(t, announced, i, size)
	}
	for range 5 {
		from := graph.LogPos{Rev: graph.Rev(random.IntN(len(sizes)))}
		listen(from, behind(from))
	}
	for range listeners {
		r := <-results
		if r.err != nil {
			t.Errorf("from %v: %v", r.from, r.err)
		}
		if want := log(t, store, r.from); !slices.Equal(r.got, want) {
			t.Errorf("the listener from %v got %d changes of %d, or in another order", r.from, len(r.got), len(want))
		}
	}
}

// counting counts how often a store is read, and fails the first so many times.
type counting struct {
	graph.Store
	views atomic.Int64
	fails int64
}

var errAway = errors.New("the store is away")

func (s *counting) View(ctx context.Context, read func(graph.Reader) error) error {
	if s.views.Add(1) <= s.fails {
		return errAway
	}
	return s.Store.View(ctx, read)
}

func TestTheEndOfTheLogIsReadOnceForAll(t *testing.T) {
	store := &counting{Store: newStore(t)}
	f := feed.New(store)
	errs := make(chan error)
	for range 50 {
		l := f.Listen(graph.LogPos{Rev: 1})
		go func() {
			_, err := heard(l, 3)
			errs <- err
		}()
	}
	write(t, graph.Announce(store, f.Wake), 1, 3)
	for range 50 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if n := store.views.Load(); n > 2 {
		t.Errorf("50 listeners at the end of the log read it %d times", n)
	}
}

func TestWhenOneListenerCannotReadAnotherTries(t *testing.T) {
	store := &counting{Store: newStore(t), fails: 1}
	write(t, store, 1, 2)
	f := feed.New(store)
	first, second := f.Listen(graph.LogPos{}), f.Listen(graph.LogPos{})
	if _, err := first.Next(t.Context()); !errors.Is(err, errAway) {
		t.Errorf("the first heard %v", err)
	}
	for i, l := range []*feed.Listener{second, first} {
		if got, err := heard(l, 2); err != nil || len(got) != 2 {
			t.Errorf("listener %d got %v, %v", i, got, err)
		}
	}
}

func TestAListenerAtTheEndWaitsUntilItIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newStore(t)
		f := feed.New(store)
		announced := graph.Announce(store, f.Wake)
		write(t, announced, 1, 1)
		for name, from := range map[string]graph.LogPos{
			"behind the last change":      {Rev: 1, Index: 1},
			"at the next revision":        {Rev: 2},
			"at a revision further ahead": {Rev: 9},
		} {
			ctx, cancel := context.WithCancel(t.Context())
			l, done := f.Listen(from), make(chan error)
			go func() {
				_, err := l.Next(ctx)
				done <- err
			}()
			synctest.Wait()
			select {
			case err := <-done:
				t.Errorf("%s: it did not wait: %v", name, err)
				cancel()
				continue
			default:
			}
			cancel()
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("%s: it ended with %v", name, err)
			}
		}
	})
}

// A listener that has gone while it read for the others leaves them nothing
// undone.
func TestAListenerThatGoesWhileItReadsHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &slow{Store: newStore(t), enter: make(chan struct{})}
		write(t, store, 1, 1)
		f := feed.New(store)
		gone, cancel := context.WithCancel(t.Context())
		first, second := make(chan error), make(chan error)
		go func() {
			_, err := f.Listen(graph.LogPos{}).Next(gone)
			first <- err
		}()
		synctest.Wait()
		go func() {
			_, err := heard(f.Listen(graph.LogPos{}), 1)
			second <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("the first ended with %v", err)
		}
		close(store.enter)
		if err := <-second; err != nil {
			t.Error(err)
		}
	})
}

// slow is a store whose views begin when enter is closed.
type slow struct {
	graph.Store
	enter chan struct{}
}

func (s *slow) View(ctx context.Context, read func(graph.Reader) error) error {
	select {
	case <-s.enter:
		return s.Store.View(ctx, read)
	case <-ctx.Done():
		return ctx.Err()
	}
}
