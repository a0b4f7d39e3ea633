package topology

import "lianzhu/graph"

// run goes along lists, which together are the whole, from the side of the window
// where the page is, until the page is full, and looks on either side whether
// there is more. Exact says that what is in the lists passes.
func (l *lister) run(lists []ranking, exact bool, after, before *spot) {
	m := merger{l: l, lists: lists, exact: exact}
	empty := after != nil && before != nil && l.rank.compare(*before, *after) <= 0
	for i := range lists {
		r := &lists[i]
		if after != nil && !l.prior {
			l.prior = m.any(r, r.prior(r.seek(*after, true)), r.prior)
		}
		if before != nil && !l.next {
			at := r.seek(*before, false)
			if empty {
				at = r.seek(*after, true)
			}
			l.next = m.any(r, at, r.next)
		}
	}
	if !empty {
		m.collect(after, before)
	}
}

// merger reads several lists of one order as one, forward or backward.
type merger struct {
	l     *lister
	lists []ranking
	exact bool
	heads []front // a heap: the one that comes next is the first
}

// front is where a list stands.
type front struct {
	spot
	list, at int
}

// collect takes in what passes and is in the window, until the page is full.
func (m *merger) collect(after, before *spot) {
	l := m.l
	m.heads = make([]front, 0, len(m.lists))
	for i := range m.lists {
		r := &m.lists[i]
		at := 0
		switch w := l.q.Window; {
		case w.Backward && before == nil:
			at = r.prior(r.len())
		case w.Backward:
			at = r.prior(r.seek(*before, false))
		case after == nil:
			at = r.first()
		default:
			at = r.seek(*after, true)
		}
		if h, ok := m.front(i, at, after, before); ok {
			m.heads = append(m.heads, h)
			m.rise(len(m.heads) - 1)
		}
	}
	for n := 0; n <= l.limit && len(m.heads) > 0; n++ {
		h := m.heads[0]
		l.found = append(l.found, h.spot)
		next, ok := m.front(h.list, m.step(h.list, h.at), after, before)
		if !ok {
			last := len(m.heads) - 1
			next, m.heads = m.heads[last], m.heads[:last]
		}
		if len(m.heads) > 0 {
			m.heads[0] = next
			m.sink()
		}
	}
}

// front is the first item of a list from p on that passes; ok is false where the
// window ends before.
func (m *merger) front(list, p int, after, before *spot) (h front, ok bool) {
	r := &m.lists[list]
	for ; p >= 0 && p < r.len(); p = m.step(list, p) {
		if !m.passes(r.id(p)) {
			continue
		}
		s := r.at(p)
		if m.l.q.Window.Backward {
			ok = after == nil || r.compare(s, *after) > 0
		} else {
			ok = before == nil || r.compare(s, *before) < 0
		}
		return front{s, list, p}, ok
	}
	return front{}, false
}

// step is the item that comes behind p in a list.
func (m *merger) step(list, p int) int {
	if m.l.q.Window.Backward {
		return m.lists[list].prior(p)
	}
	return m.lists[list].next(p)
}

// any tells whether something passes in r from p on.
func (m *merger) any(r *ranking, p int, step func(int) int) bool {
	for ; p >= 0 && p < r.len(); p = step(p) {
		if m.passes(r.id(p)) {
			return true
		}
	}
	return false
}

func (m *merger) passes(id graph.EntityID) bool {
	if m.exact {
		return m.l.pick.settled(id)
	}
	return m.l.r.snap.kind[id] != 0 && m.l.pick.base(id) && m.l.pick.settled(id)
}

// before tells whether head i comes before head j.
func (m *merger) before(i, j int) bool {
	if m.l.q.Window.Backward {
		i, j = j, i
	}
	return m.l.rank.compare(m.heads[i].spot, m.heads[j].spot) < 0
}

// rise and sink put a head in its place in the heap.
func (m *merger) rise(i int) {
	for i > 0 && m.before(i, (i-1)/2) {
		m.heads[i], m.heads[(i-1)/2] = m.heads[(i-1)/2], m.heads[i]
		i = (i - 1) / 2
	}
}

func (m *merger) sink() {
	for i := 0; ; {
		least := i
		for _, j := range [2]int{2*i + 1, 2*i + 2} {
			if j < len(m.heads) && m.before(j, least) {
				least = j
			}
		}
		if least == i {
			return
		}
		m.heads[i], m.heads[least] = m.heads[least], m.heads[i]
		i = least
	}
}
