package topology

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"lianzhu/graph"
)

// origin tells one graph's revision from another's: it is a digest of the first
// entry of the revision in the change log. The zero origin is not known.
type origin [16]byte

func originOf(e *graph.Entry) (o origin) {
	h := sha256.New()
	for _, n := range []uint64{uint64(e.Rev), uint64(e.At.UnixMilli()), uint64(len(e.Actor)), uint64(len(e.Op))} {
		h.Write(binary.BigEndian.AppendUint64(nil, n))
	}
	h.Write([]byte(e.Actor + string(e.Op)))
	h.Write(e.Subject[:])
	h.Write(e.After)
	copy(o[:], h.Sum(nil))
	return o
}

// errRaced says that a thing that was new in the log was gone again before its
// id could be asked for. A later end of the log settles it.
var errRaced = errors.New("the graph moved on while it was read")

// Apply is s after the entries of the change log, which must be those that
// follow s.Rev(), and as many revisions as wanted in full. r must show the
// revision of the last entry or a later one; it is asked for the ids of what is
// new. What s and the result have in common they share. Without entries the
// result is s.
func (s *Snapshot) Apply(ctx context.Context, entries iter.Seq2[graph.Entry, error], r graph.Reader) (*Snapshot, error) {
	d, err := s.delta(ctx, entries, r)
	if err != nil || d == nil {
		return s, err
	}
	return s.with(d)
}

// life is what a stretch of the log did to one thing.
type life struct {
	subject graph.UID
	before  []byte // the document as s knows it, empty where s does not
	after   []byte // the document at the end, empty where it is gone
	rev     graph.Rev
	renewed bool // what is there at the end began within the stretch
	ended   bool // what s knows ended within the stretch
}

func (l *life) add(e *graph.Entry) {
	l.after, l.rev = e.After, e.Rev
	switch e.Op {
	case graph.OpCreate:
		l.renewed = true
	case graph.OpRetract:
		l.ended = l.ended || len(l.before) > 0
		l.renewed, l.after = false, nil
	}
}

// stretch reads entries into the lives of what they are about, in the order of
// their first mention.
func (s *Snapshot) stretch(ctx context.Context, entries iter.Seq2[graph.Entry, error]) ([]*life, graph.Rev, origin, error) {
	var lives []*life
	var first origin
	of := map[graph.UID]*life{}
	rev := s.rev
	for e, err := range entries {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, 0, origin{}, err
		}
		if e.Rev > rev {
			if e.Rev != rev+1 {
				return nil, 0, origin{}, gap(rev, e.Rev)
			}
			rev, first = e.Rev, originOf(&e)
		}
		l := of[e.Subject]
		if l == nil {
			l = &life{subject: e.Subject, before: e.Before}
			of[e.Subject] = l
			lives = append(lives, l)
		}
		l.add(&e)
	}
	return lives, rev, first, nil
}

func gap(have, got graph.Rev) error {
	return &graph.Error{Code: graph.CodeCorrupt, Op: "topology", Index: -1,
		Detail: fmt.Sprintf("the change log goes from revision %d to %d", have, got)}
}

// delta is what the entries change, with all ids known; nil where there are no
// entries.
func (s *Snapshot) delta(ctx context.Context, entries iter.Seq2[graph.Entry, error], r graph.Reader) (*delta, error) {
	lives, rev, first, err := s.stretch(ctx, entries)
	if err != nil || rev == s.rev {
		return nil, err
	}
	t := translator{s: s, r: r, exact: r.Rev() == rev, d: &delta{rev: rev, origin: first, entities: map[graph.EntityID]entity{}}}
	if r.Rev() < rev {
		return nil, refuse("topology", "", fmt.Sprintf("the reader shows revision %d and the log ends at %d", r.Rev(), rev))
	}
	for _, l := range lives {
		if err := t.parse(l); err != nil {
			return nil, err
		}
	}
	if err := t.translate(); err != nil {
		return nil, err
	}
	return t.d, nil
}

// parse reads the documents of a life that the topology is about.
func (t *translator) parse(l *life) error {
	switch l.subject.Tag() {
	case graph.TagEntity:
		e := entityLife{life: l}
		if err := document(l.after, &e.after); err != nil {
			return err
		}
		t.entities = append(t.entities, e)
	case graph.TagRelation:
		e := relationLife{life: l}
		if err := document(l.before, &e.before); err != nil {
			return err
		}
		if err := document(l.after, &e.after); err != nil {
			return err
		}
		t.relations = append(t.relations, e)
	}
	return nil
}

type entityLife struct {
	*life
	after *graph.Entity
}

type relationLife struct {
	*life
	before, after *graph.Relation
}

// document reads JSON into *to; nothing leaves nil.
func document[D any](text []byte, to **D) error {
	if len(text) == 0 {
		return nil
	}
	*to = new(D)
	if err := json.Unmarshal(text, *to); err != nil {
		return &graph.Error{Code: graph.CodeCorrupt, Op: "topology", Index: -1, Err: err,
			Detail: "an entry of the change log is not a document; run check"}
	}
	return nil
}
