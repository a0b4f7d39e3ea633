package text

import (
	"slices"

	"lianzhu/graph"
)

// remnants find, chunk by chunk, whom a text in wide characters may mean but for
// one slip: who has what the slip leaves. One wrong, missing or additional
// character breaks at most the two pairs at its place, two swapped ones three
// pairs, of which they leave others in their stead. In a whole name, of which
// less is left, the first characters must begin it.
type remnants struct {
	s     *sieve
	n     int      // characters
	pairs []*union // each but the first
	head  *union   // the first pair
	first *union   // the first character
	last  *union   // the last one
	swaps []swap

	// By places: who has the pairs before it, those from it on. Nil is nobody.
	ahead, behind []*chunk
}

// swap is the pairs that stand where two neighbours are swapped.
type swap []*union // nil: nobody has them

// remnants opens the lists of the query.
func (b *planner) remnants() *remnants {
	typed := b.q.runes
	n := len(typed)
	within, begin := wideRanks, wideRanks
	if n < leastSlipInner {
		within, begin = ranksOfNames(n+1), ranksOfBeginnings(n+1)
	}
	pair := func(i, j int, start bool) *union {
		ranks := within
		if start {
			ranks = begin
		}
		return b.ranked(classGram, string([]rune{typed[i], typed[j]}), ranks)
	}
	w := &remnants{n: n, head: pair(0, 1, true), ahead: make([]*chunk, n), behind: make([]*chunk, n)}
	w.first, w.last = b.ranked(classGram, string(typed[:1]), begin), b.ranked(classGram, string(typed[n-1:]), within)
	for i := 1; i+1 < n; i++ {
		w.pairs = append(w.pairs, pair(i, i+1, false))
	}
	for k := range n - 1 {
		own := swap{pair(k+1, k, k == 0)}
		if own[0].size == 0 || typed[k] == typed[k+1] {
			w.swaps = append(w.swaps, nil)
			continue
		}
		if k > 0 {
			own = append(own, pair(k-1, k+1, k == 1))
		}
		if k+2 < n {
			own = append(own, pair(k, k+2, false))
		}
		w.swaps = append(w.swaps, own)
	}
	return w
}

// look looks at whoever may be meant.
func (w *remnants) look(s *sieve) error {
	w.s = s
	defer s.release()
	for from := uint64(0); from <= uint64(s.most); from += chunkIDs {
		if err := s.f.ctx.Err(); err != nil {
			return err
		}
		if err := w.lookFrom(graph.EntityID(from)); err != nil {
			return err
		}
	}
	return nil
}

func (w *remnants) lookFrom(from graph.EntityID) error {
	w.sides(from)
	all := w.s.chunk()
	defer w.free(all)
	some := false
	for k := range w.n {
		some = w.wrong(k, from, all) || some
	}
	for k := range w.swaps {
		some = w.swaps[k] != nil && w.swapped(k, from, all) || some
	}
	w.free(w.ahead...)
	w.free(w.behind...)
	if !some {
		return nil
	}
	if keep := w.s.wanted(from); keep != nil {
		all.and(keep)
		w.s.free(keep)
	}
	return w.s.f.doubtAll(from, all)
}

// sides works out ahead and behind: ahead[i] is who has the first i pairs,
// behind[i] who has those from the i-th on, where there are any.
func (w *remnants) sides(from graph.EntityID) {
	last := w.n - 2
	clear(w.ahead)
	clear(w.behind)
	w.ahead[1] = w.fill(w.head, from, nil)
	for i := 1; i < last && w.ahead[i] != nil; i++ {
		w.ahead[i+1] = w.fill(w.pairs[i-1], from, w.ahead[i])
	}
	w.behind[last] = w.fill(w.pairs[last-1], from, nil)
	for i := last - 1; i > 0 && w.behind[i+1] != nil; i-- {
		w.behind[i] = w.fill(w.pairs[i-1], from, w.behind[i+1])
	}
}

// wrong adds who has all but the character at place k and the pairs there.
func (w *remnants) wrong(k int, from graph.EntityID, all *chunk) bool {
	sets := make([]*chunk, 0, 2)
	var lone []*union
	switch k {
	case 0:
	case 1:
		lone = append(lone, w.first)
	default:
		sets = append(sets, w.ahead[k-1])
	}
	switch k {
	case w.n - 1:
	case w.n - 2:
		lone = append(lone, w.last)
	default:
		sets = append(sets, w.behind[k+1])
	}
	return w.add(sets, lone, from, all)
}

// swapped adds who has the characters at places k and k+1 the other way round.
func (w *remnants) swapped(k int, from graph.EntityID, all *chunk) bool {
	var sets []*chunk
	if k > 1 {
		sets = append(sets, w.ahead[k-1])
	}
	if k+3 < w.n {
		sets = append(sets, w.behind[k+2])
	}
	return w.add(sets, w.swaps[k], from, all)
}

// add adds to all who is in all sets, of which there are two at most, and has all
// of lone; nil is nobody.
func (w *remnants) add(sets []*chunk, lone []*union, from graph.EntityID, all *chunk) bool {
	if slices.Contains(sets, nil) {
		return false
	}
	var own, made *chunk
	switch len(sets) {
	case 1:
		own = sets[0]
	case 2:
		made = w.s.chunk()
		made.orBoth(sets[0], sets[1])
		own = made
	}
	for _, u := range lone {
		next := w.fill(u, from, own)
		w.free(made)
		if own, made = next, next; own == nil {
			return false
		}
	}
	some := !own.empty()
	all.or(own)
	w.free(made)
	return some
}

// fill is who has u and is in within (nil: all); nil where that is nobody.
func (w *remnants) fill(u *union, from graph.EntityID, within *chunk) *chunk {
	c := w.s.chunk()
	if u.fill(from, within, c) {
		return c
	}
	w.free(c)
	return nil
}

func (w *remnants) free(chunks ...*chunk) {
	for _, c := range chunks {
		if c != nil {
			w.s.free(c)
		}
	}
}
