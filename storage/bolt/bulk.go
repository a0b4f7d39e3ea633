package bolt

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/internal/rules"
)

// bulk fills an empty store at once. It has a file of its own, which takes the
// place of the store's when all is in it.
//
// Batches are planned by the same rules as ever. What a plan writes goes two
// ways: records and the log, which grow at their ends, go into the file at once;
// all that is ordered otherwise is gathered (gather.go) and written when the
// load has ended, each bucket in the order of its keys (settle.go). Where the
// rules ask for what only the finished indexes can tell, or something is
// retracted, these are written there and then, and the rest of the load goes on
// as in any store, in large transactions.
type bulk struct {
	store  *Store
	base   string   // what the store's file is called
	path   string   // of its own file; "" when that is the store's
	file   *os.File // while it is written
	db     *bbolt.DB
	handle *os.File // that the database has open

	mu      sync.Mutex // serialises calls
	gather  *gather    // nil once the indexes are written
	writer  *writer    // of the transaction at hand, afterwards
	known   entityCache
	changes int // in the transaction at hand, afterwards

	failure atomic.Pointer[error] // ends the load
	told    func(done, of int)
}

var _ graph.Bulk = (*Store)(nil)

// Bulk: see [graph.Bulk].
func (s *Store) Bulk(ctx context.Context, load func(graph.Filling) error, told func(done, of int)) (ok bool, err error) {
	if err := s.begin("load"); err != nil {
		return false, err
	}
	defer s.use.Done()
	if s.db().IsReadOnly() || runtime.GOOS == "windows" { // which replaces no open file
		return false, nil
	}
	over, err := s.stopCommitter(ctx)
	if err != nil {
		return false, err
	}
	defer close(over)
	rev := graph.Rev(0)
	if err := s.read(ctx, func(r *reader) error { rev = r.rev; return nil }); err != nil || rev > 0 {
		return false, err
	}
	b, err := s.newBulk(ctx)
	if err != nil {
		return false, err
	}
	defer b.drop()
	b.told = told
	if err := load(b); err != nil {
		return true, err
	}
	return true, b.finish(ctx)
}

// stopCommitter waits until the committer has nothing to do; it then goes on
// when the channel is closed.
func (s *Store) stopCommitter(ctx context.Context) (over chan struct{}, err error) {
	r := &request{ctx: ctx, turn: make(chan struct{}), over: make(chan struct{})}
	select {
	case s.requests <- r:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	<-r.turn
	if err := s.broken(); err != nil {
		close(r.over)
		return nil, err
	}
	return r.over, nil
}

// newBulk makes the file and locks it.
func (s *Store) newBulk(ctx context.Context) (b *bulk, err error) {
	folder, base := filepath.Dir(s.path), filepath.Base(s.path)
	op := opener{path: s.path, base: base, o: s.ontology, opts: s.opts}
	sweep(folder, base)
	f, err := createBeside(ctx, folder, base)
	if err != nil {
		return nil, op.system(err)
	}
	b = &bulk{store: s, base: base, path: f.Name(), file: f}
	if b.gather, err = newGather(b, folder); err != nil {
		b.drop()
		return nil, op.system(err)
	}
	return b, nil
}

// entry is a value of the empty store.
type entry struct {
	in         bucket
	key, value []byte
}

// emptyStore reads what an empty store has in its file.
func (s *Store) emptyStore() (entries []entry, now state, err error) {
	err = s.db().View(func(tx *bbolt.Tx) error {
		t := tables{tx: tx}
		if now, err = t.state(); err != nil {
			return err
		}
		for in := range buckets {
			b, err := t.bucket(in)
			if err != nil {
				return err
			}
			if err := b.ForEach(func(k, v []byte) error {
				entries = append(entries, entry{in, clone(k), clone(v)})
				return nil
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return entries, now, err
}

// Apply: see [graph.Bulk].
func (b *bulk) Apply(ctx context.Context, batch graph.Batch) (graph.Receipt, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.failed(); err != nil {
		return graph.Receipt{}, err
	}
	if err := ctx.Err(); err != nil {
		return graph.Receipt{}, err
	}
	if b.gather == nil {
		return b.applyAfter(ctx, &batch)
	}
	plan, err := rules.Make(ctx, b.gather, b.store.ontology, batch)
	if errors.Is(err, errOutgrown) || err == nil && (outgrown(&plan) || b.gather.full()) {
		if err := b.settle(ctx); err != nil {
			return graph.Receipt{}, b.fail(err)
		}
		return b.applyAfter(ctx, &batch)
	}
	if err != nil || len(plan.Writes) == 0 && plan.Kept == nil {
		return plan.Receipt, err
	}
	if err := b.gather.take(&batch, &plan); err != nil {
		return graph.Receipt{}, b.fail(err)
	}
	return plan.Receipt, nil
}

// errOutgrown says that the rules ask for what is not known while a load is
// gathered.
var errOutgrown = errors.New("this takes the indexes of the graph")

// outgrown tells whether a plan writes what is not gathered: a retraction, an
// entity of another kind, or a text in the place of another, which is to be kept.
func outgrown(plan *rules.Plan) bool {
	return slices.ContainsFunc(plan.Writes, func(w rules.Write) bool {
		return w.Op == graph.OpRetract || w.OldEntity != nil && w.OldEntity.Kind != w.Entity.Kind ||
			w.OldSource != nil && (w.Text != nil || w.DropText)
	})
}

// applyAfter applies a batch when the indexes stand in the file.
func (b *bulk) applyAfter(ctx context.Context, batch *graph.Batch) (graph.Receipt, error) {
	if err := b.begin(); err != nil {
		return graph.Receipt{}, b.fail(err)
	}
	plan, err := rules.Make(ctx, b.writer, b.store.ontology, *batch)
	if err != nil || len(plan.Writes) == 0 && plan.Kept == nil {
		return plan.Receipt, err
	}
	if err := b.writer.carryOut(batch, &plan); err != nil {
		return graph.Receipt{}, b.fail(err)
	}
	if b.changes += len(plan.Writes) + 1; b.changes > groupChanges {
		err = b.commit()
	}
	return plan.Receipt, b.fail(err)
}

// begin begins a transaction where there is none.
func (b *bulk) begin() error {
	if b.writer != nil {
		return nil
	}
	tx, err := b.db.Begin(true)
	if err != nil {
		return err
	}
	if b.writer, err = newWriter(tx, b.store.symbols, &b.known); err != nil {
		tx.Rollback()
	}
	return err
}

// commit ends the transaction, if there is one.
func (b *bulk) commit() error {
	if b.writer == nil {
		return nil
	}
	w := b.writer
	b.writer, b.changes = nil, 0
	if err := w.finish(); err != nil {
		w.tx.Rollback()
		return err
	}
	return w.tx.Commit()
}

// fail ends the load where err is an error.
func (b *bulk) fail(err error) error {
	if err == nil {
		return nil
	}
	op := opener{path: b.store.path, base: filepath.Base(b.store.path)}
	if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		err = op.system(err)
	}
	b.failure.CompareAndSwap(nil, &err)
	return err
}

func (b *bulk) failed() error {
	if err := b.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// finish writes what is still to be written and puts the file in the place of
// the store's.
func (b *bulk) finish(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.failed(); err != nil {
		return err
	}
	if b.gather != nil {
		if b.gather.nothing() {
			return nil
		}
		if err := b.settle(ctx); err != nil {
			return b.fail(err)
		}
	}
	if err := b.commit(); err != nil {
		return b.fail(err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return b.fail(b.replace())
}

// replace makes the file that of the store.
func (b *bulk) replace() error {
	s := b.store
	if err := b.db.Sync(); err != nil {
		return err
	}
	b.db.NoSync, b.db.NoGrowSync = s.opts.NoSync, false
	if err := os.Rename(b.path, s.path); err != nil {
		return err
	}
	syncFolder(filepath.Dir(s.path))
	b.path = ""
	s.handle = b.handle
	defer s.idle.write()()
	return s.file.Swap(b.db).Close()
}

// drop forgets what was gathered, and the file where it is not the store's.
func (b *bulk) drop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gather != nil {
		b.gather.stop()
		b.gather = nil
	}
	if b.writer != nil {
		b.writer.tx.Rollback()
		b.writer = nil
	}
	if b.path != "" {
		b.close()
		os.Remove(b.path)
	}
	b.fail(closedError("load"))
}

func (b *bulk) close() {
	if b.file != nil {
		b.file.Close()
	} else {
		b.db.Close()
	}
}
