package dataset

import "iter"

// Bounds of what is read ahead: lines go over in parcels of so many at most, or
// of so many bytes in their files, and so many parcels wait.
const (
	parcelLines = 256
	parcelSize  = 1 << 20
	parcels     = 4
)

// met is a line, or what there was in its place.
type met struct {
	line Line
	err  error
}

// ahead yields what lines yield, and lets another goroutine read on meanwhile.
// Whoever ends it early does not wait for that goroutine, which may be waiting
// for input; it ends when it has the next line.
func ahead(lines iter.Seq2[Line, error]) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		over, waiting := make(chan struct{}), make(chan []met, parcels)
		defer close(over)
		go func() {
			defer close(waiting)
			readAhead(lines, waiting, over)
		}()
		for parcel := range waiting {
			for i := range parcel {
				if !yield(parcel[i].line, parcel[i].err) {
					return
				}
			}
		}
	}
}

// readAhead sends lines until they end, or over is closed.
func readAhead(lines iter.Seq2[Line, error], to chan<- []met, over <-chan struct{}) {
	var parcel []met
	size := 0
	send := func() bool {
		select {
		case to <- parcel:
			parcel, size = nil, 0
			return true
		case <-over:
			return false
		}
	}
	for line, err := range lines {
		if parcel == nil {
			parcel = make([]met, 0, parcelLines)
		}
		parcel = append(parcel, met{line, err})
		if size += line.Size; len(parcel) < parcelLines && size < parcelSize {
			continue
		}
		if !send() {
			return
		}
	}
	if len(parcel) > 0 {
		send()
	}
}
