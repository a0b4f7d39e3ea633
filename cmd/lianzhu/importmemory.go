package main

import (
	"math"
	"runtime/debug"
	"runtime/metrics"
)

// importPercent is how far the heap may grow between two collections while an
// import runs, and importMemory up to which size: beyond it the heap is collected
// more often, since an import holds much that is no garbage. Where that alone
// comes near it, the heap may still grow by importLeast percent.
const (
	importPercent = 200
	importMemory  = 1 << 30
	importLeast   = 40
)

// liveHeap is what the last collection left, in bytes.
const liveHeap = "/gc/heap/live:bytes"

// heapBound bounds the heap while an import runs.
type heapBound struct {
	percent int
	before  int64 // the bound of memory that holds otherwise
	now     int64
	sample  []metrics.Sample // nil: the operator has chosen how far the heap may grow
}

// boundHeap begins to do so, unless the operator has chosen how far the heap may
// grow. A lower bound of memory that holds already stays.
func (a *app) boundHeap() *heapBound {
	b := &heapBound{}
	if a.getenv("GOGC") != "" {
		return b
	}
	b.sample = []metrics.Sample{{Name: liveHeap}}
	b.percent, b.before = debug.SetGCPercent(importPercent), debug.SetMemoryLimit(-1)
	b.follow()
	return b
}

// follow raises the bound where what is held has grown.
func (b *heapBound) follow() {
	if b.sample == nil {
		return
	}
	metrics.Read(b.sample)
	live := int64(0)
	if v := b.sample[0].Value; v.Kind() == metrics.KindUint64 {
		live = int64(min(v.Uint64(), math.MaxInt64/256))
	}
	if wanted := boundFor(live, b.before); wanted != b.now {
		b.now = wanted
		debug.SetMemoryLimit(wanted)
	}
}

// boundFor is the bound of memory where so much is held and most is the bound
// that holds otherwise. It grows in steps, so that it is seldom set.
func boundFor(live, most int64) int64 {
	const step = 64 << 20
	room := live + live*importLeast/100
	return min(most, max(importMemory, (room+step-1)/step*step))
}

// end lets what held before hold again.
func (b *heapBound) end() {
	if b.sample == nil {
		return
	}
	debug.SetGCPercent(b.percent)
	debug.SetMemoryLimit(b.before)
}
