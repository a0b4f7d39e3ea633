//go:build !linux

package drive

import "time"

// CPU is 0: only Linux lets a process read the clock of another.
func (s *Server) CPU() time.Duration { return 0 }
