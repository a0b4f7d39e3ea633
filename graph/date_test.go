package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianzhu/graph"
)

// day counts the days from 1970-01-01 to a date written as 2006-01-02, where a
// year before 1 has a sign.
func day(t *testing.T, s string) int32 {
	t.Helper()
	switch s {
	case "":
		return graph.DayMin
	case "..":
		return graph.DayMax
	}
	var y, m, d int
	if _, err := fmt.Sscanf(s, "%d-%d-%d", &y, &m, &d); err != nil {
		t.Fatalf("the test's own date %q: %v", s, err)
	}
	// Years from March on, so that the leap day is the last of its year.
	if m < 3 {
		y, m = y-1, m+12
	}
	const era = 400 // years, so that nothing below is negative
	y += 30 * era
	days := 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d
	return int32(days - 30*146097 - 719469)
}

func TestADateLiesBetweenTheDaysItsWordingAllows(t *testing.T) {
	for _, c := range []struct{ name, text, earliest, latest string }{
		{"a day is itself", "2023-11-21", "2023-11-21", "2023-11-21"},
		{"a month is its days", "2023-11", "2023-11-01", "2023-11-30"},
		{"a year is its days", "2023", "2023-01-01", "2023-12-31"},
		{"February has 29 days in a leap year", "2024-02", "2024-02-01", "2024-02-29"},
		{"February has 28 days in other years", "2023-02", "2023-02-01", "2023-02-28"},
		{"a leap day is a day", "2024-02-29", "2024-02-29", "2024-02-29"},
		{"every fourth century has a leap day", "2000-02-29", "2000-02-29", "2000-02-29"},
		{"spring is March to May", "2023-21", "2023-03-01", "2023-05-31"},
		{"summer is June to August", "2023-22", "2023-06-01", "2023-08-31"},
		{"autumn is September to November", "2023-23", "2023-09-01", "2023-11-30"},
		{"winter ends in the next year", "2023-24", "2023-12-01", "2024-02-29"},
		{"winter ends on the 28th where the next year is no leap year", "2022-24", "2022-12-01", "2023-02-28"},
		{"a decade is ten years", "202X", "2020-01-01", "2029-12-31"},
		{"a century is a hundred years", "20XX", "2000-01-01", "2099-12-31"},
		{"a millennium is a thousand years", "2XXX", "2000-01-01", "2999-12-31"},
		{"a month that may be the tenth to the twelfth", "2023-1X", "2023-10-01", "2023-12-31"},
		{"a month of one figure", "2023-0X", "2023-01-01", "2023-09-30"},
		{"any month", "2023-XX", "2023-01-01", "2023-12-31"},
		{"the thirtieth and no thirty-first of November", "2023-11-3X", "2023-11-30", "2023-11-30"},
		{"the thirtieth or thirty-first of December", "2023-12-3X", "2023-12-30", "2023-12-31"},
		{"the first nine days", "2023-11-0X", "2023-11-01", "2023-11-09"},
		{"the twenties end with February", "2023-02-2X", "2023-02-20", "2023-02-28"},
		{"any day of a month", "2023-02-XX", "2023-02-01", "2023-02-28"},
		{"any day of any month", "2023-XX-XX", "2023-01-01", "2023-12-31"},
		{"the thirty-first of any month", "2023-XX-31", "2023-01-31", "2023-12-31"},
		{"the thirty-first of a month of one figure", "2023-0X-31", "2023-01-31", "2023-08-31"},
		{"the thirty-first of an autumn month", "2023-1X-31", "2023-10-31", "2023-12-31"},
		{"a leap day of a century", "20XX-02-29", "2000-02-29", "2096-02-29"},
		{"a leap day of a decade", "201X-02-29", "2012-02-29", "2016-02-29"},
		{"the one leap day of a decade", "190X-02-29", "1904-02-29", "1908-02-29"},
		{"a day whose year is not known is any day", "XXXX-11-21", "", ".."},
		{"a leap day whose year is not known is any day", "XXXX-02-29", "", ".."},
		{"nothing known is any day", "XXXX-XX-XX", "", ".."},
		{"about a year is the year", "2023~", "2023-01-01", "2023-12-31"},
		{"perhaps a year is the year", "2023?", "2023-01-01", "2023-12-31"},
		{"perhaps about a month is the month", "2023-11%", "2023-11-01", "2023-11-30"},
		{"about a season is the season", "2023-21~", "2023-03-01", "2023-05-31"},
		{"the year before the first is 0000", "0000", "0-01-01", "0-12-31"},
		{"the year before that is -0001", "-0001", "-1-01-01", "-1-12-31"},
		{"a day before the common era", "-0044-03-15", "-44-03-15", "-44-03-15"},
		{"a decade before the common era", "-004X", "-49-01-01", "-40-12-31"},
		{"the first decade before the common era has no year 0", "-000X", "-9-01-01", "-1-12-31"},
		{"the last year", "9999-12-31", "9999-12-31", "9999-12-31"},
		{"an interval", "2022-09/2023", "2022-09-01", "2023-12-31"},
		{"an interval of seasons", "2022-24/2023-21", "2022-12-01", "2023-05-31"},
		{"an interval within a year", "2023-11-21/2023", "2023-11-21", "2023-12-31"},
		{"an interval of one day", "2023-11-21/2023-11-21", "2023-11-21", "2023-11-21"},
		{"an interval of which both ends are vague", "2022?/202X", "2022-01-01", "2029-12-31"},
		{"open to the past", "../2024", "", "2024-12-31"},
		{"open to the future", "2024/..", "2024-01-01", ".."},
		{"an unknown beginning", "/2024", "", "2024-12-31"},
		{"an unknown end", "2024/", "2024-01-01", ".."},
		{"an interval from a year that is not known", "XXXX/2024", "", "2024-12-31"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := graph.ParseDate(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if d.Earliest() != day(t, c.earliest) || d.Latest() != day(t, c.latest) {
				t.Errorf("%s: %d to %d, want %d (%s) to %d (%s)", c.text,
					d.Earliest(), d.Latest(), day(t, c.earliest), c.earliest, day(t, c.latest), c.latest)
			}
			if d.String() != c.text || d.IsZero() {
				t.Errorf("%q was written as %q, zero %v", c.text, d, d.IsZero())
			}
		})
	}
}

func TestADateThatNoCalendarHasIsRefused(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"a leap day of an ordinary year", "2023-02-29"},
		{"a leap day of a century that has none", "1900-02-29"},
		{"the thirtieth of February in any year", "XXXX-02-30"},
		{"the thirtieth of February in a century", "20XX-02-30"},
		{"the thirties of February", "2023-02-3X"},
		{"the thirties of February in any year", "XXXX-02-3X"},
		{"the thirty-first of a month of thirty days", "2023-11-31"},
		{"a leap day in years without one", "-0001-02-29"},
		{"month nought", "2023-00"},
		{"month thirteen", "2023-13"},
		{"a month above the seasons", "2023-25"},
		{"months in the twenties", "2023-2X"},
		{"a season with a sign", "2023-+21"},
		{"a season of three figures", "2023-021"},
		{"a season with a day", "2023-21-05"},
		{"day nought", "2023-11-00"},
		{"day thirty-two", "2023-11-32"},
		{"days in the forties", "2023-11-4X"},
		{"a year of five figures", "12023"},
		{"a year with a letter before it", "Y12023"},
		{"a year of three figures", "202"},
		{"a year with a plus", "+202"},
		{"the year nought with a sign", "-0000"},
		{"a known figure after an unknown one", "2X23"},
		{"a small x", "202x"},
		{"a month of one figure", "2023-1"},
		{"a day of one figure", "2023-11-1"},
		{"four parts", "2023-11-21-07"},
		{"a time of day", "2023-11-21T07:00:00Z"},
		{"slashes between the parts", "2023/11/21"},
		{"the parts without a hyphen", "20231121"},
		{"two signs of doubt", "2023?~"},
		{"a sign of doubt before the year", "~2023"},
		{"a sign of doubt alone", "?"},
		{"a hyphen alone", "-"},
		{"two hyphens", "--2023"},
		{"a hyphen at the end", "2023-"},
		{"an end that is open and no interval", ".."},
		{"an interval that is open at both ends", "../.."},
		{"an interval of which nothing is known", "/"},
		{"an interval that ends before it begins", "2023/2022"},
		{"an interval that ends a day before it begins", "2023-11-21/2023-11-20"},
		{"an interval with a bad beginning", "2023-13/2024"},
		{"an interval with a bad end", "2023/2024-13"},
		{"an interval of three", "2022/2023/2024"},
		{"blanks around", " 2023"},
		{"figures of another script", "２０２３"},
		{"words", "去年"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := graph.ParseDate(c.text)
			if graph.CodeOf(err) != graph.CodeInvalid {
				t.Fatalf("%q was read as %q: %v", c.text, d, err)
			}
			if !strings.Contains(err.Error(), c.text) || !d.IsZero() {
				t.Errorf("%q, %q: the error must name the date", d, err)
			}
		})
	}
}

func TestADateThatIsNotGivenMayBeAnyDay(t *testing.T) {
	d, err := graph.ParseDate("")
	if err != nil || !d.IsZero() || d != (graph.Date{}) || d.String() != "" {
		t.Fatalf("%q, %v", d, err)
	}
	if d.Earliest() != graph.DayMin || d.Latest() != graph.DayMax {
		t.Errorf("it lies between %d and %d", d.Earliest(), d.Latest())
	}
}

func TestADateThatStandsInTheProgramMustBeRight(t *testing.T) {
	if got := graph.MustDate("2023-11"); got.String() != "2023-11" {
		t.Errorf("got %q", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("a wrong one was let through")
		}
	}()
	graph.MustDate("2023-13")
}

// drawMask draws n figures of which the last few may be X.
func drawMask(t *rapid.T, n int, what string) string {
	most := map[int]int{2: 39, 4: 9999}[n]
	s := fmt.Sprintf("%0*d", n, rapid.IntRange(0, most).Draw(t, what))
	masked := rapid.IntRange(0, n).Draw(t, what+" masked")
	return s[:n-masked] + strings.Repeat("X", masked)
}

// byHand looks through the calendar, day by day, for the first and the last one
// that the pattern fits.
func byHand(pattern string) (first, last int32, found bool) {
	fits := func(s string) bool {
		for i := range pattern {
			if pattern[i] != 'X' && pattern[i] != s[i] {
				return false
			}
		}
		return true
	}
	from := strings.ReplaceAll(pattern[:4], "X", "0")
	to := strings.ReplaceAll(pattern[:4], "X", "9")
	for at, _ := time.Parse("2006", from); fmt.Sprintf("%04d", at.Year()) <= to && at.Year() < 10000; at = at.AddDate(0, 0, 1) {
		if !fits(at.Format("2006-01-02")) {
			continue
		}
		last = int32(at.Unix() / 86400)
		if !found {
			first, found = last, true
		}
	}
	return first, last, found
}

func TestMaskedDatesHoldExactlyTheDaysThatFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		year := fmt.Sprintf("%04d", rapid.IntRange(0, 9999).Draw(t, "year"))
		masked := rapid.IntRange(0, 2).Draw(t, "year masked")
		pattern := year[:4-masked] + "XX"[:masked]
		if rapid.Bool().Draw(t, "has month") {
			pattern += "-" + drawMask(t, 2, "month")
			if rapid.Bool().Draw(t, "has day") {
				pattern += "-" + drawMask(t, 2, "day")
			}
		}
		if len(pattern) == 7 && pattern[5] == '2' {
			t.Skip("a season is no month")
		}
		first, last, found := byHand(pattern)
		d, err := graph.ParseDate(pattern)
		if (err == nil) != found {
			t.Fatalf("%s: found %v, %v", pattern, found, err)
		}
		if found && (d.Earliest() != first || d.Latest() != last) {
			t.Fatalf("%s: %d to %d, want %d to %d", pattern, d.Earliest(), d.Latest(), first, last)
		}
	})
}

// drawDate draws a date that can be read.
func drawDate(t *rapid.T, what string) graph.Date {
	return rapid.Custom(func(t *rapid.T) graph.Date {
		parts := []string{drawMask(t, 4, "year"), drawMask(t, 2, "month"), drawMask(t, 2, "day")}
		text := strings.Join(parts[:rapid.IntRange(1, 3).Draw(t, "parts")], "-")
		text += rapid.SampledFrom([]string{"", "~", "?", "%"}).Draw(t, "doubt")
		d, _ := graph.ParseDate(rapid.SampledFrom([]string{"", "-"}).Draw(t, "sign") + text)
		return d
	}).Filter(func(d graph.Date) bool { return !d.IsZero() }).Draw(t, what)
}

func TestADateIsReadBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDate(t, "date")
		if d.Earliest() > d.Latest() {
			t.Fatalf("%s begins on %d and ends on %d", d, d.Earliest(), d.Latest())
		}
		b, err := json.Marshal(struct{ At graph.Date }{d})
		if err != nil {
			t.Fatal(err)
		}
		var back struct{ At graph.Date }
		if err := json.Unmarshal(b, &back); err != nil || back.At != d {
			t.Fatalf("%s became %s: %v", d, back.At, err)
		}
	})
}

func TestADateThatIsNotGivenIsLeftOutOfADocument(t *testing.T) {
	b, err := json.Marshal(graph.Source{Key: "source:s", Title: "t"})
	if err != nil || strings.Contains(string(b), "publishedOn") {
		t.Fatalf("%s, %v", b, err)
	}
	var d graph.Date
	if err := d.UnmarshalText([]byte("2023-13")); graph.CodeOf(err) != graph.CodeInvalid || !d.IsZero() {
		t.Errorf("a wrong date was taken as %q: %v", d, err)
	}
}

func TestAnIntervalRunsFromTheFirstDayOfOneDateToTheLastOfTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := drawDate(t, "from"), drawDate(t, "to")
		d, err := graph.ParseDate(from.String() + "/" + to.String())
		if from.Earliest() > to.Latest() {
			if graph.CodeOf(err) != graph.CodeInvalid {
				t.Fatalf("%s was let through", d)
			}
			return
		}
		if err != nil || d.Earliest() != from.Earliest() || d.Latest() != to.Latest() {
			t.Fatalf("%s: %d to %d, %v", d, d.Earliest(), d.Latest(), err)
		}
	})
}

func TestARelationMayHoldAtADateUnlessWhatIsKnownExcludesIt(t *testing.T) {
	for _, c := range []struct {
		name, from, to, at string
		want               bool
	}{
		{"no dates at all", "", "", "2023", true},
		{"no date asked for", "2020", "2021", "", true},
		{"within", "2020", "2024", "2022", true},
		{"on the first day", "2020-05-01", "2024", "2020-05-01", true},
		{"the day before the first", "2020-05-01", "2024", "2020-04-30", false},
		{"on the last day", "2020", "2024-05-01", "2024-05-01", true},
		{"the day after the last", "2020", "2024-05-01", "2024-05-02", false},
		{"some day of a year in which it begins", "2020-05-01", "", "2020", true},
		{"a year before it begins", "2020-05-01", "", "2019", false},
		{"a beginning within a year may be any day of it", "2020", "", "2020-01-01", true},
		{"an unknown beginning excludes nothing before the end", "", "2024", "1949", true},
		{"an unknown beginning does not undo the end", "", "2024", "2025", false},
		{"an unknown end excludes nothing after the beginning", "2020", "", "9999", true},
		{"an unknown end does not undo the beginning", "2020", "", "2019-12-31", false},
		{"a beginning that is open to the past", "../2020", "", "1949", true},
		{"an end that is open to the future", "2020", "2021/..", "9999", true},
		{"a beginning whose year is not known", "XXXX-11-21", "2024", "1949", true},
		{"an end in some year of a decade", "2010", "202X", "2029-12-31", true},
		{"after a decade", "2010", "202X", "2030", false},
		{"an open question overlaps", "2020", "2021", "../2020-01-01", true},
		{"an open question ends before", "2020", "2021", "../2019", false},
		{"an open question begins after", "2020", "2021", "2022/..", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := graph.Relation{ValidFrom: graph.MustDate(c.from), ValidTo: graph.MustDate(c.to)}
			if got := r.Hot().MayHoldAt(graph.MustDate(c.at)); got != c.want {
				t.Errorf("from %q to %q at %q: %v", c.from, c.to, c.at, got)
			}
		})
	}
}

func TestThePlainDatesAreThoseThatTheirDaysTell(t *testing.T) {
	for text, plain := range map[string]bool{
		"": true, "2023": true, "2024-02": true, "2023-12": true, "2023-11-21": true, "0000": true, "2024-12-31": true, "2024-01-01": true,
		"2023~": false, "202X": false, "XXXX-11-21": false, "../2024": false, "2022-09/2023": false, "2023-21": false,
		"2023-01/2023-12": false, "2023-11-21/2023-11-21": false, "XXXX": false, "-0001": false,
	} {
		if got := graph.MustDate(text).Plain(); got != plain {
			t.Errorf("Plain of %q is %v, want %v", text, got, plain)
		}
	}
}

func TestAPlainDateInFourBytesIsTheSame(t *testing.T) {
	for _, text := range []string{"", "2023", "2024-02", "1999-12", "2023-11-21", "0000", "9999", "2024-12-31", "2024-01-01", "1600-02-29", "0000-01-01"} {
		d := graph.MustDate(text)
		p, ok := graph.PlainDateOf(d.Earliest(), d.Latest())
		if got := string(p.AppendTo(nil)); !ok || got != text || p.Earliest() != d.Earliest() || p.Latest() != d.Latest() {
			t.Errorf("%q became %q from %d to %d", text, got, p.Earliest(), p.Latest())
		}
	}
	for _, text := range []string{"2023~", "../2024", "2022-09/2023", "-0001"} {
		d := graph.MustDate(text)
		if p, ok := graph.PlainDateOf(d.Earliest(), d.Latest()); ok && string(p.AppendTo(nil)) == text {
			t.Errorf("%q became %d", text, p)
		}
	}
}

// FuzzPlainDate holds that no four bytes are too odd to be written.
func FuzzPlainDate(f *testing.F) {
	f.Add(uint32(0), int32(0))
	f.Add(uint32(2024)<<9|2<<5|30, int32(19_000))
	f.Fuzz(func(t *testing.T, n uint32, day int32) {
		p := graph.PlainDate(n)
		p.AppendTo(nil)
		p.Earliest()
		p.Latest()
		if p, ok := graph.PlainDateOf(day, day); ok && p.Earliest() != day {
			t.Errorf("day %d became %d", day, p.Earliest())
		}
	})
}
