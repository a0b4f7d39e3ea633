package text

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lianzhu/graph"
)

func TestPinyin(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"syllables are spaced", "青岛海尔", "qing dao hai er"},
		{"known places are read as they are known", "重庆长安厦门六安蚌埠台州丽水铅山乐清亳州成都", "chong qing chang an xia men lu an beng bu tai zhou li shui yan shan yue qing bo zhou cheng du"},
		{"a bank is a hang and an industry too", "青岛银行行业", "qing dao yin hang hang ye"},
		{"a road is not", "自行车", "zi xing che"},
		{"都 is du in names", "宋都股份", "song du gu fen"},
		{"ü keeps its dots", "吕梁绿能", "lü liang lü neng"},
		{"Latin words stay as they are written", "卡奥斯COSMOPlat平台", "ka ao si COSMOPlat ping tai"},
		{"punctuation goes", "伊克斯达（青岛）控股", "yi ke si da qing dao kong gu"},
		{"a county keeps the reading of its traditional character", "乾县", "qian xian"},
		{"traditional characters are read", "重慶長安調味", "chong qing chang an tiao wei"},
		{"the full circle is a number", "二〇二三", "er ling er san"},
		{"a character beyond the basic plane is read", "𬭚", "chun"},
		{"what has no reading gives none", "COSMOPlat", ""},
		{"nothing gives nothing", "", ""},
		{"what is beside readings and has none stays", "海尔バイオ", "hai er バイオ"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Pinyin(c.in); got != c.want {
				t.Errorf("Pinyin(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestStoredReadings(t *testing.T) {
	for _, c := range []struct{ name, text, stored, typed string }{
		{"a stored reading is the only one", "重庆", "chong qing", "chongqing"},
		{"tone marks are no matter", "重庆", "chóng qìng", "chongqing"},
		{"tone numbers are no matter", "重庆", "chong2 qing4", "chongqing"},
		{"an apostrophe parts syllables", "西安", "Xi'an", "xian"},
		{"ü may be typed u", "绿能", "lǜ neng", "luneng"},
		{"ü may be typed v", "绿能", "lǜ neng", "lvneng"},
		{"ü with a mark of its own may be typed v", "绿能", "lu\u0308\u0300 neng", "lvneng"},
		{"Latin words may be repeated in it", "COSMO平台", "COSMO ping tai", "cosmopingtai"},
		{"Latin words may be left out of it", "COSMO平台", "ping tai", "cosmopingtai"},
		{"one that does not fit is left aside", "重庆市", "chong qing", "chongqingshi"},
		{"one of other characters is left aside", "重庆", "重 庆", "chongqing"},
		{"one of punctuation is left aside", "重庆", "? ?", "chongqing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, ok := units(fold(c.text), c.stored)
			if !ok || !slices.Contains(readingsOf(list), c.typed) {
				t.Errorf("%s with %q is read %q", c.text, c.stored, readingsOf(list))
			}
		})
	}
}

func TestPinyinKeyOrder(t *testing.T) {
	for _, c := range []struct{ name, first, second string }{
		{"by the second syllable", "长安", "长城"},
		{"syllables, not letters: chan before chang", "产业", "长安"},
		{"xi an comes before xian", "西安", "县"},
		{"u before ü", "鲁能", "绿能"},
		{"Latin words by their letters", "Boeing", "长安"},
		{"Latin words after what sorts before them", "安徽", "Boeing"},
		{"a shorter name before one that begins so", "海尔", "海尔智家"},
		{"case is no matter before the letters are", "airbus", "Boeing"},
		{"those read alike by their characters", "山西", "陕西"},
		{"those folded alike as they are written", "COSMOPlat", "cosmoplat"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if PinyinKey(c.first) >= PinyinKey(c.second) {
				t.Errorf("%q has the key %q, %q has %q", c.first, PinyinKey(c.first), c.second, PinyinKey(c.second))
			}
		})
	}
}

func TestDifferentNamesHaveDifferentKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawnAny.Draw(t, "a"), drawnAny.Draw(t, "b")
		if (PinyinKey(a) == PinyinKey(b)) != (a == b) {
			t.Fatalf("%q and %q: %q and %q", a, b, PinyinKey(a), PinyinKey(b))
		}
	})
}

func TestKnownWordsAreWellFormed(t *testing.T) {
	// The dictionary lacks the readings that 乐 and 宕 have in 乐亭 and 宕昌 only.
	seen := map[string]bool{}
	for line := range strings.Lines(knownWords) {
		word, reading, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		runes := []rune(word)
		if n := len(strings.Fields(reading)); n != len(runes) || n < 2 {
			t.Errorf("%s has %d syllables", word, n)
		}
		if seen[word] || Fold(word) != word {
			t.Errorf("%s is there twice or not simplified", word)
		}
		seen[word] = true
		for i, s := range knownSounds(reading) {
			if word != "乐亭" && word != "宕昌" && !slices.Contains(dictionarySound(runes[i], runes[i]).spellings, s.spellings[0]) {
				t.Errorf("%c in %s: the dictionary has no %s", runes[i], word, s.spellings[0])
			}
		}
	}
	for r, s := range preferred() {
		line := sounds()[lineOf(r)].spellings
		if !slices.Equal(slices.Sorted(slices.Values(line)), slices.Sorted(slices.Values(s.spellings))) || line[0] == s.spellings[0] {
			t.Errorf("%c is %v in the dictionary and %v here: they should differ in order only", r, line, s.spellings)
		}
	}
}

// TestPlacesAreReadAsTheNationalListReadsThem compares Pinyin with the list of
// regions, whose pinyin comes from elsewhere.
func TestPlacesAreReadAsTheNationalListReadsThem(t *testing.T) {
	f, err := os.Open("../../shared/data/regions/regions.csv")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the list of regions is not beside the checkout")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	name, full, reading := slices.Index(rows[0], "name_zh"), slices.Index(rows[0], "full_name_zh"), slices.Index(rows[0], "pinyin")
	for _, row := range rows[1:] {
		got := strings.ReplaceAll(Pinyin(row[name]), "ü", "v")
		whole := strings.ReplaceAll(Pinyin(row[full]), "ü", "v")
		if row[reading] == "" || strings.Contains(row[name], "埔") || otherInTheList[row[name]] {
			continue
		}
		if got != row[reading] || !strings.HasPrefix(whole, row[reading]) {
			t.Errorf("%s %s is read %q, %q; the list has %q", row[0], row[full], got, whole, row[reading])
		}
	}
}

// otherInTheList are places that the list reads otherwise than dictionaries do,
// beside the many with 埔, which it reads bu wherever they are.
var otherInTheList = map[string]bool{"略阳": true, "芎林": true, "朴子": true}

func TestIsPinyin(t *testing.T) {
	for _, c := range []struct {
		name graph.Name
		want bool
	}{
		{graph.Name{Text: "Longnan", Lang: graph.Pinyin}, true},
		{graph.Name{Text: "Longnan", Lang: graph.EN}, false},
		{graph.Name{Text: "陇南", Lang: graph.Pinyin}, false},
	} {
		if got := isPinyin(&c.name, fold(c.name.Text)); got != c.want {
			t.Errorf("isPinyin(%v) = %v", c.name, got)
		}
	}
}
