package main

import (
	"math"
	"os"
	"runtime/debug"
	"testing"
)

func TestTheHeapGrowsFurtherUnlessTheOperatorHasChosen(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	t.Setenv("GOGC", "50")
	tuneMemory(noFile)
	if got := debug.SetGCPercent(100); got != 100 {
		t.Errorf("with GOGC set, the percentage became %d", got)
	}
	os.Unsetenv("GOGC") // t.Setenv puts it back
	tuneMemory(noFile)
	if got := debug.SetGCPercent(100); got != gcPercent {
		t.Errorf("with GOGC unset, the percentage is %d, not %d", got, gcPercent)
	}
}

func noFile(string) ([]byte, error) { return nil, os.ErrNotExist }

func TestTheHeapStaysWithinItsContainerUnlessTheOperatorHasChosen(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	limit := func(text string) func(string) ([]byte, error) {
		return func(string) ([]byte, error) { return []byte(text), nil }
	}
	debug.SetMemoryLimit(math.MaxInt64)
	t.Setenv("GOMEMLIMIT", "1GiB")
	tuneMemory(limit("1000000000\n"))
	if got := debug.SetMemoryLimit(-1); got != math.MaxInt64 {
		t.Errorf("with GOMEMLIMIT set, the limit became %d", got)
	}
	os.Unsetenv("GOMEMLIMIT") // t.Setenv puts it back
	for _, text := range []string{"max\n", "9223372036854771712\n", "", "lots"} {
		tuneMemory(limit(text))
		if got := debug.SetMemoryLimit(-1); got != math.MaxInt64 {
			t.Errorf("in a container of %q the limit became %d", text, got)
		}
	}
	tuneMemory(limit("1000000000\n"))
	if got := debug.SetMemoryLimit(-1); got != 700_000_000 {
		t.Errorf("in a container of 1 GB the limit is %d", got)
	}
}
