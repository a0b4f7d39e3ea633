package graph

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Date is a date as well as it is known, written in EDTF (ISO 8601-2, levels 0
// and 1, without times of day and years of five digits): 2023, 2023-11,
// 2023-11-21, 2023~, 202X, XXXX-11-21, ../2024, 2022-09/2023, and the seasons
// 2023-21 (spring) to 2023-24 (winter, which ends in the next year). The zero
// Date is "not given". Dates compare with == by what was written.
type Date struct {
	text             string
	earliest, latest int32
}

// The days of dates that are open on one side.
const (
	DayMin = math.MinInt32
	DayMax = math.MaxInt32
)

// ParseDate reads an EDTF date or interval; "" is the zero Date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	from, to, isInterval := strings.Cut(s, "/")
	first, err := parseBounds(from, isInterval)
	if err != nil {
		return Date{}, dateError(s, err)
	}
	if !isInterval {
		return Date{s, first.lo, first.hi}, nil
	}
	last, err := parseBounds(to, true)
	if err != nil {
		return Date{}, dateError(s, err)
	}
	if first.open && last.open {
		return Date{}, dateError(s, fmt.Errorf("both ends are open"))
	}
	d := Date{text: s, earliest: first.lo, latest: last.hi}
	if d.earliest > d.latest {
		return Date{}, dateError(s, fmt.Errorf("it ends before it begins"))
	}
	return d, nil
}

// MustDate is ParseDate for dates that stand in the program.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func dateError(s string, err error) error {
	return &Error{Code: CodeInvalid, Op: "date", Key: s,
		Detail: err.Error() + "; write it as 2023, 2023-11, 2023-11-21, 2023~, XXXX-11-21 or ../2024"}
}

// String is d as it was written.
func (d Date) String() string { return d.text }

// IsZero tells whether d was not given.
func (d Date) IsZero() bool { return d.text == "" }

// Earliest and Latest are the days, counted from 1970-01-01, between which d
// lies: DayMin and DayMax where that side is open or d was not given.
func (d Date) Earliest() int32 {
	if d.IsZero() {
		return DayMin
	}
	return d.earliest
}

// Latest: see [Date.Earliest].
func (d Date) Latest() int32 {
	if d.IsZero() {
		return DayMax
	}
	return d.latest
}

// Plain tells whether the days of d tell all of it: it was not given, or is a
// year, a month or a day and nothing more.
func (d Date) Plain() bool { return plainDate(d.Earliest(), d.Latest()).text == d.text }

// plainDate is the plain date of these days, or the zero Date where they have
// none.
func plainDate(earliest, latest int32) Date {
	if earliest == DayMin || latest == DayMax || latest-earliest > 365 {
		return Date{}
	}
	y, m, d := civil(earliest)
	if y < 0 || y > 9999 {
		return Date{}
	}
	if d == 1 && m == 1 && latest-earliest >= 364 {
		if y2, m2, d2 := civil(latest); y2 == y && m2 == 12 && d2 == 31 {
			return Date{years[4*y : 4*y+4], earliest, latest}
		}
		return Date{}
	}
	text := [...]byte{'0' + byte(y/1000), '0' + byte(y/100%10), '0' + byte(y/10%10), '0' + byte(y%10), '-',
		'0' + byte(m/10), '0' + byte(m%10), '-', '0' + byte(d/10), '0' + byte(d%10)}
	switch {
	case earliest == latest:
		return Date{string(text[:10]), earliest, latest}
	case d == 1 && latest == dayOf(y, m, daysIn(y, m)):
		return Date{string(text[:7]), earliest, latest}
	}
	return Date{}
}

// years are the texts of all years, one behind the other: most dates are a year,
// and a page of them need not make that many texts.
var years = func() string {
	b := make([]byte, 0, 4*10_000)
	for y := range 10_000 {
		b = append(b, '0'+byte(y/1000), '0'+byte(y/100%10), '0'+byte(y/10%10), '0'+byte(y%10))
	}
	return string(b)
}()

// civil is the year, month and day of the day that many days after 1970-01-01.
// It counts from the first of March of the year 0, in eras of 400 years, so that
// a leap day is the last of its year.
func civil(day int32) (year, month, dayOfMonth int) {
	const fromMarch0, era = 719468, 146097
	z := int(day) + fromMarch0
	e := z / era
	if z < 0 {
		e = (z - era + 1) / era
	}
	ofEra := z - e*era
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	shifted := (5*ofYear + 2) / 153
	year, month, dayOfMonth = yearOfEra+e*400, shifted+3, ofYear-(153*shifted+2)/5+1
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, dayOfMonth
}

// MarshalText and UnmarshalText write and read d as EDTF.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.text), nil }

// UnmarshalText: see [Date.MarshalText].
func (d *Date) UnmarshalText(b []byte) error {
	v, err := ParseDate(string(b))
	*d = v
	return err
}

// bounds are the first and last day that a date may be.
type bounds struct {
	lo, hi int32
	open   bool
}

func parseBounds(s string, inInterval bool) (bounds, error) {
	if inInterval && (s == "" || s == "..") {
		return bounds{DayMin, DayMax, true}, nil
	}
	body := strings.TrimRight(s, "?~%")
	if len(s)-len(body) > 1 {
		return bounds{}, fmt.Errorf("at most one of ?, ~ and %% may follow a date")
	}
	parts := strings.Split(strings.TrimPrefix(body, "-"), "-")
	if len(parts) > 3 {
		return bounds{}, fmt.Errorf("it has more than year, month and day")
	}
	year, err := parseYear(parts[0], strings.HasPrefix(body, "-"))
	if err != nil {
		return bounds{}, err
	}
	month, err := parseMonth(parts[1:])
	if err != nil {
		return bounds{}, err
	}
	day, err := parseDay(parts)
	if err != nil {
		return bounds{}, err
	}
	return daysBetween(year, month, day, parts)
}

// daysBetween gives the first and the last day whose year, month and day lie in
// the spans. A date whose year is unknown altogether could be any day.
func daysBetween(year, month, day span, parts []string) (bounds, error) {
	y0, m0, ok := monthWith(day.lo, year.up(), month.up())
	if !ok {
		return bounds{}, fmt.Errorf("there is no day %s in month %s of %s", parts[2], parts[1], parts[0])
	}
	if parts[0] == "XXXX" {
		return bounds{DayMin, DayMax, false}, nil
	}
	y1, m1, _ := monthWith(day.lo, year.down(), month.down())
	return bounds{dayOf(y0, m0, day.lo), dayOf(y1, m1, min(day.hi, daysIn(y1, m1))), false}, nil
}

// monthWith is the first month of the years and months given that has a day of
// that number. Leap years are at most eight years apart, so it is soon found.
func monthWith(day int, years, months iter.Seq[int]) (year, month int, ok bool) {
	for y := range years {
		for m := range months {
			if day <= daysIn(y, m) {
				return y, m, true
			}
		}
	}
	return 0, 0, false
}

// span is the numbers from lo to hi, both included.
type span struct{ lo, hi int }

func (s span) up() iter.Seq[int] {
	return func(yield func(int) bool) {
		for n := s.lo; n <= s.hi && yield(n); n++ {
		}
	}
}

func (s span) down() iter.Seq[int] {
	return func(yield func(int) bool) {
		for n := s.hi; n >= s.lo && yield(n); n-- {
		}
	}
}

// parseYear reads a year. The year before 0001 is 0000, and that has no sign.
func parseYear(s string, negative bool) (span, error) {
	years, ok := digits(s, 4, span{0, 9999})
	if !ok || negative && years.hi == 0 {
		return span{}, fmt.Errorf("the year must have four digits")
	}
	if negative {
		return span{-years.hi, -max(years.lo, 1)}, nil
	}
	return years, nil
}

// parseMonth reads the month of the parts after the year, or a season as its three
// months. Months 13 and 14 are the first two of the next year.
func parseMonth(rest []string) (span, error) {
	if len(rest) == 0 {
		return span{1, 12}, nil
	}
	if seasons := []string{"21", "22", "23", "24"}; len(rest) == 1 && slices.Contains(seasons, rest[0]) {
		first := 3 * (1 + slices.Index(seasons, rest[0]))
		return span{first, first + 2}, nil
	}
	months, ok := digits(rest[0], 2, span{1, 12})
	if !ok {
		return span{}, fmt.Errorf("there is no month %s", rest[0])
	}
	return months, nil
}

// parseDay reads the day of year, month and day.
func parseDay(parts []string) (span, error) {
	if len(parts) < 3 {
		return span{1, 31}, nil
	}
	days, ok := digits(parts[2], 2, span{1, 31})
	if !ok {
		return span{}, fmt.Errorf("there is no day %s", parts[2])
	}
	return days, nil
}

// digits reads n digits of which the last ones may be X, as the least and the
// greatest number they may be within the span.
func digits(s string, n int, within span) (span, bool) {
	known := strings.TrimRight(s, "X")
	if len(s) != n || strings.Trim(known, "0123456789") != "" {
		return span{}, false
	}
	lo, _ := strconv.Atoi(known + strings.Repeat("0", n-len(known)))
	hi, _ := strconv.Atoi(known + strings.Repeat("9", n-len(known)))
	lo, hi = max(lo, within.lo), min(hi, within.hi)
	return span{lo, hi}, lo <= hi
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func dayOf(year, month, day int) int32 {
	return int32(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}
