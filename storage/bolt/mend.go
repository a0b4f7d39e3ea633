package bolt

import (
	"context"
	"errors"
	"io/fs"
	"os"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
)

// mend brings a file up to date beside which a journal stands, because whoever had
// it open was killed or the machine stopped: its first pages are put back to the
// checkpoint, and what the journal has is done again. What is interrupted itself
// is begun anew the next time.
func (op *opener) mend(ctx context.Context) error {
	j, err := os.OpenFile(journalPath(op.path), os.O_RDWR, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case notToBeWritten(err):
		return op.mendReadOnly()
	case err != nil:
		return op.system(err)
	}
	defer j.Close()
	f, err := os.OpenFile(op.path, os.O_RDWR, 0)
	switch {
	case notToBeWritten(err):
		return op.mendReadOnly()
	case err != nil:
		return op.system(err)
	}
	defer f.Close() // again, where bbolt has closed it
	if err := lockFile(ctx, f, false, op.opts.LockTimeout); err != nil {
		return op.lockError(err)
	}
	if !standsAt(j, journalPath(op.path)) {
		return nil // whoever had the lock has closed the store meanwhile
	}
	done, records, err := readJournal(j)
	if err != nil {
		return op.journalError(err)
	}
	if done.open {
		if err := op.putBack(f, &done); err != nil {
			return err
		}
		if err := op.redo(f, records); err != nil {
			return err
		}
	}
	if err := (&journal{f: j, turn: done.turn}).close(); err != nil {
		return op.system(err)
	}
	return nil
}

// mendReadOnly refuses a file that would have to be written first.
func (op *opener) mendReadOnly() error {
	j, err := os.Open(journalPath(op.path))
	if err != nil {
		return op.system(err)
	}
	defer j.Close()
	switch done, _, err := readJournal(j); {
	case err != nil:
		return op.journalError(err)
	case done.open:
		return op.refuse(graph.CodeInvalid, "it was not closed when it was last written, and mending it takes writing, which the system does not permit here; "+
			"copy the data directory to where it can be written", nil)
	}
	return nil
}

func (op *opener) journalError(err error) error {
	if errors.Is(err, errJournalVersion) {
		return op.refuse(graph.CodeInvalid, err.Error()+"; use that", err)
	}
	return op.refuse(graph.CodeCorrupt, err.Error()+"; restore a backup, or remove "+journalPath(op.base)+" to go on without what only that has", err)
}

// putBack makes the first two pages of the file say what they said at the
// checkpoint.
func (op *opener) putBack(f *os.File, to *checkpoint) error {
	meta, _, sound := parseMeta(to.page[:])
	if !sound {
		return op.journalError(errJournal)
	}
	info, err := f.Stat()
	if err != nil {
		return op.system(err)
	}
	if uint64(info.Size()) < meta.pgid*uint64(meta.pageSize) {
		return op.foreignJournal()
	}
	if now, err := look(f, info.Size()); err == nil && now.meta.txid < meta.txid {
		return op.foreignJournal()
	}
	for slot := range 2 {
		page := to.page
		native.PutUint64(page[:], uint64(slot)) // which page it is
		if _, err := f.WriteAt(page[:], int64(slot*meta.pageSize)); err != nil {
			return op.system(err)
		}
	}
	return op.system(f.Sync())
}

func (op *opener) foreignJournal() error {
	return op.refuse(graph.CodeInvalid, "the journal beside it belongs to a later state of the file; if a backup was put in its place, remove "+journalPath(op.base), nil)
}

// redo does again what a journal tells of, in one transaction, and closes f.
func (op *opener) redo(f *os.File, records [][]byte) error {
	if err := op.inspect(f); err != nil {
		return err
	}
	synced := *op
	synced.opts.NoSync = false
	db, err := synced.bbolt(f, bbolt.Options{NoFreelistSync: true, InitialMmapSize: initialMap})
	if err != nil {
		return err
	}
	defer db.Close()
	db.NoFreelistSync = false // so that the next to open it need not look for free pages
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, text := range records {
			if err := again(tx, text); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errRedo) {
		return op.journalError(err)
	}
	return op.system(err)
}
