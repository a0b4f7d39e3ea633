package topology

import (
	"fmt"
	"slices"

	"lianzhu/graph"
)

// places are the regions of a base in an order in which those below a region
// follow it at once, and where each entity is. Place 0 is nowhere; the place of
// the i-th region is i+1.
type places struct {
	region []graph.EntityID // in that order
	upto   []uint32         // of each: the place behind the last one below it

	// home is for each entity the place where it is, or several where there is
	// more than one. A region is at its own place.
	home []uint32

	// member are the entities that have one home, by kind, then by place, then by
	// id; those of kind k at place p begin at start[k*(places+1)+p].
	start   []uint32
	member  []graph.EntityID
	several []graph.EntityID // those that have more than one

	// The same members, but those of one kind at one place in the orders of lists.
	byName, byDegree, byRev []graph.EntityID

	tangled []uint8 // one byte: a region has more than one above it
}

// several is the home of what is in more than one place.
const several = ^uint32(0)

func (p *places) bytes() int64 {
	return size(p.region) + size(p.upto) + size(p.home) + size(p.start) + 4*size(p.member) + size(p.several) + 1
}

// count is the number of places.
func (p *places) count() int { return len(p.region) + 1 }

// row is where the places of a kind begin in start.
func (p *places) row(kind uint8) int { return int(kind) * (p.count() + 1) }

// arrangePlaces finds them from the edges.
func (b *base) arrangePlaces() {
	b.places = places{home: make([]uint32, len(b.kind)), tangled: []uint8{0}}
	placeOf := b.preorder()
	counts := make([]uint32, len(b.vocab.kinds)*(b.places.count()+1))
	for id := range b.kind {
		if b.kind[id] == 0 {
			continue
		}
		home := b.homeOf(graph.EntityID(id), placeOf)
		b.places.home[id] = home
		if home == several {
			b.places.several = append(b.places.several, graph.EntityID(id))
		} else {
			counts[b.places.row(b.kind[id])+int(home)]++
		}
	}
	total := uint32(0)
	for i, n := range counts {
		counts[i] = total
		total += n
	}
	b.places.start, b.places.member = counts, make([]graph.EntityID, total)
	next := slices.Clone(counts)
	for id, home := range b.places.home {
		if b.kind[id] != 0 && home != several {
			at := b.places.row(b.kind[id]) + int(home)
			b.places.member[next[at]] = graph.EntityID(id)
			next[at]++
		}
	}
}

// arrangeMembers puts the members of each place into the orders of lists.
func (b *base) arrangeMembers() {
	p := &b.places
	p.byName, p.byDegree, p.byRev = b.membersBy(b.orders.byName), b.membersBy(b.orders.byDegree), b.membersBy(b.orders.byRev)
}

// membersBy is the members, those of one kind at one place as in order.
func (b *base) membersBy(order []graph.EntityID) []graph.EntityID {
	next, members := slices.Clone(b.places.start), make([]graph.EntityID, len(b.places.member))
	for _, id := range order {
		if home := b.places.home[id]; home != several {
			at := b.places.row(b.kind[id]) + int(home)
			members[next[at]] = id
			next[at]++
		}
	}
	return members
}

// homeOf is where the entity id is: at its own place, where it is a region, and
// where it is located.
func (b *base) homeOf(id graph.EntityID, placeOf map[graph.EntityID]uint32) uint32 {
	home := placeOf[id]
	if b.vocab.located == nil {
		return home
	}
	edges := b.out.run(id).ofType(b.vocab.locatedIn)
	for i := edges.lo; i < edges.hi; i++ {
		place := placeOf[edges.peer[i]]
		if place == 0 || place == home || b.vocab.located.pass.of(edges.tag[i]) != passed {
			continue
		}
		if home != 0 {
			return several
		}
		home = place
	}
	return home
}

// preorder puts the regions in their order and gives the place of each.
func (b *base) preorder() map[graph.EntityID]uint32 {
	placeOf := map[graph.EntityID]uint32{}
	var regions []graph.EntityID
	for id, kind := range b.kind {
		if kind != 0 && b.vocab.kinds[kind] == graph.KindRegion {
			regions = append(regions, graph.EntityID(id))
		}
	}
	for _, id := range regions {
		if len(b.above(id)) == 0 {
			b.descend(id, placeOf)
		}
	}
	for _, id := range regions { // what only a ring leads to
		if placeOf[id] == 0 {
			b.places.tangled[0] = 1
			b.descend(id, placeOf)
		}
	}
	return placeOf
}

// above are the regions directly above the region id.
func (b *base) above(id graph.EntityID) []graph.EntityID { return b.parts(b.out.run(id)) }

// parts are the regions at the other ends of those edges that make the
// hierarchy.
func (b *base) parts(edges run) (list []graph.EntityID) {
	f := b.vocab.below
	if f == nil {
		return nil
	}
	edges = edges.ofType(b.vocab.partOf)
	for i := edges.lo; i < edges.hi; i++ {
		if f.pass.of(edges.tag[i]) == passed && b.vocab.kinds[b.kind[edges.peer[i]]] == graph.KindRegion {
			list = append(list, edges.peer[i])
		}
	}
	return list
}

// descend gives places to the region id and all below it.
func (b *base) descend(id graph.EntityID, placeOf map[graph.EntityID]uint32) {
	type visit struct {
		id   graph.EntityID
		done bool
	}
	for stack := []visit{{id: id}}; len(stack) > 0; {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if at.done {
			b.places.upto[placeOf[at.id]-1] = uint32(b.places.count())
			continue
		}
		if placeOf[at.id] != 0 {
			b.places.tangled[0] = 1
			continue
		}
		b.places.region = append(b.places.region, at.id)
		b.places.upto = append(b.places.upto, 0)
		placeOf[at.id] = uint32(len(b.places.region))
		stack = append(stack, visit{at.id, true})
		for _, below := range slices.Backward(b.parts(b.in.run(at.id))) {
			stack = append(stack, visit{id: below})
		}
	}
}

// verify proves that nothing in p points beyond its own.
func (p *places) verify(b *base) error {
	n := len(b.kind)
	if len(p.upto) != len(p.region) || len(p.home) != n || len(p.tangled) != 1 || len(p.start) != len(b.vocab.kinds)*(p.count()+1) {
		return damaged("its places differ in length")
	}
	for i, id := range p.region {
		if int(id) >= n || p.upto[i] < uint32(i)+2 || int(p.upto[i]) > p.count() {
			return damaged("place %d is wrong", i+1)
		}
	}
	for id, home := range p.home {
		if home != several && int(home) >= p.count() {
			return damaged("entity %d is at a place that is not there", id)
		}
	}
	if err := ascending(p.start, len(p.member)); err != nil {
		return err
	}
	if len(p.byName) != len(p.member) || len(p.byDegree) != len(p.member) || len(p.byRev) != len(p.member) {
		return damaged("its places differ in length")
	}
	for _, list := range [][]graph.EntityID{p.member, p.several, p.byName, p.byDegree, p.byRev} {
		for _, id := range list {
			if int(id) >= n || b.kind[id] == 0 {
				return damaged("a place has what is not there")
			}
		}
	}
	return nil
}

func ascending(list []uint32, most int) error {
	before := uint32(0)
	for i, at := range list {
		if at < before || int(at) > most {
			return damaged("item %d of its lists of places is %s", i, fmt.Sprint(at))
		}
		before = at
	}
	return nil
}
