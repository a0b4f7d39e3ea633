package gql

import (
	"context"

	"lianzhu/graph"
)

// Merge answers Mutation.merge.
func (Mutation) Merge(ctx context.Context, keep, drop EntityRef, meta *Meta) (MergeResult, error) {
	w := newWrite(ctx, meta)
	var merged *graph.Merged
	var dropped graph.Key
	receipt, failed, err := w.run(func(r graph.Reader) (*outline, error) {
		d := newDraft(w.s, r)
		pair, problem, err := d.pair([2]*EntityRef{&keep, &drop}, [2]string{"keep", "drop"})
		if problem != nil || err != nil {
			return &outline{problem: problem}, err
		}
		dropped = pair[1].key
		if merged, err = graph.Merge(r, w.s.Contract.Ontology, pair[0].key, pair[1].key); err != nil {
			problem = d.inTheWay(err, []string{"drop"})
			return &outline{problem: problem}, unless(problem, err)
		}
		d.changes = merged.Changes
		return &outline{changes: merged.Changes, refused: func(e *graph.Error) Problem { return d.refused(e, []string{"drop"}) }}, nil
	})
	if failed != nil || err != nil {
		return asResult(failed), err
	}
	done := &MergeSuccess{Rev: int(receipt.Rev), DryRun: w.DryRun}
	if receipt.Replayed {
		if merged, err = w.s.mergedAt(receipt); err != nil {
			return nil, err
		}
	}
	done.MovedRelations, done.UnitedRelations, done.DroppedRelations = merged.Moved, merged.United, merged.Dropped
	if w.DryRun {
		w.s.showMerged(merged, dropped)
	}
	done.Survivor, err = w.s.survivor(receipt, merged, w.DryRun)
	return done, err
}

// MergeSuccess tells of two entities that are one.
type MergeSuccess struct {
	Survivor                                          Entity
	MovedRelations, UnitedRelations, DroppedRelations int
	Rev                                               int
	DryRun                                            bool
}

func (*MergeSuccess) isWriteResult() {}

// pair finds two entities.
func (d *draft) pair(refs [2]*EntityRef, names [2]string) (pair [2]mention, problem Problem, err error) {
	for i, ref := range refs {
		if pair[i], problem, err = d.find(ref, []string{names[i]}); problem != nil || err != nil {
			return pair, problem, err
		}
	}
	if pair[0].key == pair[1].key {
		problem = invalidAt([]string{names[1]}, "两者是同一个实体", "the two are one entity")
	}
	return pair, problem, nil
}

// unless is err where it was not made a problem.
func unless(p Problem, err error) error {
	if p != nil {
		return nil
	}
	return err
}

// inTheWay makes a problem of the error of a merge or an undo that was not begun.
func (d *draft) inTheWay(err error, at []string) Problem {
	p := asProblem(err, at)
	if conflict, ok := p.(*Conflict); ok {
		conflict.s, conflict.subject = d.s, conflict.err.Subject
	}
	return p
}

// asResult is a problem as the result of a field; nil is none.
func asResult(p Problem) writeResult {
	result, _ := p.(writeResult)
	return result
}

// survivor is the entity that a merge has left, as its revision left it.
func (s *session) survivor(receipt graph.Receipt, merged *graph.Merged, dryRun bool) (Entity, error) {
	if dryRun {
		return s.wrap(s.drafted[merged.Changes[0].Entity.Key]), nil
	}
	noun, err := read(s, func(r graph.Reader) (Node, error) { return s.nodeAt(r, receipt.Results[0].UID, receipt.Rev) })
	survivor, _ := noun.(Entity)
	return survivor, err
}

// showMerged makes the session read the survivor of a merge as if it had been
// written.
func (s *session) showMerged(merged *graph.Merged, dropped graph.Key) {
	doc := *merged.Changes[0].Entity
	s.drafted = map[graph.Key]*graph.Entity{doc.Key: &doc, dropped: nil}
	s.entities.put(doc.ID, &doc)
}

// mergedAt counts again what a merge did, from the entries of its revision.
func (s *session) mergedAt(receipt graph.Receipt) (*graph.Merged, error) {
	entries, err := graph.EntriesOf(s.ctx, s.Store, receipt.Rev)
	if err != nil {
		return nil, err
	}
	return graph.MergedBy(s.Contract.Ontology, entries, receipt.Results)
}

// KeepApart answers Mutation.keepApart.
func (Mutation) KeepApart(ctx context.Context, a, b EntityRef, meta *Meta) (RetractResult, error) {
	w := newWrite(ctx, meta)
	receipt, failed, err := w.run(func(r graph.Reader) (*outline, error) {
		d := newDraft(w.s, r)
		pair, problem, err := d.pair([2]*EntityRef{&a, &b}, [2]string{"a", "b"})
		if problem != nil || err != nil {
			return &outline{problem: problem}, err
		}
		c, err := graph.KeepApart(r, w.s.Contract.Ontology, pair[0].key, pair[1].key)
		d.changes = []graph.Change{c}
		return &outline{changes: d.changes, refused: func(e *graph.Error) Problem { return d.refused(e, []string{"b"}) }}, err
	})
	if failed != nil || err != nil {
		return asResult(failed), err
	}
	return &RetractSuccess{receipt.Results[0].UID.String(), int(receipt.Rev), w.DryRun}, nil
}

// Undo answers Mutation.undo.
func (Mutation) Undo(ctx context.Context, rev int, meta *Meta) (UndoResult, error) {
	w := newWrite(ctx, meta)
	restored := 0
	receipt, failed, err := w.run(func(r graph.Reader) (*outline, error) {
		d := newDraft(w.s, r)
		if rev < 1 || rev > int(r.Rev()) {
			return &outline{problem: noRevision(rev, r.Rev())}, nil
		}
		undone, err := graph.Undo(r, w.s.Contract.Ontology, w.entries)
		if err != nil {
			problem := d.inTheWay(err, []string{"rev"})
			if conflict, ok := problem.(*Conflict); ok {
				conflict.expected = &rev
			}
			return &outline{problem: problem}, unless(problem, err)
		}
		restored, d.changes = undone.Restored, undone.Changes
		return &outline{changes: undone.Changes, refused: func(e *graph.Error) Problem { return d.refused(e, []string{"rev"}) }}, nil
	}, w.reading(graph.Rev(max(rev, 0))))
	if failed != nil || err != nil {
		return asResult(failed), err
	}
	if receipt.Replayed {
		restored = restoredBy(receipt.Results)
	}
	return &UndoSuccess{Undone: rev, Restored: restored, Rev: int(receipt.Rev), DryRun: w.DryRun}, nil
}

func noRevision(rev int, newest graph.Rev) Problem {
	said := graph.Phrasef("没有修订 %d；最新的是 %d", "there is no revision %d; the newest is %d", rev, newest)
	e := &graph.Error{Code: graph.CodeNotFound, Op: "undo", Index: -1, Detail: said.EN, DetailZH: said.ZH}
	return &NotFound{problem: problem{e, []string{"rev"}}, Missing: graph.Phrasef("%d", "%d", rev).EN, Suggestions: []*SearchHit{}}
}

// restoredBy counts the things that changes are about.
func restoredBy(results []graph.Result) int {
	things := map[graph.UID]bool{}
	for _, r := range results {
		things[r.UID] = true
	}
	return len(things)
}

// UndoSuccess tells of a revision that was undone.
type UndoSuccess struct {
	Undone, Restored, Rev int
	DryRun                bool
}

func (*UndoSuccess) isWriteResult() {}
