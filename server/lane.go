package server

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
)

// Most requests are plain: a POST or a GET to the address of queries, with a
// length and nothing unusual about it. For those the lane has a way of its own
// from the bytes of a connection to the handlers and back, which costs a fraction
// of what net/http does for everybody. A connection on which anything else comes,
// from a chunked body to a WebSocket, is handed to net/http with all bytes that
// were read, and stays there. So the handlers are the same, and so is what they
// see; what is unusual is judged in one place, which is not this one.
//
//	lane.go        connections: where they come in, are handed over, and end
//	laneconn.go    one connection: read, answer, go on
//	lanehead.go    what is plain: the head of a request
//	laneanswer.go  the answer, written at once
//	laneover.go    a client that goes away before it is answered

// lane has the connections that only plain requests came on so far.
type lane struct {
	s      *Server
	handed *handed

	ending atomic.Bool // set under mu
	mu     sync.Mutex
	conns  map[*laneConn]bool
	gone   chan struct{} // closed when ending and the last has gone
}

func newLane(s *Server, addr net.Addr) *lane {
	return &lane{s: s, conns: map[*laneConn]bool{}, gone: make(chan struct{}),
		handed: &handed{addr: addr, conns: make(chan net.Conn), closed: make(chan struct{})}}
}

// entrance is a listener for net/http that keeps what comes for the lane, so
// that net/http looks after the listening, and gets nothing from it.
type entrance struct {
	net.Listener
	lane *lane
}

func (e entrance) Accept() (net.Conn, error) {
	for {
		conn, err := patientListener{e.Listener}.Accept()
		if err != nil {
			return nil, err
		}
		if c := e.lane.enter(conn); c != nil {
			go c.serve()
		}
	}
}

// handed is a listener for net/http at which the lane hands connections over.
type handed struct {
	addr   net.Addr
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (h *handed) Accept() (net.Conn, error) {
	select {
	case conn := <-h.conns:
		return conn, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

func (h *handed) Close() error {
	h.once.Do(func() { close(h.closed) })
	return nil
}

func (h *handed) Addr() net.Addr { return h.addr }

// over hands a connection over.
func (h *handed) over(conn net.Conn) {
	select {
	case h.conns <- conn:
	case <-h.closed:
		conn.Close()
	}
}

// enter takes a connection in, unless the lane is ending.
func (l *lane) enter(conn net.Conn) *laneConn {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ending.Load() {
		conn.Close()
		return nil
	}
	c := newLaneConn(l, conn)
	l.conns[c] = true
	return c
}

// leave lets go of a connection that was closed or handed over.
func (l *lane) leave(c *laneConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
	if l.ending.Load() && len(l.conns) == 0 {
		close(l.gone)
	}
}

// end closes the connections on which nothing is answered, now, and the others
// when they were answered, for as long as ctx lasts.
func (l *lane) end(ctx context.Context) error {
	l.mu.Lock()
	l.ending.Store(true)
	if len(l.conns) == 0 {
		close(l.gone)
	}
	for c := range l.conns {
		c.rest()
	}
	l.mu.Unlock()
	select {
	case <-l.gone:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cut closes all connections.
func (l *lane) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		c.conn.Close()
	}
}
