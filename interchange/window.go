package interchange

import (
	"slices"
	"strings"

	"lianzhu/dataset"
)

// window gathers what is said of things until so many others were spoken of
// since, so that the statements of a thing need not stand together but nearly.
// What it holds is bounded: of a thing of which more is said than fits, nothing
// is read.
type window struct {
	give  func(*subject) error
	tell  func(*subject) error // that too much is said of it
	bound windowBound

	between string // what parts the records of a file, where they are wanted

	subjects map[string]*subject
	order    []string // those that came first stand first
	size     int      // of all of them
	passed   map[string]bool
}

// windowBound bounds how many things a window holds, how many bytes the
// statements of one of them may take, and those of all.
type windowBound struct{ subjects, one, all int }

// bounds are those of the windows of readers. All things together may take more
// by what is said of one.
func bounds() windowBound { return windowBound{subjects: 4096, one: mostSaid, all: 64 << 20} }

// mostSaid bounds what is said of a thing, in bytes.
const mostSaid = 64 << 20

// What a statement takes beside its words, and a class, which is looked for
// among the others.
const (
	statementSize = 128
	classSize     = 1 << 10
)

// newWindow makes the window of a reading. What is said of a thing of which a
// statement was refused is refused as a whole, so that it can be mended as a
// whole.
func newWindow(r *reading, give func(*subject) error) *window {
	r.window = &window{tell: r.tooMuch, bound: bounds(), between: "\n", subjects: map[string]*subject{}, passed: map[string]bool{}}
	r.window.give = func(s *subject) error {
		s.at.record = together(s.records, r.window.between)
		for _, p := range s.flaws {
			p.Record = s.at.record
			if err := r.tell(p); err != nil {
				return err
			}
		}
		if s.flaws != nil {
			return nil
		}
		return give(s)
	}
	return r.window
}

// together is the record of what stands in several.
func together(records []*dataset.Record, between string) *dataset.Record {
	if len(records) < 2 {
		if records == nil {
			return nil
		}
		return records[0]
	}
	all := dataset.Record{Head: records[0].Head, Sep: records[0].Sep}
	for i, r := range records {
		if i > 0 {
			all.Text = append(all.Text, between...)
		}
		all.Text = append(all.Text, r.Text...)
	}
	return &all
}

// tooMuch tells that a thing was left out.
func (r *reading) tooMuch(s *subject) error {
	name := s.iri
	if len(name) > 200 {
		name = strings.ToValidUTF8(name[:200], "") + "…"
	}
	return r.refuse(s.at, "", "what is said of %s takes more than %d MiB, so it is left out; divide it among several files, each of which adds to what the others say", name, mostSaid>>20)
}

// say takes a statement, which keeps so many bytes of the file in memory, on the
// thing that an IRI names.
func (w *window) say(iri string, at place, bytes int, property string, v term) error {
	s, kept, err := w.meet(iri, at)
	if s == nil {
		return err
	}
	bytes += statementSize + kept
	if property == rdfType {
		if slices.Contains(s.classes, v.value) {
			return w.grow(s, iri, kept)
		}
		bytes += classSize
	}
	s.say(property, v)
	return w.grow(s, iri, bytes)
}

// flaw takes what is wrong with a statement on the thing that an IRI names.
func (w *window) flaw(iri string, at place, p *dataset.Problem) error {
	s, bytes, err := w.meet(iri, at)
	if s == nil {
		return err
	}
	if len(s.flaws) < maxFlaws {
		s.flaws = append(s.flaws, p)
		bytes += classSize
	}
	return w.grow(s, iri, bytes)
}

// meet is the subject that an IRI names, nil where too much was said of it, and
// the size of the record that it keeps of a place.
func (w *window) meet(iri string, at place) (s *subject, kept int, err error) {
	if w.passed[iri] {
		return nil, 0, nil
	}
	if s, err = w.of(iri, at); err != nil {
		return nil, 0, err
	}
	return s, s.keep(at.record), nil
}

// maxFlaws bounds how many flaws of one thing are told.
const maxFlaws = 100

// grow says that a thing takes so many bytes more.
func (w *window) grow(s *subject, iri string, bytes int) error {
	s.size += bytes
	w.size += bytes
	if s.size <= w.bound.one {
		return w.shrink(iri)
	}
	w.forget(iri)
	w.passed[iri] = true
	return w.tell(s)
}

// of is the subject that an IRI names, made where it is new.
func (w *window) of(iri string, at place) (*subject, error) {
	if s := w.subjects[iri]; s != nil {
		return s, nil
	}
	for len(w.order) >= w.bound.subjects {
		if err := w.first(); err != nil {
			return nil, err
		}
	}
	s := &subject{iri: iri, at: at}
	w.subjects[iri] = s
	w.order = append(w.order, iri)
	return s, nil
}

// shrink gives the oldest subjects away, but for one, while all take too much.
func (w *window) shrink(but string) error {
	for w.size > w.bound.all && w.order[0] != but {
		if err := w.first(); err != nil {
			return err
		}
	}
	return nil
}

// first gives the oldest subject away.
func (w *window) first() error { return w.give(w.forget(w.order[0])) }

// forget takes a subject out of the window.
func (w *window) forget(iri string) *subject {
	s := w.subjects[iri]
	delete(w.subjects, iri)
	if w.order[0] == iri {
		w.order = w.order[1:]
	} else {
		w.order = slices.DeleteFunc(w.order, func(known string) bool { return known == iri })
	}
	w.size -= s.size
	return s
}

// rest gives all that are left.
func (w *window) rest() error {
	for len(w.order) > 0 {
		if err := w.first(); err != nil {
			return err
		}
	}
	return nil
}
