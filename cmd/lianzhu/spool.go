package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
)

// spool is a temporary file that is read while it is written, so that whoever
// writes never waits for whoever reads.
type spool struct {
	file *os.File

	mu    sync.Mutex
	size  int64
	ended bool
	err   error
	grown chan struct{} // closed when size or ended has changed
}

func newSpool() (*spool, error) {
	file, err := os.CreateTemp("", "lianzhu-export-*")
	if err != nil {
		return nil, err
	}
	return &spool{file: file, grown: make(chan struct{})}, nil
}

// fill writes what write writes and notes how it ended. A panic is an error.
func (s *spool) fill(write func(io.Writer) error) {
	var err error
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while a file was written: %v", p)
		}
		s.note(0, true, err)
	}()
	err = write(s)
}

// Write appends to the file.
func (s *spool) Write(p []byte) (int, error) {
	n, err := s.file.Write(p)
	s.note(n, false, nil)
	return n, err
}

func (s *spool) note(more int, ended bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.size += int64(more)
	s.ended, s.err = ended, err
	close(s.grown)
	s.grown = make(chan struct{})
}

// wait waits until more than so many bytes are written, or the file has ended.
// The error is that with which writing ended, or the context's.
func (s *spool) wait(ctx context.Context, beyond int64) (size int64, ended bool, err error) {
	for {
		s.mu.Lock()
		size, ended, err = s.size, s.ended, s.err
		grown := s.grown
		s.mu.Unlock()
		if ended || size > beyond {
			return size, ended, err
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return size, false, ctx.Err()
		}
	}
}

// part is what is written from one place to another.
func (s *spool) part(from, to int64) io.ReadSeeker { return io.NewSectionReader(s.file, from, to-from) }

// remove does away with the file, which nobody may write any more.
func (s *spool) remove() {
	s.file.Close()
	os.Remove(s.file.Name())
}
