package dataset

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"lianzhu/graph"
)

// maxQuantity bounds what is read as a figure, in bytes.
const maxQuantity = 256

// ParseQuantity reads a figure as people write it: 7730万元, 6000余吨, 约3亿美元,
// 1.2-1.5万亩, 三千万元, 12.5%, 年产6000吨, 2万套/年. Raw is the text as it is. What
// is about (约, 左右) is Approx; what is more (余, 多, 以上, 超过, 至少) has Min, and
// what is less (近, 不足, 以下, 不超过) has Max instead of Value.
//
// A figure without a unit is counted in unit, a code of [Units] or such a word as
// 万元; where that is "" too, it is an error, because a number alone says
// nothing.
func ParseQuantity(s, unit string) (*graph.Quantity, error) {
	raw := strings.TrimSpace(s)
	if len(raw) > maxQuantity {
		return nil, fmt.Errorf("it is too long for a figure")
	}
	f := figureText{rest: strings.ReplaceAll(width.Fold.String(raw), " ", ""), q: graph.Quantity{Raw: raw}}
	f.prefixes()
	if err := f.numbers(); err != nil {
		return nil, fmt.Errorf("%q is no figure: %w", raw, err)
	}
	if err := f.unit(unit); err != nil {
		return nil, fmt.Errorf("%q: %w", raw, err)
	}
	return f.finish()
}

// figureText is what is left to read of a figure, and what was read.
type figureText struct {
	rest        string
	q           graph.Quantity
	lo, hi      *big.Rat // hi is nil where there is no range
	scale       *big.Rat // of the number that was read last: 10000 for 万
	least, most bool     // the number is the least or the greatest
	money       string   // told before the number
}

// figureSigns are the words around a number that say how exact it is.
var figureSigns = []struct {
	word                string
	approx, least, most bool
}{
	{"约为", true, false, false}, {"大约", true, false, false}, {"约", true, false, false}, {"左右", true, false, false}, {"上下", true, false, false},
	{"不超过", false, false, true}, {"不高于", false, false, true}, {"不足", false, false, true}, {"至多", false, false, true}, {"最多", false, false, true}, {"最高", false, false, true}, {"以内", false, false, true}, {"以下", false, false, true},
	{"近", true, false, true},
	{"不少于", false, true, false}, {"不低于", false, true, false}, {"至少", false, true, false}, {"最少", false, true, false}, {"超过", false, true, false}, {"超", false, true, false}, {"逾", false, true, false}, {"以上", false, true, false}, {"余", false, true, false}, {"多", false, true, false}, {">=", false, true, false}, {"<=", false, false, true}, {"≥", false, true, false}, {"≤", false, false, true}, {"+", false, true, false},
	{"达到", false, false, false}, {"达", false, false, false}, {"总计", false, false, false}, {"合计", false, false, false}, {"累计", false, false, false}, {"共", false, false, false}, {"为", false, false, false},
}

// moneySigns stand before an amount.
var moneySigns = []struct{ word, unit string }{
	{"人民币", "CNY"}, {"RMB", "CNY"}, {"CNY", "CNY"}, {"¥", "CNY"}, {"US$", "USD"}, {"USD", "USD"}, {"$", "USD"}, {"€", "EUR"}, {"EUR", "EUR"}, {"HK$", "HKD"}, {"HKD", "HKD"},
}

// sign takes one of the signs off the start; it tells whether there was one.
func (f *figureText) sign() bool {
	for _, s := range figureSigns {
		if rest, is := strings.CutPrefix(f.rest, s.word); is {
			f.rest = rest
			f.q.Approx, f.least, f.most = f.q.Approx || s.approx, f.least || s.least, f.most || s.most
			return true
		}
	}
	return false
}

func (f *figureText) prefixes() {
	for {
		if rest, is := strings.CutPrefix(f.rest, "年产"); is && rest != "" {
			f.rest, f.q.Per = rest, "year"
			continue
		}
		i := slices.IndexFunc(moneySigns, func(m struct{ word, unit string }) bool { return strings.HasPrefix(f.rest, m.word) })
		if i >= 0 && f.money == "" {
			f.rest, f.money = f.rest[len(moneySigns[i].word):], moneySigns[i].unit
			continue
		}
		if strings.HasPrefix(f.rest, "+") || !f.sign() {
			return
		}
	}
}

var (
	figureDigits = regexp.MustCompile(`^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?`)
	figureWords  = regexp.MustCompile(`^[〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+`)
	figureScale  = regexp.MustCompile(`^[十百千万亿萬億]+`)
)

// numbers reads a number or a range, with its scale and signs.
func (f *figureText) numbers() error {
	lo, scaled, err := f.number()
	if err != nil {
		return err
	}
	f.lo = lo
	for _, to := range []string{"-", "~", "—", "–", "至", "到"} {
		rest, is := strings.CutPrefix(f.rest, to)
		if !is || rest == "" {
			continue
		}
		f.rest = rest
		hi, _, err := f.number()
		if err != nil {
			return err
		}
		// In 3-5万 the scale is that of both, in 3万-5万 each has its own.
		if !scaled {
			f.lo = new(big.Rat).Mul(f.lo, f.scale)
		}
		f.hi = hi
		break
	}
	for f.sign() {
	}
	return nil
}

// number reads one number and its scale.
func (f *figureText) number() (n *big.Rat, scaled bool, err error) {
	if m := figureDigits.FindString(f.rest); m != "" {
		f.rest = f.rest[len(m):]
		n, _ = new(big.Rat).SetString(strings.ReplaceAll(strings.TrimPrefix(m, "+"), ",", ""))
		if strings.HasPrefix(f.rest, "余") || strings.HasPrefix(f.rest, "多") {
			f.sign() // 10余万
		}
		f.scale = big.NewRat(1, 1)
		if word := figureScale.FindString(f.rest); word != "" {
			scale, ok := scaleNumber(word)
			if !ok {
				return nil, false, fmt.Errorf("%s is no number", word)
			}
			f.rest, f.scale, scaled = f.rest[len(word):], scale, true
		}
		return n.Mul(n, f.scale), scaled, nil
	}
	if m := figureWords.FindString(f.rest); m != "" {
		if n, ok := chineseNumber(m); ok {
			f.rest, f.scale = f.rest[len(m):], big.NewRat(1, 1)
			return n, true, nil
		}
	}
	return nil, false, fmt.Errorf("there is no number")
}

// scaleNumber reads 万, 千万, 万亿 and so on.
func scaleNumber(word string) (*big.Rat, bool) {
	product := int64(1)
	for _, r := range word {
		m := max(chineseTens[r], chineseMyriads[r])
		if product *= m; product > 1e13 {
			return nil, false
		}
	}
	return new(big.Rat).SetInt64(product), true
}

// unit reads the unit, or takes the one that holds where there is none.
func (f *figureText) unit(otherwise string) error {
	word := f.rest
	for _, sign := range figureSigns {
		if body, is := strings.CutSuffix(word, sign.word); is && body != "" {
			f.q.Approx, f.least, f.most = f.q.Approx || sign.approx, f.least || sign.least, f.most || sign.most
			word = body
		}
	}
	word = f.per(word)
	switch {
	case word == "" && f.money != "":
		f.q.Unit = f.money
		return nil
	case word == "" && otherwise == "":
		return fmt.Errorf("there is a number without a unit; write one behind it, such as 万元 or 吨")
	case word == "":
		word = otherwise
	}
	code, scale, ok := unitOf(word)
	if !ok {
		return fmt.Errorf("the unit %q is not known; it is a code such as CNY or t, or a word such as 万元 or 吨", word)
	}
	f.q.Unit = code
	f.lo.Mul(f.lo, scale)
	if f.hi != nil {
		f.hi.Mul(f.hi, scale)
	}
	return nil
}

// per takes "a year" or "a day" off the end of a unit.
func (f *figureText) per(word string) string {
	for _, p := range []struct{ word, per string }{{"/年", "year"}, {"每年", "year"}, {"/a", "year"}, {"/天", "day"}, {"/日", "day"}, {"每天", "day"}, {"/月", "month"}, {"每月", "month"}} {
		if body, is := strings.CutSuffix(word, p.word); is {
			f.q.Per = p.per
			return body
		}
	}
	return word
}

// unitWords are further words for units.
var unitWords = map[string]string{
	"元人民币": "CNY", "人民币": "CNY", "块": "CNY", "圆": "CNY", "美金": "USD", "港元": "HKD", "港币": "HKD", "欧元": "EUR",
	"公斤": "kg", "平米": "m2", "㎡": "m2", "m²": "m2", "平方": "m2", "个百分点": "%", "人": "person", "位": "person",
	"家": "enterprise", "家公司": "enterprise", "项": "agreement", "辆": "vehicle", "套": "set", "个": "piece", "件": "piece", "只": "piece",
	"千瓦时": "kWh", "度": "kWh", "度电": "kWh", "千瓦": "kW", "立方米": "m3", "方": "m3", "公里": "km", "千米": "km",
}

// unitOf is the code of a unit and how many of it the word means: 万元 is
// 10000 of CNY.
func unitOf(word string) (code string, scale *big.Rat, ok bool) {
	scale = big.NewRat(1, 1)
	for {
		if code, ok := unitCode(word); ok {
			return code, scale, true
		}
		m := figureScale.FindString(word)
		if m == "" || m == word {
			return "", nil, false
		}
		factor, fits := scaleNumber(m)
		if !fits {
			return "", nil, false
		}
		scale.Mul(scale, factor)
		word = word[len(m):]
	}
}

func unitCode(word string) (string, bool) {
	if code, ok := unitWords[word]; ok {
		return code, true
	}
	for _, u := range Units() {
		if word == u.Code || word == u.ZH {
			return u.Code, true
		}
	}
	return "", false
}

// finish writes the numbers in digits.
func (f *figureText) finish() (*graph.Quantity, error) {
	lo, hi := decimalOf(f.lo), graph.Decimal("")
	if f.hi != nil {
		if f.hi.Cmp(f.lo) < 0 {
			return nil, fmt.Errorf("%q ends below its beginning", f.q.Raw)
		}
		hi = decimalOf(f.hi)
	}
	switch {
	case f.hi != nil:
		f.q.Min, f.q.Max = lo, hi
	case f.least && f.most:
		return nil, fmt.Errorf("%q is both more and less", f.q.Raw)
	case f.least:
		f.q.Min = lo
	case f.most:
		f.q.Max = lo
	default:
		f.q.Value = lo
	}
	return &f.q, nil
}

// decimalOf writes a number whose decimals end, as all do that are read here.
func decimalOf(n *big.Rat) graph.Decimal {
	if n.IsInt() {
		return graph.Decimal(n.Num().String())
	}
	return graph.Decimal(strings.TrimRight(n.FloatString(maxQuantity), "0"))
}
