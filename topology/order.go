package topology

import (
	"bytes"
	"cmp"
	"slices"
	"sort"

	"lianzhu/graph"
)

// orders are the entities of a base in the orders in which lists ask for them:
// by name, by degree and by revision, and by id where these are the same.
type orders struct {
	byName, byDegree, byRev []graph.EntityID

	// rank numbers the names in their order, from 0; equal names have one.
	rank []uint32
}

func (o *orders) bytes() int64 {
	return size(o.byName) + size(o.byDegree) + size(o.byRev) + size(o.rank)
}

// arrangeOrders sorts all entities.
func (b *base) arrangeOrders() {
	ids := make([]graph.EntityID, 0, b.entities)
	for id := range b.kind {
		if b.kind[id] != 0 {
			ids = append(ids, graph.EntityID(id))
		}
	}
	b.orders.byDegree = b.sortedBy(ids, func(id graph.EntityID) uint64 { return uint64(b.total(id)) })
	b.orders.byRev = b.sortedBy(ids, func(id graph.EntityID) uint64 { return uint64(b.labels.of[id].rev()) })
	b.orders.byName, b.orders.rank = b.sortedByName(ids)
}

// sortedBy is ids, which ascend, by a number and then as they stand.
func (b *base) sortedBy(ids []graph.EntityID, of func(graph.EntityID) uint64) []graph.EntityID {
	type item struct {
		value uint64
		id    graph.EntityID
	}
	items := make([]item, len(ids))
	for i, id := range ids {
		items[i] = item{of(id), id}
	}
	slices.SortFunc(items, func(x, y item) int { return cmp.Or(cmp.Compare(x.value, y.value), cmp.Compare(x.id, y.id)) })
	sorted := make([]graph.EntityID, len(ids))
	for i := range items {
		sorted[i] = items[i].id
	}
	return sorted
}

// sortedByName is ids by the keys of their names, and the numbers of these.
func (b *base) sortedByName(ids []graph.EntityID) (byName []graph.EntityID, rank []uint32) {
	type item struct {
		begin, end uint64
		id         graph.EntityID
	}
	items := make([]item, len(ids))
	keys := make([]byte, 0, 64*len(ids))
	for i, id := range ids {
		e := b.labels.entity(uint32(id))
		begin := uint64(len(keys))
		keys = append(keys, e.sortKey()...)
		items[i] = item{begin, uint64(len(keys)), id}
	}
	compare := func(x, y item) int { return bytes.Compare(keys[x.begin:x.end], keys[y.begin:y.end]) }
	slices.SortFunc(items, func(x, y item) int { return cmp.Or(compare(x, y), cmp.Compare(x.id, y.id)) })
	byName, rank = make([]graph.EntityID, len(ids)), make([]uint32, len(b.kind))
	number := uint32(0)
	for i := range items {
		if i > 0 && compare(items[i-1], items[i]) != 0 {
			number++
		}
		byName[i] = items[i].id
		rank[items[i].id] = number
	}
	return byName, rank
}

// total is how many relations are at id; see [Snapshot.total].
func (b *base) total(id graph.EntityID) int {
	out, in := b.out.run(id), b.in.run(id)
	return out.len() + in.len() - b.vocab.twiceIn(in)
}

// verify proves that the orders are of the entities that there are.
func (o *orders) verify(b *base) error {
	if len(o.rank) != len(b.kind) {
		return damaged("its orders differ in length")
	}
	for _, order := range [][]graph.EntityID{o.byName, o.byDegree, o.byRev} {
		if len(order) != b.entities {
			return damaged("its orders differ in length")
		}
		for _, id := range order {
			if int(id) >= len(b.kind) || b.kind[id] == 0 {
				return damaged("an order has what is not there")
			}
		}
	}
	for i, id := range o.byName {
		if i > 0 && o.rank[id]-o.rank[o.byName[i-1]] > 1 {
			return damaged("its names are out of order")
		}
	}
	return nil
}

// A ranking is one order of the entities of a base: ids ordered by value and
// then by id.
type ranking struct {
	ids   []graph.EntityID // nil: all ids, whose values are the same
	last  int              // how many ids there are
	value func(graph.EntityID) float64
	desc  bool // the list runs by falling values; ids ascend all the same
}

func (r *ranking) len() int {
	if r.ids == nil {
		return r.last
	}
	return len(r.ids)
}

func (r *ranking) id(p int) graph.EntityID {
	if r.ids == nil {
		return graph.EntityID(p + 1)
	}
	return r.ids[p]
}

// A spot is where something stands in a ranking: by its value, between equal
// values by a text, and then by its id. Values of what the base does not have lie
// between those that it has.
type spot struct {
	value float64
	text  string
	id    graph.EntityID
}

// compare orders spots as the list does.
func (r *ranking) compare(x, y spot) int {
	c := cmp.Or(cmp.Compare(x.value, y.value), cmp.Compare(x.text, y.text))
	if r.desc {
		c = -c
	}
	return cmp.Or(c, cmp.Compare(x.id, y.id))
}

// at is the spot of the p-th item.
func (r *ranking) at(p int) spot {
	id := r.id(p)
	return spot{value: r.value(id), id: id}
}

// seek is the place, in the order of the list, of the first item that is not
// before s, or, with behind, that is behind it; len where there is none.
func (r *ranking) seek(s spot, behind bool) int {
	most := 0
	if behind {
		most = 1
	}
	n := r.len()
	if !r.desc {
		return sort.Search(n, func(p int) bool { return r.compare(r.at(p), s) >= most })
	}
	// The ids of a value ascend while values fall, so the place is sought among
	// those of its value first.
	lo := sort.Search(n, func(p int) bool { return r.value(r.id(p)) >= s.value })
	hi := sort.Search(n, func(p int) bool { return r.value(r.id(p)) > s.value })
	if at := lo + sort.Search(hi-lo, func(i int) bool { return r.compare(r.at(lo+i), s) >= most }); at < hi {
		return at
	}
	return r.before(lo)
}

// before is the first item, in the order of a falling list, of the values below
// that which begins at lo; len where there are none.
func (r *ranking) before(lo int) int {
	if lo == 0 {
		return r.len()
	}
	below := r.value(r.id(lo - 1))
	return sort.Search(lo, func(p int) bool { return r.value(r.id(p)) >= below })
}

// first and final are the ends of the list.
func (r *ranking) first() int {
	if r.desc {
		return r.before(r.len())
	}
	return 0
}

func (r *ranking) final() int {
	if !r.desc || r.len() == 0 {
		return r.len() - 1
	}
	value := r.value(r.id(0))
	return sort.Search(r.len(), func(p int) bool { return r.value(r.id(p)) > value }) - 1
}

// next is the item behind p in the list, len at its end.
func (r *ranking) next(p int) int {
	if !r.desc || p+1 < r.len() && r.value(r.id(p+1)) == r.value(r.id(p)) {
		return p + 1
	}
	value := r.value(r.id(p))
	return r.before(sort.Search(p, func(i int) bool { return r.value(r.id(i)) >= value }))
}

// prior is the item before p in the list, -1 at its beginning; p may be len.
func (r *ranking) prior(p int) int {
	switch {
	case p == r.len():
		return r.final()
	case !r.desc || p > 0 && r.value(r.id(p-1)) == r.value(r.id(p)):
		return p - 1
	}
	value := r.value(r.id(p))
	above := p + sort.Search(r.len()-p, func(i int) bool { return r.value(r.id(p+i)) > value })
	if above == r.len() {
		return -1
	}
	value = r.value(r.id(above))
	return above + sort.Search(r.len()-above, func(i int) bool { return r.value(r.id(above+i)) > value }) - 1
}
