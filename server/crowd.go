package server

import "sync"

// crowd counts the requests that are being answered, so that one can wait for
// the last to end.
type crowd struct {
	mu     sync.Mutex
	inside int
	gone   chan struct{} // set by disperse, closed when nobody is inside
}

// enter counts a request in. It is false once the crowd is to disperse.
func (c *crowd) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone != nil {
		return false
	}
	c.inside++
	return true
}

// leave counts a request out.
func (c *crowd) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inside--
	if c.inside == 0 && c.gone != nil {
		close(c.gone)
	}
}

// disperse lets nobody in any more. The channel it gives is closed when nobody
// is inside. It is called once.
func (c *crowd) disperse() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = make(chan struct{})
	if c.inside == 0 {
		close(c.gone)
	}
	return c.gone
}
