package bolt

import (
	"context"
	"errors"
	"testing"

	"lianzhu/graph"
)

// mustView views a store and wants it to be of that revision.
func mustView(t *testing.T, s *Store, want graph.Rev) {
	t.Helper()
	err := s.View(context.Background(), func(r graph.Reader) error {
		if r.Rev() != want {
			t.Errorf("the view is of revision %d, not %d", r.Rev(), want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func kept(s *Store) int {
	s.idle.mu.Lock()
	defer s.idle.mu.Unlock()
	return len(s.idle.list)
}

func TestATransactionIsKeptUntilTheNextWrite(t *testing.T) {
	s := openAt(t, newPath(t), Options{NoSync: true})
	defer s.Close()
	write := func(name string) {
		t.Helper()
		if _, err := s.Apply(context.Background(), batchOf(addEntity(name))); err != nil {
			t.Fatal(err)
		}
		if n := kept(s); n != 0 {
			t.Errorf("%d transactions are kept beyond a write", n)
		}
	}
	write("a")
	mustView(t, s, 1)
	mustView(t, s, 1)
	if n := kept(s); n != 1 {
		t.Errorf("%d transactions are kept after two views, one after the other", n)
	}
	s.View(context.Background(), func(r graph.Reader) error {
		write("b")
		mustView(t, s, 2)
		if r.Rev() != 1 {
			t.Errorf("a view has become one of revision %d", r.Rev())
		}
		return nil
	})
	mustView(t, s, 2)
	if n := kept(s); n != 1 {
		t.Errorf("%d transactions are kept after a view that was overtaken", n)
	}
}

func TestATransactionThatBeganDuringAWriteIsNotKept(t *testing.T) {
	s := openAt(t, newPath(t), Options{NoSync: true})
	defer s.Close()
	end := s.idle.write()
	s.View(context.Background(), func(graph.Reader) error {
		end()
		return nil
	})
	if n := kept(s); n != 0 {
		t.Errorf("%d transactions are kept that may be of the revision before", n)
	}
	mustView(t, s, 0)
	if n := kept(s); n != 1 {
		t.Errorf("%d transactions are kept after the write", n)
	}
}

func TestATransactionIsNotKeptWhereItsViewFailed(t *testing.T) {
	s := openAt(t, newPath(t), Options{NoSync: true})
	defer s.Close() // it waits for transactions that are open
	gone := errors.New("gone")
	if err := s.View(context.Background(), func(graph.Reader) error { return gone }); err != gone {
		t.Fatal(err)
	}
	func() {
		defer func() { recover() }()
		s.View(context.Background(), func(graph.Reader) error { panic(gone) })
	}()
	if n := kept(s); n != 0 {
		t.Errorf("%d transactions are kept of views that failed", n)
	}
}

func TestAReaderIsOfNoUseAfterItsView(t *testing.T) {
	s := openAt(t, newPath(t), Options{NoSync: true})
	defer s.Close()
	var late graph.Reader
	s.View(context.Background(), func(r graph.Reader) error {
		late = r
		return nil
	})
	if _, err := late.Counts(); err == nil {
		t.Error("it has counted")
	}
}

func TestSoManyTransactionsAreKeptAtMost(t *testing.T) {
	s := openAt(t, newPath(t), Options{NoSync: true})
	defer s.Close()
	var nest func(n int) error
	nest = func(n int) error {
		if n == 0 {
			return nil
		}
		return s.View(context.Background(), func(graph.Reader) error { return nest(n - 1) })
	}
	if err := nest(mostIdle + 10); err != nil {
		t.Fatal(err)
	}
	if n := kept(s); n != mostIdle {
		t.Errorf("%d transactions are kept", n)
	}
}
