package graph

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
)

// label is a way to an entity: its last relation, behind the way that another
// label is.
type label struct {
	at       EntityID
	relation RelationID
	behind   int32 // place of that label; -1: this is From
	rank     rank
}

// rank orders ways: by doubt, then by the number of relations.
type rank struct {
	doubt int64
	hops  int32
}

func (a rank) compare(b rank) int {
	return cmp.Or(cmp.Compare(a.doubt, b.doubt), cmp.Compare(a.hops, b.hops))
}

// doubtUnit is the unit in which doubt is counted: whole numbers, so that a sum
// does not depend on its order and ties are ties.
const doubtUnit = 1 << 40

// doubt is -ln score.
func doubt(score float32) int64 {
	if score <= math.SmallestNonzeroFloat32 {
		score = math.SmallestNonzeroFloat32
	}
	return int64(math.Round(-math.Log(float64(min(score, 1))) * doubtUnit))
}

// strongest looks for the way of the least doubt, by Dijkstra's method: ways
// are settled in the order of their rank, all of the same rank together. As
// Bounds.Depth bounds the relations, an entity can be settled again by a way
// that is more doubtful and shorter.
type strongest struct {
	x      *expander
	q      *PathQuery
	avoid  map[EntityID]bool
	labels []label
	open   map[rank][]int32
	ranks  rankHeap
	best   map[EntityID]rank  // the least rank of a label there
	least  map[EntityID]int32 // the fewest relations by which it was settled
	cut    []int32            // settled with as many relations as there may be
	goal   int32              // the label that is the answer; -1: none yet
}

// findStrongest answers q. Among ways of equal doubt it takes those of the
// fewest relations, and among these the first by the ids of these.
func findStrongest(x *expander, q PathQuery) (*Paths, error) {
	x.source = newSource(x.r, x.m, q.Where, x.degree, true, x.mem)
	s := strongest{x: x, q: &q, avoid: map[EntityID]bool{}, open: map[rank][]int32{}, goal: -1,
		best: map[EntityID]rank{}, least: map[EntityID]int32{}}
	for _, id := range q.Avoid {
		s.avoid[id] = true
	}
	s.add(label{at: q.From, behind: -1})
	if err := s.run(); err != nil {
		return nil, err
	}
	var routes []Route
	if s.goal >= 0 {
		routes = []Route{s.route(s.goal)}
	}
	x.done.VisitedNodes = len(s.best)
	return &Paths{Routes: routes, Completeness: x.done}, nil
}

// run settles ways until one leads to To, or a bound is met; then the best that
// was seen is given.
func (s *strongest) run() error {
	for len(s.ranks) > 0 {
		r := heap.Pop(&s.ranks).(rank)
		settled := s.settle(s.open[r])
		delete(s.open, r)
		if s.goal >= 0 {
			return s.beyond()
		}
		if int(r.hops) == s.q.Bounds.Depth {
			s.cut = append(s.cut, settled...)
			continue
		}
		if more, err := s.follow(settled); !more || err != nil {
			s.takeBest()
			return err
		}
		s.x.done.DepthReached = max(s.x.done.DepthReached, int(r.hops)+1)
	}
	return s.beyond()
}

// settle keeps of the ways of one rank the first to each entity, of those that
// were not settled by as few relations, ordered by entity.
func (s *strongest) settle(ways []int32) []int32 {
	slices.SortFunc(ways, func(a, b int32) int {
		return cmp.Or(cmp.Compare(s.labels[a].at, s.labels[b].at), s.compare(a, b))
	})
	settled := ways[:0]
	for _, way := range ways {
		l := &s.labels[way]
		if hops, ok := s.least[l.at]; ok && hops <= l.rank.hops {
			continue
		}
		s.least[l.at] = l.rank.hops
		if settled = append(settled, way); l.at == s.q.To {
			s.goal = way
		}
	}
	return settled
}

// compare orders ways of equally many relations by the ids of these.
func (s *strongest) compare(a, b int32) int {
	if a == b {
		return 0
	}
	return cmp.Or(s.compare(s.labels[a].behind, s.labels[b].behind), cmp.Compare(s.labels[a].relation, s.labels[b].relation))
}

// follow adds the ways that go on from those that were settled. It tells
// whether no bound was met.
func (s *strongest) follow(settled []int32) (bool, error) {
	f := s.frontier(settled)
	at, err := s.x.expand(f, spot{}, eachArc(func(i int, a *Arc) (bool, error) {
		from := &s.labels[settled[i]]
		way := label{at: a.Peer, relation: a.Relation, behind: settled[i],
			rank: rank{from.rank.doubt + doubt(a.Score), from.rank.hops + 1}}
		if !s.leadsOn(way) {
			return true, nil
		}
		if _, met := s.best[a.Peer]; !met && len(s.best) >= s.q.Bounds.Nodes {
			s.x.done.stop(StopNodes)
			return false, nil
		}
		s.add(way)
		return true, nil
	}))
	return at.index == len(f.ids), err
}

func (s *strongest) frontier(ways []int32) frontier {
	f := frontier{dir: s.q.Direction}
	for _, way := range ways {
		f.ids = append(f.ids, s.labels[way].at)
	}
	return f
}

// leadsOn tells whether way may be part of the answer, by what is known now.
func (s *strongest) leadsOn(way label) bool {
	if s.avoid[way.at] {
		return false
	}
	if hops, ok := s.least[way.at]; ok && hops <= way.rank.hops {
		return false
	}
	if best, ok := s.best[way.at]; ok && best.hops <= way.rank.hops && best.doubt <= way.rank.doubt && best != way.rank {
		return false
	}
	goal, ok := s.best[s.q.To]
	return !ok || way.rank.compare(goal) <= 0
}

func (s *strongest) add(l label) {
	if best, ok := s.best[l.at]; !ok || l.rank.compare(best) < 0 {
		s.best[l.at] = l.rank
	}
	if s.open[l.rank] == nil {
		heap.Push(&s.ranks, l.rank)
	}
	s.open[l.rank] = append(s.open[l.rank], int32(len(s.labels)))
	s.labels = append(s.labels, l)
}

// takeBest takes the best way to To that was seen before a bound was met.
func (s *strongest) takeBest() {
	for i := range s.labels {
		if way := int32(i); s.labels[way].at == s.q.To && (s.goal < 0 || s.before(way, s.goal)) {
			s.goal = way
		}
	}
}

func (s *strongest) before(a, b int32) bool {
	c := s.labels[a].rank.compare(s.labels[b].rank)
	return c < 0 || c == 0 && s.compare(a, b) < 0
}

// beyond tells whether a way of more relations than there may be could be
// stronger than the answer: whether a way that was cut, being less doubtful,
// goes on to where it would be the least doubtful; or where there is no answer,
// to something new.
func (s *strongest) beyond() error {
	most := int64(math.MaxInt64)
	if s.goal >= 0 {
		most = s.labels[s.goal].rank.doubt
	}
	cut := slices.DeleteFunc(s.cut, func(way int32) bool { return s.labels[way].rank.doubt >= most })
	f := s.frontier(cut)
	at, err := s.x.expand(f, spot{}, eachArc(func(i int, a *Arc) (bool, error) {
		there := s.labels[cut[i]].rank.doubt + doubt(a.Score)
		best, met := s.best[a.Peer]
		known := met && (s.goal < 0 || best.doubt <= there)
		return known || there >= most || s.avoid[a.Peer], nil
	}))
	if at.index < len(f.ids) {
		s.x.done.stop(StopDepth)
	}
	return err
}

// route follows a label back to From.
func (s *strongest) route(way int32) Route {
	r := Route{Entities: []EntityID{s.labels[way].at}}
	for l := s.labels[way]; l.behind >= 0; l = s.labels[l.behind] {
		r.Entities = append(r.Entities, s.labels[l.behind].at)
		r.Relations = append(r.Relations, l.relation)
	}
	slices.Reverse(r.Entities)
	slices.Reverse(r.Relations)
	return r
}

// rankHeap is a heap of the ranks at which ways are open.
type rankHeap []rank

func (h rankHeap) Len() int           { return len(h) }
func (h rankHeap) Less(i, j int) bool { return h[i].compare(h[j]) < 0 }
func (h rankHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *rankHeap) Push(r any)        { *h = append(*h, r.(rank)) }
func (h *rankHeap) Pop() any {
	last := len(*h) - 1
	r := (*h)[last]
	*h = (*h)[:last]
	return r
}
