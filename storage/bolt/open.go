package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	bbolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
)

// Options say how to open a store. The zero Options are right for a server.
type Options struct {
	// MustExist refuses a file that is not there instead of making it.
	MustExist bool

	// ReadOnlyToo opens a file that the system lets nobody write for reading
	// alone; Apply then answers CodeInvalid.
	ReadOnlyToo bool

	// LockTimeout is how long to wait for another process to leave the file; 0
	// is one second.
	LockTimeout time.Duration

	// MaxSize bounds the file in bytes; what would make it larger answers
	// CodeFull. 0 is no bound.
	MaxSize int

	// NoSync leaves it to the system when to write to the disk, until Close: much
	// faster, and a crash of the machine (not of the program) may damage the
	// file. It is for files that can be made again.
	NoSync bool

	journalAtOnce bool // for tests: the first small group goes to a journal
}

// groupsWithout is how many small groups are committed before there is a journal.
func (o *Options) groupsWithout() int {
	if o.journalAtOnce {
		return 0
	}
	return groupsWithout
}

// mapSize is the address space that a store reserves, so that the file can grow
// for long without being mapped anew, which would wait for every reader. It
// costs neither memory nor disk.
const mapSize = 64 << 30

// fullLook is the size of a file up to which every page is looked at before it
// is opened even where it was closed cleanly.
const fullLook = 64 << 20

// opener opens one file.
type opener struct {
	path string
	base string // what the file is called in messages
	o    *graph.Ontology
	opts Options
}

// Open opens the store in the file at path, and makes it where there is none.
// Writes obey o. Errors: CodeInvalid for a file that is no store, is of a newer
// format or does not fit o, CodeCorrupt for one that is damaged, CodeBusy where
// another process has it, CodeNotFound where there is no such file or folder.
func Open(ctx context.Context, path string, o *graph.Ontology, opts Options) (*Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	op := opener{path, filepath.Base(path), o, opts}
	if op.opts.LockTimeout == 0 {
		op.opts.LockTimeout = time.Second
	}
	if err := op.mend(ctx); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !opts.MustExist:
		err = op.create()
	case err == nil && !info.Mode().IsRegular():
		return nil, op.refuse(graph.CodeInvalid, "it is no file", nil)
	}
	if err != nil {
		return nil, op.system(err)
	}
	return op.open(ctx)
}

func (op *opener) refuse(code graph.Code, detail string, err error) error {
	return &graph.Error{Code: code, Op: "open", Key: op.base, Detail: detail, Index: -1, Err: err}
}

// system makes an error of the system one that names no folder.
func (op *opener) system(err error) error {
	var known *graph.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return op.refuse(graph.CodeNotFound, "there is no such file or folder", err)
	case errors.Is(err, errReadOnlyDisk):
		return op.refuse(graph.CodeInvalid, "the disk can only be read; lianzhu query, export and check do with that, "+
			"and for all else copy the data directory to where it can be written", err)
	case errors.Is(err, fs.ErrPermission):
		return op.refuse(graph.CodeInvalid, "the system does not permit it; look at who owns the file and its folder", err)
	case noRoom(err):
		return op.refuse(graph.CodeFull, "there is no room left for it", err)
	}
	var sys *fs.PathError
	if errors.As(err, &sys) {
		return op.refuse(graph.CodeInvalid, sys.Err.Error(), err)
	}
	return op.refuse(graph.CodeInvalid, "the system refuses it", err)
}

// open locks the file, looks at its pages and only then lets bbolt open it.
func (op *opener) open(ctx context.Context) (*Store, error) {
	f, err := os.OpenFile(op.path, os.O_RDWR, 0)
	readOnly := op.opts.ReadOnlyToo && notToBeWritten(err)
	if readOnly {
		f, err = os.Open(op.path)
	}
	if err != nil {
		return nil, op.system(err)
	}
	return op.openIn(ctx, f, readOnly)
}

// openIn opens the store in f, which is closed where that fails.
func (op *opener) openIn(ctx context.Context, f *os.File, readOnly bool) (s *Store, err error) {
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if err := op.look(f); err != nil {
		return nil, err // before the lock, so that a foreign file is not waited for
	}
	if err := lockFile(ctx, f, readOnly, op.opts.LockTimeout); err != nil {
		return nil, op.lockError(err)
	}
	if err := op.inspect(f); err != nil {
		return nil, err
	}
	o := bbolt.Options{NoFreelistSync: true, InitialMmapSize: initialMap}
	if readOnly {
		o = bbolt.Options{ReadOnly: true}
	}
	db, err := op.bbolt(f, o)
	if err != nil {
		return nil, err
	}
	s = &Store{path: op.path, opts: op.opts, ontology: op.o, requests: make(chan *request, groupBatches), done: make(chan struct{})}
	s.file.Store(db)
	s.handle = f
	if err := op.prepare(ctx, s); err != nil {
		db.Close()
		return nil, err
	}
	if !readOnly {
		s.lock = leaveLockInfo(op.path)
	}
	c := newCommitter(s)
	go func() {
		defer close(s.done)
		c.run()
	}()
	s.Trim() // of a file that was not closed cleanly every page was read; it is no error where they stay
	return s, nil
}

// look refuses what is no store by its first pages.
func (op *opener) look(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return op.system(err)
	}
	if info.Size() == 0 {
		return op.refuse(graph.CodeInvalid, "it is not a Lianzhu store: it is empty; remove it, or name another file", nil)
	}
	_, err = look(f, info.Size())
	return op.lookError(err)
}

func (op *opener) lookError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errForeign):
		return op.refuse(graph.CodeInvalid, "it is not a Lianzhu store; name another file", nil)
	}
	return op.refuse(graph.CodeCorrupt, "the file is damaged ("+err.Error()+"); restore a backup", err)
}

// inspect looks at every page where the file is small or was not closed
// cleanly: then bbolt would go through it without looking.
func (op *opener) inspect(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return op.system(err)
	}
	pages, err := look(f, info.Size())
	if err == nil && (!pages.synced() || info.Size() <= fullLook) {
		err = pages.walk(nil)
	}
	return op.lookError(err)
}

// bbolt opens the database in f, which is open and locked already; a nil f is
// opened by bbolt.
func (op *opener) bbolt(f *os.File, o bbolt.Options) (db *bbolt.DB, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = pagePanic("open", p)
		}
	}()
	o.FreelistType, o.NoStatistics, o.NoSync = bbolt.FreelistMapType, true, op.opts.NoSync
	o.Timeout, o.MaxSize = op.opts.LockTimeout, op.opts.MaxSize
	if f != nil {
		o.OpenFile = func(string, int, os.FileMode) (*os.File, error) { return f, nil }
	}
	db, err = bbolt.Open(op.path, 0o600, &o)
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, op.lockError(err)
	}
	return db, op.system(err)
}

// prepare reads what the file says of itself and adds the symbols of the
// ontology that it has not yet.
func (op *opener) prepare(ctx context.Context, s *Store) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = pagePanic("open", p)
		}
	}()
	var missing []pairKV
	err = s.db().View(func(tx *bbolt.Tx) error {
		t := &tables{tx: tx}
		if err := op.format(t); err != nil {
			return err
		}
		if s.symbols, err = readSymbols(t); err != nil {
			return err
		}
		if typ := s.symbols.contradicts(op.o); typ != "" {
			return op.refuse(graph.CodeInvalid, fmt.Sprintf("it was written while %s was symmetric, or was not, and now the schema says otherwise; "+
				"export it with the old schema and import it into a new store", typ), nil)
		}
		missing = s.symbols.missing(op.o)
		return nil
	})
	if err == nil && s.db().IsReadOnly() {
		return op.mayStay(s, len(missing) == 0)
	}
	if err == nil && len(missing) > 0 {
		err = s.db().Update(func(tx *bbolt.Tx) error {
			t := &tables{tx: tx}
			if err := t.putAll(bSymbols, missing); err != nil {
				return err
			}
			s.symbols, err = readSymbols(t)
			return err
		})
	}
	if err == nil {
		err = s.indexTerms(ctx)
	}
	return op.system(err)
}

// The value of meta/format: the magic, the version of the format (2 bytes) and
// when the store was made (8 bytes, milliseconds since 1970).

func formatValue(created time.Time) []byte {
	value := append(make([]byte, record.FrameSize), magic...)
	value = binary.BigEndian.AppendUint16(value, FormatVersion)
	return binary.BigEndian.AppendUint64(value, uint64(created.UnixMilli()))
}

// format refuses a bbolt file that is not a store, or is of a newer format.
func (op *opener) format(t *tables) error {
	if t.tx.Bucket([]byte(frames[bMeta].Name)) == nil {
		return op.lookError(errForeign)
	}
	payload, err := t.get(bMeta, keyFormat)
	if err != nil {
		return err
	}
	if len(payload) < len(magic)+2 || string(payload[:len(magic)]) != magic {
		return op.lookError(errForeign)
	}
	if v := binary.BigEndian.Uint16(payload[len(magic):]); v > FormatVersion {
		return op.refuse(graph.CodeInvalid, fmt.Sprintf("it has format version %d and this program knows versions up to %d; use a newer program", v, FormatVersion), nil)
	}
	return nil
}

// create makes an empty store beside path and moves it there when it is whole,
// so that nobody ever sees half a store. A file that has come to be at path
// meanwhile is left alone.
func (op *opener) create() error {
	folder := filepath.Dir(op.path)
	tmp, err := os.CreateTemp(folder, besidePrefix(op.base)+"*")
	if err != nil {
		return err
	}
	tmp.Close()
	defer os.Remove(tmp.Name())
	if err := op.fill(tmp.Name()); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), op.path); err != nil && !errors.Is(err, fs.ErrExist) {
		// A file system without links: the lock decides between two who meet.
		// Whoever has opened a store there meanwhile may have swept this one.
		if err := os.Rename(tmp.Name(), op.path); err != nil && !exists(op.path) {
			return err
		}
	}
	return syncFolder(folder)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// fill writes an empty store into an empty file.
func (op *opener) fill(path string) error {
	empty := opener{path: path, base: op.base, o: op.o, opts: op.opts}
	db, err := empty.bbolt(nil, bbolt.Options{})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for b := range buckets {
			if _, err := tx.CreateBucket([]byte(frames[b].Name)); err != nil {
				return err
			}
		}
		t := &tables{tx: tx}
		first := state{terms: termsVersion, kinds: map[uint16]uint64{}, types: map[uint16]uint64{}}
		if err := t.putAll(bMeta, []pairKV{
			{key: keyFormat, value: formatValue(time.Now())},
			{key: keyState, value: first.encode(make([]byte, record.FrameSize))},
		}); err != nil {
			return err
		}
		return t.putAll(bSymbols, newSymbols().missing(op.o))
	})
	return errors.Join(err, db.Close())
}

// syncFolder makes a new name in a folder survive a crash. Some systems cannot;
// there it is up to them.
func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return nil
	}
	defer d.Close()
	d.Sync()
	return nil
}

// shut closes the file of a store whose committer has ended. The last thing it
// writes is the list of free pages, so that the next start need not look for
// them.
func (s *Store) shut() error {
	defer s.lock.remove()
	defer s.idle.write()()
	if s.wedged.Load() {
		return s.broken() // bbolt would wait for its own lock
	}
	whole := false
	if s.broken() == nil && s.db().NoFreelistSync {
		s.db().NoFreelistSync, s.db().NoSync, s.db().NoGrowSync = false, false, false
		whole = s.db().Update(func(*bbolt.Tx) error { return nil }) == nil // if it fails the next start looks
	}
	released := s.journal.release(whole)
	return errors.Join(released, s.db().Close())
}
