package bolt

import (
	"encoding/binary"
	"maps"
	"slices"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
)

// edges writes the lists of edges and the degrees. Relations are put in the
// order of their types first, then, as they come, to their ends: so that the
// relations of each entity stand in the order of type, side and id without a
// comparison.
func (s *settler) edges() error {
	rows := &s.fill.rows
	byType := s.byType()
	ends := make([]uint32, int(s.fill.state.lastEntity)+2) // where the relations of an entity begin
	for i := range rows.n {
		r := rows.at(i)
		ends[r.source+1]++
		ends[r.target+1]++
	}
	for i := 1; i < len(ends); i++ {
		ends[i] += ends[i-1]
	}
	at := slices.Clone(ends)
	list := make([]uint32, 2*rows.n) // of relations, less 1
	lay := func(entity graph.EntityID, relation uint32) {
		list[at[entity]] = relation
		at[entity]++
	}
	for _, some := range byType {
		if len(some) == 0 {
			continue
		}
		if s.symbols.symmetric[rows.at(int(some[0])).typ] {
			for _, i := range some {
				lay(rows.at(int(i)).source, i)
				lay(rows.at(int(i)).target, i)
			}
			continue
		}
		for _, i := range some { // incoming comes before outgoing
			lay(rows.at(int(i)).target, i)
		}
		for _, i := range some {
			lay(rows.at(int(i)).source, i)
		}
	}
	return s.listAll(ends, list)
}

// byType gives the relations of each type, less 1, in the order of the codes.
func (s *settler) byType() [][]uint32 {
	rows := &s.fill.rows
	codes := sortedCodes(s.fill.state.types)
	groups := make([][]uint32, len(codes))
	place := map[uint16]int{}
	for i, code := range codes {
		place[code] = i
		groups[i] = make([]uint32, 0, s.fill.state.types[code])
	}
	for i := range rows.n {
		g := place[rows.at(i).typ]
		groups[g] = append(groups[g], uint32(i))
	}
	return groups
}

func sortedCodes[V any](m map[uint16]V) []uint16 { return slices.Sorted(maps.Keys(m)) }

// listAll writes the lists of all entities, then their degrees. The relations of
// an entity are list[ends[entity]:ends[entity+1]].
func (s *settler) listAll(ends, list []uint32) error {
	degrees := make([]byte, 0, 1<<20) // of entities that have any, one behind the other
	var counts []degree
	for entity := graph.EntityID(1); int(entity) < len(ends)-1; entity++ {
		mine := list[ends[entity]:ends[entity+1]]
		if err := s.step(len(mine)); err != nil {
			return err
		}
		counts = counts[:0]
		for len(mine) > 0 {
			key := s.listOf(entity, mine[0])
			n := 1
			for n < len(mine) && s.listOf(entity, mine[n]) == key {
				n++
			}
			if err := s.list(key, mine[:n]); err != nil {
				return err
			}
			counts = append(counts, degree{key.typ, key.side, uint32(n)})
			mine = mine[n:]
		}
		if len(counts) > 0 {
			value := encodeDegrees(counts)
			degrees = binary.BigEndian.AppendUint16(appendKey32(degrees, uint32(entity)), uint16(len(value)))
			degrees = append(degrees, value...)
		}
	}
	for len(degrees) > 0 {
		n := int(be16(degrees[4:]))
		if err := s.fill.put(bDegrees, degrees[:4], degrees[6:6+n]); err != nil {
			return err
		}
		degrees = degrees[6+n:]
	}
	s.fill.rows = paged[row]{}
	return nil
}

// listOf is the list of an entity in which one of its relations, less 1, stands.
func (s *settler) listOf(entity graph.EntityID, relation uint32) listKey {
	r := s.fill.rows.at(int(relation))
	atSource, atTarget := s.symbols.sides(r.typ)
	if r.source == entity {
		return listKey{entity, r.typ, atSource}
	}
	return listKey{entity, r.typ, atTarget}
}

// list writes one list in its chunks.
func (s *settler) list(at listKey, relations []uint32) error {
	var key [chunkKey]byte
	value := make([]byte, record.FrameSize, record.FrameSize+fullChunk*edgeMost)
	for len(relations) > 0 {
		n := min(fullChunk, len(relations))
		at.put(key[:], graph.RelationID(relations[0]+1))
		value = value[:record.FrameSize]
		for _, i := range relations[:n] {
			value = appendEdge(value, s.edge(at.entity, i))
		}
		if err := s.fill.put(bEdges, key[:], value); err != nil {
			return err
		}
		relations = relations[n:]
	}
	return nil
}

func (s *settler) edge(entity graph.EntityID, relation uint32) edge {
	r := s.fill.rows.at(int(relation))
	peer := r.source
	if peer == entity {
		peer = r.target
	}
	return edge{graph.RelationID(relation + 1), peer,
		graph.Hot{Modality: record.Modalities[r.modality], Derived: r.derived, Score: r.score, From: r.from, To: r.to}}
}
