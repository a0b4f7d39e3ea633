//go:build unix && !solaris && !illumos && !aix

package topology

import (
	"os"
	"syscall"
)

// mapFile shows a file as bytes. unmap gives them back; it must be called only
// when nothing refers to them.
func mapFile(path string) (data []byte, unmap func(), err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	size := int(info.Size())
	if size == 0 || int64(size) != info.Size() || !info.Mode().IsRegular() {
		return nil, func() {}, nil // no snapshot file; parse says so
	}
	data, err = syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, nil, err
	}
	return data, func() { syscall.Munmap(data) }, nil
}
