package text

import (
	"cmp"
	"slices"

	"lianzhu/graph"
)

// A place is where a hit stands among all: rank first, then id.
type place struct {
	rank  rank
	id    graph.EntityID
	bound bool // the rank is only the best it can be
}

func comparePlaces(a, b place) int {
	if c := cmp.Compare(a.rank, b.rank); c != 0 {
		return c
	}
	return cmp.Compare(a.id, b.id)
}

// page keeps the best places after a position, one more than are wanted, and
// counts all.
type page struct {
	after *graph.SearchPos
	room  int
	total int
	hits  []place
	worst *place // what comes after it has no room
}

func newPage(after *graph.SearchPos, first int) page { return page{after: after, room: first + 1} }

// comes tells whether the page is for p: p comes after the position.
func (g *page) comes(p place) bool {
	if g.after == nil {
		return true
	}
	score := p.rank.score()
	return score < g.after.Score || score == g.after.Score && p.id > g.after.Entity
}

// offer counts a hit and keeps it where it is among the best so far. The kept
// are sorted only when twice as many as needed have come together.
func (g *page) offer(p place) {
	g.total++
	if !g.comes(p) || g.worst != nil && comparePlaces(p, *g.worst) > 0 {
		return
	}
	g.hits = append(g.hits, p)
	if len(g.hits) >= 2*g.room && len(g.hits) >= lookAt {
		g.best()
	}
}

// best sorts the hits and drops those without room.
func (g *page) best() []place {
	slices.SortFunc(g.hits, comparePlaces)
	if len(g.hits) >= g.room {
		g.hits = g.hits[:g.room]
		worst := g.hits[g.room-1]
		g.worst = &worst
	}
	return g.hits
}

// run counts a list whose hits all have one rank, none of them offered before,
// and reads of it no more than the page has room for. Runs of one part come best
// first.
func (g *page) run(list List, r rank) {
	g.total += list.Len()
	from := graph.EntityID(1)
	switch score := r.score(); {
	case g.after == nil || score < g.after.Score:
	case score > g.after.Score:
		return
	case g.after.Entity == ended:
		return
	default:
		from = g.after.Entity + 1
	}
	for n := 0; n < g.room; n++ {
		id := list.Seek(from)
		if id == 0 || id == ended || g.worst != nil && comparePlaces(place{rank: r, id: id}, *g.worst) > 0 {
			return
		}
		g.hits = append(g.hits, place{rank: r, id: id})
		from = id + 1
	}
	g.best()
}
