package drive

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
)

// Client is one connection that stays open. It is not safe for use by several
// goroutines.
type Client struct {
	conn net.Conn
	in   *bufio.Reader
	body []byte
}

// Dial connects to a server at host:port.
func Dial(addr string) (*Client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &Client{conn: conn, in: bufio.NewReaderSize(conn, 64<<10)}, nil
}

// Close closes the connection.
func (c *Client) Close() error { return c.conn.Close() }

// Request is a POST as bytes: path begins with "/", addr is host:port.
func Request(addr, path string, body []byte) []byte {
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"+
		"Accept: application/graphql-response+json, application/json;q=0.9\r\nContent-Length: %d\r\n\r\n", path, addr, len(body))
	return append([]byte(head), body...)
}

// Do sends a request that [Request] made and gives the answer's body, which is
// good until the next call. A status other than 200 is a [Refusal].
func (c *Client) Do(request []byte) ([]byte, error) {
	if _, err := c.conn.Write(request); err != nil {
		return nil, err
	}
	status, length, err := c.head()
	if err != nil {
		return nil, err
	}
	if length < 0 {
		err = c.chunks()
	} else {
		err = c.read(length)
	}
	if err == nil && status != 200 {
		err = &Refusal{status, fmt.Sprintf("%.300s", c.body)}
	}
	return c.body, err
}

// Refusal is an answer with another status than 200.
type Refusal struct {
	Status int
	Text   string
}

func (r *Refusal) Error() string { return fmt.Sprintf("status %d: %s", r.Status, r.Text) }

// head reads the status line and the header; length is -1 for a body in chunks.
func (c *Client) head() (status, length int, err error) {
	line, err := c.line()
	if err != nil {
		return 0, 0, err
	}
	if len(line) < 12 {
		return 0, 0, fmt.Errorf("this is no answer in HTTP: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, fmt.Errorf("this is no answer in HTTP: %q", line)
	}
	length = -2
	for {
		line, err := c.line()
		if err != nil {
			return 0, 0, err
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch {
		case len(line) == 0 && length == -2:
			return 0, 0, fmt.Errorf("the answer does not tell its length")
		case len(line) == 0:
			return status, length, nil
		case bytes.EqualFold(name, []byte("Content-Length")):
			length, err = strconv.Atoi(string(bytes.TrimSpace(value)))
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			length = -1
		}
		if err != nil || length < -2 {
			return 0, 0, fmt.Errorf("the answer's length cannot be read: %q", line)
		}
	}
}

// line reads a line without its end.
func (c *Client) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

func (c *Client) read(n int) error {
	if cap(c.body) < n {
		c.body = make([]byte, n)
	}
	c.body = c.body[:n]
	_, err := io.ReadFull(c.in, c.body)
	return err
}

// chunks reads a body that comes in pieces.
func (c *Client) chunks() error {
	c.body = c.body[:0]
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		n, err := strconv.ParseUint(string(line), 16, 31)
		if err != nil {
			return fmt.Errorf("a piece of the answer has the length %q", line)
		}
		at := len(c.body)
		c.body = append(c.body, make([]byte, n)...)
		if _, err := io.ReadFull(c.in, c.body[at:]); err != nil {
			return err
		}
		if _, err := c.line(); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}
