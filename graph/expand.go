package graph

import "slices"

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
	source source
	shape  Shape // nil: there is none
	degree int   // relations followed at one entity; 0: all
	edges  int   // relations looked at; negative: all
	clock  clock
	done   Completeness
	hubs   idTable // reported already

	// Regions are closed where corridors is set, save the ends of the walk.
	corridors bool
	ends      []EntityID
	region    map[EntityID]bool // of those looked up without a shape: whether they are regions
	through   []EntityID        // of a batch; see open
	shut      []EntityID
}

func newExpander(r Reader, m *Matcher, where *RelationFilter, b Bounds, c clock) *expander {
	return &expander{r: r, m: m, where: where, source: newSource(r, m, where, b.Degree, false), shape: shapeOf(r),
		degree: b.Degree, edges: b.Edges, clock: c, done: Completeness{Complete: true}}
}

// keepToCorridors closes regions, save the ends of the walk.
func (x *expander) keepToCorridors(ends ...EntityID) {
	x.corridors, x.ends, x.region = true, ends, map[EntityID]bool{}
}

// expand calls visit for every relation of f from at on that passes the filter;
// i is the place of its entity in f. The arc is lent to visit. Where visit says
// false, or a bound on edges or time is met, it ends before the relation at
// hand. It gives the spot at which to go on; all is done when that is behind the
// last entity.
func (x *expander) expand(f frontier, at spot, visit func(i int, a *Arc) (bool, error)) (spot, error) {
	for at.index < len(f.ids) {
		if late, err := x.late(); late || err != nil {
			return at, err
		}
		batch := f.ids[at.index:min(at.index+expandBatch, len(f.ids))]
		open, err := x.open(batch, f.dir)
		if err == nil && len(open) > 0 {
			err = x.source.batch(&f, open, at.after)
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
			x.source.enter(entered)
			entered++
			next, err := x.entity(&f, at, visit)
			if err != nil || next.index == at.index {
				return next, err
			}
			at = next
		}
	}
	return at, nil
}

// entity follows the relations at one entity, some at a time. The spot it gives
// has the index of at where it was stopped, else the next one.
func (x *expander) entity(f *frontier, at spot, visit func(int, *Arc) (bool, error)) (spot, error) {
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
		for i := range arcs {
			a := &arcs[i]
			x.done.VisitedEdges = before + int(a.Seen)
			if x.degree > 0 && at.followed == x.degree {
				return next, x.hub(HubSkip{Entity: f.ids[at.index], Followed: at.followed}, f.dir)
			}
			if more, err := visit(at.index, a); !more || err != nil {
				if i > 0 {
					at.after = EdgeCursor{x.source.typ(arcs[i-1].Type), arcs[i-1].Relation}
				}
				return at, err
			}
			at.followed++
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
	if _, first := x.hubs.add(uint32(skip.Entity), 0); first {
		x.done.SkippedHubs = append(x.done.SkippedHubs, skip)
	}
}

// know notes whether e is a region, so that it need not be looked up.
func (x *expander) know(e *Entity) {
	if x.corridors {
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
	x.through = x.through[:0]
	for _, id := range ids {
		if !slices.Contains(closed, id) {
			x.through = append(x.through, id)
		}
	}
	return x.through, x.reportClosed(closed, dir)
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
	x.shut = x.shut[:0]
	for _, id := range ids {
		if x.isRegion(id) && !slices.Contains(x.ends, id) {
			x.shut = append(x.shut, id)
		}
	}
	return x.shut, nil
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
	closed = slices.DeleteFunc(closed, func(id EntityID) bool { _, is := x.hubs.get(uint32(id)); return is })
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
