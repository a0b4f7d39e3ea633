package topology

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"lianzhu/graph"
)

// Options of Follow. The zero Options build from the store and follow it.
type Options struct {
	// File is a snapshot file to start from, instead of reading the whole
	// graph. It is written anew where it could not be used, when changes are
	// worked into new arrays, which are then used where they lie in the file,
	// and by Close.
	File string

	// Told, where it is set, hears what becomes of the snapshot. It is called
	// by one goroutine at a time and must not call the Live.
	Told func(Event)

	// Progress is told how far reading the whole graph has come.
	Progress func(done, total int)

	// Keep is how many recent revisions [Live.At] can give; 0: 32.
	Keep int

	// MergeAt is how many changes may lie over the arrays before they are
	// worked into new ones in the background; 0: 50,000, or an eighth of the
	// graph where that is more.
	MergeAt int

	// RereadAt is how many entries of the log are read at once; where there
	// are more, the whole graph is read anew. 0: 100,000, or half the graph
	// where that is more.
	RereadAt int
}

// Live keeps a snapshot of a store's newest revision. It is safe for use by
// several goroutines; Pin never waits for anybody.
type Live struct {
	store    graph.Store
	ontology *graph.Ontology
	options  Options

	newest  atomic.Pointer[Snapshot]
	reading reading
	wake    chan struct{}
	telling sync.Mutex
	life    context.Context // until Close
	end     context.CancelFunc
	ended   sync.WaitGroup

	mu    sync.Mutex
	kept  []*Snapshot // recent snapshots, ascending; the last is the newest
	wants map[graph.Rev]*want
	err   error // why it follows no more

	// Only the follower's goroutine uses these.
	merged  chan mergeResult
	merging bool
	stale   bool     // what is being merged is not wanted any more
	since   []*delta // what came while merging
	unsaved bool     // the file is to be written soon
	good    bool     // the file holds the revision written and can be used
	written graph.Rev
}

// want is a revision that somebody waits for.
type want struct {
	done    chan struct{}
	waiting int
	snap    *Snapshot
	err     error
}

// Follow reads the graph in store, or the snapshot file of it, and from then on
// follows its change log until Close; ctx is for the reading alone. The caller
// must Wake the result after each batch that it applies.
func Follow(ctx context.Context, store graph.Store, o *graph.Ontology, options Options) (*Live, error) {
	l := newLive(store, o, options)
	if err := l.begin(ctx); err != nil {
		l.end()
		return nil, err
	}
	l.ended.Go(l.follow)
	return l, nil
}

// Begin is Follow that does not wait: until there is a snapshot, Pin gives nil
// and Lend none. Where none can be made Told hears why, and there never is one.
func Begin(store graph.Store, o *graph.Ontology, options Options) *Live {
	l := newLive(store, o, options)
	l.ended.Go(func() {
		if err := l.begin(l.life); err != nil {
			l.stop(err)
			if l.life.Err() == nil {
				l.tell(Event{What: Failed, Err: err})
			}
			return
		}
		l.follow()
	})
	return l
}

func newLive(store graph.Store, o *graph.Ontology, options Options) *Live {
	l := &Live{
		store: store, ontology: o, options: options,
		wake: make(chan struct{}, 1), wants: map[graph.Rev]*want{}, merged: make(chan mergeResult, 1),
	}
	if l.options.Keep <= 0 {
		l.options.Keep = 32
	}
	l.life, l.end = context.WithCancel(context.Background())
	return l
}

// begin makes the first snapshot and brings it up to date.
func (l *Live) begin(ctx context.Context) error {
	first, err := l.load(ctx)
	if err != nil {
		return err
	}
	l.publish(first)
	if err := l.catchUp(ctx); err != nil {
		return err
	}
	s := l.Pin()
	l.tell(Event{What: Ready, Rev: s.rev, Entities: s.entities, Relations: s.relations})
	l.mergeIfLarge(s)
	return nil
}

// Pin is the snapshot of the newest revision seen. It stays as it is for as
// long as the caller holds it.
func (l *Live) Pin() *Snapshot { return l.newest.Load() }

// Wake tells that a batch was applied.
func (l *Live) Wake() {
	select {
	case l.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// At is the snapshot of exactly the revision rev; it waits for it until ctx
// ends. A revision that is older than those kept is an error of CodeNotFound.
//
// Inside a View, bound the wait and do without the snapshot when it ends: the
// follower needs a View of its own, and an engine may let none begin while a
// writer waits for yours to end.
func (l *Live) At(ctx context.Context, rev graph.Rev) (*Snapshot, error) {
	if s := l.newest.Load(); s != nil && s.rev == rev {
		return s, nil
	}
	w, s, err := l.want(rev)
	if w == nil {
		return s, err
	}
	l.Wake()
	select {
	case <-w.done:
		return w.snap, w.err
	case <-ctx.Done():
		l.giveUp(rev, w)
		return nil, ctx.Err()
	}
}

// want gives the snapshot of rev if it is kept, and else a want for it.
func (l *Live) want(rev graph.Rev) (*want, *Snapshot, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.kept {
		if s.rev == rev {
			return nil, s, nil
		}
	}
	if l.err != nil {
		return nil, nil, l.err
	}
	w := l.wants[rev]
	if w == nil {
		w = &want{done: make(chan struct{})}
		l.wants[rev] = w
	}
	w.waiting++
	return w, nil, nil
}

func (l *Live) giveUp(rev graph.Rev, w *want) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if w.waiting--; w.waiting == 0 && l.wants[rev] == w {
		delete(l.wants, rev)
	}
}

// publish shows s and gives it to those who wait for it.
func (l *Live) publish(s *Snapshot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, s)
	if over := len(l.kept) - l.options.Keep; over > 0 {
		l.kept = append([]*Snapshot(nil), l.kept[over:]...)
	}
	l.newest.Store(s)
	l.grant(s.rev, s, nil)
}

// grant ends the waiting for rev; the lock must be held.
func (l *Live) grant(rev graph.Rev, s *Snapshot, err error) {
	if w := l.wants[rev]; w != nil {
		w.snap, w.err = s, err
		close(w.done)
		delete(l.wants, rev)
	}
}

// fail ends the waiting for revisions up to newest.
func (l *Live) fail(newest graph.Rev, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for rev := range l.wants {
		if rev <= newest {
			l.grant(rev, nil, err)
		}
	}
}

// Close stops following and waits for what is under way. Snapshots that were
// pinned stay good. Whoever waits for a revision gets an error of CodeClosed.
// The file is written where reading the log instead would cost more at the next
// start; the error is that of writing.
func (l *Live) Close() error {
	l.end()
	l.ended.Wait()
	return l.saveLast()
}

// stop notes that nothing follows any more. Err is nil where the end came while
// all went well: whoever waits is told of it all the same.
func (l *Live) stop(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil || errors.Is(err, context.Canceled) {
		err = &graph.Error{Code: graph.CodeClosed, Op: "topology", Detail: "it was closed", Index: -1}
	}
	l.err = err
	for rev := range l.wants {
		l.grant(rev, nil, err)
	}
}

func tooOld(rev, oldest graph.Rev) error {
	return &graph.Error{Code: graph.CodeNotFound, Op: "topology", Index: -1,
		Detail: fmt.Sprintf("revision %d is not kept, the oldest that is kept is %d", rev, oldest)}
}
