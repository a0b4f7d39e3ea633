package endpoint

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is what the toy's subscriptions hear: every tick goes to each of them.
type clock struct {
	mu       sync.Mutex
	streams  []*ticking
	gone     chan struct{} // gets one for each subscription that ended
	openedCh chan struct{} // gets one for each that was opened
}

func newClock() *clock {
	return &clock{gone: make(chan struct{}, 1000), openedCh: make(chan struct{}, 1000)}
}

// tick gives every subscription another event.
func (c *clock) tick(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.streams {
		s.events <- text
	}
}

// stop ends every subscription.
func (c *clock) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.streams {
		close(s.events)
	}
	c.streams = nil
}

// opened waits for so many subscriptions to be opened.
func (c *clock) opened(n int) {
	for range n {
		<-c.openedCh
	}
}

func (c *clock) subscribe(ctx context.Context, _ Operation, run func(context.Context)) (Stream, error) {
	run(ctx)
	s := &ticking{clock: c, events: make(chan string, 10_000), resume: map[string]any{"after": "the start"}}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.streams = append(c.streams, s)
	c.openedCh <- struct{}{}
	return s, nil
}

// ticking is a Stream.
type ticking struct {
	clock  *clock
	events chan string
	now    string
	resume map[string]any
}

type tickKey struct{}

var errClockStopped = errors.New("the clock has stopped")

func (s *ticking) Next(ctx context.Context) error {
	select {
	case text, ok := <-s.events:
		if !ok {
			return errClockStopped
		}
		s.now, s.resume = text, map[string]any{"after": text}
		return nil
	case <-ctx.Done():
		s.clock.gone <- struct{}{}
		return ctx.Err()
	}
}

func (s *ticking) Around(ctx context.Context, run func(context.Context)) (map[string]any, error) {
	if s.now == "panic" {
		panic("secret of the clock")
	}
	run(context.WithValue(ctx, tickKey{}, s.now))
	return map[string]any{"seen": s.now}, nil
}

func (s *ticking) Resume() map[string]any { return s.resume }

func (s *ticking) Event() any { return s.now }

// newLiveServer serves the toy with a clock. Stop is closed when the test ends.
func newLiveServer(t testing.TB, o Options) (*httptest.Server, *clock, func()) {
	t.Helper()
	toy, clock := newToy(t), newClock()
	toy.resolvers["Subscription.ticks"] = func(ctx context.Context, _ map[string]any) (any, error) {
		return ctx.Value(tickKey{}), nil
	}
	toy.resolvers["Subscription.fails"] = func(context.Context, map[string]any) (any, error) { return nil, errors.New("secret") }
	stop := make(chan struct{})
	stopped := sync.OnceFunc(func() { close(stop) })
	o.Subscribe, o.Stop = clock.subscribe, stop
	server := httptest.NewServer(New(toy, o))
	t.Cleanup(func() {
		stopped()
		server.CloseClientConnections()
		server.Close()
	})
	return server, clock, stopped
}

// dropLog is a log that tells of slow readers.
type dropLog struct {
	slog.Handler
	dropped chan struct{}
}

func newDropLog() *dropLog { return &dropLog{slog.DiscardHandler, make(chan struct{}, 100)} }

func (*dropLog) Enabled(context.Context, slog.Level) bool { return true }

func (d *dropLog) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "slow reader dropped" {
		d.dropped <- struct{}{}
	}
	return nil
}

// sseEvent is an event as a client reads it.
type sseEvent struct {
	event, data string
}

// readEvents reads the events of an answer, comments left out.
type readEvents struct {
	resp *http.Response
	in   *bufio.Reader
}

func openEvents(t testing.TB, url, query string) *readEvents {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", string(mediaEvents))
	return doEvents(t, r)
}

func doEvents(t testing.TB, r *http.Request) *readEvents {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return &readEvents{resp, bufio.NewReader(resp.Body)}
}

// line reads a line.
func (e *readEvents) line() (string, error) {
	line, err := e.in.ReadString('\n')
	return strings.TrimSuffix(line, "\n"), err
}

func (e *readEvents) next(t testing.TB) sseEvent {
	t.Helper()
	var got sseEvent
	for {
		line, err := e.line()
		if err != nil {
			t.Fatalf("the stream ended within an event: %v", err)
		}
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "" && got.event != "":
			return got
		case name == "event":
			got.event = value
		case name == "data":
			got.data = value
		}
	}
}

func (e *readEvents) want(t testing.TB, event string, parts ...string) sseEvent {
	t.Helper()
	got := e.next(t)
	if got.event != event {
		t.Fatalf("event %s %s, want %s", got.event, got.data, event)
	}
	for _, part := range parts {
		if !strings.Contains(got.data, part) {
			t.Fatalf("%s %s lacks %s", got.event, got.data, part)
		}
	}
	return got
}

// wantEnd wants nothing more to come.
func (e *readEvents) wantEnd(t testing.TB) {
	t.Helper()
	rest, err := io.ReadAll(e.in)
	if err != nil || len(rest) > 0 {
		t.Fatalf("after its end the stream has %q, %v", rest, err)
	}
}

func TestEventsAreSentAsTheyCome(t *testing.T) {
	server, clock, _ := newLiveServer(t, Options{RequestID: func(context.Context) string { return "r7" }})
	events := openEvents(t, server.URL, "subscription { ticks }")
	header := events.resp.Header
	for name, want := range map[string]string{"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no", "Cache-Control": "no-store, no-transform", "Content-Encoding": ""} {
		if got := header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	clock.tick("one")
	events.want(t, "next", `"data":{"ticks":"one"}`, `"seen":"one"`, `"requestId":"r7"`)
	clock.tick("two")
	events.want(t, "next", `"data":{"ticks":"two"}`)
	clock.stop()
	events.want(t, "next", `"code":"INTERNAL"`)
	if got := events.want(t, "complete"); got.data != "" {
		t.Errorf("complete has data %q", got.data)
	}
	events.wantEnd(t)
}

func TestEveryOperationIsAnsweredWithEvents(t *testing.T) {
	server, _, _ := newLiveServer(t, Options{})
	for _, c := range []struct{ name, query, want string }{
		{"a query", "{ hello }", `"data":{"hello":"你好"}`},
		{"a mutation", "mutation { bump }", `"data":{"bump":1}`},
		{"a query that is not valid", "{ nope }", `"code":"VALIDATION_FAILED"`},
		{"a document that is none", "{", `"code":"PARSE_FAILED"`},
		{"two streams at once", "subscription { a: ticks b: ticks }", `"code":"VALIDATION_FAILED"`},
		{"a stream of nothing", "subscription { ...F } fragment F on Subscription { ... on Subscription { __typename } }", `"code":"VALIDATION_FAILED"`},
		{"a subscription that cannot be opened", "subscription { fails }", `"code":"INTERNAL"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			events := openEvents(t, server.URL, c.query)
			events.want(t, "next", c.want)
			events.want(t, "complete")
			events.wantEnd(t)
		})
	}
}

func TestWhatIsNoRequestIsRefusedByItsStatus(t *testing.T) {
	server, _, _ := newLiveServer(t, Options{})
	for _, c := range []struct {
		name, method, url, body string
		status                  int
	}{
		{"another method", "PUT", "", "", 405},
		{"a body that is no JSON", "POST", "", "x", 400},
		{"a mutation by GET", "GET", "?query=mutation{bump}", "", 405},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), c.method, server.URL+c.url, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Accept", string(mediaEvents))
			if got := doEvents(t, r).resp.StatusCode; got != c.status {
				t.Errorf("status %d, want %d", got, c.status)
			}
		})
	}
}

func TestABrowserSubscribesByGET(t *testing.T) {
	server, clock, _ := newLiveServer(t, Options{})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"?query=subscription{ticks}", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", string(mediaEvents))
	events := doEvents(t, r)
	clock.tick("one")
	events.want(t, "next", `"ticks":"one"`)
}

func TestAnAnswerOfOneResultIsNoPlaceForASubscription(t *testing.T) {
	h := New(newToy(t), Options{})
	if resp := post(t, h, "subscription { ticks }", nil); resp.code(t) != "VALIDATION_FAILED" || !strings.Contains(resp.Body, subprotocol) || !strings.Contains(resp.Body, string(mediaEvents)) {
		t.Errorf("it is refused with %s", resp.Body)
	}
}

func TestWhoWantsEvents(t *testing.T) {
	for accept, want := range map[string]bool{
		"text/event-stream":                                                     true,
		"text/event-stream, multipart/mixed":                                    true,
		"text/event-stream, */*":                                                true,
		"text/event-stream; q=0.5":                                              true,
		"text/event-stream; q=0":                                                false,
		"application/json, text/event-stream":                                   false,
		"application/json; q=0.4, text/event-stream":                            true,
		"application/graphql-response+json, text/event-stream, multipart/mixed": false,
		"*/*":              false,
		"":                 false,
		"application/json": false,
	} {
		if got := wantsEvents(http.Header{"Accept": {accept}}); got != want {
			t.Errorf("Accept: %s wants events: %v", accept, got)
		}
	}
}

func TestAnIdleClientGetsASignOfLife(t *testing.T) {
	server, clock, _ := newLiveServer(t, Options{Limits: Limits{KeepAlive: time.Millisecond}})
	events := openEvents(t, server.URL, "subscription { ticks }")
	for _, want := range []string{":", "", ":", ""} {
		if line, err := events.line(); err != nil || line != want {
			t.Fatalf("line %q, %v", line, err)
		}
	}
	clock.tick("one")
	events.want(t, "next", `"ticks":"one"`)
}

func TestAClientThatGoesLeavesNothingBehind(t *testing.T) {
	server, clock, _ := newLiveServer(t, Options{Limits: Limits{Subscriptions: 1}})
	for range 3 {
		openWhenFree(t, server.URL, clock).resp.Body.Close()
		<-clock.gone
	}
}

// openWhenFree opens a subscription when there is a place for it, which is a
// moment after another has ended.
func openWhenFree(t *testing.T, url string, clock *clock) *readEvents {
	t.Helper()
	for {
		events := openEvents(t, url, "subscription { ticks }")
		refused := make(chan struct{})
		go func() {
			defer close(refused)
			events.in.Peek(1)
		}()
		select {
		case <-clock.openedCh:
			return events
		case <-refused:
		}
	}
}

func TestSubscriptionsDoNotTakeTheTurnsOfQueries(t *testing.T) {
	server, clock, _ := newLiveServer(t, Options{Limits: Limits{Running: 1, Waiting: 1, Subscriptions: 3}})
	var open []*readEvents
	for range 3 {
		open = append(open, openEvents(t, server.URL, "subscription { ticks }"))
	}
	clock.opened(3)
	openEvents(t, server.URL, "{ hello }").want(t, "next", "你好")
	full := openEvents(t, server.URL, "subscription { ticks }")
	full.want(t, "next", `"code":"LIMIT"`, `"limit":"subscriptions"`, `"max":3`)
	full.want(t, "complete")
	clock.tick("one")
	for _, events := range open {
		events.want(t, "next", `"ticks":"one"`)
	}
}

func TestAnEventThatCannotBeToldIsAnErrorAndTheNextIsTold(t *testing.T) {
	server, clock, _ := newLiveServer(t, Options{})
	events := openEvents(t, server.URL, "subscription { ticks }")
	clock.opened(1)
	clock.tick("panic")
	got := events.want(t, "next", `"code":"INTERNAL"`)
	if strings.Contains(got.data, "secret") {
		t.Errorf("a secret is told: %s", got.data)
	}
	clock.tick("two")
	events.want(t, "next", `"ticks":"two"`)
}

func TestAServerThatStopsTellsItsListenersWhereToGoOn(t *testing.T) {
	server, clock, stop := newLiveServer(t, Options{})
	events := openEvents(t, server.URL, "subscription { ticks }")
	clock.opened(1)
	clock.tick("one")
	events.want(t, "next", `"ticks":"one"`)
	stop()
	events.want(t, "next", `"code":"CLOSED"`, `"after":"one"`)
	events.want(t, "complete")
	events.wantEnd(t)
}

// The slow reader's queue is small and fills while it reads nothing. When it
// reads on it finds what was on its way, and why there is no more. The other has
// got everything meanwhile.
func TestAListenerThatDoesNotReadIsDroppedAndTheOthersAreNot(t *testing.T) {
	drops := newDropLog()
	server, clock, _ := newLiveServer(t, Options{Log: slog.New(drops), Limits: Limits{QueueMessages: 4, Patience: 100 * time.Millisecond}})
	slow := openEvents(t, server.URL, "subscription { ticks }")
	quick := openEvents(t, server.URL, "subscription { ticks }")
	clock.opened(2)
	payload := strings.Repeat("x", 64<<10)
	sent := 0
	for dropped := false; !dropped; sent++ {
		clock.tick(payload)
		quick.want(t, "next", payload)
		select {
		case <-drops.dropped:
			dropped = true
		default:
		}
		if sent == 9_000 {
			t.Fatal("the slow reader is not dropped")
		}
	}
	got := 0
	for {
		event := slow.next(t)
		if strings.Contains(event.data, `"code":"SLOW_READER"`) {
			break
		}
		got++
	}
	slow.want(t, "complete")
	if got >= sent {
		t.Errorf("the slow reader got all %d events, and was dropped", sent)
	}
	clock.mu.Lock()
	clock.streams = clock.streams[1:]
	clock.mu.Unlock()
	clock.tick("after")
	quick.want(t, "next", `"ticks":"after"`)
}
