package server

import (
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// laneAnswer takes what handlers answer, and writes it at once. It is that of one
// request at a time.
type laneAnswer struct {
	conn   *laneConn
	header http.Header
	status int    // 0: none was given
	body   []byte // what was written so far
	text   []byte // the head, and a short body
	names  []string
	sent   bool
	pieces bool  // it is sent in pieces, since nobody knows its length
	failed error // of sending
	closes bool  // the connection ends with it
}

// copiedAnswer is up to which size a body is copied behind its head; a longer one
// is written from where it lies.
const copiedAnswer = 2 << 10

// gathered is how much is gathered of a body whose length nobody tells before it
// is sent in pieces.
const gathered = 32 << 10

// keptAnswer is how much room for answers a connection keeps.
const keptAnswer = 4 << 10

func (a *laneAnswer) begin(closes bool) {
	clear(a.header)
	a.status, a.body, a.sent, a.pieces, a.failed, a.closes = 0, a.body[:0], false, false, nil, closes
}

// Header makes laneAnswer an [http.ResponseWriter], as do the others.
func (a *laneAnswer) Header() http.Header { return a.header }

// WriteHeader: see [http.ResponseWriter].
func (a *laneAnswer) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status = status
	}
}

// Write: see [http.ResponseWriter]. A body of which the handler has said the
// length, and which it writes as one piece, is sent from where it lies.
func (a *laneAnswer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	switch promised := a.promised(); {
	case !withBody(a.status):
		return 0, http.ErrBodyNotAllowed
	case a.pieces:
		a.sendPiece(p)
	case a.sent:
		return 0, http.ErrContentLength
	case len(a.body) == 0 && len(p) > 0 && promised == len(p):
		a.send(p)
	case promised < 0 && len(a.body)+len(p) > gathered:
		a.pieces, a.body = true, append(a.body, p...)
		a.send(nil)
		a.sendPiece(a.body)
	default:
		a.body = append(a.body, p...)
	}
	if a.failed != nil {
		return 0, a.failed
	}
	return len(p), nil
}

// sendPiece sends a part of a body, unless it is empty, which would end the body.
func (a *laneAnswer) sendPiece(p []byte) {
	if len(p) == 0 || a.failed != nil {
		return
	}
	a.text = strconv.AppendInt(a.text[:0], int64(len(p)), 16)
	a.text = append(append(append(a.text, "\r\n"...), p...), "\r\n"...)
	_, a.failed = a.conn.conn.Write(a.text)
}

// promised is the length of the body that the handler has told, or -1.
func (a *laneAnswer) promised() int {
	told := a.header["Content-Length"]
	if len(told) != 1 {
		return -1
	}
	n, err := strconv.Atoi(told[0])
	if err != nil {
		return -1
	}
	return n
}

// finish sends what was not sent when the handlers have ended.
func (a *laneAnswer) finish() error {
	switch {
	case !a.sent:
		a.send(a.body)
	case a.pieces && a.failed == nil:
		_, a.failed = a.conn.conn.Write([]byte("0\r\n\r\n"))
	}
	if cap(a.body) > keptAnswer {
		a.body = nil
	}
	if cap(a.text) > keptAnswer {
		a.text = nil
	}
	return a.failed
}

// withBody tells whether answers of a status have a body.
func withBody(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

// send writes the answer.
func (a *laneAnswer) send(body []byte) {
	a.sent = true
	if a.status == 0 {
		a.status = http.StatusOK
	}
	c := a.conn
	a.closes = a.closes || strings.EqualFold(a.header.Get("Connection"), "close") || c.lane.ending.Load()
	a.complete(body)
	a.text = a.appendHead(a.text[:0])
	if a.failed = c.conn.SetWriteDeadline(time.Now().Add(c.lane.s.config.WriteTimeout)); a.failed != nil {
		return
	}
	if len(body) <= copiedAnswer || c.tcp == nil {
		a.text = append(a.text, body...)
		_, a.failed = c.conn.Write(a.text)
		return
	}
	if a.failed = c.conn.(*patientTCP).write.settle(c.tcp.SetWriteDeadline); a.failed != nil {
		return
	}
	pieces := net.Buffers{a.text, body}
	_, a.failed = pieces.WriteTo(c.tcp)
}

// complete adds the headers that no handler gives.
func (a *laneAnswer) complete(body []byte) {
	switch {
	case a.pieces:
		a.header["Transfer-Encoding"] = []string{"chunked"}
		if len(a.header["Content-Type"]) == 0 && len(a.header["Content-Encoding"]) == 0 {
			a.header["Content-Type"] = []string{http.DetectContentType(a.body)}
		}
	case withBody(a.status):
		a.header["Content-Length"] = []string{strconv.Itoa(len(body))}
		if len(body) > 0 && len(a.header["Content-Type"]) == 0 && len(a.header["Content-Encoding"]) == 0 {
			a.header["Content-Type"] = []string{http.DetectContentType(body)}
		}
	default:
		delete(a.header, "Content-Length")
	}
	if len(a.header["Date"]) == 0 {
		a.header["Date"] = today()
	}
	if a.closes {
		a.header["Connection"] = []string{"close"}
	}
}

// appendHead appends the line of the status and the headers by their names.
func (a *laneAnswer) appendHead(b []byte) []byte {
	b = append(b, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(a.status), 10)
	b = append(append(append(b, ' '), http.StatusText(a.status)...), "\r\n"...)
	a.names = a.names[:0]
	for name := range a.header {
		a.names = append(a.names, name)
	}
	slices.Sort(a.names)
	for _, name := range a.names {
		for _, value := range a.header[name] {
			b = append(append(b, name...), ": "...)
			b = append(appendLine(b, value), "\r\n"...)
		}
	}
	return append(b, "\r\n"...)
}

// appendLine appends a value without the breaks of lines in it.
func appendLine(b []byte, value string) []byte {
	at := len(b)
	b = append(b, value...)
	for i := at; i < len(b); i++ {
		if b[i] == '\r' || b[i] == '\n' {
			b[i] = ' '
		}
	}
	return b
}

// dated is the header of the time, of a second.
type dated struct {
	second int64
	header []string
}

var lastDate atomic.Pointer[dated]

// today is the header of the time as it is.
func today() []string {
	now := time.Now()
	d := lastDate.Load()
	if d == nil || d.second != now.Unix() {
		d = &dated{now.Unix(), []string{now.UTC().Format(http.TimeFormat)}}
		lastDate.Store(d)
	}
	return d.header
}
