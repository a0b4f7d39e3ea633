package server

import (
	"bytes"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
)

// laneRequestHead is the head of a plain request. The next one of a connection is
// nearly always the same but for its length, and then need not be read again.
type laneRequestHead struct {
	request *http.Request // but for its context, its body and its length
	size    int           // of the head, with the empty line
	length  int           // of the body

	text         []byte // the head as it was read
	number, past int    // where in text the digits of its length begin and end; 0: there are none
}

// read reads a head. It is false where the request is not plain.
func (h *laneRequestHead) read(text []byte) bool {
	if h.again(text) {
		return true
	}
	h.text = append(h.text[:0], text...)
	h.size, h.length, h.number, h.past = len(text), 0, 0, 0
	line, rest, _ := bytes.Cut(h.text, []byte("\r\n"))
	request, ok := firstLine(string(line))
	if !ok {
		h.text = h.text[:0]
		return false
	}
	h.request = request
	for len(rest) > 2 {
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		if !h.field(line) {
			h.text = h.text[:0]
			return false
		}
	}
	if request.Host == "" || request.Method == http.MethodPost && h.number == 0 {
		h.text = h.text[:0]
		return false
	}
	return true
}

// again tells whether text is the head before but for its length, which it takes.
func (h *laneRequestHead) again(text []byte) bool {
	if len(h.text) == 0 {
		return false
	}
	if h.number == 0 {
		return bytes.Equal(text, h.text)
	}
	tail := h.text[h.past:]
	digits := len(text) - h.number - len(tail)
	if digits < 1 || digits > 7 || !bytes.Equal(text[:h.number], h.text[:h.number]) || !bytes.Equal(text[h.number+digits:], tail) {
		return false
	}
	length, ok := whole(text[h.number : h.number+digits])
	if !ok {
		return false
	}
	if h.size = len(text); length != h.length {
		h.length = length
		h.request.Header["Content-Length"] = []string{strconv.Itoa(length)}
		h.text, h.past = append(h.text[:0], text...), h.number+digits
	}
	return true
}

// firstLine reads the method, the address and the version.
func firstLine(line string) (*http.Request, bool) {
	method, rest, _ := strings.Cut(line, " ")
	target, version, ok := strings.Cut(rest, " ")
	if !ok || version != "HTTP/1.1" || method != http.MethodPost && method != http.MethodGet {
		return nil, false
	}
	path, _, _ := strings.Cut(target, "?")
	if !isForQueries(path) || !printable(target) {
		return nil, false
	}
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return nil, false
	}
	return &http.Request{Method: method, URL: u, RequestURI: target, Proto: version, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}}, true
}

// field takes a field of the head in. It is false where that asks for more than
// the lane does.
func (h *laneRequestHead) field(line []byte) bool {
	colon := bytes.IndexByte(line, ':')
	if colon < 1 || !token(line[:colon]) {
		return false
	}
	name := textproto.CanonicalMIMEHeaderKey(string(line[:colon]))
	value := string(bytes.Trim(line[colon+1:], " \t"))
	if !printable(value) {
		return false
	}
	switch name {
	case "Host":
		if h.request.Host != "" || !plainHost(value) {
			return false
		}
		h.request.Host = value
		return true // as net/http has it, it is no header
	case "Content-Length":
		n, ok := whole([]byte(value))
		if !ok || h.number != 0 {
			return false
		}
		h.length = n
		h.number = h.offset(line) + bytes.Index(line, []byte(value))
		h.past = h.number + len(value)
	case "Connection":
		switch {
		case strings.EqualFold(value, "close"):
			h.request.Close = true
		case !strings.EqualFold(value, "keep-alive"):
			return false
		}
	case "Accept":
		if strings.Contains(strings.ToLower(value), "text/event-stream") {
			return false
		}
	case "Transfer-Encoding", "Te", "Trailer", "Upgrade", "Expect", "Content-Encoding", "Pragma", "Keep-Alive", "Proxy-Connection", "Http2-Settings":
		return false
	}
	h.request.Header[name] = append(h.request.Header[name], value)
	return true
}

// offset is where in the head a line of it stands.
func (h *laneRequestHead) offset(line []byte) int { return cap(h.text) - cap(line) }

// whole reads a number of at most seven digits.
func whole(digits []byte) (n int, ok bool) {
	if len(digits) == 0 || len(digits) > 7 {
		return 0, false
	}
	for _, d := range digits {
		if d < '0' || d > '9' {
			return 0, false
		}
		n = 10*n + int(d-'0')
	}
	return n, true
}

// printable tells whether text is of visible ASCII characters and blanks, as
// nearly all heads are; net/http knows what to make of others.
func printable(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// token tells whether text is a name of a field, in letters, digits and dashes.
func token(text []byte) bool {
	for _, c := range text {
		if c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// plainHost tells whether a host is a name or an address, with or without a port.
func plainHost(host string) bool {
	for i := range len(host) {
		c := host[i]
		if c != '.' && c != ':' && c != '-' && c != '[' && c != ']' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return host != ""
}
