package graph

// PlainDate is a plain date (see [Date.Plain]) in four bytes, in which it is
// written and compared without a calendar: the year and one, the month and the
// day, from the highest bit down, of which a month has no day and a year neither.
// 0 is the date that was not given.
type PlainDate uint32

const (
	plainMonth = 5 // where the month begins
	plainYear  = 9 // and the year
	mostYear   = 9999
)

// PlainDateOf is the plain date of these days; ok is false where they have none.
func PlainDateOf(earliest, latest int32) (p PlainDate, ok bool) {
	if earliest == DayMin && latest == DayMax {
		return 0, true
	}
	text := plainDate(earliest, latest).text
	if text == "" {
		return 0, false
	}
	y, m, d := civil(earliest)
	switch len(text) {
	case len("2006"):
		m, d = 0, 0
	case len("2006-01"):
		d = 0
	}
	return PlainDate((y+1)<<plainYear | m<<plainMonth | d), true
}

// parts are the year, the month and the day of a date that was given; what it
// does not have is 0.
func (p PlainDate) parts() (year, month, day int) {
	year = min(int(p>>plainYear)-1, mostYear)
	return year, int(p >> plainMonth & (1<<(plainYear-plainMonth) - 1)), int(p & (1<<plainMonth - 1))
}

// Year is the year of p, 0 where p was not given.
func (p PlainDate) Year() int {
	if p < 1<<plainYear {
		return 0
	}
	year, _, _ := p.parts()
	return year
}

// AppendTo appends the text of p, which is "" where p was not given.
func (p PlainDate) AppendTo(b []byte) []byte {
	if p < 1<<plainYear {
		return b
	}
	y, m, d := p.parts()
	b = append(b, years[4*y:4*y+4]...)
	if m != 0 {
		b = append(b, '-', '0'+byte(m/10), '0'+byte(m%10))
	}
	if d != 0 {
		b = append(b, '-', '0'+byte(d/10), '0'+byte(d%10))
	}
	return b
}

// Earliest and Latest are those of [Date.Earliest].
func (p PlainDate) Earliest() int32 {
	if p < 1<<plainYear {
		return DayMin
	}
	y, m, d := p.parts()
	return dayOf(y, max(m, 1), max(d, 1))
}

// Latest: see [PlainDate.Earliest].
func (p PlainDate) Latest() int32 {
	if p < 1<<plainYear {
		return DayMax
	}
	y, m, d := p.parts()
	switch {
	case m == 0:
		return dayOf(y, 12, 31)
	case d == 0:
		return dayOf(y, m, daysIn(y, m))
	}
	return dayOf(y, m, d)
}

// date is p as a Date.
func (p PlainDate) date() Date {
	if p < 1<<plainYear {
		return Date{}
	}
	return Date{string(p.AppendTo(nil)), p.Earliest(), p.Latest()}
}
