package topology

import (
	"context"
	"errors"
	"io/fs"

	"lianzhu/graph"
)

// load gives the first snapshot: that of the file, where there is a good one,
// or else a new one.
func (l *Live) load(ctx context.Context) (*Snapshot, error) {
	if l.options.File == "" {
		return l.build(ctx)
	}
	s, err := Open(l.options.File, l.ontology)
	if err == nil {
		err = l.ours(ctx, s)
	}
	if err == nil {
		l.good, l.written = true, s.rev
		return s, nil
	}
	l.unsaved = true
	if !errors.Is(err, fs.ErrNotExist) {
		l.tell(Event{What: Refused, Err: err})
	}
	return l.build(ctx)
}

// build reads the whole graph and looks up its origin.
func (l *Live) build(ctx context.Context) (*Snapshot, error) {
	l.tell(Event{What: Building})
	defer l.tell(Event{What: Built})
	defer l.reading.begin()()
	var s *Snapshot
	err := l.store.View(ctx, func(r graph.Reader) (err error) {
		s, err = Build(ctx, r, l.ontology, l.reading.progress(l.options.Progress))
		return err
	})
	if err != nil {
		return nil, err
	}
	s.origin, err = l.originAt(ctx, s.rev)
	return s, err
}

// originAt is the origin of a revision of the store, zero where the store does
// not have the revision.
func (l *Live) originAt(ctx context.Context, rev graph.Rev) (origin, error) {
	if rev == 0 {
		return origin{}, nil
	}
	for e, err := range l.store.Changes(ctx, rev-1) {
		if err != nil {
			return origin{}, err
		}
		if e.Rev != rev {
			break
		}
		return originOf(&e), nil
	}
	return origin{}, nil
}

// ours refuses a snapshot whose revision is not one of the store's.
func (l *Live) ours(ctx context.Context, s *Snapshot) error {
	if s.rev == 0 {
		return nil
	}
	o, err := l.originAt(ctx, s.rev)
	switch {
	case err != nil:
		return err
	case o == origin{}:
		return foreign("it is of a later revision than the store")
	case o != s.origin:
		return foreign("it was made of another graph")
	}
	return nil
}

func foreign(why string) error {
	return &graph.Error{Code: graph.CodeConflict, Op: "topology file", Index: -1, Detail: why + "; it is made anew"}
}
