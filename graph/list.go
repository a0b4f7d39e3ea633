package graph

import (
	"context"
	"iter"
	"slices"
)

// Window chooses a page of an ordered list: the first Limit items after After,
// or, Backward, the last Limit items before Before. Both places may be given;
// the page then lies between them. Limit is at least 1.
type Window struct {
	Limit         int
	Backward      bool
	After, Before *Place
	Total         bool // count the whole list, too
}

// check refuses a window that is no window of a list ordered by so many values.
func (w Window) check(sorts int) error {
	if w.Limit < 1 {
		return invalid("page", "limit", "it must be at least 1")
	}
	for _, p := range []*Place{w.After, w.Before} {
		if p != nil && len(p.Sort) != sorts {
			return invalid("page", "place", "it belongs to a list in another order; begin again without it")
		}
	}
	return nil
}

// Page is a page of a list in the list's order, whichever way it was asked
// for. Total is -1 unless it was asked for.
type Page[T any] struct {
	Items             []T
	Places            []Place
	HasNext, HasPrior bool
	Total             int
}

// candidate is an item that belongs to the list, with its place in it.
type candidate[T any] struct {
	item  T
	place Place
}

// collect makes a page of the candidates that seq yields in any order. Where
// they come in the list's order, and neither a total nor an end before which to
// stop is wanted, it stops reading as soon as the page is full.
func collect[T any](ctx context.Context, w Window, desc []bool, ordered bool, seq iter.Seq2[candidate[T], error]) (Page[T], error) {
	c := collector[T]{w: w, desc: desc, page: Page[T]{Total: -1}}
	stopEarly := ordered && !w.Backward && !w.Total
	if err := ctx.Err(); err != nil {
		return Page[T]{}, err
	}
	for found, err := range seq {
		if err != nil {
			return Page[T]{}, err
		}
		c.total++
		if c.total%256 == 0 && ctx.Err() != nil {
			return Page[T]{}, ctx.Err()
		}
		c.add(found)
		if stopEarly && len(c.kept) > w.Limit {
			break
		}
	}
	return c.finish(), nil
}

// collector keeps the Limit+1 best candidates within the window.
type collector[T any] struct {
	w             Window
	desc          []bool
	kept          []candidate[T]
	total         int
	before, after bool // candidates exist on that side of the window
	page          Page[T]
}

// add takes a candidate in if it lies in the window and among the best.
func (c *collector[T]) add(found candidate[T]) {
	if c.w.After != nil && compare(found.place, *c.w.After, c.desc) <= 0 {
		c.before = true
		return
	}
	if c.w.Before != nil && compare(found.place, *c.w.Before, c.desc) >= 0 {
		c.after = true
		return
	}
	at, _ := slices.BinarySearchFunc(c.kept, found, func(a, b candidate[T]) int {
		if c.w.Backward {
			return compare(b.place, a.place, c.desc)
		}
		return compare(a.place, b.place, c.desc)
	})
	if at > c.w.Limit {
		return
	}
	c.kept = slices.Insert(c.kept, at, found)
	if len(c.kept) > c.w.Limit+1 {
		c.kept = c.kept[:c.w.Limit+1]
	}
}

// finish makes the page of what was kept.
func (c *collector[T]) finish() Page[T] {
	more := len(c.kept) > c.w.Limit
	if more {
		c.kept = c.kept[:c.w.Limit]
	}
	c.page.HasNext, c.page.HasPrior = more || c.after, c.before
	if c.w.Backward {
		slices.Reverse(c.kept)
		c.page.HasNext, c.page.HasPrior = c.after, more || c.before
	}
	for _, k := range c.kept {
		c.page.Items = append(c.page.Items, k.item)
		c.page.Places = append(c.page.Places, k.place)
	}
	if c.w.Total {
		c.page.Total = c.total
	}
	return c.page
}

// EntityQuery asks for a page of all entities that pass Where, ordered by Order
// and then by id, which is the order in which the graph learnt of them. Lean says
// that [ListEntityIDs] need give no places; see [EntityPlace].
type EntityQuery struct {
	Where   *EntityFilter
	Order   []EntityOrder
	Window  Window
	Collate Collate
	Lean    bool
}

// Lister is what a Reader may have besides: it answers lists of entities without
// their documents, as [ListEntities] would from these, in every part of the page.
// It is found by assertion and given only what was checked. ok is false where it
// cannot answer q, which is then answered from documents. CountEntities is the
// total of such a list, EntityPlace the place of an entity in it.
type Lister interface {
	ListEntityIDs(q EntityQuery) (page Page[EntityID], ok bool, err error)
	CountEntities(where *EntityFilter) (n int, ok bool, err error)
	EntityPlace(q EntityQuery, id EntityID) (at Place, ok bool)
}

// ListEntities answers q from the revision of r.
func ListEntities(ctx context.Context, r Reader, q EntityQuery) (Page[*Entity], error) {
	m := NewMatcher(r)
	ids, listed, err := listIDs(r, m, q)
	if err != nil {
		return Page[*Entity]{}, err
	}
	if !listed {
		return listDocuments(ctx, r, m, q)
	}
	page := Page[*Entity]{nil, ids.Places, ids.HasNext, ids.HasPrior, ids.Total}
	if len(ids.Items) > 0 {
		page.Items, err = r.Entities(ids.Items)
	}
	return page, err
}

// ListEntityIDs is ListEntities for who needs no documents. A lean query's page
// may be without places.
func ListEntityIDs(ctx context.Context, r Reader, q EntityQuery) (Page[EntityID], error) {
	m := NewMatcher(r)
	ids, listed, err := listIDs(r, m, q)
	if err != nil || listed {
		return ids, err
	}
	page, err := listDocuments(ctx, r, m, q)
	ids = Page[EntityID]{nil, page.Places, page.HasNext, page.HasPrior, page.Total}
	for _, doc := range page.Items {
		ids.Items = append(ids.Items, doc.ID)
	}
	return ids, err
}

// CountEntities is how many entities pass the filter of q, which was listed before
// and need not be checked again.
func CountEntities(ctx context.Context, r Reader, q EntityQuery) (int, error) {
	if lister, can := r.(Lister); can {
		if n, ok, err := lister.CountEntities(q.Where); ok || err != nil {
			return n, err
		}
	}
	q.Window, q.Order = Window{Limit: 1, Total: true}, nil // which changes no number
	page, err := ListEntityIDs(ctx, r, q)
	return page.Total, err
}

// EntityPlace is the place that the entity id has in the list of q.
func EntityPlace(r Reader, q EntityQuery, id EntityID) (Place, error) {
	if lister, can := r.(Lister); can {
		if at, ok := lister.EntityPlace(q, id); ok {
			return at, nil
		}
	}
	docs, err := r.Entities([]EntityID{id})
	if err != nil {
		return Place{}, err
	}
	if docs[0] == nil {
		return Place{}, &Error{Code: CodeNotFound, Op: "page", Index: -1, Detail: "an entity of the page is gone"}
	}
	return (&entityCandidates{r: r, q: q}).place(docs[0])
}

// listIDs checks q and answers it where r can do so without documents.
func listIDs(r Reader, m *Matcher, q EntityQuery) (page Page[EntityID], ok bool, err error) {
	if err := firstError(m.Check(q.Where), checkEntityOrder(q), q.Window.check(len(q.Order))); err != nil {
		return page, false, err
	}
	lister, can := r.(Lister)
	if !can {
		return page, false, nil
	}
	page, ok, err = lister.ListEntityIDs(q)
	page.HasPrior = page.HasPrior || isBehind(q)
	return page, ok, err
}

// isBehind tells whether the page of q is behind an item that its cursor was
// taken from.
func isBehind(q EntityQuery) bool { return len(q.Order) == 0 && q.Window.After != nil }

// listDocuments answers q, which was checked, from documents.
func listDocuments(ctx context.Context, r Reader, m *Matcher, q EntityQuery) (Page[*Entity], error) {
	desc := make([]bool, len(q.Order))
	for i, o := range q.Order {
		desc[i] = o.Desc
	}
	total, counted, err := countEntities(r, q)
	if err != nil {
		return Page[*Entity]{}, err
	}
	if counted {
		q.Window.Total = false
	}
	ordered := len(q.Order) == 0
	source := entityCandidates{ctx: ctx, r: r, m: m, q: q}
	page, err := collect(ctx, q.Window, desc, ordered, source.all(seekAfter(ordered, q.Window)))
	if err != nil {
		return page, err
	}
	if counted {
		page.Total = total
	}
	page.HasPrior = page.HasPrior || isBehind(q)
	return page, nil
}

// countEntities reads the total off the maintained counters where the filter
// asks for kinds alone, or for nothing.
func countEntities(r Reader, q EntityQuery) (total int, counted bool, err error) {
	w := q.Where
	if !q.Window.Total || w != nil && (w.And != nil || w.Or != nil || w.Not != nil || w.Name != nil ||
		w.Keys != nil || w.Within != 0 || w.RelatedTo != nil) {
		return 0, false, nil
	}
	counts, err := r.Counts()
	if err != nil || w == nil || w.Kinds == nil {
		return counts.Entities, true, err
	}
	for i, k := range w.Kinds {
		if !slices.Contains(w.Kinds[:i], k) {
			total += counts.ByKind[k]
		}
	}
	return total, true, nil
}

// seekAfter is the id behind which an unordered list may begin to read.
func seekAfter(ordered bool, w Window) uint32 {
	if ordered && w.After != nil && !w.Total && !w.Backward {
		return w.After.ID
	}
	return 0
}

// readChunk is how many documents are fetched at a time while listing.
const readChunk = 256

// chunks cuts a sequence of ids into lists of at most size.
func chunks[ID any](seq iter.Seq2[ID, error], size int) iter.Seq2[[]ID, error] {
	return func(yield func([]ID, error) bool) {
		ids := make([]ID, 0, size)
		for id, err := range seq {
			if err != nil {
				yield(nil, err)
				return
			}
			if ids = append(ids, id); len(ids) < size {
				continue
			}
			if !yield(ids, nil) {
				return
			}
			ids = ids[:0]
		}
		if len(ids) > 0 {
			yield(ids, nil)
		}
	}
}

// entityCandidates yields the entities of a list with their places.
type entityCandidates struct {
	ctx context.Context
	r   Reader
	m   *Matcher
	q   EntityQuery
}

func (s *entityCandidates) all(after uint32) iter.Seq2[candidate[*Entity], error] {
	return func(yield func(candidate[*Entity], error) bool) {
		for ids, err := range chunks(s.ids(EntityID(after)), readChunk) {
			if err == nil {
				err = s.ctx.Err()
			}
			if err != nil {
				yield(candidate[*Entity]{}, err)
				return
			}
			if !s.pass(ids, yield) {
				return
			}
		}
	}
}

// ids are the entities that may pass, cheapest access first.
func (s *entityCandidates) ids(after EntityID) iter.Seq2[EntityID, error] {
	if s.q.Where == nil || s.q.Where.Keys == nil {
		var kinds []Kind
		if s.q.Where != nil {
			kinds = s.q.Where.Kinds
		}
		return s.r.AllEntities(kinds, after)
	}
	return func(yield func(EntityID, error) bool) {
		ids, err := resolveEntities(s.r, s.q.Where.Keys)
		if err != nil {
			yield(0, err)
			return
		}
		slices.Sort(ids)
		for _, id := range slices.Compact(ids) {
			if id > after && !yield(id, nil) {
				return
			}
		}
	}
}

func resolveEntities(r Reader, keys []Key) ([]EntityID, error) {
	uids := make([]UID, len(keys))
	for i, k := range keys {
		uids[i] = NewUID(TagEntity, k)
	}
	found, err := r.Resolve(uids)
	if err != nil {
		return nil, err
	}
	ids := make([]EntityID, len(found))
	for i, id := range found {
		ids[i] = EntityID(id)
	}
	return ids, nil
}

// pass yields those of ids that pass the filter.
func (s *entityCandidates) pass(ids []EntityID, yield func(candidate[*Entity], error) bool) bool {
	docs, err := s.r.Entities(ids)
	if err != nil {
		return yield(candidate[*Entity]{}, err)
	}
	for _, e := range docs {
		if e == nil {
			continue
		}
		ok, err := s.m.Entity(s.q.Where, e)
		if err == nil && !ok {
			continue
		}
		var place Place
		if err == nil {
			place, err = s.place(e)
		}
		if !yield(candidate[*Entity]{e, place}, err) {
			return false
		}
	}
	return true
}

func (s *entityCandidates) place(e *Entity) (Place, error) {
	p := Place{ID: uint32(e.ID)}
	for _, o := range s.q.Order {
		v := SortValue{}
		switch o.Field {
		case ByNamePinyin:
			v.Text = s.q.Collate(e)
		case ByRecordedAt:
			v.Num = float64(e.Rev)
		case ByDegree:
			n, err := s.r.Degree([]EntityID{e.ID}, nil, Both)
			if err != nil {
				return p, err
			}
			v.Num = float64(n[0])
		}
		p.Sort = append(p.Sort, v)
	}
	return p, nil
}
