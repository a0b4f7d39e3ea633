package text

import (
	"testing"

	"pgregory.net/rapid"
)

// TestSlippedWithinTriesEveryPart: it is slipped for some part of the name.
func TestSlippedWithinTriesEveryPart(t *testing.T) {
	few := rapid.SliceOfN(rapid.SampledFrom([]rune("海尔卡")), 0, 9)
	rapid.Check(t, func(t *rapid.T) {
		typed, name := rapid.SliceOfN(rapid.SampledFrom([]rune("海尔卡")), 2, 7).Draw(t, "typed"), few.Draw(t, "name")
		want := false
		for begin := range name {
			for size := len(typed) - 1; size <= len(typed)+1 && begin+size <= len(name); size++ {
				want = want || slipped(typed, name[begin:begin+size])
			}
		}
		if got := slippedWithin(typed, name); got != want {
			t.Fatalf("%s within %s: %v, want %v", string(typed), string(name), got, want)
		}
	})
}
