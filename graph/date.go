package graph

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Date is a date as well as it is known, written in EDTF (ISO 8601-2, levels 0
// and 1): 2023, 2023-11, 2023-11-21, 2023~, 202X, XXXX-11-21, ../2024,
// 2022-09/2023. The zero Date is "not given". Dates compare with == by what was
// written.
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
	neg := strings.HasPrefix(body, "-")
	parts := strings.Split(strings.TrimPrefix(body, "-"), "-")
	if len(parts) > 3 {
		return bounds{}, fmt.Errorf("it has more than year, month and day")
	}
	y0, y1, err := digits(parts[0], 4, 0, 9999)
	if err != nil {
		return bounds{}, fmt.Errorf("the year must have four digits")
	}
	if neg {
		y0, y1 = -y1, -y0
	}
	return yearBounds(y0, y1, parts[1:], parts[0] == "XXXX")
}

// yearBounds widens the years y0..y1 by what month and day say. A date whose
// year is unknown altogether could be any day.
func yearBounds(y0, y1 int, rest []string, anyYear bool) (bounds, error) {
	m0, m1, err := monthOf(rest)
	if err != nil {
		return bounds{}, err
	}
	d0, d1 := 1, 31
	if len(rest) == 2 {
		if d0, d1, err = digits(rest[1], 2, 1, 31); err != nil || m0 > 12 {
			return bounds{}, fmt.Errorf("there is no day %s", rest[1])
		}
		if leap := 2000; d0 == d1 && m0 == m1 && d0 > daysIn(leap, m0) {
			return bounds{}, fmt.Errorf("there is no day %s in month %s", rest[1], rest[0])
		}
	}
	if anyYear {
		return bounds{DayMin, DayMax, false}, nil
	}
	if y0 == y1 && m0 == m1 && d0 == d1 && d0 > daysIn(y0, m0) {
		return bounds{}, fmt.Errorf("there is no day %s in that month", rest[1])
	}
	return bounds{dayOf(y0, m0, min(d0, daysIn(y0, m0))), dayOf(y1, m1, min(d1, daysIn(y1, m1))), false}, nil
}

// monthOf reads a month, or a season (21 spring to 24 winter) as its three
// months.
func monthOf(rest []string) (int, int, error) {
	if len(rest) == 0 {
		return 1, 12, nil
	}
	if n, err := strconv.Atoi(rest[0]); err == nil && len(rest) == 1 && n >= 21 && n <= 24 {
		first := []int{3, 6, 9, 10}[n-21]
		return first, first + 2, nil
	}
	m0, m1, err := digits(rest[0], 2, 1, 12)
	if err != nil {
		return 0, 0, fmt.Errorf("there is no month %s", rest[0])
	}
	return m0, m1, nil
}

// digits reads n digits of which the last ones may be X, as the least and the
// greatest number they may be within lo..hi.
func digits(s string, n, lo, hi int) (int, int, error) {
	known := strings.TrimRight(s, "X")
	if len(s) != n || strings.Trim(known, "0123456789") != "" {
		return 0, 0, fmt.Errorf("not a number")
	}
	a, _ := strconv.Atoi(known + strings.Repeat("0", n-len(known)))
	b, _ := strconv.Atoi(known + strings.Repeat("9", n-len(known)))
	a, b = max(a, lo), min(b, hi)
	if a > b {
		return 0, 0, fmt.Errorf("out of range")
	}
	return a, b, nil
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func dayOf(year, month, day int) int32 {
	return int32(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}
