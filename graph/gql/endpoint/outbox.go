package endpoint

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Why a message cannot be sent.
var (
	errSlow   = errors.New("the client does not read")
	errSealed = errors.New("nothing more is sent to this client")
)

// message is what one client is to be sent; sent, where it is set, is called
// when it is certain that the client reads it if it reads anything further. It
// must return at once.
type message struct {
	text []byte
	sent func()
}

// outbox holds messages until the network takes them. Who puts messages waits
// while it is full, and learns that the client is slow when nothing at all is
// taken for the time that it has patience. It is safe for use by several
// goroutines.
type outbox struct {
	most, mostBytes int
	patience        time.Duration

	mu     sync.Mutex
	queue  []message
	bytes  int
	sealed bool
	filled chan struct{} // holds one when there is something to take
	eased  chan struct{} // closed when something was taken
}

func newOutbox(l Limits) *outbox {
	return &outbox{
		most: l.QueueMessages, mostBytes: l.QueueBytes, patience: l.Patience,
		filled: make(chan struct{}, 1), eased: make(chan struct{}),
	}
}

// put adds a message when there is room for it.
func (o *outbox) put(ctx context.Context, m message) error {
	for {
		eased, err := o.tryPut(m)
		if eased == nil {
			return err
		}
		if err := o.await(ctx, eased); err != nil {
			return err
		}
	}
}

// tryPut adds a message, or gives the channel that tells when to try again.
func (o *outbox) tryPut(m message) (eased <-chan struct{}, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.sealed {
		return nil, errSealed
	}
	full := len(o.queue) >= o.most || o.bytes+len(m.text) > o.mostBytes
	if full && len(o.queue) > 0 { // a message that is too large alone must go all the same
		return o.eased, nil
	}
	o.queue = append(o.queue, m)
	o.bytes += len(m.text)
	o.tell()
	return nil, nil
}

// await waits until something was taken, as long as there is patience.
func (o *outbox) await(ctx context.Context, eased <-chan struct{}) error {
	timer := time.NewTimer(o.patience)
	defer timer.Stop()
	select {
	case <-eased:
		return nil
	case <-timer.C:
		return errSlow
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tell lets who takes messages look; the lock must be held.
func (o *outbox) tell() {
	select {
	case o.filled <- struct{}{}:
	default: // it will look anyway
	}
}

// seal lets nothing more in than what last makes, which comes behind whatever
// waits, or where drop is set in its place. By the time that last is called, it
// is certain what the client is sent before. Only the first call counts.
func (o *outbox) seal(drop bool, last func() []message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.sealed {
		return
	}
	if drop {
		o.queue, o.bytes = nil, 0
	}
	for i := range o.queue {
		o.queue[i].settle()
	}
	o.queue = append(o.queue, last()...)
	o.sealed = true
	o.tell()
	o.ease()
}

// settle calls sent, once.
func (m *message) settle() {
	if m.sent != nil {
		m.sent()
		m.sent = nil
	}
}

// nothing is no last message.
func nothing() []message { return nil }

// ease lets who waits for room look again; the lock must be held.
func (o *outbox) ease() {
	close(o.eased)
	o.eased = make(chan struct{})
}

// take gives the next message; ended says that there is none and will be none.
// Where there is none yet, ok is false: filled tells when to look again.
func (o *outbox) take() (m message, ok, ended bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) == 0 {
		return m, false, o.sealed
	}
	m, o.queue = o.queue[0], o.queue[1:]
	o.bytes -= len(m.text)
	m.settle()
	o.ease()
	return m, true, false
}

// drain gives write every message until the last, or until write fails. While
// there is none it calls idle every so often, unless that is nil.
func (o *outbox) drain(write func([]byte) error, every time.Duration, idle func() error) error {
	var tick <-chan time.Time
	if idle != nil {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		tick = ticker.C
	}
	for {
		m, ok, ended := o.take()
		if ended {
			return nil
		}
		if !ok {
			if err := o.rest(tick, idle); err != nil {
				return err
			}
			continue
		}
		if err := write(m.text); err != nil {
			return err
		}
	}
}

// rest waits until there may be something to take.
func (o *outbox) rest(tick <-chan time.Time, idle func() error) error {
	select {
	case <-o.filled:
		return nil
	case <-tick:
		return idle()
	}
}
