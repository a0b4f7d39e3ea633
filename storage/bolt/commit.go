package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	bbolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"lianzhu/graph"
	"lianzhu/storage/internal/rules"
)

// request is a batch that waits for the committer, or asks it to stand still:
// it closes turn, and waits until over is closed.
type request struct {
	ctx        context.Context
	batch      *graph.Batch
	answer     chan answer // holds one
	turn, over chan struct{}
}

type answer struct {
	receipt graph.Receipt
	err     error
}

// Bounds of one transaction: that many batches, or changes, are committed
// together at most. What waits longer is for the next one.
const (
	groupBatches = 512
	groupChanges = 8192
)

// A group that is smaller than the last one waits for more: the others are let
// run so often, and then there is waited for a part of what the last commit took.
const (
	patience     = 3
	patiencePart = 4
)

// committer takes whatever batches wait, carries each out if the rules allow
// it, and commits them together, so that many writers share one sync of the
// disk. It is the only goroutine that writes.
type committer struct {
	s        *Store
	known    entityCache
	ahead    writtenAhead
	journal  checkpoints
	redo     redo          // of the transaction at hand
	answered int           // how many requests were committed together last
	took     time.Duration // the last commit
}

func newCommitter(s *Store) *committer {
	c := &committer{s: s, journal: checkpoints{s: s, every: checkpointEvery}}
	s.journal = &c.journal
	return c
}

// run serves requests until they end.
func (c *committer) run() {
	debug.SetPanicOnFault(true)
	defer c.journal.stop()
	for {
		select {
		case first, ok := <-c.s.requests:
			if !ok {
				return
			}
			for r := first; r != nil; {
				r = c.serve(r)
			}
			c.tend(false)
		case <-c.journal.alarm():
			c.tend(true)
		}
	}
}

// tend looks after the journal. What fails there stops the store, since nobody can
// say then what is on the disk.
func (c *committer) tend(due bool) {
	if c.s.broken() != nil {
		return
	}
	if err := c.journal.tend(due); err != nil {
		c.s.breakDown(err)
	}
}

// serve does what r asks, and gives a request that it has met and not served.
func (c *committer) serve(r *request) (next *request) {
	if r.turn != nil {
		close(r.turn)
		<-r.over
		return nil
	}
	group, next := c.gather(r)
	c.commit(group)
	return next
}

// gather adds to first what waits already. Whoever was answered a moment ago may
// be about to write again: where fewer wait than were answered, they are let run
// first, so that they share this sync instead of waiting for the next.
//
// A request to stand still ends a group and is given back.
func (c *committer) gather(first *request) (group []*request, still *request) {
	group = []*request{first}
	changes := len(first.batch.Changes)
	w := waiting{least: c.answered, most: c.took / patiencePart}
	defer w.end()
	for len(group) < groupBatches && changes < groupChanges {
		r, ok := w.next(c.s.requests, len(group))
		if !ok {
			break
		}
		if r.turn != nil {
			still = r
			break
		}
		group = append(group, r)
		changes += len(r.batch.Changes)
	}
	c.answered = len(group)
	return group, still
}

// waiting takes what waits and, while there is less than there was last time,
// what comes soon.
type waiting struct {
	least  int
	most   time.Duration
	yields int
	over   *time.Timer
}

// next gives the next request of a group that has n; ok is false where there is
// none to wait for.
func (w *waiting) next(requests <-chan *request, n int) (r *request, ok bool) {
	for {
		select {
		case r, ok = <-requests:
			return r, ok
		default:
		}
		if n >= w.least || w.most <= 0 && w.yields >= patience {
			return nil, false
		}
		if w.yields < patience {
			w.yields++
			runtime.Gosched()
			continue
		}
		if w.over == nil {
			w.over = time.NewTimer(w.most)
		}
		select {
		case r, ok = <-requests:
			return r, ok
		case <-w.over.C:
			w.most = 0
		}
	}
}

func (w *waiting) end() {
	if w.over != nil {
		w.over.Stop()
	}
}

// commit answers every request of a group. Where carrying out one of them
// fails, which a sound file and a disk with room do not let happen, the
// transaction is rolled back and the others are tried again without it.
func (c *committer) commit(group []*request) {
	for len(group) > 0 {
		answers, culprit, err := c.try(group)
		switch {
		case err == nil:
			for i, r := range group {
				r.answer <- answers[i]
			}
			return
		case culprit < 0:
			for _, r := range group {
				r.answer <- answer{err: err}
			}
			return
		}
		group[culprit].answer <- answer{err: err}
		group = append(group[:culprit:culprit], group[culprit+1:]...)
	}
}

// try carries a group out in one transaction. culprit is the request whose
// writing failed, or -1 where err concerns all of them.
func (c *committer) try(group []*request) (answers []answer, culprit int, err error) {
	culprit = -1
	if err := c.s.broken(); err != nil {
		return nil, -1, err
	}
	var tx *bbolt.Tx
	committing := false
	defer func() {
		if p := recover(); p != nil {
			culprit, err = -1, c.s.breakDown(pagePanic("apply", p))
			c.abandon(tx)
		} else if err != nil {
			c.known = entityCache{}
			if tx != nil && !committing {
				tx.Rollback()
			}
		}
	}()
	defer c.s.idle.write()()
	if tx, err = c.s.db().Begin(true); err != nil {
		return nil, -1, c.s.breakDown(err)
	}
	w, err := newWriter(tx, c.s.symbols, &c.known)
	if err != nil {
		return nil, -1, err
	}
	c.redo.text, c.redo.long = c.redo.text[:0], false
	w.redo = &c.redo
	answers = make([]answer, len(group))
	for i, r := range group {
		if answers[i], err = c.one(w, r); err != nil {
			return nil, i, err
		}
	}
	if !w.wrote {
		return answers, -1, tx.Rollback()
	}
	if err := w.finish(); err != nil {
		return nil, -1, err
	}
	begun := time.Now()
	defer func() { c.took = time.Since(begun) }()
	c.s.db().AllocSize = allocSize(tx.Size())
	if c.journal.takes(w) {
		if err := c.journal.append(w); err != nil {
			return nil, -1, c.s.journalError(err)
		}
		committing = true
		return answers, -1, c.afterJournal(tx)
	}
	committing = true
	return answers, -1, c.inPlace(tx, w)
}

// inPlace commits a transaction that is not in the journal.
func (c *committer) inPlace(tx *bbolt.Tx, w *writer) error {
	db := c.s.db()
	if w.changes <= smallGroup && !c.s.opts.NoSync {
		c.ahead.prepare(db, c.s.handle, tx.Size(), c.s.opts.MaxSize)
	}
	db.NoSync, db.NoGrowSync = c.s.opts.NoSync, false
	id := tx.ID()
	if err := c.s.commitError(tx.Commit(), id); err != nil {
		return err
	}
	if err := c.journal.synced(); err != nil {
		return c.s.journalError(err)
	}
	return nil
}

// afterJournal commits a transaction that is in the journal, so that its pages
// need not be on the disk yet. One that has no room is taken out of the journal
// again.
func (c *committer) afterJournal(tx *bbolt.Tx) error {
	db := c.s.db()
	db.NoSync, db.NoGrowSync = true, true
	id := tx.ID()
	err := c.s.commitError(tx.Commit(), id)
	switch {
	case err == nil:
		c.journal.wrote()
	case graph.CodeOf(err) == graph.CodeFull:
		if failed := c.journal.j.withdraw(); failed != nil {
			return c.s.journalError(failed)
		}
	}
	return err
}

// one plans a request and carries it out. Its answer may be that it is refused;
// an error says that writing failed.
func (c *committer) one(w *writer, r *request) (answer, error) {
	if err := r.ctx.Err(); err != nil {
		return answer{err: err}, nil
	}
	plan, err := rules.Make(r.ctx, w, c.s.ontology, *r.batch)
	if err != nil {
		return answer{err: err}, nil
	}
	if len(plan.Writes) == 0 && plan.Kept == nil {
		return answer{receipt: plan.Receipt}, nil
	}
	return answer{receipt: plan.Receipt}, w.carryOut(r.batch, &plan)
}

// abandon gives up a transaction after a panic within it, as far as bbolt still
// can.
func (c *committer) abandon(tx *bbolt.Tx) {
	defer func() {
		if recover() != nil {
			c.s.wedged.Store(true)
		}
	}()
	if tx != nil {
		tx.Rollback()
	}
}

// commitError sorts the errors of a commit. bbolt has rolled back what it knows
// of; where the new revision is in the file all the same, nobody can say what a
// crash would leave, and the store stops.
func (s *Store) commitError(err error, tx int) error {
	if err == nil {
		return nil
	}
	pages, look := lookAt(s.path)
	if look == nil && pages.meta.txid < uint64(tx) && noRoom(err) {
		return &graph.Error{Code: graph.CodeFull, Op: "apply", Index: -1, Err: err,
			Detail: "there is no room left for the store; nothing was written, and reading goes on: make room and try again"}
	}
	s.breakDown(err)
	return &graph.Error{Code: graph.CodeUnknown, Op: "apply", Index: -1, Err: err,
		Detail: "writing to the disk failed and the store has stopped: restart, look whether the batch is there, and try again with the same idempotency key"}
}

// noRoom tells whether err says that the disk, a quota or the file is full.
// bbolt wraps some errors as text only.
func noRoom(err error) bool {
	if errors.Is(err, berrors.ErrMaxSizeReached) {
		return true
	}
	for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, errno) || strings.Contains(err.Error(), errno.Error()) {
			return true
		}
	}
	return false
}

// allocSize is by how much a file of this size grows at once: an eighth.
func allocSize(size int64) int {
	return int(min(max(size/8, 1<<20), 64<<20)) &^ (1<<16 - 1)
}

// breakDown stops the store for good: what is in memory can no longer be
// trusted to be what is on the disk. It gives the error that all later calls
// answer.
func (s *Store) breakDown(err error) error {
	var known *graph.Error
	if !errors.As(err, &known) {
		known = &graph.Error{Code: graph.CodeCorrupt, Op: "store", Index: -1, Err: err,
			Detail: "the store has stopped after a failure: restart, and run lianzhu check"}
	}
	s.failure.CompareAndSwap(nil, known)
	return known
}

// broken is the error of a store that has stopped, or nil.
func (s *Store) broken() error {
	if err := s.failure.Load(); err != nil {
		stopped := *err
		stopped.Code, stopped.Op = graph.CodeCorrupt, "store"
		stopped.Detail = "the store has stopped after a failure: restart, and run lianzhu check"
		stopped.Err = fmt.Errorf("first failure: %w", err)
		return &stopped
	}
	return nil
}
