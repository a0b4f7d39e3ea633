package topology

import (
	"runtime"
	"syscall"
)

// Trim gives back the memory that pages of the file take because they were read.
// The system keeps them in its cache while it has room, so that what is read
// again is not read from the disk.
func (l *Live) Trim() error {
	s := l.Pin()
	if s == nil || len(s.base.mapping) == 0 {
		return nil
	}
	err := syscall.Madvise(s.base.mapping, syscall.MADV_DONTNEED)
	runtime.KeepAlive(s) // the mapping goes with the last snapshot over it
	return err
}
