package bolt

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"
)

// TestABuiltFileIsOneOfBbolts builds trees of all shapes and has bbolt, and our
// own look, check and read them.
func TestABuiltFileIsOneOfBbolts(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for round := range 12 {
		want := map[bucket]map[string][]byte{}
		for in := range buckets {
			want[in] = randomPairs(r, []int{0, 0, 1, 2, 100, 9000}[r.IntN(6)], r.IntN(5) == 0)
		}
		path := newPath(t)
		build(t, path, want)
		checkBuilt(t, path, want)
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
}

// randomPairs makes n pairs of any size; long ones take pages of their own.
func randomPairs(r *rand.Rand, n int, long bool) map[string][]byte {
	pairs := map[string][]byte{}
	most := 60
	if long {
		most, n = 9000, min(n, 300)
	}
	for range n {
		key := fmt.Sprintf("%0*d", 1+r.IntN(300), r.IntN(1<<30))
		pairs[key] = bytes.Repeat([]byte{byte(n)}, r.IntN(most))
	}
	return pairs
}

func build(t *testing.T, path string, want map[bucket]map[string][]byte) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := newBuilder(f, 0)
	for in := range buckets {
		keys := slices.Sorted(maps.Keys(want[in]))
		for i, key := range keys {
			if err := b.trees[in].add([]byte(key), want[in][key]); err != nil {
				t.Fatal(err)
			}
			if i%100 == 0 { // what was written can be read meanwhile
				some := keys[i/2]
				if got, err := b.trees[in].find([]byte(some)); err != nil || !bytes.Equal(got, want[in][some]) {
					t.Fatalf("%s/%s reads %x, %v", in, some, got, err)
				}
			}
		}
		if got, err := b.trees[in].find([]byte("~")); got != nil || err != nil {
			t.Errorf("what is not there reads %x, %v", got, err)
		}
	}
	if err := b.end(); err != nil {
		t.Fatal(err)
	}
}

func checkBuilt(t *testing.T, path string, want map[bucket]map[string][]byte) {
	t.Helper()
	pages, err := lookAt(path)
	if err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(path); err == nil {
		pages.r = f
		if err := pages.walk(nil); err != nil {
			t.Error(err)
		}
		f.Close()
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			t.Error(err)
		}
		for in, pairs := range want {
			got := map[string][]byte{}
			b := tx.Bucket([]byte(frames[in].Name))
			if err := b.ForEach(func(k, v []byte) error { got[string(k)] = clone(v); return nil }); err != nil {
				return err
			}
			if !maps.EqualFunc(got, pairs, bytes.Equal) {
				t.Errorf("%s has %d pairs instead of %d, or others", in, len(got), len(pairs))
			}
			for key := range pairs { // and it is written on like any other
				if err := b.Put([]byte(key+"+"), []byte("more")); err != nil {
					return err
				}
				break
			}
		}
		return nil
	})
	if err == nil {
		err = db.View(func(tx *bbolt.Tx) error {
			for err := range tx.Check() {
				t.Error(err)
			}
			return nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}
