// Package processor tells what a benchmark costs the processor, which the time on
// the clock hardly does where others use the machine, too.
package processor

import (
	"runtime"
	"testing"
)

// Time reports the processor time of an operation of b, in nanoseconds, and its
// allocations. Call it, and what it gives when the loop is over. Where the system
// does not tell it reports the allocations alone.
func Time(b *testing.B) (over func()) {
	b.Helper()
	b.ReportAllocs()
	runtime.LockOSThread()
	before, told := threadTime()
	return func() {
		defer runtime.UnlockOSThread()
		if after, _ := threadTime(); told {
			b.ReportMetric(float64(after-before)/float64(b.N), "cpu-ns/op")
		}
	}
}
