package main

import (
	"slices"
	"time"

	"lianzhu/bench/ask"
	"lianzhu/bench/drive"
)

// starts is how often S1 starts a server; the median counts.
const starts = 5

// measureStart is S1: from the start of the process to the first answer, with
// the graph loaded. The files are in the memory of the system, as they are when
// a server is restarted.
func (b *bench) measureStart(q *ask.Question) error {
	dir, err := b.copyData(&b.subject, "start")
	if err != nil {
		return err
	}
	var m drive.Measure
	for range starts {
		if err := b.startOnce(dir, q, &m); err != nil {
			return err
		}
	}
	slices.Sort(m.Latencies)
	m.Allocs = -1
	b.note("S1", "lianzhu", 1, m)
	return nil
}

func (b *bench) startOnce(dir string, q *ask.Question, m *drive.Measure) error {
	began := time.Now()
	s, err := b.subject.start(dir, "error")
	if err != nil {
		return err
	}
	defer s.Stop()
	c, err := drive.Dial(s.Addr)
	if err != nil {
		return err
	}
	defer c.Close()
	answer, err := c.Do(drive.Request(s.Addr, "/graphql", q.Body(0)))
	took := time.Since(began)
	if err != nil {
		return err
	}
	if err := q.Check(0, answer); err != nil {
		b.fault(err)
	}
	m.Requests++
	m.Bytes += int64(len(answer))
	m.Elapsed += took
	m.Latencies = append(m.Latencies, took)
	m.CPU += s.CPU()
	return nil
}
