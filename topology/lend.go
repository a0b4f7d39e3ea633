package topology

import (
	"context"
	"time"

	"lianzhu/graph"
)

// lendWait bounds how long a question waits for the shape of the revision that
// it reads. Following a batch takes less; beyond that the store answers alone.
const lendWait = 20 * time.Millisecond

// Lend is the snapshot of exactly the revision rev, for a question that reads
// it from the store. Where there is none within a moment ok is false, and the
// question does without.
func (l *Live) Lend(ctx context.Context, rev graph.Rev) (s *Snapshot, ok bool) {
	s = l.newest.Load()
	if s == nil || s.rev == rev {
		return s, s != nil
	}
	ctx, cancel := context.WithTimeout(ctx, lendWait)
	defer cancel()
	s, err := l.At(ctx, rev)
	return s, err == nil
}

// Store is the store that l follows, which wakes l after each batch.
func (l *Live) Store() graph.Store { return graph.Announce(l.store, l.Wake) }
