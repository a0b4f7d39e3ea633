package endpoint

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// countedServer serves the toy, and counts how often an operation is executed for
// an event. The event "bad" fails.
func countedServer(t *testing.T, o Options) (*httptest.Server, *clock, *atomic.Int64) {
	t.Helper()
	toy, clock, executed := newToy(t), newClock(), new(atomic.Int64)
	toy.resolvers["Subscription.ticks"] = func(ctx context.Context, _ map[string]any) (any, error) {
		text := ctx.Value(tickKey{})
		if text != nil {
			executed.Add(1)
		}
		if text == "bad" {
			return nil, errors.New("secret")
		}
		return text, nil
	}
	stop := make(chan struct{})
	o.Subscribe, o.Stop = clock.subscribe, stop
	o.RequestID = func(context.Context) string { return "the request" }
	server := httptest.NewServer(New(toy, o))
	t.Cleanup(func() {
		close(stop)
		server.CloseClientConnections()
		server.Close()
	})
	return server, clock, executed
}

func TestWhoAsksTheSameIsToldOfAnEventByOneExecution(t *testing.T) {
	server, clock, executed := countedServer(t, Options{})
	var same []*readEvents
	for range 20 {
		same = append(same, openEvents(t, server.URL, "subscription { ticks }"))
	}
	other := openEvents(t, server.URL, "subscription { mine: ticks }")
	clock.opened(21)
	for i := range 3 {
		text := fmt.Sprintf("event %d", i)
		clock.tick(text)
		for _, events := range same {
			events.want(t, "next", `"ticks":"`+text+`"`, `"seen":"`+text+`"`, `"requestId":"the request"`)
		}
		other.want(t, "next", `"mine":"`+text+`"`)
	}
	if got := executed.Load(); got != 6 {
		t.Errorf("3 events were executed %d times for two questions", got)
	}
}

func TestAnEventThatFailsIsToldToEachByItself(t *testing.T) {
	server, clock, executed := countedServer(t, Options{})
	a, b := openEvents(t, server.URL, "subscription { ticks }"), openEvents(t, server.URL, "subscription { ticks }")
	clock.opened(2)
	for _, text := range []string{"bad", "good"} {
		clock.tick(text)
		for _, events := range []*readEvents{a, b} {
			if got := events.want(t, "next"); strings.Contains(got.data, `"INTERNAL"`) != (text == "bad") || strings.Contains(got.data, "secret") {
				t.Errorf("the event %q is told as %s", text, got.data)
			}
		}
	}
	if got := executed.Load(); got != 3 {
		t.Errorf("a failure for each and an event for both are %d executions", got)
	}
}

func TestAnAudienceKeepsLittleAndOnlyWhileThereAreSeveral(t *testing.T) {
	var all audiences
	x := &execution{variables: map[string]any{"a": "b"}}
	one, two := all.join(x, &ticking{}), all.join(x, &ticking{})
	if one != two || all.join(&execution{variables: map[string]any{"a": "c"}}, &ticking{}) == one {
		t.Fatal("who asks the same is not who asks with the same variables")
	}
	for i := range 2_000 {
		told, first := one.tell(i)
		if !first {
			t.Fatalf("event %d was told before", i)
		}
		told.ans, told.whole = answer{data: make([]byte, 8<<10)}, true
		one.finish(i, told)
	}
	if len(one.told) != toldBytes/(8<<10) || one.bytes > toldBytes || len(one.order) != len(one.told) {
		t.Errorf("%d answers of %d bytes are kept, in an order of %d", len(one.told), one.bytes, len(one.order))
	}
	all.leave(one)
	if told, first := two.tell("new"); told != nil || first {
		t.Error("an event is kept for somebody who is alone")
	}
	all.leave(two)
	if len(all.open) != 1 {
		t.Errorf("%d audiences are left where one has a listener", len(all.open))
	}
}
