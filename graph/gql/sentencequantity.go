package gql

import (
	"math/big"
	"strings"

	"lianzhu/graph"
)

// perZH says by what a figure is counted, before the figure.
var perZH = map[string]string{"year": "每年", "month": "每月", "week": "每周", "day": "每日", "hour": "每小时"}

// quantityZH is a figure as its source writes it, with what it is counted by
// where the wording does not say so.
func quantityZH(q *graph.Quantity) string {
	per, known := perZH[q.Per]
	switch {
	case q.Per == "" || says(q.Raw, "每", "/") || q.Per == "year" && says(q.Raw, "年") || q.Per == "month" && says(q.Raw, "月"):
		return q.Raw
	case known:
		return per + q.Raw
	}
	return q.Raw + "/" + q.Per
}

// quantityEN is a figure as number and unit: "more than 6,000 tonnes a year".
// Of a figure that is open on one side the Chinese wording tells whether the
// bound itself is meant, too.
func quantityEN(q *graph.Quantity) string {
	return boundsEN(q) + perEN(q.Per)
}

func boundsEN(q *graph.Quantity) string {
	about := mark(q.Approx, "about ")
	switch {
	case q.Value != "" && isYear(q):
		return about + string(q.Value)
	case q.Value != "":
		return about + countEN(q.Value, q.Unit)
	case q.Min != "" && q.Max != "":
		return about + groupDigits(q.Min) + " to " + countEN(q.Max, q.Unit)
	case q.Min != "" && says(q.Raw, "余", "多", "超", "逾", ">"):
		return "more than " + countEN(q.Min, q.Unit)
	case q.Min != "":
		return "at least " + countEN(q.Min, q.Unit)
	case says(q.Raw, "近", "将近"):
		return "nearly " + countEN(q.Max, q.Unit)
	case says(q.Raw, "不足", "不到", "少于", "低于", "<"):
		return "less than " + countEN(q.Max, q.Unit)
	}
	return "at most " + countEN(q.Max, q.Unit)
}

func says(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// isYear tells a year of the calendar from a number of years.
func isYear(q *graph.Quantity) bool {
	return q.Unit == "year" && len(q.Value) == 4 && q.Raw == string(q.Value)+"年"
}

func perEN(per string) string {
	switch per {
	case "":
		return ""
	case "year", "month", "week", "day":
		return " a " + per
	case "hour":
		return " an hour"
	}
	return " per " + per
}

// unitsEN are the words for the codes of units that are no words themselves.
var unitsEN = map[string]string{
	"t": "tonne", "kg": "kilogram", "g": "gram", "m": "metre", "km": "kilometre", "m2": "square metre", "km2": "square kilometre",
	"m3": "cubic metre", "ha": "hectare", "L": "litre", "kW": "kilowatt", "MW": "megawatt", "GW": "gigawatt", "kWh": "kilowatt-hour",
	"MWh": "megawatt-hour", "CNY": "yuan", "USD": "US dollar", "EUR": "euro", "GBP": "pound", "HKD": "Hong Kong dollar", "JPY": "yen",
	"place": "place in the ranking", "line": "line of business",
}

// countEN is a number with its unit, in the plural where it is not one.
func countEN(n graph.Decimal, unit string) string {
	word, known := unitsEN[unit]
	switch {
	case unit == "%":
		return groupDigits(n) + "%"
	case !known:
		word = unit
	}
	if n != "1" {
		word = pluralEN(word)
	}
	return groupDigits(n) + " " + word
}

// pluralEN is the plural of a noun, of which the first word is inflected where
// others explain it: "place in the ranking". Codes stay as they are.
func pluralEN(noun string) string {
	head, rest := noun, ""
	for _, w := range []string{" in ", " of ", " as "} {
		if i := strings.Index(head, w); i > 0 {
			head, rest = noun[:i], noun[i:]
		}
	}
	switch {
	case head == "person":
		head = "people"
	case head == "yuan" || head == "yen" || head == "mu" || !endsInLetter(head) || head == strings.ToUpper(head):
	case strings.HasSuffix(head, "y") && !says(head[max(0, len(head)-2):], "ay", "ey", "oy", "uy"):
		head = strings.TrimSuffix(head, "y") + "ies"
	case strings.HasSuffix(head, "s") || strings.HasSuffix(head, "x") || strings.HasSuffix(head, "ch") || strings.HasSuffix(head, "sh"):
		head += "es"
	default:
		head += "s"
	}
	return head + rest
}

// endsInLetter tells words from codes such as m2.
func endsInLetter(s string) bool { return s != "" && s[len(s)-1] >= 'a' && s[len(s)-1] <= 'z' }

// groupDigits writes a number with its thousands apart: 77,300,000.
func groupDigits(n graph.Decimal) string {
	sign, digits := "", string(n)
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	whole, frac, point := strings.Cut(digits, ".")
	var b strings.Builder
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String() + mark(point, "."+frac)
}

// isMoney tells whether a unit is a currency.
func isMoney(unit string) bool {
	return len(unit) == 3 && unit == strings.ToUpper(unit) && strings.Trim(unit, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// sumZH is a sum in words of its language, "约 7730 万元": counted by 亿 or 万
// where few digits do.
func sumZH(q *graph.Quantity) string {
	about := mark(q.Approx, "约 ")
	unit := mark(q.Unit == currency, "元") + mark(q.Unit != currency, " "+q.Unit)
	switch {
	case q.Value != "":
		return about + myriads(q.Value) + unit
	case q.Min != "" && q.Max != "":
		return about + myriads(q.Min) + "至 " + myriads(q.Max) + unit
	case q.Min != "":
		return "至少 " + myriads(q.Min) + unit
	case q.Max != "":
		return "至多 " + myriads(q.Max) + unit
	}
	return ""
}

// sumEN is a sum in words: "77,300,000 yuan"; "" where both sides are open.
func sumEN(q *graph.Quantity) string {
	if q.Value == "" && q.Min == "" && q.Max == "" {
		return ""
	}
	return boundsEN(q)
}

// myriads writes a number by 亿 (10^8) with up to four decimals, else by 万 (10^4)
// with up to two, else plainly; always exactly.
func myriads(n graph.Decimal) string {
	r, ok := n.Rat()
	if !ok {
		return string(n)
	}
	for _, c := range []struct {
		size     int64
		decimals int
		word     string
	}{{100_000_000, 4, " 亿"}, {10_000, 2, " 万"}} {
		by := new(big.Rat).Quo(r, new(big.Rat).SetInt64(c.size))
		places, finite := by.FloatPrec()
		if finite && places <= c.decimals && new(big.Rat).Abs(by).Cmp(big.NewRat(1, 1)) >= 0 {
			return by.FloatString(places) + c.word
		}
	}
	return string(n) + " "
}
