package runs

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"
)

func random(t *testing.T) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func TestKeysAreASet(t *testing.T) {
	r := random(t)
	for _, width := range []int{1, 10, 24} {
		for _, memory := range []int{0, 4000, 1 << 20} {
			t.Run(fmt.Sprintf("of %d bytes in %d bytes of memory", width, memory), func(t *testing.T) {
				folder := t.TempDir()
				k := NewKeys(folder, width, memory)
				want := map[string]bool{}
				for range 3000 {
					key := make([]byte, width)
					key[0], key[width-1] = byte(r.IntN(4)), byte(r.IntN(256))
					there := r.IntN(4) > 0
					if err := k.Add(key, there); err != nil {
						t.Fatal(err)
					}
					if want[string(key)] = true; !there {
						delete(want, string(key))
					}
				}
				var got []string
				if err := k.Each(func(key []byte) error { got = append(got, string(key)); return nil }); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
					t.Errorf("there are %d keys, not %d, or they are others", len(got), len(want))
				}
				left(t, folder)
			})
		}
	}
}

// left wants nothing left in a folder.
func left(t *testing.T, folder string) {
	t.Helper()
	if files, err := os.ReadDir(folder); err != nil || len(files) > 0 {
		t.Errorf("there is left in the folder: %v %v", files, err)
	}
}

func TestListsAreSetsByTerm(t *testing.T) {
	r := random(t)
	for _, memory := range []int{0, 20000, 1 << 22} {
		t.Run(fmt.Sprintf("in %d bytes of memory", memory), func(t *testing.T) {
			folder := t.TempDir()
			l := NewLists(folder, memory)
			want := map[string]map[uint32]bool{}
			for i := range 6000 {
				term := string(bytes.Repeat([]byte{byte(r.IntN(4))}, r.IntN(12))) + string(rune(0x4e00+r.IntN(20)))
				n, there := uint32(i), true
				if r.IntN(5) == 0 {
					n, there = uint32(r.IntN(i+1)), r.IntN(2) == 0
				}
				if err := l.Add(term, n, there); err != nil {
					t.Fatal(err)
				}
				if want[term] == nil {
					want[term] = map[uint32]bool{}
				}
				if want[term][n] = true; !there {
					delete(want[term], n)
				}
			}
			compareLists(t, l, want)
			left(t, folder)
		})
	}
}

func compareLists(t *testing.T, l *Lists, want map[string]map[uint32]bool) {
	t.Helper()
	var last []byte
	err := l.Each(func(term []byte, numbers []uint32) error {
		if last != nil && compareTerms(last, term) >= 0 {
			t.Errorf("the term %q comes after %q", term, last)
		}
		last = slices.Clone(term)
		if !slices.Equal(numbers, slices.Sorted(maps.Keys(want[string(term)]))) {
			t.Errorf("the term %q has %v", term, numbers)
		}
		delete(want, string(term))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for term, numbers := range want {
		if len(numbers) > 0 {
			t.Errorf("the term %q is not there", term)
		}
	}
}

func TestATermThatIsTooLongIsRefused(t *testing.T) {
	l := NewLists(t.TempDir(), 1<<20)
	if err := l.Add(string(make([]byte, MaxTerm+1)), 1, true); err == nil {
		t.Error("it was taken")
	}
}

func TestAFolderThatIsNotThereIsAnError(t *testing.T) {
	k := NewKeys(t.TempDir()+"/none", 1, 0)
	var err error
	for i := 0; i < 100 && err == nil; i++ {
		err = k.Add([]byte{byte(i)}, true)
	}
	if err == nil {
		t.Error("there was none")
	}
}
