//go:build !unix

package bolt

import "errors"

// errReadOnlyDisk is said by no system here: they answer that there is no
// permission.
var errReadOnlyDisk = errors.New("read-only disk")
