package analytics

import "context"

// Progress is told how far a measure has come. It is called at most a few
// hundred times, by the goroutine that asked for the measure.
type Progress func(done, total int)

// watch looks at the clock and tells of progress while a measure is taken.
type watch struct {
	ctx      context.Context
	progress Progress
	told     int
	calls    int
}

// at is called when so much is done. The error is the context's.
func (w *watch) at(done, total int) error {
	if w.progress != nil && (done == total || done-w.told > total/200) {
		w.told = done
		w.progress(done, total)
	}
	return w.ctx.Err()
}

// now is at for whoever calls it after every thousand steps or so: it looks at
// the clock now and then.
func (w *watch) now(done, total int) error {
	if w.calls++; w.calls%64 != 1 {
		return nil
	}
	return w.at(done, total)
}
