package drive_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lianzhu/bench/drive"
)

func TestPercentilesAreValuesThatWereMeasured(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[99-i] = time.Duration(i + 1)
	}
	for _, c := range []struct {
		values []time.Duration
		p      float64
		want   time.Duration
	}{
		{nil, 50, 0},
		{[]time.Duration{7}, 99, 7},
		{[]time.Duration{2, 1}, 50, 1},
		{[]time.Duration{3, 1, 2}, 50, 2},
		{hundred, 50, 50},
		{hundred, 99, 99},
		{hundred, 100, 100},
	} {
		if got := drive.Percentile(c.values, c.p); got != c.want {
			t.Errorf("p%v of %v is %v, not %v", c.p, c.values, got, c.want)
		}
	}
}

// echo answers with the body it got, with its length or in pieces.
func echo(t *testing.T) (addr string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		switch r.URL.Path {
		case "/pieces":
			for i := range body {
				w.Write(body[i : i+1])
				w.(http.Flusher).Flush()
			}
		case "/refused":
			http.Error(w, "not today", http.StatusTeapot)
		default:
			w.Write(body)
		}
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func TestAClientReadsAnswersOfEveryForm(t *testing.T) {
	addr := echo(t)
	c, err := drive.Dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, path := range []string{"/", "/pieces", "/"} {
		for _, body := range []string{"", "链主", strings.Repeat("x", 300)} {
			got, err := c.Do(drive.Request(addr, path, []byte(body)))
			if err != nil || string(got) != body {
				t.Errorf("%s gave %q for %q, %v", path, got, body, err)
			}
		}
	}
	if _, err := c.Do(drive.Request(addr, "/refused", nil)); err == nil || !strings.Contains(err.Error(), "not today") {
		t.Errorf("a refusal is %v", err)
	}
	if _, err := c.Do(drive.Request(addr, "/", []byte("still there"))); err != nil {
		t.Error(err)
	}
}

func TestEveryClientAsksAndEverythingIsCounted(t *testing.T) {
	addr := echo(t)
	requests := [][]byte{drive.Request(addr, "/", []byte("one")), drive.Request(addr, "/", []byte("three"))}
	m, err := drive.Drive(t.Context(), drive.Load{Addr: addr, Requests: requests, Clients: 4})
	if err != nil {
		t.Fatal(err)
	}
	if m.Requests < 1 || len(m.Latencies) != m.Requests || m.Bytes < 3*int64(m.Requests) || m.Bytes > 5*int64(m.Requests) {
		t.Errorf("%+v", m)
	}
	if m.PerSecond() <= 0 {
		t.Error("no requests a second")
	}
}

func TestRefusalsAreCountedApart(t *testing.T) {
	addr := echo(t)
	requests := [][]byte{drive.Request(addr, "/", []byte("fine")), drive.Request(addr, "/refused", nil)}
	m, err := drive.Drive(t.Context(), drive.Load{Addr: addr, Requests: requests, Clients: 1, For: 20 * time.Millisecond})
	if err != nil || m.Refused == 0 || m.Refusal == nil || m.Requests != len(m.Latencies) || m.Bytes != 4*int64(m.Requests) {
		t.Errorf("%d answers of %d bytes, %d refused, %v, %v", m.Requests, m.Bytes, m.Refused, m.Refusal, err)
	}
}

func TestAServerThatIsNotThereIsAnError(t *testing.T) {
	requests := [][]byte{drive.Request("127.0.0.1:1", "/", nil)}
	if _, err := drive.Drive(t.Context(), drive.Load{Addr: "127.0.0.1:1", Requests: requests, Clients: 1}); err == nil {
		t.Error("it answered")
	}
}

func TestRequestsAreMadeAnew(t *testing.T) {
	addr := echo(t)
	var made atomic.Int64
	m, err := drive.Drive(t.Context(), drive.Load{Addr: addr, Clients: 2, Make: func(b []byte, n int) []byte {
		made.Add(1)
		return append(b, drive.Request(addr, "/", fmt.Append(nil, n%10))...)
	}})
	if err != nil || int(made.Load()) != m.Requests || m.Bytes != made.Load() {
		t.Errorf("%d were made, %+v, %v", made.Load(), m, err)
	}
}

func TestTheEndOfTheContextEndsALoad(t *testing.T) {
	addr := echo(t)
	ctx, cancel := context.WithCancel(t.Context())
	requests := [][]byte{drive.Request(addr, "/", []byte("x"))}
	cancel()
	m, err := drive.Drive(ctx, drive.Load{Addr: addr, Requests: requests, Clients: 2, For: time.Hour})
	if err != nil || m.Requests < 2 {
		t.Errorf("%+v, %v", m, err)
	}
}

func ExamplePercentile() {
	fmt.Println(drive.Percentile([]time.Duration{4 * time.Millisecond, time.Millisecond, 2 * time.Millisecond}, 99))
	// Output: 4ms
}
