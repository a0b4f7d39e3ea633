package main

import (
	"os"
	"runtime/debug"
	"testing"
)

func TestTheHeapGrowsFurtherUnlessTheOperatorHasChosen(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	t.Setenv("GOGC", "50")
	raiseGCPercent()
	if got := debug.SetGCPercent(100); got != 100 {
		t.Errorf("with GOGC set, the percentage became %d", got)
	}
	os.Unsetenv("GOGC") // t.Setenv puts it back
	raiseGCPercent()
	if got := debug.SetGCPercent(100); got != gcPercent {
		t.Errorf("with GOGC unset, the percentage is %d, not %d", got, gcPercent)
	}
}
