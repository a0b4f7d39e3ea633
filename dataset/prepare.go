package dataset

import (
	"context"
	"errors"
	"slices"

	"lianzhu/graph"
)

// prepare makes the changes of late lines, and puts together what lines add to
// one record with what the graph has of it. Lines that cannot be used leave the
// batch.
func (l *loader) prepare(ctx context.Context) error {
	plain := func(it item) bool { return it.Late == nil && it.Mode == Replace }
	if !slices.ContainsFunc(l.batch, func(it item) bool { return !plain(it) }) {
		return nil
	}
	return l.store.View(ctx, func(r graph.Reader) error {
		if err := l.resolveLate(r); err != nil {
			return err
		}
		return l.gather(r)
	})
}

// resolveLate puts the changes of late lines in their places.
func (l *loader) resolveLate(r graph.Reader) error {
	if !slices.ContainsFunc(l.batch, func(it item) bool { return it.Late != nil }) {
		return nil
	}
	given := l.batch
	look := newLookup(r, l.met)
	for i := range given {
		look.note(given[i].Change.Entity)
	}
	l.batch = make([]item, 0, len(given))
	for i := range given {
		if given[i].Late == nil {
			l.batch = append(l.batch, given[i])
			continue
		}
		if err := l.resolve(look, &given[i].Line); err != nil {
			return err
		}
	}
	return nil
}

// resolve appends the lines of a late line to the batch, or refuses it.
func (l *loader) resolve(look *lookup, line *Line) error {
	lines, err := line.Late(look)
	var p *Problem
	if errors.As(err, &p) {
		p.File, p.Line, p.Record = line.File, line.Number, line.Record
	}
	switch {
	case p != nil && p.Dangling && l.putAside(line):
		l.report.Read-- // it is counted when it comes again
		return nil
	case err != nil:
		return l.refuse(err)
	}
	made := make([]item, len(lines))
	for i, m := range lines {
		m.File, m.Number, m.Record, m.Late = line.File, line.Number, line.Record, nil
		if err := l.ontology.Validate(&m.Change); err != nil {
			return l.refuse(problemOf(&m, err))
		}
		made[i].Line = m
	}
	for i := range made {
		look.note(made[i].Change.Entity)
	}
	l.batch = append(l.batch, made...)
	l.report.Read += len(made) - 1
	return nil
}

// gather folds lines that add to a record into one item, and that with what the
// graph has.
func (l *loader) gather(r graph.Reader) error {
	at := make(map[graph.UID]int, len(l.batch))
	given, uids := l.batch, make([]graph.UID, 0, len(l.batch))
	l.batch = make([]item, 0, len(given))
	alone := make([]Line, len(given)) // room for parts of one line each
	for n := range given {
		it := &given[n]
		uid := it.Change.Subject()
		i, met := at[uid]
		if it.Mode == Replace || !met {
			at[uid] = len(l.batch)
			if it.Mode != Replace {
				alone[n] = it.Line
				it.parts = alone[n : n+1 : n+1]
			}
			l.batch, uids = append(l.batch, *it), append(uids, uid)
			continue
		}
		if l.batch[i].parts == nil {
			l.batch[i].parts = []Line{l.batch[i].Line}
		}
		l.batch[i].parts = append(l.batch[i].parts, it.Line)
	}
	stored, err := read(r, l.batch, uids)
	if err != nil {
		return err
	}
	kept := l.batch[:0]
	for i := range l.batch {
		it := &l.batch[i]
		if it.parts != nil {
			if err := l.combine(stored, uids[i], it); err != nil {
				return err
			}
		}
		if len(it.lines()) > 0 {
			kept = append(kept, *it)
		}
	}
	l.batch = kept
	return nil
}

// putTogether combines an item once more, since the graph has changed.
func (l *loader) putTogether(ctx context.Context, it *item) error {
	return l.store.View(ctx, func(r graph.Reader) error {
		uid := it.parts[0].Change.Subject()
		stored, err := read(r, []item{*it}, []graph.UID{uid})
		if err != nil {
			return err
		}
		return l.combine(stored, uid, it)
	})
}

// combine makes the change of an item from its parts and what the graph has.
// Parts that do not fit are refused and leave it.
func (l *loader) combine(stored map[graph.UID]graph.Change, uid graph.UID, it *item) error {
	var known graph.Change
	var rev *graph.Rev // of what is known, 0 where that is nothing
	it.tries++
	it.merged = false
	if it.parts[0].Mode != Replace {
		known = stored[uid]
		if rev, known.IfRev = known.IfRev, nil; rev == nil {
			rev = new(graph.Rev)
		}
	}
	fit := it.parts[:0]
	for i := range it.parts {
		part := &it.parts[i]
		together, err := added(known, part)
		if err == nil {
			it.merged = it.merged || known.Entity != nil || known.Relation != nil
			known, fit = together, append(fit, *part)
			continue
		}
		if err := l.refuse(problemOf(part, err)); err != nil {
			return err
		}
	}
	it.parts = fit
	it.Change, it.Change.IfRev = known, rev
	return nil
}

// added is known with what a line says.
func added(known graph.Change, line *Line) (graph.Change, error) {
	c := line.Change
	switch {
	case line.Mode == Replace || known.Entity == nil && known.Relation == nil:
		return c, nil
	case line.Mode == Make && (c.Relation != nil || c.Entity.Kind == known.Entity.Kind):
		return known, nil
	case c.Entity != nil:
		e, err := AddEntity(known.Entity, c.Entity)
		return graph.Change{Entity: e}, err
	}
	rel, err := AddRelation(known.Relation, c.Relation)
	return graph.Change{Relation: rel}, err
}

// read gives what the graph has of the things to which items add, each with the
// revision that wrote it as IfRev. The items are of the things all.
func read(r graph.Reader, items []item, all []graph.UID) (map[graph.UID]graph.Change, error) {
	uids := make([]graph.UID, 0, len(all))
	for i := range items {
		if parts := items[i].parts; parts != nil && parts[0].Mode != Replace {
			uids = append(uids, all[i])
		}
	}
	ids, err := r.Resolve(uids)
	if err != nil {
		return nil, err
	}
	var entities []graph.EntityID
	var relations []graph.RelationID
	for i, id := range ids {
		switch {
		case id == 0:
		case uids[i].Tag() == graph.TagEntity:
			entities = append(entities, graph.EntityID(id))
		default:
			relations = append(relations, graph.RelationID(id))
		}
	}
	if len(entities)+len(relations) == 0 {
		return nil, nil // nothing is asked that a store need not answer
	}
	stored := make(map[graph.UID]graph.Change, len(entities)+len(relations))
	docs, err := r.Entities(entities)
	if err != nil {
		return nil, err
	}
	for _, doc := range docs {
		e, rev := *doc, doc.Rev
		e.ID, e.Rev = 0, 0
		stored[e.UID()] = graph.Change{Entity: &e, IfRev: &rev}
	}
	rels, err := r.Relations(relations)
	if err != nil {
		return nil, err
	}
	for _, doc := range rels {
		rel, rev := *doc, doc.Rev
		rel.ID, rel.SourceID, rel.TargetID, rel.Rev = 0, 0, 0, 0
		stored[rel.UID()] = graph.Change{Relation: &rel, IfRev: &rev}
	}
	return stored, nil
}
