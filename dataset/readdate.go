package dataset

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/text/width"

	"lianzhu/graph"
)

// ParseDate reads a date as people and programs write it: EDTF, as
// [graph.ParseDate] does, and else 2019年11月5日, 二〇一九年十一月, 2019/11/5,
// 2019.11, 20191105, with a time of day after it, which is dropped, about (约2019年),
// from or up to (2019年以来, 2019年以前), and two of them with 至 between. What does
// not exist, 2019年2月30日, is an error, as is everything else.
func ParseDate(s string) (graph.Date, error) {
	s = strings.TrimSpace(width.Fold.String(s))
	d, err := graph.ParseDate(s)
	if err == nil {
		return d, nil
	}
	written, ok := edtfOf(s)
	if !ok {
		return graph.Date{}, err
	}
	d, err = graph.ParseDate(written)
	if err != nil {
		return graph.Date{}, fmt.Errorf("%s is no date: %w", s, err)
	}
	return d, nil
}

// edtfOf writes a date in EDTF, whether it exists or not.
func edtfOf(s string) (string, bool) {
	for _, between := range []string{"至", "到", "—", "–", " - ", "~"} {
		from, to, is := strings.Cut(s, between)
		if !is || from == "" || to == "" {
			continue
		}
		a, ok1 := oneDate(from)
		b, ok2 := oneDate(to)
		if strings.TrimSpace(to) == "今" {
			b, ok2 = "..", true
		}
		return a + "/" + b, ok1 && ok2
	}
	for _, open := range []struct{ before, after, from, to string }{
		{"", "以来", "", "/.."}, {"", "起", "", "/.."}, {"自", "", "", "/.."},
		{"", "以前", "../", ""}, {"", "之前", "../", ""}, {"截至", "", "../", ""},
		{"约", "", "", "~"}, {"大约", "", "", "~"}, {"", "前后", "", "~"}, {"", "左右", "", "~"},
	} {
		body, begins := strings.CutPrefix(s, open.before)
		body, ends := strings.CutSuffix(body, open.after)
		if !begins || !ends || body == s {
			continue
		}
		d, ok := oneDate(body)
		return open.from + d + open.to, ok
	}
	return oneDate(s)
}

// The forms of one date: year, month and day stand in the groups.
var dateForms = []*regexp.Regexp{
	regexp.MustCompile(`^(\d{4})年(?:(\d{1,2})月(?:份|(\d{1,2})[日号])?)?$`),
	regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?$`),
	regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})?$`),
}

// timeOfDay is what may follow a date.
var timeOfDay = regexp.MustCompile(`[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|UTC|[+-]\d{2}:?\d{2}))?$`)

func oneDate(s string) (string, bool) {
	s = westernDigits(strings.TrimSpace(timeOfDay.ReplaceAllString(s, "")))
	for _, form := range dateForms {
		m := form.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		written := m[1]
		for _, part := range m[2:] {
			if part != "" {
				written += fmt.Sprintf("-%02s", part)
			}
		}
		return written, true
	}
	return "", false
}

// westernDigits writes the Chinese numerals of a date in digits: the year digit
// by digit, month and day as numbers.
func westernDigits(s string) string {
	if !strings.Contains(s, "年") {
		return s
	}
	year, rest, _ := strings.Cut(s, "年")
	year = strings.Map(func(r rune) rune {
		if d, ok := chineseDigits[r]; ok {
			return '0' + rune(d)
		}
		return r
	}, year)
	return year + "年" + chineseRun.ReplaceAllStringFunc(rest, func(run string) string {
		n, ok := chineseNumber(run)
		if !ok || !n.IsInt() {
			return run
		}
		return n.Num().String()
	})
}

var chineseRun = regexp.MustCompile(`[〇零一二三四五六七八九十]+`)
