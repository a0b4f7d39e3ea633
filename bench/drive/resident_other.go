//go:build !linux

package drive

// Resident is not known here.
func (s *Server) Resident() Resident { return Resident{} }
