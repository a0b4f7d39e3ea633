package bolt

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"lianzhu/graph"
)

var _ graph.Rehearser = (*Store)(nil)

// Rehearse: see [graph.Rehearser]. The copy is a file beside the store's, or where
// nobody may write there one among the system's temporary files; it takes as much
// room.
func (s *Store) Rehearse(ctx context.Context, use func(graph.Store) error) (ok bool, err error) {
	if err := s.begin("rehearse"); err != nil {
		return false, err
	}
	defer s.use.Done()
	base := filepath.Base(s.path)
	op := opener{path: s.path, base: base, o: s.ontology, opts: s.opts}
	f, err := s.copied(ctx, base)
	if f != nil {
		defer os.Remove(f.Name())
	}
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err != nil:
		return false, op.system(err)
	}
	op.path, op.opts.NoSync, op.opts.ReadOnlyToo = f.Name(), true, false
	again, err := op.openIn(ctx, f, false)
	if err != nil {
		return false, err
	}
	err = use(again)
	if closed := again.Close(); err == nil {
		err = closed
	}
	os.Remove(lockInfoPath(op.path))
	return true, err
}

// copied is a locked copy of the file as one revision sees it. After an error the
// file, if there is one, is closed.
func (s *Store) copied(ctx context.Context, base string) (*os.File, error) {
	f, err := createBeside(ctx, filepath.Dir(s.path), base)
	if err != nil {
		if f, err = createBeside(ctx, os.TempDir(), "lianzhu."+base); err != nil {
			return nil, err
		}
	}
	tx, err := s.beginRead()
	if err == nil {
		_, err = tx.WriteTo(&untilDone{f, ctx})
		tx.Rollback()
	}
	if err != nil {
		f.Close()
	}
	return f, err
}

// untilDone is a writer that fails when ctx has ended.
type untilDone struct {
	io.Writer
	ctx context.Context
}

// Write makes untilDone an [io.Writer].
func (w *untilDone) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.Writer.Write(p)
}
