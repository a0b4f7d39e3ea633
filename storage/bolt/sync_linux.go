package bolt

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncData waits until what was written to f is on the disk.
func syncData(f *os.File) error {
	for {
		if err := unix.Fdatasync(int(f.Fd())); err != unix.EINTR {
			return err
		}
	}
}
