package plain

import (
	"lianzhu/bench/gen"
)

// provinces is room for every province and, last, for what is in none.
const provinces = 32

// SumByProvince counts investments by province and adds what they come to, in
// ten thousand yuan; the last is those without a place.
func (p *Graph) SumByProvince() (count, amount [provinces]int) {
	g := p.G
	for i, t := range g.Types {
		if t != gen.Invests || !g.Modal[i].Shown() {
			continue
		}
		at := provinces - 1
		if place := g.Place[i]; place != gen.Nowhere {
			at = int(g.Province(place))
		}
		count[at]++
		amount[at] += int(g.Figure[i])
	}
	return count, amount
}

// ByProvince answers Q8: how many investments take place in each province, and
// what they come to.
func (p *Graph) ByProvince(b []byte) []byte {
	count, amount := p.SumByProvince()
	w := writer{b}
	w.lit(`{"groupBy":[`)
	n := 0
	for at := range count {
		if count[at] == 0 {
			continue
		}
		w.comma(n)
		n++
		if at == provinces-1 {
			w.lit(`{"key":["unknown"],"node":null,"count":`)
		} else {
			w.lit(`{"key":[`)
			w.str(p.keys.at(uint32(at)))
			w.lit(`],"node":{"name":`)
			w.str(p.names.at(uint32(at)))
			w.lit(`},"count":`)
		}
		w.num(count[at])
		w.lit(`,"amount":{"raw":"`)
		w.num(amount[at] * 10_000)
		w.lit(` CNY","value":"`)
		w.num(amount[at] * 10_000)
		w.lit(`","unit":"CNY"},"amountsCounted":`)
		w.num(count[at])
		w.lit(`}`)
	}
	w.lit(`]}`)
	return w.b
}
