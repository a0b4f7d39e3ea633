package graph

// frontier is what an expander is to follow: the relations at each of ids, in
// this order, seen in direction dir. Towards says that the walk comes from the
// far end, so that a filter's Peer is the entity of the frontier.
type frontier struct {
	ids     []EntityID
	dir     Direction
	towards bool
}

// spot is a place in a frontier: the entities before index are done, and at
// that one the relations up to after, of which followed passed the filter.
type spot struct {
	index    int
	after    EdgeCursor
	followed int
}

// How much is asked of the store at once. Time is looked at before each
// question and every lookEvery relations, so that no hub holds a walk up.
const (
	expandBatch = 32   // entities
	firstPage   = 128  // relations of each
	laterPage   = 4096 // relations of one that has more
	lookEvery   = 256
)

// expander follows relations for the walks. It keeps the rules that all of them
// share: the filter, the bounds on degree, edges and time, regions that are no
// corridors, and the report of what was left out.
type expander struct {
	r      Reader
	m      *Matcher
	where  *RelationFilter
	degree int // relations followed at one entity; 0: all
	edges  int // relations looked at; negative: all
	clock  clock
	done   Completeness
	hubs   map[EntityID]bool // reported already
	// region tells of entities that were looked up whether they are closed;
	// nil: everything may be passed.
	region map[EntityID]bool
}

func newExpander(r Reader, m *Matcher, where *RelationFilter, b Bounds, c clock) *expander {
	return &expander{r: r, m: m, where: where, degree: b.Degree, edges: b.Edges, clock: c,
		done: Completeness{Complete: true}, hubs: map[EntityID]bool{}}
}

// keepToCorridors closes regions, save the ends of the walk.
func (x *expander) keepToCorridors(ends ...EntityID) {
	x.region = map[EntityID]bool{}
	for _, id := range ends {
		x.region[id] = false
	}
}

// expand calls visit for every relation of f from at on that passes the filter;
// i is the place of its entity in f. Where visit says false, or a bound on
// edges or time is met, it ends before the relation at hand. It gives the spot
// at which to go on; all is done when that is behind the last entity.
func (x *expander) expand(f frontier, at spot, visit func(i int, e *Edge) (bool, error)) (spot, error) {
	for at.index < len(f.ids) {
		if late, err := x.late(); late || err != nil {
			return at, err
		}
		batch := f.ids[at.index:min(at.index+expandBatch, len(f.ids))]
		found, err := x.batch(f, batch, at.after)
		if err != nil {
			return at, err
		}
		for _, id := range batch {
			if len(found) == 0 || found[0].Entity != id {
				at = spot{index: at.index + 1} // closed
				continue
			}
			next, err := x.entity(f, at, found[0], visit)
			if err != nil || next.index == at.index {
				return next, err
			}
			at, found = next, found[1:]
		}
	}
	return at, nil
}

// batch asks for a first page of each of ids that is not closed; that of the
// first begins after the edge given.
func (x *expander) batch(f frontier, ids []EntityID, after EdgeCursor) ([]Adjacency, error) {
	open, err := x.open(ids, f.dir)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	q := NeighbourQuery{IDs: open, Direction: f.dir, Types: TypesOf(x.where), Limit: firstPage}
	if x.degree > 0 {
		q.Limit = min(q.Limit, x.degree+1) // one more than is followed tells a hub
	}
	if after != (EdgeCursor{}) {
		q.After = make([]EdgeCursor, len(open))
		q.After[0] = after // an entity that was begun is open
	}
	return x.r.Neighbours(q)
}

// entity follows the relations at one entity, page by page. The spot it gives
// has the index of at where it was stopped, else the next one.
func (x *expander) entity(f frontier, at spot, page Adjacency, visit func(int, *Edge) (bool, error)) (spot, error) {
	next := spot{index: at.index + 1}
	for {
		for i := range page.Edges {
			edge := &page.Edges[i]
			ok, err := x.look(&f, page.Entity, edge)
			if err != nil || ok == stopped {
				return at, err
			}
			if ok == follows && x.degree > 0 && at.followed == x.degree {
				return next, x.hub(HubSkip{Entity: page.Entity, Followed: at.followed}, f.dir)
			}
			if ok == follows {
				if more, err := visit(at.index, edge); !more || err != nil {
					return at, err
				}
				at.followed++
			}
			at.after = edge.Cursor()
		}
		if !page.More {
			return next, nil
		}
		var err error
		if page, err = x.further(f, page.Entity, at); err != nil {
			return at, err
		}
	}
}

// further is the next page of the relations at one entity.
func (x *expander) further(f frontier, id EntityID, at spot) (Adjacency, error) {
	found, err := x.r.Neighbours(NeighbourQuery{IDs: []EntityID{id}, Direction: f.dir, Types: TypesOf(x.where),
		Limit: laterPage, After: []EdgeCursor{at.after}})
	if err != nil {
		return Adjacency{}, err
	}
	return found[0], nil
}

// verdict is what is to be done with a relation.
type verdict int

const (
	stopped verdict = iota // a bound ends the walk before it
	passed                 // the filter leaves it out
	follows
)

// look judges one relation.
func (x *expander) look(f *frontier, at EntityID, e *Edge) (verdict, error) {
	if x.edges >= 0 && x.done.VisitedEdges >= x.edges {
		x.done.stop(StopEdges)
		return stopped, nil
	}
	if x.done.VisitedEdges%lookEvery == lookEvery-1 {
		if late, err := x.late(); late || err != nil {
			return stopped, err
		}
	}
	x.done.VisitedEdges++
	peer := e.Peer
	if f.towards {
		e.Peer = at
	}
	ok, err := x.m.Edge(x.where, e)
	e.Peer = peer
	if ok {
		return follows, err
	}
	return passed, err
}

// late tells, and notes, that the time is up.
func (x *expander) late() (bool, error) {
	late, err := x.clock.up()
	if late {
		x.done.stop(StopTime)
	}
	return late, err
}

// hub reports, once, an entity that is not followed in full.
func (x *expander) hub(skip HubSkip, dir Direction) error {
	degree, err := x.r.Degree([]EntityID{skip.Entity}, TypesOf(x.where), dir)
	if err != nil {
		return err
	}
	skip.Degree = degree[0]
	x.report(skip)
	return nil
}

func (x *expander) report(skip HubSkip) {
	x.done.stop(StopHub)
	if !x.hubs[skip.Entity] {
		x.hubs[skip.Entity] = true
		x.done.SkippedHubs = append(x.done.SkippedHubs, skip)
	}
}

// know notes whether e is a region, so that it need not be looked up.
func (x *expander) know(e *Entity) {
	if _, known := x.region[e.ID]; !known && x.region != nil {
		x.region[e.ID] = e.Kind == KindRegion
	}
}

// open leaves out of ids the regions that are no corridors, and reports them.
func (x *expander) open(ids []EntityID, dir Direction) ([]EntityID, error) {
	closed, err := x.closed(ids)
	if err != nil || closed == nil {
		return ids, err
	}
	through := make([]EntityID, 0, len(ids))
	for _, id := range ids {
		if !x.region[id] {
			through = append(through, id)
		}
	}
	return through, x.reportClosed(closed, dir)
}

// closed gives those of ids that are regions and no corridors.
func (x *expander) closed(ids []EntityID) ([]EntityID, error) {
	if x.region == nil {
		return nil, nil
	}
	if err := x.learn(ids); err != nil {
		return nil, err
	}
	var closed []EntityID
	for _, id := range ids {
		if x.region[id] {
			closed = append(closed, id)
		}
	}
	return closed, nil
}

// reportClosed reports the closed ones from which something goes on in a
// direction: more, where all relations are seen, than that by which they were
// met.
func (x *expander) reportClosed(closed []EntityID, dir Direction) error {
	if closed == nil {
		return nil
	}
	degrees, err := x.r.Degree(closed, TypesOf(x.where), dir)
	if err != nil {
		return err
	}
	behind := 0
	if dir == Both {
		behind = 1
	}
	for i, id := range closed {
		if degrees[i] > behind {
			x.report(HubSkip{Entity: id, Degree: degrees[i]})
		}
	}
	return nil
}

// learn looks up which of ids are regions, as far as that is not known.
func (x *expander) learn(ids []EntityID) error {
	var unknown []EntityID
	for _, id := range ids {
		if _, ok := x.region[id]; !ok {
			unknown = append(unknown, id)
		}
	}
	if unknown == nil {
		return nil
	}
	docs, err := x.r.Entities(unknown)
	if err != nil {
		return err
	}
	for i, id := range unknown {
		if docs[i] == nil {
			return dangling()
		}
		x.region[id] = docs[i].Kind == KindRegion
	}
	return nil
}
