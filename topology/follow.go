package topology

import (
	"context"
	"errors"
	"iter"
	"slices"

	"lianzhu/graph"
)

// follow catches up whenever it is woken, until Close or until the store is
// closed.
func (l *Live) follow() {
	ctx := l.life
	for {
		var err error
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case <-l.wake:
			err = l.catchUp(ctx)
		case m := <-l.merged:
			err = l.adopt(ctx, m)
		}
		if ctx.Err() != nil || graph.CodeOf(err) == graph.CodeClosed {
			l.stop(err)
			l.drain()
			return
		}
		if err != nil {
			l.fail(^graph.Rev(0), err)
		}
	}
}

// drain waits for a merge under way.
func (l *Live) drain() {
	if l.merging {
		l.note(<-l.merged)
	}
}

// catchUp makes the snapshots of the revisions that are wanted and of the
// newest. Where the log and the snapshot do not fit, the graph is read anew.
func (l *Live) catchUp(ctx context.Context) error {
	for {
		err := l.advance(ctx)
		if errors.Is(err, errRaced) {
			continue
		}
		if code := graph.CodeOf(err); code == graph.CodeCorrupt || errors.Is(err, errLong) {
			l.tell(Event{What: Refused, Err: err})
			err = l.rebuild(ctx)
		}
		if err != nil {
			return err
		}
		return l.older(ctx)
	}
}

// errLong says that so much has changed that reading everything is quicker.
var errLong = errors.New("the change log is longer than the graph")

// advance goes on to the end of the log.
func (l *Live) advance(ctx context.Context) error {
	s := l.newest.Load()
	log, err := l.read(ctx, s)
	if err != nil || len(log) == 0 {
		return err
	}
	return l.store.View(ctx, func(r graph.Reader) error {
		for _, goal := range l.goals(s.rev, log[len(log)-1].Rev) {
			n, _ := slices.BinarySearchFunc(log, goal+1, func(e graph.Entry, rev graph.Rev) int { return int(int64(e.Rev) - int64(rev)) })
			next, err := l.step(ctx, s, log[:n], r)
			if errors.Is(err, errRaced) && n < len(log) {
				l.fail(goal, tooOld(goal, log[len(log)-1].Rev))
				continue // a later goal takes this stretch in
			}
			if err != nil {
				return err
			}
			s, log = next, log[n:]
		}
		return nil
	})
}

// step applies a stretch of the log and publishes what comes of it.
func (l *Live) step(ctx context.Context, s *Snapshot, log []graph.Entry, r graph.Reader) (*Snapshot, error) {
	d, err := s.delta(ctx, all(log), r)
	if err != nil || d == nil {
		return s, err
	}
	next, err := s.with(d)
	if err != nil {
		return nil, err
	}
	if l.merging {
		l.since = append(l.since, d)
	}
	l.publish(next)
	l.mergeIfLarge(next)
	return next, nil
}

func all(log []graph.Entry) iter.Seq2[graph.Entry, error] {
	return func(yield func(graph.Entry, error) bool) {
		for _, e := range log {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// read is the log after s.
func (l *Live) read(ctx context.Context, s *Snapshot) ([]graph.Entry, error) {
	most := l.options.RereadAt
	if most <= 0 {
		most = max(100_000, (s.entities+s.relations)/2)
	}
	var log []graph.Entry
	for e, err := range l.store.Changes(ctx, s.rev) {
		if err != nil {
			return nil, err
		}
		if log = append(log, e); len(log) > most {
			return nil, errLong
		}
	}
	return log, nil
}

// goals are the revisions to stop at on the way to the last one.
func (l *Live) goals(after, last graph.Rev) []graph.Rev {
	l.mu.Lock()
	defer l.mu.Unlock()
	goals := []graph.Rev{last}
	for rev := range l.wants {
		if rev > after && rev < last {
			goals = append(goals, rev)
		}
	}
	slices.Sort(goals)
	return goals
}

// older makes the snapshots of revisions that are wanted and were passed over.
func (l *Live) older(ctx context.Context) error {
	newest := l.newest.Load().rev
	for _, rev := range l.goals(0, newest) {
		if rev == newest {
			return nil
		}
		s, err := l.between(ctx, rev)
		if graph.CodeOf(err) == graph.CodeClosed || ctx.Err() != nil {
			return err
		}
		l.mu.Lock()
		l.grant(rev, s, err)
		l.mu.Unlock()
	}
	return nil
}

// between makes the snapshot of rev from the one that is kept before it.
func (l *Live) between(ctx context.Context, rev graph.Rev) (*Snapshot, error) {
	s, oldest := l.before(rev)
	if s == nil {
		return nil, tooOld(rev, oldest)
	}
	if s.rev == rev {
		return s, nil
	}
	var log []graph.Entry
	for e, err := range l.store.Changes(ctx, s.rev) {
		if err != nil {
			return nil, err
		}
		if e.Rev > rev {
			break
		}
		log = append(log, e)
	}
	var next *Snapshot
	err := l.store.View(ctx, func(r graph.Reader) (err error) {
		next, err = s.Apply(ctx, all(log), r)
		return err
	})
	if errors.Is(err, errRaced) {
		return nil, tooOld(rev, l.newest.Load().rev)
	}
	return next, err
}

// before is the last snapshot kept that is not after rev, or nil.
func (l *Live) before(rev graph.Rev) (s *Snapshot, oldest graph.Rev) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, kept := range l.kept {
		if kept.rev <= rev {
			s = kept
		}
	}
	return s, l.kept[0].rev
}

// mergeResult is what a merge in the background has made.
type mergeResult struct {
	snap  *Snapshot
	saved bool // it lies in the file
	err   error
}

// mergeIfLarge begins to merge s in the background, unless its patches are few
// or a merge is under way.
func (l *Live) mergeIfLarge(s *Snapshot) {
	limit := l.options.MergeAt
	if limit <= 0 {
		limit = max(50_000, (s.entities+s.relations)/8)
	}
	if l.merging || s.patches < limit && s.said.Len() < max(mostSaid/4, s.entities/64) && (!l.unsaved || s.rev == 0) {
		return
	}
	l.merging, l.since, l.unsaved = true, nil, false
	go func() {
		m := mergeResult{}
		if m.snap, m.err = s.Compact(l.life); m.err == nil {
			m.snap, m.saved = l.intoFile(m.snap)
		}
		l.merged <- m
	}()
}

// adopt goes over to a merged base: what came meanwhile is applied to it again.
func (l *Live) adopt(ctx context.Context, m mergeResult) error {
	since, stale := l.since, l.stale
	l.merging, l.stale, l.since = false, false, nil
	defer l.note(m)
	if stale {
		return nil
	}
	if m.err != nil {
		return l.rebuild(ctx)
	}
	s := m.snap
	for _, d := range since {
		var err error
		if s, err = s.with(d); err != nil {
			return l.rebuild(ctx)
		}
	}
	l.replace(s)
	return nil
}

// replace publishes s and lets go of all that shares nothing with it.
func (l *Live) replace(s *Snapshot) {
	l.mu.Lock()
	l.kept = nil
	l.mu.Unlock()
	l.publish(s)
}

// rebuild reads the whole graph. A merge under way is of no use any more.
func (l *Live) rebuild(ctx context.Context) error {
	s, err := l.build(ctx)
	if err != nil {
		return err
	}
	l.since, l.stale, l.unsaved = nil, l.merging, l.options.File != ""
	l.replace(s)
	l.mergeIfLarge(s)
	return nil
}
