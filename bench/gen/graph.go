package gen

import (
	"cmp"
	"fmt"
	"slices"

	"lianzhu/graph"
)

// Version changes whenever the same scale and seed make another graph.
const Version = 1

// Type is a relation type as a number. The numbers are in the order of the
// names, which is the order in which the relations of an entity are listed.
type Type uint8

// The relation types that are made.
const (
	CoDevelops Type = iota
	Invests
	LocatedIn
	MemberOf
	Occupies
	Operates
	Participates
	PartOf
	Subsidiary
	Supplies
	types
)

// Name is the relation type in the ontology.
func (t Type) Name() graph.RelationType {
	return [types]graph.RelationType{"CO_DEVELOPS_WITH", "INVESTS_IN", graph.LocatedIn, "MEMBER_OF", "OCCUPIES_SEGMENT", "OPERATES",
		"PARTICIPATES_IN", graph.PartOf, "SUBSIDIARY_OF", "SUPPLIES"}[t]
}

// Class is a kind of entity as a number.
type Class uint8

// The kinds that are made, in the order in which their entities come.
const (
	Region Class = iota
	Product
	Chain
	Program
	Group
	Platform
	Institution
	Project
	Enterprise
	classes
)

// Kind is the kind in the ontology.
func (c Class) Kind() graph.Kind {
	return [classes]graph.Kind{graph.KindRegion, "PRODUCT", "INDUSTRY_CHAIN", "PROGRAM", "GROUP", "PLATFORM", "INSTITUTION", "PROJECT", "ENTERPRISE"}[c]
}

// Graph is a made graph: its shape and figures. Entities and relations are named
// by their index from 0; a store that is filled in this order gives them the
// index plus one as id. The arrays must not be changed.
type Graph struct {
	Scale float64
	Seed  uint64

	first   [classes + 1]uint32 // of each class, its first entity
	tree    tree
	seat    []uint32 // of an entity, the county it is located in
	Types   []Type   // of each relation
	From    []uint32
	To      []uint32
	Figure  []uint32 // amount in ten thousand yuan, or volume in tonnes; 0: none
	Place   []uint32 // the region it takes place in; Nowhere: none is told
	Year    []uint16 // in which it began; 0: not told
	Modal   []Modality
	doubled map[uint32]bool // relations that another one of their type and ends precedes
}

// Nowhere stands where a region could.
const Nowhere = ^uint32(0)

// Modality is a modality as a number.
type Modality uint8

// The modalities.
const (
	Asserted Modality = iota
	Reported
	Planned
	Negated
)

// Name is the modality in the ontology.
func (m Modality) Name() graph.Modality {
	return [...]graph.Modality{graph.Asserted, graph.Reported, graph.Planned, graph.Negated}[m]
}

// Shown tells whether a question that does not speak of modality sees m.
func (m Modality) Shown() bool { return m <= Reported }

// The least scale that leaves room for every kind, and the greatest that was
// thought of.
const (
	MinScale = 0.001
	MaxScale = 10
)

// New makes the graph of a scale and a seed.
func New(scale float64, seed uint64) (*Graph, error) {
	if !(scale >= MinScale && scale <= MaxScale) {
		return nil, fmt.Errorf("the scale must be between %v and %v; it is %v", MinScale, MaxScale, scale)
	}
	g := &Graph{Scale: scale, Seed: seed}
	entities := int(scale*1e6 + 0.5)
	g.tree = newTree(entities)
	g.first = g.layOut(entities)
	g.locate()
	g.relate(5 * entities)
	return g, nil
}

// layOut tells where each class begins.
func (g *Graph) layOut(entities int) (first [classes + 1]uint32) {
	share := [classes]int{Product: 200, Chain: 5000, Program: 1000, Group: 2000, Platform: 200, Institution: 50, Project: 50}
	sizes := [classes]int{Region: g.tree.size()}
	left := entities - sizes[Region]
	for c := Product; c < Enterprise; c++ {
		sizes[c] = max(2, entities/share[c])
		left -= sizes[c]
	}
	sizes[Enterprise] = left
	for c := range classes {
		first[c+1] = first[c] + uint32(sizes[c])
	}
	return first
}

// Entities is how many entities there are, Relations how many relations.
func (g *Graph) Entities() int  { return int(g.first[classes]) }
func (g *Graph) Relations() int { return len(g.Types) }

// Span is where the entities of a class begin and where they end.
func (g *Graph) Span(c Class) (from, to uint32) { return g.first[c], g.first[c+1] }

// ClassOf is the class of an entity.
func (g *Graph) ClassOf(entity uint32) Class {
	c, found := slices.BinarySearchFunc(g.first[:], entity, cmp.Compare[uint32])
	if !found {
		c--
	}
	for g.first[c+1] == entity { // a class of nothing
		c++
	}
	return Class(c)
}

// Seat is the county in which an entity is located, or Nowhere.
func (g *Graph) Seat(entity uint32) uint32 { return g.seat[entity] }

// Above is the region directly above a region, or Nowhere.
func (g *Graph) Above(region uint32) uint32 { return g.tree.above(region) }

// Prefectures are the regions with counties below them.
func (g *Graph) Prefectures() (from, to uint32) { return g.tree.prefectures() }

// Province is the province of a region.
func (g *Graph) Province(region uint32) uint32 { return g.tree.province(region) }

// locate gives a seat to everything that has one.
func (g *Graph) locate() {
	g.seat = make([]uint32, g.Entities())
	from, to := g.tree.counties()
	random := at(g.Seed, 'l', 0)
	for i := range g.seat {
		g.seat[i] = Nowhere
		if uint32(i) >= g.first[Platform] {
			// The lesser of two: some counties have many times what others have.
			g.seat[i] = from + uint32(min(random.below(int(to-from)), random.below(int(to-from))))
		}
	}
}
