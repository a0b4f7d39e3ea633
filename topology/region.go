package topology

import (
	"strconv"

	"lianzhu/graph"
)

// CodeScheme is the identifier scheme whose values number regions.
const CodeScheme = "GB/T 2260"

// regionOf is e's code of GB/T 2260 as a number of six digits, or 0 where e is
// no region or has none. The codes of provinces (two digits) and prefectures
// (four) may be written short.
func regionOf(e *graph.Entity) uint32 {
	if e.Kind != graph.KindRegion {
		return 0
	}
	code := e.Identifier(CodeScheme)
	n, err := strconv.ParseUint(code, 10, 32)
	if err != nil || n == 0 {
		return 0
	}
	switch len(code) {
	case 2:
		return uint32(n) * 10_000
	case 4:
		return uint32(n) * 100
	case 6:
		return uint32(n)
	}
	return 0
}

// RegionSpan is the range of codes, both ends counted, that a region and all
// regions below it have: 620000 to 629999 for the province 620000, 621200 to
// 621299 for the prefecture 621200, and a county's own code. It speaks of the
// list of codes; what the graph itself says is below a region tells
// [Walk.Below].
func RegionSpan(code uint32) (lo, hi uint32) {
	switch {
	case code == 0:
		return 1, 0
	case code%10_000 == 0:
		return code, code + 9_999
	case code%100 == 0:
		return code, code + 99
	}
	return code, code
}
