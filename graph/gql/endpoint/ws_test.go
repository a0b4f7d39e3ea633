package endpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// client is a WebSocket as a client holds it.
type client struct {
	testing.TB
	conn *websocket.Conn
}

func dial(t testing.TB, url string) *client {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: []string{subprotocol}})
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(-1)
	t.Cleanup(func() { conn.CloseNow() })
	return &client{t, conn}
}

// greet dials and is acknowledged.
func greet(t testing.TB, url string) *client {
	t.Helper()
	c := dial(t, url)
	c.send(`{"type":"connection_init"}`)
	c.want(`{"type":"connection_ack"}`)
	return c
}

func (c *client) send(text string) {
	c.Helper()
	if err := c.conn.Write(context.Background(), websocket.MessageText, []byte(text)); err != nil {
		c.Fatal(err)
	}
}

func (c *client) subscribe(id, query string) {
	c.Helper()
	payload, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		c.Fatal(err)
	}
	c.send(fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":%s}`, id, payload))
}

func (c *client) next() string {
	c.Helper()
	_, text, err := c.conn.Read(context.Background())
	if err != nil {
		c.Fatal(err)
	}
	return string(text)
}

// want reads a message that has these parts.
func (c *client) want(parts ...string) string {
	c.Helper()
	got := c.next()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			c.Fatalf("message %s lacks %s", got, part)
		}
	}
	return got
}

// wantClosed reads until the server closes the connection.
func (c *client) wantClosed(code websocket.StatusCode, reason string) {
	c.Helper()
	for {
		_, text, err := c.conn.Read(context.Background())
		if err == nil {
			c.Logf("before it is closed: %s", text)
			continue
		}
		var got websocket.CloseError
		if ok := asClose(err, &got); !ok || got.Code != code || !strings.Contains(got.Reason, reason) {
			c.Errorf("closed with %v, want %d %s", err, code, reason)
		}
		return
	}
}

func asClose(err error, into *websocket.CloseError) bool {
	if websocket.CloseStatus(err) < 0 {
		return false
	}
	for e := err; e != nil; {
		if c, ok := e.(websocket.CloseError); ok {
			*into = c
			return true
		}
		unwrapped, ok := e.(interface{ Unwrap() error })
		if !ok {
			return false
		}
		e = unwrapped.Unwrap()
	}
	return false
}

func TestASocketAnswersOperations(t *testing.T) {
	server, clock, _ := newLiveServer(t, Options{RequestID: func(context.Context) string { return "r7" }})
	c := greet(t, server.URL)
	for _, op := range []struct{ name, query, want string }{
		{"a query", "{ hello }", `{"id":"1","type":"next","payload":{"data":{"hello":"你好"},"extensions":{"cost":1,"requestId":"r7"}}}`},
		{"a mutation", "mutation { bump }", `"data":{"bump":1}`},
	} {
		c.subscribe("1", op.query)
		c.want(op.want)
		c.want(`{"id":"1","type":"complete"}`)
	}
	for _, op := range []struct{ name, query, code string }{
		{"a query that is not valid", "{ nope }", "VALIDATION_FAILED"},
		{"a document that is none", "{", "PARSE_FAILED"},
		{"a subscription that cannot be opened", "subscription { fails }", "INTERNAL"},
		{"a query that costs too much", "{ items(first: 500) { nodes { items(first: 500) { total } } } }", "LIMIT"},
	} {
		c.subscribe("1", op.query)
		c.want(`{"id":"1","type":"error","payload":[{`, `"code":"`+op.code+`"`, `"requestId":"r7"`)
	}
	c.subscribe("1", "subscription { ticks }")
	clock.opened(2) // with the one that failed
	clock.tick("one")
	c.want(`{"id":"1","type":"next","payload":{"data":{"ticks":"one"},`)
	clock.stop()
	c.want(`{"id":"1","type":"error"`)
}

func TestOperationsOfASocketDoNotWaitForEachOther(t *testing.T) {
	server, clock, _ := newLiveServer(t, Options{})
	c := greet(t, server.URL)
	c.subscribe("a", "subscription { ticks }")
	c.subscribe("b", "subscription { again: ticks }")
	clock.opened(2)
	c.subscribe("q", "{ hello }")
	c.want(`"id":"q","type":"next"`)
	c.want(`"id":"q","type":"complete"`)
	clock.tick("one")
	got := c.next() + c.next()
	for _, want := range []string{`"id":"a"`, `"ticks":"one"`, `"id":"b"`, `"again":"one"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
}

func TestWhatAClientCompletesIsAnsweredNoMore(t *testing.T) {
	server, clock, _ := newLiveServer(t, Options{})
	c := greet(t, server.URL)
	c.subscribe("1", "subscription { ticks }")
	clock.opened(1)
	clock.tick("one")
	c.want(`"ticks":"one"`)
	c.send(`{"id":"1","type":"complete"}`)
	c.send(`{"id":"unheard of","type":"complete"}`)
	<-clock.gone
	clock.tick("two")
	c.subscribe("1", "{ hello }") // the id is free again
	c.want(`"id":"1","type":"next"`, "你好")
	c.want(`"id":"1","type":"complete"`)
}

func TestPings(t *testing.T) {
	server, _, _ := newLiveServer(t, Options{})
	c := dial(t, server.URL)
	c.send(`{"type":"ping"}`)
	c.want(`{"type":"pong"}`)
	c.send(`{"type":"ping","payload":{"at":7}}`)
	c.want(`{"type":"pong","payload":{"at":7}}`)
	c.send(`{"type":"pong"}`)
	c.send(`{"type":"connection_init","payload":null}`)
	c.want(`{"type":"connection_ack"}`)
}

func TestABreachOfTheProtocolClosesTheSocket(t *testing.T) {
	server, _, _ := newLiveServer(t, Options{Limits: Limits{MessageBytes: 1000}})
	const begin = `{"type":"connection_init"}`
	for _, c := range []struct {
		name string
		sent []string
		code websocket.StatusCode
		says string
	}{
		{"a message that is no JSON", []string{"x"}, 4400, "JSON"},
		{"a message that is no object", []string{"[]"}, 4400, "JSON"},
		{"a type that is a number", []string{`{"type":7}`}, 4400, "JSON"},
		{"a type that is none", []string{`{"type":"start"}`}, 4400, "type"},
		{"a message of the server", []string{`{"type":"next","id":"1"}`}, 4400, "type"},
		{"text that is not UTF-8", []string{"\xff"}, 4400, "UTF-8"},
		{"an operation without an id", []string{begin, `{"type":"subscribe","payload":{"query":"{ hello }"}}`}, 4400, "id"},
		{"an operation without a payload", []string{begin, `{"type":"subscribe","id":"1"}`}, 4400, "payload"},
		{"an operation without a query", []string{begin, `{"type":"subscribe","id":"1","payload":{}}`}, 4400, "query"},
		{"variables that are a list", []string{begin, `{"type":"subscribe","id":"1","payload":{"query":"{ hello }","variables":[]}}`}, 4400, "variables"},
		{"an operation before the beginning", []string{`{"type":"subscribe","id":"1","payload":{"query":"{ hello }"}}`}, 4401, "Unauthorized"},
		{"two beginnings", []string{begin, begin}, 4429, "Too many initialisation requests"},
		{"an id twice", []string{begin, `{"type":"subscribe","id":"海尔","payload":{"query":"subscription { ticks }"}}`, `{"type":"subscribe","id":"海尔","payload":{"query":"{ hello }"}}`}, 4409, "Subscriber for 海尔 already exists"},
		{"a message that is too long", []string{`{"type":"` + strings.Repeat("x", 1000) + `"}`}, 1009, "1000 allowed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			socket := dial(t, server.URL)
			for _, text := range c.sent {
				socket.send(text)
			}
			socket.TB = t
			socket.wantClosed(c.code, c.says)
		})
	}
}

func TestMessagesAreText(t *testing.T) {
	server, _, _ := newLiveServer(t, Options{})
	c := dial(t, server.URL)
	if err := c.conn.Write(t.Context(), websocket.MessageBinary, []byte(`{"type":"connection_init"}`)); err != nil {
		t.Fatal(err)
	}
	c.wantClosed(closeBadRequest, "text")
}

func TestALongIDIsClippedInTheReason(t *testing.T) {
	server, _, _ := newLiveServer(t, Options{})
	c := greet(t, server.URL)
	id := strings.Repeat("海", 100)
	c.subscribe(id, "subscription { ticks }")
	c.subscribe(id, "subscription { ticks }")
	c.wantClosed(closeDuplicate, "Subscriber for 海")
}

func TestOtherSubprotocolsAreNotSpoken(t *testing.T) {
	server, _, _ := newLiveServer(t, Options{})
	for _, offered := range [][]string{nil, {"graphql-ws"}} {
		conn, _, err := websocket.Dial(t.Context(), server.URL, &websocket.DialOptions{Subprotocols: offered})
		if err != nil {
			t.Fatal(err)
		}
		(&client{t, conn}).wantClosed(closeSubprotocol, "Subprotocol not acceptable")
	}
}

func TestAClientThatDoesNotBeginIsClosed(t *testing.T) {
	server, _, _ := newLiveServer(t, Options{Limits: Limits{InitTime: time.Millisecond}})
	dial(t, server.URL).wantClosed(closeInitTimeout, "Connection initialisation timeout")
}

func TestAClientOfAnotherSiteIsRefused(t *testing.T) {
	server, _, _ := newLiveServer(t, Options{})
	_, resp, err := websocket.Dial(t.Context(), server.URL, &websocket.DialOptions{Subprotocols: []string{subprotocol}, HTTPHeader: http.Header{"Origin": {"http://evil.example"}}})
	if err == nil || resp == nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("it is answered with %v, %v", resp, err)
	}
}

func TestAHandshakeThatIsNoneIsRefused(t *testing.T) {
	server, _, _ := newLiveServer(t, Options{})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Upgrade", "websocket")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("status %d", resp.StatusCode)
	}
}

func TestSocketsAndTheirOperationsAreBounded(t *testing.T) {
	server, clock, _ := newLiveServer(t, Options{Limits: Limits{Sockets: 1, SocketOperations: 2}})
	c := greet(t, server.URL)
	_, resp, err := websocket.Dial(t.Context(), server.URL, &websocket.DialOptions{Subprotocols: []string{subprotocol}})
	if err == nil || resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("a second socket is answered with %v, %v", resp, err)
	}
	c.subscribe("1", "subscription { ticks }")
	c.subscribe("2", "subscription { ticks }")
	clock.opened(2)
	c.subscribe("3", "{ hello }")
	c.want(`"id":"3","type":"error"`, `"code":"LIMIT"`, `"limit":"socketOperations"`, `"max":2`)
	clock.tick("one")
	c.want(`"ticks":"one"`)
	c.want(`"ticks":"one"`)
}

func TestClientsAreToldThatTheServerStops(t *testing.T) {
	server, clock, stop := newLiveServer(t, Options{})
	idle, busy := greet(t, server.URL), greet(t, server.URL)
	busy.subscribe("1", "subscription { ticks }")
	clock.opened(1)
	stop()
	idle.wantClosed(websocket.StatusGoingAway, "stopping")
	busy.wantClosed(websocket.StatusGoingAway, "stopping")
}

func TestAClientIsAskedForASignOfLife(t *testing.T) {
	server, clock, _ := newLiveServer(t, Options{Limits: Limits{KeepAlive: time.Millisecond, WriteTime: time.Minute}})
	pings := make(chan struct{}, 1000)
	conn, _, err := websocket.Dial(t.Context(), server.URL, &websocket.DialOptions{Subprotocols: []string{subprotocol}, OnPingReceived: func(context.Context, []byte) bool {
		pings <- struct{}{}
		return true
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	c := &client{t, conn}
	c.send(`{"type":"connection_init"}`)
	c.want("connection_ack")
	c.subscribe("1", "subscription { ticks }")
	clock.opened(1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _, _ = conn.Read(context.Background()) // answers pings until an event comes
	}()
	for range 3 {
		<-pings
	}
	clock.tick("one")
	<-done
}

// As with server-sent events: when the slow reader reads on, it finds why there
// is no more and where to go on. Its socket carries two subscriptions, which
// both learn it.
func TestASocketThatIsNotReadIsDroppedAndTheOthersAreNot(t *testing.T) {
	drops := newDropLog()
	server, clock, _ := newLiveServer(t, Options{Log: slog.New(drops), Limits: Limits{QueueMessages: 4, Patience: 100 * time.Millisecond, WriteTime: time.Minute}})
	slow, quick := greet(t, server.URL), greet(t, server.URL)
	slow.subscribe("a", "subscription { ticks }")
	slow.subscribe("b", "subscription { ticks }")
	clock.opened(2)
	quick.subscribe("1", "subscription { ticks }")
	clock.opened(1)
	payload := strings.Repeat("x", 64<<10)
	for n, dropped := 0, false; !dropped; n++ {
		clock.tick(payload)
		quick.want(payload)
		select {
		case <-drops.dropped:
			dropped = true
		default:
		}
		if n == 9_000 {
			t.Fatal("the slow reader is not dropped")
		}
	}
	told := ""
	for {
		_, text, err := slow.conn.Read(context.Background())
		if err != nil {
			var closed websocket.CloseError
			if !asClose(err, &closed) || closed.Code != websocket.StatusTryAgainLater || !strings.Contains(closed.Reason, "slow reader") {
				t.Errorf("the slow reader's socket ends with %v", err)
			}
			break
		}
		if strings.Contains(string(text), `"type":"error"`) {
			told += string(text)
		}
	}
	for _, want := range []string{`"id":"a"`, `"id":"b"`, `"code":"SLOW_READER"`, `"limit":"patience"`, `"after":"xxx`} {
		if !strings.Contains(told, want) {
			t.Errorf("%.300s lacks %s", told, want)
		}
	}
	clock.tick("after")
	quick.want(`"ticks":"after"`)
}

// FuzzASocketSurvivesAnyMessage sends whatever comes to mind.
func FuzzASocketSurvivesAnyMessage(f *testing.F) {
	for _, seed := range []string{"", "x", `{}`, `{"type":"connection_init"}`, `{"type":"subscribe","id":"1","payload":{"query":"{ hello }"}}`,
		`{"type":"subscribe","id":"1","payload":{"query":"{","variables":{"a":1}}}`, `{"type":"complete","id":7}`, `{"type":"ping","payload":[1]}`, "\xff\x00"} {
		f.Add(seed)
	}
	server, _, _ := newLiveServer(f, Options{})
	f.Fuzz(func(t *testing.T, text string) {
		c := greet(t, server.URL)
		c.send(text)
		c.send(`{"type":"ping","payload":"still here"}`)
		for {
			_, got, err := c.conn.Read(context.Background())
			if websocket.CloseStatus(err) >= 4400 || strings.Contains(string(got), "still here") {
				return
			}
			if err != nil {
				t.Fatalf("after %q: %v", text, err)
			}
		}
	})
}
