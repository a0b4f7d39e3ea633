package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"strconv"
	"time"
)

// mostMapped is how many bytes of mapped files the server keeps as its own
// memory; beyond that it gives their pages back. They stay in the system's cache
// as long as that has room, so what it costs to use one again is a fault, not a
// read.
const mostMapped = 320 << 20

// lookAtMapped is how often it looks. A look costs some microseconds.
const lookAtMapped = 100 * time.Millisecond

// pages watches how much of mapped files is in memory.
type pages struct {
	log    *slog.Logger
	mapped func() (bytes int64, ok bool)
	trims  []func() error
}

// watch looks at every tick until stop is closed.
func (p *pages) watch(tick <-chan time.Time, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-tick:
			p.look()
		}
	}
}

// look gives pages back where they are too many.
func (p *pages) look() {
	if mapped, ok := p.mapped(); !ok || mapped <= mostMapped {
		return
	}
	var errs []error
	for _, trim := range p.trims {
		errs = append(errs, trim())
	}
	if err := errors.Join(errs...); err != nil {
		p.log.Debug("pages of mapped files stay in memory", "reason", err)
	}
}

// mappedMemory is how much of mapped files the process has in memory; not ok
// where the system does not tell. The third number of statm counts shared pages,
// as proc(5) says.
func mappedMemory() (int64, bool) {
	line, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, false
	}
	return sharedOf(line)
}

// sharedOf reads a line of statm.
func sharedOf(line []byte) (int64, bool) {
	fields := bytes.Fields(line)
	if len(fields) < 3 {
		return 0, false
	}
	n, err := strconv.ParseInt(string(fields[2]), 10, 64)
	return n * int64(os.Getpagesize()), err == nil
}
