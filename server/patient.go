package server

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// net/http sets deadlines six times for every request, and hardly one ever
// comes. A patientConn notes them, and tells the connection only of one that is
// earlier than what it was told; when that has come, it looks whether it was
// meant.

// patientListener makes its connections patient.
type patientListener struct{ net.Listener }

func (l patientListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	patient := &patientConn{Conn: conn}
	if tcp, ok := conn.(*net.TCPConn); ok {
		return &patientTCP{patient, tcp}, nil
	}
	return patient, nil
}

// patientConn is a connection whose deadlines cost little.
type patientConn struct {
	net.Conn
	read, write lateDeadline
}

func (c *patientConn) Read(p []byte) (int, error) {
	for {
		n, err := c.Conn.Read(p)
		if err == nil || n > 0 || !c.read.early(err, c.Conn.SetReadDeadline) {
			return n, err
		}
	}
}

func (c *patientConn) Write(p []byte) (written int, err error) {
	for {
		n, err := c.Conn.Write(p[written:])
		if written += n; err == nil || !c.write.early(err, c.Conn.SetWriteDeadline) {
			return written, err
		}
	}
}

// SetDeadline is that of [net.Conn], as are the others.
func (c *patientConn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetReadDeadline is that of [net.Conn].
func (c *patientConn) SetReadDeadline(t time.Time) error {
	return c.read.set(t, c.Conn.SetReadDeadline)
}

// SetWriteDeadline is that of [net.Conn].
func (c *patientConn) SetWriteDeadline(t time.Time) error {
	return c.write.set(t, c.Conn.SetWriteDeadline)
}

// patientTCP keeps what net/http knows to use of a connection over TCP.
type patientTCP struct {
	*patientConn
	tcp *net.TCPConn
}

// CloseWrite tells the other side that nothing more will come.
func (c *patientTCP) CloseWrite() error { return c.tcp.CloseWrite() }

// ReadFrom sends what r has, a file without a copy. It cannot look again when a
// deadline comes, so the connection is told exactly before.
func (c *patientTCP) ReadFrom(r io.Reader) (int64, error) {
	if err := c.write.settle(c.tcp.SetWriteDeadline); err != nil {
		return 0, err
	}
	return c.tcp.ReadFrom(r)
}

// soon is how early a connection is told that a later deadline comes: before
// any that follow shortly, so that those need not be told.
const soon = 4 * time.Second

// lateDeadline is a deadline of which the connection knows an earlier one.
type lateDeadline struct {
	mu     sync.Mutex
	wanted time.Time // zero: none
	told   time.Time // zero: none
}

// set notes a deadline. What the connection was told and has come is found by
// whoever reads or writes next.
func (d *lateDeadline) set(t time.Time, tell func(time.Time) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	was := d.told
	d.wanted = t
	switch {
	case t.IsZero(), !was.IsZero() && !t.Before(was) && was.After(longAgo()):
		return nil
	}
	if first := time.Now().Add(soon); t.After(first) {
		t = first
	}
	return d.tell(t, tell)
}

// longAgo is later than the time that net/http sets to break off a read.
func longAgo() time.Time { return time.Unix(1<<30, 0) }

// early tells whether err says that a deadline has come that is not the wanted
// one, which the connection is told now.
func (d *lateDeadline) early(err error, tell func(time.Time) error) bool {
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.wanted.IsZero() && !d.wanted.After(time.Now()) {
		return false
	}
	return d.tell(d.wanted, tell) == nil
}

// settle tells the connection what is wanted.
func (d *lateDeadline) settle(tell func(time.Time) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.told.Equal(d.wanted) {
		return nil
	}
	return d.tell(d.wanted, tell)
}

func (d *lateDeadline) tell(t time.Time, tell func(time.Time) error) error {
	d.told = t
	return tell(t)
}
