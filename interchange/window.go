package interchange

import (
	"slices"
	"strings"
)

// window gathers what is said of things until so many others were spoken of
// since, so that the statements of a thing need not stand together but nearly.
// What it holds is bounded: of a thing of which more is said than fits, nothing
// is read.
type window struct {
	give  func(*subject) error
	tell  func(*subject) error // that too much is said of it
	bound windowBound

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

func newWindow(r *reading, give func(*subject) error) *window {
	return &window{give: give, tell: r.tooMuch, bound: bounds(), subjects: map[string]*subject{}, passed: map[string]bool{}}
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
	if w.passed[iri] {
		return nil
	}
	s, err := w.of(iri, at)
	if err != nil {
		return err
	}
	bytes += statementSize
	if property == rdfType {
		if slices.Contains(s.classes, v.value) {
			return nil
		}
		bytes += classSize
	}
	s.say(property, v)
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
