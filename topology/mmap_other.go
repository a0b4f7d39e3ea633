//go:build !unix || solaris || illumos || aix

package topology

import "os"

// mapFile reads a file where the system maps none.
func mapFile(path string) (data []byte, unmap func(), err error) {
	data, err = os.ReadFile(path)
	return data, func() {}, err
}
