package endpoint

import (
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// lone is a listener that has one connection.
type lone chan net.Conn

func (l lone) Accept() (net.Conn, error) {
	conn, ok := <-l
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (l lone) Close() error { return nil }

func (l lone) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

func TestAClientThatNeverAnswersTheCloseIsWaitedForShortly(t *testing.T) {
	toy := newToy(t)
	synctest.Test(t, func(t *testing.T) {
		handler, took := New(toy, Options{}), make(chan time.Duration, 1)
		server := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			began := time.Now()
			handler.ServeHTTP(w, r)
			took <- time.Since(began)
		})}
		client, served := net.Pipe()
		conns := make(lone, 1)
		conns <- served
		go server.Serve(conns)
		go func() { // it speaks another protocol, so it is told the end at once; it reads that and says nothing
			io.WriteString(client, "GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
				"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
			io.Copy(io.Discard, client)
		}()
		if got := <-took; got != time.Second {
			t.Errorf("it was waited for %v, want 1s", got)
		}
		close(conns)
		client.Close()
		server.Close()
	})
}
