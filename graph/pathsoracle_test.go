package graph_test

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"lianzhu/graph"
)

// road is a relation as a walk can pass it.
type road struct {
	rel      *graph.Relation
	from, to graph.EntityID
}

// roads are all that can be passed from each entity, by the ids of the
// relations. Rings lead nowhere and are left out.
type roads map[graph.EntityID][]road

// roads works out what passes f, seen in direction dir.
func (w *twin) roads(f *graph.RelationFilter, dir graph.Direction) roads {
	g := roads{}
	for _, e := range w.entities {
		for v := range w.passing(f, w.around(e.ID, dir)) {
			if v.peer != e.ID {
				g[e.ID] = append(g[e.ID], road{v.rel, e.ID, v.peer})
			}
		}
		slices.SortFunc(g[e.ID], func(a, b road) int { return cmp.Compare(a.rel.ID, b.rel.ID) })
	}
	return g
}

// closed tells of an entity whether the question forbids to pass it.
func (w *twin) closed(q graph.PathQuery, id graph.EntityID) bool {
	return slices.Contains(q.Avoid, id) || !q.ThroughHubs && w.byID[id].Kind == "REGION" && id != q.From && id != q.To
}

// simplePaths are all paths of at most depth relations that pass no entity
// twice, by length and then by the ids of their relations.
func (g roads) simplePaths(w *twin, q graph.PathQuery, depth int) [][]road {
	var all [][]road
	passed := entitySet{q.From: true}
	var walk func(at graph.EntityID, path []road)
	walk = func(at graph.EntityID, path []road) {
		if at == q.To {
			all = append(all, slices.Clone(path))
			return
		}
		if len(path) == depth || at != q.From && w.closed(q, at) {
			return
		}
		for _, r := range g[at] {
			if !passed[r.to] {
				passed[r.to] = true
				walk(r.to, append(path, r))
				delete(passed, r.to)
			}
		}
	}
	walk(q.From, nil)
	slices.SortFunc(all, func(a, b []road) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(relationIDs(a), relationIDs(b)))
	})
	return all
}

func relationIDs(path []road) []graph.RelationID {
	ids := []graph.RelationID{}
	for _, r := range path {
		ids = append(ids, r.rel.ID)
	}
	return ids
}

// hopIDs is relationIDs of an answer.
func hopIDs(p graph.Path) []graph.RelationID {
	ids := []graph.RelationID{}
	for _, hop := range p {
		ids = append(ids, hop.Relation.ID)
	}
	return ids
}

// doubtOf is how doubtful a path is, counted as the graph documents it: scores
// as edges carry them, in whole units, so that sums can be compared.
func doubtOf(path []road) (sum int64) {
	for _, r := range path {
		sum += int64(math.Round(-math.Log(float64(float32(r.rel.Score()))) * (1 << 40)))
	}
	return sum
}

// expected is the answer to q where nothing but its depth and its number of
// paths bounds it, and whether there are more paths of that depth.
func (g roads) expected(w *twin, q graph.PathQuery) (paths [][]road, more bool) {
	all := g.simplePaths(w, q, q.Bounds.Depth)
	if len(all) == 0 {
		return nil, false
	}
	switch q.Mode {
	case graph.Strongest:
		best := slices.MinFunc(all, func(a, b []road) int {
			return cmp.Or(cmp.Compare(doubtOf(a), doubtOf(b)), cmp.Compare(len(a), len(b)), slices.Compare(relationIDs(a), relationIDs(b)))
		})
		return [][]road{best}, false
	case graph.Shortest, "":
		return all[:1], false
	case graph.AllShortest:
		all = slices.DeleteFunc(all, func(p []road) bool { return len(p) > len(all[0]) })
	}
	if n := q.Bounds.Paths; len(all) > n {
		return all[:n], true
	}
	return all, false
}

// farthest is how many relations away the farthest entity is that can be
// reached from an end, without passing the other.
func (g roads) farthest(w *twin, q graph.PathQuery, from, other graph.EntityID) int {
	depth := map[graph.EntityID]int{from: 0}
	most := 0
	for queue := []graph.EntityID{from}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		most = max(most, depth[at])
		if at == other || at != from && w.closed(q, at) {
			continue
		}
		for _, r := range g[at] {
			if _, met := depth[r.to]; !met && !slices.Contains(q.Avoid, r.to) {
				depth[r.to] = depth[at] + 1
				queue = append(queue, r.to)
			}
		}
	}
	return most
}

// least is to each entity the least doubt of a way of at most depth relations.
func (g roads) least(w *twin, q graph.PathQuery, depth int) map[graph.EntityID]int64 {
	best := map[graph.EntityID]int64{q.From: 0}
	for range depth {
		next := maps.Clone(best)
		for id, sum := range best {
			if id == q.To || id != q.From && w.closed(q, id) {
				continue
			}
			for _, r := range g[id] {
				longer := sum + doubtOf([]road{r})
				if known, met := next[r.to]; !slices.Contains(q.Avoid, r.to) && (!met || longer < known) {
					next[r.to] = longer
				}
			}
		}
		best = next
	}
	return best
}

// surerBeyond tells whether some entity has a way of one relation more than the
// depth that is less doubtful than all shorter ones, and than the answer; or,
// where there is no answer, whether one is met only there.
func (g roads) surerBeyond(w *twin, q graph.PathQuery) bool {
	within, beyond := g.least(w, q, q.Bounds.Depth), g.least(w, q, q.Bounds.Depth+1)
	goal, found := within[q.To]
	for id, sum := range beyond {
		known, met := within[id]
		if !met && !found || found && sum < goal && (!met || sum < known) {
			return true
		}
	}
	return false
}

// turned are the roads seen from their far ends.
func (g roads) turned() roads {
	back := roads{}
	for _, list := range g {
		for _, r := range list {
			back[r.to] = append(back[r.to], road{r.rel, r.to, r.from})
		}
	}
	return back
}
