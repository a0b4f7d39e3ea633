package topology_test

import (
	"cmp"
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// rows are the relations at every entity of a nation in one list each, by type
// and then by id: what the plain loops of the walks go through. The loops answer
// what the walks answer, the same things in the same order by the same rules, and
// TestPlainLoopsAnswerWhatTheWalksDo holds them to it. They know nothing of
// filters other than the one they were written for, of time, tokens or changes.
type rows struct {
	first []uint32
	at    []rowEdge
}

type rowEdge struct {
	peer     graph.EntityID
	rel      graph.RelationID
	ok       bool // is not planned
	supplies bool
}

func newRows(p *powerLaw) *rows {
	r := &rows{first: make([]uint32, p.entities+2), at: make([]rowEdge, 2*len(p.ends))}
	byType := map[graph.RelationType][]int{}
	for i, t := range p.types {
		byType[t] = append(byType[t], i)
		r.first[p.ends[i][0]+1]++
		r.first[p.ends[i][1]+1]++
	}
	for i := range r.first[1:] {
		r.first[i+1] += r.first[i]
	}
	next := slices.Clone(r.first)
	for _, t := range slices.Sorted(maps.Keys(byType)) {
		for _, i := range byType[t] {
			for side, end := range p.ends[i] {
				r.at[next[end]] = rowEdge{p.ends[i][1-side], graph.RelationID(i + 1), t == graph.PartOf || (i+1)%10 != 3, t == "SUPPLIES"}
				next[end]++
			}
		}
	}
	return r
}

func (r *rows) of(id graph.EntityID) []rowEdge { return r.at[r.first[id]:r.first[id+1]] }

// plainWalk is what the plain loops need beside the rows.
type plainWalk struct {
	*rows
	seen, place, taken []uint32
	epoch              uint32
	queue              []graph.EntityID
	ends               []int // of the levels in queue
	from               []uint32
	via, rels          []graph.RelationID
	items              []int
	hops               []graph.RelationID // of the items, one after the other
	shared             []sharedBy
	side               [2]plainSide
}

func newPlainWalk(r *rows, entities, relations int) *plainWalk {
	return &plainWalk{rows: r, seen: make([]uint32, entities+1), place: make([]uint32, entities+1), taken: make([]uint32, relations+1)}
}

func (p *plainWalk) start(id graph.EntityID) {
	p.epoch += 3
	p.queue, p.from, p.via, p.rels = append(p.queue[:0], id), append(p.from[:0], 0), append(p.via[:0], 0), p.rels[:0]
	p.ends = append(p.ends[:0], 1)
	p.seen[id] = p.epoch
}

// subgraph leaves the entities in queue, by level and id, and the relations in
// rels, by id; it tells whether that is all there is.
func (p *plainWalk) subgraph(root graph.EntityID, nodes, edges int) (complete bool) {
	p.start(root)
	complete = true
	room := true
	for at, level := 0, 0; level < 2 && room; level++ {
		for ; at < p.ends[level] && room; at++ {
			var all bool
			all, room = p.around(p.queue[at], nodes, edges)
			complete = complete && all && room
		}
		slices.Sort(p.queue[p.ends[level]:])
		p.ends = append(p.ends, len(p.queue))
	}
	slices.Sort(p.rels)
	return complete
}

// around takes in what is at one entity.
func (p *plainWalk) around(v graph.EntityID, nodes, edges int) (all, room bool) {
	followed := 0
	for _, e := range p.of(v) {
		if !e.ok {
			continue
		}
		if followed == 200 {
			return false, true
		}
		if followed++; p.taken[e.rel] == p.epoch {
			continue
		}
		fresh := p.seen[e.peer] != p.epoch
		if len(p.rels) == edges || fresh && len(p.queue) == nodes {
			return false, false
		}
		if fresh {
			p.seen[e.peer] = p.epoch
			p.queue = append(p.queue, e.peer)
		}
		p.taken[e.rel] = p.epoch
		p.rels = append(p.rels, e.rel)
	}
	return true, true
}

// trace leaves in items what is reached, by level and id, and in hops the first
// of the shortest paths to each; looking at so many supplies at most.
func (p *plainWalk) trace(root graph.EntityID, depth, nodes, edges int) (complete bool) {
	p.start(root)
	p.items, p.hops = p.items[:0], p.hops[:0]
	looked := 0
	for at, level := 0, 0; level < depth && at < len(p.queue); level++ {
		for ; at < p.ends[level]; at++ {
			for _, e := range p.of(p.queue[at]) {
				if !e.supplies {
					continue
				}
				if looked == edges {
					return false
				}
				looked++
				if e.ok && p.seen[e.peer] != p.epoch {
					p.seen[e.peer] = p.epoch
					p.queue, p.from, p.via = append(p.queue, e.peer), append(p.from, uint32(at)), append(p.via, e.rel)
				}
			}
		}
		p.ends = append(p.ends, len(p.queue))
		if !p.give(level+1, nodes) {
			return false
		}
	}
	return true
}

// give puts a level into the items.
func (p *plainWalk) give(level, nodes int) bool {
	begin := len(p.items)
	for at := p.ends[level-1]; at < p.ends[level]; at++ {
		p.items = append(p.items, at)
	}
	slices.SortFunc(p.items[begin:], func(a, b int) int { return int(p.queue[a]) - int(p.queue[b]) })
	room := len(p.items) <= nodes
	p.items = p.items[:min(nodes, len(p.items))]
	for _, at := range p.items[begin:] {
		end := len(p.hops)
		p.hops = append(p.hops, make([]graph.RelationID, level)...)
		for i := level - 1; i >= 0; i-- {
			p.hops[end+i], at = p.via[at], int(p.from[at])
		}
	}
	return room
}

// sharedBy is an entity that is tied to two, and by which relations.
type sharedBy struct {
	id   graph.EntityID
	rels [2][]graph.RelationID
}

// common leaves in shared the first n by id of those that are tied to both, with
// all relations by which they are; it tells how many there are in all.
func (p *plainWalk) common(a, b graph.EntityID, n int) (total int) {
	p.epoch += 3
	p.queue = p.queue[:0]
	for _, e := range p.of(a) {
		if e.ok {
			p.seen[e.peer] = p.epoch
		}
	}
	for _, e := range p.of(b) {
		if e.ok && p.seen[e.peer] == p.epoch {
			p.seen[e.peer] = p.epoch + 1
			total++
			if at, _ := slices.BinarySearch(p.queue, e.peer); at < n {
				p.queue = slices.Insert(p.queue, at, e.peer)
				p.queue = p.queue[:min(n, len(p.queue))]
			}
		}
	}
	p.shared = slices.Grow(p.shared[:0], len(p.queue))[:len(p.queue)]
	for i, id := range p.queue {
		p.seen[id], p.place[id] = p.epoch+2, uint32(i)
		p.shared[i].id = id
		p.shared[i].rels = [2][]graph.RelationID{p.shared[i].rels[0][:0], p.shared[i].rels[1][:0]}
	}
	for side, v := range []graph.EntityID{a, b} {
		for _, e := range p.of(v) {
			if e.ok && p.seen[e.peer] == p.epoch+2 {
				list := &p.shared[p.place[e.peer]].rels[side]
				*list = append(*list, e.rel)
			}
		}
	}
	for i := range p.shared {
		slices.Sort(p.shared[i].rels[0])
		slices.Sort(p.shared[i].rels[1])
	}
	return total
}

// plainSide is one end of a search for a path: whom it met, from whom, and by
// which relation.
type plainSide struct {
	queue []graph.EntityID
	back  []int32
	via   []graph.RelationID
	begin int // of the last level in queue
	cost  int // relations there
}

// path leaves in rels the relations of a shortest path: of several the first by
// the ids of these, one after the other. The levels of the first side are kept
// in the order of the paths to their entities; the second side keeps for each
// entity the least relation by which it goes on.
func (p *plainWalk) path(from, to graph.EntityID) bool {
	p.epoch += 3
	p.rels = p.rels[:0]
	for s, id := range []graph.EntityID{from, to} {
		side := &p.side[s]
		*side = plainSide{append(side.queue[:0], id), append(side.back[:0], -1), append(side.via[:0], 0), 0, len(p.of(id))}
		p.seen[id], p.place[id] = p.epoch+uint32(s), 0
	}
	for p.side[0].begin < len(p.side[0].queue) && p.side[1].begin < len(p.side[1].queue) {
		grow := p.forward
		if p.side[1].cost < p.side[0].cost {
			grow = p.backward
		}
		if a, rel, b := grow(); rel != 0 {
			p.unroll(a, rel, b)
			return true
		}
	}
	return false
}

// forward takes a step from the first side. The first entity that leads over has
// the first path.
func (p *plainWalk) forward() (a int32, rel graph.RelationID, b int32) {
	side := &p.side[0]
	end := len(side.queue)
	for at := side.begin; at < end; at++ {
		fresh := len(side.queue)
		for _, e := range p.of(side.queue[at]) {
			switch known := p.seen[e.peer]; {
			case !e.ok:
			case known == p.epoch+1:
				if rel == 0 || e.rel < rel {
					a, rel, b = int32(at), e.rel, int32(p.place[e.peer])
				}
			case known != p.epoch:
				p.meet(0, e.peer, int32(at), e.rel)
			case int(p.place[e.peer]) >= fresh:
				side.via[p.place[e.peer]] = min(side.via[p.place[e.peer]], e.rel)
			}
		}
		if rel != 0 {
			return a, rel, b
		}
		p.arrange(fresh)
	}
	p.settle(side, end)
	return 0, 0, 0
}

// arrange puts what was met from one entity in the order of its relations.
func (p *plainWalk) arrange(fresh int) {
	side := &p.side[0]
	type item struct {
		id  graph.EntityID
		rel graph.RelationID
	}
	var few [64]item
	items := few[:0]
	for at := fresh; at < len(side.queue); at++ {
		items = append(items, item{side.queue[at], side.via[at]})
	}
	slices.SortFunc(items, func(x, y item) int { return cmp.Compare(x.rel, y.rel) })
	for i, it := range items {
		side.queue[fresh+i], side.via[fresh+i] = it.id, it.rel
		p.place[it.id] = uint32(fresh + i)
	}
}

// backward takes a step from the second side, and of all relations that lead
// over the one on the first path.
func (p *plainWalk) backward() (a int32, rel graph.RelationID, b int32) {
	side := &p.side[1]
	end := len(side.queue)
	a = -1
	for at := side.begin; at < end; at++ {
		for _, e := range p.of(side.queue[at]) {
			known, place := p.seen[e.peer], int32(p.place[e.peer])
			switch {
			case !e.ok:
			case known == p.epoch:
				if a < 0 || place < a || place == a && e.rel < rel {
					a, rel, b = place, e.rel, int32(at)
				}
			case known != p.epoch+1:
				if a < 0 {
					p.meet(1, e.peer, int32(at), e.rel)
				}
			case int(place) >= end && e.rel < side.via[place]:
				side.back[place], side.via[place] = int32(at), e.rel
			}
		}
	}
	p.settle(side, end)
	return a, rel, b
}

func (p *plainWalk) meet(s int, id graph.EntityID, back int32, rel graph.RelationID) {
	side := &p.side[s]
	p.seen[id], p.place[id] = p.epoch+uint32(s), uint32(len(side.queue))
	side.queue, side.back, side.via = append(side.queue, id), append(side.back, back), append(side.via, rel)
}

// settle makes what a side met its last level.
func (p *plainWalk) settle(side *plainSide, begin int) {
	side.begin, side.cost = begin, 0
	for _, id := range side.queue[begin:] {
		side.cost += len(p.of(id))
	}
}

func (p *plainWalk) unroll(a int32, rel graph.RelationID, b int32) {
	for at := a; p.side[0].back[at] >= 0; at = p.side[0].back[at] {
		p.rels = append(p.rels, p.side[0].via[at])
	}
	slices.Reverse(p.rels)
	p.rels = append(p.rels, rel)
	for at := b; p.side[1].back[at] >= 0; at = p.side[1].back[at] {
		p.rels = append(p.rels, p.side[1].via[at])
	}
}

// TestPlainLoopsAnswerWhatTheWalksDo holds the loops to the walks beside which
// they are measured.
func TestPlainLoopsAnswerWhatTheWalksDo(t *testing.T) {
	const seed = 20
	t.Logf("seed %d", seed)
	for _, size := range []struct{ entities, relations int }{{400, 900}, {3000, 15_000}} {
		c := newCountry(size.entities, size.relations)
		snap := must(topology.Build(context.Background(), c, ontologyOf(t), nil))(t)
		r := snap.Reader(context.Background(), c)
		rnd := rand.New(rand.NewPCG(seed, uint64(size.entities)))
		p := newPlainWalk(newRows(c.powerLaw), c.entities, c.relations)
		for range 300 {
			a, b := graph.EntityID(1+rnd.IntN(c.entities)), graph.EntityID(1+rnd.IntN(c.entities))
			likeSubgraph(t, r, p, a)
			likeTrace(t, r, p, a)
			if a != b {
				likeCommon(t, r, p, a, b)
				likePath(t, r, p, a, b)
			}
		}
	}
}

func likeSubgraph(t *testing.T, r graph.Reader, p *plainWalk, root graph.EntityID) {
	t.Helper()
	g, err := graph.WalkSubgraph(t.Context(), r, subgraphOf500(root))
	if err != nil {
		t.Fatal(err)
	}
	complete := p.subgraph(root, 500, 5000)
	ids := make([]graph.EntityID, len(g.Nodes))
	for i, n := range g.Nodes {
		ids[i] = n.ID
	}
	if !slices.Equal(ids, p.queue) || !slices.Equal(g.RelationIDs, p.rels) || g.Complete != complete {
		t.Fatalf("around %d:\n%v %v %v\nnot\n%v %v %v", root, ids, g.RelationIDs, g.Complete, p.queue, p.rels, complete)
	}
}

func likeTrace(t *testing.T, r graph.Reader, p *plainWalk, root graph.EntityID) {
	t.Helper()
	found, err := graph.Reachable(t.Context(), r, traceOfSupplies(root))
	if err != nil {
		t.Fatal(err)
	}
	complete := p.trace(root, 4, 1000, 1000)
	var ids, wanted []graph.EntityID
	var hops []graph.RelationID
	for i := range found.Items {
		item := &found.Items[i]
		ids, hops = append(ids, item.ID), append(hops, found.Route(item).Relations...)
	}
	for _, at := range p.items {
		wanted = append(wanted, p.queue[at])
	}
	if !slices.Equal(ids, wanted) || !slices.Equal(hops, p.hops) || found.Complete != complete {
		t.Fatalf("from %d:\n%v %v %v\nnot\n%v %v %v", root, ids, hops, found.Complete, wanted, p.hops, complete)
	}
}

func likeCommon(t *testing.T, r graph.Reader, p *plainWalk, a, b graph.EntityID) {
	t.Helper()
	found, err := graph.FindCommonNeighbourIDs(t.Context(), r, []graph.EntityID{a, b}, nil, 20)
	if err != nil {
		t.Fatal(err)
	}
	total := p.common(a, b, 20)
	same := found.Total == total && len(found.Items) == len(p.shared)
	for i := 0; same && i < len(p.shared); i++ {
		item := found.Items[i]
		same = item.ID == p.shared[i].id && slices.Equal(item.Relations[0], p.shared[i].rels[0]) && slices.Equal(item.Relations[1], p.shared[i].rels[1])
	}
	if !same {
		t.Fatalf("%d and %d share %+v, not %d: %v", a, b, found, total, p.shared)
	}
}

func likePath(t *testing.T, r graph.Reader, p *plainWalk, a, b graph.EntityID) {
	t.Helper()
	found, err := graph.FindPaths(t.Context(), r, pathOfPair(a, b))
	if err != nil {
		t.Fatal(err)
	}
	is := p.path(a, b)
	if is != (len(found.Routes) == 1) || is && !slices.Equal(found.Routes[0].Relations, p.rels) {
		t.Fatalf("from %d to %d: %v, not %v %v", a, b, found.Routes, is, p.rels)
	}
}
