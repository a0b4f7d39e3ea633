package server

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are in memory, so that time is the
// test's own.
type pipes struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080} }

// dial opens a connection and sends a text over it.
func (p *pipes) dial(t *testing.T, text string) net.Conn {
	t.Helper()
	client, server := net.Pipe()
	p.conns <- server
	t.Cleanup(func() { client.Close() })
	if _, err := io.WriteString(client, text); err != nil {
		t.Fatal(err)
	}
	return client
}

// start runs a server over pipes and gives the function that stops it and tells
// how it ended.
func start(t *testing.T, config Config) (*pipes, func() error) {
	t.Helper()
	s, _ := newServer(config)
	ctx, stop := context.WithCancel(t.Context())
	ln, ended := newPipes(), make(chan error, 1)
	go func() { ended <- s.Run(ctx, ln) }()
	return ln, func() error {
		stop()
		return <-ended
	}
}

const post = "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Request-ID: r\r\nContent-Length: 4\r\n"

// TestSlowClients is the table of what is sent before a client falls silent, and
// when its connection ends.
func TestSlowClients(t *testing.T) {
	for name, c := range map[string]struct {
		sent  string
		after time.Duration
		reads string // what the answer contains
	}{
		"a header that never ends":                 {"POST /graphql HTTP/1.1\r\nHost: ", 5 * time.Second, ""},
		"nothing at all":                           {"", 5 * time.Second, ""},
		"a body that never ends":                   {post + "\r\nbo", 30 * time.Second, "408 Request Timeout"},
		"a request, and then nothing":              {post + "\r\nbody", 60 * time.Second, "r body"},
		"a request that ends its connection":       {post + "Connection: close\r\n\r\nbody", 0, "r body"},
		"a header that is too large, in one piece": {"GET /graphql?" + strings.Repeat("x", 100<<10), 0, "431"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ln, stop := start(t, Config{})
				began := time.Now()
				client, server := net.Pipe()
				defer client.Close()
				ln.conns <- server
				go io.WriteString(client, c.sent) // fails where the server hangs up first
				answer, _ := io.ReadAll(client)
				if took := time.Since(began); took < c.after || took > c.after+time.Second {
					t.Errorf("the connection ended after %v, want %v", took, c.after)
				}
				if !strings.Contains(string(answer), c.reads) {
					t.Errorf("the answer is %q", answer)
				}
				if err := stop(); err != nil {
					t.Errorf("the server ended with %v", err)
				}
			})
		})
	}
}

func TestTheBodysDeadlineDoesNotEndARequestThatIsBeingAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			select {
			case <-time.After(50 * time.Second):
				io.WriteString(w, "answered")
			case <-r.Context().Done():
			}
		})
		ln, stop := start(t, Config{GraphQL: slow})
		client := ln.dial(t, post+"\r\nbody")
		resp, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if string(body) != "answered" || err != nil {
			t.Errorf("got %q, %v", body, err)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestAClientThatDoesNotReadIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed := make(chan error, 1)
		long := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			_, err := w.Write(make([]byte, 1<<20))
			failed <- err
		})
		ln, stop := start(t, Config{GraphQL: long, WriteTimeout: 9 * time.Second})
		began := time.Now()
		ln.dial(t, post+"\r\nbody")
		if err := <-failed; err == nil || time.Since(began) != 9*time.Second {
			t.Errorf("the write ended with %v after %v", err, time.Since(began))
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestShutdownLetsRequestsFinishAndSaysSoToProbes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			<-release
			io.WriteString(w, "finished")
		})
		s, _ := newServer(Config{GraphQL: slow, Drain: 4 * time.Second, Grace: time.Minute})
		ctx, stop := context.WithCancel(t.Context())
		ln, ended := newPipes(), make(chan error, 1)
		go func() { ended <- s.Run(ctx, ln) }()

		working := ln.dial(t, "GET /graphql HTTP/1.1\r\nHost: localhost\r\n\r\n")
		synctest.Wait()
		stop()
		synctest.Wait()
		probe := ln.dial(t, "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
		answer, err := io.ReadAll(probe)
		if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 503") || !strings.Contains(string(answer), "stopping") {
			t.Errorf("the probe reads %q, %v", answer, err)
		}
		time.Sleep(5 * time.Second) // of the test's own time: the drain is over
		select {
		case <-ln.closed:
		default:
			t.Error("the server still listens")
		}
		select {
		case err := <-ended:
			t.Fatalf("the server ended with %v before the request did", err)
		default:
		}
		close(release)
		resp, err := http.ReadResponse(bufio.NewReader(working), nil)
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(resp.Body); string(body) != "finished" || err != nil {
			t.Errorf("the request under way reads %q, %v", body, err)
		}
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
}

func TestShutdownCutsOffWhatDoesNotFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left error
		endless := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			left = r.Context().Err()
		})
		ln, stop := start(t, Config{GraphQL: endless, Grace: 3 * time.Second})
		ln.dial(t, "GET /graphql HTTP/1.1\r\nHost: localhost\r\n\r\n")
		synctest.Wait()
		began := time.Now()
		err := stop()
		if err == nil || !strings.Contains(err.Error(), "cut off") || time.Since(began) != 3*time.Second {
			t.Errorf("the server ended with %v after %v", err, time.Since(began))
		}
		if !errors.Is(left, context.Canceled) {
			t.Errorf("the handler was left with %v", left)
		}
	})
}

func TestShutdownSaysWhenAHandlerDoesNotEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		deaf := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release })
		ln, stop := start(t, Config{GraphQL: deaf, Grace: 3 * time.Second})
		ln.dial(t, "GET /graphql HTTP/1.1\r\nHost: localhost\r\n\r\n")
		synctest.Wait()
		if err := stop(); err == nil || !strings.Contains(err.Error(), "left behind") {
			t.Errorf("the server ended with %v", err)
		}
		close(release)
	})
}

func TestRunTellsWhyItCannotServe(t *testing.T) {
	ln := newPipes()
	ln.Close()
	s, _ := newServer(Config{})
	if err := s.Run(t.Context(), ln); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestARealConnection(t *testing.T) {
	s, _ := newServer(Config{})
	ln, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, ln) }()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Post(fmt.Sprintf("http://%s/graphql", ln.Addr()), "application/json", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "made body" {
		t.Errorf("got %q, %v", body, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("the server ended with %v", err)
	}
}
