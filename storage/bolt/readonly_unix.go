//go:build unix

package bolt

import "syscall"

// errReadOnlyDisk is how the system says that a whole disk is not to be written.
const errReadOnlyDisk = syscall.EROFS
