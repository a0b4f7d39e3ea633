package graph

import (
	"math"
	"slices"
)

// frontier is what an expander is to follow: the relations at each of ids, in
// this order, seen in direction dir. Towards says that the walk comes from the
// far end, so that a filter's Peer is the entity of the frontier.
type frontier struct {
	ids     []EntityID
	dir     Direction
	towards bool

	walk unordered // nil: edges are taken in order
	over *int      // the walk ends before an entity when this is not 0; nil: it does not
}

// unordered is a walk that takes the edges of an entity in whatever order.
type unordered interface {
	// near takes in those of the i-th of the frontier, if there is room for all.
	near(i int, near *Near) (taken bool, err error)
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
	r        Reader
	m        *Matcher
	where    *RelationFilter
	source   source
	shape    Shape // nil: there is none
	degree   int   // relations followed at one entity; 0: all
	edges    int   // relations looked at; negative: all
	clock    clock
	done     Completeness
	frontier frontier // at hand
	mem      *Scratch // its hubs are those reported already

	follower Follower // for those who take edges in whatever order; nil: there is none
	budget   Budget

	// Regions are closed where corridors is set, save the ends of the walk.
	corridors bool
	ends      []EntityID
	region    map[EntityID]bool // of those looked up without a shape: whether they are regions
}

func newExpander(r Reader, m *Matcher, where *RelationFilter, b Bounds, c clock, mem *Scratch) *expander {
	x := &mem.expander
	*x = expander{r: r, m: m, where: where, source: newSource(r, m, where, b.Degree, false, mem), shape: shapeOf(r), mem: mem,
		degree: b.Degree, edges: b.Edges, clock: c, done: Completeness{Complete: true}}
	if s, ok := x.source.(*shapeSource); ok && s.peers == nil && s.within == nil {
		x.follower, x.budget = s.follower, s.budget
	}
	return x
}

// keepToCorridors closes regions, save the ends of the walk.
func (x *expander) keepToCorridors(ends ...EntityID) {
	x.corridors, x.ends = true, ends
	if x.shape == nil {
		x.region = map[EntityID]bool{}
	}
}

// visitor takes in relations at the i-th entity of a frontier, and tells how
// many of them it took: where these are not all, the walk ends before the next.
// The arcs are lent.
type visitor func(i int, arcs []Arc) (taken int, err error)

// eachArc is a visitor that looks at one relation at a time, until visit says
// false.
func eachArc(visit func(i int, a *Arc) (bool, error)) visitor {
	return func(i int, arcs []Arc) (int, error) {
		for k := range arcs {
			if more, err := visit(i, &arcs[k]); !more || err != nil {
				return k, err
			}
		}
		return len(arcs), nil
	}
}

// expand lets visit take in every relation of f from at on that passes the
// filter. Where it does not, or a bound on edges or time is met, expand ends
// before the relation at hand. It gives the spot at which to go on; all is done
// when that is behind the last entity.
func (x *expander) expand(of frontier, at spot, visit visitor) (spot, error) {
	x.frontier = of // so that none is made for it
	f := &x.frontier
	for at.index < len(f.ids) {
		if late, err := x.late(); late || err != nil {
			return at, err
		}
		batch := f.ids[at.index:min(at.index+expandBatch, len(f.ids))]
		open, err := x.open(batch, f.dir)
		if err == nil && len(open) > 0 && f.walk == nil {
			err = x.source.batch(f, open, at.after)
		}
		if err != nil {
			return at, err
		}
		entered := 0
		for _, id := range batch {
			if entered == len(open) || open[entered] != id {
				at = spot{index: at.index + 1} // closed
				continue
			}
			if f.over != nil && *f.over > 0 {
				return at, nil
			}
			place := entered
			entered++
			if f.walk != nil {
				taken, err := x.nearby(f, at.index)
				if err == nil && !taken {
					err = x.source.batch(f, open[place:place+1], EdgeCursor{})
				}
				if err != nil {
					return at, err
				}
				if taken {
					at = spot{index: at.index + 1}
					continue
				}
				place = 0
			}
			x.source.enter(place)
			next, err := x.entity(f, at, visit)
			if err != nil || next.index == at.index {
				return next, err
			}
			at = next
		}
	}
	return at, nil
}

// nearby takes in the edges of one entity at once, if that meets no bound.
func (x *expander) nearby(f *frontier, i int) (taken bool, err error) {
	most, look := x.degree, lookEvery*lookEvery
	if most == 0 {
		most = math.MaxInt
	}
	if x.edges >= 0 {
		look = min(look, x.edges-x.done.VisitedEdges-1)
	}
	near := &x.mem.near
	if !x.follower.Near(near, f.ids[i], f.dir, most, look) {
		return false, nil
	}
	if taken, err = f.walk.near(i, near); !taken || err != nil {
		return false, err
	}
	x.done.VisitedEdges += near.Looked
	if x.budget != nil {
		if err := x.budget.Spend(near.Looked + 1); err != nil {
			return false, err
		}
	}
	switch skip := (HubSkip{Entity: f.ids[i], Degree: near.Degree, Followed: most}); {
	case !near.More:
	case TypesOf(x.where) == nil:
		x.report(skip)
	default:
		err = x.hub(skip, f.dir)
	}
	return true, err
}

// entity follows the relations at one entity, some at a time. The spot it gives
// has the index of at where it was stopped, else the next one.
func (x *expander) entity(f *frontier, at spot, visit visitor) (spot, error) {
	next := spot{index: at.index + 1}
	for {
		look, stop, err := x.allowance()
		if err != nil {
			return at, err
		}
		take := look
		if x.degree > 0 {
			take = min(take, x.degree+1-at.followed)
		}
		arcs, looked, more, err := x.source.next(look, take)
		if err != nil {
			return at, err
		}
		before := x.done.VisitedEdges
		room := len(arcs)
		if x.degree > 0 {
			room = min(room, x.degree-at.followed)
		}
		if room > 0 {
			taken, err := visit(at.index, arcs[:room])
			if taken > 0 {
				at.after = EdgeCursor{x.source.typ(arcs[taken-1].Type), arcs[taken-1].Relation}
				at.followed += taken
			}
			if err != nil || taken < room {
				x.done.VisitedEdges = before + int(arcs[min(taken, room-1)].Seen)
				return at, err
			}
		}
		if room < len(arcs) {
			x.done.VisitedEdges = before + int(arcs[room].Seen)
			return next, x.hub(HubSkip{Entity: f.ids[at.index], Followed: at.followed}, f.dir)
		}
		x.done.VisitedEdges = before + looked
		if looked > 0 {
			at.after = x.source.last()
		}
		switch {
		case !more:
			return next, nil
		case stop != "":
			x.done.stop(stop)
			return at, nil
		}
	}
}

// allowance is how many edges may be looked at before the clock is again. Where
// that is none, stop says why: the walk ends if there is another edge.
func (x *expander) allowance() (look int, stop StopReason, err error) {
	if x.edges >= 0 && x.done.VisitedEdges >= x.edges {
		return 0, StopEdges, nil
	}
	if x.done.VisitedEdges%lookEvery == lookEvery-1 {
		if late, err := x.clock.up(); late || err != nil {
			return 0, StopTime, err
		}
	}
	look = lookEvery - (x.done.VisitedEdges+1)%lookEvery
	if x.edges >= 0 {
		look = min(look, x.edges-x.done.VisitedEdges)
	}
	return look, "", nil
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
	if _, first := x.mem.hubs.add(uint32(skip.Entity), 0); first {
		if x.done.SkippedHubs == nil {
			x.done.SkippedHubs = make([]HubSkip, 0, 8)
		}
		x.done.SkippedHubs = append(x.done.SkippedHubs, skip)
	}
}

// know notes whether e is a region, so that it need not be looked up.
func (x *expander) know(e *Entity) {
	if x.region != nil {
		x.region[e.ID] = e.Kind == KindRegion
	}
}

// open leaves out of ids the regions that are no corridors, and reports them.
// What it gives is good until the next call.
func (x *expander) open(ids []EntityID, dir Direction) ([]EntityID, error) {
	closed, err := x.closed(ids)
	if err != nil || len(closed) == 0 {
		return ids, err
	}
	x.mem.through = x.mem.through[:0]
	for _, id := range ids {
		if !slices.Contains(closed, id) {
			x.mem.through = append(x.mem.through, id)
		}
	}
	return x.mem.through, x.reportClosed(closed, dir)
}

// closed gives those of ids that are regions and no corridors; good until the
// next call.
func (x *expander) closed(ids []EntityID) ([]EntityID, error) {
	if !x.corridors {
		return nil, nil
	}
	if err := x.learn(ids); err != nil {
		return nil, err
	}
	x.mem.shut = x.mem.shut[:0]
	for _, id := range ids {
		if x.isRegion(id) && !slices.Contains(x.ends, id) {
			x.mem.shut = append(x.mem.shut, id)
		}
	}
	return x.mem.shut, nil
}

func (x *expander) isRegion(id EntityID) bool {
	if x.shape != nil {
		return x.shape.KindOf(id) == KindRegion
	}
	return x.region[id]
}

// reportClosed reports the closed ones from which something goes on in a
// direction: more, where all relations are seen, than that by which they were
// met.
func (x *expander) reportClosed(closed []EntityID, dir Direction) error {
	closed = slices.DeleteFunc(closed, func(id EntityID) bool { _, is := x.mem.hubs.get(uint32(id)); return is })
	if len(closed) == 0 {
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
	if x.shape != nil {
		return nil
	}
	var unknown []EntityID
	for _, id := range ids {
		if _, ok := x.region[id]; !ok && !slices.Contains(x.ends, id) {
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
