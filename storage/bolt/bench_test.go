package bolt_test

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/storagetest"
)

func BenchmarkStore(b *testing.B) {
	storagetest.Bench(b, func(b *testing.B) graph.Store { return open(b, filepath.Join(b.TempDir(), "graph.lianzhu")) })
}

// relationBytes is about what the record of a small relation takes.
const relationBytes = 260

// BenchmarkWrites makes durable writes of one relation each, with all indexes,
// and in the same run as many puts of as many bytes through bbolt's own DB.Batch
// as it comes, and tells how many times as many the first are in the same time.
func BenchmarkWrites(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("by %d goroutines", writers), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "graph.lianzhu"))
			defer s.Close()
			write, err := storagetest.SingleWrites(s)
			if err != nil {
				b.Fatal(err)
			}
			ours := measured(func() { storagetest.Writers(b, writers, write) })
			plain := measured(func() { batchOfBbolt(b, writers) })
			n := float64(b.N)
			b.ReportMetric(n/ours.wall.Seconds(), "writes/s")
			b.ReportMetric(n/plain.wall.Seconds(), "DB.Batch/s")
			b.ReportMetric(plain.wall.Seconds()/ours.wall.Seconds(), "times-DB.Batch")
			b.ReportMetric(ours.cpu.Seconds()/n*1e6, "cpu-us/write")
		})
	}
}

func batchOfBbolt(b *testing.B, writers int) {
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "plain.db"), 0o600, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var next atomic.Uint64
	storagetest.Writers(b, writers, func() error {
		return db.Batch(func(tx *bbolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists([]byte("values"))
			if err != nil {
				return err
			}
			return bucket.Put(binary.BigEndian.AppendUint64(nil, next.Add(1)), make([]byte, relationBytes))
		})
	})
}
