package text

import (
	"cmp"
	"slices"
	"strings"

	"lianzhu/graph"
)

// Changes are the terms of entities that have changed since an index was made.
// They never change themselves; With makes others that share most with them.
type Changes struct {
	recent, older segment
}

// segment is some entities, ascending, and the terms of those that are there.
type segment struct {
	ids  []graph.EntityID
	uses []use
}

// use is that an entity has a term.
type use struct {
	term string
	id   graph.EntityID
}

func (u use) compare(v use) int {
	return cmp.Or(cmp.Compare(len(u.term), len(v.term)), strings.Compare(u.term, v.term), cmp.Compare(u.id, v.id))
}

// Change is an entity as it has become; nil, where it is gone.
type Change struct {
	ID     graph.EntityID
	Entity *graph.Entity
}

// recentIDs is how many entities are sorted in anew with every change.
const recentIDs = 256

// Len is how many entities have changed.
func (c *Changes) Len() int {
	if c == nil {
		return 0
	}
	return len(c.recent.ids) + len(c.older.ids)
}

// With is c and what came later. An entity may come again.
func (c *Changes) With(list []Change) *Changes {
	if len(list) == 0 {
		return c
	}
	next := &Changes{}
	if c != nil {
		*next = *c
	}
	var s segment
	for _, change := range list {
		s.ids = append(s.ids, change.ID)
		if change.Entity == nil {
			continue
		}
		for _, term := range Terms(change.Entity) {
			s.uses = append(s.uses, use{term, change.ID})
		}
	}
	slices.Sort(s.ids)
	s.ids = slices.Compact(s.ids)
	slices.SortFunc(s.uses, use.compare)
	if next.recent = next.recent.under(s); len(next.recent.ids) > recentIDs {
		next.older, next.recent = next.older.under(next.recent), segment{}
	}
	return next
}

// under is s with what is in top instead, where both speak of an entity.
func (s segment) under(top segment) segment {
	kept := slices.DeleteFunc(slices.Clone(s.uses), func(u use) bool { return top.has(u.id) })
	return segment{merged(s.ids, top.ids, cmp.Compare[graph.EntityID]), merged(kept, top.uses, use.compare)}
}

func (s *segment) has(id graph.EntityID) bool {
	_, ok := slices.BinarySearch(s.ids, id)
	return ok
}

// merged is both of two ascending lists, each item once.
func merged[T any](a, b []T, compare func(x, y T) int) []T {
	out := make([]T, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch o := compare(a[0], b[0]); {
		case o < 0:
			out, a = append(out, a[0]), a[1:]
		case o > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// of yields the uses of a key, by rank.
func (c *Changes) of(class byte, key string, yield func(r rank, id graph.EntityID)) {
	size := len(key) + 1
	if isRanked(class) {
		size++
	}
	prefix := termOf(class, key)
	for i, s := range []*segment{&c.recent, &c.older} {
		at, _ := slices.BinarySearchFunc(s.uses, use{term: prefix}, func(u, _ use) int {
			return cmp.Or(cmp.Compare(len(u.term), size), strings.Compare(u.term[:min(len(u.term), len(prefix))], prefix), 1)
		})
		for ; at < len(s.uses) && len(s.uses[at].term) == size && strings.HasPrefix(s.uses[at].term, prefix); at++ {
			u := s.uses[at]
			if i > 0 && c.recent.has(u.id) {
				continue
			}
			r := rank(0)
			if isRanked(class) {
				r = rank(u.term[size-1] &^ 0x80)
			}
			yield(r, u.id)
		}
	}
}

// entry: see [keyed].
func (c *Changes) entry(class byte, key string) (e entry, ok bool) {
	var posted []uint64
	c.of(class, key, func(r rank, id graph.EntityID) { posted = append(posted, uint64(id)<<8|uint64(r)) })
	if len(posted) == 0 {
		return e, false
	}
	slices.Sort(posted)
	var counts [256]int
	for _, p := range posted {
		e.ids, e.of = append(e.ids, graph.EntityID(p>>8)), append(e.of, byte(p))
		counts[byte(p)]++
	}
	e.n = len(posted)
	for r, n := range counts {
		if n > 0 {
			e.ranks = append(e.ranks, rankCount{byte(r), n})
		}
	}
	return e, true
}

// changed are the entities that have changed, ascending.
func (c *Changes) changed() []graph.EntityID {
	if c == nil {
		return nil
	}
	return merged(c.recent.ids, c.older.ids, cmp.Compare[graph.EntityID])
}

// words is the Postings of an index and of what has changed since. A search looks
// into the index, but for those who have changed, and then at what has changed
// alone: so the lists of the index are used as they are.
type words struct {
	x       *Index
	c       *Changes         // nil: nothing
	gone    []graph.EntityID // of whom the index tells what was
	entries func([]graph.EntityID) ([]*graph.Entity, error)
	sketch  func(graph.EntityID) string // nil: documents are looked at
}

// Over is the postings of x after changes; entities reads documents, and sketch,
// where it is set, gives the [Sketch] of an entity. They are for one search.
func (x *Index) Over(c *Changes, entities func([]graph.EntityID) ([]*graph.Entity, error), sketch func(graph.EntityID) string) Postings {
	w := &words{x: x, c: c, entries: entities, sketch: sketch}
	w.gone = c.changed()
	if beyond, _ := slices.BinarySearch(w.gone, x.Most+1); x.Most < ended {
		w.gone = w.gone[:beyond]
	}
	return w
}

// Entities: see [Postings].
func (w *words) Entities(ids []graph.EntityID) ([]*graph.Entity, error) { return w.entries(ids) }

// List: see [Postings].
func (w *words) List(term string) (List, error) {
	var ids []graph.EntityID
	for _, part := range w.parts() {
		l, err := part.List(term)
		if err != nil || l == nil {
			continue
		}
		for id := l.Seek(1); id != 0; id = l.Seek(id + 1) {
			if !part.isGone(id) {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return SliceList(ids), nil
}

// part is the Postings of an index, or of what has changed, by itself.
type part struct {
	*words
	keyed
	gone []graph.EntityID // who does not count though a list has him
}

// parts are the index and, where there are any, the changes.
func (w *words) parts() []part {
	list := []part{{w, w.x, w.gone}}
	if w.c.Len() > 0 {
		list = append(list, part{w, w.c, nil})
	}
	return list
}

// isGone tells whether a list that has id tells what was.
func (p part) isGone(id graph.EntityID) bool {
	_, gone := slices.BinarySearch(p.gone, id)
	return gone
}

// List: see [Postings]. It has who is gone, too.
func (p part) List(term string) (List, error) {
	key := term
	if isRanked(term[0]) {
		key = term[:len(term)-1]
	}
	e, ok := p.entry(key[0], key[1:])
	if !ok {
		return nil, nil
	}
	for i, r := range e.ranks {
		if isRanked(term[0]) && rankByte(rank(r.rank)) != term[len(term)-1] {
			continue
		}
		return e.under(i), nil
	}
	return nil, nil
}

// shared is how many of ids, which ascend, are in l, whose place it does not
// change.
func shared(l List, ids []graph.EntityID) (n int) {
	switch l := l.(type) {
	case *bitList:
		for _, id := range ids {
			if l.has(id) {
				n++
			}
		}
	case *sliceList:
		at := *l
		for _, id := range ids {
			if at.Seek(id) == id {
				n++
			}
		}
	case *rankList:
		at := *l
		for _, id := range ids {
			if at.Seek(id) == id {
				n++
			}
		}
	}
	return n
}

// restList is a list without some of its ids.
type restList struct {
	list List
	gone []graph.EntityID
	n    int
}

// keptList is l without gone.
func keptList(l List, gone []graph.EntityID) List {
	if n := shared(l, gone); n > 0 {
		return &restList{l, gone, l.Len() - n}
	}
	return l
}

func (l *restList) Len() int { return l.n }

func (l *restList) Seek(from graph.EntityID) graph.EntityID {
	id := l.list.Seek(from)
	for id != 0 {
		if _, gone := slices.BinarySearch(l.gone, id); !gone {
			break
		}
		id = l.list.Seek(id + 1)
	}
	return id
}

// idsWithin is the part of ids, which ascend, that falls into the chunk from from
// on.
func idsWithin(ids []graph.EntityID, from graph.EntityID) []graph.EntityID {
	lo, _ := slices.BinarySearch(ids, from)
	ids = ids[lo:]
	hi, _ := slices.BinarySearchFunc(ids, uint64(from)+chunkIDs, func(id graph.EntityID, end uint64) int { return cmp.Compare(uint64(id), end) })
	return ids[:hi]
}

// With writes to next, which has Most set, the index x after changes. It is whole
// then.
func (x *Index) With(c *Changes, next *Index) error {
	gone := c.changed()
	var uses []use
	if c != nil {
		uses = Changes{older: c.older}.older.under(c.recent).uses
	}
	put := func(term string, ids []graph.EntityID) error {
		if len(ids) == 0 {
			return nil
		}
		return next.Add(term, ids)
	}
	err := x.All(func(term []byte, ids []graph.EntityID) error {
		ids = without(ids, gone)
		for len(uses) > 0 {
			o := cmp.Or(cmp.Compare(len(uses[0].term), len(term)), strings.Compare(uses[0].term, string(term)))
			if o > 0 {
				break
			}
			var added []graph.EntityID
			at := uses[0].term
			added, uses = take(uses)
			if o == 0 {
				ids = merged(ids, added, cmp.Compare[graph.EntityID])
				break
			}
			if err := put(at, added); err != nil {
				return err
			}
		}
		return put(string(term), ids)
	})
	for err == nil && len(uses) > 0 {
		at := uses[0].term
		var added []graph.EntityID
		added, uses = take(uses)
		err = put(at, added)
	}
	next.Seal()
	return err
}

// take cuts the uses of the first term off.
func take(uses []use) (ids []graph.EntityID, rest []use) {
	n := 0
	for n < len(uses) && uses[n].term == uses[0].term {
		ids = append(ids, uses[n].id)
		n++
	}
	return ids, uses[n:]
}

// without is ids less those in gone, in place.
func without(ids, gone []graph.EntityID) []graph.EntityID {
	if len(gone) == 0 {
		return ids
	}
	kept := ids[:0]
	for _, id := range ids {
		for len(gone) > 0 && gone[0] < id {
			gone = gone[1:]
		}
		if len(gone) == 0 || gone[0] != id {
			kept = append(kept, id)
		}
	}
	return kept
}
