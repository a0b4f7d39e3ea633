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
	path, err := s.copyTo(ctx, "."+base+".new-*")
	if path != "" {
		defer os.Remove(path)
	}
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err != nil:
		return false, op.system(err)
	}
	opts := s.opts
	opts.MustExist, opts.NoSync, opts.ReadOnlyToo = true, true, false
	again, err := Open(ctx, path, s.ontology, opts)
	if err != nil {
		return false, err
	}
	err = use(again)
	if closed := again.Close(); err == nil {
		err = closed
	}
	os.Remove(lockInfoPath(path))
	return true, err
}

// copyTo copies the file as one revision sees it.
func (s *Store) copyTo(ctx context.Context, pattern string) (path string, err error) {
	f, err := os.CreateTemp(filepath.Dir(s.path), pattern)
	if err != nil {
		if f, err = os.CreateTemp("", "lianzhu"+pattern); err != nil {
			return "", err
		}
	}
	tx, err := s.beginRead()
	if err == nil {
		_, err = tx.WriteTo(&untilDone{f, ctx})
		tx.Rollback()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return f.Name(), err
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
