package text

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSpells(t *testing.T) {
	const no = unreached
	for _, c := range []struct {
		name, text, typed string
		want              spelt
	}{
		{"the whole reading", "卡奥斯", "kaaosi", spelt{0, 0}},
		{"the beginning of the reading", "卡奥斯", "kaao", spelt{no, 0}},
		{"an unfinished syllable", "青岛", "qingd", spelt{no, 0}},
		{"an unfinished first syllable", "青岛", "qi", spelt{no, 0}},
		{"characters among syllables", "卡奥斯", "ka奥si", spelt{0, 0}},
		{"Latin letters of the name as they are", "TCL科技", "tclkeji", spelt{0, 0}},
		{"one other reading", "行乐", "hangle", spelt{1, 1}},
		{"two other readings are too many", "行乐", "hangyue", spelt{no, no}},
		{"a known word may be read otherwise", "重庆", "zhongqing", spelt{1, 1}},
		{"ü typed v", "绿能", "lvneng", spelt{0, 0}},
		{"ü typed u", "绿能", "luneng", spelt{0, 0}},
		{"the other spelling of a province", "陕西", "shaanxi", spelt{0, 0}},
		{"letters in between", "卡奥斯", "kaxaosi", spelt{no, no}},
		{"more than the name", "卡奥斯", "kaaosix", spelt{no, no}},
		{"not from the beginning", "卡奥斯", "aosi", spelt{no, no}},
		{"a syllable that may end sooner or later", "西安县", "xianxian", spelt{0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, ok := units(fold(c.text), "")
			if !ok {
				t.Fatal("no reading")
			}
			if got := spells(list, []rune(c.typed)); got != c.want {
				t.Errorf("spells(%s, %s) = %v, want %v", c.text, c.typed, got, c.want)
			}
		})
	}
}

func TestAbbreviates(t *testing.T) {
	const no = unreached
	for _, c := range []struct {
		name, text, typed string
		want              spelt
	}{
		{"the initials of the whole name", "卡奥斯", "kas", spelt{0, 0}},
		{"the first initials", "海尔智家", "hez", spelt{no, 0}},
		{"one letter for zh", "中铝", "zl", spelt{0, 0}},
		{"Latin letters of the name as they are", "TCL科技", "tclkj", spelt{0, 0}},
		{"an initial of another reading", "行乐", "hl", spelt{1, 1}},
		{"syllables are no initials", "卡奥斯", "kaao", spelt{no, no}},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, _ := units(fold(c.text), "")
			if got := abbreviates(list, []rune(c.typed)); got != c.want {
				t.Errorf("abbreviates(%s, %s) = %v, want %v", c.text, c.typed, got, c.want)
			}
		})
	}
}

// TestBeginningsAreWhatSpells: every beginning that is listed spells the name as
// it is listed, at its best, and what spells the name is listed.
func TestBeginningsAreWhatSpells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list, ok := units(fold(drawnText.Draw(t, "name")), "")
		if !ok {
			return
		}
		initials, most := rapid.Bool().Draw(t, "initials"), rapid.IntRange(2, 12).Draw(t, "most")
		listed := map[string]spelt{}
		beginnings(list, most, initials, func(typed []rune, s spelt) {
			have, ok := listed[string(typed)]
			if !ok {
				have = spelt{unreached, unreached}
			}
			listed[string(typed)] = spelt{min(have.whole, s.whole), min(have.begin, s.begin)}
		})
		for typed, s := range listed {
			if got := walk(list, []rune(typed), initials); got != s {
				t.Fatalf("%s is listed as %v and spells as %v", typed, s, got)
			}
		}
		typed := rapid.StringOfN(rapid.SampledFrom([]rune("abcghiknoszxv")), 2, most, -1).Draw(t, "typed")
		if s := walk(list, []rune(typed), initials); s.begin < unreached && len(typed) >= leastBeginning {
			if _, ok := listed[typed]; !ok && !literal(list, typed) {
				t.Fatalf("%s spells as %v and is not listed", typed, s)
			}
		}
	})
}

// literal tells whether typed is how the name begins as written.
func literal(list []unit, typed string) bool {
	for i, r := range []rune(typed) {
		if i >= len(list) || list[i].r != r {
			return false
		}
	}
	return true
}
