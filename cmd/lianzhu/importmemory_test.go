package main

import (
	"math"
	"runtime/debug"
	"testing"
)

func TestTheHeapOfAnImportIsBound(t *testing.T) {
	for name, c := range map[string]struct{ live, most, want int64 }{
		"little is held": {100 << 20, math.MaxInt64, importMemory},
		"as much is held as leaves no room below it": {1000 << 20, math.MaxInt64, 1408 << 20},
		"the operator's bound is lower":              {1000 << 20, 512 << 20, 512 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			if got := boundFor(c.live, c.most); got != c.want {
				t.Errorf("the bound is %d MB, not %d", got>>20, c.want>>20)
			}
		})
	}
}

func TestAnImportLeavesTheBoundsOfMemoryAsTheyWere(t *testing.T) {
	percent := debug.SetGCPercent(123)
	limit := debug.SetMemoryLimit(700 << 20)
	defer func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) }()
	a := app{getenv: func(string) string { return "" }}
	bound := a.boundHeap()
	if got := debug.SetMemoryLimit(-1); got != 700<<20 {
		t.Errorf("a lower bound became %d MB", got>>20)
	}
	bound.follow()
	bound.end()
	if got := debug.SetMemoryLimit(-1); got != 700<<20 {
		t.Errorf("the bound is %d MB afterwards", got>>20)
	}
	if got := debug.SetGCPercent(123); got != 123 {
		t.Errorf("the heap may grow by %d %% afterwards", got)
	}
}

func TestAnOperatorWhoSetsGOGCIsHeeded(t *testing.T) {
	before := debug.SetGCPercent(77)
	defer debug.SetGCPercent(before)
	a := app{getenv: func(string) string { return "77" }}
	bound := a.boundHeap()
	bound.follow()
	bound.end()
	if got := debug.SetGCPercent(77); got != 77 {
		t.Errorf("the heap may grow by %d %%", got)
	}
}
