package text

import (
	"slices"

	"lianzhu/graph"
)

// Postings is the part of a store that a search reads: for each term of
// [Terms] the entities that have it, and the entities themselves. All calls of
// one search must see the same revision.
type Postings interface {
	// List gives the entities that have the term; nil where there are none.
	List(term string) (List, error)

	// Entities gives the documents of ids, in their order, with their ID set.
	Entities(ids []graph.EntityID) ([]*graph.Entity, error)
}

// Listed is what a store's Reader may have besides, so that an [Index] need not
// be made of documents: all terms with their entities, in the order in which
// [Index.Add] wants them. ids is good until yield returns.
type Listed interface {
	Terms(yield func(term string, ids []graph.EntityID) error) error
}

// List is the entities that have a term, ids from 1 to 1<<32-2. It is read once,
// by one goroutine.
type List interface {
	// Len is how many there are.
	Len() int

	// Seek gives the first id that is not below from, or 0 where there is none.
	// from never falls from one call to the next.
	Seek(from graph.EntityID) graph.EntityID
}

// SliceList is a List over ascending ids, which it does not copy.
func SliceList(ids []graph.EntityID) List { return &sliceList{ids: ids, n: len(ids)} }

type sliceList struct {
	ids []graph.EntityID // those not yet passed
	n   int
}

func (l *sliceList) Len() int { return l.n }

// Seek gallops: near ids, which are the rule, cost one or two steps.
func (l *sliceList) Seek(from graph.EntityID) graph.EntityID {
	step := 1
	for step <= len(l.ids) && l.ids[step-1] < from {
		step *= 2
	}
	passed := step / 2
	at, _ := slices.BinarySearch(l.ids[passed:min(step, len(l.ids))], from)
	l.ids = l.ids[passed+at:]
	if len(l.ids) == 0 {
		return 0
	}
	return l.ids[0]
}

// ended is the place of a list that has no more.
const ended = ^graph.EntityID(0)

// branch is a list and where in it a search stands.
type branch struct {
	list List
	head graph.EntityID
	rank rank
	of   *entry // where the rank depends on the id; those above rank are left out
}

// rankHead is the rank of the id at the head.
func (b *branch) rankHead() rank {
	if b.of == nil {
		return b.rank
	}
	at := 0
	if l, ok := b.list.(*sliceList); ok {
		at = len(b.of.ids) - len(l.ids)
	}
	return b.of.rankAt(b.head, at)
}

// seek goes to the first id that is not below from.
func (b *branch) seek(from graph.EntityID) {
	for b.head < from {
		if b.head = b.list.Seek(from); b.head == 0 {
			b.head = ended
			return
		}
		if b.of == nil || b.rank == rankNone || b.rankHead() <= b.rank {
			return
		}
		from = b.head + 1
	}
}

// union is several lists read as one.
type union struct {
	branches []branch
	size     int // of all lists together
}

// open adds the list of a term, which then gives the rank.
func (u *union) open(p Postings, term string, r rank) error {
	list, err := p.List(term)
	if err != nil || list == nil || list.Len() == 0 {
		return err
	}
	u.branches = append(u.branches, branch{list: list, rank: r})
	u.size += list.Len()
	return nil
}

// A keyed Postings gives all that it has of a key at once.
type keyed interface {
	entry(class byte, key string) (entry, bool)
}

// openRanked adds the lists of a key under every rank of the given ones, which
// ascend and are all that there may be up to the last of them.
func (u *union) openRanked(p Postings, class byte, key string, ranks []rank) error {
	if k, ok := p.(keyed); ok {
		if e, ok := k.entry(class, key); ok {
			u.add(&e, ranks[len(ranks)-1])
		}
		return nil
	}
	for _, r := range ranks {
		if err := u.open(p, rankedTerm(class, key, r), r); err != nil {
			return err
		}
	}
	return nil
}

// add adds what an entry has of ranks up to most.
func (u *union) add(e *entry, most rank) {
	size := e.n
	for _, r := range e.ranks {
		if rank(r.rank) > most {
			size -= r.n
		}
	}
	if size == 0 {
		return
	}
	if size == e.n {
		most = rankNone
	}
	u.branches = append(u.branches, branch{list: e.all(), rank: most, of: e})
	u.size += size
}

// seek gives the first id not below from, which is not 0, in any list, or ended.
func (u *union) seek(from graph.EntityID) graph.EntityID {
	least := ended
	for i := range u.branches {
		b := &u.branches[i]
		if b.head < from {
			b.seek(from)
		}
		least = min(least, b.head)
	}
	return least
}

// has tells whether id is in one of the lists. Ids asked for never fall.
func (u *union) has(id graph.EntityID) bool { return u.seek(id) == id }

// rankAt is the best rank of the lists that stand at id.
func (u *union) rankAt(id graph.EntityID) rank {
	best := rankNone
	for i := range u.branches {
		if b := &u.branches[i]; b.head == id {
			best = min(best, b.rankHead())
		}
	}
	return best
}

// intersection is the ids that all of several unions have.
type intersection []*union

// seek gives the first id not below from that all have, or ended. The smallest
// leads, the others are asked from small to large.
func (in intersection) seek(from graph.EntityID) graph.EntityID {
	if len(in) == 0 {
		return ended
	}
	for i := 0; i < len(in); {
		at := in[i].seek(from)
		switch {
		case at == ended:
			return ended
		case at == from || i == 0:
			from = at
			i++
		default:
			from, i = at, 0
		}
	}
	return from
}

// rarestFirst puts the smallest union first.
func (in intersection) rarestFirst() {
	slices.SortStableFunc(in, func(a, b *union) int { return a.size - b.size })
}
