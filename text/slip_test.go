package text

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSlipped(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		want       bool
	}{
		{"nothing wrong", "卡奥斯", "卡奥斯", true},
		{"one character wrong", "卡奥斯", "卡奥思", true},
		{"one missing", "卡奥斯", "卡斯", true},
		{"one missing at the end", "卡奥斯", "卡奥", true},
		{"one additional", "卡奥斯", "卡奥奥斯", true},
		{"neighbours swapped", "卡奥斯", "奥卡斯", true},
		{"neighbours swapped at the end", "卡奥斯", "卡斯奥", true},
		{"characters swapped that are no neighbours", "卡奥斯", "斯奥卡", false},
		{"two wrong", "卡奥斯", "海尔斯", false},
		{"one swapped and one wrong", "海尔卡奥斯", "尔海卡奥思", false},
		{"two missing", "卡奥斯", "卡", false},
		{"nothing and one", "", "卡", true},
		{"nothing and two", "", "卡奥", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := slipped([]rune(c.a), []rune(c.b)); got != c.want {
				t.Errorf("slipped(%s, %s) = %v", c.a, c.b, got)
			}
			if got := slipped([]rune(c.b), []rune(c.a)); got != c.want {
				t.Errorf("slipped(%s, %s) = %v", c.b, c.a, got)
			}
		})
	}
}

// TestSlippedIsADistance: it agrees with the table of edit distances that
// counts a swap of neighbours as one.
func TestSlippedIsADistance(t *testing.T) {
	drawn := rapid.SliceOfN(rapid.SampledFrom([]rune("abc")), 0, 7)
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawn.Draw(t, "a"), drawn.Draw(t, "b")
		if got, want := slipped(a, b), distance(a, b) <= 1; got != want {
			t.Fatalf("slipped(%s, %s) = %v, the distance is %d", string(a), string(b), got, distance(a, b))
		}
	})
}

func distance(a, b []rune) int {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
		table[i][0] = i
	}
	for j := range table[0] {
		table[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			wrong := 1
			if a[i-1] == b[j-1] {
				wrong = 0
			}
			table[i][j] = min(table[i-1][j]+1, table[i][j-1]+1, table[i-1][j-1]+wrong)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				table[i][j] = min(table[i][j], table[i-2][j-2]+1)
			}
		}
	}
	return table[len(a)][len(b)]
}

// TestOneSlipLeavesAHalf: of two texts but one slip apart, the halves that are
// looked up for the one hold a half of the other.
func TestOneSlipLeavesAHalf(t *testing.T) {
	drawn := rapid.SliceOfN(rapid.SampledFrom([]rune("ab")), leastSlip, 9)
	rapid.Check(t, func(t *rapid.T) {
		typed, meant := drawn.Draw(t, "typed"), drawn.Draw(t, "meant")
		if len(typed) < 5 || !slipped(typed, meant) {
			return
		}
		q := query{folded: fold(string(typed)), narrow: true}
		asked := map[string]bool{}
		b := planner{p: recorder(func(term string) { asked[term] = true }), q: &q}
		b.halves()
		head, tail := halves(len(meant), meant)
		if !asked[termOf(classSlipHead, head)] && !asked[termOf(classSlipTail, tail)] {
			t.Fatalf("%s typed for %s: neither half is asked for", string(typed), string(meant))
		}
	})
}
