package bolt

import (
	"sync"

	"lianzhu/graph"
)

// Beginning a read transaction and finding the buckets in it costs more than
// reading a document. So one that has ended is kept as it is, for the next View
// of the same revision. An open transaction keeps pages from being used again
// and the file from being mapped anew: none is kept while there is a write.

// opened is a read transaction with the buckets and cursors that were used in it.
type opened struct {
	tables
	rev   graph.Rev
	since uint64 // how many beginnings and ends of writes there were when it began
}

// mostIdle bounds how many transactions are kept.
const mostIdle = 64

// idle are the transactions of the newest revision that nobody uses.
type idle struct {
	mu      sync.Mutex
	list    []*opened
	turns   uint64 // beginnings and ends of writes so far
	writing int    // under way
}

// take gives one that is kept, and nil where there is none, with what begin
// must know of a new one.
func (i *idle) take() (kept *opened, since uint64) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if last := len(i.list) - 1; last >= 0 {
		kept, i.list[last] = i.list[last], nil
		i.list = i.list[:last]
	}
	return kept, i.turns
}

// put keeps a transaction, or ends it where it is not to be kept.
func (i *idle) put(o *opened) {
	if !i.keeps(o) {
		o.tx.Rollback()
	}
}

func (i *idle) keeps(o *opened) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.writing > 0 || o.since != i.turns || len(i.list) == mostIdle {
		return false
	}
	i.list = append(i.list, o)
	return true
}

// write ends all that are kept, before a write begins. None is kept until end
// is called; what is under way now is never kept.
func (i *idle) write() (end func()) {
	i.mu.Lock()
	list := i.list
	i.list = nil
	i.turns++
	i.writing++
	i.mu.Unlock()
	for _, o := range list {
		o.tx.Rollback()
	}
	return func() {
		i.mu.Lock()
		i.turns++ // what began meanwhile may be of the revision before
		i.writing--
		i.mu.Unlock()
	}
}
