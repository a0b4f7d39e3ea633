package bolt

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// besidePrefix begins the names of the files that stand beside the store called
// base until they take its place or are removed.
func besidePrefix(base string) string { return "." + base + ".new-" }

// createBeside makes an empty file in the folder, and locks it, so that it is
// swept away only when the process that made it is gone. Between the two
// somebody may have swept it: then another is made.
func createBeside(ctx context.Context, folder, base string) (*os.File, error) {
	for range 10 {
		f, err := os.CreateTemp(folder, besidePrefix(base)+"*")
		if err != nil {
			return nil, err
		}
		if err = lockFile(ctx, f, false, time.Second); err == nil && standsAt(f, f.Name()) {
			return f, nil
		}
		f.Close()
		if err != nil && !errors.Is(err, errLocked) {
			os.Remove(f.Name())
			return nil, err
		}
	}
	return nil, errLocked
}

// standsAt says whether f is the file of that name.
func standsAt(f *os.File, name string) bool {
	opened, err := f.Stat()
	named, missing := os.Stat(name)
	return err == nil && missing == nil && os.SameFile(opened, named)
}

// sweep removes what was left beside the store by processes that were killed.
// What somebody still has open is locked, and stays.
func sweep(folder, base string) {
	names, _ := filepath.Glob(filepath.Join(globQuoted(folder), globQuoted(besidePrefix(base))+"*"))
	for _, name := range names {
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if lockFile(context.Background(), f, false, 0) == nil {
			os.Remove(name)
		}
		f.Close()
	}
}

// globQuoted is s as a pattern that matches itself alone.
func globQuoted(s string) string {
	var quoted []byte
	for i := range len(s) {
		switch s[i] {
		case '*', '?', '[', '\\':
			quoted = append(quoted, '\\')
		}
		quoted = append(quoted, s[i])
	}
	return string(quoted)
}
