package plain

import (
	"runtime"
	"slices"
	"sort"
	"strings"

	"lianzhu/bench/gen"
	"lianzhu/graph"
)

// Graph is a made graph as arrays.
type Graph struct {
	G     *gen.Graph
	first []uint32 // of each entity's edges
	edges []edge
	tags  []tag // of the edges
	names text
	keys  text
	ids   text // of entities
	links text // ids of relations

	scratches chan *scratch // those that are not in use
}

// edge is a relation as it is seen from one of its ends.
type edge struct {
	peer, relation uint32
}

// tag is what walks ask of an edge: its type, whether it leaves the entity, and
// whether a question that does not speak of modality sees it.
type tag uint8

const (
	shown tag = 1 << iota
	leaves
	typed // times the type
)

// supplied is the tag of the supplies of an entity to others.
const supplied = tag(gen.Supplies)*typed | leaves

// New lays g out.
func New(g *gen.Graph) *Graph {
	p := &Graph{G: g, first: make([]uint32, g.Entities()+1), edges: make([]edge, 2*g.Relations()), tags: make([]tag, 2*g.Relations()),
		scratches: make(chan *scratch, runtime.GOMAXPROCS(0))}
	p.fill()
	for range cap(p.scratches) {
		p.scratches <- p.newScratch()
	}
	for i := range g.Entities() {
		p.names.bytes = g.AppendName(p.names.bytes, uint32(i))
		p.names.end()
		p.keys.bytes = g.AppendKey(p.keys.bytes, uint32(i))
		p.ids.add(graph.NewUID(graph.TagEntity, graph.Key(p.keys.bytes[p.keys.last():])).String())
		p.keys.end()
	}
	for i := range g.Relations() {
		p.links.add(graph.NewUID(graph.TagRelation, g.RelationKey(uint32(i))).String())
	}
	return p
}

// fill sorts the relations into rows: by entity, by type, by index.
func (p *Graph) fill() {
	g := p.G
	for i := range g.Types {
		p.first[g.From[i]+1]++
		p.first[g.To[i]+1]++
	}
	for i := range g.Entities() {
		p.first[i+1] += p.first[i]
	}
	next := slices.Clone(p.first)
	put := func(at, peer, relation uint32, t tag) {
		p.edges[next[at]], p.tags[next[at]] = edge{peer, relation}, t
		next[at]++
	}
	for t, list := range p.byType() {
		for _, r := range list {
			tag := tag(t) * typed
			if g.Modal[r].Shown() {
				tag |= shown
			}
			put(g.From[r], g.To[r], r, tag|leaves)
			put(g.To[r], g.From[r], r, tag)
		}
	}
}

// byType are the relations of each type, by index.
func (p *Graph) byType() [][]uint32 {
	var lists [][]uint32
	for i, t := range p.G.Types {
		for int(t) >= len(lists) {
			lists = append(lists, nil)
		}
		lists[t] = append(lists[t], uint32(i))
	}
	return lists
}

// Degree is how many relations are at an entity.
func (p *Graph) Degree(entity uint32) int { return int(p.first[entity+1] - p.first[entity]) }

// at are the relations at an entity, and their tags.
func (p *Graph) at(entity uint32) ([]edge, []tag) {
	from, to := p.first[entity], p.first[entity+1]
	return p.edges[from:to], p.tags[from:to]
}

// text is many short texts in one piece.
type text struct {
	bytes []byte
	ends  []uint32
}

func (t *text) add(s string) {
	t.bytes = append(t.bytes, s...)
	t.end()
}

// end ends the text that was appended to bytes.
func (t *text) end() { t.ends = append(t.ends, uint32(len(t.bytes))) }

// last is where the text begins that is not ended yet.
func (t *text) last() uint32 {
	if len(t.ends) == 0 {
		return 0
	}
	return t.ends[len(t.ends)-1]
}

func (t *text) at(i uint32) []byte {
	from := uint32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.bytes[from:t.ends[i]]
}

// Name is the official name of an entity, ID its global id.
func (p *Graph) Name(entity uint32) string { return string(p.names.at(entity)) }
func (p *Graph) ID(entity uint32) string   { return string(p.ids.at(entity)) }

// Find finds an entity by its key.
func (p *Graph) Find(key string) (entity uint32, ok bool) {
	_, regions := p.G.Span(gen.Region)
	for i := range regions {
		if string(p.keys.at(i)) == key {
			return i, true
		}
	}
	for c := gen.Region + 1; c <= gen.Enterprise; c++ {
		from, to := p.G.Span(c)
		// The keys of a class are in order.
		n, found := sort.Find(int(to-from), func(i int) int { return strings.Compare(key, string(p.keys.at(from+uint32(i)))) })
		if found {
			return from + uint32(n), true
		}
	}
	return 0, false
}
