package yardstick

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
	"time"

	bbolt "go.etcd.io/bbolt"
)

// Batch writes values of so many bytes under rising keys, each through DB.Batch
// of a new file, by so many writers, for so long, and gives how long each write
// took. Every writer writes at least once.
func Batch(file string, writers, bytes int, most time.Duration) ([]time.Duration, time.Duration, error) {
	db, err := bbolt.Open(file, 0o600, nil)
	if err != nil {
		return nil, 0, err
	}
	defer db.Close()
	took := make([][]time.Duration, writers)
	errs := make([]error, writers)
	var next atomic.Uint64
	var all sync.WaitGroup
	began := time.Now()
	for w := range writers {
		all.Go(func() {
			for errs[w] == nil {
				sent := time.Now()
				errs[w] = put(db, next.Add(1), make([]byte, bytes))
				took[w] = append(took[w], time.Since(sent))
				if time.Since(began) >= most {
					return
				}
			}
		})
	}
	all.Wait()
	elapsed := time.Since(began)
	var list []time.Duration
	for w := range writers {
		if errs[w] != nil {
			return nil, 0, errs[w]
		}
		list = append(list, took[w]...)
	}
	return list, elapsed, nil
}

func put(db *bbolt.DB, key uint64, value []byte) error {
	return db.Batch(func(tx *bbolt.Tx) error {
		bucket, err := tx.CreateBucketIfNotExists([]byte("values"))
		if err != nil {
			return err
		}
		return bucket.Put(binary.BigEndian.AppendUint64(nil, key), value)
	})
}
