package main

import (
	"errors"
	"log/slog"
	"os"
	"testing"
	"time"
)

func TestPagesAreGivenBackBeyondTheirBound(t *testing.T) {
	cases := []struct {
		sentence string
		mapped   int64
		known    bool
		trims    int
	}{
		{"nothing within the bound", mostMapped, true, 0},
		{"all files beyond it", mostMapped + 1, true, 2},
		{"nothing where the system does not tell", mostMapped + 1, false, 0},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			trims := 0
			trim := func() error { trims++; return errors.New("the first must not keep the second from it") }
			p := pages{log: slog.New(slog.DiscardHandler), mapped: func() (int64, bool) { return c.mapped, c.known }, trims: []func() error{trim, trim}}
			tick, stop := make(chan time.Time), make(chan struct{})
			done := make(chan struct{})
			go func() { p.watch(tick, stop); close(done) }()
			tick <- time.Time{}
			close(stop)
			<-done
			if trims != c.trims {
				t.Errorf("%d trims, want %d", trims, c.trims)
			}
		})
	}
}

func TestTheThirdNumberOfStatmCounts(t *testing.T) {
	if got, ok := sharedOf([]byte("900 50 7 1 0 30 0\n")); !ok || got != 7*int64(os.Getpagesize()) {
		t.Errorf("got %d %v", got, ok)
	}
	for _, line := range []string{"", "1 2", "1 2 x"} {
		if _, ok := sharedOf([]byte(line)); ok {
			t.Errorf("%q is read", line)
		}
	}
}
