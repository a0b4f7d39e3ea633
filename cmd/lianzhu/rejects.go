package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"lianzhu/dataset"
)

// rejectSinks collect what an import refuses, by the file in which it stands.
// They are spooled, since the file of rejects may be the one that is imported.
type rejectSinks struct {
	path   string // of the file, or of the folder where there are several
	folder bool
	known  map[string]dataset.Format // by the name of the input
	sinks  map[string]*rejectSink
	names  []string
}

type rejectSink struct {
	spool   *os.File
	buffer  *bufio.Writer
	rejects dataset.Rejects
}

// newRejectSinks prepares to write to path, which may be empty: nothing is
// written then.
func newRejectSinks(path string, inputs []importInput) (*rejectSinks, error) {
	s := &rejectSinks{path: path, known: map[string]dataset.Format{}, sinks: map[string]*rejectSink{}}
	if path == "" {
		return s, nil
	}
	info, err := os.Stat(path)
	s.folder = err == nil && info.IsDir() || strings.HasSuffix(path, "/")
	if !s.folder && len(inputs) > 1 {
		return nil, usage("several files are imported, so --rejects must name a folder: an existing one, or %s/", path)
	}
	taken := map[string]string{}
	for _, in := range inputs {
		s.known[in.name] = in.format
		base := rejectsName(in.name)
		if other, twice := taken[base]; twice && s.folder {
			return nil, usage("%s and %s would have the same file of rejects; import them one after the other", other, in.name)
		}
		taken[base] = in.name
	}
	return s, nil
}

func rejectsName(input string) string {
	return strings.ReplaceAll(filepath.Base(input), " ", "-")
}

// take writes a refusal into the spool of its file.
func (s *rejectSinks) take(p *dataset.Problem) error {
	if s.path == "" {
		return nil
	}
	name := p.File
	if !s.folder {
		name = "" // there is one file
	}
	sink, err := s.sink(name, p.File)
	if err != nil {
		return err
	}
	return sink.rejects.Write(p)
}

func (s *rejectSinks) sink(name, file string) (*rejectSink, error) {
	if sink := s.sinks[name]; sink != nil {
		return sink, nil
	}
	spool, err := os.CreateTemp("", "lianzhu-rejects-*")
	if err != nil {
		return nil, err
	}
	sink := &rejectSink{spool: spool, buffer: bufio.NewWriter(spool)}
	begin := s.known[file].Rejects
	if begin == nil { // it is a mapping that is at fault
		begin = dataset.Lines((*dataset.Problem).Error).NewRejects
	}
	sink.rejects = begin(sink.buffer)
	s.sinks[name] = sink
	s.names = append(s.names, name)
	return sink, nil
}

// finish writes the files. Where nothing was refused the one file is empty, so
// that it does not tell of an import before; a folder gets no file then.
func (s *rejectSinks) finish() error {
	if s.path == "" {
		return nil
	}
	if !s.folder && len(s.names) == 0 {
		return writeFile(s.path, func(io.Writer) error { return nil })
	}
	if s.folder {
		if err := os.MkdirAll(s.path, 0o777); err != nil {
			return err
		}
	}
	for _, name := range s.names {
		path := s.path
		if s.folder {
			path = filepath.Join(path, rejectsName(name))
		}
		if err := s.sinks[name].copyTo(path); err != nil {
			return err
		}
	}
	return nil
}

func (k *rejectSink) copyTo(path string) error {
	if err := errors.Join(k.rejects.Close(), k.buffer.Flush()); err != nil {
		return err
	}
	if _, err := k.spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return writeFile(path, func(w io.Writer) error {
		_, err := io.Copy(w, k.spool)
		return err
	})
}

// discard takes the spools away.
func (s *rejectSinks) discard() {
	for _, sink := range s.sinks {
		sink.spool.Close()
		os.Remove(sink.spool.Name())
	}
}
