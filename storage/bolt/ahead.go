package bolt

import (
	"os"

	bbolt "go.etcd.io/bbolt"
)

// The end of the file is written ahead of its use. Where a page is written for
// the first time the file system must write down where it keeps it before a sync
// is over, which takes several times as long as to write a page that it has
// already. So now and then a stretch of zeros is written and synced, and the
// commits after it fill that.

// Bounds of what is written ahead: at least that much where less than lead is
// left, an eighth of the file, at most that much. The changes of a larger group
// than smallGroup are written as they come: then it is not the sync that counts.
const (
	lead       = 256 << 10
	leastAhead = 1 << 20
	mostAhead  = 8 << 20
	smallGroup = 256
)

// writtenAhead is how far the file of a database has been written.
type writtenAhead struct {
	db *bbolt.DB
	to int64
}

// prepare writes ahead where the transaction, whose pages begin behind used
// bytes, may come to the end of what is written. What goes wrong is left for the
// commit to meet.
func (a *writtenAhead) prepare(db *bbolt.DB, f *os.File, used int64, most int) {
	if a.db != db {
		*a = writtenAhead{db, used} // what lies behind may never have been written
	}
	if f == nil || used+lead <= a.to {
		return
	}
	begin := max(a.to, used)
	end := begin + min(max(used/8, leastAhead), mostAhead)
	if most > 0 && end > int64(most) {
		return
	}
	zeros := make([]byte, end-begin)
	if _, err := f.WriteAt(zeros, begin); err != nil || f.Sync() != nil {
		return
	}
	a.to = end
}
