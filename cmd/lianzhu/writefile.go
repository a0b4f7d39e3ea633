package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeFile writes a file as a whole or not at all: under another name, which
// it then takes the place of name with. What is no regular file, such as a
// pipe, is written to as it is.
func writeFile(name string, write func(io.Writer) error) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return replaceFile(name, name, write)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return writeInto(name, os.O_WRONLY, write)
	}
	target, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	return replaceFile(name, target, write)
}

// replaceFile makes target, which the user called name.
func replaceFile(name, target string, write func(io.Writer) error) error {
	partial := fmt.Sprintf("%s.%d.partial", target, os.Getpid())
	err := writeInto(partial, os.O_WRONLY|os.O_CREATE|os.O_EXCL, write)
	if err == nil {
		err = os.Rename(partial, target)
	}
	if err != nil {
		os.Remove(partial)
	}
	var path *fs.PathError
	if errors.As(err, &path) && path.Path == partial {
		return &fs.PathError{Op: "write", Path: name, Err: path.Err}
	}
	return err
}

// writeInto writes a file and sees it on the disk.
func writeInto(name string, how int, write func(io.Writer) error) error {
	file, err := os.OpenFile(name, how, 0o666)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	if err := errors.Join(write(out), out.Flush()); err != nil {
		file.Close()
		return err
	}
	if how&os.O_CREATE != 0 {
		if err := file.Sync(); err != nil {
			file.Close()
			return err
		}
	}
	return file.Close()
}
