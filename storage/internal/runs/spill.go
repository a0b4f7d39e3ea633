package runs

import (
	"bufio"
	"errors"
	"io"
	"os"
)

// spill is a file that holds runs, one behind the other. It has no name where
// the system lets a file be used that was removed, so that nothing is left of it
// whatever happens.
type spill struct {
	folder string
	file   *os.File
	ends   []int64 // of the runs
}

// write appends a run, which fill writes.
func (s *spill) write(fill func(*bufio.Writer) error) error {
	if s.file == nil {
		f, err := os.CreateTemp(s.folder, ".lianzhu-sort-*")
		if err != nil {
			return err
		}
		s.file = f
		_ = os.Remove(f.Name()) // where that cannot be, close does it
	}
	out := bufio.NewWriterSize(s.file, 256<<10)
	if err := fill(out); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	end, err := s.file.Seek(0, io.SeekCurrent)
	s.ends = append(s.ends, end)
	return err
}

// readers gives one for each run.
func (s *spill) readers() []*bufio.Reader {
	list := make([]*bufio.Reader, len(s.ends))
	begin := int64(0)
	for i, end := range s.ends {
		list[i] = bufio.NewReaderSize(io.NewSectionReader(s.file, begin, end-begin), 128<<10)
		begin = end
	}
	return list
}

// close forgets the runs.
func (s *spill) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if gone := os.Remove(s.file.Name()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	s.file, s.ends = nil, nil
	return err
}

// A source is one of the sorted sequences that are merged. advance goes on to
// the next item; io.EOF says that there is none.
type source[S any] interface {
	advance() error
	before(S) bool
}

// merge calls each for every item of the sources in order. Of equal items that
// of the earlier source comes first.
func merge[S source[S]](sources []S, each func(S) error) error {
	var live []int // a heap of those that have an item
	less := func(i, j int) bool {
		a, b := live[i], live[j]
		return sources[a].before(sources[b]) || a < b && !sources[b].before(sources[a])
	}
	down := func(i int) {
		for {
			least := i
			for _, child := range []int{2*i + 1, 2*i + 2} {
				if child < len(live) && less(child, least) {
					least = child
				}
			}
			if least == i {
				return
			}
			live[i], live[least] = live[least], live[i]
			i = least
		}
	}
	for i, s := range sources {
		if err := s.advance(); err == nil {
			live = append(live, i)
		} else if err != io.EOF {
			return err
		}
	}
	for i := len(live)/2 - 1; i >= 0; i-- {
		down(i)
	}
	for len(live) > 0 {
		s := sources[live[0]]
		if err := each(s); err != nil {
			return err
		}
		switch err := s.advance(); err {
		case nil:
		case io.EOF:
			live[0] = live[len(live)-1]
			live = live[:len(live)-1]
		default:
			return err
		}
		down(0)
	}
	return nil
}
