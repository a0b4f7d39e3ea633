package bolt

import (
	"context"
	"errors"
	"iter"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"

	bbolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"lianzhu/graph"
)

// Store is a [graph.Store] in a file; Open opens one.
type Store struct {
	path     string
	opts     Options
	file     atomic.Pointer[bbolt.DB] // a bulk load puts another in its place
	handle   *os.File                 // that bbolt has open; for the committer
	lock     *lockInfo
	journal  *checkpoints // the committer's, until it has ended
	ontology *graph.Ontology
	symbols  *symbols

	idle     idle
	requests chan *request
	done     chan struct{} // closed when the committer has ended

	failure atomic.Pointer[graph.Error] // why the store has stopped
	wedged  atomic.Bool                 // bbolt holds a lock for ever

	mu     sync.Mutex // guards closed, and use.Add against use.Wait
	use    sync.WaitGroup
	closed bool
}

// begin marks a call that Close must wait for; the call ends it by s.use.Done.
func (s *Store) begin(op string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return closedError(op)
	}
	if err := s.broken(); err != nil {
		return err
	}
	s.use.Add(1)
	return nil
}

func closedError(op string) error {
	return &graph.Error{Code: graph.CodeClosed, Op: op, Detail: "the store is closed", Index: -1}
}

// View: see [graph.Store].
func (s *Store) View(ctx context.Context, read func(graph.Reader) error) error {
	if err := s.begin("view"); err != nil {
		return err
	}
	defer s.use.Done()
	return s.read(ctx, func(r *reader) error { return read(r) })
}

// read runs do within a read transaction.
func (s *Store) read(ctx context.Context, do func(*reader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	o, err := s.opened()
	if err != nil {
		return err
	}
	sound := false
	defer func() {
		if sound {
			s.idle.put(o)
		} else {
			o.tx.Rollback() // nobody knows what a panic has left behind
		}
	}()
	r := &reader{tables: &o.tables, ctx: ctx, symbols: s.symbols, rev: o.rev}
	err = do(r)
	r.tables, sound = nil, err == nil // whoever keeps r has no part in the next View
	return err
}

// opened is a read transaction of the newest revision.
func (s *Store) opened() (*opened, error) {
	kept, since := s.idle.take()
	if kept != nil {
		return kept, nil
	}
	tx, err := s.beginRead()
	if err != nil {
		return nil, &graph.Error{Code: graph.CodeCorrupt, Op: "view", Index: -1, Detail: "the file cannot be read: run lianzhu check", Err: err}
	}
	o := &opened{tables: tables{tx: tx}, since: since}
	if o.rev, err = o.revision(); err != nil {
		tx.Rollback()
		return nil, err
	}
	return o, nil
}

// db is the database at hand.
func (s *Store) db() *bbolt.DB { return s.file.Load() }

// beginRead begins a read transaction, on the database that has taken the place
// of the one at hand where that was closed meanwhile.
func (s *Store) beginRead() (*bbolt.Tx, error) {
	for {
		db := s.db()
		tx, err := db.Begin(false)
		if !errors.Is(err, berrors.ErrDatabaseNotOpen) || s.db() == db {
			return tx, err
		}
	}
}

// revision reads which revision it is.
func (t *tables) revision() (rev graph.Rev, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = pagePanic("view", p)
		}
	}()
	payload, err := t.get(bMeta, keyState)
	if err != nil {
		return 0, err
	}
	if rev, err = revOf(payload); err != nil {
		return 0, corrupt(bMeta, keyState, err.Error(), err)
	}
	return rev, nil
}

// Apply: see [graph.Store].
func (s *Store) Apply(ctx context.Context, b graph.Batch) (graph.Receipt, error) {
	if err := s.begin("apply"); err != nil {
		return graph.Receipt{}, err
	}
	defer s.use.Done()
	if err := ctx.Err(); err != nil {
		return graph.Receipt{}, err
	}
	if s.db().IsReadOnly() {
		return graph.Receipt{}, readOnlyError("apply")
	}
	r := &request{ctx: ctx, batch: &b, answer: make(chan answer, 1)}
	select {
	case s.requests <- r:
	case <-ctx.Done():
		return graph.Receipt{}, ctx.Err()
	}
	a := <-r.answer
	return a.receipt, a.err
}

// changesAtOnce is how many entries Changes reads in one transaction.
const changesAtOnce = 256

// Changes: see [graph.Store]. It reads the log in pieces, so that a slow caller
// holds no transaction; Close ends it.
func (s *Store) Changes(ctx context.Context, since graph.Rev) iter.Seq2[graph.Entry, error] {
	return func(yield func(graph.Entry, error) bool) {
		end, err := s.newest(ctx)
		if err != nil {
			yield(graph.Entry{}, err)
			return
		}
		if since >= end {
			return
		}
		for from := (graph.LogPos{Rev: since + 1}); from.Rev <= end; {
			var entries []graph.Entry
			entries, from, err = s.changes(ctx, from, end)
			for _, e := range entries {
				if err = ctx.Err(); err != nil {
					break
				}
				if !yield(e, nil) {
					return
				}
			}
			if err != nil {
				yield(graph.Entry{}, err)
				return
			}
		}
	}
}

func (s *Store) newest(ctx context.Context) (rev graph.Rev, err error) {
	if err := s.begin("changes"); err != nil {
		return 0, err
	}
	defer s.use.Done()
	err = s.read(ctx, func(r *reader) error {
		rev = r.rev
		return nil
	})
	return rev, err
}

func (s *Store) changes(ctx context.Context, from graph.LogPos, end graph.Rev) (entries []graph.Entry, next graph.LogPos, err error) {
	if err := s.begin("changes"); err != nil {
		return nil, from, err
	}
	defer s.use.Done()
	err = s.read(ctx, func(r *reader) error {
		entries, next, err = r.changes(from, end, changesAtOnce)
		return err
	})
	return entries, next, err
}

// Close: see [graph.Store].
func (s *Store) Close() error {
	s.mu.Lock()
	was := s.closed
	s.closed = true
	s.mu.Unlock()
	if was {
		return closedError("close")
	}
	s.use.Wait()
	close(s.requests)
	<-s.done
	return s.shut()
}
