package graph

import "slices"

// commonMemory is what a search in columns notes beside the answer.
type commonMemory struct {
	ties  Ties  // of all that are asked from, one after the other
	ends  []int // of the ties of each, in the order in which they were looked at
	probe Ties
	left  idSet // what is tied to all so far
	next  idSet // what of that is tied to the one at hand, too
	ids   []EntityID
	hits  []tied
}

func (m *commonMemory) reset() {
	m.ties, m.ends = Ties{m.ties.Peers[:0], m.ties.Relations[:0]}, m.ends[:0]
}

func (m *commonMemory) trim() {
	if cap(m.ties.Peers) > mostKept {
		m.ties = Ties{}
	}
	if cap(m.probe.Peers) > mostKept {
		m.probe = Ties{}
	}
}

// columnSearch looks for common neighbours where columns decide what passes.
// The relations of each of those asked from are copied as they stand, and their
// other ends marked, so that what is left need not be looked up in tables nor
// put in order.
type columnSearch struct {
	*commonMemory
	c        *commonSearch
	src      *shapeSource
	follower Follower
	rounds   []int // which of those asked from is looked at when
}

// columns answers where it can.
func (c *commonSearch) columns(first int) (found *CommonNeighbours, ok bool, err error) {
	src, ok := c.x.source.(*shapeSource)
	if !ok || src.peers != nil || src.within != nil {
		return nil, false, nil
	}
	s := columnSearch{commonMemory: &c.x.mem.common, c: c, src: src, follower: src.follower}
	s.reset()
	defer s.forget()
	if err := s.run(); err != nil {
		return nil, true, err
	}
	return s.answer(first), true, nil
}

// run looks at the entities, that of the fewest relations first.
func (s *columnSearch) run() error {
	degrees, err := s.c.degrees(s.c.of)
	if err != nil {
		return err
	}
	s.rounds = byDegree(degrees)
	for _, i := range s.rounds {
		if _, err := s.c.x.late(); err != nil {
			return err
		}
		if err := s.narrow(s.c.of[i], degrees[i]); err != nil {
			return err
		}
	}
	return nil
}

// narrow keeps of what is left that which is tied to an entity.
func (s *columnSearch) narrow(near EntityID, degree int) error {
	begin := len(s.ties.Peers)
	probed, err := s.ask(near, degree)
	if err != nil {
		return err
	}
	if !probed {
		if err := s.src.spend(1 + degree); err != nil {
			return err
		}
		s.ties = s.follower.Ties(s.ties, near, Both, false)
	}
	peers := s.ties.Peers[begin:]
	all := len(s.ends) == 0
	for _, peer := range peers {
		if all || s.left.has(uint32(peer)) {
			s.next.reach(uint32(peer))
			s.next.add(uint32(peer))
		}
	}
	if !all {
		s.left.empty(s.last())
	}
	s.ends = append(s.ends, len(s.ties.Peers))
	s.left, s.next = s.next, s.left
	return nil
}

// last are the other ends of the ties looked at last, in which is all that is
// left.
func (s *columnSearch) last() []EntityID {
	from := 0
	if n := len(s.ends); n > 1 {
		from = s.ends[n-2]
	}
	if n := len(s.ends); n > 0 {
		return s.ties.Peers[from:s.ends[n-1]]
	}
	return nil
}

// entryCost is what it costs to come to an entity, in relations gone through
// there.
const entryCost = 32

// ask asks what is left for its ties to near, where that is less work than to go
// through the relations of near.
func (s *columnSearch) ask(near EntityID, degree int) (asked bool, err error) {
	if len(s.ends) == 0 || s.left.count*entryCost >= degree {
		return false, nil
	}
	s.ids = s.list(s.left.count)
	load := s.src.shape.Load(s.ids, TypesOf(s.c.x.where), Both, 0)
	if load+len(s.ids)*entryCost >= degree {
		return false, nil
	}
	if err := s.src.spend(load + len(s.ids)); err != nil {
		return false, err
	}
	for _, id := range s.ids {
		s.probe = s.follower.Ties(Ties{s.probe.Peers[:0], s.probe.Relations[:0]}, id, Both, true)
		for i, peer := range s.probe.Peers {
			if peer == near {
				s.ties.Peers, s.ties.Relations = append(s.ties.Peers, id), append(s.ties.Relations, s.probe.Relations[i])
			}
		}
	}
	return true, nil
}

// list is the first n of what is left, by id; good until the next call.
func (s *columnSearch) list(n int) []EntityID {
	if !s.left.sparse(len(s.last())) {
		return s.left.first(s.ids[:0], n)
	}
	order := &s.c.x.mem.order
	order.start()
	for _, id := range s.last() {
		if s.left.has(uint32(id)) {
			order.add(uint32(id), 0)
		}
	}
	ids, before := s.ids[:0], uint64(0)
	for _, item := range order.sorted() {
		if len(ids) == n {
			break
		}
		if item != before {
			ids = append(ids, EntityID(item>>32))
		}
		before = item
	}
	return ids
}

// answer gives the first of what is left, with their relations.
func (s *columnSearch) answer(first int) *CommonNeighbours {
	found := &CommonNeighbours{Total: s.left.count}
	s.ids = s.list(min(first, found.Total))
	if len(s.ids) == 0 {
		return found
	}
	width := len(s.c.of)
	counts := make([]int, len(s.ids)*width)
	s.mark()
	for _, hit := range s.hits {
		counts[int(hit.at)*width+int(hit.of)]++
	}
	lists, all := make([][]RelationID, len(counts)), make([]RelationID, len(s.hits))
	for i, n := range counts {
		lists[i], all = all[:0:n], all[n:]
	}
	for _, hit := range s.hits {
		list := &lists[int(hit.at)*width+int(hit.of)]
		*list = append(*list, hit.relation)
	}
	for _, list := range lists {
		slices.Sort(list)
	}
	found.Items = make([]CommonNeighbour, len(s.ids))
	for i, id := range s.ids {
		found.Items[i] = CommonNeighbour{ID: id, Relations: lists[i*width : (i+1)*width : (i+1)*width]}
	}
	return found
}

// mark finds the relations of ids.
func (s *columnSearch) mark() {
	s.next.reach(uint32(s.ids[len(s.ids)-1]))
	for _, id := range s.ids {
		s.next.add(uint32(id))
	}
	s.hits = s.hits[:0]
	begin := 0
	for round, end := range s.ends {
		for i, peer := range s.ties.Peers[begin:end] {
			if s.next.has(uint32(peer)) {
				at, _ := slices.BinarySearch(s.ids, peer)
				s.hits = append(s.hits, tied{int32(at), int32(s.rounds[round]), s.ties.Relations[begin+i]})
			}
		}
		begin = end
	}
}

// forget empties the sets.
func (s *columnSearch) forget() {
	s.left.empty(s.last())
	s.next.empty(s.ids)
}
