package processor

import (
	"syscall"
	"time"
)

// threadTime is the processor time of this thread.
func threadTime() (spent time.Duration, told bool) {
	const thread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if syscall.Getrusage(thread, &u) != nil {
		return 0, false
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), true
}
