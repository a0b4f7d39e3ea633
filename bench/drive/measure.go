package drive

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Measure is what came of asking for a while.
type Measure struct {
	Requests  int
	Elapsed   time.Duration
	Bytes     int64 // of the answers' bodies
	Latencies []time.Duration
	CPUs      []time.Duration // of the server for each request, where one client asked
	CPU       time.Duration   // of the server for all
	Allocs    float64         // of the server for all; negative: not known
	Refused   int             // requests that were not answered with status 200, nowhere counted else
	Refusal   error           // one of them
}

// PerSecond is how many requests were answered a second.
func (m *Measure) PerSecond() float64 {
	if m.Elapsed <= 0 {
		return 0
	}
	return float64(m.Requests) / m.Elapsed.Seconds()
}

// Add adds what came of asking again.
func (m *Measure) Add(n Measure) {
	m.Requests += n.Requests
	m.Elapsed += n.Elapsed
	m.Bytes += n.Bytes
	m.Latencies = append(m.Latencies, n.Latencies...)
	m.CPUs = append(m.CPUs, n.CPUs...)
	m.CPU += n.CPU
	m.Allocs += n.Allocs // negative stays so
	m.Refused += n.Refused
	if n.Refusal != nil {
		m.Refusal = n.Refusal
	}
}

// Percentile is the least of the values that at least p of a hundred do not
// exceed, or 0 where there are none. It sorts the values.
func Percentile(values []time.Duration, p float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	at := int(p / 100 * float64(len(values)))
	if float64(at) == p/100*float64(len(values)) && at > 0 {
		at--
	}
	return values[min(at, len(values)-1)]
}

// Load is what to ask: requests that [Request] made, taken in turns, by so many
// clients, until the time is over; every client asks at least once.
type Load struct {
	Addr     string
	Requests [][]byte
	// Make, where set, makes a request anew each time, the n-th from 0, in a
	// buffer that it may use.
	Make    func(buffer []byte, n int) []byte
	Clients int
	For     time.Duration
	// CPU, where set, tells what the server has used; with one client it is read
	// around every request.
	CPU func() time.Duration
}

// Drive asks, until ctx ends at the latest. The first connection that fails ends it; a request that is refused
// does not.
func Drive(ctx context.Context, load Load) (Measure, error) {
	clients := make([]*Client, load.Clients)
	for i := range clients {
		c, err := Dial(load.Addr)
		if err != nil {
			return Measure{}, err
		}
		defer c.Close()
		clients[i] = c
	}
	d := driver{Load: load, began: time.Now()}
	defer context.AfterFunc(ctx, func() { d.ended.Store(true) })()
	parts := make([]Measure, len(clients))
	errs := make([]error, len(clients))
	var all sync.WaitGroup
	for i, c := range clients {
		all.Go(func() { parts[i], errs[i] = d.ask(c) })
	}
	all.Wait()
	total := Measure{Elapsed: time.Since(d.began), Allocs: -1}
	for i, part := range parts {
		if errs[i] != nil {
			return total, errs[i]
		}
		part.Elapsed, part.Allocs = 0, 0
		total.Add(part)
	}
	return total, nil
}

type driver struct {
	Load
	began time.Time
	next  atomic.Int64
	ended atomic.Bool
}

// ask asks with one client until the time is over.
func (d *driver) ask(c *Client) (m Measure, err error) {
	each := d.Clients == 1 && d.CPU != nil
	var buffer []byte
	for first := true; first || !d.ended.Load(); first = false {
		n := int(d.next.Add(1) - 1)
		var request []byte
		if d.Make != nil {
			buffer = d.Make(buffer[:0], n)
			request = buffer
		} else {
			request = d.Requests[n%len(d.Requests)]
		}
		var used time.Duration
		if each {
			used = d.CPU()
		}
		sent := time.Now()
		body, err := c.Do(request)
		got := time.Now()
		var refusal *Refusal
		switch {
		case errors.As(err, &refusal):
			m.Refused, m.Refusal = m.Refused+1, err
			if got.Sub(d.began) >= d.For {
				d.ended.Store(true)
			}
			continue
		case err != nil:
			d.ended.Store(true)
			return m, err
		}
		if each {
			m.CPUs = append(m.CPUs, d.CPU()-used)
		}
		m.Requests++
		m.Bytes += int64(len(body))
		m.Latencies = append(m.Latencies, got.Sub(sent))
		if got.Sub(d.began) >= d.For {
			d.ended.Store(true)
		}
	}
	return m, nil
}
