package topology

import (
	"time"

	"lianzhu/graph"
)

// singleYear is the one year in which the days from first to last lie, 0 where
// that is not one, or not known.
func singleYear(first, last int32) int32 {
	if first == graph.DayMin || last == graph.DayMax {
		return 0
	}
	year := time.Unix(int64(first)*86400, 0).UTC().Year()
	if year != time.Unix(int64(last)*86400, 0).UTC().Year() {
		return 0
	}
	return int32(year)
}
