package runs

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
)

// Terms that are alike for long, of every length, in many and in few numbers,
// come in order, and the numbers of each as they came.
func TestABagIsSortedAsComparisonsWouldSortIt(t *testing.T) {
	r := random(t)
	for _, size := range []int{0, 1, 7, 8, 9, 16, 17, 40, MaxTerm} {
		for _, n := range []int{0, 1, few, few + 1, 3000} {
			for _, letters := range []int{1, 2, 200} {
				t.Run(fmt.Sprintf("%d terms of %d bytes of %d letters", n, size, letters), func(t *testing.T) {
					b := &bag{size: size}
					type added struct {
						term []byte
						word uint64
					}
					var want []added
					for i := range n {
						term := bytes.Repeat([]byte{'x'}, size)
						for range min(size, 3) {
							term[r.IntN(size)] = byte(r.IntN(letters))
						}
						gone := uint64(r.IntN(20)) / 19
						if gone == 1 {
							b.gone = append(b.gone, uint32(i))
						}
						number := r.Uint32()
						b.add(string(term), number)
						want = append(want, added{term, uint64(number)<<1 | gone})
					}
					slices.SortStableFunc(want, func(x, y added) int { return bytes.Compare(x.term, y.term) })
					var s sorter
					for range 2 { // the second time in memory that was used
						s.take(b)
						rest := want
						for !s.done() {
							term, words := s.next(nil, nil)
							for _, word := range words {
								if len(rest) == 0 || !bytes.Equal(term, rest[0].term) || word != rest[0].word {
									t.Fatalf("%q has %d where %d are left: %v", term, words, len(rest), rest[:min(len(rest), 2)])
								}
								rest = rest[1:]
							}
							if len(rest) > 0 && bytes.Equal(term, rest[0].term) {
								t.Fatalf("%q comes in two parts", term)
							}
						}
						if len(rest) > 0 {
							t.Fatalf("%d are left", len(rest))
						}
					}
				})
			}
		}
	}
}

func TestKeysThatBeginAlikeOrNotAreASet(t *testing.T) {
	r := random(t)
	k := NewKeys(t.TempDir(), 12, 3000*markSize)
	want := map[string]bool{}
	for range 10_000 {
		key := make([]byte, 12)
		key[0], key[1], key[2], key[11] = 'e', byte(r.IntN(256)), byte(r.IntN(2)), byte(r.IntN(8))
		there := r.IntN(5) > 0
		if err := k.Add(key, there); err != nil {
			t.Fatal(err)
		}
		want[string(key)] = there
	}
	var last []byte
	err := k.Each(func(key []byte) error {
		if !want[string(key)] || bytes.Compare(last, key) >= 0 {
			return fmt.Errorf("%x comes after %x; there: %v", key, last, want[string(key)])
		}
		last = slices.Clone(key)
		delete(want, string(key))
		return nil
	})
	for key, there := range want {
		if there && err == nil {
			err = fmt.Errorf("%x does not come", key)
		}
	}
	if err != nil {
		t.Error(err)
	}
}
