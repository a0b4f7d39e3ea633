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

// ids are the entities that have changed, ascending.
func (c *Changes) ids() []graph.EntityID {
	if c == nil {
		return nil
	}
	return merged(c.recent.ids, c.older.ids, cmp.Compare[graph.EntityID])
}

// words is the Postings of an index and of what has changed since.
type words struct {
	x       *Index
	c       *Changes
	gone    []graph.EntityID // of whom the index tells what was
	entries func([]graph.EntityID) ([]*graph.Entity, error)
	sketch  func(graph.EntityID) string // nil: documents are looked at
}

// Over is the postings of x after changes; entities reads documents, and sketch,
// where it is set, gives the [Sketch] of an entity. They are for one search.
func (x *Index) Over(c *Changes, entities func([]graph.EntityID) ([]*graph.Entity, error), sketch func(graph.EntityID) string) Postings {
	return &words{x, c, c.ids(), entities, sketch}
}

// Entities: see [Postings].
func (w *words) Entities(ids []graph.EntityID) ([]*graph.Entity, error) { return w.entries(ids) }

// most is the greatest id that may be in a list.
func (w *words) most() graph.EntityID {
	if n := len(w.gone); n > 0 {
		return max(w.x.Most, w.gone[n-1])
	}
	return w.x.Most
}

// List: see [Postings].
func (w *words) List(term string) (List, error) {
	key, r := term, rank(0)
	if isRanked(term[0]) {
		key, r = term[:len(term)-1], rank(term[len(term)-1]&^0x80)
	}
	for _, l := range w.lists(key[0], key[1:], nil) {
		if l.rank == r {
			return l.list, nil
		}
	}
	return nil, nil
}

// lists: see [keyed].
func (w *words) lists(class byte, key string, into []rankedList) []rankedList {
	begin := len(into)
	into = w.x.lists(class, key, into)
	if len(w.gone) == 0 {
		return into
	}
	for i := begin; i < len(into); i++ {
		into[i].list = &changedList{list: into[i].list, gone: w.gone, n: into[i].list.Len() - shared(into[i].list, w.gone)}
	}
	w.c.of(class, key, func(r rank, id graph.EntityID) {
		at := slices.IndexFunc(into[begin:], func(l rankedList) bool { return l.rank >= r }) + begin
		if at < begin {
			at = len(into)
		}
		if at == len(into) || into[at].rank != r {
			into = slices.Insert(into, at, rankedList{r, &changedList{list: &sliceList{}}})
		}
		l := into[at].list.(*changedList)
		where, _ := slices.BinarySearch(l.added, id)
		l.added, l.n = slices.Insert(l.added, where, id), l.n+1
	})
	return into
}

// shared is how many of ids are in l, whose place it does not change.
func shared(l List, ids []graph.EntityID) (n int) {
	switch l := l.(type) {
	case *bitList:
		for _, id := range ids {
			if int(id>>6) < len(l.bits) && l.bits[id>>6]>>(id&63)&1 != 0 {
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
	}
	return n
}

// changedList is a list without those who have changed, and with those of them
// that belong to it now.
type changedList struct {
	list        List
	gone, added []graph.EntityID
	n           int
}

func (l *changedList) Len() int { return l.n }

func (l *changedList) Seek(from graph.EntityID) graph.EntityID {
	id := l.list.Seek(from)
	for id != 0 {
		if _, gone := slices.BinarySearch(l.gone, id); !gone {
			break
		}
		id = l.list.Seek(id + 1)
	}
	at, _ := slices.BinarySearch(l.added, from)
	if at < len(l.added) && (id == 0 || l.added[at] < id) {
		return l.added[at]
	}
	return id
}

func (l *changedList) fill(from graph.EntityID, into *chunk) bool {
	var own chunk
	some := l.list.(filler).fill(from, &own)
	for _, id := range within(l.gone, from) {
		own[id%chunkIDs>>6] &^= 1 << (id & 63)
	}
	for _, id := range within(l.added, from) {
		own.set(id)
		some = true
	}
	into.or(&own)
	return some
}

// within is the part of ids, which ascend, that falls into the chunk from from on.
func within(ids []graph.EntityID, from graph.EntityID) []graph.EntityID {
	lo, _ := slices.BinarySearch(ids, from)
	ids = ids[lo:]
	hi, _ := slices.BinarySearchFunc(ids, uint64(from)+chunkIDs, func(id graph.EntityID, end uint64) int { return cmp.Compare(uint64(id), end) })
	return ids[:hi]
}

// With writes to next, which has Most set, the index x after changes.
func (x *Index) With(c *Changes, next *Index) error {
	gone := c.ids()
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
