package interchange

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// A window gives every statement away once, in the order in which they came to
// their thing, and holds no more than its bounds; a thing of which too much is
// said is told once and never given again.
func TestAWindowIsBoundedWhateverIsSaid(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 50 {
		given, said, told := map[string][]string{}, map[string][]string{}, map[string]int{}
		w := newWindow(&reading{}, func(s *subject) error {
			for _, p := range s.said {
				for _, v := range p.objects {
					given[s.iri] = append(given[s.iri], p.property+v.value)
				}
			}
			return nil
		})
		w.tell = func(s *subject) error { told[s.iri]++; return nil }
		w.bound = windowBound{subjects: 1 + r.IntN(8), one: 4_000, all: 1 + r.IntN(10_000)}
		for i := range 3000 {
			iri := fmt.Sprint(r.IntN(1 + i/100))
			if r.IntN(3) == 0 {
				iri = "hub"
			}
			property, value := fmt.Sprint("p", r.IntN(3), "="), fmt.Sprint(i)
			if told[iri] == 0 {
				said[iri] = append(said[iri], property+value)
			}
			if err := w.say(iri, place{line: i}, r.IntN(100), property, term{value: value}); err != nil {
				t.Fatal(err)
			}
			if len(w.order) != len(w.subjects) || len(w.order) > w.bound.subjects || w.size > w.bound.all+w.bound.one {
				t.Fatalf("%d things of %d bytes are held within %+v", len(w.order), w.size, w.bound)
			}
		}
		if err := w.rest(); err != nil || w.size != 0 || len(w.subjects) != 0 {
			t.Fatalf("%d bytes of %d things are left: %v", w.size, len(w.subjects), err)
		}
		for iri, want := range said {
			switch got := given[iri]; {
			case told[iri] == 1 && len(got) < len(want):
			case told[iri] > 0 || fmt.Sprint(got) != fmt.Sprint(want):
				t.Fatalf("of %s, told %d times, there was said\n%v\nand given\n%v", iri, told[iri], want, got)
			}
		}
	}
}

func TestAClassThatIsSaidAgainTakesNoRoom(t *testing.T) {
	w := newWindow(&reading{}, func(*subject) error { return nil })
	for range 100 {
		if err := w.say("a", place{}, 10, rdfType, term{value: "Company"}); err != nil {
			t.Fatal(err)
		}
	}
	if s := w.subjects["a"]; len(s.classes) != 1 || w.size != s.size || w.size > 2*classSize {
		t.Errorf("it has the classes %v and %d bytes of %d", s.classes, s.size, w.size)
	}
}
