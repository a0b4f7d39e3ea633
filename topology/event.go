package topology

import "lianzhu/graph"

// What says what became of the snapshot of a [Live].
type What string

// What may become of a snapshot.
const (
	Refused  What = "refused"  // the file, or the log for it, is not good: Err says why
	Building What = "building" // the whole graph is being read
	Built    What = "built"    // that is done, or was broken off
	Ready    What = "ready"    // the first snapshot is there and up to date
	Saved    What = "saved"    // the file was written
	Unsaved  What = "unsaved"  // the file could not be written: Err says why
	Failed   What = "failed"   // there is no snapshot and will be none: Err says why
)

// Event tells what became of a snapshot: of which revision, and how large it is.
type Event struct {
	What                What
	Rev                 graph.Rev
	Entities, Relations int
	Err                 error
}

func (l *Live) tell(e Event) {
	if l.options.Told != nil {
		l.telling.Lock()
		defer l.telling.Unlock()
		l.options.Told(e)
	}
}
