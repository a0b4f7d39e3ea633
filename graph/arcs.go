package graph

import "slices"

// source gives the arcs of a frontier, entity by entity.
type source interface {
	// batch is told the entities that are asked for next, and the place in the
	// first of them at which to go on.
	batch(f *frontier, ids []EntityID, after EdgeCursor) error
	// enter goes to the i-th of them.
	enter(i int)
	// next is [Follower.Next].
	next(look, take int) (arcs []Arc, looked int, more bool, err error)
	// last and typ are those of [Follower].
	last() EdgeCursor
	typ(code uint8) RelationType
}

// newSource chooses where the relations that pass where are read. Scored says
// that arcs need their Score.
func newSource(r Reader, m *Matcher, where *RelationFilter, degree int, scored bool, mem *Scratch) source {
	if shape := shapeOf(r); shape != nil {
		if c, ok := columnsOf(where); ok {
			c.Scored = scored
			s := &mem.source
			*s = shapeSource{shape: shape, follower: shape.Follow(c.ColumnFilter), m: m, peers: c.peers, within: c.within, mem: mem}
			s.budget, _ = r.(Budget)
			return s
		}
	}
	s := &storeSource{r: r, m: m, where: where, limit: firstPage}
	if degree > 0 {
		s.limit = min(s.limit, degree+1) // one more than is followed tells a hub
	}
	if where != nil {
		s.types = where.namedTypes()
	}
	return s
}

// shapeSource reads from memory, and asks documents only where the filter's
// peers need them.
type shapeSource struct {
	shape    Shape
	follower Follower
	m        *Matcher
	peers    []*EntityFilter
	within   []EntityID
	budget   Budget // nil: none
	mem      *Scratch

	f     *frontier
	ids   []EntityID
	after EdgeCursor
	at    EntityID
}

// spend counts what was looked at as so many records.
func (s *shapeSource) spend(n int) error {
	if s.budget == nil {
		return nil
	}
	return s.budget.Spend(n)
}

func (s *shapeSource) batch(f *frontier, ids []EntityID, after EdgeCursor) error {
	s.f, s.ids, s.after = f, ids, after
	switch f.dir {
	case Out, In, Both:
		return s.spend(len(ids))
	}
	return invalid("direction", string(f.dir), "it is none of OUT, IN and BOTH")
}

func (s *shapeSource) enter(i int) {
	s.at = s.ids[i]
	s.follower.Begin(s.at, s.f.dir, s.f.towards, s.after)
	s.after = EdgeCursor{}
}

func (s *shapeSource) next(look, take int) (_ []Arc, looked int, more bool, err error) {
	kept := s.mem.arcs[:0]
	plain := s.peers == nil && s.within == nil
	for first := true; first || !plain && more && looked < look && len(kept) < take; first = false {
		begin, n := len(kept), 0
		kept, n, more = s.follower.Next(kept, look-looked, take-begin)
		if !plain {
			if kept, err = s.pick(kept, begin, looked); err != nil {
				return nil, looked, false, err
			}
		}
		looked += n
	}
	s.mem.arcs = kept
	return kept, looked, more, s.spend(looked)
}

// pick keeps of the arcs from begin on those that pass.
func (s *shapeSource) pick(arcs []Arc, begin, looked int) ([]Arc, error) {
	kept := arcs[:begin]
	for _, a := range arcs[begin:] {
		ok, err := s.passes(&a)
		if err != nil {
			return nil, err
		}
		if ok {
			a.Seen += uint32(looked)
			kept = append(kept, a)
		}
	}
	return kept, nil
}

// passes asks what columns alone do not tell.
func (s *shapeSource) passes(a *Arc) (bool, error) {
	for _, region := range s.within {
		tree, err := s.m.Subtree(region)
		if err != nil {
			return false, err
		}
		if !tree.Has(s.at) && !tree.Has(a.Peer) && !slices.ContainsFunc(s.shape.PlacesOf(a.Relation), tree.Has) {
			return false, nil
		}
	}
	peer := a.Peer
	if s.f.towards {
		peer = s.at
	}
	return s.m.peersPass(s.peers, peer)
}

func (s *shapeSource) last() EdgeCursor            { return s.follower.Last() }
func (s *shapeSource) typ(code uint8) RelationType { return s.follower.Type(code) }

// storeSource reads by Neighbours, some entities at once, and decides with the
// documents where the filter needs them.
type storeSource struct {
	r     Reader
	m     *Matcher
	where *RelationFilter
	types []RelationType // that may pass; nil: all
	limit int            // of a first page

	f     *frontier
	pages []Adjacency
	page  *Adjacency
	edge  int // the next one on it
	place EdgeCursor
	codes []RelationType
	arcs  []Arc
}

func (s *storeSource) batch(f *frontier, ids []EntityID, after EdgeCursor) (err error) {
	q := NeighbourQuery{IDs: ids, Direction: f.dir, Types: s.types, Limit: s.limit}
	if after != (EdgeCursor{}) {
		q.After = make([]EdgeCursor, len(ids))
		q.After[0] = after // an entity that was begun is open
	}
	s.f = f
	s.pages, err = s.r.Neighbours(q)
	return err
}

func (s *storeSource) enter(i int) { s.page, s.edge = &s.pages[i], 0 }

func (s *storeSource) next(look, take int) (_ []Arc, looked int, more bool, err error) {
	s.arcs = s.arcs[:0]
	for looked < look && len(s.arcs) < take {
		if s.edge == len(s.page.Edges) {
			if !s.page.More {
				break
			}
			if err := s.further(); err != nil {
				return nil, looked, false, err
			}
			continue
		}
		e := &s.page.Edges[s.edge]
		s.edge++
		looked++
		s.place = e.Cursor()
		ok, err := s.passes(e)
		if err != nil {
			return nil, looked, false, err
		}
		if ok {
			s.arcs = append(s.arcs, Arc{e.Relation, e.Peer, uint32(looked), e.Score, s.code(e.Type), e.Forward})
		}
	}
	return s.arcs, looked, s.edge < len(s.page.Edges) || s.page.More, nil
}

// further reads the next page of the entity at hand.
func (s *storeSource) further() error {
	id := s.page.Entity
	found, err := s.r.Neighbours(NeighbourQuery{IDs: []EntityID{id}, Direction: s.f.dir, Types: s.types,
		Limit: laterPage, After: []EdgeCursor{s.place}})
	if err == nil {
		s.page, s.edge = &found[0], 0
	}
	return err
}

func (s *storeSource) passes(e *Edge) (bool, error) {
	peer := e.Peer
	if s.f.towards {
		e.Peer = s.page.Entity
	}
	ok, err := s.m.Edge(s.where, e)
	e.Peer = peer
	return ok, err
}

func (s *storeSource) last() EdgeCursor            { return s.place }
func (s *storeSource) typ(code uint8) RelationType { return s.codes[code] }

// code gives a type its number.
func (s *storeSource) code(t RelationType) uint8 {
	i := slices.Index(s.codes, t)
	if i < 0 {
		i = len(s.codes)
		s.codes = append(s.codes, t)
	}
	return uint8(i)
}
