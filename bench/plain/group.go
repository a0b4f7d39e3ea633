package plain

import (
	"lianzhu/bench/gen"
)

// ByProvince answers Q8: how many investments take place in each province, and
// what they come to.
func (p *Graph) ByProvince(b []byte) []byte {
	var count, amount [32]int
	g := p.G
	for i, t := range g.Types {
		if t != gen.Invests || !g.Modal[i].Shown() {
			continue
		}
		at := len(count) - 1
		if place := g.Place[i]; place != gen.Nowhere {
			at = int(g.Province(place))
		}
		count[at]++
		amount[at] += int(g.Figure[i]) * 10_000
	}
	w := writer{b}
	w.lit(`{"groupBy":[`)
	n := 0
	for at := range count {
		if count[at] == 0 {
			continue
		}
		w.comma(n)
		n++
		if at == len(count)-1 {
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
		w.num(amount[at])
		w.lit(` CNY","value":"`)
		w.num(amount[at])
		w.lit(`","unit":"CNY"},"amountsCounted":`)
		w.num(count[at])
		w.lit(`}`)
	}
	w.lit(`]}`)
	return w.b
}
