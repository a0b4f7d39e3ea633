package graph

import (
	"cmp"
	"slices"
)

// Regions is the hierarchy of all regions of one revision, by the relations
// PART_OF between regions. A region that has several parents counts below the
// one that the graph learnt of first. Regions is immutable once made.
type Regions struct {
	entity   map[EntityID]*Entity
	byKey    map[Key]EntityID
	parent   map[EntityID]EntityID
	children map[EntityID][]EntityID
	levels   map[EntityID][2]EntityID // of each, the province and the prefecture that it is or is below; 0: none
}

// NewRegions reads the hierarchy.
func NewRegions(r Reader) (*Regions, error) {
	g := &Regions{entity: map[EntityID]*Entity{}, byKey: map[Key]EntityID{}, parent: map[EntityID]EntityID{}, children: map[EntityID][]EntityID{}, levels: map[EntityID][2]EntityID{}}
	for ids, err := range chunks(r.AllEntities([]Kind{KindRegion}, 0), readChunk) {
		if err != nil {
			return nil, err
		}
		docs, err := r.Entities(ids)
		if err != nil {
			return nil, err
		}
		for _, e := range docs {
			if e != nil {
				g.entity[e.ID], g.byKey[e.Key] = e, e.ID
			}
		}
	}
	if err := g.link(r); err != nil {
		return nil, err
	}
	for id := range g.entity {
		g.levels[id] = [2]EntityID{g.AtLevel(id, province), g.AtLevel(id, prefecture)}
	}
	return g, nil
}

// link reads which region is part of which.
func (g *Regions) link(r Reader) error {
	ids := make([]EntityID, 0, len(g.entity))
	for id := range g.entity {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for batch := range slices.Chunk(ids, readChunk) {
		found, err := r.Neighbours(NeighbourQuery{IDs: batch, Direction: Out, Types: []RelationType{PartOf}})
		if err != nil {
			return err
		}
		for _, a := range found {
			i := slices.IndexFunc(a.Edges, func(e Edge) bool { return g.entity[e.Peer] != nil && e.stated() })
			if i >= 0 && !g.Under(a.Edges[i].Peer, a.Entity) {
				g.parent[a.Entity] = a.Edges[i].Peer
				g.children[a.Edges[i].Peer] = append(g.children[a.Edges[i].Peer], a.Entity)
			}
		}
	}
	return nil
}

// stated tells whether a relation is neither announced, denied nor derived.
func (h Hot) stated() bool { return h.Modality != Planned && h.Modality != Negated && !h.Derived }

// Region is the document of a region, or nil where id is none.
func (g *Regions) Region(id EntityID) *Entity { return g.entity[id] }

// Parent is the region directly above id, or 0.
func (g *Regions) Parent(id EntityID) EntityID { return g.parent[id] }

// Children are the regions directly below id, in the order of their ids.
func (g *Regions) Children(id EntityID) []EntityID { return g.children[id] }

// Under tells whether id is the region top or below it.
func (g *Regions) Under(id, top EntityID) bool {
	for ; id != 0; id = g.parent[id] {
		if id == top {
			return true
		}
	}
	return false
}

// Depth is how many regions are above id.
func (g *Regions) depth(id EntityID) int {
	n := 0
	for id = g.parent[id]; id != 0; id = g.parent[id] {
		n++
	}
	return n
}

// Common is the lowest region that all of ids are or are below, or 0 where
// there is none.
func (g *Regions) Common(ids []EntityID) EntityID {
	if len(ids) == 0 {
		return 0
	}
	common := ids[0]
	for _, id := range ids[1:] {
		a, b := g.depth(common), g.depth(id)
		for ; a > b; a-- {
			common = g.parent[common]
		}
		for ; b > a; b-- {
			id = g.parent[id]
		}
		for common != id {
			common, id = g.parent[common], g.parent[id]
		}
	}
	return common
}

// PlacesOf are the regions in which a relation takes place, each once: its
// places where it names some, else those of its ends that are regions.
func (g *Regions) PlacesOf(r *Relation) []EntityID {
	var ids []EntityID
	for _, k := range r.Places {
		if id := g.byKey[k]; id != 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) > 0 {
		return ids
	}
	for _, id := range []EntityID{r.SourceID, r.TargetID} {
		if g.entity[id] != nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// Seat is the one region at which a relation counts, so that nothing counts
// twice: the region it takes place in, or of several the lowest that has them
// all below it. Shared says that several places below the seat claim it
// together, so that none of them can count it. The seat is 0 where no place is
// known, or where nothing is above all of them.
func (g *Regions) Seat(r *Relation) (seat EntityID, shared bool) {
	places := g.PlacesOf(r)
	seat = g.Common(places)
	return seat, len(places) > 1 && !slices.Contains(places, seat)
}

// hierarchical tells whether r is a line of the hierarchy itself, which is no
// fact that takes place somewhere.
func (g *Regions) hierarchical(r *Relation) bool {
	return r.Type == PartOf && g.entity[r.SourceID] != nil && g.entity[r.TargetID] != nil
}

// AtLevel is the region at or above id for which is holds, or 0.
func (g *Regions) AtLevel(id EntityID, is func(*Entity) bool) EntityID {
	for ; id != 0; id = g.parent[id] {
		if is(g.entity[id]) {
			return id
		}
	}
	return 0
}

// sorted puts regions in the order of their codes, those without one first.
func (g *Regions) sorted(ids []EntityID) []EntityID {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b EntityID) int { return cmp.Compare(g.entity[a].Key, g.entity[b].Key) })
	return ids
}
