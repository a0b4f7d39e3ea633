package yardstick_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/bench/yardstick"
)

func TestEveryWriterWritesThroughBatch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "batch.db")
	took, elapsed, err := yardstick.Batch(file, 3, 100, time.Millisecond)
	if err != nil || len(took) < 3 || elapsed <= 0 {
		t.Fatal(took, elapsed, err)
	}
	if n := len(pairsOf(t, file)); n != len(took) {
		t.Errorf("%d writes left %d values", len(took), n)
	}
}

func TestAllKeysAndValuesArePutIntoTheNewFile(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "from.db"), filepath.Join(t.TempDir(), "to.db")
	db, err := bbolt.Open(from, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	var bytes int64
	err = db.Update(func(tx *bbolt.Tx) error {
		for b := range 3 {
			bucket, err := tx.CreateBucket(fmt.Append(nil, "bucket", b))
			if err != nil {
				return err
			}
			for i := range 1000 * b {
				key, value := fmt.Appendf(nil, "%06d", i), make([]byte, i%300+1)
				bytes += int64(len(key) + len(value))
				if err := bucket.Put(key, value); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	sum, err := yardstick.Puts(from, to)
	if err != nil || sum.Keys != 3000 || sum.Bytes != bytes || sum.Took <= 0 {
		t.Errorf("%+v for %d bytes, %v", sum, bytes, err)
	}
	a, b := pairsOf(t, from), pairsOf(t, to)
	if len(b) != 3000 {
		t.Fatalf("%d pairs", len(b))
	}
	for key, value := range a {
		if b[key] != value {
			t.Fatalf("%s is %q, not %q", key, b[key], value)
		}
	}
}

func TestAFileThatIsNoneIsAnError(t *testing.T) {
	if _, err := yardstick.Puts(filepath.Join(t.TempDir(), "none"), filepath.Join(t.TempDir(), "to.db")); err == nil {
		t.Error("it was read")
	}
}

// pairsOf are all pairs of a file, by bucket and key.
func pairsOf(t *testing.T, file string) map[string]string {
	t.Helper()
	db, err := bbolt.Open(file, 0o400, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	pairs := map[string]string{}
	err = db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(key, value []byte) error {
				pairs[string(name)+"/"+string(key)] = string(value)
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}
