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
	s.epoch++
	s.nodes, s.depths, s.rels = append(s.nodes[:0], root), append(s.depths[:0], 0), s.rels[:0]
	s.seen[root] = s.epoch
	var reasons []string
	from := 0
walk:
	for depth := uint8(1); depth <= 2; depth++ {
		to := len(s.nodes)
		slices.Sort(s.nodes[from:to])
		for ; from < to; from++ {
			count := 0
			edges, tags := p.at(s.nodes[from])
			for i, e := range edges {
				if tags[i]&shown == 0 {
					continue
				}
				if count == followed {
					reasons = note(reasons, "HUB")
					break
				}
				if s.taken[e.relation] != s.epoch {
					fresh := s.seen[e.peer] != s.epoch
					switch {
					case len(s.rels) >= maxEdges:
						reasons = note(reasons, "EDGES")
						break walk
					case fresh && len(s.nodes) >= maxNodes:
						reasons = note(reasons, "NODES")
						break walk
					case fresh:
						s.seen[e.peer] = s.epoch
						s.nodes, s.depths = append(s.nodes, e.peer), append(s.depths, depth)
					}
					s.taken[e.relation] = s.epoch
					s.rels = append(s.rels, e.relation)
				}
				count++
			}
		}
	}
	p.sortLast(s)
	slices.Sort(s.rels)
	return p.writeSubgraph(b, s, reasons)
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
	s.epoch++
	s.seen[from] = s.epoch
	levels := [][]traced{{{entity: from}}}
	items, visited := 0, 0
	var reasons []string
	w := writer{b}
	w.lit(`{"reachable":{"items":[`)
walk:
	for {
		level := len(levels) - 1
		if level > 0 {
			byID := make([]uint32, len(levels[level]))
			for i, t := range levels[level] {
				byID[i] = uint32(i)
				s.place[t.entity] = uint32(i)
			}
			slices.SortFunc(byID, func(a, b uint32) int { return int(levels[level][a].entity) - int(levels[level][b].entity) })
			for _, at := range byID {
				if items == maxNodes {
					reasons = note(reasons, "NODES")
					break walk
				}
				w.comma(items)
				items++
				p.writeTraced(&w, levels, at)
			}
		}
		if len(levels) > depth || len(levels[level]) == 0 {
			break
		}
		var next []traced
		for i, t := range levels[level] {
			count := 0
			edges, tags := p.at(t.entity)
			for j, e := range edges {
				if tags[j]&^shown != supplied {
					continue
				}
				if visited == looked {
					reasons = note(reasons, "EDGES")
					break walk
				}
				visited++
				if tags[j]&shown == 0 {
					continue
				}
				if count == followed {
					reasons = note(reasons, "HUB")
					break
				}
				count++
				if s.seen[e.peer] != s.epoch {
					s.seen[e.peer] = s.epoch
					next = append(next, traced{e.peer, uint32(i), e.relation})
				}
			}
		}
		levels = append(levels, next) // found by parent, and for each by relation
	}
	w.lit(`],`)
	w.complete(reasons)
	w.lit(`}}`)
	return w.b
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
