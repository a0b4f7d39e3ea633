package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"lianzhu/bench/drive"
	"lianzhu/bench/yardstick"
)

// measureImport is W2: the whole graph into a new data directory, with all
// indexes, by the lianzhu command. A request is a relation here; entities come
// with them. Beside it the storage library puts all keys and values of the file
// that came of it into another one, in their order.
func (b *bench) measureImport() error {
	dir := filepath.Join(b.work, "import")
	began := time.Now()
	used, err := b.importInto(&b.subject, dir, b.graph.G)
	if err != nil {
		return err
	}
	n := b.graph.G.Relations()
	size, err := sizeOf(dir)
	if err != nil {
		return err
	}
	m := drive.Measure{Requests: n, Elapsed: time.Since(began), CPU: used.cpu, Bytes: size, Allocs: -1}
	m.Latencies = []time.Duration{m.Elapsed}
	b.note("W2", "lianzhu", 1, m)
	b.remark("W2 took %v and %v of processor time, had at most %d MB in memory, and made files of %d MB",
		m.Elapsed.Round(time.Millisecond), used.cpu.Round(time.Millisecond), used.memory>>20, size>>20)
	if !b.compares("bbolt") {
		return nil
	}
	return b.measurePuts(filepath.Join(dir, "graph.db"), n)
}

func (b *bench) measurePuts(from string, relations int) error {
	var sum yardstick.Sum
	used, err := b.yardstick(&sum, "puts", from, filepath.Join(b.work, "puts.db"))
	if err != nil {
		return err
	}
	m := drive.Measure{Requests: relations, Elapsed: sum.Took, CPU: used.cpu, Bytes: sum.Bytes, Latencies: []time.Duration{sum.Took}, Allocs: -1}
	b.note("W2", "bbolt", 1, m)
	b.remark("W2 for bbolt is %d keys and values of %d MB", sum.Keys, sum.Bytes>>20)
	return nil
}

// sizeOf is the size of all files in a directory.
func sizeOf(dir string) (size int64, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := os.Stat(path)
		if err == nil {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		err = fmt.Errorf("the files that an import made: %w", err)
	}
	return size, err
}
