package plan

import (
	"bytes"
	"strings"
	"testing"
)

// room gives b with just so much room behind it.
func room(b string, n int) []byte { return append(make([]byte, 0, len(b)+n), b...) }

func TestACleanTextIsWrittenAsAnyOtherIs(t *testing.T) {
	for n := range 130 {
		s := strings.Repeat("青岛海尔股份", 8)[:n]
		for _, spare := range []int{0, 1, n + 1, n + 2, 500} {
			if got, want := putText(room("{", spare), s, true), AppendString([]byte("{"), s); !bytes.Equal(got, want) {
				t.Fatalf("%d bytes with room for %d became %q and not %q", n, spare, got, want)
			}
		}
	}
}

func TestALeadIsWrittenWholeInBlocks(t *testing.T) {
	for n := range 100 {
		text := bytes.Repeat([]byte("0123456789"), 10)[:n]
		for _, spare := range []int{0, 1, 31, 32, 200} {
			c := compiler{lead: bytes.Clone(text)}
			c.add(instruction{})
			got, ok := (&run{}).write(room("{", spare), c.made, at{})
			if want := "{" + string(text); string(got) != want || !ok || len(c.lead) > 0 {
				t.Fatalf("with room for %d it became %q and not %q", spare, got, want)
			}
		}
	}
}

func FuzzCleanText(f *testing.F) {
	f.Add("海尔", 3)
	f.Fuzz(func(t *testing.T, s string, spare int) {
		if strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == '"' || c == '\\' }) {
			t.Skip("it is not clean")
		}
		if got, want := putText(room("{", spare&1023), s, true), AppendString([]byte("{"), s); !bytes.Equal(got, want) {
			t.Fatalf("got %q and not %q", got, want)
		}
	})
}
