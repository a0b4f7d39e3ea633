package feed

import (
	"context"
	"slices"
	"sync"

	"lianzhu/graph"
)

// Bounds of the tail and of what is read at once.
const (
	chunk     = 256
	tailMost  = 1_024
	tailBytes = 4 << 20
)

// Feed is the end of a store's log, shared by its listeners. It is safe for use
// by several goroutines.
type Feed struct {
	store graph.Store

	mu      sync.Mutex
	tail    []*graph.Entry // all from start on and before end
	bytes   int            // of the documents in tail
	start   graph.LogPos
	end     graph.LogPos
	more    bool          // there may be something at end
	reading bool          // a listener reads it
	moved   chan struct{} // closed when there is something to look at
}

// New gives the feed of a store. The caller must Wake it after each batch that
// it applies; see [graph.Announce].
func New(store graph.Store) *Feed {
	return &Feed{store: store, more: true, moved: make(chan struct{})}
}

// Wake tells that a batch was applied.
func (f *Feed) Wake() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.more = true
	f.stir()
}

// stir lets all who wait look again.
func (f *Feed) stir() {
	close(f.moved)
	f.moved = make(chan struct{})
}

// Listen gives a listener that begins with the first change that does not stand
// before from.
func (f *Feed) Listen(from graph.LogPos) *Listener { return &Listener{feed: f, at: from} }

// Listener is a place in the log. It must be used by one goroutine at a time.
type Listener struct {
	feed *Feed
	at   graph.LogPos
}

// Next waits for changes and gives some of them, one at least, in the order of
// the log. They are shared with others and must not be changed. After an error
// the listener stands where it stood.
func (l *Listener) Next(ctx context.Context) ([]*graph.Entry, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		found, err := l.step(ctx)
		if len(found) > 0 {
			l.at = behind(found)
		}
		if len(found) > 0 || err != nil {
			return found, err
		}
	}
}

// behind is the place behind entries.
func behind(entries []*graph.Entry) graph.LogPos {
	last := entries[len(entries)-1]
	return graph.LogPos{Rev: last.Rev, Index: last.Index + 1}
}

// step gives what is at hand, or reads, or waits until there is something to
// look at.
func (l *Listener) step(ctx context.Context) ([]*graph.Entry, error) {
	f := l.feed
	f.mu.Lock()
	if l.at.Before(f.start) {
		f.mu.Unlock()
		return l.readAlone(ctx)
	}
	if found := f.from(l.at); len(found) > 0 {
		f.mu.Unlock()
		return found, nil
	}
	if f.more && !f.reading {
		f.reading, f.more = true, false
		from := f.end
		f.mu.Unlock()
		return nil, f.readOn(ctx, from, l.at)
	}
	moved := f.moved
	f.mu.Unlock()
	select {
	case <-moved:
		return nil, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// readAlone reads the log for a listener that stands before the tail.
func (l *Listener) readAlone(ctx context.Context) ([]*graph.Entry, error) {
	found, rev, err := l.feed.read(ctx, l.at)
	if err == nil && len(found) == 0 {
		l.at = graph.LogPos{Rev: rev + 1} // which is in the tail, or at its end
	}
	return found, err
}

// from gives what the tail has from a place on, a chunk at most.
func (f *Feed) from(at graph.LogPos) []*graph.Entry {
	i, _ := slices.BinarySearchFunc(f.tail, at, func(e *graph.Entry, at graph.LogPos) int {
		if e.Pos().Before(at) {
			return -1
		}
		return 1
	})
	return slices.Clone(f.tail[i:min(i+chunk, len(f.tail))])
}

// readOn reads the log at the end of the tail for all. Where the listener that
// reads stands further on than the next revision, nobody has listened for a
// while, and the tail begins anew where it stands. When it cannot read, another
// listener will try.
func (f *Feed) readOn(ctx context.Context, from, at graph.LogPos) error {
	anew := at.Rev > from.Rev+1
	if anew {
		from = at
	}
	found, rev, err := f.read(ctx, from)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reading = false
	f.more = f.more || err != nil || len(found) == chunk
	if anew && err == nil {
		if next := (graph.LogPos{Rev: rev + 1}); next.Before(from) {
			from = next
		}
		f.tail, f.bytes, f.start, f.end = nil, 0, from, from
	}
	f.grow(found)
	f.stir()
	return err
}

// grow adds to the tail and drops what is too much at its start.
func (f *Feed) grow(found []*graph.Entry) {
	if len(found) == 0 {
		return
	}
	f.tail = append(f.tail, found...)
	f.end = behind(found)
	for _, e := range found {
		f.bytes += weight(e)
	}
	drop := 0
	for len(f.tail)-drop > tailMost || f.bytes > tailBytes && drop < len(f.tail) {
		f.bytes -= weight(f.tail[drop])
		drop++
	}
	if drop > 0 {
		f.start = behind(f.tail[:drop])
		f.tail = slices.Clone(f.tail[drop:])
	}
}

func weight(e *graph.Entry) int { return len(e.Before) + len(e.After) }

// read reads a chunk of the log, and tells at which revision.
func (f *Feed) read(ctx context.Context, from graph.LogPos) (found []*graph.Entry, rev graph.Rev, err error) {
	err = f.store.View(ctx, func(r graph.Reader) error {
		entries, err := r.Log(from, chunk)
		for i := range entries {
			found = append(found, &entries[i])
		}
		rev = r.Rev()
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return found, rev, nil
}
