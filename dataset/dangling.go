package dataset

import (
	"context"
	"fmt"
	"slices"

	"lianzhu/graph"
)

// aside holds lines that refer to what is not there yet, until the end.
type aside struct {
	lines []Line
	size  int
	over  bool // the end has come: nothing more is put aside
}

// Bounds of what is put aside: how many lines, and their bytes in the files.
const (
	maxAside     = 100_000
	maxAsideSize = 64 << 20
)

// putAside keeps a line for the end, where that may help and there is room.
func (l *loader) putAside(line *Line) bool {
	a := &l.aside
	if a.over || l.Strict || l.DryRun || len(a.lines) >= maxAside || a.size+line.Size > maxAsideSize {
		return false
	}
	a.lines = append(a.lines, *line)
	a.size += line.Size
	return true
}

// tryAgain writes what was put aside, as far as that can be done now.
func (l *loader) tryAgain(ctx context.Context) error {
	lines := l.aside.lines
	l.aside = aside{over: true}
	for part := range slices.Chunk(lines, min(l.BatchSize, maxAside)) {
		for i := range part {
			l.batch = append(l.batch, item{Line: part[i]})
			if part[i].Late != nil {
				l.report.Read++
			}
		}
		if err := l.flush(ctx); err != nil {
			return err
		}
	}
	return nil
}

// takeOutDangling takes out of the batch what refers to something that is
// neither in the graph nor in the batch: aside or, at the end, for good. It
// tells whether there was any.
func (l *loader) takeOutDangling(ctx context.Context) (some bool, err error) {
	err = l.store.View(ctx, func(r graph.Reader) error {
		missing, err := l.missing(r)
		if err != nil {
			return err
		}
		kept := l.batch[:0]
		for i := range l.batch {
			it := l.batch[i]
			ref, dangling := firstMissing(&it.Change, missing)
			if !dangling {
				kept = append(kept, it)
				continue
			}
			some = true
			if err := l.leave(&it, ref); err != nil {
				return err
			}
		}
		l.batch = kept
		return nil
	})
	return some, err
}

// leave puts the lines of an item aside, or refuses them.
func (l *loader) leave(it *item, ref reference) error {
	for _, line := range it.lines() {
		if l.putAside(&line) {
			continue
		}
		p := problemOf(&line, fmt.Errorf("%s: %s %s is not in the graph; import it too, or mend the reference", line.Change.Name(), ref.as, ref.key))
		p.Dangling = true
		if err := l.refuse(p); err != nil {
			return err
		}
	}
	return nil
}

// missing are the things to which the batch refers and which are neither in it
// nor in the graph.
func (l *loader) missing(r graph.Reader) (map[graph.UID]bool, error) {
	missing := map[graph.UID]bool{}
	var uids []graph.UID
	var sources []graph.Key
	for i := range l.batch {
		for _, ref := range references(&l.batch[i].Change) {
			switch uid := ref.uid(); {
			case missing[uid]:
			case ref.tag == graph.TagSource:
				sources, missing[uid] = append(sources, ref.key), true
			default:
				uids, missing[uid] = append(uids, uid), true
			}
		}
	}
	ids, err := r.Resolve(uids)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		if id != 0 {
			delete(missing, uids[i])
		}
	}
	docs, err := r.Sources(sources)
	if err != nil {
		return nil, err
	}
	for i, s := range docs {
		if s != nil {
			delete(missing, graph.NewUID(graph.TagSource, sources[i]))
		}
	}
	for i := range l.batch {
		delete(missing, l.batch[i].Change.Subject())
	}
	return missing, nil
}

func firstMissing(c *graph.Change, missing map[graph.UID]bool) (reference, bool) {
	for _, ref := range references(c) {
		if missing[ref.uid()] {
			return ref, true
		}
	}
	return reference{}, false
}

// reference is something that a document names.
type reference struct {
	tag graph.Tag
	as  string
	key graph.Key
}

func (r reference) uid() graph.UID { return graph.NewUID(r.tag, r.key) }

// references are what a change names and what must be there for it.
func references(c *graph.Change) []reference {
	var refs []reference
	add := func(tag graph.Tag, as string, keys ...graph.Key) {
		for _, k := range keys {
			if k != "" {
				refs = append(refs, reference{tag, as, k})
			}
		}
	}
	cited := func(evidence []graph.Evidence) {
		for _, e := range evidence {
			add(graph.TagSource, "its source", e.Source)
		}
	}
	attributes := func(list []graph.Attribute) {
		for _, a := range list {
			cited(a.Evidence)
		}
	}
	if e := c.Entity; e != nil {
		for _, n := range e.Names {
			add(graph.TagSource, "its source", n.Sources...)
		}
		for _, id := range e.Identifiers {
			add(graph.TagSource, "its source", id.Sources...)
		}
		attributes(e.Attributes)
		cited(e.Evidence)
	}
	if r := c.Relation; r != nil {
		add(graph.TagEntity, "its end", r.Source, r.Target)
		add(graph.TagEntity, "its place", r.Places...)
		add(graph.TagEntity, "what it names,", r.Via, r.Product, r.RecognisedIn, r.RecognisedBy)
		if r.Derivation != nil {
			add(graph.TagRelation, "its premise", r.Derivation.Premises...)
		}
		attributes(r.Attributes)
		cited(r.Evidence)
	}
	return refs
}
