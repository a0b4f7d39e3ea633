package plain

import (
	"slices"
)

// Bounds of the walks, as the questions set them.
const (
	followed = 200    // relations at one entity
	looked   = 20_000 // relations in all
	met      = 5_000  // entities in all
)

// scratch is what walks need beside the graph. It belongs to one goroutine.
type scratch struct {
	seen   []uint32 // epoch in which an entity was met
	place  []uint32 // where it stands in the lists of the walk
	taken  []uint32 // epoch in which a relation was taken
	epoch  uint32
	nodes  []uint32
	depths []uint8
	rels   []uint32
	levels [][]traced
	items  []item
	shared []Shared
	path   pathSearch
}

func (p *Graph) newScratch() *scratch {
	n := p.G.Entities()
	return &scratch{seen: make([]uint32, n), place: make([]uint32, n), taken: make([]uint32, p.G.Relations())}
}

// Subgraph answers Q3: what is within two relations of an entity, up to so many
// entities and relations.
func (p *Graph) Subgraph(b []byte, root uint32, maxNodes, maxEdges int) []byte {
	s := <-p.scratches
	defer func() { p.scratches <- s }()
	return p.writeSubgraph(b, s, p.walkSubgraph(s, root, maxNodes, maxEdges))
}

// Around walks as Subgraph does, and gives entities and relations by index, good
// until the next question, and whether that is all.
func (p *Graph) Around(root uint32, maxNodes, maxEdges int) (nodes, relations []uint32, complete bool) {
	s := <-p.scratches
	defer func() { p.scratches <- s }()
	reasons := p.walkSubgraph(s, root, maxNodes, maxEdges)
	return s.nodes, s.rels, reasons == nil
}

// walkSubgraph leaves in s what it finds, in order, and gives the reasons for
// which that is not all.
func (p *Graph) walkSubgraph(s *scratch, root uint32, maxNodes, maxEdges int) (reasons []string) {
	s.epoch++
	s.nodes, s.depths, s.rels = append(s.nodes[:0], root), append(s.depths[:0], 0), s.rels[:0]
	s.seen[root] = s.epoch
	from := 0
	for depth := uint8(1); depth <= 2; depth++ {
		to := len(s.nodes)
		slices.Sort(s.nodes[from:to])
		for ; from < to; from++ {
			why := p.collect(s, s.nodes[from], depth, maxNodes, maxEdges)
			if why != "" {
				reasons = note(reasons, why)
			}
			if why != "" && why != "HUB" {
				depth = 2 // the last
				break
			}
		}
	}
	p.sortLast(s)
	slices.Sort(s.rels)
	return reasons
}

// collect takes in the relations at one entity, and tells what ended that early.
func (p *Graph) collect(s *scratch, id uint32, depth uint8, maxNodes, maxEdges int) string {
	count := 0
	edges, tags := p.at(id)
	for i, e := range edges {
		if tags[i]&shown == 0 {
			continue
		}
		if count == followed {
			return "HUB"
		}
		count++
		if s.taken[e.relation] == s.epoch {
			continue
		}
		fresh := s.seen[e.peer] != s.epoch
		switch {
		case len(s.rels) >= maxEdges:
			return "EDGES"
		case fresh && len(s.nodes) >= maxNodes:
			return "NODES"
		case fresh:
			s.seen[e.peer] = s.epoch
			s.nodes, s.depths = append(s.nodes, e.peer), append(s.depths, depth)
		}
		s.taken[e.relation] = s.epoch
		s.rels = append(s.rels, e.relation)
	}
	return ""
}

// sortLast sorts the entities of the last depth by index; the others are so.
func (p *Graph) sortLast(s *scratch) {
	at := 0
	for i, d := range s.depths {
		if d != s.depths[len(s.depths)-1] {
			at = i + 1
		}
	}
	slices.Sort(s.nodes[at:])
}

func (p *Graph) writeSubgraph(b []byte, s *scratch, reasons []string) []byte {
	w := writer{b}
	w.lit(`{"subgraph":{"nodes":[`)
	for i, id := range s.nodes {
		w.comma(i)
		w.lit(`{"depth":`)
		w.num(int(s.depths[i]))
		w.lit(`,"node":{"id":`)
		w.str(p.ids.at(id))
		w.lit(`,"key":`)
		w.str(p.keys.at(id))
		p.nameAndKind(&w, id)
		w.lit(`}}`)
	}
	w.lit(`],"relations":[`)
	for i, r := range s.rels {
		w.comma(i)
		w.lit(`{"id":`)
		w.str(p.links.at(r))
		w.lit(`,"type":"`)
		w.lit(string(p.G.Types[r].Name()))
		w.lit(`","source":{"key":`)
		w.str(p.keys.at(p.G.From[r]))
		w.lit(`},"target":{"key":`)
		w.str(p.keys.at(p.G.To[r]))
		w.lit(`}}`)
	}
	w.lit(`],`)
	w.complete(reasons)
	w.lit(`}}`)
	return w.b
}

// traced is an entity that a trace has reached: from where in the level before,
// and by which relation.
type traced struct{ entity, parent, relation uint32 }

// Trace answers Q7: what is reached along supplies within so many steps, nearest
// first, up to so many, each with a path.
func (p *Graph) Trace(b []byte, from uint32, depth, maxNodes int) []byte {
	s := <-p.scratches
	defer func() { p.scratches <- s }()
	reasons := p.walkTrace(s, from, depth, maxNodes)
	w := writer{b}
	w.lit(`{"reachable":{"items":[`)
	for i, item := range s.items {
		w.comma(i)
		p.writeTraced(&w, s.levels[:item.level+1], item.at)
	}
	w.lit(`],`)
	w.complete(reasons)
	w.lit(`}}`)
	return w.b
}

// Reached walks as Trace does, and gives the entities and, one after the other,
// the relations of the paths to them, good until the next question, and whether
// that is all.
func (p *Graph) Reached(from uint32, depth, maxNodes int) (entities, hops []uint32, complete bool) {
	s := <-p.scratches
	defer func() { p.scratches <- s }()
	reasons := p.walkTrace(s, from, depth, maxNodes)
	s.nodes, s.rels = s.nodes[:0], s.rels[:0]
	for _, it := range s.items {
		at := it.at
		s.nodes = append(s.nodes, s.levels[it.level][at].entity)
		end := len(s.rels)
		s.rels = append(s.rels, make([]uint32, it.level)...)
		for level := it.level; level > 0; level-- {
			t := s.levels[level][at]
			s.rels[end+int(level)-1], at = t.relation, t.parent
		}
	}
	return s.nodes, s.rels, reasons == nil
}

// item is an entity that a trace gives: where it stands in which level.
type item struct{ level, at uint32 }

// walkTrace leaves in s the levels and the items, in order, and gives the
// reasons for which these are not all.
func (p *Graph) walkTrace(s *scratch, from uint32, depth, maxNodes int) (reasons []string) {
	s.epoch++
	s.seen[from] = s.epoch
	s.items, s.levels = s.items[:0], append(s.levels[:0], []traced{{entity: from}})
	visited := 0
	for {
		if !s.give(maxNodes) {
			return note(reasons, "NODES")
		}
		level := s.levels[len(s.levels)-1]
		if len(s.levels) > depth || len(level) == 0 {
			return reasons
		}
		var next []traced
		for i, t := range level {
			var why string
			if next, why = p.supplied(s, next, t.entity, uint32(i), &visited); why != "" {
				reasons = note(reasons, why)
			}
			if why == "EDGES" {
				return reasons
			}
		}
		s.levels = append(s.levels, next) // found by parent, and for each by relation
	}
}

// give puts the last level into the items, by entity, as far as there is room.
func (s *scratch) give(maxNodes int) bool {
	last := uint32(len(s.levels) - 1)
	if last == 0 {
		return true
	}
	level := s.levels[last]
	begin := len(s.items)
	for i := range level {
		s.items = append(s.items, item{last, uint32(i)})
	}
	slices.SortFunc(s.items[begin:], func(a, b item) int { return int(level[a.at].entity) - int(level[b.at].entity) })
	room := len(s.items) <= maxNodes
	s.items = s.items[:min(maxNodes, len(s.items))]
	return room
}

// supplied appends what an entity supplies and was not reached before, and tells
// what ended that early.
func (p *Graph) supplied(s *scratch, next []traced, id, place uint32, visited *int) ([]traced, string) {
	count := 0
	edges, tags := p.at(id)
	for i, e := range edges {
		if tags[i]&^shown != supplied {
			continue
		}
		if *visited == looked {
			return next, "EDGES"
		}
		*visited++
		if tags[i]&shown == 0 {
			continue
		}
		if count == followed {
			return next, "HUB"
		}
		count++
		if s.seen[e.peer] != s.epoch {
			s.seen[e.peer] = s.epoch
			next = append(next, traced{e.peer, place, e.relation})
		}
	}
	return next, ""
}

// writeTraced writes an item of the last level with its path.
func (p *Graph) writeTraced(w *writer, levels [][]traced, at uint32) {
	var path [8]traced
	last := len(levels) - 1
	for level := last; level > 0; level-- {
		path[level] = levels[level][at]
		at = path[level].parent
	}
	w.lit(`{"depth":`)
	w.num(last)
	w.lit(`,"node":{"id":`)
	w.str(p.ids.at(path[last].entity))
	w.lit(`,"key":`)
	w.str(p.keys.at(path[last].entity))
	w.lit(`,"name":`)
	w.str(p.names.at(path[last].entity))
	w.lit(`},"path":{"hops":[`)
	for level := 1; level <= last; level++ {
		w.comma(level - 1)
		w.lit(`{"relation":{"id":`)
		w.str(p.links.at(path[level].relation))
		w.lit(`},"to":{"key":`)
		w.str(p.keys.at(path[level].entity))
		w.lit(`}}`)
	}
	w.lit(`]}}`)
}
