package server

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

// laneOver is the context of a request of the lane: it is over when the client has
// gone. To see that, somebody must read from the connection meanwhile, which costs
// more than most answers; so it is begun when somebody waits for the end, or has
// asked often whether it has come, as long work does.
type laneOver struct {
	conn *laneConn

	mu       sync.Mutex
	asked    int
	err      error
	done     chan struct{} // nil: nobody waits for it
	watching chan struct{} // closed when nobody reads any more; nil: nobody did
	ahead    []byte        // what came of the next request
	gone     bool          // the client has
}

// asksBefore is how often it may be asked whether it is over before somebody looks.
const asksBefore = 32

// Deadline makes laneOver a [context.Context], as do the others.
func (*laneOver) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value: see [context.Context].
func (*laneOver) Value(any) any { return nil }

// Done: see [context.Context].
func (o *laneOver) Done() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.done == nil {
		o.done = make(chan struct{})
		if o.err != nil {
			close(o.done)
		}
	}
	o.watch()
	return o.done
}

// Err: see [context.Context].
func (o *laneOver) Err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.asked++; o.asked == asksBefore {
		o.watch()
	}
	return o.err
}

// watch begins to look whether the client goes. The lock is held.
func (o *laneOver) watch() {
	if o.watching != nil || o.err != nil {
		return
	}
	o.watching = make(chan struct{})
	_ = o.conn.conn.SetReadDeadline(time.Time{})
	go func() {
		defer close(o.watching)
		var b [1]byte
		n, err := o.conn.conn.Read(b[:])
		o.mu.Lock()
		defer o.mu.Unlock()
		o.ahead = append(o.ahead, b[:n]...)
		if n == 0 && err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			o.gone = true
			o.finish()
		}
	}()
}

// finish says that it is over. The lock is held.
func (o *laneOver) finish() {
	if o.err != nil {
		return
	}
	o.err = context.Canceled
	if o.done != nil {
		close(o.done)
	}
}

// end is called when the request was answered. It gives what was read of the next
// one, and tells whether the client has gone.
func (o *laneOver) end() (ahead []byte, gone bool) {
	o.mu.Lock()
	watching := o.watching
	o.finish()
	o.mu.Unlock()
	if watching == nil {
		return nil, false
	}
	_ = o.conn.conn.SetReadDeadline(time.Unix(1, 0)) // it breaks the reading off
	<-watching
	return o.ahead, o.gone
}
