package topology

import (
	"math"
	"slices"
	"sort"

	"lianzhu/graph"
)

var _ graph.Lister = (*reader)(nil)

// ListEntityIDs answers from memory lists of kinds, within a region, in one
// order; see [graph.Lister]. Names are ordered by [text.Collate].
func (r *reader) ListEntityIDs(q graph.EntityQuery) (page graph.Page[graph.EntityID], ok bool, err error) {
	l := lister{r: r, q: q, limit: q.Window.Limit}
	if l.pick, ok, err = r.pickOf(q.Where); !ok || err != nil {
		return page, false, err
	}
	if !l.order() {
		return page, false, nil
	}
	page = l.page()
	return page, true, r.ctx.Err()
}

// pickOf reads a filter; ok is false where columns do not answer it.
func (r *reader) pickOf(f *graph.EntityFilter) (k pick, ok bool, err error) {
	k = pick{s: r.snap, kinds: ^kindSet(0), area: r.snap.everywhere(), all: true}
	if f == nil {
		return k, true, nil
	}
	for _, f := range append([]*graph.EntityFilter{f}, f.And...) {
		if f.Or != nil || f.Not != nil || f.Name != nil || f.Keys != nil || f.RelatedTo != nil {
			return k, false, nil
		}
		if f.Kinds != nil {
			k.kinds &= r.snap.vocab.knownKinds(f.Kinds)
		}
		if f.Within == 0 {
			continue
		}
		if !k.all {
			return k, false, nil
		}
		if k.area, ok, err = r.area(f.Within); !ok || err != nil {
			return k, false, err
		}
		k.all = false
	}
	for _, g := range f.And {
		if g.And != nil {
			return k, false, nil
		}
	}
	return k, true, nil
}

// knownKinds is the set of kinds; one that does not exist adds nothing.
func (v *vocabulary) knownKinds(kinds []graph.Kind) (set kindSet) {
	for _, kind := range kinds {
		if code, ok := slices.BinarySearch(v.kinds, kind); ok && code > 0 {
			set |= 1 << code
		}
	}
	return set
}

// CountEntities: see [graph.Lister].
func (r *reader) CountEntities(where *graph.EntityFilter) (n int, ok bool, err error) {
	k, ok, err := r.pickOf(where)
	if !ok || err != nil {
		return 0, false, err
	}
	return k.total(k.count(), k.apart()), true, r.ctx.Err()
}

// EntityPlace: see [graph.Lister].
func (r *reader) EntityPlace(q graph.EntityQuery, id graph.EntityID) (at graph.Place, ok bool) {
	l := lister{r: r, q: q}
	if !r.snap.Has(id) || !l.order() {
		return at, false
	}
	return l.place(id), true
}

// lister makes one page.
type lister struct {
	r     *reader
	q     graph.EntityQuery
	pick  pick
	limit int
	by    graph.EntityOrderField // "": the order of ids
	rank  ranking                // of the whole base
	cells []graph.EntityID       // the members of places, in each cell by rank
	found []spot                 // passing, in the window
	full  bool                   // found has more than the page, of which the first so many are the best so far
	prior bool                   // something passes before the window
	next  bool                   // something passes behind it
}

// order reads the order; false where it is not one of the base's.
func (l *lister) order() bool {
	b := l.r.snap.base
	if len(l.q.Order) > 1 {
		return false
	}
	if len(l.q.Order) == 0 {
		l.rank = ranking{last: len(b.kind) - 1, value: func(graph.EntityID) float64 { return 0 }}
		l.cells = b.places.member
		return true
	}
	l.by = l.q.Order[0].Field
	l.rank.desc = l.q.Order[0].Desc
	switch l.by {
	case graph.ByNamePinyin:
		l.cells = b.places.byName
		l.rank.ids, l.rank.value = b.orders.byName, func(id graph.EntityID) float64 { return float64(b.orders.rank[id]) }
	case graph.ByDegree:
		l.cells, l.pick.bound = b.places.byDegree, true
		l.rank.ids, l.rank.value = b.orders.byDegree, func(id graph.EntityID) float64 { return float64(b.total(id)) }
	case graph.ByRecordedAt:
		l.cells = b.places.byRev
		l.rank.ids, l.rank.value = b.orders.byRev, func(id graph.EntityID) float64 { return float64(b.labels.of[id].rev()) }
	default:
		return false
	}
	if l.rank.ids == nil {
		l.rank.ids = []graph.EntityID{}
	}
	return true
}

// spotOf is where the entity id stands as it is now.
func (l *lister) spotOf(id graph.EntityID) spot {
	s := l.r.snap
	if l.by == "" || l.pick.settled(id) {
		return spot{value: l.rank.value(id), id: id}
	}
	switch l.by {
	case graph.ByDegree:
		return spot{value: float64(s.total(id)), id: id}
	case graph.ByRecordedAt:
		return spot{value: float64(s.entity(id).rev), id: id}
	}
	e := s.entity(id)
	return l.named(e.sortKey(), id)
}

// named is the spot of a name that sorts by key.
func (l *lister) named(key string, id graph.EntityID) spot {
	b := l.r.snap.base
	at := sort.Search(len(b.orders.byName), func(p int) bool { return b.sortKey(b.orders.byName[p]) >= key })
	if at == len(b.orders.byName) {
		return spot{value: math.MaxUint32, text: key, id: id}
	}
	first := b.orders.byName[at]
	if b.sortKey(first) == key {
		return spot{value: float64(b.orders.rank[first]), id: id}
	}
	return spot{value: float64(b.orders.rank[first]) - 0.5, text: key, id: id}
}

func (b *base) sortKey(id graph.EntityID) string {
	e := b.labels.entity(uint32(id))
	return e.sortKey()
}

// placed is the spot of a place, and place that of a spot.
func (l *lister) placed(p *graph.Place) spot {
	id := graph.EntityID(p.ID)
	switch {
	case l.by == "":
		return spot{id: id}
	case l.by != graph.ByNamePinyin:
		return spot{value: p.Sort[0].Num, text: p.Sort[0].Text, id: id}
	}
	b := l.r.snap.base
	if int(id) < len(b.kind) && b.kind[id] != 0 && b.sortKey(id) == p.Sort[0].Text {
		return spot{value: float64(b.orders.rank[id]), id: id}
	}
	return l.named(p.Sort[0].Text, id)
}

// place is that of the entity id.
func (l *lister) place(id graph.EntityID) graph.Place {
	s := l.r.snap
	p := graph.Place{ID: uint32(id)}
	e := s.entity(id)
	switch l.by {
	case "":
		return p
	case graph.ByNamePinyin:
		p.Sort = []graph.SortValue{{Text: e.sortKey()}}
	case graph.ByDegree:
		p.Sort = []graph.SortValue{{Num: float64(s.total(id))}}
	default:
		p.Sort = []graph.SortValue{{Num: float64(e.rev)}}
	}
	return p
}

// page collects what passes on the base and apart from it.
func (l *lister) page() graph.Page[graph.EntityID] {
	w := l.q.Window
	after, before := l.bounds()
	apart := l.pick.apart()
	members := l.pick.count()
	page := graph.Page[graph.EntityID]{Total: -1}
	if w.Total {
		page.Total = l.pick.total(members, apart)
	}
	for _, id := range apart {
		l.offer(l.spotOf(id), after, before)
	}
	switch {
	case members == 0:
	case l.pick.all && l.fewer(members):
		for id := range l.pick.members {
			if l.pick.settled(id) {
				l.offer(spot{value: l.rank.value(id), id: id}, after, before)
			}
		}
	case !l.pick.all && l.parted(members):
		l.run(l.pick.cells(&l.rank, l.cells), true, after, before)
	default:
		l.run([]ranking{l.rank}, false, after, before)
	}
	l.finish(&page)
	return page
}

func (l *lister) bounds() (after, before *spot) {
	if p := l.q.Window.After; p != nil {
		s := l.placed(p)
		after = &s
	}
	if p := l.q.Window.Before; p != nil {
		s := l.placed(p)
		before = &s
	}
	return after, before
}

// fewer tells whether to look at all members is less work than to go along the
// order until enough of them have come by.
func (l *lister) fewer(members int) bool {
	return members*members <= (l.limit+1)*l.rank.len()
}

// parted tells whether to read the places of the area side by side is less work
// than to go along the order of all entities until enough of them have come by.
func (l *lister) parted(members int) bool {
	return l.pick.parts()*members <= (l.limit+1)*l.rank.len()
}

// offer takes in what passes.
func (l *lister) offer(s spot, after, before *spot) {
	switch {
	case after != nil && l.rank.compare(s, *after) <= 0:
		l.prior = true
	case before != nil && l.rank.compare(s, *before) >= 0:
		l.next = true
	case l.full && l.better(l.found[l.limit], s):
	default:
		if l.found = append(l.found, s); len(l.found) > 8*(l.limit+1) {
			l.trim()
		}
	}
}

// better tells whether x is nearer to the side of the window where the page is.
func (l *lister) better(x, y spot) bool {
	if l.q.Window.Backward {
		x, y = y, x
	}
	return l.rank.compare(x, y) < 0
}

// trim keeps the best, one more than the page has room for.
func (l *lister) trim() {
	slices.SortFunc(l.found, func(x, y spot) int {
		if l.q.Window.Backward {
			x, y = y, x
		}
		return l.rank.compare(x, y)
	})
	l.found = l.found[:min(len(l.found), l.limit+1)]
	l.full = len(l.found) > l.limit // and the last of them is the worst
}

// finish makes the page of what was found.
func (l *lister) finish(page *graph.Page[graph.EntityID]) {
	l.trim()
	more := len(l.found) > l.limit
	l.found = l.found[:min(len(l.found), l.limit)]
	page.HasNext, page.HasPrior = more || l.next, l.prior
	if l.q.Window.Backward {
		slices.Reverse(l.found)
		page.HasNext, page.HasPrior = l.next, more || l.prior
	}
	if len(l.found) == 0 {
		return
	}
	page.Items = make([]graph.EntityID, len(l.found))
	for i, s := range l.found {
		page.Items[i] = s.id
	}
	if l.q.Lean {
		return
	}
	page.Places = make([]graph.Place, len(l.found))
	for i, id := range page.Items {
		page.Places[i] = l.place(id)
	}
}
