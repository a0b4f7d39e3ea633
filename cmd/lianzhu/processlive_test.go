package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

const (
	listen = `subscription { changed { rev } }`
	rename = `mutation($name: String!) { upsertEntity(input: {key: "enterprise:a", kind: ENTERPRISE, names: [{text: $name, lang: EN}]}) { __typename } }`
)

// listenBySocket opens a subscription over a WebSocket.
func (s *process) listenBySocket(ctx context.Context) *websocket.Conn {
	s.Helper()
	c, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(s.url, "http")+"graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { c.CloseNow() })
	for _, message := range []string{`{"type":"connection_init"}`, `{"id":"1","type":"subscribe","payload":{"query":"` + listen + `"}}`} {
		if err := c.Write(ctx, websocket.MessageText, []byte(message)); err != nil {
			s.Fatal(err)
		}
	}
	if _, message, err := c.Read(ctx); err != nil || !strings.Contains(string(message), "connection_ack") {
		s.Fatalf("the socket was answered %s, %v", message, err)
	}
	return c
}

// listenByEvents opens a subscription over server-sent events.
func (s *process) listenByEvents(ctx context.Context) io.Reader {
	s.Helper()
	r, err := http.NewRequestWithContext(ctx, "POST", s.url+"graphql", strings.NewReader(`{"query":"`+listen+`"}`))
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { response.Body.Close() })
	return response.Body
}

// readUntil reads until what was read has text in it, or to the end.
func readUntil(t *testing.T, r io.Reader, text string) string {
	t.Helper()
	var read bytes.Buffer
	piece := make([]byte, 4096)
	for !strings.Contains(read.String(), text) {
		n, err := r.Read(piece)
		if read.Write(piece[:n]); err != nil {
			t.Fatalf("%q does not come; it ended with %v behind %q", text, err, read.String())
		}
	}
	return read.String()
}

// A server that is told to stop ends the subscriptions that are open, each with a
// reason, and goes: who listened on would otherwise be cut off when its time is
// over, which is an error.
func TestAServerThatIsToldToStopTellsItsListenersAndGoes(t *testing.T) {
	s := startServer(t, filepath.Join(t.TempDir(), "data"))
	ctx, give := context.WithCancel(t.Context())
	defer give()
	socket, events := s.listenBySocket(ctx), s.listenByEvents(ctx)
	changed := make(chan struct{})
	go func() { // until both are open, for which there is no sign but an event
		for name := "a"; ; name += "a" {
			select {
			case <-changed:
				return
			default:
			}
			if r, _ := s.ask(rename, map[string]any{"name": name}); len(r.Errors) > 0 {
				t.Error(r.Errors)
				give()
				return
			}
		}
	}()
	_, message, err := socket.Read(ctx)
	if err != nil || !strings.Contains(string(message), `"changed"`) {
		t.Fatalf("the socket was sent %s, %v", message, err)
	}
	readUntil(t, events, `"changed"`)
	close(changed)

	closed := make(chan error, 1)
	go func() { // as clients do, which answer a close with a close
		for {
			if _, _, err := socket.Read(ctx); err != nil {
				closed <- err
				return
			}
		}
	}()
	s.stop()
	err = <-closed
	if code := websocket.CloseStatus(err); code != websocket.StatusGoingAway || !strings.Contains(err.Error(), "stopping") {
		t.Errorf("the socket was closed with %v", err)
	}
	rest, err := io.ReadAll(events)
	if err != nil {
		t.Errorf("the events ended with %v", err)
	}
	last := lastResult(t, string(rest))
	if !strings.HasSuffix(string(rest), "event: complete\ndata: \n\n") || len(last.Errors) != 1 || !strings.Contains(last.Errors[0].Message, "stopping") {
		t.Errorf("the events end with %s", rest)
	}
}

// lastResult is the last result among server-sent events.
func lastResult(t *testing.T, events string) (r reply) {
	t.Helper()
	_, text, _ := cutLast(events, "event: next\ndata: ")
	line, _, _ := strings.Cut(text, "\n")
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		t.Fatalf("the last event is %q: %v", line, err)
	}
	return r
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
