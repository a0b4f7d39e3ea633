package endpoint

import (
	"context"
	"sync"
	"time"
)

// deadlined is a context that ends at a deadline, as context.WithDeadlineCause
// makes one, and makes that only when somebody waits for its end or it has
// come: most operations are over before anybody asks, and a timer is what a
// context costs most.
type deadlined struct {
	context.Context // the parent
	deadline        time.Time
	cause           error

	mu      sync.Mutex
	real    context.Context // nil: was not needed so far
	cancel  context.CancelFunc
	stopped bool
}

// withDeadline makes a context that ends after so long, for that cause, with
// parent, or when stop is called.
func withDeadline(parent context.Context, after time.Duration, cause error) *deadlined {
	return &deadlined{Context: parent, deadline: time.Now().Add(after), cause: cause}
}

// stop ends d.
func (d *deadlined) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stopped = true
	if d.cancel != nil {
		d.cancel()
	}
}

// needed is the context that d stands for.
func (d *deadlined) needed() context.Context {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.real == nil {
		d.real, d.cancel = context.WithDeadlineCause(d.Context, d.deadline, d.cause)
		if d.stopped {
			d.cancel()
		}
	}
	return d.real
}

// Deadline is that of [context.Context].
func (d *deadlined) Deadline() (time.Time, bool) {
	if earlier, ok := d.Context.Deadline(); ok && earlier.Before(d.deadline) {
		return earlier, true
	}
	return d.deadline, true
}

// Done is that of [context.Context].
func (d *deadlined) Done() <-chan struct{} { return d.needed().Done() }

// Err is that of [context.Context].
func (d *deadlined) Err() error {
	if d.over() {
		return d.needed().Err()
	}
	return nil
}

// over tells whether d has ended.
func (d *deadlined) over() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.real != nil {
		return d.real.Err() != nil
	}
	return d.stopped || d.Context.Err() != nil || !time.Now().Before(d.deadline)
}

// Value is that of [context.Context]. Package context looks through it for what
// ends d, which its parent is not.
func (d *deadlined) Value(key any) any {
	d.mu.Lock()
	of := d.real
	d.mu.Unlock()
	if of == nil {
		of = d.Context
	}
	return of.Value(key)
}
