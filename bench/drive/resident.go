package drive

import "time"

// Resident is the memory of a process, in bytes.
type Resident struct {
	Own    int64 // that nothing but the process has: heap, stacks
	Mapped int64 // of files that it has mapped, which the system takes back when it needs room
}

// All is r as it is usually told.
func (r Resident) All() int64 { return r.Own + r.Mapped }

// Watch looks at the server's memory every so often until it is stopped, which
// gives the most that it had at one time, of its own, and in all, and what it
// has at the end.
func (s *Server) Watch(every time.Duration) (stop func() (own, all, end Resident)) {
	quit, done := make(chan struct{}), make(chan struct{})
	var own, all Resident
	look := func() {
		now := s.Resident()
		if now.Own > own.Own {
			own = now
		}
		if now.All() > all.All() {
			all = now
		}
	}
	go func() {
		defer close(done)
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			look()
			select {
			case <-ticker.C:
			case <-quit:
				return
			}
		}
	}()
	return func() (Resident, Resident, Resident) {
		close(quit)
		<-done
		look()
		return own, all, s.Resident()
	}
}
