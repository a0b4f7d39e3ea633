package topology

import (
	"sync/atomic"

	"lianzhu/graph"
)

// State is in which state the snapshot of a [Live] is.
type State string

// The states. While a graph is read anew the snapshot before it stays in use,
// and the state is Reading all the same.
const (
	Absent    State = "absent"   // there is none yet: the file is looked at
	Reading   State = "building" // the whole graph is being read
	Following State = "ready"    // there is one, and it follows the store
	Ended     State = "failed"   // it follows no more; see [Live.At]
)

// Status tells how the snapshot of a [Live] stands: of which revision it is (0:
// there is none), how many changes lie over its arrays, how many bytes of these
// are in a file, and while the graph is read how many things of how many have
// been.
type Status struct {
	State       State     `json:"state"`
	Rev         graph.Rev `json:"rev"`
	Changes     int       `json:"changes"`
	MappedBytes int       `json:"mappedBytes"`
	Read        int       `json:"read,omitempty"`
	ToRead      int       `json:"toRead,omitempty"`
}

// Status is how the snapshot stands. It waits for nobody who reads the graph.
func (l *Live) Status() Status {
	l.mu.Lock()
	ended := l.err != nil
	l.mu.Unlock()
	t := Status{State: Absent}
	if s := l.newest.Load(); s != nil {
		t = Status{State: Following, Rev: s.rev, Changes: s.patches, MappedBytes: s.mapped}
	}
	if l.reading.on.Load() {
		t.State, t.Read, t.ToRead = Reading, int(l.reading.done.Load()), int(l.reading.of.Load())
	}
	if ended {
		t.State = Ended
	}
	return t
}

// reading is how far reading the whole graph has come.
type reading struct {
	on       atomic.Bool
	done, of atomic.Int64
}

// begin notes that it begins, and gives what notes that it is over.
func (r *reading) begin() (end func()) {
	r.done.Store(0)
	r.of.Store(0)
	r.on.Store(true)
	return func() { r.on.Store(false) }
}

// progress passes on how far it has come.
func (r *reading) progress(tell func(done, total int)) func(done, total int) {
	return func(done, total int) {
		r.done.Store(int64(done))
		r.of.Store(int64(total))
		if tell != nil {
			tell(done, total)
		}
	}
}
