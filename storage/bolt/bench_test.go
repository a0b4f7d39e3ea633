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

// BenchmarkBatchOfBbolt is what the writes above are to be compared with: one
// small value a write through bbolt's own DB.Batch, in the same run.
func BenchmarkBatchOfBbolt(b *testing.B) {
	for _, writers := range []int{1, 16} {
		b.Run(fmt.Sprintf("single writes of %d goroutines", writers), func(b *testing.B) {
			db, err := bbolt.Open(filepath.Join(b.TempDir(), "plain.db"), 0o600, nil)
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			var next atomic.Uint64
			b.ResetTimer()
			storagetest.Writers(b, writers, func() error {
				return db.Batch(func(tx *bbolt.Tx) error {
					bucket, err := tx.CreateBucketIfNotExists([]byte("values"))
					if err != nil {
						return err
					}
					return bucket.Put(binary.BigEndian.AppendUint64(nil, next.Add(1)), make([]byte, 200))
				})
			})
		})
	}
}
