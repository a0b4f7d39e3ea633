package mem

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// An ordered map is compared with a plain one, and every map of the past with
// what it was.
func TestAnOrderedMapIsAMapAndThePastStays(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	var m ordered[int, int]
	want := map[int]int{}
	type past struct {
		m    ordered[int, int]
		want map[int]int
	}
	var history []past
	for i := range 2000 {
		k := r.IntN(200)
		if r.IntN(3) == 0 {
			m = m.without(cmp.Compare[int], k)
			delete(want, k)
		} else {
			m = m.with(cmp.Compare[int], k, i)
			want[k] = i
		}
		if i%100 == 0 {
			history = append(history, past{m, maps.Clone(want)})
		}
	}
	for _, p := range append(history, past{m, want}) {
		same(t, p.m, p.want)
	}
}

func same(t *testing.T, m ordered[int, int], want map[int]int) {
	t.Helper()
	keys := slices.Sorted(maps.Keys(want))
	for _, from := range []int{-1, 50, 120, 300} {
		var got []int
		for k, v := range m.from(cmp.Compare[int], from) {
			if want[k] != v {
				t.Fatalf("%d is %d, not %d", k, v, want[k])
			}
			got = append(got, k)
		}
		at, _ := slices.BinarySearch(keys, from)
		if !slices.Equal(got, keys[at:]) {
			t.Fatalf("from %d on there are %v, not %v", from, got, keys[at:])
		}
	}
	for k := range 200 {
		v, ok := m.get(cmp.Compare[int], k)
		w, there := want[k]
		if v != w || ok != there {
			t.Fatalf("%d is %d, %v", k, v, ok)
		}
	}
}

func TestAnOrderedMapStaysShallow(t *testing.T) {
	var m ordered[int, int]
	for i := range 1 << 14 {
		m = m.with(cmp.Compare[int], i, i)
	}
	if d := depth(m.root); d > 60 {
		t.Errorf("16384 ascending keys stand %d deep", d)
	}
}

func depth[K, V any](n *node[K, V]) int {
	if n == nil {
		return 0
	}
	return 1 + max(depth(n.left), depth(n.right))
}
