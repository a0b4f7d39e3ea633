package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"case goes", "COSMOPlat", "cosmoplat"},
		{"full width and blanks go", "ＣＯＳＭＯ Ｐlat", "cosmoplat"},
		{"traditional characters are simplified", "卡奧斯", "卡奥斯"},
		{"simplified characters stay", "卡奥斯", "卡奥斯"},
		{"tone marks go", "Lǒng Nán", "longnan"},
		{"the dots of ü go", "Lüliang", "luliang"},
		{"an apostrophe goes", "Xi'an", "xian"},
		{"a typographic apostrophe goes", "Xi’an", "xian"},
		{"punctuation of either width goes", "伊克斯达（青岛）控股(有限)公司", "伊克斯达青岛控股有限公司"},
		{"the middle dot goes, in each of its forms", "卡·奥・斯•", "卡奥斯"},
		{"book-title marks and dashes go", "《海尔》——智家", "海尔智家"},
		{"masks go", "传化****限公司", "传化限公司"},
		{"digits stay", "3M 600690", "3m600690"},
		{"a ligature is taken apart", "ﬁne", "fine"},
		{"sharp s is ss, as case folding has it", "Straße", "strasse"},
		{"the Turkish dotted I is i", "İstanbul", "istanbul"},
		{"final sigma is sigma", "ΟΔΟΣ οδος", "οδοσοδοσ"},
		{"both cases of Cherokee are one", "Ꭰꭰ", "ᎠᎠ"},
		{"a circled number is a number", "①号", "1号"},
		{"half-width kana are kana, their marks kept", "ﾊﾞｲｵ", "バイオ"},
		{"a compatibility ideograph is its unified one", "豈", "岂"},
		{"an ideograph beyond the basic plane is simplified", "𡈽", "𡈽"},
		{"a variation selector goes", "葛\U000E0100城", "葛城"},
		{"two steps of simplification are one", "薴", "苎"},
		{"a zero-width joiner goes", "海\u200d尔", "海尔"},
		{"broken bytes go", "海\xff尔", "海尔"},
		{"blanks fold to nothing", " \t　\u00a0", ""},
		{"symbols stay where there is nothing else", "★ ★", "★★"},
		{"symbols go where there is something else", "★海尔★", "海尔"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Fold(c.in); got != c.want {
				t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"blanks part words", "Haier Smart Home", "haier|smart|home"},
		{"punctuation parts words", "Co., Ltd.", "co|ltd"},
		{"an apostrophe does not", "Xi'an", "xian"},
		{"scripts part words", "海尔COSMO平台", "海尔|cosmo|平台"},
		{"digits and letters are one word", "5G工厂", "5g|工厂"},
		{"Han words are parted by blanks", "海尔 智家", "海尔|智家"},
		{"blanks at the ends part nothing", " 海尔 ", "海尔"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := fold(c.in)
			if got := strings.Join(f.words(), "|"); got != c.want {
				t.Errorf("words of %q are %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestLengthCountsTwoNarrowCharactersAsOne(t *testing.T) {
	for _, c := range []struct {
		in   string
		want int
	}{{"海尔", 2}, {"haier", 3}, {"海尔a", 3}, {"", 0}} {
		if got := length([]rune(c.in)); got != c.want {
			t.Errorf("length(%q) = %d, want %d", c.in, got, c.want)
		}
	}
}

// drawnAny draws texts of all scripts, with marks, separators and oddities.
var drawnAny = rapid.OneOf(
	rapid.String(),
	rapid.StringOf(rapid.SampledFrom([]rune("aÀ́é ｱﾞがｶﾞ가ᄀ ᅡ한한'’·海爾斯（）★ß´^İſﬃ葛\U000E0100\u200d\u0345"))),
	rapid.StringOf(rapid.RuneFrom(nil, unicode.Han, unicode.Latin, unicode.Hangul, unicode.Mn, unicode.P, unicode.S)))

func TestFoldingTwiceFoldsNoFurther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := Fold(drawnAny.Draw(t, "text"))
		if twice := Fold(once); twice != once {
			t.Fatalf("%q folds further to %q", once, twice)
		}
	})
}

// TestTheQuickWayOfFoldingIsTheSlowOne: what both can fold, both fold alike.
func TestTheQuickWayOfFoldingIsTheSlowOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("aZ0 '’·　（）ＡＺａ９－、。《》–—!~海爾斯乾\n"))).Draw(t, "text")
		quick, slow := folder{}, folder{changed: true}
		if !quick.quick(s) {
			t.Fatalf("%q is not quick", s)
		}
		slow.slow(s)
		a, b := quick.finish(s), slow.finish(s)
		if a.text != b.text || strings.Join(a.words(), "|") != strings.Join(b.words(), "|") {
			t.Fatalf("%q: quick %q %v, slow %q %v", s, a.text, a.words(), b.text, b.words())
		}
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "COSMOPlat", "ＣＯＳＭＯ Ｐlat", "卡奧斯", "lǒng nán", "가ᄀ ᅡ", "か ゙", "´", "海\xff", "ﷺ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if !utf8.ValidString(once) {
			t.Fatalf("Fold(%q) = %q is not valid UTF-8", s, once)
		}
		if twice := Fold(once); twice != once {
			t.Fatalf("Fold(%q) = %q folds further to %q", s, once, twice)
		}
		f := fold(s)
		if len(f.plain) != len(f.runes) || string(f.runes) != f.text || strings.Join(f.words(), "") != f.text {
			t.Fatalf("fold(%q) = %q, words %q, %d plain", s, f.text, f.words(), len(f.plain))
		}
	})
}
