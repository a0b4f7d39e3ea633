package library

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// cpu reports the processor time of an operation. Call it, and what it gives
// when the loop is over.
func cpu(b *testing.B) func() {
	b.Helper()
	b.ReportAllocs()
	runtime.LockOSThread()
	before := threadTime()
	return func() {
		b.ReportMetric(float64(threadTime()-before)/float64(b.N), "cpu-ns/op")
		runtime.UnlockOSThread()
	}
}

func threadTime() time.Duration {
	const thread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if syscall.Getrusage(thread, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
