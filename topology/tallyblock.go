package topology

import (
	"context"

	"lianzhu/graph"
)

// blockSize is how many relations of one type are counted together: what is
// known of them on the way stays in the nearest cache.
const blockSize = 1024

// tallyBlock is some relations of one type on their way: which of them pass, the
// code of the cell of each, and its line. Places of relations count from the
// first of the type.
type tallyBlock struct {
	typ     int
	ids     []graph.RelationID
	tags    []tag
	seats   []uint32 // nil: no relation of the type has one
	amounts []int64  // nil: none has one
	codes8  []uint8  // of the units of amounts

	at   [blockSize]uint32
	code [blockSize]uint64
	line [blockSize]uint32
}

// checkBlocks is after how many blocks a count looks whether it may go on.
const checkBlocks = 64

// section counts the relations of one type that the base holds.
func (t *tally) section(ctx context.Context, typ int) error {
	t.enter(typ)
	n := uint32(len(t.ids))
	for lo := uint32(0); lo < n; lo += blockSize {
		if lo%(checkBlocks*blockSize) == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		kept := t.choose(lo, min(lo+blockSize, n))
		if kept = t.sort(kept); kept > 0 {
			t.add(kept)
			t.noteBlock(kept)
		}
	}
	return nil
}

// enter makes ready for a type.
func (t *tally) enter(typ int) {
	l := &t.s.ledger
	lo, hi := l.start[typ], l.start[typ+1]
	t.typ, t.ids, t.tags, t.seats, t.amounts, t.codes8 = typ, l.id[lo:hi], l.tag[lo:hi], nil, nil, nil
	if at := l.seatAt[typ]; at != 0 {
		t.seats = l.seat[at-1 : at-1+hi-lo]
	}
	if at := l.amountAt[typ]; at != 0 {
		t.amounts, t.codes8 = l.amount[at-1:at-1+hi-lo], l.unit[at-1:at-1+hi-lo]
	}
	if t.q.By&graph.TallyType != 0 {
		clear(t.dense)
	}
}

// choose puts the relations from lo to hi that pass into at, and gives how many
// these are. It does so without a branch, since which do is hard to foresee.
func (t *tally) choose(lo, hi uint32) (n int) {
	pass, some := t.f.pass, refused
	for i, g := range t.tags[lo:hi] {
		v := pass.of(g)
		t.at[n&(blockSize-1)] = lo + uint32(i)
		n += int(v+1) >> 1
		some |= v
	}
	if some&unsure != 0 {
		n = t.sift(n, t.sure)
	}
	if t.s.vocab.below != nil && t.typ == int(t.s.vocab.partOf) && t.seats != nil {
		n = t.sift(n, func(p uint32) bool { return t.seats[p] != seatLine })
	}
	if t.isPatched(lo, hi) {
		n = t.sift(n, func(p uint32) bool { return t.s.rows.get(uint32(t.ids[p])) == nil })
	}
	if peers := t.f.peers; t.f.picky {
		n = t.sift(n, func(p uint32) bool {
			r := t.ids[p]
			return peers.has(t.s.kind[t.s.source[r]]) || peers.has(t.s.kind[t.s.target[r]])
		})
	}
	if t.within != nil {
		n = t.sift(n, t.inside)
	}
	return n
}

// sift keeps of the first n those for which keep holds.
func (t *tally) sift(n int, keep func(p uint32) bool) (kept int) {
	for _, p := range t.at[:n] {
		if keep(p) {
			t.at[kept] = p
			kept++
		}
	}
	return kept
}

// sure tells whether a relation that is not refused by its tag passes.
func (t *tally) sure(p uint32) bool {
	f, s, g := t.f, t.s, t.tags[p]
	if f.pass.of(g) == passed {
		return true
	}
	r := uint32(t.ids[p])
	if f.scored && g.has(tagGraded) && float32(s.score[s.graded.at(r)]) < f.minScore {
		return false
	}
	if !f.dated || !g.has(tagTimed) {
		return true
	}
	at := s.timed.at(r)
	return s.first[at] <= f.last && s.last[at] >= f.first
}

// isPatched tells whether some of the relations from lo to hi may have changed.
func (t *tally) isPatched(lo, hi uint32) bool {
	if t.s.patches == 0 {
		return false
	}
	pages := t.s.rows.pages
	from, to := int(t.ids[lo]>>pageBits), int(t.ids[hi-1]>>pageBits)
	for k := from; k <= to && k < len(pages); k++ {
		if pages[k] != nil {
			return true
		}
	}
	return false
}

// inside tells whether a relation is in all regions that were asked for.
func (t *tally) inside(p uint32) bool {
	seat, r := uint32(0), t.ids[p]
	if t.seats != nil {
		seat = t.seats[p]
	}
	plain := seat != seatSeveral && !t.tags[p].has(tagPlaced) // so it is the one end that is a region
	for i := range t.within {
		w := &t.within[i]
		switch {
		case w.has(seat):
		case plain, !w.hasAny(t.s.source[r], t.s.target[r], t.s.placesOf(r)):
			return false
		}
	}
	return true
}

// placeSet is a subtree by the places of a base.
type placeSet struct {
	tree *graph.Subtree
	set  []bool
}

func (s *Snapshot) placeSet(tree *graph.Subtree) placeSet {
	w := placeSet{tree, make([]bool, s.places.count())}
	for i, id := range s.places.region {
		w.set[i+1] = tree.Has(id)
	}
	return w
}

func (w *placeSet) has(place uint32) bool { return int(place) < len(w.set) && w.set[place] }

// hasAny tells whether an end or a place of a relation is in the subtree.
func (w *placeSet) hasAny(source, target graph.EntityID, places []graph.EntityID) bool {
	is := w.tree.Has(source) || w.tree.Has(target)
	for i := 0; !is && i < len(places); i++ {
		is = w.tree.Has(places[i])
	}
	return is
}
