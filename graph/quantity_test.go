package graph_test

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lianzhu/graph"
)

func TestADecimalIsWrittenInOneForm(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a whole number", "7730", "7730"},
		{"a fraction", "4.5", "4.5"},
		{"below nought", "-4.5", "-4.5"},
		{"a plus sign is dropped", "+4.5", "4.5"},
		{"zeros in front are dropped", "007730", "7730"},
		{"a zero before the point stays", "0.5", "0.5"},
		{"of several zeros before the point one stays", "000.5", "0.5"},
		{"zeros at the end tell how exact it is", "4.50", "4.50"},
		{"nought", "0", "0"},
		{"much nought", "0000", "0"},
		{"nought has no sign", "-0", "0"},
		{"nought with figures has no sign", "-0.00", "0.00"},
		{"nearly nought has one", "-0.01", "-0.01"},
		{"sixty characters", strings.Repeat("1", 60), strings.Repeat("1", 60)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := graph.ParseDecimal(c.text)
			if err != nil || string(got) != c.want {
				t.Errorf("%q is %q, want %q: %v", c.text, got, c.want, err)
			}
		})
	}
}

func TestWhatIsNoDecimalIsRefused(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"nothing", ""},
		{"a sign", "-"},
		{"two signs", "+-5"},
		{"two other signs", "-+5"},
		{"a point", "."},
		{"no figure before the point", ".5"},
		{"no figure after the point", "5."},
		{"two points", "1.2.3"},
		{"thousands apart", "7,730"},
		{"an exponent", "1e3"},
		{"hexadecimal", "0x1f"},
		{"a fraction with a stroke", "1/2"},
		{"a blank in front", " 5"},
		{"a blank behind", "5 "},
		{"a letter within", "1a2"},
		{"figures of another script", "７７３０"},
		{"infinity", "Inf"},
		{"no number", "NaN"},
		{"sixty-one characters", strings.Repeat("1", 61)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := graph.ParseDecimal(c.text)
			if graph.CodeOf(err) != graph.CodeInvalid || got != "" {
				t.Errorf("%q was read as %q: %v", c.text, got, err)
			}
		})
	}
}

func TestADecimalKeepsItsValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[+-]?[0-9]{1,20}(\.[0-9]{1,20})?`).Draw(t, "text")
		d, err := graph.ParseDecimal(text)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := new(big.Rat).SetString(text)
		if got, ok := d.Rat(); !ok || got.Cmp(want) != 0 {
			t.Fatalf("%s became %s", text, d)
		}
		if again, err := graph.ParseDecimal(string(d)); err != nil || again != d {
			t.Fatalf("%s is not in its one form: %s, %v", d, again, err)
		}
	})
}

func TestADecimalThatIsNotGivenHasNoValue(t *testing.T) {
	if r, ok := graph.Decimal("").Rat(); ok || r != nil {
		t.Errorf("it is %v", r)
	}
}
