package dataset

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"lianzhu/graph"
)

// Whatever the keys, and however few of them are held, documents come in the
// order of their keys, each once, but for those that are put aside.
func TestDocumentsComeInTheOrderOfTheirKeysThoughFewAreHeld(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	arrangements := map[string]func(keys []graph.Key){
		"as they come":          func(keys []graph.Key) { r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] }) },
		"in order":              func(keys []graph.Key) { slices.Sort(keys) },
		"against the order":     func(keys []graph.Key) { slices.Sort(keys); slices.Reverse(keys) },
		"least where one looks": leastWhereOneLooks,
	}
	for name, arrange := range arrangements {
		t.Run(name, func(t *testing.T) {
			for range 40 {
				keys := make([]graph.Key, r.IntN(3000))
				for i := range keys {
					keys[i] = graph.Key(fmt.Sprintf("%c:%d", 'a'+rune(r.IntN(3)), i*7919%4999))
				}
				arrange(keys)
				compareOrder(t, keys, 1+r.IntN(200), 2+r.IntN(20))
			}
		})
	}
}

// leastWhereOneLooks has the least keys stand at equal distances, so that a
// sample tells nothing of the others.
func leastWhereOneLooks(keys []graph.Key) {
	slices.Sort(keys)
	rest, least := slices.Clone(keys[len(keys)/16:]), slices.Clone(keys[:len(keys)/16])
	for i := range keys {
		if i%16 == 8 && len(least) > 0 {
			keys[i], least = least[0], least[1:]
		} else if len(rest) > 0 {
			keys[i], rest = rest[0], rest[1:]
		} else {
			keys[i], least = least[0], least[1:]
		}
	}
}

func compareOrder(t *testing.T, keys []graph.Key, most, asideEvery int) {
	t.Helper()
	var got, want, aside, wantAside []graph.Key
	isAside := func(k graph.Key) bool { return int(k[len(k)-1])%asideEvery == 1 }
	o := keyOrder[uint32, graph.Key]{most: most, key: func(k graph.Key) graph.Key { return k },
		get: func(ids []uint32) (docs []graph.Key, err error) {
			for _, id := range ids {
				docs = append(docs, keys[id])
			}
			return docs, nil
		},
		aside: func(id uint32, k graph.Key) bool {
			if isAside(k) {
				aside = append(aside, keys[id])
			}
			return isAside(k)
		},
		visit: func(k graph.Key) bool { got = append(got, k); return true },
	}
	ids := make([]uint32, len(keys))
	for i, k := range keys {
		ids[i] = uint32(i)
		if isAside(k) {
			wantAside = append(wantAside, k)
		} else {
			want = append(want, k)
		}
	}
	slices.Sort(want)
	if goOn, err := o.each(ids); !goOn || err != nil || !slices.Equal(got, want) || !slices.Equal(aside, wantAside) {
		t.Fatalf("of %d keys, %d at a time, come %d in another order, or other ones, and %d are put aside, not %d: %v", len(keys), most, len(got), len(aside), len(wantAside), err)
	}
	stop := len(want) / 2
	got = nil
	o.visit = func(k graph.Key) bool { got = append(got, k); return len(got) <= stop }
	if goOn, err := o.each(ids); err != nil || goOn != (len(want) <= stop) || len(got) != min(len(want), stop+1) {
		t.Fatalf("after the end was told %d of %d came: %v", len(got), len(want), err)
	}
}
