package server

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// How large a request of the lane may be: its head, and with its body. What is
// larger goes to net/http.
const (
	laneHead    = 8 << 10
	laneRequest = 64 << 10
	laneBuffer  = 4 << 10 // what a connection has while it waits
)

// bodySoon is how long the lane waits for the rest of a body.
const bodySoon = time.Second

// The states of a connection.
const (
	waiting int32 = iota
	answering
	ended
)

// laneConn is a connection in the lane.
type laneConn struct {
	lane   *lane
	conn   net.Conn
	tcp    *net.TCPConn // nil where it is none, as in tests
	from   string       // the client's address
	state  atomic.Int32
	buf    []byte // what was read and not used yet begins at 0
	head   laneRequestHead
	answer laneAnswer
}

func newLaneConn(l *lane, conn net.Conn) *laneConn {
	c := &laneConn{lane: l, conn: conn, from: conn.RemoteAddr().String(), buf: make([]byte, 0, laneBuffer)}
	if p, ok := conn.(*patientTCP); ok {
		c.tcp = p.tcp
	}
	c.answer.conn, c.answer.header = c, http.Header{}
	return c
}

// rest closes a connection that waits for a request.
func (c *laneConn) rest() {
	if c.state.CompareAndSwap(waiting, ended) {
		c.conn.Close()
	}
}

// serve answers plain requests until something else comes, or the end.
func (c *laneConn) serve() {
	defer c.lane.leave(c)
	patience := c.lane.s.config.HeaderTimeout // as for the first request of a connection
	for {
		plain, err := c.read(patience)
		switch {
		case err != nil:
			c.conn.Close()
			return
		case !plain:
			c.handOver()
			return
		}
		if !c.state.CompareAndSwap(waiting, answering) {
			return // it was closed, and nothing of the request was looked at
		}
		if !c.serveOne() || !c.state.CompareAndSwap(answering, waiting) || c.lane.ending.Load() {
			c.conn.Close()
			return
		}
		patience = c.lane.s.config.IdleTimeout
	}
}

// read reads until a request is there, whole. Plain is false where it is none for
// the lane. An error says that the connection has ended.
func (c *laneConn) read(patience time.Duration) (plain bool, err error) {
	need := 0 // bytes of the request, once its head is there
	for first := true; ; {
		if need == 0 {
			if end := bytes.Index(c.buf, []byte("\r\n\r\n")); end >= 0 {
				if !c.head.read(c.buf[:end+4]) {
					return false, nil
				}
				if need = end + 4 + c.head.length; need > laneRequest {
					return false, nil
				}
				patience, first = min(bodySoon, c.lane.s.config.BodyTimeout), true
			} else if len(c.buf) > laneHead || bareLine(c.buf) {
				return false, nil
			} else if len(c.buf) > 0 {
				patience = min(patience, c.lane.s.config.HeaderTimeout)
			}
		}
		if need > 0 && len(c.buf) >= need {
			return true, nil
		}
		if first {
			if err := c.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
				return false, err
			}
			first = len(c.buf) == 0 // from its first byte on, a head has its own time
		}
		switch err := c.more(need); {
		case err == io.EOF && len(c.buf) > 0:
			return false, nil // net/http knows what to say of a part
		case err != nil && need > 0 && errors.Is(err, os.ErrDeadlineExceeded):
			return false, nil // and how to wait for a body
		case err != nil:
			return false, err
		}
	}
}

// bareLine tells whether a line ends otherwise than lines of a plain head do.
func bareLine(head []byte) bool {
	for rest := head; ; {
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			return false
		}
		if end == 0 || rest[end-1] != '\r' {
			return true
		}
		rest = rest[end+1:]
	}
}

// more reads once.
func (c *laneConn) more(need int) error {
	if len(c.buf) == cap(c.buf) || need > cap(c.buf) {
		grown := make([]byte, len(c.buf), max(need, 2*cap(c.buf)))
		copy(grown, c.buf)
		c.buf = grown
	}
	n, err := c.conn.Read(c.buf[len(c.buf):cap(c.buf)])
	c.buf = c.buf[:len(c.buf)+n]
	if n > 0 {
		return nil
	}
	return err
}

// used forgets a request that was answered.
func (c *laneConn) used(n int) {
	rest := copy(c.buf, c.buf[n:])
	if c.buf = c.buf[:rest]; cap(c.buf) > laneHead && rest == 0 {
		c.buf = make([]byte, 0, laneBuffer)
	}
}

// handOver gives the connection to net/http, with all bytes that were read.
func (c *laneConn) handOver() {
	if !c.state.CompareAndSwap(waiting, ended) {
		return // it was closed
	}
	_ = c.conn.SetReadDeadline(time.Time{}) // net/http sets its own
	if p, ok := c.conn.(*patientTCP); ok {
		c.lane.handed.over(&begunTCP{p, c.buf})
		return
	}
	c.lane.handed.over(&begunConn{c.conn, c.buf})
}

// begunTCP is a connection of which some bytes were read already.
type begunTCP struct {
	*patientTCP
	first begun
}

func (b *begunTCP) Read(p []byte) (int, error) { return b.first.before(b.patientTCP, p) }

// begunConn is begunTCP where there is no TCP.
type begunConn struct {
	net.Conn
	first begun
}

func (b *begunConn) Read(p []byte) (int, error) { return b.first.before(b.Conn, p) }

// begun are bytes that were read already.
type begun []byte

// before reads them, and then what follows.
func (b *begun) before(rest io.Reader, p []byte) (int, error) {
	if len(*b) == 0 {
		return rest.Read(p)
	}
	n := copy(p, *b)
	*b = (*b)[n:]
	return n, nil
}

// laneBody is the body of a request, which is in memory.
type laneBody struct{ bytes.Reader }

func (*laneBody) Close() error { return nil }

// laneExchange is what a request of the lane needs of its own.
type laneExchange struct {
	exchange
	over laneOver
	body laneBody
}

// serveOne answers the request that was read. It is false where the connection
// ends with it.
func (c *laneConn) serveOne() (goOn bool) {
	head := &c.head
	x := &laneExchange{}
	x.over.conn = c
	x.exchange.Context, x.exchange.ResponseWriter = &x.over, &c.answer
	r := head.request.WithContext(&x.exchange)
	r.RemoteAddr, r.ContentLength, r.Body = c.from, int64(head.length), http.NoBody
	if head.length > 0 {
		x.body.Reset(c.buf[head.size : head.size+head.length])
		r.Body = &x.body
	}
	c.answer.begin(r.Close)
	if !c.run(&x.exchange, r) {
		return false
	}
	if pipelined, gone := x.over.end(); gone {
		return false
	} else if pipelined != nil {
		c.buf = append(c.buf, pipelined...)
	}
	err := c.answer.finish()
	c.used(head.size + head.length)
	return err == nil && !c.answer.closes
}

// run runs the handlers. It is false where they gave the connection up.
func (c *laneConn) run(x *exchange, r *http.Request) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			ok = false
			x.Context.(*laneOver).end()
			if err, is := p.(error); !is || !errors.Is(err, http.ErrAbortHandler) {
				c.lane.s.config.Log.Error("panic in a handler", slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
			}
		}
	}()
	c.lane.s.way(x, r)
	return true
}
