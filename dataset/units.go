package dataset

import (
	"fmt"
	"math/big"

	"lianzhu/graph"
)

// Unit is a unit of quantities. Units of one dimension convert into each other:
// Factor is how many of the dimension's first unit one of this is, exactly.
type Unit struct {
	Code, ZH, EN string
	Dimension    string
	Factor       string // a whole number or a fraction
}

// Units are the units that figures are counted in. Money has its ISO 4217 code and
// converts into no other money; things that are counted have a unit each, so
// that plants are not added to agreements.
func Units() []Unit {
	return []Unit{
		{"t", "吨", "tonne", "mass", "1"},
		{"kg", "千克", "kilogram", "mass", "1/1000"},
		{"m2", "平方米", "square metre", "area", "1"},
		{"mu", "亩", "mu", "area", "2000/3"},
		{"ha", "公顷", "hectare", "area", "10000"},
		{"%", "百分之", "per cent", "share", "1"},
		{"year", "年", "year", "years", "1"},
		{"day", "天", "day", "days", "1"},
		{"CNY", "元", "yuan", "money CNY", "1"},
		{"USD", "美元", "US dollar", "money USD", "1"},
		{"EUR", "欧元", "euro", "money EUR", "1"},
		{"HKD", "港元", "Hong Kong dollar", "money HKD", "1"},
		{"m3", "立方米", "cubic metre", "volume", "1"},
		{"km", "公里", "kilometre", "length", "1"},
		{"kW", "千瓦", "kilowatt", "power", "1"},
		{"kWh", "千瓦时", "kilowatt-hour", "energy", "1"},
		{"vehicle", "辆", "vehicle", "counted vehicles", "1"},
		{"set", "套", "set", "counted sets", "1"},
		{"piece", "件", "piece", "counted pieces", "1"},
		{"unit", "台", "unit", "counted units", "1"},
		{"plant", "座", "plant", "counted plants", "1"},
		{"base", "个基地", "base", "counted bases", "1"},
		{"park", "家园区", "park", "counted parks", "1"},
		{"province", "个省区", "province", "counted provinces", "1"},
		{"enterprise", "家企业", "enterprise", "counted enterprises", "1"},
		{"laboratory", "个实验室", "laboratory", "counted laboratories", "1"},
		{"platform", "个平台", "platform", "counted platforms", "1"},
		{"product", "款产品", "product", "counted products", "1"},
		{"line", "条业务线", "business line", "counted lines", "1"},
		{"demand", "项需求", "demand", "counted demands", "1"},
		{"agreement", "项协议", "agreement", "counted agreements", "1"},
		{"session", "场次", "session", "counted sessions", "1"},
		{"phase", "期", "phase", "counted phases", "1"},
		{"person", "名", "person", "counted people", "1"},
		{"place", "位", "place in a ranking", "ranks", "1"},
	}
}

// LookUpUnit is the unit with a code.
func LookUpUnit(code string) (Unit, bool) {
	for _, u := range Units() {
		if u.Code == code {
			return u, true
		}
	}
	return Unit{}, false
}

// Convert gives the amount of d, which is counted in the unit from, in the unit
// to: 70000 mu are 140000000/3 square metres.
func Convert(d graph.Decimal, from, to string) (*big.Rat, error) {
	value, ok := d.Rat()
	a, knownFrom := LookUpUnit(from)
	b, knownTo := LookUpUnit(to)
	switch {
	case !ok:
		return nil, fmt.Errorf("there is no number to convert")
	case !knownFrom || !knownTo:
		return nil, fmt.Errorf("there is no unit %q or no unit %q", from, to)
	case a.Dimension != b.Dimension:
		return nil, fmt.Errorf("%s cannot be counted in %s: one is %s, the other %s", from, to, a.Dimension, b.Dimension)
	}
	value.Mul(value, a.factor())
	return value.Quo(value, b.factor()), nil
}

func (u Unit) factor() *big.Rat {
	f, _ := new(big.Rat).SetString(u.Factor)
	return f
}
