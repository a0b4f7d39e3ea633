package topology

import (
	"math/bits"
	"slices"

	"lianzhu/graph"
)

// area is a region with all below it, as places of a base; set, where it is not
// nil, is the regions themselves.
type area struct {
	b     *base
	spans [][2]uint32 // from, and behind the last
	set   map[graph.EntityID]struct{}
}

// everywhere is all places, nowhere among them.
func (b *base) everywhere() *area {
	return &area{b: b, spans: [][2]uint32{{0, uint32(b.places.count())}}}
}

func (a *area) hasPlace(p uint32) bool {
	for _, s := range a.spans {
		if p < s[1] {
			return p >= s[0]
		}
	}
	return false
}

func (a *area) hasRegion(id graph.EntityID) bool {
	if a.set != nil {
		_, ok := a.set[id]
		return ok
	}
	p := a.b.placeOf(id)
	return p != 0 && a.hasPlace(p)
}

// placeOf is the place of the region id, 0 where it has none.
func (b *base) placeOf(id graph.EntityID) uint32 {
	b.placed.Do(func() {
		b.placeAt = make(map[graph.EntityID]uint32, len(b.places.region))
		for i, region := range b.places.region {
			b.placeAt[region] = uint32(i) + 1
		}
	})
	return b.placeAt[id]
}

// area is the region root with all below it; ok is false where it is no region.
func (r *reader) area(root graph.EntityID) (a *area, ok bool, err error) {
	s := r.snap
	if s.Kind(root) != graph.KindRegion {
		return nil, false, nil
	}
	a = &area{b: s.base}
	if p := s.placeOf(root); p != 0 && !s.moulded && s.places.tangled[0] == 0 {
		a.spans = [][2]uint32{{p, s.places.upto[p-1]}}
		return a, true, nil
	}
	w := s.Walk()
	defer w.Release()
	below, err := w.Below(r.ctx, root)
	a.set = make(map[graph.EntityID]struct{}, len(below))
	var at []uint32
	for _, id := range below {
		a.set[id] = struct{}{}
		if p := s.placeOf(id); p != 0 {
			at = append(at, p)
		}
	}
	slices.Sort(at)
	for _, p := range at {
		if last := len(a.spans) - 1; last >= 0 && a.spans[last][1] == p {
			a.spans[last][1]++
		} else {
			a.spans = append(a.spans, [2]uint32{p, p + 1})
		}
	}
	return a, true, err
}

// pick is what a list keeps: entities of some kinds, in an area or anywhere.
type pick struct {
	s     *Snapshot
	kinds kindSet
	area  *area
	all   bool // anywhere
	bound bool // what relations there are counts, too
}

// base tells whether what the base says of id passes; what is in several places
// it leaves to others.
func (k *pick) base(id graph.EntityID) bool {
	return k.kinds.has(k.s.kind[id]) && (k.all || k.area.hasPlace(k.s.places.home[id]))
}

// settled tells whether the base alone tells of id.
func (k *pick) settled(id graph.EntityID) bool {
	if k.s.patches == 0 {
		return true
	}
	n := k.s.nodes.get(uint32(id))
	return n == nil || !k.bound && !n.shifted
}

// unsettled are the entities of which the base does not tell all.
func (k *pick) unsettled() moved {
	if k.bound {
		return k.s.moved
	}
	return k.s.shifted
}

// apart are the entities of which the base does not tell all: those that have
// changed, and those in several places; that pass.
func (k *pick) apart() (ids []graph.EntityID) {
	for id := range k.unsettled().all() {
		if k.now(id) {
			ids = append(ids, id)
		}
	}
	if k.all {
		return ids
	}
	for _, id := range k.s.places.several {
		if k.settled(id) && k.now(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// now tells whether id passes as it is now.
func (k *pick) now(id graph.EntityID) bool {
	kind := k.s.kindAt(id)
	return kind != 0 && k.kinds.has(kind) && (k.all || k.isIn(id))
}

// isIn tells whether id is a region of the area or located in one.
func (k *pick) isIn(id graph.EntityID) bool {
	if k.area.hasRegion(id) {
		return true
	}
	f := k.s.vocab.located
	if f == nil {
		return false
	}
	r, rest := k.s.outAt(id)
	for {
		edges := r.ofType(k.s.vocab.locatedIn)
		for i := edges.lo; i < edges.hi; i++ {
			if f.pass.of(edges.tag[i]) == passed && k.area.hasRegion(edges.peer[i]) {
				return true
			}
		}
		if len(rest) == 0 {
			return false
		}
		r, rest = rest[0], rest[1:]
	}
}

// members yields the entities of one home that pass by what the base says, and
// those in several places where the list is of anywhere.
func (k *pick) members(yield func(graph.EntityID) bool) {
	for kind := range k.s.vocab.kinds {
		if !k.kinds.has(uint8(kind)) {
			continue
		}
		for _, s := range k.area.spans {
			row := k.s.places.row(uint8(kind))
			for _, id := range k.s.places.member[k.s.places.start[row+int(s[0])]:k.s.places.start[row+int(s[1])]] {
				if !yield(id) {
					return
				}
			}
		}
	}
	if !k.all {
		return
	}
	for _, id := range k.s.places.several {
		if k.kinds.has(k.s.kind[id]) && !yield(id) {
			return
		}
	}
}

// parts is how many cells the members stand in at most: one for each kind and
// place.
func (k *pick) parts() (n int) {
	for _, s := range k.area.spans {
		n += int(s[1] - s[0])
	}
	return n * bits.OnesCount64(uint64(k.kinds)&(1<<len(k.s.vocab.kinds)-1))
}

// cells are the members, cell by cell: each in the order of like, as from has it.
func (k *pick) cells(like *ranking, from []graph.EntityID) (list []ranking) {
	for kind := range k.s.vocab.kinds {
		if !k.kinds.has(uint8(kind)) {
			continue
		}
		row := k.s.places.row(uint8(kind))
		for _, s := range k.area.spans {
			starts := k.s.places.start[row+int(s[0]) : row+int(s[1])+1]
			for i, end := range starts[1:] {
				if begin := starts[i]; begin < end {
					list = append(list, ranking{ids: from[begin:end], value: like.value, desc: like.desc})
				}
			}
		}
	}
	return list
}

// count is how many members there are.
func (k *pick) count() (n int) {
	for kind := range k.s.vocab.kinds {
		if k.kinds.has(uint8(kind)) {
			row := k.s.places.row(uint8(kind))
			for _, s := range k.area.spans {
				n += int(k.s.places.start[row+int(s[1])] - k.s.places.start[row+int(s[0])])
			}
		}
	}
	if k.all {
		for _, id := range k.s.places.several {
			if k.kinds.has(k.s.kind[id]) {
				n++
			}
		}
	}
	return n
}

// total is how many pass in all, given how many members there are and who is
// apart.
func (k *pick) total(members int, apart []graph.EntityID) int {
	return members - k.changed() + len(apart)
}

// changed is how many members have changed, and so do not count as such.
func (k *pick) changed() (n int) {
	for id := range k.unsettled().all() {
		if int(id) < len(k.s.kind) && k.s.kind[id] != 0 && k.base(id) {
			n++
		}
	}
	return n
}
