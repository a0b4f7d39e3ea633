package bolt

import (
	"lianzhu/graph"
	"lianzhu/storage/internal/runs"
	"lianzhu/text"
)

// termTask is an entity whose search terms are to be gathered: what it was, if
// it was, and what it is.
type termTask struct {
	id       uint32
	old, now *graph.Entity
}

// indexer gathers search terms.
type indexer struct {
	tasks chan []termTask
	lists *runs.Lists
}

// termsMemory is how much memory search terms take before they go to the disk.
const termsMemory = 256 << 20

func newIndexer(folder string) *indexer {
	return &indexer{tasks: make(chan []termTask, 64), lists: runs.NewLists(folder, termsMemory)}
}

func (x *indexer) take(tasks []termTask) error {
	for _, t := range tasks {
		if err := x.one(t); err != nil {
			return err
		}
	}
	return nil
}

func (x *indexer) one(t termTask) error {
	if t.old != nil {
		for _, term := range text.Terms(t.old) {
			if err := x.lists.Add(term, t.id, false); err != nil {
				return err
			}
		}
	}
	for _, term := range text.Terms(t.now) {
		if err := x.lists.Add(term, t.id, true); err != nil {
			return err
		}
	}
	return nil
}

func (x *indexer) close() { x.lists.Close() }
