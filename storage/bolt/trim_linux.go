package bolt

import (
	"context"
	"syscall"
)

// Trim gives back the memory that pages of the file take because they were read,
// for after the whole file was gone through once. The system keeps them in its
// cache while it has room, so that what is read again is not read from the disk.
func (s *Store) Trim() error {
	if err := s.begin("trim"); err != nil {
		return err
	}
	defer s.use.Done()
	return s.read(context.Background(), func(r *reader) error { // which holds the mapping
		info := r.tx.DB().Info()
		size := uintptr(r.tx.Size()) &^ uintptr(info.PageSize-1)
		if size == 0 {
			return nil
		}
		if _, _, errno := syscall.Syscall(syscall.SYS_MADVISE, info.Data, size, syscall.MADV_DONTNEED); errno != 0 {
			return errno
		}
		return nil
	})
}
