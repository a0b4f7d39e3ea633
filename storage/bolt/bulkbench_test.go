package bolt_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"syscall"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/storagetest"
)

// BenchmarkBulk fills an empty store with b.N relations and a fifth as many
// entities, and then puts what came of it, the same keys and values of the same
// buckets in their order, into a plain bbolt file: in transactions of as many
// bytes, into pages as full, unsynced but for the end, too. That is the least
// that the disk layout costs once everything is known, so "of puts" is how much
// of that speed the load has. "cpu" are seconds of all threads.
func BenchmarkBulk(b *testing.B) {
	folder := b.TempDir()
	path := filepath.Join(folder, "graph.lianzhu")
	s := open(b, path)
	load := measured(func() {
		ok, err := s.Bulk(context.Background(), func(lent graph.Filling) error {
			return storagetest.Load(lent, max(b.N/5, 200), b.N, 1000)
		}, nil)
		if !ok || err != nil {
			b.Fatal(ok, err)
		}
	})
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	var pairs int
	plain := measured(func() { pairs = copyPlainly(b, path, filepath.Join(folder, "plain.db")) })
	n := float64(b.N)
	b.ReportMetric(n/load.wall.Seconds(), "relations/s")
	b.ReportMetric(n/plain.wall.Seconds(), "puts-relations/s")
	b.ReportMetric(100*plain.wall.Seconds()/load.wall.Seconds(), "%-of-puts")
	b.ReportMetric(load.cpu.Seconds()/n*1e6, "cpu-us/relation")
	b.ReportMetric(plain.cpu.Seconds()/n*1e6, "puts-cpu-us/relation")
	b.ReportMetric(float64(load.memory)/1e6, "MB-peak")
	b.ReportMetric(float64(info.Size())/n, "bytes/relation")
	b.ReportMetric(float64(pairs)/n, "keys/relation")
}

// use is what something took: time, time of processors and memory at its peak.
type use struct {
	wall, cpu time.Duration
	memory    uint64
}

func measured(do func()) (u use) {
	runtime.GC()
	stop, stopped := make(chan struct{}), make(chan uint64)
	go func() {
		peak := uint64(0)
		for {
			peak = max(peak, memoryNow())
			select {
			case <-stop:
				stopped <- peak
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	begun, cpu := time.Now(), cpuNow()
	do()
	u.wall, u.cpu = time.Since(begun), cpuNow()-cpu
	close(stop)
	u.memory = <-stopped
	return u
}

// memoryNow is what the program has from the system and has not given back.
func memoryNow() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}

func cpuNow() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// copyPlainly puts everything in a file into another and tells how many pairs
// that were.
func copyPlainly(b *testing.B, from, to string) (pairs int) {
	b.Helper()
	source, err := bbolt.Open(from, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	defer source.Close()
	db, err := bbolt.Open(to, 0o600, &bbolt.Options{NoSync: true, NoGrowSync: true, NoFreelistSync: true, InitialMmapSize: 16 << 30})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	err = source.View(func(in *bbolt.Tx) error {
		return in.ForEach(func(name []byte, bucket *bbolt.Bucket) error {
			n, err := copyBucket(db, name, bucket)
			pairs += n
			return err
		})
	})
	if err == nil {
		err = db.Sync()
	}
	if err != nil {
		b.Fatal(err)
	}
	return pairs
}

func copyBucket(db *bbolt.DB, name []byte, from *bbolt.Bucket) (pairs int, err error) {
	c := from.Cursor()
	for k, v := c.First(); k != nil; {
		err := db.Update(func(tx *bbolt.Tx) error {
			to, err := tx.CreateBucketIfNotExists(name)
			if err != nil {
				return err
			}
			to.FillPercent = 0.95
			for bytes := 0; k != nil && bytes < 2<<20; k, v = c.Next() {
				if err := to.Put(k, v); err != nil {
					return err
				}
				bytes += len(k) + len(v) + 16
				pairs++
			}
			return nil
		})
		if err != nil {
			return pairs, err
		}
	}
	return pairs, nil
}
