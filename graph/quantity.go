package graph

import (
	"math/big"
	"strings"
)

// Decimal is an exact decimal number as text: "7730", "-4.5". It is never a
// float. The empty Decimal is "not given".
type Decimal string

// maxDecimal bounds a decimal in digits.
const maxDecimal = 60

// ParseDecimal reads digits with an optional sign and decimal point and gives
// them in one form: no plus sign, no needless leading zero, trailing zeros
// kept, because they tell how exact the figure is.
func ParseDecimal(s string) (Decimal, error) {
	body, neg := strings.CutPrefix(s, "-")
	if !neg {
		body = strings.TrimPrefix(s, "+")
	}
	whole, frac, point := strings.Cut(body, ".")
	bad := len(body) > maxDecimal || whole == "" || point && frac == "" || strings.Trim(whole+frac, "0123456789") != ""
	if bad {
		return "", &Error{Code: CodeInvalid, Op: "decimal", Key: s, Detail: "a decimal is digits with at most one point, such as 7730 or 4.5"}
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if point {
		whole += "." + frac
	}
	if neg && strings.Trim(whole, "0.") != "" {
		whole = "-" + whole
	}
	return Decimal(whole), nil
}

// Rat is d as a rational; ok is false where d was not given.
func (d Decimal) Rat() (r *big.Rat, ok bool) {
	if d == "" {
		return nil, false
	}
	return new(big.Rat).SetString(string(d))
}

// Quantity is a figure as written and as numbers. Raw is the source's wording
// ("6000余吨"). Value is set where it is a point, Min and Max where the wording
// leaves it open ("余", "以上", "超过"). Unit is a unit code such as "t", "CNY",
// "mu"; Per is the time or thing it is counted by ("year").
type Quantity struct {
	Raw    string  `json:"raw"`
	Value  Decimal `json:"value,omitempty"`
	Min    Decimal `json:"min,omitempty"`
	Max    Decimal `json:"max,omitempty"`
	Unit   string  `json:"unit"`
	Per    string  `json:"per,omitempty"`
	Approx bool    `json:"approx,omitempty"`
}

// flaw tells what is wrong with the numbers of q.
func (q *Quantity) flaw() flaw {
	for i, d := range []Decimal{q.Value, q.Min, q.Max} {
		if d == "" {
			continue
		}
		if canonical, err := ParseDecimal(string(d)); err != nil || canonical != d {
			return flawed("%s 不是十进制数，应如 7730 或 4.5", "the number %s is not a plain decimal such as 7730 or 4.5", d).at([]string{"value", "min", "max"}[i])
		}
	}
	lo, hasMin := q.Min.Rat()
	hi, hasMax := q.Max.Rat()
	value, isPoint := q.Value.Rat()
	switch {
	case q.Value == "" && !hasMin && !hasMax:
		return flawed("%s 既没有数值也没有上下限", "the figure %s has neither a value nor a bound", q.Raw).at("value")
	case hasMin && hasMax && lo.Cmp(hi) > 0:
		return flawed("%s 的下限大于上限", "the least of the figure %s is above its greatest", q.Raw).at("min")
	case isPoint && (hasMin && value.Cmp(lo) < 0 || hasMax && value.Cmp(hi) > 0):
		return flawed("%s 的数值在上下限之外", "the value of the figure %s lies outside its bounds", q.Raw).at("value")
	}
	return flaw{}
}
