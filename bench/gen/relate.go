package gen

import "slices"

// shares tell how many of a thousand relations are of a type, beside those that
// locate things and make up the tree.
var shares = [types]int{CoDevelops: 80, Invests: 280, MemberOf: 50, Occupies: 50, Operates: 10, Participates: 50, Subsidiary: 60, Supplies: 420}

// relate makes all relations: the tree, the seats, and the rest in random order.
func (g *Graph) relate(relations int) {
	g.Types, g.From, g.To = make([]Type, 0, relations), make([]uint32, 0, relations), make([]uint32, 0, relations)
	_, regions := g.Span(Region)
	for i := range regions {
		if up := g.Above(i); up != Nowhere {
			g.join(PartOf, i, up)
		}
	}
	for i, county := range g.seat {
		if county != Nowhere {
			g.join(LocatedIn, uint32(i), county)
		}
	}
	d := newDrawer(g)
	for len(g.Types) < relations {
		if t, from, to := d.draw(); from != to {
			g.join(t, from, to)
		}
	}
	g.doubled = g.findDoubled()
	g.figures()
}

func (g *Graph) join(t Type, from, to uint32) {
	g.Types, g.From, g.To = append(g.Types, t), append(g.From, from), append(g.To, to)
}

// drawer draws relations at random.
type drawer struct {
	g      *Graph
	random rng
	order  []uint32  // of the enterprises, the one of rank 0 first
	weight []float64 // summed up to each rank
}

func newDrawer(g *Graph) *drawer {
	d := &drawer{g: g, random: at(g.Seed, 'r', 0)}
	from, to := g.Span(Enterprise)
	for i := from; i < to; i++ {
		d.order = append(d.order, i)
	}
	for i := len(d.order) - 1; i > 0; i-- {
		j := d.random.below(i + 1)
		d.order[i], d.order[j] = d.order[j], d.order[i]
	}
	sum := 0.0
	for k := range d.order {
		sum += 1 / float64(k+1)
		d.weight = append(d.weight, sum)
	}
	return d
}

// draw draws one relation; its ends may be the same.
func (d *drawer) draw() (t Type, from, to uint32) {
	n := d.random.below(1000)
	for t = 0; n >= shares[t]; t++ {
		n -= shares[t]
	}
	switch t {
	case MemberOf:
		return t, d.any(Enterprise), d.skewed(Group)
	case Occupies:
		return t, d.any(Enterprise), d.skewed(Chain)
	case Participates:
		return t, d.any(Enterprise), d.skewed(Program)
	case Operates:
		return t, d.any(Enterprise), d.any(Platform)
	case Subsidiary:
		return t, d.any(Enterprise), d.hub()
	case CoDevelops: // stored with the lesser key first
		a, b := d.hub(), d.any(Enterprise)
		return t, min(a, b), max(a, b)
	}
	if d.random.below(2) == 0 {
		return t, d.hub(), d.any(Enterprise)
	}
	return t, d.any(Enterprise), d.hub()
}

// any is any entity of a class.
func (d *drawer) any(c Class) uint32 {
	from, to := d.g.Span(c)
	return from + uint32(d.random.below(int(to-from)))
}

// skewed is an entity of a class, the first ones more often.
func (d *drawer) skewed(c Class) uint32 { return min(d.any(c), d.any(c)) }

// hub is an enterprise, that of rank k with a weight of 1/(k+1).
func (d *drawer) hub() uint32 {
	const grain = 1 << 53
	u := float64(d.random.next()>>11) / grain * d.weight[len(d.weight)-1]
	k, _ := slices.BinarySearch(d.weight, u)
	return d.order[min(k, len(d.order)-1)]
}

// findDoubled finds the relations that need a discriminator.
func (g *Graph) findDoubled() map[uint32]bool {
	doubled := map[uint32]bool{}
	size := 1
	for size < 2*len(g.Types) {
		size *= 2
	}
	seen := make([]uint32, size) // relation plus one
	for i := range g.Types {
		slot := int(mix(uint64(g.Types[i])<<60^uint64(g.From[i])<<30^uint64(g.To[i]))) & (size - 1)
		for ; seen[slot] != 0; slot = (slot + 1) & (size - 1) {
			j := seen[slot] - 1
			if g.Types[i] == g.Types[j] && g.From[i] == g.From[j] && g.To[i] == g.To[j] {
				doubled[uint32(i)] = true
				break
			}
		}
		if seen[slot] == 0 {
			seen[slot] = uint32(i) + 1
		}
	}
	return doubled
}

// figures draws what relations carry.
func (g *Graph) figures() {
	n := len(g.Types)
	g.Figure, g.Place, g.Year, g.Modal = make([]uint32, n), make([]uint32, n), make([]uint16, n), make([]Modality, n)
	random := at(g.Seed, 'f', 0)
	from, to := g.tree.counties()
	for i, t := range g.Types {
		g.Place[i] = Nowhere
		if t == PartOf || t == LocatedIn {
			continue
		}
		if n := random.below(100); n >= 90 {
			g.Modal[i] = [10]Modality{Reported, Reported, Reported, Reported, Reported, Planned, Planned, Planned, Planned, Negated}[n-90]
		}
		if random.below(10) < 8 {
			g.Year[i] = uint16(2005 + random.below(20))
		}
		if t == Invests || t == Supplies {
			g.Figure[i] = uint32(1+random.below(999)) * [4]uint32{1, 10, 10, 100}[random.below(4)]
		}
		if t == Invests && random.below(10) < 9 {
			g.Place[i] = from + uint32(random.below(int(to-from)))
		}
	}
}
