package gql

import (
	"strconv"
	"strings"
	"time"

	"lianzhu/graph"
)

// spokenDate is a date in words, without what goes before it: "2023年11月",
// "November 2023". On is the English preposition of a point in time; it is
// empty where the words bring their own.
type spokenDate struct {
	zh, en, on     string
	perhaps, about bool
}

var (
	monthsEN  = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	seasonsZH = []string{"春季", "夏季", "秋季", "冬季"}
	seasonsEN = []string{"spring", "summer", "autumn", "winter"}
)

// speakDate says a date, which may be an interval of which only its bounds are
// known.
func speakDate(d graph.Date) spokenDate {
	from, to, interval := strings.Cut(d.String(), "/")
	if !interval {
		return speakSingle(from)
	}
	open := func(s string) bool { return s == "" || s == ".." }
	switch a, b := speakSingle(from), speakSingle(to); {
	case open(from):
		return spokenDate{b.zh + "或更早", b.en + " or earlier", b.on, b.perhaps, b.about}
	case open(to):
		return spokenDate{a.zh + "或更晚", a.en + " or later", a.on, a.perhaps, a.about}
	default:
		return spokenDate{a.zh + "至" + b.zh + "之间", "between " + a.en + " and " + b.en, "", a.perhaps || b.perhaps, a.about || b.about}
	}
}

// speakSingle says a date that is no interval.
func speakSingle(s string) spokenDate {
	body := strings.TrimRight(s, "?~%")
	mark := s[len(body):]
	parts := strings.Split(strings.TrimPrefix(body, "-"), "-")
	for len(parts) > 1 && strings.Trim(parts[len(parts)-1], "X") == "" {
		parts = parts[:len(parts)-1]
	}
	var d spokenDate
	switch {
	case strings.Contains(strings.Join(parts[1:], ""), "X"):
		d = speakBounds(body)
	case parts[0] == "XXXX":
		d = speakWithoutYear(parts)
	case strings.HasSuffix(parts[0], "X") && len(parts) == 1 && strings.Count(parts[0], "X") == 1 && !strings.HasPrefix(body, "-"):
		decade := strings.TrimSuffix(parts[0], "X") + "0"
		d = spokenDate{zh: decade + "年代", en: "the " + decade + "s", on: "in"}
	case strings.Contains(parts[0], "X"):
		d = speakBounds(body)
	default:
		zh, en := speakYear(parts[0], strings.HasPrefix(body, "-"))
		d = speakParts(zh, " "+en, parts[1:])
	}
	d.perhaps, d.about = mark == "?" || mark == "%", mark == "~" || mark == "%"
	return d
}

// speakYear says a year of four digits. The year before 1 is 0000, and -0001
// the one before that.
func speakYear(digits string, negative bool) (zh, en string) {
	n, _ := strconv.Atoi(digits)
	if negative {
		n = -n
	}
	if n < 1 {
		n := strconv.Itoa(1 - n)
		return "公元前" + n + "年", n + " BC"
	}
	return strconv.Itoa(n) + "年", strconv.Itoa(n)
}

// speakWithoutYear says a month, a season or a day of which the year is not known.
func speakWithoutYear(parts []string) spokenDate {
	if len(parts) == 1 {
		return spokenDate{zh: "不详的年份", en: "an unknown year", on: "in"}
	}
	return speakParts("年份不详的", " of an unknown year", parts[1:])
}

// speakParts says month and day, or a season, beside the words for their year.
func speakParts(zhYear, enYear string, rest []string) spokenDate {
	if len(rest) == 0 {
		return spokenDate{zh: zhYear, en: strings.TrimSpace(enYear), on: "in"}
	}
	month, _ := strconv.Atoi(rest[0])
	if month > 20 {
		return spokenDate{zh: zhYear + seasonsZH[month-21], en: seasonsEN[month-21] + enYear, on: "in"}
	}
	zh, en := zhYear+strconv.Itoa(month)+"月", monthsEN[month-1]+enYear
	if len(rest) == 1 {
		return spokenDate{zh: zh, en: en, on: "in"}
	}
	day, _ := strconv.Atoi(rest[1])
	return spokenDate{zh: zh + strconv.Itoa(day) + "日", en: strconv.Itoa(day) + " " + en, on: "on"}
}

// speakBounds says the span within which a date lies whose digits are partly
// unknown: years where they are whole, else days.
func speakBounds(body string) spokenDate {
	d, err := graph.ParseDate(body)
	if err != nil || d.Earliest() == graph.DayMin || d.Latest() == graph.DayMax {
		return spokenDate{zh: "不详的日期", en: "an unknown date", on: "on"}
	}
	first, last := dayAt(d.Earliest()), dayAt(d.Latest())
	parts := 3
	if first.YearDay() == 1 && last.Month() == time.December && last.Day() == 31 {
		parts = 1
	}
	a, b := speakDay(first, parts), speakDay(last, parts)
	return spokenDate{zh: a.zh + "至" + b.zh + "之间", en: "between " + a.en + " and " + b.en}
}

func dayAt(day int32) time.Time { return time.Unix(int64(day)*86400, 0).UTC() }

// speakDay says a day, or its year alone.
func speakDay(t time.Time, parts int) spokenDate {
	year := t.Year()
	zh, en := speakYear(strconv.Itoa(max(year, -year)), year < 0)
	return speakParts(zh, " "+en, []string{strconv.Itoa(int(t.Month())), strconv.Itoa(t.Day())}[:parts-1])
}

// whenZH says from when to when something holds: "自2022年10月起", "在2018年",
// "至2024年止"; "" where neither is known.
func whenZH(from, to graph.Date) string {
	a, b := speakDate(from), speakDate(to)
	perhaps := mark(!from.IsZero() && a.perhaps || !to.IsZero() && b.perhaps, "可能")
	say := func(d spokenDate) string { return mark(d.about, "约") + d.zh }
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case to.IsZero():
		return perhaps + "自" + say(a) + "起"
	case from.IsZero():
		return perhaps + "至" + say(b) + "止"
	case from == to:
		return perhaps + "在" + say(a)
	}
	return perhaps + "自" + say(a) + "至" + say(b)
}

// whenEN says the same in English; since is the word for a beginning.
func whenEN(from, to graph.Date, since string) string {
	a, b := speakDate(from), speakDate(to)
	perhaps := mark(!from.IsZero() && a.perhaps || !to.IsZero() && b.perhaps, "perhaps ")
	say := func(d spokenDate) string {
		return mark(d.on == "", "some time ") + mark(d.about, "about ") + d.en
	}
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case to.IsZero():
		return perhaps + since + " " + say(a)
	case from.IsZero():
		return perhaps + "until " + say(b)
	case from == to:
		return perhaps + mark(a.on != "", a.on+" ") + mark(a.about, "about ") + a.en
	}
	return perhaps + "from " + say(a) + " to " + say(b)
}
