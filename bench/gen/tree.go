package gen

import "fmt"

// tree is the hierarchy of regions: provinces, then all prefectures, then all
// counties, each as many below each as told.
type tree struct{ provinces, prefecturesEach, countiesEach uint32 }

// newTree is as large as China's divisions, and smaller for small graphs.
func newTree(entities int) tree {
	if entities < 50_000 {
		return tree{31, 2, 2}
	}
	return tree{31, 11, 9}
}

func (t tree) size() int {
	_, to := t.counties()
	return int(to)
}

func (t tree) prefectures() (from, to uint32) {
	return t.provinces, t.provinces * (1 + t.prefecturesEach)
}

func (t tree) counties() (from, to uint32) {
	_, from = t.prefectures()
	return from, from + t.provinces*t.prefecturesEach*t.countiesEach
}

func (t tree) above(region uint32) uint32 {
	prefecture, county := t.provinces, t.provinces*(1+t.prefecturesEach)
	switch {
	case region < prefecture:
		return Nowhere
	case region < county:
		return (region - prefecture) / t.prefecturesEach
	}
	return prefecture + (region-county)/t.countiesEach
}

func (t tree) province(region uint32) uint32 {
	for up := t.above(region); up != Nowhere; up = t.above(region) {
		region = up
	}
	return region
}

// code is the six digits of a region: two each for province, prefecture and
// county. Provinces begin at 11, as those of GB/T 2260 do.
func (t tree) code(region uint32) string {
	prefecture, _ := t.prefectures()
	county, _ := t.counties()
	switch {
	case region < prefecture:
		return fmt.Sprintf("%02d0000", 11+region)
	case region < county:
		i := region - prefecture
		return fmt.Sprintf("%02d%02d00", 11+i/t.prefecturesEach, 1+i%t.prefecturesEach)
	}
	i := region - county
	p := i / t.countiesEach
	return fmt.Sprintf("%02d%02d%02d", 11+p/t.prefecturesEach, 1+p%t.prefecturesEach, 1+i%t.countiesEach)
}
