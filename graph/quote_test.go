package graph_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"lianzhu/graph"
)

const printed = "东山味业开着两家作坊，它去年盖起的西河分厂，\r\n" +
	"在两县之间头一个谈成、头一个开工投\n\n— 12 —\n山城晚报 2023年11月22日\n料的辣椒加工合作车间……每年约好收进辣椒６０００余吨。\n" +
	"往后，先把晾\f晒场修好再说。OpenBarn平台“1+2+3”办法。\n第 13 版 共 24 版\n"

func TestAQuoteIsFoundAsItIsPrinted(t *testing.T) {
	text := graph.NewText(printed)
	for _, c := range []struct{ name, quote, span string }{
		{"as it stands", "东山味业开着", "东山味业开着"},
		{"over a line break", "西河分厂，在两县", "西河分厂，\r\n在两县"},
		{"over a page number and a header", "头一个开工投料的辣椒加工", "头一个开工投\n\n— 12 —\n山城晚报 2023年11月22日\n料的辣椒加工"},
		{"over a form feed", "先把晾晒场修好", "先把晾\f晒场修好"},
		{"in another width", "收进辣椒6000余吨", "收进辣椒６０００余吨"},
		{"with other marks", "两家作坊,它去年", "两家作坊，它去年"},
		{"with another ellipsis", "合作车间...每年", "合作车间……每年"},
		{"with blanks between", "东山 味业　开着", "东山味业开着"},
		{"in another case", "openbarn平台", "OpenBarn平台"},
		{"with other quotation marks", `平台"1+2+3"办法`, "平台“1+2+3”办法"},
		{"in quotation marks of one's own", "“每年约好收进”", "每年约好收进"},
		{"with the full stop of another sentence", "开着两家作坊。", "开着两家作坊"},
	} {
		t.Run(c.name, func(t *testing.T) {
			at, ok := text.Find(c.quote, -1)
			if got := text.Slice(at.Start, at.End); !ok || got != c.span {
				t.Errorf("it is found (%v) as %q, and should be as %q", ok, got, c.span)
			}
		})
	}
}

func TestWhatIsNotInATextIsNotFound(t *testing.T) {
	text := graph.NewText(printed)
	for _, quote := range []string{"", "，。", "东山味业开着三家", "每年约好收进辣椒600余吨", "作坊往后", "6.000余吨"} {
		if at, ok := text.Find(quote, -1); ok {
			t.Errorf("%q is found as %q", quote, text.Slice(at.Start, at.End))
		}
	}
}

func TestTheClosestSpanIsRealAndSaysHowFarItIs(t *testing.T) {
	text := graph.NewText(printed)
	for _, c := range []struct {
		quote, span string
		differ      int
	}{
		{"东山味业开着三家作坊", "东山味业开着两家作坊", 1},
		{"每年约好收下辣椒6000多吨", "每年约好收进辣椒６０００余吨", 2},
		{"开工投料的大辣椒加工车间", "开工投\n\n— 12 —\n山城晚报 2023年11月22日\n料的辣椒加工合作车间", 3},
	} {
		at, differ, ok := text.Closest(c.quote)
		if got := text.Slice(at.Start, at.End); !ok || got != c.span || differ != c.differ {
			t.Errorf("the closest to %q is %q (%v), %d characters off; it should be %q, %d off", c.quote, got, ok, differ, c.span, c.differ)
		}
	}
	if at, _, ok := text.Closest("与此毫不相干之言论若干"); ok {
		t.Errorf("something is close: %q", text.Slice(at.Start, at.End))
	}
}

func TestOfSeveralPlacesTheClosestIsTaken(t *testing.T) {
	text := graph.NewText("青石在此。青石，在彼。青石在此。")
	for near, want := range map[int]int{-1: 0, 0: 0, 6: 11, 4: 0, 11: 11, 99: 11} {
		if at, ok := text.Find("青石在此", near); !ok || at.Start != want {
			t.Errorf("near %d it is found at %d, not at %d", near, at.Start, want)
		}
	}
}

// A text whose characters are all alike is the hardest to search.
func TestASearchThatFindsNothingIsBounded(t *testing.T) {
	text := graph.NewText(strings.Repeat("的", 300_000))
	if _, ok := text.Find(strings.Repeat("的", 2000)+"了", -1); ok {
		t.Error("it is found")
	}
	if _, differ, ok := text.Closest(strings.Repeat("的", 500) + "了"); !ok || differ != 1 {
		t.Errorf("the closest is %d off (%v)", differ, ok)
	}
}

func FuzzFind(f *testing.F) {
	f.Add(printed, "头一个开工投料的辣椒", 3)
	f.Add("\xff\f\n12\n", "a", -1)
	f.Fuzz(func(t *testing.T, s, quote string, near int) {
		if !utf8.ValidString(s) {
			t.Skip("a text is valid UTF-8")
		}
		text := graph.NewText(s)
		for _, search := range []func() (graph.Span, bool){
			func() (graph.Span, bool) { return text.Find(quote, near) },
			func() (graph.Span, bool) { at, _, ok := text.Closest(quote); return at, ok },
		} {
			if at, ok := search(); ok && (at.Start < 0 || at.End <= at.Start || at.End > text.Len()) {
				t.Fatalf("%q in %q is said to be at %v", quote, s, at)
			}
		}
		runes := []rune(s)
		if len(runes) != text.Len() {
			t.Fatalf("%q has %d characters, not %d", s, len(runes), text.Len())
		}
		if len(runes) > 0 {
			start := max(0, near) % len(runes)
			if part := text.Slice(start, start+5); part != string(runes[start:min(len(runes), start+5)]) {
				t.Fatalf("characters %d to %d of %q are not %q", start, start+5, s, part)
			}
		}
	})
}
