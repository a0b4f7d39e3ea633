package bolt

import (
	"os"
	"time"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
)

// When a store gets a journal, and when its pages are brought to the disk: after
// so many small groups, since who writes seldom does well without; and when so
// much stands in an area, or so long after a group at the latest.
const (
	groupsWithout   = 32
	areaFull        = areaSize / 2
	checkpointEvery = time.Second
)

// checkpoints is the part of the committer that has to do with the journal.
type checkpoints struct {
	s       *Store
	j       *journal // nil: there is none
	pin     *bbolt.Tx
	small   int           // groups that could have gone to a journal
	making  chan *journal // of one that is being made
	barred  bool          // none can be made
	since   bool          // groups were written after the last checkpoint began
	due     *time.Timer
	every   time.Duration
	pending *pending // a checkpoint under way
}

// pending is a checkpoint whose pages are on their way to the disk.
type pending struct {
	pin  *bbolt.Tx
	at   checkpoint
	done chan error // of the file; holds one
}

// takes tells whether a group goes to the journal.
func (c *checkpoints) takes(w *writer) bool {
	if c.s.opts.NoSync || w.redo.long || w.changes > smallGroup {
		return false
	}
	if c.j == nil {
		c.begin()
	}
	return c.j != nil
}

// begin begins to make a journal where it is time to, and takes one that is made.
func (c *checkpoints) begin() {
	if c.small++; c.barred || c.small <= c.s.opts.groupsWithout() {
		return
	}
	if c.making == nil {
		c.making = make(chan *journal, 1)
		go func(made chan<- *journal) {
			j, err := newJournal(c.s.path)
			if err != nil {
				j = nil // there may be no room for it; every group is synced then
			}
			made <- j
		}(c.making)
		if !c.s.opts.journalAtOnce {
			return
		}
		j := <-c.making
		c.making <- j
	}
	select {
	case j := <-c.making:
		c.barred = j == nil || !c.take(j)
	default:
	}
}

// take begins to use a journal: all that was committed so far is on the disk.
func (c *checkpoints) take(j *journal) bool {
	pin, at, err := c.here(j)
	if err == nil {
		if err = j.note(at); err == nil {
			c.j, c.pin, c.due = j, pin, time.NewTimer(c.every)
			c.due.Stop()
			return true
		}
		pin.Rollback()
	}
	j.close()
	return false
}

// here begins a reader of the newest revision, keeps its first page, and goes over
// to the other area.
func (c *checkpoints) here(j *journal) (pin *bbolt.Tx, at checkpoint, err error) {
	if pin, err = c.s.db().Begin(false); err != nil {
		return nil, at, err
	}
	var page [firstPage80]byte
	for slot := range int64(2) {
		var b [firstPage80]byte
		if _, err := c.s.handle.ReadAt(b[:], slot*int64(c.s.db().Info().PageSize)); err != nil {
			pin.Rollback()
			return nil, at, err
		}
		if meta, _, sound := parseMeta(b[:]); sound && meta.txid == uint64(pin.ID()) {
			page = b
		}
	}
	return pin, j.change(page), nil
}

// append brings what a transaction puts to the disk, before anybody sees it.
func (c *checkpoints) append(w *writer) error {
	if !c.j.room(len(w.redo.text)) {
		if err := c.wait(); err != nil {
			return err
		}
		if err := c.start(); err != nil {
			return err
		}
	}
	return c.j.append(w.redo.text)
}

// tend is called when a group was committed, and when it is due: it begins a
// checkpoint where it is time to, and ends one whose pages are on the disk.
func (c *checkpoints) tend(due bool) error {
	if c.j == nil {
		return nil
	}
	if c.pending != nil {
		select {
		case err := <-c.pending.done:
			if err := c.end(err); err != nil {
				return err
			}
		default:
		}
	}
	if c.pending == nil && c.since && (due || c.j.at > areaFull) {
		return c.start()
	}
	return nil
}

// start begins a checkpoint of the newest revision. None is under way.
func (c *checkpoints) start() error {
	pin, at, err := c.here(c.j)
	if err != nil {
		return err
	}
	c.since = false
	c.pending = &pending{pin, at, make(chan error, 1)}
	go func(f *os.File, done chan<- error) { done <- syncData(f) }(c.s.handle, c.pending.done)
	return nil
}

// wait waits for a checkpoint that is under way.
func (c *checkpoints) wait() error {
	if c.pending == nil {
		return nil
	}
	return c.end(<-c.pending.done)
}

// end notes a checkpoint whose pages are on the disk, or says why they are not.
func (c *checkpoints) end(err error) error {
	p := c.pending
	c.pending = nil
	if err == nil {
		err = c.j.note(p.at)
	}
	if err != nil {
		p.pin.Rollback()
		return err
	}
	c.pin.Rollback()
	c.pin = p.pin
	return nil
}

// synced makes a checkpoint of a transaction that was synced by itself and is not
// in the journal.
func (c *checkpoints) synced() error {
	if c.j == nil {
		return nil
	}
	if err := c.wait(); err != nil {
		return err
	}
	pin, at, err := c.here(c.j)
	if err != nil {
		return err
	}
	c.since = false
	c.pending = &pending{pin: pin, at: at}
	return c.end(nil)
}

// wrote notes that a group is in the journal and not yet in what a checkpoint has.
func (c *checkpoints) wrote() {
	if !c.since {
		c.since = true
		c.due.Reset(c.every)
	}
}

// alarm is when a checkpoint is due.
func (c *checkpoints) alarm() <-chan time.Time {
	if c.due == nil {
		return nil
	}
	return c.due.C
}

// stop ends what is under way, when the committer ends. The journal stays until
// the file is closed.
func (c *checkpoints) stop() {
	if c.making != nil && c.j == nil {
		if j := <-c.making; j != nil {
			j.close()
		}
	}
	if err := c.wait(); err != nil {
		c.s.breakDown(err)
	}
}

// release closes the journal of a file that is whole without it; one that is not
// keeps it, for the next start.
func (c *checkpoints) release(whole bool) (err error) {
	if c.j == nil {
		return nil
	}
	if whole {
		err = c.j.close()
	} else {
		c.j.f.Close()
	}
	c.pin.Rollback()
	c.j, c.pin = nil, nil
	return err
}

// journalError says that a group may or may not be on the disk.
func (s *Store) journalError(err error) error {
	s.breakDown(err)
	return &graph.Error{Code: graph.CodeUnknown, Op: "apply", Index: -1, Err: err,
		Detail: "writing to the disk failed and the store has stopped: restart, look whether the batch is there, and try again with the same idempotency key"}
}
